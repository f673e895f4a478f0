"""From what was approved to files in content/mentions/."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from receiver_door import Door, open_door

from indieweb.errors import CommandError, SettingError, StoreError
from indieweb.receiver.collect import collect_mentions
from indieweb.settings import Settings
from indieweb.stores.inbox_rules import approve, reject, undo, verified
from indieweb.stores.mentions import MentionStore
from loopback import Answer, Asked, Site, loopback

TEXT = {"type": "entry", "content": {"text": "words", "html": "<b>words</b><script>alert(1)</script>"}}
Decide = Callable[..., int]


@pytest.fixture
def arrive(door: Door) -> Decide:
    """Has a mention arrive, and decides upon it."""

    def arrived(name: str, *decisions: Any) -> int:
        door.inbox.accept(f"https://{name}.net/", door.target, 1000.0)
        row = door.inbox.lease(1001.0)
        assert row is not None
        door.inbox.record(row, verified(1001.0, {**TEXT, "wm-property": "in-reply-to", "author": {"name": name}}))
        for decision in decisions:
            door.inbox.decide(row.id, decision)
        return row.id

    return arrived


def kept(settings: Settings) -> list[str]:
    return sorted(mention.entry.author.name for mention in MentionStore(settings.content).read()[0])


@pytest.fixture(params=["here", "remote"])
def puller(request: pytest.FixtureRequest, door: Door, tmp_path: Path) -> Iterator[Settings]:
    """The settings of whoever keeps the content: beside the receiver, or on another host than it."""
    if request.param == "here":
        yield door.settings
        return
    token = door.service.tokens.add()

    def passed_on(asked: Asked) -> Answer:
        headers = {"authorization": asked.headers["authorization"]}
        answer = door.client.request(asked.method, asked.path, headers=headers)
        return Answer(answer.content, answer.status_code, (("Content-Type", "application/json"),))

    with loopback() as receiver:
        receiver.says["/api/mentions.jf2"] = passed_on
        allow = (receiver.pair, door.site.pair)
        yield Settings(
            home=tmp_path / "elsewhere",
            siteurl=door.site.url,
            fetch_allow=allow,
            mentions_from=f"{receiver.url} {token}",
        )


def test_approved_mentions_become_files_and_nothing_else_does(puller: Settings, arrive: Decide) -> None:
    arrive("ann", approve)
    arrive("pending")
    arrive("rejected", reject)
    arrive("withdrawn", approve, reject)
    done = collect_mentions(puller)
    assert (done.kept, done.removed, done.warnings) == (1, 0, [])
    assert kept(puller) == ["ann"]
    text = "".join(path.read_text("utf-8") for path in puller.content.rglob("*.json"))
    assert not [name for name in ("pending", "rejected", "withdrawn") if name in text]
    assert "<script" not in text


def test_a_second_run_changes_nothing(puller: Settings, arrive: Decide) -> None:
    arrive("ann", approve)
    collect_mentions(puller)
    before = {path: path.stat().st_mtime_ns for path in puller.content.rglob("*.json")}
    assert collect_mentions(puller).summary == "Mentions: nothing new."
    assert {path: path.stat().st_mtime_ns for path in puller.content.rglob("*.json")} == before


def test_what_is_gone_is_taken_away_and_what_is_approved_again_comes_back(
    puller: Settings, arrive: Decide, door: Door
) -> None:
    number = arrive("ann", approve)
    collect_mentions(puller)
    door.inbox.decide(number, reject)
    assert collect_mentions(puller).removed == 1
    assert kept(puller) == []
    door.inbox.decide(number, undo)
    assert collect_mentions(puller).kept == 1
    assert kept(puller) == ["ann"]


def test_an_approved_update_changes_the_file(puller: Settings, arrive: Decide, door: Door) -> None:
    number = arrive("ann", approve)
    collect_mentions(puller)
    door.inbox.accept("https://ann.net/", door.target, 2000.0)
    row = door.inbox.lease(2000.0)
    assert row is not None
    door.inbox.record(row, verified(2000.0, {**TEXT, "content": {"text": "other words"}, "author": {"name": "ann"}}))
    assert collect_mentions(puller).kept == 0
    door.inbox.decide(number, approve)
    assert collect_mentions(puller).kept == 1
    (mention,) = MentionStore(puller.content).read()[0]
    assert mention.entry.text == "other words"
    assert mention.received.timestamp() == 1000.0


def test_many_mentions_come_in_pages(puller: Settings, arrive: Decide) -> None:
    for n in range(130):
        arrive(f"n{n}", approve)
    assert collect_mentions(puller).kept == 130
    assert collect_mentions(puller).kept == 0


@pytest.mark.parametrize("cursor", [None, b"", b"[]", b'{"since": "x"}', b"\xff"])
def test_a_cursor_that_is_lost_or_broken_does_no_harm(puller: Settings, arrive: Decide, cursor: bytes | None) -> None:
    arrive("ann", approve)
    collect_mentions(puller)
    path = puller.var / "mentions-cursor.json"
    path.unlink() if cursor is None else path.write_bytes(cursor)
    assert collect_mentions(puller).kept == 0
    assert kept(puller) == ["ann"]


def test_a_cursor_of_another_inbox_begins_again(puller: Settings, arrive: Decide) -> None:
    arrive("ann", approve)
    collect_mentions(puller)
    path = puller.var / "mentions-cursor.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "inbox": "another", "since": 500}))
    arrive("bob", approve)
    assert collect_mentions(puller).kept == 1
    assert kept(puller) == ["ann", "bob"]


def test_a_broken_file_in_the_place_is_named_and_the_rest_comes_and_it_is_tried_again(
    puller: Settings, arrive: Decide
) -> None:
    arrive("ann", approve)
    collect_mentions(puller)
    (path,) = (puller.content / "mentions").glob("*.json")
    path.write_text("<<<<<<< HEAD")
    (puller.var / "mentions-cursor.json").unlink()
    arrive("bob", approve)
    done = collect_mentions(puller)
    assert [str(path) in warning for warning in done.warnings] == [True]
    assert path.read_text() == "<<<<<<< HEAD"
    assert kept(puller) == ["bob"]
    path.unlink()
    collect_mentions(puller)
    assert kept(puller) == ["ann", "bob"]


def test_a_full_disk_leaves_the_cursor_where_it_was(puller: Settings, arrive: Decide) -> None:
    arrive("ann", approve)
    puller.content.parent.mkdir(parents=True, exist_ok=True)
    puller.content.write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        collect_mentions(puller)
    assert not (puller.var / "mentions-cursor.json").exists()
    puller.content.unlink()
    assert collect_mentions(puller).kept == 1


def test_without_a_receiver_there_is_nothing_to_do_and_nothing_is_made(tmp_path: Path) -> None:
    done = collect_mentions(Settings(home=tmp_path))
    assert (done.summary, done.warnings) == ("Mentions: nothing new.", [])
    assert list(tmp_path.iterdir()) == []


def test_a_receiver_that_pages_announce_and_that_cannot_be_asked_is_named(tmp_path: Path) -> None:
    (warning,) = collect_mentions(Settings(home=tmp_path, endpoint="https://friend.net/webmention")).warnings
    assert "https://friend.net/webmention" in warning
    assert "export INDIEWEB_MENTIONS_FROM" in warning
    assert list(tmp_path.iterdir()) == []


class TestRemote:
    """A receiver on another host is believed in nothing but that its mentions were approved."""

    def settings(self, tmp_path: Path, receiver: Site, token: str = "secret") -> Settings:
        return Settings(
            home=tmp_path,
            siteurl="https://home.net",
            fetch_allow=(receiver.pair,),
            mentions_from=f"{receiver.url}/wm {token}",
        )

    def says(self, receiver: Site, *children: Any) -> None:
        feed = {"type": "feed", "children": list(children)}

        def answer(asked: Asked) -> Answer:
            first = "since_id=0&" in asked.path + "&"
            return Answer(json.dumps(feed if first else {"children": []}), 200, (("Content-Type", "application/json"),))

        receiver.says["/wm/api/mentions.jf2"] = answer

    def child(self, **more: Any) -> dict[str, Any]:
        made = {"type": "entry", "wm-id": 1, "wm-source": "https://ann.net/", "wm-target": "https://home.net/a/"}
        return {**made, "wm-received": "2026-01-01T00:00:00Z", "wm-property": "like-of", **more}

    def test_the_token_goes_into_a_header_and_not_into_the_address(self, tmp_path: Path, site: Site) -> None:
        self.says(site, self.child())
        collect_mentions(self.settings(tmp_path, site))
        assert site.asked[0].headers["authorization"] == "Bearer secret"
        assert not [asked for asked in site.asked if "secret" in asked.path]

    def test_a_receiver_that_looks_for_the_token_in_the_query_finds_it_there(self, tmp_path: Path, site: Site) -> None:
        feed = json.dumps({"children": [self.child()]})

        def answer(asked: Asked) -> Answer:
            if "token=secret" not in asked.path:
                return Answer("{}", 400, (("Content-Type", "application/json"),))
            return Answer(feed if "since_id=0" in asked.path else '{"children": []}', 200)

        site.says["/wm/api/mentions.jf2"] = answer
        assert collect_mentions(self.settings(tmp_path, site)).kept == 1

    def test_everything_in_a_mention_is_sieved(self, tmp_path: Path, site: Site) -> None:
        author = {"name": "\u202eAnn\x00" + "x" * 5000, "url": "javascript:alert(1)", "photo": "data:image/gif,x"}
        content = {
            "html": '<a href="javascript:x" onclick="y">z</a><img src=x onerror=y><svg/onload=z>',
            "text": "\x1bz",
        }
        self.says(site, self.child(author=author, content=content, url="data:text/html,x", photo=["data:x", {}]))
        collect_mentions(self.settings(tmp_path, site))
        (path,) = (tmp_path / "content" / "mentions").glob("*.json")
        text = path.read_text("utf-8")
        for word in (
            "javascript",
            "onclick",
            "onerror",
            "<svg",
            "<img",
            "data:",
            "\u202e",
            "\\u0000",
            "\x1b",
        ):
            assert word not in text
        assert len(text) < 2000

    def test_of_photos_a_few_addresses_are_kept_and_what_they_show_as_words(self, tmp_path: Path, site: Site) -> None:
        photos = ["javascript:alert(1)", *(f"https://photos.example/{number}" for number in range(9))]
        child = self.child(photo=photos, alt=["a", "\u202ecake\x1b" + "x" * 5000])
        self.says(site, {**child, "wm-property": "like-of"})  # whose photos are asked for by nobody
        collect_mentions(self.settings(tmp_path, site))
        ((mention,), _) = MentionStore(tmp_path / "content").read()
        assert [photo.url for photo in mention.entry.remote_photos] == photos[1:4]
        first, *others = [photo.alt for photo in mention.entry.remote_photos]
        assert first is not None
        assert first.startswith("cakex")
        assert len(first) <= 200
        assert others == [None, None]

    @pytest.mark.parametrize(
        "child",
        [
            None,
            [],
            "x",
            {},
            {"wm-id": 1, "wm-status": "gone"},
            {"wm-id": 1, "wm-source": "https://ann.net/", "wm-target": "https://home.net/a/"},
        ],
    )
    def test_what_is_no_mention_is_named_and_left_out(self, tmp_path: Path, site: Site, child: Any) -> None:
        self.says(site, child, self.child())
        done = collect_mentions(self.settings(tmp_path, site))
        assert (done.kept, len(done.warnings)) == (1, 1)

    def test_mentions_of_other_homes_and_of_no_address_are_left_out(self, tmp_path: Path, site: Site) -> None:
        others = [{"wm-target": "https://other.net/"}, {"wm-source": "javascript:x"}, {"wm-target": "../../etc"}]
        self.says(site, *(self.child(**other) for other in others))
        done = collect_mentions(self.settings(tmp_path, site))
        assert (done.kept, len(done.warnings)) == (0, 3)

    def test_private_mentions_are_not_published(self, tmp_path: Path, site: Site) -> None:
        self.says(site, self.child(**{"wm-private": True}))
        assert collect_mentions(self.settings(tmp_path, site)).kept == 0

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (Answer("no", 500), "500"),
            (Answer("no", 403), "token"),
            (Answer("<html>"), "no JSON"),
            (Answer("[]"), "no list of mentions"),
            (Answer("[" * 100_000), "no JSON"),
        ],
    )
    def test_a_receiver_that_does_not_answer_is_one_sentence(
        self, tmp_path: Path, site: Site, answer: Answer, said: str
    ) -> None:
        site.says["/wm/api/mentions.jf2"] = answer
        with pytest.raises(CommandError, match=said) as caught:
            collect_mentions(self.settings(tmp_path, site))
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)

    def test_a_receiver_without_end_ends(self, tmp_path: Path, site: Site) -> None:
        full = {"children": [self.child()] * 50}
        site.says["/wm/api/mentions.jf2"] = Answer(json.dumps(full))
        assert collect_mentions(self.settings(tmp_path, site)).kept == 1
        assert len(site.asked) < 5

    def test_pages_that_are_too_large_are_asked_for_in_smaller_ones(self, tmp_path: Path, site: Site) -> None:
        def answer(asked: Asked) -> Answer:
            size = int(asked.path.partition("per-page=")[2].partition("&")[0])
            since = int(asked.path.partition("since_id=")[2].partition("&")[0])
            text = {"text": "x" * (1 << 20)}
            sources = range(since + 1, min(since + size, 12) + 1)
            children = [self.child(**{"wm-id": n, "wm-source": f"https://n{n}.net/", "content": text}) for n in sources]
            return Answer(json.dumps({"children": children}))

        site.says["/wm/api/mentions.jf2"] = answer
        assert collect_mentions(self.settings(tmp_path, site)).kept == 12

    @pytest.mark.parametrize("text", ["https://wm.net", "secret", "ftp://wm.net secret", "http://wm.net secret"])
    def test_a_setting_that_is_wrong_or_would_show_the_token_is_refused(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(SettingError, match="INDIEWEB_MENTIONS_FROM"):
            collect_mentions(Settings(home=tmp_path, mentions_from=text))


def test_the_whole_journey_from_a_page_to_a_file(tmp_path: Path, site: Site) -> None:
    door = open_door(tmp_path, site)
    source = door.stranger("/ann", '<p class="e-content">Well <em>said</em></p>')
    door.send(source)
    door.work()
    (number,) = door.waiting()
    door.inbox.decide(number, approve)
    collect_mentions(door.settings)
    (mention,), warnings = MentionStore(door.settings.content).read()
    assert (mention.source, mention.target, mention.property) == (source, door.target, "in-reply-to")
    assert (mention.entry.text, mention.entry.content) == ("Well said", "Well <em>said</em>")
    assert warnings == []
    site.page("/ann", "", status=410)
    door.send(source)
    door.work()
    collect_mentions(door.settings)
    assert MentionStore(door.settings.content).read() == ([], [])
    door.inbox.close()
