"""Between Pelican's articles and the text that is kept of them."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from pelican.contents import Article
from pelican.urlwrappers import Author, Category, Tag, URLWrapper
from pelican.utils import SafeDatetime

from indieweb.building.kept import Light
from indieweb.building.remarks import Remark
from indieweb.model.post import Post
from indieweb.site.entries import MEDIA
from indieweb.stores.codec import compact, decoder, encoded, moment, moment_text

_WRAPPERS: dict[str, type[URLWrapper]] = {kind.__name__: kind for kind in (Tag, Category, Author)}
_PLAIN = (str, int, float, bool, type(None))
#: Behind its own class, what a value is whose form in JSON does not say it.
_KIND, _VALUE = "is", "of"
_post = decoder(Post)
Settings = dict[str, Any]


class Wrappers:
    """Pelican's tags, categories and authors, one for each name, so that each makes its slug once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[tuple[str, str], URLWrapper] = {}

    def __call__(self, kind: str, name: str) -> URLWrapper:
        """The one of a kind (``Tag``, ``Category``, ``Author``) with a name."""
        found = self._made.get((kind, name))
        if found is None:
            found = self._made[kind, name] = _WRAPPERS[kind](name, self._settings)
        return found


class _Row(NamedTuple):
    """What is kept of an article or page for every build: a row, for in ten thousand tables the names take longest.

    :param kind: Pelican's class of it.
    :param names: its attributes, a line each.
    :param date: as ``moment_text`` writes it.
    :param ahead: when a post that is not stated to be a draft stops being one, in seconds since 1970.
    :param text: attributes that are texts or truth values.
    """

    kind: str
    url: str
    save_as: str
    names: str
    static_links: list[str]
    status: str
    date: str | None
    ahead: float | None
    due: bool
    text: dict[str, Any]
    tags: list[str] | None
    category: str | None
    authors: list[str] | None
    linked: bool
    attaches: bool
    remarks: list[Remark]


_NONE: frozenset[str] = frozenset()
#: A link to another of the owner's files (Pelican's ``INTRASITE_LINK_REGEX``), and one that moves that file.
_LINK, _ATTACH = re.compile(r"[{|]\w+[|}]"), re.compile(r"[{|]attach[|}]")


def is_linked(content: Any) -> bool:
    """Whether a content links to other files of the owner's."""
    return _has(_LINK, content._content) or _has(_LINK, str(content.metadata))


def _has(link: re.Pattern[str], text: str) -> bool:
    return ("{" in text or "|" in text) and link.search(text) is not None


def light_text(article: Any, kind: type, remarks: list[Remark]) -> str:
    """What every build needs to know of an article or page, as JSON.

    :param kind: Pelican's class of it.
    :raises TypeError: it holds something that cannot be kept.
    """
    of = vars(article)
    given = ("slug", "lang", "title", "in_default_lang", "template", MEDIA)
    stated = str(article.metadata.get("status", "") or "").lower()
    waits = isinstance(article, Article) and not article.settings["WITH_FUTURE_DATES"] and stated != "draft"
    return compact(
        _Row(
            kind=kind.__name__,
            url=article.url,
            save_as=article.save_as,
            names="\n".join(sorted(_attributes(article))),
            static_links=sorted(article.get_static_links()),
            status=article.status,
            date=moment_text(article.date) if "date" in of else None,
            ahead=article.date.timestamp() if waits and "date" in of else None,
            due=waits and article.status == "draft",
            text={name: of[name] for name in given if name in of},
            tags=[_named(tag) for tag in of["tags"]] if "tags" in of else None,
            category=_named(of["category"]) if "category" in of else None,
            authors=[_named(author) for author in of["authors"]] if "authors" in of else None,
            linked=is_linked(article),
            attaches=_has(_ATTACH, article._content),
            remarks=remarks,
        )
    )


def _attributes(article: Any) -> set[str]:
    """The attributes that metadata becomes (``pelican.contents.Content.__init__``)."""
    return {f"override_{key}" if key in ("save_as", "url") else key.lower() for key in article.metadata}


def _named(wrapper: Any) -> str:
    if type(wrapper) not in _WRAPPERS.values() or not wrapper._slug_from_name:
        raise TypeError(f"{wrapper!r} is more than its name")
    return str(wrapper.name)


def light_of(path: str, found: Any, wrappers: Wrappers, names: Callable[[str], frozenset[str]]) -> Light:
    """What ``light_text`` wrote.

    :param names: the lines of a text; one set for equal texts.
    :raises TypeError, ValueError, LookupError: it did not write this.
    """
    row = _Row._make(found)
    given = row.text
    given["_status"] = row.status
    if row.date is not None:
        given["date"] = moment(row.date, SafeDatetime)
    if row.tags is not None:
        given["tags"] = [wrappers("Tag", name) for name in row.tags]
    if row.category is not None:
        given["category"] = wrappers("Category", row.category)
    if row.authors:
        given["authors"] = [wrappers("Author", name) for name in row.authors]
        given["author"] = given["authors"][0]
    links = frozenset(row.static_links) if row.static_links else _NONE
    known = names(row.names)
    return Light(
        path,
        row.kind,
        row.url,
        row.save_as,
        known,
        links,
        row.linked,
        row.attaches,
        row.ahead,
        row.due,
        row.remarks,
        given,
    )


def metadata_text(metadata: dict[str, Any]) -> str:
    """Pelican's metadata as JSON.

    :raises TypeError: it holds something that cannot be kept.
    """
    return compact({key: _coded(value) for key, value in metadata.items()})


def metadata_of(text: str, wrappers: Wrappers) -> dict[str, Any]:
    """What ``metadata_text`` wrote."""
    return {key: _decoded(value, wrappers) for key, value in json.loads(text).items()}


def _coded(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if type(value) is list:
        return [_coded(part) for part in value]
    if type(value) is SafeDatetime or type(value) is datetime:
        return {_KIND: type(value).__name__, _VALUE: moment_text(value)}
    if type(value) is tuple:
        return {_KIND: "tuple", _VALUE: [_coded(part) for part in value]}
    if type(value) is Post:
        return {_KIND: "Post", _VALUE: encoded(value)}
    return {_KIND: type(value).__name__, _VALUE: _named(value)}


def _decoded(value: Any, wrappers: Wrappers) -> Any:
    if isinstance(value, list):
        return [_decoded(part, wrappers) for part in value]
    if not isinstance(value, dict):
        return value
    kind, of = value[_KIND], value[_VALUE]
    if kind in _WRAPPERS:
        return wrappers(kind, of)
    if kind == "tuple":
        return tuple(_decoded(part, wrappers) for part in of)
    return _post(of) if kind == "Post" else moment(of, SafeDatetime if kind == "SafeDatetime" else datetime)
