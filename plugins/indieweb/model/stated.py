"""What the head of a post's file states, as typed values; every error names the file and the line."""

import difflib
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import unquote, urlsplit

from indieweb.errors import ContentError
from indieweb.model.entry import Place
from indieweb.model.frontmatter import Field, Head
from indieweb.model.kind import BY_NAME, Kind, discover_kind

STATUSES = ("published", "draft", "hidden", "skip")
_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$|Z$)")


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as named in front matter; ``alt`` is None where none was given."""

    path: str
    alt: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Stated:
    """Typed values out of one head.

    :param path: how errors name the file.
    :param timezone: of dates without an offset.
    """

    head: Head
    path: str
    timezone: tzinfo

    def many(self, key: str) -> tuple[str, ...]:
        """Every value of a key that is not empty."""
        return tuple(value for value in self.head.get(key, Field()).values if value)

    def one(self, key: str) -> str:
        """The first value of a key; empty where there is none."""
        return next(iter(self.many(key)), "").strip()

    def wrong(self, key: str, reason: str, index: int = 0) -> ContentError:
        """The error that says what is wrong with the value at ``index`` of a key, with its line."""
        lines = self.head[key].lines if key in self.head else []
        return ContentError(self.path, reason, (lines[index] if index < len(lines) else 0) or None)

    def moment(self, key: str) -> datetime | None:
        """A date; None where none is stated."""
        text = self.one(key)
        return self._parsed(key, text) if text else None

    def end(self) -> datetime | None:
        """When an event ends, which is not before it begins."""
        start, end = self.moment("start"), self.moment("end")
        if start and end and end < start:
            raise self.wrong("end", f"End is {self.one('end')!r}, which is before it begins; mend it or leave it out")
        return end

    def status(self) -> str:
        """One of ``STATUSES``."""
        return self.choice("status", STATUSES) or "published"

    def date(self, named: str) -> datetime:
        """Of the front matter, else of the name; a draft needs none, as with Pelican: it is published some day."""
        found = self.moment("date") or (self._parsed("the date in its name", named) if named else None)
        if found is None and self.status() == "draft":
            found = datetime.max.replace(tzinfo=self.timezone)
        if found is None:
            how = "write `Date: 2026-01-31 14:05` in its front matter or 2026-01-31- before its name"
            raise ContentError(self.path, f"it has no date; {how}")
        return found

    def _parsed(self, key: str, text: str) -> datetime:
        try:
            return parse_moment(text, self.timezone)
        except ValueError:
            name = key.capitalize() if key in self.head else key
            raise self.wrong(
                key, f"{name} is {text!r}, which is no date; write it as 2026-01-31 14:05 or 2026-01-31T14:05+01:00"
            ) from None

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """A word out of a few; empty where none is stated."""
        value = self.one(key).lower()
        if value and value not in allowed:
            raise self.wrong(key, f"{key} is {value!r}; it can be {', '.join(allowed[:-1])} or {allowed[-1]}")
        return value

    def tags(self) -> tuple[str, ...]:
        """Tags, each once, with commas or as a list."""
        parts = (part.strip() for value in self.many("tags") for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def addresses(self, key: str) -> tuple[str, ...]:
        """Addresses on the web, or paths of this home."""
        for index, value in enumerate(self.many(key)):
            if not _is_address(value):
                reason = (
                    f"{key.title()} is {value!r}; it must be an address that begins with https://, or a path with /"
                )
                raise self.wrong(key, reason, index)
        return self.many(key)

    def aliases(self) -> tuple[str, ...]:
        """Old paths; a server never sees what follows ``#``, and a static one nothing of what follows ``?``."""
        found: dict[str, None] = {}
        for index, value in enumerate(self.head.get("alias", Field()).values):
            alias = unquote(value).strip().strip("/")
            if "//" in value or re.search(r"[?#\\]|(?:^|/)\.{0,2}(?:/|$)", alias or "-"):
                reason = f"Alias is {value!r}; it must be an old path of this home, such as /old/post/"
                raise self.wrong("alias", reason, index)
            found.update({alias: None} if alias else {})
        return tuple(found)

    def photos(self) -> tuple[Photo, ...]:
        """Pictures, the n-th ``Alt`` with the n-th ``Photo``."""
        found, alts = self.head.get("photo", Field()), self.head.get("alt", Field()).values
        pairs = zip(found.values, found.lines, strict=True)
        return tuple(
            Photo(path, alts[n] if n < len(alts) else None, line) for n, (path, line) in enumerate(pairs) if path
        )

    def place(self, key: str) -> Place | None:
        """A place with its name, address on the web and postal address; None where none is stated."""
        name, address = self.one(key), self.one(f"{key}-address")
        url = next(iter(self.addresses(f"{key}-url")), "")
        return Place(name, url, address) if name or url or address else None

    def kind(self, title: str, text: str) -> Kind:
        """The kind that is stated, else discovered; with the keys that it needs."""
        stated = self.one("kind").lower()
        if not stated:
            found = discover_kind({key for key in self.head if self.many(key)}, title, text)
        elif stated in BY_NAME:
            found = BY_NAME[stated]
        else:
            near = difflib.get_close_matches(stated, BY_NAME, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(BY_NAME)}"
            raise self.wrong("kind", f"there is no kind {stated!r}; {hint}")
        needs = ("rsvp", "in-reply-to") if found.name == "rsvp" else (found.property,) if found.property else ()
        for key in needs:
            if not self.one(key):
                raise self.wrong(
                    "kind" if stated else found.property, f"a post of kind {found.name} needs `{key.title()}:`"
                )
        return found


def parse_moment(text: str, timezone: tzinfo) -> datetime:
    """A date as people write it (RFC 3339, or with a space, without seconds, without a time); never converted.

    :raises ValueError: it is none.
    """
    moment = datetime.fromisoformat(_OFFSET.sub("", text.strip()))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def _is_address(value: str) -> bool:
    if value.startswith(("/", "{filename}")):
        return not value.startswith("//")
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in value)
