"""The life of a mention: told once, told of changes, told of the end; and nobody is told what is not live."""

import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from house import HELLO, NOON, House, states
from indieweb.errors import CommandError, StoreError
from indieweb.sending import send_due
from indieweb.sending.liveness import LOOKS
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import Outbox
from loopback import Answer, Asked, loopback


def link(*paths: str, house: House) -> str:
    return "".join(f'<p>See <a href="{house.other.url}{path}">it</a>.</p>' for path in paths)


def test_a_new_post_is_told_of_and_recorded(house: House) -> None:
    target = house.other.takes_mentions("/a", "/wm?one=use", status=201)
    house.other.says["/wm"] = Answer("", 201, (("Location", "/status/1"),))
    house.publish(link("/a#here", house=house))
    report = house.send()
    assert house.told == [("/" + HELLO, "/a#here")]
    assert report.summary == "Mentions: 1 accepted."
    line = house.record().targets[0]
    assert (line.target, line.state, line.status) == (target + "#here", "accepted", 201)
    assert (line.endpoint, line.location) == (house.other.url + "/wm?one=use", house.other.url + "/status/1")
    assert (line.time, line.digest) == (NOON, house.record().digest)


def test_the_same_build_twice_sends_nothing_twice(house: House) -> None:
    house.other.takes_mentions("/a")
    house.other.page("/no", "no endpoint")
    house.other.takes_mentions("/refuses", "/refuse", status=400)
    house.publish(link("/a", "/no", "/refuses", house=house))
    assert states(house.send()) == {"/a": "accepted", "/no": "no endpoint", "/refuses": "refused"}
    seen = len(house.other.asked)
    again = house.send()
    assert (again.lines, len(house.other.asked)) == ([], seen)
    assert again.summary == "Nobody needs to be told of anything."


def test_a_lost_outbox_and_a_fresh_clone_send_nothing_twice(house: House, tmp_path: Path) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    house.send()
    shutil.rmtree(house.settings.var)
    clone = tmp_path / "clone"
    shutil.copytree(house.home, clone, ignore=shutil.ignore_patterns("clone"))
    conf = {"SITEURL": house.live.url, "INDIEWEB_FETCH_ALLOW": list(house.settings.fetch_allow)}
    send_due(Settings.from_mapping(conf, clone, {}), patience=0, now=NOON)
    house.send()
    assert len(house.told) == 1


