"""``view``: the published site, as its readers get it."""

import argparse
import threading
from urllib.parse import urlsplit

from indieweb.commands._ending import end_when_told
from indieweb.commands._port import port_number
from indieweb.serving.listening import serve_tree
from indieweb.serving.published import published_tree
from indieweb.settings import Settings

HELP = "show the published site from the folder it was published to"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=port_number, default=8000, help="the port to listen on (default: 8000)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve it until Ctrl-C."""
    end_when_told()
    root = published_tree(settings)
    base = urlsplit(settings.siteurl).path.rstrip("/")
    with serve_tree(root, arguments.host, arguments.port, base=base) as address:
        print(f"{address} shows what is in {root}; Ctrl-C ends.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\nGoodbye.", flush=True)
    return 0
