"""The home's git repository, as far as an update needs it. Paths are relative to its root, taken literally."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from indieweb.errors import CommandError

#: Seconds that fetching may take, and any other command.
FETCH, OTHER = 600, 120
#: Where what was fetched is kept: a reference of ours, which no branch of the owner's can have.
_REF = "refs/commonhold/upstream"
_FROM_STDIN = ("--pathspec-from-file=-", "--pathspec-file-nul")


class Git:
    """One repository whose root is the home.

    :raises CommandError: git is not installed, or the home is not the root of a repository with a commit.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            top = self._run("rev-parse", "--show-toplevel").decode().rstrip("\n")
            self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitError as error:
            raise CommandError(
                f"{root} is not kept in git, or nothing was committed yet ({error}); git init, add and commit begin it"
            ) from error
        if Path(top).resolve() != root.resolve():
            raise CommandError(f"{root} stands within the repository {top}; a home that is updated has its own")

    def lines(self, *words: str) -> list[str]:
        """The lines that a git command prints."""
        return self._run(*words).decode("utf-8", "surrogateescape").splitlines()

    def fetch(self, upstream: str, ref: str) -> str:
        """Fetch a branch or tag without making it one of ours; its commit.

        :raises CommandError: it cannot be fetched.
        """
        try:
            self._run(
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--",
                upstream,
                f"+{ref}:{_REF}",
                seconds=FETCH,
            )
        except GitError as error:
            raise CommandError(f"{ref} of {upstream} could not be fetched: {error}") from error
        return self.lines("rev-parse", "--verify", f"{_REF}^{{commit}}")[0]

    def tree(self, commit: str, paths: Sequence[str]) -> dict[str, str]:
        """The files of a commit at and below ``paths``, each with the name of its content."""
        listed = self._run("ls-tree", "-r", "-z", commit, "--", *paths)
        entries = (entry.partition("\t") for entry in _text(listed).split("\0") if entry)
        return {path: head.split()[2] for head, _, path in entries if head.split()[1] == "blob"}

    def blobs(self, commit: str, paths: Sequence[str]) -> dict[str, list[str]]:
        """Every content that each file at and below ``paths`` ever had in the history of ``commit``, newest first."""
        words = ("log", "--format=", "--raw", "--no-abbrev", "--no-renames", "-z", "-m", "--root", commit, "--", *paths)
        fields = iter(_text(self._run(*words)).split("\0"))
        found: dict[str, list[str]] = {}
        for field in fields:
            if field.lstrip("\n").startswith(":"):
                found.setdefault(next(fields), []).append(field.split()[3])
        return found

    def differing(self, commit: str) -> set[str]:
        """The files that git knows, and those of ``commit``, that are otherwise in the folder than in ``commit``."""
        return {
            path for path in _text(self._run("diff", "--name-only", "-z", "--no-renames", commit)).split("\0") if path
        }

    def take(self, commit: str, paths: Sequence[str]) -> None:
        """Put files of a commit into the folder and the index."""
        if paths:
            self._run("restore", f"--source={commit}", "--staged", "--worktree", *_FROM_STDIN, paths=paths)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files from the folder and the index."""
        if paths:
            self._run("rm", "--quiet", "--ignore-unmatch", *_FROM_STDIN, paths=paths)

    def _run(self, *words: str, seconds: int = OTHER, paths: Sequence[str] = ()) -> bytes:
        given = "\0".join(paths).encode("utf-8", "surrogateescape")
        try:
            done = subprocess.run(
                ["git", "-C", str(self.root), *words],
                env={**os.environ, "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C.UTF-8"},
                input=given,
                capture_output=True,
                check=False,
                timeout=seconds,
            )
        except FileNotFoundError:
            raise CommandError("git is not installed; an update is taken with it") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git did not answer within {seconds} seconds") from None
        if done.returncode:
            said = _text(done.stderr).strip().splitlines()
            fatal = [line.removeprefix("fatal: ") for line in said if line.startswith("fatal: ")]
            raise GitError((fatal or said[-1:])[0] if said else f"git ended with {done.returncode}")
        return done.stdout


class GitError(CommandError):
    """Git refused; the sentence is its own."""


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
