"""Settling what has changed, side by side; what has not is known from the last time."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple

from pelican.contents import Article
from pelican.contents import Content as PelicanContent

from indieweb.building import times
from indieweb.building.kept import READY, Kept
from indieweb.building.reading import Memory
from indieweb.building.records import is_linked
from indieweb.building.remarks import Remark, heard, say
from indieweb.building.workers import share
from indieweb.errors import ContentError, HomeError
from indieweb.model.entry import Entry, Tag
from indieweb.site import problems
from indieweb.site.entries import known_of
from indieweb.site.home import Content
from indieweb.site.known import Known
from indieweb.site.settling import Settler
from indieweb.stores.builds import BrokenStoreError, Settled
from indieweb.stores.codec import compact, decoder, digest, encoded, joined, loads_each, moment

LEAST, CHUNK = 40, 16
_entry = decoder(Entry)
_tag = cache(Tag)
#: What stands in the light part where it is not empty.
_SOMETIMES = ("lang", "rsvp", "answers", "links", "aliases", "syndicate_to")
Found = dict[int, Known | None]


class Outcome(NamedTuple):
    """What settling one content gave, as plain data.

    :param light: what is known of it, as JSON.
    :param entry: its entry, as JSON; empty where it has none.
    """

    light: str
    entry: str
    remarks: list[Remark]
    problems: list[HomeError]


@dataclass
class RememberingSettler(Settler):
    """Does as a ``Settler``, but for contents out of the store only what is not settled already.

    :param rules: a digest of the settings that entries depend on.
    :param digests: of all that is shown of a content, by its ``id``; a content that is not in it cannot be digested.
    """

    memory: Memory = field(kw_only=True)
    rules: str = field(kw_only=True)
    context: dict[str, Any] = field(kw_only=True)
    digests: dict[int, str] = field(default_factory=dict)

    def settle_at_once(self, content: Content) -> tuple[Settled, str] | None:
        """What becomes of a content that was just read, with its entry as JSON, if it meets no file but its own.

        Its key takes for granted that it is listed, if it is an article; where it turns out otherwise, another key is
        asked for, and it is settled again.
        """
        if is_linked(content) or self.shows_files(content):
            return None
        is_entry = isinstance(content, Article) and content.status != "draft"
        with heard() as said:
            light, entry = self._settled(content, shows=False, is_entry=is_entry)
        if said.problems:
            return None  # they are said when all is settled
        key = self._joined(content, "", is_entry=is_entry)
        return Settled(content.relative_source_path, key, digest(entry), light(said.remarks)), entry

    def settle(self, contents: Sequence[Content], articles: Sequence[Content]) -> Iterator[tuple[Content, Known]]:
        """As ``Settler.settle``."""
        self._entries = {id(article) for article in articles}
        self._addresses = digest(sorted((each.relative_source_path, each.url) for each in contents))
        self._places = self.files or digest(sorted(self.context["static_content"]))
        found: Found = {}
        self._moves = self.memory.moves_files
        kept = [self.memory.settled.pop(content.relative_source_path, None) for content in contents]
        told = loads_each([settled.light if settled else "null" for settled in kept])
        each = zip(contents, kept, told, strict=True)
        due = [content for content, settled, light in each if not self._is_settled(content, settled, light, found)]
        apart = [each for each in due if isinstance(each, Kept) and not (self._moves and self._meets_files(each))]
        with times.phase("converting"):
            self._apart(apart, found)
        together = [each for each in due if id(each) not in found]
        self._together(together, [each for each in articles if id(each) not in found], found)
        self.context[READY] = True
        yield from ((article, known) for article in articles if (known := found[id(article)]))

    def _is_settled(self, content: Content, settled: Settled | None, told: Any, found: Found) -> bool:
        """Whether all is known of a content from the last time; then it is in ``found``, and its remarks are said."""
        if not isinstance(content, Kept) or settled is None or told is None:
            return False
        if settled.key != self._key(content, shows=told["shows"]):
            return False
        if self._moves and (told["shows"] or self.memory.light(content.relative_source_path).linked):
            return False
        if told["remarks"]:
            say([(name, words) for name, words in told["remarks"]])
        self._know(content, settled, told, found)
        return True

    def _know(self, content: Content, settled: Settled, told: dict[str, Any], found: Found) -> None:
        path = settled.path
        found[id(content)] = self._known(path, settled.digest, told["known"]) if told["known"] else None
        self.digests[id(content)] = f"{self.memory.digest(path)} {settled.key} {settled.digest}"

    def _key(self, content: Content, *, shows: bool) -> str:
        """A digest of all that settling a content depends on besides its file."""
        linked = self.memory.light(content.relative_source_path).linked
        meets = f"{self._addresses} {self._places}" if linked else self._places if shows else ""
        return self._joined(content, meets, is_entry=id(content) in self._entries)

    def _joined(self, content: Content, meets: str, *, is_entry: bool) -> str:
        return joined(self.rules, content.url, content.status, str(is_entry), meets)

    def _meets_files(self, content: Content) -> bool:
        return bool(self.memory.light(content.relative_source_path).linked) or self.shows_files(content)

    def _apart(self, contents: Sequence[Content], found: Found) -> None:
        """Settle contents of which none has a say in another, and keep what came of it."""
        shared = share(contents, self._outcome, least=LEAST, chunk=CHUNK)
        for content, outcome in zip(contents, shared, strict=True):
            say(outcome.remarks)
            problems.put(outcome.problems)
            found[id(content)] = None
            if outcome.problems:
                continue
            told = json.loads(outcome.light)
            key = self._key(content, shows=told["shows"])
            settled = Settled(content.relative_source_path, key, digest(outcome.entry), outcome.light)
            self.memory.store.put_settled(settled, outcome.entry)
            self._know(content, settled, told, found)
        if contents:
            self.memory.store.save()  # other processes are to see it

    def _outcome(self, content: Content) -> Outcome:
        with heard() as said:
            content.make()
            shows = self.shows_files(content)
            self.ready([content])
            light, entry = self._settled(content, shows=shows, is_entry=id(content) in self._entries)
        return Outcome(light(said.remarks), entry, said.remarks, said.problems)

    def _settled(self, content: Content, *, shows: bool, is_entry: bool) -> tuple[Callable[[list[Remark]], str], str]:
        known, text = None, ""
        if is_entry:
            try:
                entry = self.finished(content)
                known = _brief(known_of(entry, content, self.siteurl, partial(_itself, entry)))
                text = compact(encoded(entry))
            except ContentError as error:
                problems.report(error)
            PelicanContent.__dict__["get_content"].cache.clear()  # it keeps every text for ever
        return partial(_light, known, shows), text

    def _together(self, contents: Sequence[Content], articles: Sequence[Content], found: Found) -> None:
        """Settle contents in their order: files are moved by them, or they cannot be kept."""
        found.update(dict.fromkeys(map(id, contents)))
        for article, known in super().settle(contents, articles):
            entry = known.load()
            known.digest = digest(encoded(entry))
            found[id(article)] = known
            if isinstance(article, Kept):
                self.digests[id(article)] = f"{self.memory.digest(article.relative_source_path)} {known.digest}"

    def _known(self, path: str, entry_digest: str, told: dict[str, Any]) -> Known:
        return Known(
            url=told["url"],
            kind=told["kind"],
            file=f"content/{path}",
            label=told["label"],
            published=_moment(told["published"]),
            updated=_moment(told["updated"]),
            tags=tuple([_tag(*each) for each in told["tags"]]),
            lang=told.get("lang", ""),
            rsvp=told.get("rsvp", ""),
            answers=tuple(map(tuple, told.get("answers", ()))),
            links=tuple(told.get("links", ())),
            aliases=tuple(told.get("aliases", ())),
            syndicate_to=tuple(told.get("syndicate_to", ())),
            digest=entry_digest,
            line=told["line"],
            load=partial(self._load, path),
        )

    def _load(self, path: str) -> Entry:
        try:
            entry: Entry = _entry(self.memory.store.entry(path))
        except (LookupError, TypeError, ValueError) as error:
            raise BrokenStoreError(f"{self.memory.store.path}: what is kept of {path} is broken") from error
        return entry


def _brief(known: Known) -> dict[str, Any]:
    told = {name: encoded(getattr(known, name)) for name in ("url", "kind", "label", "published", "updated", "tags")}
    told["line"] = digest(encoded(known.shown_in_a_line))
    return told | {name: encoded(value) for name in _SOMETIMES if (value := getattr(known, name))}


def _light(known: dict[str, Any] | None, shows: bool, remarks: list[Remark]) -> str:
    return compact({"known": known, "shows": shows, "remarks": remarks})


def _moment(text: str | None) -> Any:
    return moment(text) if text else None


def _itself(entry: Entry) -> Entry:
    return entry