def test_a_home_that_moves_to_another_domain_sends_nothing_again(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    house.send()
    with loopback("127.0.0.3") as moved:
        moved.says.update(house.live.says)
        conf = {"SITEURL": moved.url, "INDIEWEB_FETCH_ALLOW": [moved.pair, house.other.pair]}
        report = send_due(Settings.from_mapping(conf, house.home, {}), patience=0, now=NOON)
    assert report.lines == []


def test_a_change_tells_old_new_and_removed_targets(house: House) -> None:
    for path in ("/kept", "/removed", "/added"):
        house.other.takes_mentions(path)
    house.publish(link("/kept", "/removed", house=house))
    house.send()
    house.other.asked.clear()
    house.publish(link("/kept", "/added", house=house))
    report = house.send()
    assert {(line.target.removeprefix(house.other.url), line.why) for line in report.lines} == {
        ("/kept", "changed"),
        ("/added", "new"),
        ("/removed", "removed"),
    }
    assert sorted(house.told) == [("/" + HELLO, path) for path in ("/added", "/kept", "/removed")]
    kept = [line.target.removeprefix(house.other.url) for line in house.record().targets]
    assert kept == ["/added", "/kept"]
    assert house.send().lines == []


@pytest.mark.parametrize("status", [410, 404])
def test_a_deletion_is_told_once_the_live_page_answers_that_it_is_gone(house: House, status: int) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    house.send()
    house.other.asked.clear()
    house.drop()
    assert states(house.send()) == {"/a": "not live yet"}
    assert house.told == []
    house.live.says["/" + HELLO] = Answer("gone", status)
    report = house.send(now=NOON + timedelta(days=1))
    assert [(line.why, line.state) for line in report.lines] == [("deleted", "accepted")]
    assert house.told == [("/" + HELLO, "/a")]
    record = house.record()
    assert (record.deleted, record.digest, record.targets) == (NOON + timedelta(days=1), "", ())
    assert house.send().lines == []


def test_a_tombstone_that_a_host_serves_with_200_is_gone_too(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    house.send()
    stone = '<head><meta name="robots" content="noindex"></head><article class="h-entry"><time class="dt-deleted">'
    house.build_raw(HELLO, stone)
    house.upload()
    assert states(house.send()) == {"/a": "accepted"}
    assert house.record().deleted == NOON


def test_a_template_or_a_tag_sends_nothing(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    house.send()
    house.publish(link("/a", house=house), properties='<a class="p-category" href="/tag/x/">x</a>', below="<b>new</b>")
    assert house.send().lines == []


def test_one_use_endpoints_are_asked_for_each_time(house: House) -> None:
    used: list[str] = []

    def page(_: Asked) -> Answer:
        return Answer("", 200, (("Link", f"</wm?token={len(used)}>; rel=webmention"),))

    def endpoint(asked: Asked) -> Answer:
        fresh = asked.path not in used
        used.append(asked.path)
        return Answer("", 202 if fresh else 400)

    house.other.says |= {"/a": page, "/wm": endpoint}
    house.publish(link("/a", house=house))
    assert states(house.send()) == {"/a": "accepted"}
    house.publish(link("/a", house=house) + "<p>More.</p>")
    assert states(house.send()) == {"/a": "accepted"}
    assert used == ["/wm?token=0", "/wm?token=1"]


def test_what_is_not_live_yet_is_not_told_and_waits(house: House) -> None:
    house.other.takes_mentions("/a")
    house.build(HELLO, link("/a", house=house))
    assert states(house.send()) == {"/a": "not live yet"}
    assert house.other.asked == []
    assert LedgerStore(house.settings.content).read(HELLO) is None
    house.upload()
    assert states(house.send()) == {"/a": "accepted"}


def test_an_older_version_of_the_page_is_not_live_yet(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish("<p>Nothing yet.</p>")
    house.send()
    house.build(HELLO, link("/a", house=house))
    report = house.send()
    assert states(report) == {"/a": "not live yet"}
    assert "something else than the last build" in report.lines[0].detail


def test_a_page_that_becomes_live_while_we_wait_is_told_of(house: House) -> None:
    house.other.takes_mentions("/a")
    house.build(HELLO, link("/a", house=house))
    looks: list[Asked] = []

    def late(asked: Asked) -> Answer:
        looks.append(asked)
        if len(looks) < 3:
            return Answer("not yet", 404)
        return Answer((house.settings.built / HELLO / "index.html").read_text("utf-8"))

    house.live.says["/" + HELLO] = late
    assert states(house.send(patience=60)) == {"/a": "accepted"}
    assert len(looks) == 3


def test_a_home_that_does_not_answer_leaves_everything_waiting(house: House) -> None:
    for number in range(5):
        house.build(f"2026/11/post-{number}/", link(f"/{number}", house=house))

    def silent(_: Asked) -> Answer:
        raise ConnectionResetError

    house.live.says |= {f"/2026/11/post-{number}/": silent for number in range(5)}
    report = house.send()
    assert report.counts == {"not live yet": 5}
    assert len(house.live.asked) == 1


def test_a_home_that_falls_silent_is_not_asked_for_its_other_pages(house: House) -> None:
    for number in range(60):
        house.build(f"2026/11/post-{number:02}/", link(f"/{number}", house=house))
    house.upload()
    first = house.live.says["/2026/11/post-59/"]

    def silent(_: Asked) -> Answer:
        raise ConnectionResetError

    house.live.says |= {path: silent for path, says in house.live.says.items() if says is not first}
    house.other.page("/59", "no endpoint")
    assert house.send().counts == {"no endpoint": 1, "not live yet": 59}
    assert len(house.live.asked) <= 1 + LOOKS


def test_what_is_live_is_told_while_other_pages_are_still_looked_at(house: House) -> None:
    house.other.takes_mentions("/a")
    house.other.takes_mentions("/b")
    house.build("2026/11/later/", link("/a", house=house))
    house.build("2026/11/earlier/", link("/b", house=house))
    house.upload()
    told = threading.Event()
    page = house.live.says["/2026/11/earlier/"]

    def endpoint(_: Asked) -> Answer:
        told.set()
        return Answer("", 202)

    def earlier(_: Asked) -> Answer:
        return page if told.wait(30) and isinstance(page, Answer) else Answer("", 404)

    house.other.says["/webmention"] = endpoint
    house.live.says["/2026/11/earlier/"] = earlier
    assert states(house.send()) == {"/a": "accepted", "/b": "accepted"}


def test_a_host_that_is_silent_is_asked_once_for_all_pages_of_a_run(house: House) -> None:
    def silent(_: Asked) -> Answer:
        raise ConnectionResetError

    for number in range(5):
        house.other.says[f"/{number}"] = silent
        house.build(f"2026/11/post-{number}/", link(f"/{number}", house=house))
    house.upload()
    assert house.send().counts == {"later": 5}
    assert len(house.other.asked) == 1


def test_5xx_is_tried_again_at_growing_intervals_over_three_days(house: House) -> None:
    house.other.takes_mentions("/a", status=503)
    house.publish(link("/a", house=house))
    now, tries = NOON, []
    while True:
        report = house.send(now=now)
        assert len(house.told) == len(tries) + 1
        if not report.lines[0].when:
            break
        tries.append(report.lines[0].when - now)
        assert states(house.send(now=report.lines[0].when - timedelta(minutes=1))) == {"/a": "later"}
        now = report.lines[0].when
    assert tries == sorted(tries)
    assert timedelta(days=3) <= now - NOON < timedelta(days=4)
    assert states(report) == {"/a": "given up"}
    assert house.record().targets[0].state == "given up"
    assert house.send(now=now).lines == []


def test_is_tried_again_when_the_receiver_says_so_and_the_rest_of_its_host_waits_too(house: House) -> None:
    house.other.says["/webmention"] = Answer("", 429, (("Retry-After", "36000"),))
    for path in ("/a", "/b", "/c"):
        house.other.takes_mentions(path)
    house.publish(link("/a", "/b", "/c", house=house))
    report = house.send()
    assert [line.when for line in report.lines] == [NOON + timedelta(hours=10)] * 3
    assert len(house.told) == 1
    house.other.says["/webmention"] = Answer("", 200)
    assert states(house.send(now=NOON + timedelta(hours=9))) == {"/a": "later", "/b": "later", "/c": "later"}
    assert states(house.send(now=NOON + timedelta(hours=10))) == dict.fromkeys(("/a", "/b", "/c"), "delivered")


def test_one_request_at_a_time_to_a_host(house: House) -> None:
    busy: list[int] = [0]
    most: list[int] = [0]
    pause = threading.Event()

    def endpoint(_: Asked) -> Answer:
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        pause.wait(0.02)
        busy[0] -= 1
        return Answer("", 202)

    house.other.says["/webmention"] = endpoint
    for number in range(4):
        house.other.takes_mentions(f"/{number}")
        house.build(f"2026/11/post-{number}/", link(*(f"/{each}" for each in range(4)), house=house))
    house.upload()
    assert house.send().counts == {"accepted": 16}
    assert most == [1]


def test_nothing_on_a_private_address_is_contacted(house: House) -> None:
    with loopback("127.0.0.3") as inner:
        inner.says["/wm"] = Answer("", 200)
        page = inner.takes_mentions("/page")
        house.other.page("/a", "", ("Link", f"<{inner.url}/wm>; rel=webmention"))
        house.other.says["/b"] = Answer("", 302, (("Location", page),))
        private = "http://10.0.0.1/x"
        house.publish(link("/a", "/b", house=house) + f'<a href="{private}">p</a>')
        assert states(house.send()) == {"/a": "refused", "/b": "refused", "/x": "refused"}
        assert inner.asked == []
    assert house.send().lines == []


def test_of_ten_thousand_links_the_first_two_hundred_are_told_and_the_rest_is_named(house: House) -> None:
    house.other.page("/a", "nothing")
    house.publish("".join(f'<a href="{house.other.url}/a?{number}">x</a>' for number in range(10_000)))
    report = house.send()
    assert report.counts == {"no endpoint": 200}
    assert [len(targets) for targets in report.left_out.values()] == [9_800]
    assert len(house.other.asked) == 200


def test_a_hidden_page_is_never_told_of(house: House) -> None:
    house.other.takes_mentions("/a")
    house.build(HELLO, link("/a", house=house))
    file = house.settings.built / HELLO / "index.html"
    file.write_text(file.read_text("utf-8").replace("<head>", '<head><meta name="robots" content="noindex">'), "utf-8")
    house.upload()
    assert house.send().lines == []
    assert house.other.asked == []


def test_a_broken_ledger_file_stops_its_post_is_named_and_never_overwritten(house: House) -> None:
    house.other.takes_mentions("/a")
    house.other.takes_mentions("/b")
    house.build(HELLO, link("/a", house=house))
    house.publish(link("/b", house=house), "2026/11/other/")
    broken = house.settings.content / "mentions/sent/2026/11/hello.json"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"<<<<<<< HEAD\n")
    report = house.send()
    assert states(report) == {"/b": "accepted"}
    assert len(report.warnings) == 1
    assert "hello.json" in report.warnings[0]
    assert broken.read_bytes() == b"<<<<<<< HEAD\n"
    broken.unlink()
    assert states(house.send()) == {"/a": "accepted"}


def test_a_ledger_that_cannot_be_written_ends_the_run_and_what_it_lost_is_told_again(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    (house.settings.content / "mentions").write_bytes(b"a file in the place of the folder")
    with pytest.raises(StoreError, match="cannot be written"):
        house.send()
    (house.settings.content / "mentions").unlink()
    assert states(house.send()) == {"/a": "accepted"}
    assert len(house.told) == 2


def test_without_a_ledger_posts_of_more_than_seven_days_are_recorded_and_not_sent(house: House) -> None:
    for path in ("/old", "/new"):
        house.other.takes_mentions(path)
    house.build("2026/10/old/", link("/old", house=house), published="2026-10-26T11:59:59+00:00")
    house.publish(link("/new", house=house), "2026/10/new/", published="2026-10-26T12:00:01+00:00")
    report = house.send()
    assert states(report) == {"/new": "accepted"}
    assert (report.recorded, report.older) == (1, 1)
    assert "`send --all` sends them" in report.summary
    assert house.record("2026/10/old/").targets[0].state == "baseline"
    assert house.send(now=NOON + timedelta(days=9)).lines == []
    assert states(house.send(everything=True)) == {"/old": "accepted"}
    assert house.send(everything=True).lines == []


def test_a_mention_that_waits_is_not_taken_for_a_baseline_a_week_later(house: House) -> None:
    house.other.takes_mentions("/a", status=503)
    house.publish(link("/a", house=house), published=(NOON - timedelta(days=6)).isoformat())
    house.send()
    house.other.takes_mentions("/a")
    house.other.says["/webmention"] = Answer("", 202)
    assert states(house.send(now=NOON + timedelta(days=2))) == {"/a": "accepted"}


def test_a_baseline_that_was_interrupted_is_still_one(house: House) -> None:
    for number in range(3):
        house.other.takes_mentions(f"/{number}")
        house.build(f"2020/01/post-{number}/", link(f"/{number}", house=house), published="2020-01-01T00:00:00+00:00")
    house.upload()
    house.send()
    ledger = house.settings.content / "mentions/sent/2020/01"
    (ledger / "post-1.json").unlink()  # as if the run had been killed before it wrote this one
    with Outbox(house.settings.var) as outbox:
        outbox.baseline = NOON - timedelta(days=7)
    assert house.send().lines == []
    assert house.record("2020/01/post-1/").targets[0].state == "baseline"
    assert house.told == []


def test_all_of_a_first_run_is_tried_again_although_it_is_old(house: House) -> None:
    house.other.takes_mentions("/a", status=503)
    house.publish(link("/a", house=house), published="2020-01-01T00:00:00+00:00")
    assert states(house.send(everything=True)) == {"/a": "later"}
    house.other.says["/webmention"] = Answer("", 202)
    assert states(house.send(now=NOON + timedelta(days=1))) == {"/a": "accepted"}


def test_a_dry_run_asks_nobody_and_writes_nothing(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    before = sorted(house.home.rglob("*"))
    report = house.send(dry_run=True)
    assert states(report) == {"/a": "planned"}
    assert (house.live.asked, house.other.asked) == ([], [])
    assert sorted(house.home.rglob("*")) == before


@pytest.mark.parametrize(
    "siteurl",
    ["http://localhost:8000", "http://127.0.0.9:1", "https://home.example", "https://x.test", "http://example.org"],
)
def test_while_siteurl_is_no_public_address_nothing_is_sent(house: House, siteurl: str) -> None:
    house.publish(link("/a", house=house))
    conf = {"SITEURL": siteurl, "INDIEWEB_FETCH_ALLOW": [house.other.pair]}
    report = send_due(Settings.from_mapping(conf, house.home, {}), patience=0)
    assert siteurl in report.nothing
    assert report.summary == report.nothing
    assert (house.live.asked, house.other.asked) == ([], [])
    assert not house.settings.var.exists()


def test_in_ci_nothing_is_sent_unless_the_ledger_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    public = Settings.from_mapping({"SITEURL": "https://home.net"}, house.home, {})
    with pytest.raises(CommandError, match="--ledger-kept"):
        send_due(public, patience=0)
    assert not house.settings.var.exists()
    assert send_due(public, patience=0, ledger_kept=True).lines == []
    assert send_due(public, dry_run=True).lines == []


def test_in_ci_a_home_on_loopback_has_nothing_to_keep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.other.takes_mentions("/a")
    house.publish(link("/a", house=house))
    monkeypatch.setenv("CI", "true")
    assert states(house.send()) == {"/a": "accepted"}


def test_a_home_that_was_never_built_is_one_sentence(house: House) -> None:
    shutil.rmtree(house.settings.built)
    with pytest.raises(CommandError, match="make publish"):
        house.send()


def test_a_site_whose_pages_have_no_entries_is_told_so(house: House) -> None:
    house.build_raw(HELLO, "<p>Another theme")
    assert "no h-entry" in house.send().warnings[0]


def test_what_was_not_told_of_a_deleted_post_is_not_told(house: House) -> None:
    house.other.takes_mentions("/a", status=503)
    house.publish(link("/a", house=house))
    house.send()
    house.drop()
    house.upload()
    assert house.send().lines == []
    with Outbox(house.settings.var) as outbox:
        assert outbox.errands() == []
