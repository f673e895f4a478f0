"""Articles and pages out of the store: real ones of Pelican's, made in full when somebody looks closer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pelican.contents import Article, Content, Page

from indieweb.building.remarks import Remark, heard
from indieweb.site.settling import settler

#: What Pelican gives to a content besides its metadata (``pelican.contents.Content.__init__``).
GIVEN = frozenset(
    {
        *("settings", "_content", "_context", "translations", "metadata", "template", "author", "authors"),
        *("in_default_lang", "lang", "slug", "source_path", "relative_source_path", "date_format", "timezone"),
        *("locale_date", "modified", "locale_modified", "status", "_status", "_summary"),
    }
)
#: What stands in ``Light.given``.
AT_HAND = frozenset(
    {
        *("slug", "lang", "title", "in_default_lang", "template", "indieweb_media", "_status", "date", "tags"),
        *("category", "authors", "author"),
    }
)
#: Where the context that Pelican's generators share says how far the build is: that words have been made ready, and
#: that links in metadata have been brought up to date.
READY, REFRESHED = "indieweb_ready", "indieweb_refreshed"
#: Gives the markup and the metadata of a file, by its path below ``content/``.
Restore = Callable[[str], tuple[str, dict[str, Any]]]


@dataclass(slots=True)
class Light:
    """What is known of an article or page without making it.

    :param kind: the name of Pelican's class of it.
    :param names: the attributes that it has besides those that every content has.
    :param linked: whether it links to other files of the owner's; ``attaches``: whether it moves any.
    :param ahead: when it stops waiting for its date, in seconds since 1970; ``due``: whether it waited.
    :param given: attributes that Pelican asks of every article in every build, ready to be had.
    """

    path: str
    kind: str
    url: str
    save_as: str
    names: frozenset[str]
    static_links: frozenset[str]
    linked: bool
    attaches: bool
    ahead: float | None
    due: bool
    remarks: list[Remark]
    given: dict[str, Any]


class Kept:
    """A content of which only the light part is there. Whatever else is asked for has all of it made."""

    _light: Light
    _restore: Restore | None
    indieweb_media: Sequence[str] = ()

    def __init__(self, light: Light, source_path: str, context: dict[str, Any], restore: Restore) -> None:
        self.__dict__ = {**light.given, "translations": []}
        self.source_path, self.relative_source_path = source_path, light.path
        self._light, self._context, self._restore = light, context, restore

    def __getattr__(self, name: str) -> Any:
        """What is not there yet (Python asks here for nothing else)."""
        known = self.__dict__
        light = known.get("_light")
        if light is None or known["_restore"] is None or not (name in GIVEN or name in light.names):
            raise AttributeError(f"{type(self).__name__} has no {name}")
        self.make()
        return getattr(self, name)

    def make(self) -> None:
        """Make all of it, as Pelican would have; what was set meanwhile stays."""
        restore, self._restore = self._restore, None
        if restore is None:
            return
        meanwhile = dict(self.__dict__)
        context = self._context
        content, metadata = restore(self._light.path)
        super().__init__(content, metadata, context["indieweb_settings"], self.source_path, context)  # type: ignore
        self.__dict__.update({name: value for name, value in meanwhile.items() if name not in AT_HAND})
        if context.get(REFRESHED):
            super().refresh_metadata_intersite_links()  # type: ignore[misc]
        if context.get(READY):
            with heard():  # it was said when its words were made ready first
                settler(context).ready([self])

    @property
    def is_made(self) -> bool:
        """Whether all of it is there."""
        return self._restore is None

    @property
    def url(self) -> str:
        """The address below the home."""
        return self._light.url if self._restore is not None else super().url  # type: ignore[misc]

    @property
    def save_as(self) -> str:
        """The file below the output."""
        return self._light.save_as if self._restore is not None else super().save_as  # type: ignore[misc]

    def get_relative_source_path(self, source_path: str | None = None) -> str:
        """The path below ``content/``."""
        if not source_path:
            return self._light.path
        return super().get_relative_source_path(source_path)  # type: ignore[misc,no-any-return]

    def get_static_links(self) -> set[str]:
        """The files that it links to."""
        return set(self._light.static_links)

    def refresh_metadata_intersite_links(self) -> None:
        """Bring links in metadata up to date; what is not made yet is brought so when it is."""
        self._context[REFRESHED] = True
        if self.is_made:
            super().refresh_metadata_intersite_links()  # type: ignore[misc]


class ReadArticle(Article):  # type: ignore[misc]
    """An article that was just read: its addresses, which are asked for several times, are worked out once."""

    @cached_property
    def url_format(self) -> dict[str, Any]:
        """What addresses are made of."""
        made: dict[str, Any] = super().url_format
        return made

    @cached_property
    def url(self) -> str:
        """The address below the home."""
        return str(super().url)

    @cached_property
    def save_as(self) -> str:
        """The file below the output."""
        return str(super().save_as)


#: What files are read as, where it is not as Pelican's class of them.
READING: dict[type, type] = {Article: ReadArticle}


class KeptArticle(Kept, Article):  # type: ignore[misc]
    """An article out of the store."""


class KeptPage(Kept, Page):  # type: ignore[misc]
    """A page out of the store."""

    def _expand_settings(self, key: str, klass: str | None = None) -> str:
        """As Pelican's, which goes by the name of the class."""
        found: str = Content._expand_settings(self, key, "draft_page" if self.status == "draft" else klass or "page")
        return found
