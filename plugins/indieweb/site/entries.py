"""From Pelican's articles to entries: the only place where one becomes the other."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from indieweb.errors import ContentError
from indieweb.model.entry import Card, Entry, Media, Tag, shorten
from indieweb.model.frontmatter import Head, head_of
from indieweb.model.media_types import type_of
from indieweb.model.post import Post, make_post
from indieweb.settings import Settings
from indieweb.site import problems
from indieweb.site.home import Content
from indieweb.site.known import Known

#: A tag with attributes.
_TAG = re.compile(r"""<[a-z][^<>"'=]*+=(?:[^<>"']++|"[^"]*"|'[^']*')*+>""", re.IGNORECASE)
_ADDRESS = re.compile(r"""(\s(?:href|src|poster|cite)=)("([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: An address that is absolute already, with nothing in it that could be written in another way.
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~%/+-]*)?")
_APART = re.compile(
    r"</?(?:p(?:re)?|d(?:iv|[ltd])|li|[uo]l|h[1-6r]|b(?:r|lockquote)|t(?:[rdh]|able)|fig(?:ure|caption)|section)\b[^>]*>",
    re.IGNORECASE,
)
_HREF = re.compile(r'<a\s[^<>]*?href="([^"]*)"')
_FOOTNOTES = re.compile(r'<sup id="fnref.*?</sup>|<div class="footnote">.*?</div>', re.DOTALL)
_MARKUP = re.compile(r"<(?:(script|style)\b.*?</\1>|[^>]*>)", re.IGNORECASE | re.DOTALL)
#: Where Pelican's metadata keeps what the reader of ours found; ``article.indieweb_post``.
POST = "indieweb_post"
#: Where it keeps the photos, videos and sounds that its front matter names.
MEDIA = "indieweb_media"


@lru_cache(2)  # it is asked twice for the words of a post: for its kind, and for its entry
def text_of(markup: str) -> str:
    """HTML of the owner's as text in one line, without footnotes and the numbers that lead to them."""
    if "<" in markup:
        if "footnote" in markup or "fnref" in markup:
            markup = _FOOTNOTES.sub("", markup)
        markup = _MARKUP.sub("", _APART.sub(" ", markup))
    return " ".join(html.unescape(markup).split())


def absolute_markup(markup: str, base: str) -> str:
    """HTML of the owner's with every address resolved against ``base``."""

    def resolve(found: re.Match[str]) -> str:
        address = found[3] if found[3] is not None else found[4]
        if _ABSOLUTE.fullmatch(address):
            return f'{found[1]}"{address}"'
        return f'{found[1]}"{html.escape(_without_blanks(urljoin(base, html.unescape(address))))}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(resolve, tag[0]), markup)


def _without_blanks(address: str) -> str:
    """A file's name may have blanks, an address may not (RFC 3986, section 2)."""
    return address.strip().replace(" ", "%20")


def stated_post(article: Content) -> Post | None:
    """The post that our reader found in an article's file; None where another reader read it."""
    found = article.metadata.get(POST)
    return found if isinstance(found, Post) else None


def media_of(post: Post | None) -> list[str]:
    """The photos, videos and sounds that a post's front matter names, as they are written there."""
    return [*(photo.path for photo in post.photos), *post.videos, *post.audios] if post else []


def post_of(article: Content, settings: Settings) -> Post:
    """What an article's front matter says, whoever read it.

    :raises ContentError: where it cannot be understood.
    """
    found = stated_post(article)
    if found is not None:
        return found
    return make_post(_head(article.metadata), text_of(article.content), _path(article), ZoneInfo(settings.timezone))


def _head(metadata: Mapping[str, object]) -> Head:
    values: dict[str, str | list[str]] = {}
    for key, value in metadata.items():
        if isinstance(value, datetime):
            values[key] = value.isoformat()
        elif isinstance(value, list | tuple):
            values[key] = [str(part) for part in value]
        else:
            values[key] = str(value)
    return head_of(values)


def _path(article: Content) -> str:
    return str(article.relative_source_path)


