"""What a deploy has to do, decided from two manifests; done by the adapters.

For a target that cannot be exchanged as a whole the order keeps the site usable at every moment (contract:
Deploying): media and new pages, then changed pages, then indexes and feeds, then deletions, and the manifest last.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from indieweb.deploy.manifest import Manifest
from indieweb.deploy.tree import parents
from indieweb.errors import DeployError
from indieweb.model.kind import KINDS

#: The first parts of addresses whose pages are lists of posts.
_LISTS = frozenset({"page", "tag", "archive", "archives", *(kind.plural for kind in KINDS)})
#: Archives of a year or a month.
_DATES = re.compile(r"\d{4}/(\d{2}/)?index\.html")
#: Files that, like lists, name other files.
_INDEXES = ("index.html", "sitemap.xml", "_redirects", "_headers", ".htaccess")
_FEEDS = (".atom", ".rss", "feed.json")


class Verb(StrEnum):
    """What is done with the paths of a step."""

    SEND = "send"
    REMOVE = "remove"
    REMOVE_FOLDERS = "remove folders"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an upload: all of ``paths`` may be done in any order, but folders are in order."""

    verb: Verb
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a target.

    :param manifest: that of the last deploy that was finished; empty where there was none.
    :param unsure: paths of ours whose files may be old, new, half or missing.
    """

    manifest: Manifest = field(default_factory=Manifest)
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """How a target has to change; paths, each tuple sorted."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    kept: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.deleted)

    @property
    def touched(self) -> frozenset[str]:
        """Every path that the upload will touch."""
        return frozenset((*self.new, *self.changed, *self.deleted))

    @property
    def steps(self) -> list[Step]:
        """The steps of an upload file by file, in their order; none is empty."""
        wanted = self.kept.union(self.new, self.changed)
        in_the_way = _in_the_way(self.deleted, wanted)
        stages: dict[int, list[str]] = {0: [], 1: [], 2: []}
        for paths, new in ((self.new, True), (self.changed, False)):
            for path in paths:
                stages[_stage(path, new=new)].append(path)
        later = tuple(sorted(set(self.deleted).difference(in_the_way)))
        steps = [
            *_removal(in_the_way, wanted.union(later)),
            *(Step(Verb.SEND, tuple(sorted(stages[number]))) for number in sorted(stages)),
            *_removal(later, wanted),
        ]
        return [step for step in steps if step.paths]


def compare(record: Record, manifest: Manifest) -> Change:
    """What makes the target that ``record`` tells of into the tree that ``manifest`` tells of.

    Deleted is only what the last manifest lists, or what an interrupted deploy may have left.
    """
    before, after = record.manifest.files, manifest.files
    same = {path for path, file in after.items() if before.get(path) == file and path not in record.unsure}
    return Change(
        new=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted((after.keys() & before.keys()) - same)),
        deleted=tuple(sorted((before.keys() | record.unsure) - after.keys())),
        kept=frozenset(same),
    )


def refuse_emptying(record: Record, manifest: Manifest, where: str, *, yes: bool) -> None:
    """Stop an upload that would take a live site away.

    :param yes: whether the owner has said that more than half of the pages may go.
    :raises DeployError: the build has no pages at all, or more than half of the pages would be removed.
    """
    if not manifest.pages:
        raise DeployError("the build has no pages, and an empty site is never uploaded; run `make publish`")
    before = record.manifest.pages
    gone = before - manifest.pages
    if len(gone) * 2 > len(before) and not yes:
        raise DeployError(
            f"{len(gone)} of the {len(before)} pages at {where} would be removed; nothing was changed: "
            "if that is right, run `make publish YES=1`, or `python -m indieweb deploy --yes`"
        )


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _stage(path: str, *, new: bool) -> int:
    """0 for media and new pages, 1 for changed pages, 2 for indexes and feeds."""
    if path in _INDEXES or path.endswith(_FEEDS):
        return 2
    if not path.endswith((".html", ".htm")):
        return 0
    if path.split("/", maxsplit=1)[0] in _LISTS or _DATES.fullmatch(path):
        return 2
    return 0 if new else 1


def _in_the_way(deleted: Iterable[str], wanted: frozenset[str]) -> tuple[str, ...]:
    """What must go first: a file where a folder is to be, or the content of a folder where a file is to be."""
    folders = parents(wanted)
    return tuple(path for path in deleted if path in folders or any(above in wanted for above in _above(path)))


def _removal(paths: tuple[str, ...], wanted: frozenset[str]) -> Iterator[Step]:
    """Files, then the folders that hold nothing of ours any more, the deepest first."""
    yield Step(Verb.REMOVE, paths)
    emptied = parents(paths) - parents(wanted)
    yield Step(Verb.REMOVE_FOLDERS, tuple(sorted(emptied, key=lambda path: (-path.count("/"), path))))
