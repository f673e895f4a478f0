"""The environment of the parts, and the macros that they call ``draw``.

Thousands of parts are drawn in one build, and a build that draws one page draws it soon: so nothing is looked up or
copied twice, and what is seldom needed stands in files of its own, which are compiled when they are first needed.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup

from indieweb.model.entry import Entry, shorten
from indieweb.model.kind import KINDS, RSVP_WORDS
from indieweb.site import words
from indieweb.site.compiled import Compiled
from indieweb.site.talk import WHOLE_UP_TO, beginning, conversation_label, headline
from indieweb.web.links import host_of
from indieweb.web.sanitize import plain, safe_url, sanitise

#: The file of the macros that nearly every post needs.
COMMON = "indieweb/macros.html"
#: Files of macros that are not called as their file is; every other has a file of its own in ``macros/``.
_ELSEWHERE = {"icon": "indieweb/icons.html"}

#: What templates say with ``|name``, of the words of dates, names and addresses.
SAYING = (
    words.day,
    words.weekday,
    words.short_day,
    words.clock,
    words.zone,
    words.moment,
    words.stamp,
    words.month,
    words.is_whole_day,
    words.reading_minutes,
    words.direction,
    words.initial,
    words.tone,
    words.bare_address,
    words.licence_name,
)


def foreign(entry: Entry) -> Markup:
    """A stranger's content, sanitised as the last step before it is shown; else its plain text in paragraphs."""
    if entry.content:
        return Markup(sanitise(entry.content, entry.url))  # noqa: S704
    said = plain(entry.text or entry.summary, WHOLE_UP_TO, lines=True)
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in said.split("\n\n") if part)


def standfirst(entry: Entry) -> str:
    """The summary that the author wrote; empty where it was made from the beginning of the text."""
    return "" if entry.text.startswith(entry.summary.rstrip("…")) else entry.summary


_FILTERS: dict[str, Callable[..., Any]] = {
    "foreign": foreign,
    "beginning": beginning,
    "shorten": shorten,
    "plain": plain,
    "safe_url": safe_url,
    "host": host_of,
    "label": conversation_label,
    "headline": headline,
    "standfirst": standfirst,
}


class PartsEnvironment(Environment):
    """Escapes everything, and keeps each template as long as it lives."""

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,  # a renderer lives as long as a build
            optimized=False,  # looking for what is constant in the parts takes longer than it saves
            bytecode_cache=Compiled("parts"),
        )
        verbs = {kind.property: kind.verb for kind in KINDS if kind.answers}
        self.globals.update(KINDS=KINDS, RSVP_WORDS=RSVP_WORDS, VERBS=verbs)
        self.filters.update({function.__name__: function for function in SAYING}, **_FILTERS)
        self._kept: dict[str | Template, Template] = {}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """As Jinja's, without asking its cache."""
        found = self._kept.get(name)
        if found is None:
            found = self._kept[name] = super().get_template(name, parent, globals)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As Jinja's, in a plain dictionary: it is copied for every part, and a chain of maps takes long for that."""
        return {**self.globals, **(d or {})}


class Macros:
    """What parts call ``draw``: each macro comes out of its file when it is first called.

    :param whole: whether what is drawn stands on a page of its own.
    """

    def __init__(self, environment: Environment, *, whole: bool) -> None:
        self._environment, self._given = environment, {"whole": whole, "draw": self}

    def __getattr__(self, name: str) -> Any:
        """The macro of a name.

        :raises AttributeError: there is none.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        for file in (COMMON, _ELSEWHERE.get(name, f"indieweb/macros/{name}.html")):
            try:
                module = self._environment.get_template(file).make_module(self._given)
            except TemplateNotFound:
                continue
            for exported, value in vars(module).items():
                if not exported.startswith("_"):
                    self.__dict__.setdefault(exported, value)
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(name)
