"""A home hears what those say whom it follows, with no receiver anywhere: politely, once, and only what is so."""

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from email.utils import formatdate

import pytest
from street import ENTRY, NOON, Street

from indieweb.following.collect import MOST, collect_followed
from indieweb.model.entry import Entry
from indieweb.model.mention import Mention
from indieweb.stores.following import FollowingStore
from indieweb.stores.mentions import MentionStore
from indieweb.webmention.blocklist import Blocklist
from indieweb.webmention.unwanted import Unwanted
from loopback import Answer, Asked, loopback

HALF_AN_HOUR, DAY, MONTH = timedelta(minutes=30), timedelta(days=1), timedelta(days=31)


def test_a_reply_in_a_feed_is_kept_as_its_page_says_it(street: Street) -> None:
    source = street.post(text="Well said.")
    done = street.collect()
    assert (done.asked, done.kept, done.removed, done.warnings) == (1, 1, 0, [])
    assert done.summary == "Sites followed: 1 asked; mentions: 1 new or changed."
    (mention,) = street.kept
    assert (mention.source, mention.target) == (source, street.target)
    assert (mention.property, mention.protocol, mention.received) == ("in-reply-to", "feed", NOON)
    assert (mention.entry.text, mention.entry.author.name) == ("Well said.", "Ann")
    (file,) = (street.settings.content / "mentions").glob("*.json")
    assert json.loads(file.read_text())["wm-protocol"] == "feed"


