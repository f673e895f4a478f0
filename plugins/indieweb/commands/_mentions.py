"""Both ways in of a home that publishes: its receiver, and the sites that it follows."""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from indieweb.errors import HomeError
from indieweb.receiver.collect import Collected, collect_mentions, not_rejected
from indieweb.receiver.faces import keep_faces
from indieweb.receiver.presence import has_receiver
from indieweb.settings import Settings
from indieweb.stores.erased import read_unwanted
from indieweb.stores.following import NAME

if TYPE_CHECKING:
    from indieweb.following.friends import Acquainted
    from indieweb.following.gathered import Gathered

NOW = "ask the sites that are followed, although they were asked less than half an hour ago"


def bring_mentions(settings: Settings, *, forced: bool) -> tuple[list[str], list[HomeError]]:
    """Bring in what was approved, and what the sites say that are followed; warnings go to standard error.

    :param forced: ask those sites whenever they were asked last.
    :returns: a line about each, and why one of them is not done: that stops the other no more than it stops publishing.
    """
    lines: list[str] = []
    failures: list[HomeError] = []
    for collect in _ways_in(settings, forced=forced):
        try:
            done = collect(settings)
        except HomeError as error:
            failures.append(error)
            continue
        for warning in done.warnings:
            print(warning, file=sys.stderr)
        lines += filter(None, [done.summary])
    return lines, failures


def _ways_in(settings: Settings, *, forced: bool) -> "list[Callable[[Settings], Collected | Gathered | Acquainted]]":
    ways: list[Callable[[Settings], Collected | Gathered | Acquainted]] = [collect_mentions]
    if (settings.content / NAME).exists() or (settings.var / "following").is_dir():
        ways.append(partial(_ask_followed, forced=forced))
        if has_receiver(settings):
            ways.insert(0, _ask_friends)  # before a receiver elsewhere is told of them
    return ways


def _ask_friends(settings: Settings) -> "Acquainted":
    from indieweb.following.friends import collect_friends  # noqa: PLC0415  # as below

    unwanted, _ = read_unwanted(settings)
    return collect_friends(settings, wanted=lambda place: not unwanted.has(f"https://{place}/"))


def _ask_followed(settings: Settings, *, forced: bool) -> "Gathered":
    from indieweb.following.collect import collect_followed  # noqa: PLC0415  # takes long, and not all follow

    unwanted, _ = read_unwanted(settings)  # what is wrong with the lists, the other way in has said

    with not_rejected(settings) as is_left:
        done = collect_followed(settings, forced=forced, wanted=is_left, unwanted=unwanted)
    if done.kept:
        keep_faces(settings)
    return done
