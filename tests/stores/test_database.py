"""What either database promises and what it says when it cannot keep it."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from indieweb.errors import SettingError, StoreError
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_accepting import Sent
from indieweb.stores.inbox_published import Query, find_published
from indieweb.stores.inbox_rules import approve, verified
from indieweb.stores.tokens import TokenStore
from indieweb.web.links import normal
from postgres import PostgreSQL, name_of

SOURCE, TARGET = "https://ann.net/post", "https://home.net/2026/a/"
#: Opens the inbox when it is told to, as every command does.
OPENS = """
import sys
from pathlib import Path
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_published import Query, find_published
print("ready", flush=True)
sys.stdin.readline()
print(Inbox.of(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])).identity)
"""


@contextmanager
def held(settings: Settings, postgres: PostgreSQL | None) -> Iterator[None]:
    """Another process is in the middle of writing."""
    if postgres is None:
        with closing(sqlite3.connect(settings.var / "inbox.sqlite")) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()
        return
    with postgres.connect(name_of(settings.database_url)) as other, other.transaction():
        other.execute("LOCK TABLE mentions IN EXCLUSIVE MODE")
        yield


def leave_old(settings: Settings) -> None:
    """A database as a program left it that neither kept decisions nor a line of hosts."""
    inbox = Inbox.of(settings)
    for number in range(20):
        inbox.accept(f"https://{number}.net/", TARGET, 1.0)
        row = inbox.lease(2.0)
        assert row is not None
        inbox.record(row, verified(2.0, {"type": "entry"}))
        inbox.decide(row.id, approve)
    with inbox.database.writing() as connection:
        for table in ("hosts", "decided", "facts WHERE name <> 'identity'"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    inbox.close()


class TestBoth:
    @pytest.fixture
    def settings(self, tmp_path: Path, database_url: str) -> Settings:
        return Settings(home=tmp_path, database_url=database_url)

    def test_a_locked_database_is_an_error_of_one_sentence(
        self, settings: Settings, request: pytest.FixtureRequest
    ) -> None:
        impatient = Inbox.of(settings, patience=0.05)
        server = request.getfixturevalue("postgres") if settings.database_url else None
        with (
            held(settings, server),
            pytest.raises(StoreError, match=r": cannot be written: (database is locked|canceling .* lock timeout)$"),
        ):
            impatient.accept(SOURCE, TARGET)
        assert impatient.find(SOURCE, TARGET) is None
        impatient.accept(SOURCE, TARGET)
        impatient.close()

    def test_tokens_are_made_found_and_revoked(self, settings: Settings) -> None:
        inbox = Inbox.of(settings)
        tokens = TokenStore(inbox.database)
        first, second = tokens.add(), tokens.add()
        assert [tokens.home_of(token) == "" for token in (first, second, "guessed", "\ud800", "\0")] == [
            True,
            True,
            *[False] * 3,
        ]
        assert [made.number for made in tokens.all()] == [1, 2]
        assert [tokens.revoke(number) for number in (1, 1, -1, 10**30)] == [True, *[False] * 3]
        assert (tokens.home_of(first), tokens.home_of(second)) == (None, "")
        inbox.close()

    @pytest.mark.parametrize("is_old", [False, True])
    def test_processes_that_begin_at_once_make_one_database(
        self, settings: Settings, command_environment: dict[str, str], is_old: bool
    ) -> None:
        if is_old:  # each finds that something is still to be taken over
            leave_old(settings)
        command = [sys.executable, "-c", OPENS, str(settings.home), settings.database_url]
        begun = [
            subprocess.Popen(command, env=command_environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(6)
        ]
        for process in begun:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in begun:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        said = {process.communicate(timeout=60)[0] for process in begun}
        assert [process.returncode for process in begun] == [0] * 6
        assert len(said) == 1

    def test_the_longest_addresses_are_kept(self, settings: Settings) -> None:
        inbox = Inbox.of(settings)
        path = "".join(map(chr, Random(1).choices(range(0x100, 0x7FF), k=1000)))  # which no index packs smaller
        target, source = f"https://home.net/{path}", f"https://ann.net/~{path[::-1]}"
        inbox.accept(source, target)
        row = inbox.lease()
        assert row is not None
        inbox.record(row, verified(1.0, {"type": "entry"}))
        inbox.decide(row.id, approve)
        found = [shown.row for shown in find_published(inbox, Query(pages=[normal(target)]))]
        assert [(one.source, one.target) for one in found] == [(source, target)]
        inbox.close()


class TestSQLite:
    def test_what_was_accepted_is_on_disk(self, tmp_path: Path) -> None:
        inbox = Inbox.of(Settings(home=tmp_path))
        with inbox.database.writing() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        inbox.accept(SOURCE, TARGET)
        with closing(sqlite3.connect(tmp_path / "var" / "inbox.sqlite")) as other:
            assert other.execute("SELECT source FROM mentions").fetchall() == [(SOURCE,)]
        inbox.close()

    def test_a_broken_database_is_an_error_of_one_sentence_and_stays_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "var" / "inbox.sqlite"
        path.parent.mkdir()
        path.write_bytes(b"no database" * 100)
        with pytest.raises(StoreError, match=r"inbox\.sqlite: cannot be written"):
            Inbox.of(Settings(home=tmp_path))
        assert path.read_bytes() == b"no database" * 100

    @pytest.mark.parametrize("kind", ["oracel", "mysql", "postgresql+asyncpg"])
    def test_a_database_that_is_not_known_is_a_wrong_setting_and_shows_no_password(
        self, tmp_path: Path, kind: str
    ) -> None:
        with pytest.raises(SettingError, match=r"INDIEWEB_DATABASE_URL: .* must begin with postgresql://") as caught:
            Inbox.of(Settings(home=tmp_path, database_url=f"{kind}://me:secret@host/db"))
        assert "secret" not in str(caught.value)

    def test_where_what_postgresql_needs_is_not_installed_it_says_how(
        self, tmp_path: Path, command_environment: dict[str, str]
    ) -> None:
        command = [sys.executable, "-c", f"import sys; sys.modules['psycopg'] = None\n{OPENS}"]
        done = subprocess.run(
            [*command, str(tmp_path), "postgresql://me:secret@127.0.0.1:1/home"],
            env=command_environment, input="\n", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (
            "SettingError: INDIEWEB_DATABASE_URL: PostgreSQL needs psycopg, which is not installed: pip" in done.stderr
        )
        assert "secret" not in done.stderr.splitlines()[-1]


@pytest.mark.needs("postgres")
class TestPostgreSQL:
    def test_what_was_accepted_is_on_disk_even_where_the_server_answers_before(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str
    ) -> None:
        name = name_of(postgres_url)
        with postgres.connect() as owner:
            owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
            owner.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        with inbox.database.writing() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
        inbox.accept(SOURCE, TARGET)
        with postgres.connect(name) as other:
            assert other.execute("SELECT source FROM mentions").fetchall() == [(SOURCE,)]
        inbox.close()

    def test_nothing_is_kept_beside_it(self, tmp_path: Path, postgres_url: str) -> None:
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        inbox.accept(SOURCE, TARGET)
        inbox.close()
        assert list(tmp_path.iterdir()) == []

    def test_a_server_that_is_not_there_is_an_error_of_one_sentence_and_shows_no_password(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="cannot be written") as caught:
            Inbox.of(Settings(home=tmp_path, database_url="postgresql://me:secret@127.0.0.1:1/home"))
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_what_the_database_says_does_not_quote_what_it_was_told(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str
    ) -> None:
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        with postgres.connect(name_of(postgres_url)) as owner:
            owner.execute("ALTER TABLE mentions RENAME COLUMN status_id TO other")
        with pytest.raises(StoreError, match=r"cannot be read: column mentions\.status_id does not exist$"):
            inbox.find(SOURCE, TARGET)
        inbox.close()

    @pytest.mark.parametrize("held", ["hosts", "mentions"])
    def test_a_worker_passes_over_what_others_hold_and_waits_for_nobody(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str, held: str
    ) -> None:
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url), patience=0.05)
        for host in ("ann.net", "bob.net"):
            inbox.accept(f"https://{host}/", TARGET, 1.0)
        with postgres.connect(name_of(postgres_url)) as other, other.transaction():
            other.execute(f"SELECT host FROM {held} WHERE host = 'ann.net' FOR UPDATE")
            assert [row.host for row in (inbox.lease(2.0), inbox.lease(2.0)) if row] == ["bob.net"]
        row = inbox.lease(2.0)
        assert row is not None
        assert row.host == "ann.net"
        inbox.close()

    def test_a_server_that_was_restarted_is_used_again(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str
    ) -> None:
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        inbox.accept(SOURCE, TARGET)
        with postgres.connect() as owner:  # what a restart does to a connection
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name_of(postgres_url),)
            )
        assert inbox.find(SOURCE, TARGET) is not None
        inbox.close()

    def test_what_comes_after_a_restart_is_taken_in_and_the_log_says_nothing_of_it(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        (before,) = inbox.accept_each([Sent(SOURCE, TARGET)])
        with postgres.connect() as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name_of(postgres_url),)
            )
        known, new = inbox.accept_each([Sent(SOURCE, TARGET), Sent(f"{SOURCE}?new", TARGET)])
        assert (known.is_new, known.status_id, new.is_new) == (False, before.status_id, True)
        assert caplog.records == []
        inbox.close()

    def test_a_batch_waits_for_who_holds_one_of_it_whatever_the_server_says_of_isolation(
        self, tmp_path: Path, postgres: PostgreSQL, postgres_url: str
    ) -> None:
        with postgres.connect() as owner:
            owner.execute(f"ALTER DATABASE {name_of(postgres_url)} SET default_transaction_isolation = 'serializable'")
        inbox = Inbox.of(Settings(home=tmp_path, database_url=postgres_url))
        inbox.accept_each([Sent(SOURCE, TARGET)])
        with ThreadPoolExecutor(1) as threads, postgres.connect(name_of(postgres_url)) as other:
            with other.transaction():
                other.execute("UPDATE mentions SET reason = 'seen'")
                batch = threads.submit(inbox.accept_each, [Sent(SOURCE, TARGET), Sent(f"{SOURCE}?new", TARGET)])
                waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                while not batch.done() and not other.execute(waits).fetchone():
                    pass
            assert [one.is_new for one in batch.result(30)] == [False, True]
        inbox.close()
