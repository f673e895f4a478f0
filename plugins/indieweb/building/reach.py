"""What templates can see of the home, told from their source: which pages a change can reach.

Each template is analysed once for what stands in it; what a page is made from is it and all that it extends, includes
or imports. Where the source does not tell, a page can see everything.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateNotFound, meta, nodes

from indieweb.building import bytecode
from indieweb.stores.builds import BuildStore

#: Names whose attributes are told apart from those of everything else.
OURS = ("home", "indieweb")
#: Names of which all is in the key already.
_WHOLE = ("leaf",)
#: Filters that take the name of an attribute.
_NAMING = frozenset(["attr", "map", "selectattr", "rejectattr", "groupby", "sort", "sum", "unique", "min", "max"])
#: What gives something else each time that it is asked.
_CHANCE = frozenset({"random", "lipsum"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in one template.

    :param refers: the templates that it names; None where it works one out while it is drawn.
    :param variables: the names of the context that it reads.
    :param home: the attributes of ``home`` that it reads; None where it hands all of it on. ``indieweb`` likewise.
    :param names: the attributes that it reads of anything else; None where it works one out.
    """

    refers: list[str] | None
    variables: list[str]
    home: list[str] | None
    indieweb: list[str] | None
    names: list[str] | None
    chance: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be seen by a template with all that it is made from.

    :param digest: of the sources.
    :param everything: whether all of the home can be seen, as far as the source tells.
    :param chance: whether it may draw something else each time.
    """

    digest: str
    variables: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    indieweb: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    everything: bool = False
    chance: bool = False


class Templates:
    """The templates of one environment.

    :param store: where what was seen in each source is kept, as the fact of the given name.
    """

    def __init__(self, environment: Environment, store: BuildStore, fact: str = "templates") -> None:
        self._environment, self._store, self._fact = environment, store, fact
        self._reaches: dict[str, Reach] = {}
        self._seen: dict[str, tuple[str, Seen]] = {}
        try:
            self._kept: dict[str, Any] = json.loads(store.fact(fact) or "{}")
        except ValueError:
            self._kept = {}
        self._used: dict[str, Any] = {}

    def reach(self, name: str) -> Reach:
        """What can be seen by the template of a name."""
        found = self._reaches.get(name)
        if found is None:
            found = self._reaches[name] = self._reach(name)
        return found

    def has(self, name: str) -> bool:
        """Whether there is a template of a name."""
        try:
            self._look(name)
        except TemplateNotFound:
            return False
        return True

    def is_as_in(self, name: str, folder: Path) -> bool:
        """Whether a template is the one of that name in a folder, and not another that stands before it."""
        loader, ours = self._environment.loader, (folder / name).read_text("utf-8")
        return loader is not None and loader.get_source(self._environment, name)[0] == ours

    def save(self) -> None:
        """Keep what was seen in the templates that were asked for."""
        if self._used != self._kept:
            self._store.put_fact(self._fact, json.dumps(self._used))

    def parts(self, folder: str) -> tuple[str, frozenset[str] | None]:
        """A digest of all templates below a folder, and the attributes of ``home`` that they read; None for any."""
        names = [name for name in self._environment.list_templates(["html"]) if name.startswith(folder)]
        looks = [self._look(name) for name in sorted(names)]
        read = frozenset(attribute for _, seen in looks for attribute in seen.home or ())
        digests = "".join(f"{name} {digest}\n" for name, (digest, _) in zip(sorted(names), looks, strict=True))
        return hashlib.sha256(digests.encode()).hexdigest(), None if any(
            seen.home is None for _, seen in looks
        ) else read

    def _reach(self, name: str) -> Reach:
        parts, everything = self._closure(name)
        if name not in self._seen:  # it is no file of the theme's: who knows what it is made of
            return Reach("", everything=True, chance=True)
        if everything:
            return Reach(self._all_digest, everything=True, chance=any(seen.chance for _, seen in parts))
        digest = hashlib.sha256("".join(source for source, _ in parts).encode()).hexdigest()[:32]
        variables, home, indieweb, names = (
            frozenset(name for _, seen in parts for name in getattr(seen, field) or ())
            for field in ("variables", *OURS, "names")
        )
        return Reach(digest, variables, home, indieweb, names, chance=any(seen.chance for _, seen in parts))

    def _closure(self, name: str) -> tuple[list[tuple[str, Seen]], bool]:
        """The digest of each source and what stands in it; and whether that is not enough to tell."""
        parts, waiting, met = [], [name], {name}
        everything = False
        while waiting:
            each = waiting.pop()
            try:
                digest, seen = self._look(each)
            except TemplateNotFound:  # named, but perhaps never asked for: if it comes to be there, that is a change
                parts.append((f"{each} is not there", Seen([], [], [], [], [], False)))
                continue
            parts.append((digest, seen))
            everything |= None in (seen.refers, seen.home, seen.indieweb, seen.names)
            fresh = [other for other in seen.refers or () if other not in met]
            met.update(fresh)
            waiting += fresh
        return parts, everything

    def _look(self, name: str) -> tuple[str, Seen]:
        if name not in self._seen:
            loader = self._environment.loader
            source, filename, _ = loader.get_source(self._environment, name) if loader else ("", None, None)
            digest = hashlib.sha256(source.encode()).hexdigest()[:32]
            kept = self._kept.get(digest) or bytecode.seen.get(digest)
            seen = Seen(**kept) if kept else seen_in(self._environment, source, name, filename)
            self._used[digest] = kept or {field: getattr(seen, field) for field in Seen.__slots__}
            bytecode.seen[digest] = self._used[digest]
            self._seen[name] = digest, seen
        return self._seen[name]

    @cached_property
    def _all_digest(self) -> str:
        digests = [f"{name} {self._look(name)[0]}" for name in sorted(self._environment.list_templates(["html"]))]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:32]


def seen_in(environment: Environment, source: str, name: str = "", filename: str | None = None) -> Seen:
    """What stands in the source of one template.

    :raises TemplateSyntaxError: it cannot be read; with the name and the line.
    """
    tree = environment.parse(source, name, filename)
    refers = list(meta.find_referenced_templates(tree))
    variables = meta.find_undeclared_variables(tree)
    attributes = {name: _attributes(tree, name) for name in OURS}
    names = set(_names(tree))
    called = {found.name for found in tree.find_all(nodes.Filter)} | {found.name for found in tree.find_all(nodes.Name)}
    return Seen(
        refers=None if None in refers else sorted({found for found in refers if found}),
        variables=sorted(variables),
        home=attributes["home"],
        indieweb=attributes["indieweb"],
        names=None if None in names else sorted(found for found in names if found),
        chance=bool(_CHANCE & called),
    )


def _attributes(tree: nodes.Template, name: str) -> list[str] | None:
    """The attributes of a name that are read; None where it is read in another way."""
    reads = [found for found in tree.find_all(nodes.Name) if found.name == name and found.ctx == "load"]
    of = [found for found in tree.find_all(nodes.Getattr) if _is_name(found.node, (name,))]
    return sorted({found.attr for found in of}) if len(of) == len(reads) else None


def _names(tree: nodes.Template) -> Iterator[str | None]:
    """Every name by which an attribute is read of anything but what is ours; None for one that is worked out."""
    for attribute in tree.find_all(nodes.Getattr):
        if not _is_name(attribute.node, OURS + _WHOLE):
            yield attribute.attr
    for part in tree.find_all(nodes.Getitem):
        if isinstance(part.arg, nodes.Const):
            yield part.arg.value if isinstance(part.arg.value, str) else ""
        elif not isinstance(part.arg, nodes.Slice):
            yield None
    for found in tree.find_all(nodes.Filter):
        if found.name in _NAMING:
            given = [*found.args, *(keyword.value for keyword in found.kwargs)]
            for value in given:
                yield from str(value.value).split(".") if isinstance(value, nodes.Const) else (None,)


def _is_name(node: nodes.Node, names: tuple[str, ...]) -> bool:
    return isinstance(node, nodes.Name) and node.name in names
