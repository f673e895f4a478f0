"""What the bench does with an inbox, in a process of its own: fill it, count in it, wait for one of its mentions.

``python arrivals.py HOME fill FIRST COUNT HOSTS PORT`` takes in mentions of pages of as many hosts.
``python arrivals.py HOME looked`` says how many were looked at and found to be true.
``python arrivals.py HOME delay HOST PORT`` takes in one, and says after how many seconds it was looked at.
"""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from bench.hosts import HOME, address
from bench.pages import PAGE
from indieweb.settings import load
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_accepting import Sent
from indieweb.stores.inbox_schema import MENTIONS

TOGETHER = 500


def _mention(host: str, number: str, port: str) -> Sent:
    return Sent(f"http://{address(int(host))}:{port}/note-{number}", f"http://{HOME}:{port}{PAGE}")


def fill(inbox: Inbox, first: str, count: str, hosts: str, port: str) -> None:
    """Many, from the first number on."""
    numbers = range(int(first), int(first) + int(count))
    sent = [_mention(str(number % int(hosts)), str(number), port) for number in numbers]
    for at in range(0, len(sent), TOGETHER):
        inbox.accept_each(sent[at : at + TOGETHER])


def looked(inbox: Inbox) -> None:
    """How many."""
    wanted = select(func.count()).where(MENTIONS.c.status.in_(("verified", "approved")))
    with inbox.database.reading() as connection:
        print(connection.execute(wanted).scalar_one())


def delay(inbox: Inbox, host: str, port: str) -> None:
    """How long one waits."""
    sent, began = _mention(host, "one", port), time.monotonic()
    inbox.accept_each([sent])
    while (row := inbox.find(sent.source, sent.target)) is None or row.verified is None:
        time.sleep(0.02)
    print(time.monotonic() - began)


MODES: dict[str, Callable[..., None]] = {"fill": fill, "looked": looked, "delay": delay}

if __name__ == "__main__":
    with closing(Inbox.of(load(Path(sys.argv[1])))) as opened:
        MODES[sys.argv[2]](opened, *sys.argv[3:])
