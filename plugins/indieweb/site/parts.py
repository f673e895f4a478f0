"""The environment of the parts, and the macros that they call ``draw``.

Thousands of parts are drawn in one build, and a build that draws one page draws it soon: so nothing is looked up or
copied twice, and what is seldom needed stands in files of its own, which are compiled when they are first needed.
"""

from collections.abc import MutableMapping
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound

#: The file of the macros that nearly every post needs.
COMMON = "indieweb/macros.html"
#: Files of macros that are not called as their file is; every other has a file of its own in ``macros/``.
_ELSEWHERE = {"icon": "indieweb/icons.html"}


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
        )
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
