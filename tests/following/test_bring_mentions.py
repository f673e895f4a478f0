"""`mentions` and `publish` ask the sites that are followed, with and without a receiver."""

from contextlib import closing
from pathlib import Path

import pytest
from street import Street

import homes
from indieweb.__main__ import main
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import reject, verified


@pytest.fixture
def home(street: Street, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SITEURL", street.home.url)
    monkeypatch.setenv("INDIEWEB_FETCH_ALLOW", f"{street.home.pair},{street.ann.pair}")
    return street.folder


def test_mentions_works_with_no_receiver_and_asks_again_when_told_to(
    home: Path, street: Street, capsys: pytest.CaptureFixture[str]
) -> None:
    street.post()
    assert main(["--home", str(home), "mentions"]) == 0
    assert main(["--home", str(home), "mentions"]) == 0
    assert street.asked("/feed") == 1
    assert main(["--home", str(home), "mentions", "--now"]) == 0
    assert street.asked("/feed") == 2
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Mentions: nothing new.",
        "Sites followed: 1 asked; mentions: 1 new or changed.",
        "Mentions: nothing new.",
        "Mentions: nothing new.",
        "Sites followed: 1 asked; mentions: nothing new.",
    ]


def test_what_the_owner_rejected_does_not_come_in_by_another_way(home: Path, street: Street) -> None:
    source = street.post()
    assert main(["--home", str(home), "mentions"]) == 0
    with closing(Inbox.of(street.settings)) as inbox:
        inbox.accept(source, street.target, 1000.0)
        row = inbox.lease(1001.0)
        assert row is not None
        inbox.record(row, verified(1001.0, {"type": "entry", "wm-property": "in-reply-to"}))
        inbox.decide(row.id, reject)
    street.post(text="Once more.")
    assert main(["--home", str(home), "mentions", "--now"]) == 0
    assert not street.kept


def test_a_receiver_that_does_not_answer_keeps_no_site_from_being_heard(
    home: Path, street: Street, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INDIEWEB_MENTIONS_FROM", f"{street.ann.url}/nobody TOKEN")
    street.post()
    assert main(["--home", str(home), "mentions"]) == 1
    assert street.words == ["Well said."]
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_feed_that_was_gone_is_asked_again_once_it_is_followed_anew(home: Path, street: Street) -> None:
    street.says("gone", 410)
    assert main(["--home", str(home), "mentions"]) == 0
    street.post()
    assert main(["--home", str(home), "mentions", "--now"]) == 0
    assert not street.kept
    assert main(["--home", str(home), "follow", f"{street.ann.url}/feed"]) == 0
    assert main(["--home", str(home), "mentions"]) == 0
    assert street.words == ["Well said."]


def test_a_broken_list_is_named_and_stops_no_publishing(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-01-02-hello.md": "Hello", "content/following.opml": "<opml>\n<x"})
    ended = homes.run(home, "publish")
    assert ended.returncode == 0, ended.stderr
    assert f"{home / 'content/following.opml'}:2: this is not valid XML" in ended.stderr
    assert "Not all mentions were brought in; the next publish tries again." in ended.stdout
    assert (home / "content/following.opml").read_text() == "<opml>\n<x"
    assert homes.run(home, "mentions").returncode == 1


def test_a_home_that_follows_nobody_is_told_nothing_of_it(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-01-02-hello.md": "Hello"})
    ended = homes.run(home, "mentions")
    assert (ended.stdout, ended.stderr) == ("Mentions: nothing new.\n", "")
    assert not (home / "var").exists()


def test_whom_one_follows_is_not_published(tmp_path: Path) -> None:
    home = homes.make_home(
        tmp_path,
        {
            "content/2026-01-02-hello.md": "Hello",
            "content/following.opml": '<opml version="2.0"><head/><body/></opml>',
        },
    )
    assert homes.build(home, "--publish").code == 0
    assert not [path for path in (home / ".cache/site").rglob("*") if "opml" in path.name]
