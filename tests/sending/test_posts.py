"""What a run plans from: posts that had nothing to tell are not read again, and that makes no difference."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clock import later
from house import NOON, PAGE
from indieweb.errors import CommandError
from indieweb.model.ledger import Record, Sent
from indieweb.sending.planner import MOST, Ledger, is_settled, plan
from indieweb.sending.posts import Posts
from indieweb.sending.reading import Page, Standing
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore

PATHS = ("2026/11/a/", "2026/11/b/", "2025/01/c/")
TARGETS = ("https://b.net/", "https://c.net/#x")
STATES = ("delivered", "no endpoint", "baseline", "refused")
PATH = st.sampled_from(PATHS)
DIGEST = st.sampled_from(("d1", "d2", ""))
LINKS = st.lists(st.sampled_from(TARGETS), unique=True).map(tuple)


@st.composite
def some_pages(draw: st.DrawFn) -> dict[str, Page]:
    """A page of any kind at some of the paths."""
    return {
        path: Page(
            path, draw(st.sampled_from(Standing)), draw(DIGEST), draw(LINKS), published=NOON, moved_to=draw(PATH)
        )
        for path in draw(st.lists(PATH, unique=True))
    }


@st.composite
def some_records(draw: st.DrawFn) -> dict[str, Record]:
    """A record of any kind for some of the paths."""
    return {
        path: Record(
            path,
            draw(DIGEST),
            published=draw(st.sampled_from((NOON, None))),
            deleted=draw(st.sampled_from((NOON, None))),
            targets=tuple(
                Sent(target, draw(st.sampled_from(STATES)), draw(DIGEST), NOON) for target in sorted(draw(LINKS))
            ),
        )
        for path in draw(st.lists(PATH, unique=True))
    }


@given(some_pages(), some_records(), st.sampled_from((NOON, None)))
def test_a_plan_without_the_posts_that_have_nothing_to_tell_is_the_same(
    pages: dict[str, Page], records: dict[str, Record], baseline: datetime | None
) -> None:
    settled = {path for path in {**pages, **records} if is_settled(pages.get(path), records.get(path))}
    rest = {path: page for path, page in pages.items() if path not in settled}
    ledger = Ledger({path: record for path, record in records.items() if path not in settled}, has_more=bool(settled))
    assert plan(rest, ledger, NOON, baseline=baseline) == plan(pages, Ledger(records), NOON, baseline=baseline)
    assert ledger.is_empty == Ledger(records).is_empty


def test_a_post_that_told_everybody_has_nothing_to_tell_until_it_changes() -> None:
    page = Page(PATHS[0], Standing.PUBLISHED, "d1", TARGETS, published=NOON)
    record = Record(PATHS[0], "d1", published=NOON, targets=tuple(Sent(one, "accepted", "d1", NOON) for one in TARGETS))
    assert is_settled(page, record)
    assert not is_settled(replace(page, digest="d2"), record)
    assert not is_settled(page, replace(record, targets=record.targets[:1]))
    assert not is_settled(page, None)


@pytest.mark.parametrize("standing", [Standing.MOVED, Standing.OTHER])
def test_a_page_that_may_become_something_else_to_the_plan_is_looked_at_each_time(standing: Standing) -> None:
    assert not is_settled(Page(PATHS[0], standing, moved_to=PATHS[1]), Record(PATHS[0]))


def test_a_post_that_links_to_more_than_one_post_tells_is_named_each_time() -> None:
    links = tuple(f"https://b.net/{number:03}" for number in range(MOST + 1))
    told = tuple(Sent(one, "accepted", "d1", NOON) for one in links[:MOST])
    page = Page(PATHS[0], Standing.PUBLISHED, "d1", links, published=NOON)
    assert not is_settled(page, Record(PATHS[0], "d1", published=NOON, targets=told))
    assert is_settled(replace(page, links=links[:MOST]), Record(PATHS[0], "d1", published=NOON, targets=told))


class Home:
    """A home whose build and ledger a test writes itself."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder, siteurl="https://home.net")
        self.settings.built.mkdir(parents=True)
        self.store = LedgerStore(self.settings.content)

    def page(self, path: str, content: str, *, head: str = "", properties: str = "") -> None:
        html = PAGE.format(content=content, path=path, published=NOON.isoformat(), below="", properties=properties)
        put(self.settings.built / path / "index.html", html.replace("</head>", f"{head}</head>"))

    def file(self, path: str) -> Path:
        return self.store.folder / f"{path.rstrip('/')}.json"

    def look(self, *, everything: bool = False) -> tuple[dict[str, Page], Ledger]:
        """What is planned from, as it is remembered for the next time."""
        posts = Posts(self.settings)
        pages, ledger = posts.look(everything=everything)
        posts.keep(pages, ledger)
        return pages, ledger

    def tell(self) -> None:
        """Record everybody that is to be told as told."""
        made = plan(*self.look(everything=True), NOON, everything=True)
        for record in made.records:
            self.store.write(record)
        for path, record in made.facts.items():
            due = [errand for errand in made.errands if errand.path == path and errand.why != "deleted"]
            told = tuple(Sent(errand.target, "accepted", errand.digest, NOON) for errand in due)
            self.store.write(replace(record, targets=tuple(sorted(told, key=lambda line: line.target))))


def afresh(home: Home) -> tuple[dict[str, Page], Ledger]:
    """What is planned from where nothing is remembered; afterwards what was remembered is again."""
    remembered = home.settings.cache / "remembered"
    remembered.rename(remembered.with_name("aside"))
    found = Posts(home.settings).look(everything=True)
    remembered.with_name("aside").rename(remembered)
    return found


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("unfinished").write_text(text, "utf-8")
    path.with_name("unfinished").replace(path)