def entry_of(article: Content, settings: Settings, author: Card) -> Entry:
    """The entry of one article, with absolute addresses.

    :raises ContentError: where its front matter cannot be understood.
    """
    post = post_of(article, settings)
    siteurl = settings.siteurl
    url = f"{siteurl}/{article.url}"
    content = absolute_markup(article.get_content(siteurl), url)
    text = text_of(article._content or "")  # addresses are no text
    return Entry(
        url=url,
        kind=post.kind.name,
        name="" if post.kind.name == "note" else text_of(html.escape(post.title)),
        content=content,
        text=text,
        summary=text_of(post.summary) or shorten(text, 200),
        published=_plain(article.date) if hasattr(article, "date") else post.date,
        updated=post.modified or post.date,
        author=author,
        categories=tuple(Tag(tag.name, tag.slug) for tag in getattr(article, "tags", ())),
        photos=tuple(_media(photo.path, article, siteurl, photo.alt) for photo in post.photos),
        videos=tuple(_media(path, article, siteurl) for path in post.videos),
        audios=tuple(_media(path, article, siteurl) for path in post.audios),
        answers={name: _answered(cited, article, siteurl) for name, cited in post.answers.items()},
        rsvp=post.rsvp,
        start=post.start,
        end=post.end,
        place=post.place,
        syndication=post.syndication,
        syndicate_to=post.syndicate_to,
        lang=post.lang,
    )


def known_of(entry: Entry, article: Content, siteurl: str, load: Callable[[], Entry]) -> Known:
    """What is known of the entry of an article.

    :param siteurl: the address of the home, without a slash at its end.
    :param load: gives the entry whenever it is asked for.
    """
    post = stated_post(article)
    return Known(
        url=entry.url,
        kind=entry.kind,
        file=f"content/{_path(article)}",
        label=entry.label if entry.name or entry.text else "",
        published=entry.published,
        updated=entry.updated,
        tags=entry.categories,
        lang=entry.lang,
        rsvp=entry.rsvp,
        answers=tuple((name, cited.url) for name, all_ in entry.answers.items() for cited in all_),
        links=_links_to(entry.content, f"{siteurl}/"),
        aliases=post.aliases if post else (),
        syndicate_to=entry.syndicate_to,
        load=load,
    )


def _links_to(markup: str, home: str) -> tuple[str, ...]:
    """The pages below ``home`` that the HTML links to."""
    addresses = (html.unescape(found).partition("#")[0] for found in _HREF.findall(markup))
    return tuple(dict.fromkeys(address for address in addresses if address.startswith(home)))


def _plain(moment: datetime) -> datetime:
    """A date of Pelican's kind as one of Python's: the same moment in the same zone."""
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)
    return datetime(*fields, tzinfo=moment.tzinfo, fold=moment.fold)


def _answered(addresses: Iterable[str], article: Content, siteurl: str) -> tuple[Entry, ...]:
    """What is answered, known by address alone: a path is one of this home's, ``{filename}`` is Pelican's."""
    return tuple(Entry(url=_resolved(address, article, siteurl)) for address in addresses)


def _resolved(address: str, article: Content, siteurl: str) -> str:
    if address.startswith("{filename}"):
        linked = article._update_content(f'<a href="{html.escape(address)}">', siteurl)
        found = _ADDRESS.search(linked)
        address = html.unescape(found[3]) if found else address
    return f"{siteurl}{address}" if address.startswith("/") else address


def media_source(path: str, article_path: str, exists: Mapping[str, object] | Iterable[str]) -> str | None:
    """Where a medium that front matter names stands below ``content/``: beside the post, or from its root.

    :param exists: every path below ``content/`` that is published.
    """
    bare = re.sub(r"^\{(?:static|attach)\}", "", path)
    beside = PurePosixPath(article_path).parent / bare.lstrip("/")
    candidates = [bare.lstrip("/")] if bare.startswith("/") else [str(beside), bare]
    return next((found for found in candidates if found in exists), None)


def _media(path: str, article: Content, siteurl: str, alt: str | None = None) -> Media:
    """A medium at its published address; one that is missing is a problem that names the line."""
    published = article._context["static_content"]
    source = media_source(path, _path(article), published)
    if source is None and not path.startswith(("http://", "https://")):
        problems.report(_missing(path, article))
    url = path if source is None else _without_blanks(f"{siteurl}/{published[source].url}")
    return Media(url, alt, type=type_of(path))


def _missing(path: str, article: Content) -> ContentError:
    post = stated_post(article)
    line = next((photo.line for photo in post.photos if photo.path == path), None) if post else None
    return ContentError(
        f"content/{_path(article)}", f"{path} is not there; put it below content/ or beside the post", line or None
    )
