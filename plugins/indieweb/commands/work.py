"""``work``: the worker, beside the service or instead of the one inside it."""

import argparse
import signal
import threading
from contextlib import closing

from indieweb.commands._logging import add_log_argument, log_to_stderr
from indieweb.receiver.hook import Hook
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox

HELP = "look at received mentions: fetch, verify, record"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long."""
    parser.add_argument("--once", action="store_true", help="do all that is due, then end")
    add_log_argument(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Work until told to stop, or until nothing is due."""
    log_to_stderr(arguments.log)
    with closing(Inbox.of(settings)) as inbox:
        hook = Hook(settings, inbox)
        worker = Worker(settings, inbox, hook=hook)
        if not arguments.once:
            _until_stopped(worker, hook)
            return 0
        tally = worker.once()
    print(
        "Work: " + (", ".join(f"{count} {status}" for status, count in sorted(tally.items())) or "nothing is due") + "."
    )
    return 0


def _until_stopped(worker: Worker, hook: Hook) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    hook.start()
    worker.start()
    print("Working; stop with Ctrl-C.", flush=True)
    stopped.wait()
    worker.stop()
    hook.stop()
