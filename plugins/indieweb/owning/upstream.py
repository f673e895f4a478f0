"""Taking what is new from upstream: the code and the theme, and nothing that is the owner's.

Upstream's whole history says what is the owner's: a file whose present content upstream never had at that path was
changed here. It stays as it is until upstream has a newer one than that which it was made from. So nothing has to be
remembered from one update to the next.
"""

from dataclasses import dataclass

from indieweb.errors import CommandError
from indieweb.owning.git import Git

#: What is upstream's, in the root of the repository. Everything else is the owner's, ``content/`` and the conf files
#: before all.
PATHS = (
    ".ci",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "docs",
    "plugins",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "requirements.lock",
    "server",
    "tests",
    "theme",
)


@dataclass(frozen=True, slots=True)
class Update:
    """What an update would change.

    :param commit: upstream's commit.
    :param taken: files that come, new or newer.
    :param removed: files that upstream has no more.
    :param own: of both, those that were changed here and would be replaced; they stay in the history of this home.
    """

    commit: str
    taken: tuple[str, ...]
    removed: tuple[str, ...]
    own: tuple[str, ...]


def upstream_of(git: Git, given: str = "") -> str:
    """Where to take from: what was given, else the remote ``upstream``, else ``origin``.

    :raises CommandError: there is none.
    """
    if given.startswith("-"):
        raise CommandError(f"{given!r} is no address of a repository")
    remotes = git.lines("remote")
    found = given or next((name for name in ("upstream", "origin") if name in remotes), "")
    if not found:
        raise CommandError(
            "This repository knows no upstream; say where yours is: git remote add upstream ADDRESS, or --from ADDRESS"
        )
    return found


def plan_update(git: Git, upstream: str, ref: str) -> Update:
    """Fetch what upstream has, and settle what an update would change. No file is touched.

    :raises CommandError: it cannot be fetched, or files of upstream's have changes here that are not committed.
    """
    commit = git.fetch(upstream, ref)
    theirs, ours = git.tree(commit, PATHS), git.tree("HEAD", PATHS)
    if not theirs:
        raise CommandError(f"{upstream} is no upstream of a home: it has none of {', '.join(PATHS)}")
    delivered = git.blobs(commit, PATHS)
    own = [path for path, blob in ours.items() if path in delivered and blob not in delivered[path]]
    past = git.blobs("HEAD", own) if own else {}
    settled = {path for path in own if path in theirs and theirs[path] == _base(past.get(path, []), delivered[path])}
    taken = [path for path, blob in theirs.items() if ours.get(path) != blob and path not in settled]
    removed = [path for path in ours if path not in theirs and path in delivered]
    unsaved = _unsaved(git, commit, [*taken, *removed], ours)
    if unsaved:
        raise CommandError(f"These files have changes that are not committed; commit them first: {', '.join(unsaved)}")
    return Update(commit, tuple(taken), tuple(removed), tuple(path for path in own if path not in settled))


def carry_out_update(git: Git, update: Update) -> None:
    """Take upstream's files into the folder and the index, for the owner to look at and commit."""
    git.take(update.commit, update.taken)
    git.remove(update.removed)


def _base(past: list[str], delivered: list[str]) -> str | None:
    """The content of upstream's that the owner's version of a file was made from."""
    return next((blob for blob in past if blob in delivered), None)


def _unsaved(git: Git, commit: str, paths: list[str], ours: dict[str, str]) -> list[str]:
    """Files whose content would be lost: neither committed here nor the same as upstream's."""
    changed, otherwise = git.differing("HEAD"), git.differing(commit)
    untracked = {path for path in paths if path not in ours and (git.root / path).exists()}
    return sorted(path for path in paths if path in otherwise and (path in changed or path in untracked))
