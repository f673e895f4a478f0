"""Finished markup for themes: our own autoescaped Jinja environment (Pelican's has no autoescape).

A theme is handed ``Markup`` and never a foreign string. Templates stand in ``indieweb/templates/indieweb/``; a
theme replaces one by a file of the same name in its own ``templates/indieweb/``, and so does a folder that
``THEME_TEMPLATES_OVERRIDES`` names.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from markupsafe import Markup

from indieweb.model.entry import Card, Entry, Media
from indieweb.model.face import FACES, PHOTOS
from indieweb.model.mention import Mention
from indieweb.site import words
from indieweb.site.heard import Heard, mentions_page
from indieweb.site.home import Content, Home, Listing
from indieweb.site.known import Known
from indieweb.site.leaves import Leaf
from indieweb.site.markup import boxed, lowered, unanchored
from indieweb.site.parts import Macros, PartsEnvironment
from indieweb.site.policy import content_security_policy
from indieweb.site.preview import Preview, preview_of_entry, preview_of_listing, preview_of_page, preview_of_path
from indieweb.site.talk import talk_of
from indieweb.web.ours import is_ours

PARTS = Path(__file__).parents[1] / "templates"
#: The colours and the types that the theme has; the first is what anything else falls back to.
ACCENTS = ("teal", "blue", "plum", "rust", "moss", "ink")
TYPES = ("serif", "sans")
#: How many tags' feeds the home page names to readers; the page Follow names them all.
MOST_TAGS = 50


#: Slugs of the pages that the head of every page leads to.
_MAIN_PAGES = ("about", "follow")


def _way(page: Content) -> tuple[str, str]:
    return page.url, page.title


class Renderer:
    """What templates call ``indieweb``: each method takes an entry or a Pelican article, and gives markup.

    ``indieweb.words`` has the functions by which dates and names are said (``indieweb.words.day(moment)``).
    """

    words = words

    def __init__(self, home: Home, pelican_settings: dict[str, Any], context: dict[str, Any]) -> None:
        self.home, self._context = home, context
        #: What is drawn once for all lists, by what it is, the address of the entry, and how it is drawn.
        self._drawn_before: dict[tuple[str, str, object], Markup] = {}
        theme = Path(pelican_settings["THEME"]) / "templates"
        self._folders = [*pelican_settings.get("THEME_TEMPLATES_OVERRIDES", ()), theme, PARTS]

    @property
    def look(self) -> str:
        """The classes of ``<html>`` that say the owner's accent and type; what the theme lacks is teal and serif."""
        accent, type_ = self.home.settings.accent.lower(), self.home.settings.type.lower()
        chosen = accent if accent in ACCENTS else ACCENTS[0], type_ if type_ in TYPES else TYPES[0]
        return "accent-{} type-{}".format(*chosen)

    @cached_property
    def menu(self) -> list[tuple[str, str]]:
        """What the head of a page leads to: paths below the home, and the words for them."""
        # Notes, articles, photos: the table of kinds begins with what is rare.
        lists = [each for each in reversed(self.home.listings) if each.path in ("notes/", "articles/", "photos/")]
        pages = [page for slug in _MAIN_PAGES for page in self._pages if page.slug == slug]
        return [*((each.path, each.title) for each in lists), ("archive/", "Archive"), *map(_way, pages)]

    @cached_property
    def footer_menu(self) -> list[tuple[str, str]]:
        """What the foot of a page leads to: all other pages, what others said, and how to follow the home."""
        others = [page for page in self._pages if page.slug not in _MAIN_PAGES]
        said = [(path, "Mentions") for path in [mentions_page(self._context)] if path]
        return [*map(_way, others), *said, *(_way(page) for page in self._pages if page.slug == _MAIN_PAGES[-1])]

    @property
    def _pages(self) -> list[Content]:
        return list(self._context.get("pages", ()))

    def head(
        self,
        content: Content | Entry | None = None,
        listing: Listing | None = None,
        title: str = "",
        leaf: Leaf[Any] | None = None,
        path: str | None = None,
    ) -> Markup:
        """What belongs into ``<head>``: the policy, the endpoint, the feeds, rel=me and what the page says of itself.

        :param leaf: the page of the listing, where it is not the newest one.
        :param path: below the home, of a page that is none of these.
        """
        is_home = bool(listing and not listing.path and not (leaf and leaf.number))
        return self._part(
            "head.html",
            entry=self._entry(content),
            hidden=getattr(content, "status", "") == "hidden",
            preview=self._preview(content, listing, title, leaf, path),
            is_home=is_home,
            policy=self._policy,
            feeds=self._feeds(listing, is_home=is_home)
            if listing
            else [*self._comment_feeds(content), *self._feeds_of_home],
        )

    def _comment_feeds(self, content: Content | Entry | None) -> Sequence[Any]:
        """The feeds of the replies to a post; none for anything else."""
        give, known = self._context.get("comment_feeds_of"), self.home.known(content) if content else None
        return give(known) if give and known else ()

    def _feeds(self, listing: Listing | None, *, is_home: bool) -> list[Any]:
        """What a reader finds on a page: the feeds of its list and of the home.

        From the home page it finds every list's, in the first format: the kinds', and those of the tags most used.
        """
        feeds_of = self._context.get("feeds_of")
        if feeds_of is None:
            return []
        shown = [listing, *self.home.listings[:1]] if listing and listing.path else self.home.listings[:1]
        found = [feed for each in shown for feed in feeds_of(each)]
        parts = self.home.listings[1:] if is_home else []
        tags = sorted((each for each in parts if each.tag), key=lambda each: (-len(each.entries), each.path))
        return found + [feeds_of(each)[0] for each in [*(each for each in parts if each.kind), *tags[:MOST_TAGS]]]

    def entry(self, content: Content | Entry, heading: str = "h1") -> Markup:
        """The whole h-entry of a post's own page, with the conversation in it."""
        return self._drawn(self._entry(content), heading, whole=True, conversation=self.conversation(content))

    def brief(self, content: Content | Entry | Known, heading: str = "h2") -> Markup:
        """The h-entry as a list shows it: notes whole, articles by their summary. Drawn once for all lists."""
        draw = partial(self._drawn, heading=heading, whole=False, conversation="")
        return self._once("brief", content, heading, draw)

    def line(self, content: Content | Entry | Known, *, year: bool = True) -> Markup:
        """A post in one line, as archives show it: date, icon and a linked line that names it."""
        return self._once("line", content, year, partial(self._line, year=year))

    def conversation(self, content: Content | Entry) -> Markup:
        """Replies, likes, reposts, bookmarks, RSVPs and mentions of a post, and how to answer it."""
        entry = self._entry(content)
        if entry is None:
            return Markup()
        talk = talk_of(self.home.mentions.get(entry.url, ()))
        return self._part("conversation.html", entry=entry, talk=talk, feeds=self._comment_feeds(entry) if talk else ())

    def heard(self, said: Heard) -> Markup:
        """What somebody said to a post, in a line of the page of all mentions."""
        return self._part("heard.html", said=said, mention=said.mention, label=self.home.label(said.post))

    def context(self, content: Content | Entry) -> Markup:
        """What a post answers, each as an h-cite."""
        entry = self._entry(content)
        return self._part("context.html", entry=entry, kind=entry.of_kind) if entry else Markup()

    def card(self, heading: str = "p") -> Markup:
        """The representative h-card of the home, with its name in an element of the given name."""
        return self._part("card.html", card=self.home.author, heading=heading)

    def icon(self, name: str) -> Markup:
        """A small drawing of the table of kinds, hidden from screen readers: a word belongs beside it."""
        return self._part("icon.html", name=name)

    def text(self, page: Content) -> Markup:
        """The words of a page of Pelican's, made ready for the theme as the words of posts are."""
        return self._own(page.get_content(self.home.settings.siteurl))

    def _once(
        self, part: str, content: Content | Entry | Known, how: object, draw: Callable[[Entry | None], Markup]
    ) -> Markup:
        """What is drawn of an entry in many lists; the entry is made only to be drawn."""
        known = content if isinstance(content, Known) else self.home.known(content)
        if known is None or (isinstance(content, Entry) and self.home.made(known) is not content):
            return draw(self._entry(content))  # it is not one of the home's, whatever its address is
        place = part, known.url, how
        drawn = self._drawn_before.get(place)
        if drawn is None:
            drawn = self._drawn_before[place] = draw(self.home.made(known))
        return drawn

    def _line(self, entry: Entry | None, *, year: bool) -> Markup:
        return self._part("line.html", entry=entry, year=year)

    def _drawn(self, entry: Entry | None, heading: str, *, whole: bool, conversation: str) -> Markup:
        if entry is None:  # a post that was reported as broken, while the rest is built
            return Markup()
        give = self._context.get("calendar_of")
        return self._part(
            "entry.html",
            entry=entry,
            kind=entry.of_kind,
            heading=heading,
            whole=whole,
            replies=0 if whole else self.home.replies(entry.url),
            calendar=give(entry) if give else "",
            conversation=conversation,
        )

    def _preview(
        self,
        content: Content | Entry | None,
        listing: Listing | None,
        title: str,
        leaf: Leaf[Any] | None,
        path: str | None,
    ) -> Preview:
        entry = self._entry(content)
        if entry is not None:
            return preview_of_entry(self.home, entry)
        if content is not None:
            return preview_of_page(self.home, content)
        return preview_of_listing(self.home, listing, leaf) if listing else preview_of_path(self.home, title, path)

    def _part(self, part: str, *, whole: bool = True, **values: Any) -> Markup:
        template = self.environment.get_template(f"indieweb/{part}")
        return Markup(template.render(draw=self._macros[whole], whole=whole, **values))  # noqa: S704

    def _entry(self, content: Content | Entry | None) -> Entry | None:
        return content if isinstance(content, Entry) else self.home.entry(content)

    @cached_property
    def environment(self) -> PartsEnvironment:
        """Where the parts are looked for, and what they can say."""
        made = PartsEnvironment(FileSystemLoader(self._folders))
        made.globals.update(home=self.home, settings=self.home.settings)
        made.filters.update(
            local=self.home.local,
            own=self._own,
            listed=self._listed,
            is_own=self._is_own,
            face_of=self._face_of,
            fine_face_of=self._fine_face_of,
            kept_photos=self._kept_photos,
            larger=PHOTOS.larger,
        )
        return made

    @cached_property
    def _macros(self) -> dict[bool, Macros]:
        """What parts call ``draw``, on a page of its own and in lists."""
        return {whole: Macros(self.environment, whole=whole) for whole in (True, False)}

    @cached_property
    def _policy(self) -> str:
        return content_security_policy(self.home.settings)

    @cached_property
    def _feeds_of_home(self) -> list[Any]:
        return self._feeds(None, is_home=False)

    def _own(self, markup: str) -> Markup:
        """The owner's HTML with this home's addresses as paths, made ready for a page of its own."""
        return Markup(self.home.local(boxed(lowered(markup))))  # noqa: S704

    def _listed(self, markup: str) -> Markup:
        """The owner's HTML, made ready for a list, where ids of other posts stand beside it."""
        return self._own(unanchored(markup))

    def _is_own(self, mention: Mention) -> bool:
        """Whether the owner said it. What a file says of its own origin is not asked: anybody may write one."""
        return is_ours(mention.source, self.home.settings)

    def _face_of(self, card: Card) -> str:
        """The portrait of a person, if this home has it; a stranger's server is never asked for one."""
        ours = card.photo.startswith(self.home.front)
        return self.home.local(FACES.smaller(card.photo) or card.photo) if ours else ""

    def _fine_face_of(self, card: Card) -> str:
        """The same for a screen with two pixels a point, where there is one of its own."""
        return self.home.local(card.photo) if self._face_of(card) and FACES.smaller(card.photo) else ""

    def _kept_photos(self, photos: Sequence[Media]) -> list[Media]:
        """Those of a stranger's photos that this home has."""
        ours = self.home.front
        return [photo for photo in photos if photo.url.startswith(ours) and PHOTOS.larger(photo.url)]
