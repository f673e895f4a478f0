"""``receive``: the service."""

import argparse

from indieweb.commands._logging import add_log_argument, log_to_stderr
from indieweb.commands._port import port_number
from indieweb.receiver.serve import serve
from indieweb.settings import Settings

HELP = "run the receiver: webmentions at POST /webmention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=port_number, default=8080, help="the port; 0 for any that is free (default: %(default)s)"
    )
    parser.add_argument("--no-worker", action="store_true", help="only accept; `work` runs elsewhere")
    add_log_argument(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop."""
    log_to_stderr(arguments.log)
    serve(
        settings,
        arguments.host,
        arguments.port,
        work=not arguments.no_worker,
        announce=lambda line: print(line, flush=True),
    )
    return 0