@pytest.mark.parametrize("form", ["rss", "json", "h-feed"])
def test_a_feed_may_have_any_form(street: Street, form: str) -> None:
    source = street.post()
    html = street.posts["/reply"]
    body, kind = {
        "rss": (
            f"<rss version='2.0'><channel><item><link>{source}</link>"
            f"<description><![CDATA[{html}]]></description></item></channel></rss>",
            "application/rss+xml",
        ),
        "json": (
            json.dumps(
                {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": source, "content_html": html}]}
            ),
            "application/feed+json",
        ),
        "h-feed": (f"<div class='h-feed'>{html}</div>", "text/html"),
    }[form]
    street.ann.says["/feed"] = Answer(body, headers=(("Content-Type", kind),))
    street.collect()
    assert street.words == ["Well said."]


def test_what_links_elsewhere_or_to_the_home_page_or_to_no_post_is_left_alone(street: Street) -> None:
    street.post("/elsewhere", target="https://other.example/2026/11/hello/")
    street.post("/home", target=f"{street.home.url}/")
    street.post("/longer", target=f"{street.home.url}/2026/11/hello/there/")
    done = street.collect()
    assert (done.kept, street.kept) == (0, [])
    assert [one.path for one in street.ann.asked] == ["/feed"]


def test_a_former_address_is_this_home(street: Street) -> None:
    conf = {
        "SITEURL": street.home.url,
        "INDIEWEB_FETCH_ALLOW": [street.home.pair, street.ann.pair],
        "INDIEWEB_FORMER_URLS": ["https://old.example/blog"],
    }
    street.post(target="https://old.example/blog/2026/11/hello/")
    settings = type(street.settings).from_mapping(conf, street.folder, {})
    assert collect_followed(settings, now=NOON).kept == 1
    assert street.kept[0].target == "https://old.example/blog/2026/11/hello/"


def test_a_feed_that_claims_what_its_page_does_not_say_is_not_believed(street: Street) -> None:
    street.post()
    street.ann.page("/reply", f"<p>{street.target}</p><!-- <a href='{street.target}'> -->")
    assert street.collect().kept == 0
    assert not street.kept


def test_a_post_that_stands_at_somebody_elses_is_not_by_whom_we_follow(street: Street) -> None:
    with loopback("127.0.0.3") as other:
        street.allowed.append(other.pair)
        html = ENTRY.format(path="/x", target=street.target, text="Me too")
        other.page("/x", html)
        street.says(f"<feed><entry><link href='{other.url}/x'/><content>{street.target}</content></entry></feed>")
        street.collect()
        assert not other.asked
        assert not street.kept


def test_a_feed_may_stand_on_another_host_than_the_site(street: Street) -> None:
    with loopback("127.0.0.3") as other:
        street.allowed.append(other.pair)
        street.post()
        other.says["/feed"] = street.ann.says["/feed"]
        FollowingStore(street.settings.content).remove(f"{street.ann.url}/feed")
        street.follow(f"{other.url}/feed", page=f"{street.ann.url}/")
        street.collect()
    assert street.words == ["Well said."]


def test_our_own_posts_are_not_mentions_by_others(street: Street) -> None:
    street.home.says["/feed"] = Answer(f"<rss><channel><item><link>{street.target}</link></item></channel></rss>")
    street.follow(f"{street.home.url}/feed")
    street.post("/nothing", target="https://other.example/")
    assert street.collect().kept == 0


def test_a_second_run_changes_nothing_and_asks_for_no_page(street: Street) -> None:
    street.post()
    street.collect()
    before = {path: path.stat().st_mtime_ns for path in (street.settings.content / "mentions").iterdir()}
    street.ann.asked.clear()
    done = street.collect(timedelta(hours=1))
    assert done.summary == "Sites followed: 1 asked; mentions: nothing new."
    assert [one.path for one in street.ann.asked] == ["/feed"]
    assert {path: path.stat().st_mtime_ns for path in (street.settings.content / "mentions").iterdir()} == before


def test_a_feed_is_asked_every_half_hour_at_most_unless_forced(street: Street) -> None:
    street.post()
    street.collect()
    street.collect(HALF_AN_HOUR - timedelta(seconds=1))
    assert street.asked("/feed") == 1
    assert street.collect(timedelta(minutes=1), forced=True).asked == 1
    street.collect(HALF_AN_HOUR + timedelta(minutes=1))
    assert street.asked("/feed") == 3


def test_a_feed_that_did_not_change_is_not_sent_again(street: Street) -> None:
    street.headers = (("ETag", '"one"'), ("Last-Modified", "Mon, 02 Nov 2026 11:00:00 GMT"))
    street.post()
    street.collect()
    assert "if-none-match" not in street.ann.asked[0].headers
    street.ann.says["/feed"] = Answer("", 304)
    assert street.collect(DAY).kept == 0
    asked = street.ann.asked[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"one"', "Mon, 02 Nov 2026 11:00:00 GMT")
    street.collect(2 * DAY)
    assert street.ann.asked[-1].headers["if-none-match"] == '"one"'
    assert street.words == ["Well said."]


def test_a_date_of_change_that_is_now_is_no_condition(street: Street) -> None:
    soon = time.time() + 60  # the server's clock says when it answers; this is not before that
    street.headers = (("Last-Modified", formatdate(soon, usegmt=True)),)
    street.post()
    street.collect()
    street.collect(DAY)
    assert "if-modified-since" not in street.ann.asked[-1].headers


def test_nothing_of_that_is_kept_in_content(street: Street) -> None:
    street.headers = (("ETag", '"one"'),)
    street.post()
    street.collect()
    names = sorted(
        path.relative_to(street.settings.content).as_posix() for path in street.settings.content.rglob("*.*")
    )
    assert names[0] == "following.opml"
    assert [name.partition("/")[0] for name in names[1:]] == ["mentions"]


def test_an_entry_that_changed_changes_its_mention(street: Street) -> None:
    street.post(text="Well said.")
    street.collect()
    street.post(text="Very well said.")
    done = street.collect(DAY)
    assert (done.kept, street.words) == (1, ["Very well said."])
    assert street.kept[0].received == NOON


def test_an_entry_that_no_longer_links_here_takes_its_mention_away(street: Street) -> None:
    street.post()
    street.collect()
    street.post(target="https://other.example/")
    assert street.collect(DAY).removed == 1
    assert not street.kept


def test_an_entry_that_left_its_feed_stays_while_its_page_says_so(street: Street) -> None:
    street.post()
    street.collect()
    street.posts.clear()
    street.publish()
    assert street.collect(DAY).removed == 0
    assert street.words == ["Well said."]
    assert street.asked("/reply") == 2
    street.collect(2 * DAY)
    assert street.asked("/reply") == 2
    street.collect(DAY + MONTH)
    assert street.asked("/reply") == 3
    assert street.words == ["Well said."]


@pytest.mark.parametrize(
    ("page", "is_gone"),
    [
        (Answer("gone", 410), True),
        (Answer("<p>Without the link"), True),
        (Answer("not found", 404), False),
        (Answer("broken", 500), False),
    ],
)
def test_only_410_or_a_page_without_the_link_takes_a_mention_away(street: Street, page: Answer, is_gone: bool) -> None:
    street.post()
    street.collect()
    street.posts.clear()
    street.publish()
    street.ann.says["/reply"] = page
    assert street.collect(DAY).removed == is_gone
    assert len(street.kept) == (not is_gone)
    street.collect(2 * DAY + HALF_AN_HOUR)
    assert street.asked("/reply") == (2 if is_gone else 3)


def test_what_gave_no_answer_is_tried_again_a_few_times_and_then_left_alone(street: Street) -> None:
    street.headers = (("ETag", '"one"'),)
    street.post()
    street.ann.says["/reply"] = Answer("broken", 503)
    for day in range(8):
        street.collect(day * DAY)
    assert street.asked("/reply") == 5
    assert not street.kept
    street.post(text="Now.")
    street.collect(9 * DAY)
    assert street.words == ["Now."]


def test_what_came_by_the_receiver_is_the_receivers_to_change(street: Street) -> None:
    source = street.post(text="by feed")
    entry = Entry(url=source, text="by webmention")
    theirs = Mention(source, f"{street.target}#top", "in-reply-to", entry, NOON - DAY, 7)
    MentionStore(street.settings.content).write(theirs)
    assert (street.collect().kept, street.words) == (0, ["by webmention"])
    street.post(target="https://other.example/")
    assert (street.collect(DAY).removed, street.words) == (0, ["by webmention"])


def test_a_mention_that_the_owner_deleted_does_not_come_back_while_it_says_the_same(street: Street) -> None:
    street.post()
    street.collect()
    for path in (street.settings.content / "mentions").iterdir():
        path.unlink()
    street.collect(DAY)
    assert not street.kept


def test_what_is_not_wanted_is_not_kept_and_goes_if_it_is_there(street: Street) -> None:
    street.post()
    assert street.collect(wanted=lambda mention: mention.entry.author.name != "Ann").kept == 0
    assert not street.kept
    street.post(text="Again.")
    street.collect(DAY)
    assert street.words == ["Again."]
    assert street.collect(2 * DAY, wanted=lambda mention: False).removed == 1
    street.post(text="And again.")
    assert street.collect(3 * DAY, wanted=lambda mention: False).kept == 0
    assert not street.kept


def test_what_is_not_wanted_of_the_receivers_is_the_receivers_to_take_away(street: Street) -> None:
    theirs = Mention(f"{street.ann.url}/x", street.target, "like-of", Entry(url=f"{street.ann.url}/x"), NOON)
    MentionStore(street.settings.content).write(theirs)
    assert street.collect(wanted=lambda mention: False).removed == 0
    assert street.kept == [theirs]


def test_a_memory_that_is_lost_or_broken_or_of_another_home_is_made_anew(street: Street) -> None:
    street.post()
    street.collect()
    files = list((street.settings.var / "following").iterdir())
    assert files
    for damage in (b"", b"[]", b'{"url": 1, "entries": [1], "home": []}', b"\xff", None):
        for path in files:
            path.unlink() if damage is None else path.write_bytes(damage)
        assert street.collect(DAY).kept == 0
        assert street.words == ["Well said."]
        assert street.kept[0].received == NOON


@pytest.mark.parametrize(
    "headers",
    [(("Retry-After", "7200"),), (("Retry-After", "Thu, 31 Dec 2099 00:00:00 GMT"),)],
    ids=["seconds", "date"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_feed_that_asks_for_patience_is_given_it_even_when_forced(
    street: Street, status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    street.says("later", status, *headers)
    assert street.collect().silent == ["Ann"]
    street.collect(timedelta(minutes=119), forced=True)
    assert street.asked("/feed") == 1
    street.post()
    street.collect(timedelta(days=4), forced=True)
    assert street.words == ["Well said."]


def test_a_feed_that_is_gone_is_never_asked_again_and_the_owner_is_told(street: Street) -> None:
    street.says("gone", 410)
    assert "is gone for good (410)" in street.collect().warnings[0]
    assert "unfollow" in street.collect(DAY, forced=True).warnings[0]
    assert street.asked("/feed") == 1


def test_a_feed_that_fails_is_asked_ever_more_seldom_and_told_of_after_a_while(street: Street) -> None:
    street.says("broken", 500)
    hours = [hour for hour in range(24) if street.collect(timedelta(hours=hour)).asked]
    assert hours == [0, 1, 3, 7, 15]
    assert "it answers with 500" in street.collect(timedelta(hours=23)).warnings[0]
    street.post()
    assert street.collect(timedelta(days=3)).warnings == []
    assert street.words == ["Well said."]


@pytest.mark.parametrize("status", [410, 404])
def test_what_a_feed_said_that_ended_is_looked_at_as_what_left_its_feed(street: Street, status: int) -> None:
    street.post()
    street.collect()
    street.says("ended", status)
    for day in range(1, 5):
        street.collect(day * DAY)
    assert street.words == ["Well said."]
    assert street.asked("/reply") == 2
    street.ann.says["/reply"] = Answer("", 410)
    assert street.collect(4 * DAY + MONTH).removed == 1


def test_one_site_that_fails_keeps_no_other_from_being_heard(street: Street) -> None:
    with loopback("127.0.0.3") as bo, loopback("127.0.0.4") as cy:
        street.allowed += [bo.pair, cy.pair]
        bo.says["/feed"] = Answer("<html>no feed")
        street.follow(f"{bo.url}/feed")
        street.follow(f"{cy.url.rpartition(':')[0]}:1/feed")
        street.follow("http://10.0.0.1/feed")
        street.post()
        done = street.collect()
    assert (done.asked, len(done.silent), street.words) == (4, 3, ["Well said."])


def test_a_host_is_asked_one_thing_at_a_time(street: Street) -> None:
    busy, most = threading.Lock(), []

    def slow(asked: Asked) -> Answer:
        alone = busy.acquire(blocking=False)
        most.append(alone)
        time.sleep(0.05)
        if alone:
            busy.release()
        return Answer("<feed/>", headers=(("Content-Type", "application/atom+xml"),))

    for number in range(6):
        street.ann.says[f"/{number}"] = slow
        street.follow(f"{street.ann.url}/{number}")
    street.post()
    street.collect()
    assert most == [True] * 6


def test_a_site_that_links_to_hundreds_of_posts_gets_the_rest_with_the_next_runs(
    street: Street,
) -> None:
    street.headers = (("ETag", '"one"'),)
    pages = MOST // 2 + 5  # each takes two requests: for the page, and for ours that it links to
    for number in range(pages):
        street.post(f"/reply-{number}", text=str(number))
    assert street.collect().kept == MOST // 2
    assert street.collect(DAY).kept == 5
    street.collect(2 * DAY)
    conditional = ["if-none-match" in one.headers for one in street.ann.asked if one.path == "/feed"]
    assert conditional == [False, False, True]
    assert len(street.ann.asked) == pages + 3


def test_an_entry_that_links_to_several_posts_is_asked_for_once(street: Street) -> None:
    targets = [f"{street.home.url}/2026/11/{name}/" for name in ("one", "two", "three")]
    for target in targets:
        street.home.page(target.removeprefix(street.home.url), "<p>x")
    street.post(
        text="".join(f'<a href="{target}#x">x</a>' for target in (*targets, f"{street.home.url}/2026/12/none/"))
    )
    assert street.collect().kept == 4
    assert street.asked("/reply") == 1
    assert {mention.target for mention in street.kept} == {*targets, street.target}


def test_unfollowing_keeps_what_was_said_and_looks_whether_it_still_is(street: Street) -> None:
    street.post()
    street.collect()
    FollowingStore(street.settings.content).remove(f"{street.ann.url}/feed")
    street.collect(DAY)
    assert street.words == ["Well said."]
    assert street.asked("/feed") == 1
    street.ann.says["/reply"] = Answer("", 410)
    assert street.collect(DAY + MONTH).removed == 1


def test_a_home_that_nobody_can_reach_asks_nobody(street: Street) -> None:
    street.post()
    settings = replace(street.settings, siteurl="http://localhost:8000", fetch_allow=(street.ann.pair,))
    assert collect_followed(settings, now=NOON).summary == ""
    assert not street.ann.asked


def test_a_broken_mention_file_is_named_and_left_as_it_is(street: Street) -> None:
    street.post()
    street.collect()
    (file,) = (street.settings.content / "mentions").glob("*.json")
    file.write_text("{")
    street.post(text="Changed.")
    assert str(file) in street.collect(DAY).warnings[0]
    assert file.read_text() == "{"


def test_of_the_replies_that_come_along_what_is_unwanted_stays_out(street: Street) -> None:
    said = '<div class="u-comment h-cite"><a class="u-url" href="https://{}.net/1"></a><p class="e-content">x</p></div>'
    street.post(text=f"Well said.</p>{said.format('bob')}{said.format('cleo')}<p>")
    blocked = Blocklist(names=frozenset({"bob.net"}))
    assert street.collect(unwanted=Unwanted(blocked=blocked)).kept == 1
    assert [comment.url for comment in street.kept[0].entry.comments] == ["https://cleo.net/1"]
