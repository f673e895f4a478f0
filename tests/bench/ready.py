"""What the bench has ready for its rows: sites, a home that tells, receivers; each is made when it is asked for."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bench.paired import Pair, Side, in_turn
from bench.processes import MissingError
from bench.receiving import Receiving
from bench.sites import Home, HugoSite, PelicanSite, hugo
from bench.telling import Telling


@dataclass
class Bench:
    """What a row needs in order to be measured.

    :param scratch: a folder for the sites.
    :param sizes: numbers of posts, the smallest first.
    :param deadline: by ``time.monotonic``; after it each row is content with one pair.
    :param ends: ends what rows have started and others use again.
    """

    scratch: Path
    sizes: tuple[int, ...]
    pairs: int
    deadline: float = float("inf")
    ends: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.home = cache(lambda posts: Home(self.scratch / f"home-{posts}", posts))
        self.pelican = cache(lambda posts: PelicanSite(self.scratch / f"pelican-{posts}", posts))
        self._hugo = cache(lambda posts: HugoSite(self.scratch / f"hugo-{posts}", posts))
        self.telling = cache(lambda mentions: Telling(self.scratch / f"telling-{mentions}", mentions))

        self.receiving = cache(lambda name: Receiving(self.scratch / f"receiving-{name}"))
        self.receiving_postgresql = cache(lambda name: Receiving(self.scratch / f"on-{name}", self._database(name)))
        self._postgresql = cache(self._begin_postgresql)

    def _database(self, name: str) -> str:
        """The address of an empty one, on a PostgreSQL that forces what it commits onto the disk.

        :raises MissingError: PostgreSQL is not here.
        """
        return str(self.ends.enter_context(self._postgresql().database(name)))

    def _begin_postgresql(self) -> Any:
        try:
            from postgres import CONFIGURATION, postgresql  # noqa: PLC0415 - what loads it stays large
            from programs import program  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise MissingError(f"{error.name} is not installed; `make test` installs it") from error
        if program("postgres") is None:
            raise MissingError("PostgreSQL is not installed")
        careful = tuple(line for line in CONFIGURATION if line not in ("fsync=off", "full_page_writes=off"))
        return self.ends.enter_context(postgresql(careful))

    def settled(self, posts: int) -> Home:
        """The home in good order, whatever was measured before."""
        home: Home = self.home(posts)
        home.settle()
        return home

    def hugo(self, posts: int) -> HugoSite:
        """Hugo's site.

        :raises MissingError: Hugo is not here.
        """
        if hugo() is None:
            raise MissingError("Hugo is not installed; `make bench` installs it")
        found: HugoSite = self._hugo(posts)
        return found

    def in_turn(self, ours: Side, theirs: Side) -> list[Pair]:
        """As many pairs as are wanted."""
        return in_turn(ours, theirs, self.pairs, self.deadline)
