"""`follow` and `unfollow`: from an address that a person knows to a line in content/following.opml."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indieweb.__main__ import main
from indieweb.settings import Settings
from indieweb.stores.following import Followed, FollowingStore
from loopback import Answer, Site, loopback

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Ann</title><link href="{page}"/></feed>'
ENTRY = '<div class="h-entry"><a class="u-url" href="/one">one</a></div>'


@pytest.fixture
def ann() -> Iterator[Site]:
    with loopback() as site:
        yield site


@pytest.fixture
def home(tmp_path: Path, ann: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "content").mkdir()
    monkeypatch.setenv("SITEURL", "https://home.example")
    monkeypatch.setenv("INDIEWEB_FETCH_ALLOW", ann.pair)
    return tmp_path


def tell(home: Path, *words: str) -> int:
    return main(["--home", str(home), *words])


def followed(home: Path) -> list[Followed]:
    return FollowingStore(home / "content").read()[0]


def feed(site: Site, path: str = "/feed.atom") -> str:
    site.says[path] = Answer(ATOM.format(page=f"{site.url}/"), headers=(("Content-Type", "application/atom+xml"),))
    return site.url + path


def test_the_feed_that_a_page_announces_is_found(home: Path, ann: Site, capsys: pytest.CaptureFixture[str]) -> None:
    address = feed(ann)
    page = ann.page(
        "/",
        '<title>Ann</title><link rel="alternate" hreflang="de" href="/de/">'
        '<link rel=alternate type="text/html" href="/x">'
        '<link rel="alternate" type="application/rss+xml" href="/broken">'
        '<link rel="alternate" type="application/atom+xml; charset=utf-8" href="feed.atom">' + ENTRY,
    )
    assert tell(home, "follow", page) == 0
    assert capsys.readouterr().out.splitlines() == ["Following Ann.", address]
    assert followed(home) == [Followed(address, page, "Ann")]


def test_an_address_that_is_a_feed_is_taken_as_it_is(home: Path, ann: Site) -> None:
    address = feed(ann)
    assert tell(home, "follow", address, "--name", "Our Ann") == 0
    assert followed(home) == [Followed(address, f"{ann.url}/", "Our Ann")]


def test_a_feed_does_not_say_that_another_site_is_its_own(home: Path, ann: Site) -> None:
    ann.says["/feed.atom"] = Answer(ATOM.format(page="https://somebody-else.net/"))
    assert tell(home, "follow", f"{ann.url}/feed.atom") == 0
    assert followed(home) == [Followed(f"{ann.url}/feed.atom", "", "Ann")]


@pytest.mark.parametrize("title", ["\\ud800\\u0000\\u0001\\u202eAnn\\n<b>&", '\\"Ann\\"', "A" * 5000, " "])
def test_a_title_may_be_anything_and_the_list_stays_a_list(home: Path, ann: Site, title: str) -> None:
    ann.says["/feed"] = Answer(f'{{"version": "https://jsonfeed.org/version/1", "title": "{title}", "items": []}}')
    assert tell(home, "follow", f"{ann.url}/feed") == 0
    assert tell(home, "follow", feed(ann), "--name", "\x01\ud800 &<>\"'\n") == 0
    assert len(followed(home)) == 2
    assert all(len(one.name) <= 200 for one in followed(home))


def test_a_page_without_a_feed_is_followed_by_its_entries(home: Path, ann: Site) -> None:
    page = ann.page("/", f"<title>Ann, marked up</title>{ENTRY}")
    assert tell(home, "follow", page) == 0
    assert followed(home) == [Followed(page, page, "Ann, marked up")]


def test_following_twice_is_following_once(home: Path, ann: Site, capsys: pytest.CaptureFixture[str]) -> None:
    address = feed(ann)
    assert tell(home, "follow", address) == tell(home, "follow", address) == 0
    assert "is followed already" in capsys.readouterr().out
    assert len(followed(home)) == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [("/plain", "announces no feed"), ("/none", "answers with 404"), ("/picture", "announces no feed")],
)
def test_where_there_is_no_feed_it_says_so_and_writes_nothing(
    home: Path, ann: Site, path: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ann.page("/plain", "<p>Hello")
    ann.says["/picture"] = Answer(b"\x89PNG", headers=(("Content-Type", "image/png"),))
    assert tell(home, "follow", ann.url + path) == 1
    assert words in capsys.readouterr().err
    assert not list((home / "content").iterdir())


@pytest.mark.parametrize(
    "url",
    ["https://home.example/feed.atom", "file:///etc/passwd", "http://127.0.0.1:1/", "http://10.0.0.1/", "http://"],
)
def test_this_home_and_what_may_not_be_contacted_is_not_followed(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(home, "follow", url) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not followed(home)


def test_a_feed_that_leads_inward_is_not_asked(home: Path, ann: Site) -> None:
    with loopback("127.0.0.3") as inside:
        feed(inside)
        page = ann.page("/", f'<link rel="alternate" type="application/atom+xml" href="{inside.url}/feed.atom">')
        assert tell(home, "follow", page) == 1
        assert not inside.asked


def test_unfollowing_takes_it_out_by_its_page_or_its_feed(
    home: Path, ann: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(home, "follow", feed(ann))
    assert tell(home, "unfollow", ann.url) == 0
    assert not followed(home)
    assert tell(home, "unfollow", ann.url) == 1
    assert "is not in" in capsys.readouterr().err


def test_a_broken_list_is_named_before_anybody_is_asked(
    home: Path, ann: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "content/following.opml"
    path.write_text("<opml>\n<body>")
    assert tell(home, "follow", feed(ann)) == 1
    assert f"{path}:2: " in capsys.readouterr().err
    assert not ann.asked
    assert path.read_text() == "<opml>\n<body>"


def test_a_folder_that_is_no_home_follows_nobody(tmp_path: Path, ann: Site) -> None:
    settings = Settings(home=tmp_path / "x")
    (tmp_path / "x").mkdir()
    assert tell(settings.home, "follow", ann.url) == 1
    assert not list(settings.home.iterdir())
