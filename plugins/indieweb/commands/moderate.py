"""``moderate``: the owner's yes or no to what waits."""

import argparse
import json
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from rich.console import Console

from indieweb.errors import CommandError
from indieweb.receiver.desk import Desk, desk_of
from indieweb.receiver.presence import NONE_TO_ASK, has_receiver
from indieweb.receiver.screen import Screen
from indieweb.receiver.waiting import Waiting
from indieweb.settings import Settings

HELP = "approve or reject mentions; without options, one by one on the screen"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do instead of showing the screen."""
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="list what waits")
    instead.add_argument("--approve", type=int, metavar="ID", help="approve the mention with this number")
    instead.add_argument("--reject", type=int, metavar="ID", help="reject it")
    instead.add_argument("--link", action="store_true", help="print a link that signs a browser in to /moderate")
    instead.add_argument("--undo", type=int, metavar="ID", help="take back the last decision on it, or what trust did")
    parser.add_argument(
        "--approved", action="store_true", help="with --list: what was approved last, by you or by trust"
    )
    parser.add_argument("--json", action="store_true", help="with --list: as JSON")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """List, decide, or show the screen."""
    if not has_receiver(settings):
        raise CommandError(f"Nothing waits: {NONE_TO_ASK}")
    with closing(desk_of(settings)) as desk:
        if arguments.list:
            _list(desk, arguments)
        elif arguments.approve is not None:
            _decide(desk, arguments.approve, "approve")
        elif arguments.reject is not None:
            _decide(desk, arguments.reject, "reject")
        elif arguments.undo is not None:
            _decide(desk, arguments.undo, "undo")
        elif arguments.link:
            print("Open this within ten minutes; it is good once:", file=sys.stderr)
            print(desk.link())
        else:
            _show(desk)
    return 0


def _list(desk: Desk, arguments: argparse.Namespace) -> None:
    found = desk.approved() if arguments.approved else desk.pending()
    if arguments.json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        print(f"{one.id}  {_as_what(one)}  {one.author} ({one.host})  {one.page} -> {one.target}")
        for mark in one.marks:
            print(f"    {mark}")
        if one.excerpt:
            print(f"    {one.excerpt}")
    if not found:
        print("Nothing was approved yet." if arguments.approved else "Nothing waits for a decision.")


def _as_what(one: Waiting) -> str:
    """As what it mentions, with its answer to an invitation, and whether an earlier version of it is shown."""
    return " ".join(filter(None, [one.property, one.rsvp, "(changed)" if one.is_update else ""]))


def _decide(desk: Desk, number: int, action: str) -> None:
    status = desk.decide(number, action)
    if not status:
        raise CommandError(f"There is nothing to {action} at {number}; `moderate --list` shows what waits")
    print(f"{number} is {status}.")


def _show(desk: Desk) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("The screen needs a terminal; use `moderate --list`, `--approve ID` or `--reject ID`")
    with _keys() as read_key:
        count = Screen(desk, Console(highlight=False), read_key).run()
    print(f"{count} decided.")


@contextmanager
def _keys() -> Iterator[Callable[[], str]]:
    """Single keys from the terminal, without waiting for Enter; empty at the end of the input."""
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    tty.setcbreak(handle, termios.TCSADRAIN)
    try:
        yield lambda: _read(handle)
    finally:
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _read(handle: int) -> str:
    try:
        return os.read(handle, 1).decode(errors="replace")
    except OSError as error:  # the terminal is gone, and nobody reads what we say
        raise BrokenPipeError from error