def edit(home: Home, path: str, word: str) -> None:
    home.page(path, f'{word} <a href="https://b.net/{word}">b</a>')


def hide(home: Home, path: str, word: str) -> None:
    home.page(path, word, head='<meta name="robots" content="noindex">')


def bury(home: Home, path: str, word: str) -> None:
    home.page(path, word, properties='<data class="p-deleted" value="1"></data>')


def lead_on(home: Home, path: str, word: str) -> None:
    home.page(path, "", head=f'<meta http-equiv="refresh" content="0; url=/2026/11/{word}/">')


def empty(home: Home, path: str, word: str) -> None:
    put(home.settings.built / path / "index.html", "<p>no entry</p>")


def take_away(home: Home, path: str, word: str) -> None:
    (home.settings.built / path / "index.html").unlink(missing_ok=True)


def tell(home: Home, path: str, word: str) -> None:
    home.file(path).unlink(missing_ok=True)
    for broken in [each for each in PATHS if home.file(each).exists() and home.file(each).read_text()[:1] != "{"]:
        home.file(broken).unlink()
    home.tell()


def spoil(home: Home, path: str, word: str) -> None:
    put(home.file(path), f"<<<<<<< {word}\n")


def forget_record(home: Home, path: str, word: str) -> None:
    home.file(path).unlink(missing_ok=True)


def change_record(home: Home, path: str, word: str) -> None:
    if home.file(path).exists():
        put(home.file(path), home.file(path).read_text().replace("accepted", word))


def forget(home: Home, path: str, word: str) -> None:
    (home.settings.cache / "remembered/told").unlink(missing_ok=True)


DEEDS = (edit, hide, bury, lead_on, empty, take_away, tell, tell, forget, spoil, forget_record, change_record)


@hypothesis_settings(max_examples=100)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(DEEDS), PATH, st.sampled_from(("a", "b"))), min_size=1, max_size=3),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_is_changed_the_plan_is_that_of_a_run_that_remembers_nothing(
    rounds: list[list[tuple[Callable[[Home, str, str], None], str, str]]],
) -> None:
    with TemporaryDirectory() as temporary:
        home = Home(Path(temporary))
        for path in PATHS:
            edit(home, path, "a")
        home.tell()
        forget(home, "", "")
        for deeds in rounds:
            with later(home.settings.home):
                pages, ledger = home.look()
                whole = afresh(home)
                assert plan(pages, ledger, NOON) == plan(*whole, NOON)
                assert (ledger.broken, ledger.is_empty) == (whole[1].broken, whole[1].is_empty)
            for deed, path, word in deeds:
                deed(home, path, word)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose posts told everybody, a while ago."""
    made = Home(tmp_path)
    for path in PATHS:
        edit(made, path, "a")
    made.tell()
    forget(made, "", "")
    with later(tmp_path):
        made.look()
    return made


def test_posts_that_had_nothing_to_tell_are_not_read_again(home: Home) -> None:
    with later(home.settings.home):
        assert home.look() == ({}, Ledger(has_more=True))
        edit(home, PATHS[0], "b")
        pages, ledger = home.look()
        assert (list(pages), list(ledger.records)) == ([PATHS[0]], [PATHS[0]])


def test_asked_for_everything_all_are_read(home: Home) -> None:
    pages, ledger = home.look(everything=True)
    assert set(pages) == set(ledger.records) == set(PATHS)


def test_a_broken_ledger_file_is_named_each_time(home: Home) -> None:
    spoil(home, PATHS[0], "HEAD")
    with later(home.settings.home):
        for _ in range(3):
            _, ledger = home.look()
            assert ledger.broken == LedgerStore(home.settings.content).read_each()[1]
            assert list(ledger.broken) == [PATHS[0]]


@pytest.mark.parametrize("name", ["2026/11/x.json", "2026/11/x.json/y.json"])
def test_a_folder_where_a_ledger_file_belongs_is_named(home: Home, name: str) -> None:
    (home.store.folder / name).mkdir(parents=True)
    _, ledger = home.look()
    assert ledger.broken == LedgerStore(home.settings.content).read_each()[1] != {}


def test_with_another_address_nothing_is_known(home: Home) -> None:
    home.settings = replace(home.settings, siteurl="https://new.net")
    with later(home.settings.home):
        assert set(home.look()[0]) == set(PATHS)


def test_a_page_that_is_a_link_is_read_each_time(home: Home) -> None:
    page = home.settings.built / PATHS[0] / "index.html"
    page.rename(home.settings.home / "elsewhere.html")
    page.symlink_to(home.settings.home / "elsewhere.html")
    forget(home, "", "")
    with later(home.settings.home):
        before = home.look()[0][PATHS[0]]
        edit(home, PATHS[1], "b")
        put(home.settings.home / "elsewhere.html", (home.settings.built / PATHS[1] / "index.html").read_text())
        assert home.look()[0][PATHS[0]].links != before.links


def test_what_was_recorded_just_now_is_read_again(home: Home) -> None:
    record = home.store.read(PATHS[0])
    assert record
    home.store.write(replace(record, name="another"))
    forget(home, "", "")
    for _ in range(2):
        assert set(home.look()[1].records) >= {PATHS[0]}


def test_a_ledger_that_is_a_file_is_none(home: Home) -> None:
    home.store.folder.rename(home.settings.home / "aside")
    home.store.folder.write_text("")
    assert home.look()[1].is_empty


def test_without_a_build_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="run `make publish`"):
        Posts(Settings(home=tmp_path))


def test_how_many_posts_there_are_is_known_of_those_that_are_not_read(home: Home) -> None:
    with later(home.settings.home):
        posts = Posts(home.settings)
        assert (posts.look(everything=False)[0], posts.count) == ({}, 3)
