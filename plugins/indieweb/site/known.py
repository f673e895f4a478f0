"""What lists, addresses and keys need to know of an entry; the entry itself is made when it is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indieweb.model.entry import Entry, Tag


@dataclass(slots=True, eq=False)  # not frozen: ten thousand are made in every build, and those take thrice as long
class Known:
    """An entry of this home, in brief.

    :param url: its absolute address.
    :param file: the owner's file, as it is named to them: ``content/2026-01-02-hello.md``.
    :param label: the line that names it where a title is needed; empty where that depends on what it answers.
    :param answers: mf2 property and address of everything that it answers.
    :param links: pages of this home that its words link to, without fragments.
    :param syndicate_to: services that are to make copies of it.
    :param aliases: old paths below the home that lead to it.
    :param digest: of everything in the entry, where it is kept from build to build; else empty. ``line``: of what a
        line shows that names it.
    :param load: makes the entry, knowing no more of what it answers than its address.
    """

    url: str
    kind: str
    file: str
    label: str
    published: datetime | None
    updated: datetime | None
    tags: tuple[Tag, ...] = ()
    lang: str = ""
    rsvp: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    syndicate_to: tuple[str, ...] = ()
    digest: str = ""
    line: str = ""
    load: Callable[[], Entry] = field(kw_only=True)

    @property
    def shown_in_a_line(self) -> list[Any]:
        """All that a line shows that names the entry and leads to it."""
        return [self.url, self.label, self.published, self.kind, self.lang]
