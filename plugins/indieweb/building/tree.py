"""The tree of a site: what is to stand in it, what stands there already, and how the one becomes the other.

Files are drawn beside the tree, and put into it when all of them are there: a build that fails or is killed while it
draws leaves the tree as it was. What is deleted is what an earlier build wrote and this one does not, and nothing else.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from indieweb.building.workers import share
from indieweb.errors import StoreError, said_by
from indieweb.site.compiled import learn, taught
from indieweb.stores.builds import BuildStore, Written
from indieweb.stores.codec import joined

LEAST, CHUNK = 60, 24
#: So many files are compared at a time, and so many times that is worth a second process.
TOGETHER, LEAST_TIMES = 256, 16
Make = Callable[[], bytes]
Key = Callable[[], str | None]


def no_key() -> None:
    """The key of what has none."""


@dataclass(slots=True)
class Given:
    """A file that is to stand in the tree.

    :param key: gives the key of all that its bytes depend on; None where that cannot be told.
    :param make: gives its bytes.
    """

    name: str
    key: Key
    make: Make


class Tree:
    """The tree of one build.

    :param root: where the site stands.
    :param aside: where what was drawn stands until all of it is there; on the same disk.
    :param left: the names of what an earlier build left, where the store does not say.
    :param hidden: whether the site is to be away while it changes, so that nobody takes a half of it for the whole.
    """

    def __init__(
        self, root: Path, aside: Path, store: BuildStore, left: Callable[[], list[str]], *, hidden: bool
    ) -> None:
        self.root, self.aside, self._store, self._hidden = root, aside, store, hidden
        self._changing = root.with_name(f"{root.name}.changing")
        if root.exists():
            shutil.rmtree(self._changing, ignore_errors=True)
        # Away, if a build was killed while it put its files in place: it comes back when another has come to its end.
        self._at = self._changing if self._changing.is_dir() else root
        self._given: dict[str, Given] = {}
        self._due: list[Given] = []
        # Where the store was lost, the names at least are known.
        self._before = store.outputs() or {name: Written(name, "", "", 0, 0, 0) for name in left()}

    @property
    def standing(self) -> Mapping[str, Written]:
        """Every file of the tree, once it was put in place."""
        return self._before

    def give(self, given: Given) -> None:
        """Have a file stand in the tree; of two with one name, the last one does."""
        self._given[given.name] = given

    def compare(self) -> None:
        """Find out which files stand there already: they were made from the same, and nobody has touched them since."""
        there = [given for given in self._given.values() if given.name in self._before]
        parts = [there[begin : begin + TOGETHER] for begin in range(0, len(there), TOGETHER)]
        keys = dict(chain.from_iterable(share(parts, self._others, least=LEAST_TIMES, chunk=1)))
        self._due = [given for name, given in self._given.items() if name not in self._before or name in keys]
        for given in self._due:
            if given.name in keys:
                given.key = partial(_itself, keys[given.name])

    def _others(self, part: list[Given]) -> list[tuple[str, str | None]]:
        """The names of files that do not stand there as they are to, with their keys."""
        found = []
        for given in part:
            before, key = self._before[given.name], given.key()
            if before.key != key or key is None or not self._is_untouched(before):
                found.append((given.name, key))
        return found

    def draw(self) -> None:
        """Draw what is not there yet, aside.

        :raises StoreError: the disk is full.
        """
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(parents=True)
        self._drawn: dict[str, tuple[str, str, bool]] = {}
        shared = share(self._due, self._draw, least=LEAST, chunk=CHUNK)
        for given, (key, digest, aside, codes) in zip(self._due, shared, strict=True):
            self._drawn[given.name] = key, digest, aside
            learn(codes, pass_on=True)

    def _is_untouched(self, written: Written) -> bool:
        try:
            return written.is_at(os.lstat(f"{self._at}/{written.name}"))
        except OSError:
            return False

    def _draw(self, given: Given) -> tuple[str, str, bool, bytes]:
        """Draw one file aside, unless the very bytes stand in the tree.

        :returns: its key, the digest of its bytes, whether it was drawn aside, and what was compiled for it.
        """
        return given.key() or "", *self._drawn_aside(given, given.make()), taught()

    def _drawn_aside(self, given: Given, content: bytes) -> tuple[str, bool]:
        digest = hashlib.sha256(content).hexdigest()[:32]
        before = self._before.get(given.name)
        if before is not None and before.digest == digest and self._is_untouched(before):
            return digest, False
        try:
            with open(self._place(given.name), "wb", buffering=0) as file:  # noqa: PTH123
                file.write(content)
        except OSError as error:
            raise StoreError(f"{given.name}: cannot be written: {said_by(error)}; the site is as it was") from error
        return digest, True

    def _place(self, name: str) -> str:
        """Where a file stands aside: all in one folder, for making folders takes longer than writing files."""
        return f"{self.aside}/{joined(name)}"

    def put_in_place(self, sweep: Callable[[Path], Iterator[str]] | None = None) -> None:
        """Let the tree be what was given.

        :param sweep: finds, in the tree, files that nobody gave and that are to go as well.
        :raises StoreError: something cannot be renamed or removed.
        """
        gone = [name for name in self._before if name not in self._given]
        fresh = [name for name, (_, _, aside) in self._drawn.items() if aside]
        written = self._announced()
        try:
            with self._away(bool(gone or fresh or sweep)) as root:
                strays = [name for name in sweep(root) if name not in self._given] if sweep else []
                for name in dict.fromkeys([*gone, *strays]):
                    _remove(root, name)
                for name in fresh:
                    _move(self._place(name), f"{root}/{name}")
        except OSError as error:
            raise StoreError(f"{error.filename}: {said_by(error)}; run the build again") from error
        shutil.rmtree(self.aside, ignore_errors=True)
        self._store.put_outputs((), gone)
        self._before = {name: each for name, each in self._before.items() if name in self._given}
        self._before.update({each.name: each for each in written})

    def _announced(self) -> list[Written]:
        """What was drawn, kept in the store before it is put in place.

        A build that is killed meanwhile leaves nothing that the next one does not know: a file keeps its times and
        its number where it is moved to, and by them it is seen whether it was.
        """
        try:
            written = [self._written(name) for name in self._drawn]
        except OSError as error:
            raise StoreError(f"{error.filename}: {said_by(error)}; run the build again") from error
        self._store.put_outputs(written, ())
        self._store.save()
        return written

    def _written(self, name: str) -> Written:
        key, digest, aside = self._drawn[name]
        found = os.lstat(self._place(name) if aside else f"{self._at}/{name}")
        return Written(name, key, digest, found.st_size, found.st_mtime_ns, found.st_ino)

    @contextmanager
    def _away(self, changes: bool) -> Iterator[Path]:
        """The tree, under another name while the ``with`` block runs if it is to be; it comes back if all went well."""
        if self._at == self.root and not (self._hidden and changes):
            self.root.mkdir(parents=True, exist_ok=True)
            yield self.root
            return
        if self._at == self.root and self.root.exists():
            self.root.rename(self._changing)
        self._changing.mkdir(parents=True, exist_ok=True)
        yield self._changing
        self._changing.rename(self.root)


def _itself(key: str | None) -> str | None:
    return key


def _move(here: str, there: str) -> None:
    try:
        os.rename(here, there)  # noqa: PTH104 - ten thousand are
    except (FileNotFoundError, NotADirectoryError):
        Path(there).parent.mkdir(parents=True, exist_ok=True)
        os.rename(here, there)  # noqa: PTH104


def _remove(root: Path, name: str) -> None:
    """Remove a file, and the folders that are empty then."""
    path = root / name
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()
    for folder in path.parents:
        if folder == root:
            return
        try:
            folder.rmdir()
        except OSError:
            return
