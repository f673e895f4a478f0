"""Whom those follow whom the owner follows, as they publish it themselves: ``var/friends.json``.

It can be made anew from what the others publish. One that is lost, cut short or no such file names nobody.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from indieweb.settings import Settings
from indieweb.stores.files import json_text, read_json, write_whole
from indieweb.webmention.trust import place_of

NAME = "friends.json"
MAX_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Friends:
    """Places, and whom each follows.

    :param by: the places that are followed at each place (see ``webmention.trust``).
    """

    by: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    def who_follow(self, url: str, among: Collection[str]) -> list[str]:
        """The places at which whoever writes at ``url`` is followed, sorted; never their own.

        :param among: the places that count: of those whom the owner follows now.
        """
        place = place_of(url)
        return sorted(one for one, theirs in self.by.items() if place in theirs and one in among and one != place)

    def __or__(self, other: "Friends") -> "Friends":
        """Both; of what both say of one place, both."""
        places = {*self.by, *other.by}
        return Friends({one: self.by.get(one, frozenset()) | other.by.get(one, frozenset()) for one in places})


def friends_file(settings: Settings) -> Path:
    """Where the file stands."""
    return settings.var / NAME


def read_friends(settings: Settings) -> Friends:
    """What the file says."""
    try:
        return _friends(read_json(friends_file(settings), MAX_BYTES))
    except (OSError, ValueError):
        return Friends()


def friends_in(text: str) -> Friends:
    """What the text of such a file says."""
    try:
        return _friends(json.loads(text))
    except (ValueError, RecursionError):
        return Friends()


def write_friends(settings: Settings, friends: Friends) -> None:
    """Put it in the place of what was there, unless it says the same; on disk when this returns.

    :raises StoreError: it cannot be written.
    """
    if read_friends(settings) != friends:
        kept = {one: sorted(theirs) for one, theirs in sorted(friends.by.items())}
        write_whole(friends_file(settings), json_text(kept), durable=True)


def _friends(said: object) -> Friends:
    if not isinstance(said, dict):
        return Friends()
    return Friends({one: _places(theirs) for one, theirs in said.items() if isinstance(theirs, list)})


def _places(said: Iterable[object]) -> frozenset[str]:
    return frozenset(one for one in said if isinstance(one, str) and one)
