"""Erasing a page, a person or a host: from everywhere, for good, and remembered as a hash only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from receiver_door import Door

import homes
from indieweb.errors import CommandError
from indieweb.model.entry import Card, Entry
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.forget import forget
from indieweb.settings import Settings
from indieweb.stores.contexts import ContextStore
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.mentions import MentionStore
from indieweb.webmention.erased import digest_of
from indieweb.writing.contexts import fetch_missing_contexts
from loopback import Answer, Asked, Site, loopback

HOST = "127.0.0.1"


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


@pytest.fixture(autouse=True)
def content(door: Door) -> Path:
    door.settings.content.mkdir()
    return door.settings.content


def arrived(door: Door, path: str, *decisions: object) -> str:
    row = door.arrived(path, f'<p class="e-content">Secret words of {path}')
    for decision in decisions:
        door.inbox.decide(row.id, decision)  # type: ignore[arg-type]
    return row.source


def left(folder: Path, words: str) -> list[str]:
    """Which files below a folder still have words in them."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


@contextmanager
def remote(door: Door, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a home on another host than its receiver."""

    def passed_on(asked: Asked) -> Answer:
        headers = {"authorization": asked.headers["authorization"]}
        answer = door.client.request(asked.method, asked.path, data=asked.form or None, headers=headers)
        return Answer(answer.content, answer.status_code, (("Content-Type", "application/json"),))

    with loopback() as receiver:
        receiver.says = {"/api/mentions.jf2": passed_on, "/api/forget": passed_on}
        home = tmp_path / "elsewhere"
        (home / "content").mkdir(parents=True)
        yield replace(
            door.settings,
            database_url="",
            home=home,
            fetch_allow=(receiver.pair, door.site.pair),
            mentions_from=f"{receiver.url} {door.service.tokens.add()}",
        )


def test_a_source_is_removed_everywhere_whatever_was_decided_of_it(door: Door) -> None:
    arrived(door, "/pending")
    arrived(door, "/approved", approve)
    arrived(door, "/approved")
    arrived(door, "/rejected", reject)
    collect_mentions(door.settings)
    assert left(door.settings.home, "Secret words")
    done = forget(door.settings, HOST)
    assert (done.inbox, len(done.files), done.warnings) == (3, 1, [])
    door.inbox.close()
    for words in ("Secret words", "/pending", "/approved", "/rejected"):
        assert left(door.settings.home, words) == []
    assert left(door.settings.content, HOST) == []
    assert left(door.settings.content, digest_of(HOST)) == [str(door.settings.content / "erased.txt")]


def test_only_what_is_meant_goes(door: Door) -> None:
    ann, bob = arrived(door, "/ann", approve), arrived(door, "/bob", approve)
    collect_mentions(door.settings)
    done = forget(door.settings, ann)
    assert (done.inbox, len(done.files)) == (1, 1)
    assert [mention.source for mention in MentionStore(door.settings.content).read()[0]] == [bob]
    assert [row.source for row in door.inbox.published()] == [bob]


def test_what_was_erased_is_dropped_when_it_is_sent_again(door: Door) -> None:
    source = arrived(door, "/ann", approve)
    forget(door.settings, source)
    assert door.send(source) == 202
    door.work()
    assert door.waiting() == []
    assert door.inbox.published() == []
    collect_mentions(door.settings)
    assert left(door.settings.home / "content", "Secret words") == []
    assert door.inbox.find(source, door.target) is not None  # its key, which is a hash
    assert [row.source for row in door.inbox.published(tombstones=True)] == [""]


def test_what_was_rejected_and_erased_is_dropped_too(door: Door) -> None:
    source = arrived(door, "/ann", reject)
    forget(door.settings, source)
    assert door.inbox.find(source, door.target) is None
    door.send(source)
    door.work()
    assert door.inbox.find(source, door.target) is None


def test_a_person_goes_with_all_that_stands_below_their_address(door: Door) -> None:
    arrived(door, "/@ann/1")
    arrived(door, "/@ann/2")
    arrived(door, "/@anna/1")
    assert forget(door.settings, f"{door.site.url}/@ann/").inbox == 2
    assert len(door.waiting()) == 1


def test_pullers_elsewhere_hear_of_it_without_its_name(door: Door, tmp_path: Path) -> None:
    source = arrived(door, "/ann", approve)
    with remote(door, tmp_path) as elsewhere:
        assert collect_mentions(elsewhere).kept == 1
        forget(door.settings, source)
        assert collect_mentions(elsewhere).removed == 1
        assert left(elsewhere.content, "Secret words") == []


def test_a_receiver_on_another_host_is_told_a_hash_and_forgets(door: Door, tmp_path: Path) -> None:
    source = arrived(door, "/ann", approve)
    bob = arrived(door, "/bob", approve)
    with remote(door, tmp_path) as elsewhere:
        collect_mentions(elsewhere)
        done = forget(elsewhere, source)
        assert (done.remote, len(done.files), done.inbox, done.warnings) == (1, 1, 0, [])
        assert [row.source for row in door.inbox.published()] == [bob]
        door.send(source)
        door.work()
        assert [row.source for row in door.inbox.published()] == [bob]
        assert collect_mentions(elsewhere).kept == 0


def test_a_receiver_that_cannot_be_told_is_named_and_what_it_gives_is_left_out(tmp_path: Path) -> None:
    with loopback() as receiver:
        settings = Settings(home=tmp_path, fetch_allow=(receiver.pair,), mentions_from=f"{receiver.url} secret")
        assert receiver.url in forget(settings, "ann.net").warnings[0]
        receiver.says["/api/forget"] = Answer("no", 500)
        assert receiver.url in forget(settings, "ann.net").warnings[0]
        receiver.says["/api/mentions.jf2"] = Answer(
            '{"children": [{"wm-id": 1, "wm-source": "https://blog.ann.net/1", "wm-target": "http://localhost:8000/a/",'
            ' "wm-received": "2026-11-01T00:00:00Z"}]}'
        )
        assert collect_mentions(settings).kept == 0


def test_only_the_owner_may_have_something_erased(door: Door) -> None:
    arrived(door, "/ann")
    form = {"digest": digest_of(HOST)}
    token = {"authorization": f"Bearer {door.service.tokens.add()}"}
    assert door.client.post("/api/forget", data=form).status_code == 401
    assert door.client.post("/api/forget", data=form, headers={"authorization": "Bearer x"}).status_code == 403
    assert door.client.post("/api/forget", data=form, headers={**token, "origin": "https://a.net"}).status_code == 403
    assert door.client.get("/api/forget", headers=token).status_code == 405
    for digest in ("", "ann.net", "A" * 64, "a" * 63):
        assert door.client.post("/api/forget", data={"digest": digest}, headers=token).status_code == 400
    assert len(door.waiting()) == 1
    assert door.client.post("/api/forget", data=form, headers=token).json() == {"erased": 1}


@pytest.fixture
def ann(door: Door) -> Iterator[Site]:
    """Another home, which a post of this one answers."""
    with loopback("127.0.0.2") as found:
        author = f'<a class="p-author h-card" href="{found.url}/@ann">Ann</a>'
        html = f'<div class="h-entry"><a class="u-url" href="/1"></a>{author}<p class="p-name">Secret words</div>'
        (door.settings.content / "2026-11-01-reply.md").write_text(
            f"---\nIn-Reply-To: {found.page('/1', html)}\n---\nYes."
        )
        yield found


def test_contexts_go_and_are_not_fetched_again(door: Door, ann: Site) -> None:
    settings = replace(door.settings, fetch_allow=(ann.pair,))
    store = ContextStore(settings.content)
    store.write("https://many.net/1", Entry("https://many.net/1", author=Card("Ann", f"{ann.url}/1")))
    store.write("https://bob.net/1", Entry("https://bob.net/1"))
    assert fetch_missing_contexts(settings).kept == (f"{ann.url}/1",)
    assert len(forget(settings, f"{ann.url}/1").files) == 2
    assert left(settings.content, "Secret words") == []
    assert store.has("https://bob.net/1")
    ann.asked.clear()
    summary = fetch_missing_contexts(settings)
    assert (summary.kept, summary.failed, summary.left) == ((), (), 0)
    assert ann.asked == []


def test_a_context_whose_author_was_erased_is_not_kept(door: Door, ann: Site) -> None:
    settings = replace(door.settings, fetch_allow=(ann.pair,))
    forget(settings, f"{ann.url}/@ann")
    summary = fetch_missing_contexts(settings)
    assert (summary.kept, [url for url, _ in summary.failed]) == ((), [f"{ann.url}/1"])
    assert not ContextStore(settings.content).has(f"{ann.url}/1")


def test_broken_files_are_named_and_left_alone(door: Door) -> None:
    for folder in ("mentions", "contexts"):
        (door.settings.content / folder).mkdir()
        (door.settings.content / folder / "broken.json").write_text("{")
    done = forget(door.settings, "ann.net")
    assert len([warning for warning in done.warnings if "broken.json" in warning]) == 2
    assert len(list(door.settings.content.rglob("broken.json"))) == 2


def test_hashes_are_kept_in_order_and_once(door: Door) -> None:
    for name in ("ann.net", "bob.net", "ann.net", "https://eve.net/1"):
        forget(door.settings, name)
    head, *lines = (door.settings.content / "erased.txt").read_text().splitlines()
    assert head.startswith("#")
    assert lines == sorted(map(digest_of, ("ann.net", "bob.net", "eve.net/1")))


@pytest.mark.parametrize("said", ["", "ann", "a b", "ftp://ann.net/", "12"])
def test_what_is_no_name_is_refused(door: Door, said: str) -> None:
    with pytest.raises(CommandError, match="neither a host nor an address"):
        forget(door.settings, said)
    assert not (door.settings.content / "erased.txt").exists()


def test_a_receiver_without_content_keeps_the_hash_in_its_database(door: Door) -> None:
    door.settings.content.rmdir()
    source = arrived(door, "/ann")
    assert forget(door.settings, source).inbox == 1
    assert not door.settings.content.exists()
    door.send(source)
    door.work()
    assert door.inbox.find(source, door.target) is None


def test_what_waits_or_was_rejected_is_nowhere_in_the_output(door: Door) -> None:
    home = homes.make_home(door.settings.home, {"content/2026-11-01-hello.md": "---\nSlug: hello\n---\nHello"})
    arrived(door, "/waits")
    arrived(door, "/no", reject)
    arrived(door, "/taken-back", approve, reject)
    arrived(door, "/yes", approve)  # the last: from then on its host is trusted
    environ = {"SITEURL": door.site.url, "INDIEWEB_FETCH_ALLOW": door.site.pair}
    environ["INDIEWEB_DATABASE_URL"] = door.settings.database_url
    assert homes.run(home, "mentions", environ=environ).returncode == 0
    for options in ((), ("--publish",)):
        built = homes.build(home, *options, environ=environ)
        assert "Secret words of /yes" in built.page("2026/11/hello")
        for path in ("/waits", "/no", "/taken-back"):
            assert left(built.output, f"Secret words of {path}") == []
            assert left(built.output, f'{door.site.url}{path}"') == []


def test_the_command_says_what_was_removed_and_a_build_shows_nothing_of_it(door: Door) -> None:
    home = homes.make_home(door.settings.home, {"content/2026-11-01-hello.md": "---\nSlug: hello\n---\nHello"})
    source = arrived(door, "/ann", approve)
    collect_mentions(door.settings)
    environ = {"SITEURL": door.site.url, "INDIEWEB_FETCH_ALLOW": door.site.pair}
    environ["INDIEWEB_DATABASE_URL"] = door.settings.database_url
    built = homes.build(home, environ=environ)
    shown = [path.removeprefix(f"{built.output}/") for path in left(built.output, "Secret words")]
    assert {f"2026/11/hello/{name}" for name in ("index.html", "comments/feed.atom", "comments/feed.json")} <= set(
        shown
    )
    ended = homes.run(home, "forget", source, environ=environ)
    assert (ended.returncode, ended.stderr) == (0, "")
    removed, inbox = ended.stdout.splitlines()
    assert removed.startswith("Removed content/mentions/")
    assert inbox == "Removed 1 mention from the inbox."
    assert homes.run(home, "forget", source, environ=environ).stdout == "Nothing of it is kept here.\n"
    built = homes.build(home, environ=environ)
    assert left(built.output, "Secret words") == []
    assert left(home / ".cache", "Secret words") == []
    ended = homes.run(home, "forget", "nobody")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
