"""The key of a page: a digest of all that its bytes depend on.

What a template can see is told by ``reach``; what that is in this build is digested here, part by part. Where there
is a doubt, more is taken into the key. A key of None says that a page is to be drawn whatever was drawn before.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from indieweb.building.reach import Reach
from indieweb.building.sights import MENUS, WHOLE, Sight, UndigestibleError, outlined, plain
from indieweb.site.heard import Heard
from indieweb.site.home import Entries, Home, Listing
from indieweb.site.known import Known
from indieweb.stores.codec import digest, encoded, joined

#: What a page shows in menus; more of it is all of it.
_OF_MENUS = ("title", "slug", "url", "save_as", "status", "lang")
#: All methods of the renderer of which it is known what they show.
_INDIEWEB = WHOLE | MENUS | {"look", "words", "icon", "card", "line", "head", "text", "heard"}
#: Parts of the home that are told by its settings, by what a page is given, or here.
_HOME = frozenset({"base", "settings", "author", "local", "path_of", "per_page", "entry", "neighbours", "listings"})
#: Attributes of a content by which a template comes to others.
_BEYOND = frozenset({"translations", "related_posts", "_context"})
#: Functions that depend on settings alone, given what they are given.
_FUNCTIONS = frozenset({"feeds_of", "calendar_of"})


class Keys:
    """The keys of one build.

    :param rules: a digest of our code, of Pelican's and of the parts of which the renderer makes pages.
    :param settings: a digest of all settings.
    :param context: what templates see.
    :param digests: of contents, by their ``id``.
    :param open_parts: whether the renderer's parts see more of the home than what they are to draw.
    :param whole_lines: whether a post's line may show more of it than ours does: the owner has written another.
    """

    def __init__(  # noqa: PLR0913 - what a key is made of
        self,
        rules: str,
        settings: str,
        context: Mapping[str, Any],
        digests: Mapping[int, str],
        *,
        open_parts: bool = False,
        whole_lines: bool = False,
    ) -> None:
        self.rules, self.settings, self._context, self._digests = rules, settings, context, digests
        self._open_parts, self.whole_lines = open_parts, whole_lines
        self.home: Home = context["home"]
        self._values: dict[str, Any] = {}
        self._sights: dict[int, Sight] = {}
        self._strange: dict[int, frozenset[str]] = {}

    def of_page(self, reach: Reach, given: Mapping[str, Any]) -> str | None:
        """The key of a page.

        :param given: what its template is given besides the context.
        """
        if reach.chance:
            return None
        try:
            sight = self._sights.get(id(reach)) or self._sights.setdefault(id(reach), Sight(self, reach))
            if self._is_open(reach, given):
                return joined(self.rules, reach.digest, self._everything, *sight.given(given))
            return joined(sight.common, self._neighbours(reach, given, sight), *sight.given(given))
        except UndigestibleError:
            return None

    def of_file(self, depends: Sequence[Any]) -> str:
        """The key of a file that no template draws.

        :param depends: as ``Output.file`` takes it.
        """
        return digest([self.rules, *depends])

    def _is_open(self, reach: Reach, given: Mapping[str, Any]) -> bool:
        """Whether a template can see what is not told apart."""
        names = self._strange.get(id(reach))
        if names is None:
            names = self._strange[id(reach)] = self._underivable(reach)
        return reach.everything or any(name not in given for name in names)

    def _underivable(self, reach: Reach) -> frozenset[str]:
        """What a template reads that can be anything, unless a page is given it."""
        if (
            (self._open_parts and reach.indieweb)
            or reach.names & _BEYOND
            or reach.home - _HOME - {"entries"}
            or reach.indieweb - _INDIEWEB
        ):
            return frozenset({"*"})
        known = {name for name in reach.variables if name in self._context and not name.isupper()}
        return frozenset(known - {"home", "indieweb", "pages", *_FUNCTIONS})

    def setting(self, name: str) -> Any:
        """A setting, or what else has a name in capitals."""
        if name not in self._values:
            self._values[name] = plain(self._context.get(name)) if name in self._context else ["not there"]
        return self._values[name]

    def _neighbours(self, reach: Reach, given: Mapping[str, Any], sight: Sight) -> str:
        if "neighbours" not in reach.home or "article" not in given:
            return ""
        known = self.home.known(given["article"])
        return " ".join([sight.of(each) for each in self.home.known_neighbours(known.url) if each]) if known else ""

    def head(self, listing: Listing, leaf: Any) -> str:
        """What the head of a list says besides its titles: its newest post, and on the home page every list."""
        entries = (leaf or listing).entries
        newest = entries.known[:1] if isinstance(entries, Entries) else []
        is_home = not listing.path and not (leaf and leaf.number)
        return " ".join([self.home.line_digest(known) for known in newest] + [self._counted if is_home else ""])

    @cached_property
    def _counted(self) -> str:
        return digest([[*outlined(listing), len(listing.entries)] for listing in self.home.listings])

    def pages(self, reach: Reach) -> Any:
        """What a template can see of the pages that menus name."""
        pages = self._context["pages"]
        more = frozenset(name for page in pages for name in page.metadata) | {"content", "summary", "metadata"}
        if reach.names & (more - set(_OF_MENUS)):
            return [self.of_content(page) for page in pages]
        return [[str(getattr(page, name, "")) for name in _OF_MENUS] for page in pages]

    @cached_property
    def menus(self) -> list[Any]:
        """What all pages lead to."""
        renderer = self._context["indieweb"]
        return [renderer.menu, renderer.footer_menu]

    def of_content(self, content: Any) -> str:
        """The digest of an article or page."""
        try:
            return self._digests[id(content)]
        except KeyError:
            raise UndigestibleError from None

    @cached_property
    def home_rules(self) -> str:
        """A digest of what the home says of itself."""
        home = self.home
        return digest([encoded(home.author), repr(home.settings), home.per_page])

    @cached_property
    def _everything(self) -> str:
        contents = [content for content in self._context["generated_content"].values() if content is not None]
        talk = [[url, self.of_talk(url)] for url in sorted(self.home.mentions)]
        contexts = [[url, encoded(entry)] for url, entry in sorted(self.home.contexts.items())]
        return digest([self.settings, sorted(map(self.of_content, contents)), talk, contexts])

    def of_talk(self, url: str) -> str:
        """A digest of what a conversation shows; empty where there is none."""
        home = self.home
        talk = home.mentions.get(url)
        if not talk:
            return ""
        return digest([home.mention_digest(each) for each in talk])

    def of_brief(self, known: Known) -> str:
        """A digest of an entry with what lists show beside it: how many answered."""
        replies = self.home.replies(known.url)
        return f"{self.home.digest(known)} {replies}" if replies else self.home.digest(known)

    def of_heard(self, said: Heard) -> str:
        """A digest of what somebody said to a post, as the page of mentions shows it."""
        return f"{self.home.mention_digest(said.mention)} {self.home.digest(said.post)}"
