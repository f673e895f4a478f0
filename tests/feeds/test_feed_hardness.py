"""Odd characters, odd dates, odd machines: the same feed, and a valid one."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest
from feed_cases import CASES, SITE, build, channel_for, entry_of
from lxml import etree

from indieweb.feeds.channel import sayable, updated_of
from indieweb.feeds.formats import FORMATS
from indieweb.model.entry import Card, Entry, Tag

ATOM = "{http://www.w3.org/2005/Atom}"
HERE = Path(__file__).parent
SCRIPT = """
import hashlib, locale, sys
def refuse(*_): raise AssertionError("the locale of the process was set")
if sys.argv[1:] == ["guarded"]: locale.setlocale = refuse
else: locale.setlocale(locale.LC_ALL, "")
from feed_cases import CASES, built
print(hashlib.sha256(b"".join(built(case, form) for case in CASES for form in ("atom", "rss", "json"))).hexdigest())
"""


def every_format(entry: Entry) -> list[bytes]:
    return [build(form.name, channel_for([entry], form.name), [entry]) for form in FORMATS]


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
        {"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONHASHSEED": "3", "PYTHONUTF8": "0"},
    ],
    ids=["auckland", "new-york", "posix"],
)
def test_the_same_entries_are_the_same_bytes_on_every_machine(environment: dict[str, str]) -> None:
    here = hashlib.sha256(b"".join(golden.read_bytes() for golden in _golden_files())).hexdigest()
    assert _digest({**_plain(), **environment}) == here


def test_no_feed_sets_the_locale_of_the_process() -> None:
    assert _digest(_plain(), "guarded") == _digest(_plain())


def _golden_files() -> list[Path]:
    return [HERE / "golden" / f"{case}.{form}" for case in CASES for form in ("atom", "rss", "json")]


def _plain() -> dict[str, str]:
    path = os.pathsep.join([str(HERE), str(HERE.parents[1] / "plugins")])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path}


def _digest(environment: dict[str, str], *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize(
    "odd", ["\x00", "\x01", "\x0b", "\x1b", "\x7f", "\x80", "\ufffe", "\uffff", "\ud800", "\ufdd0"]
)
def test_characters_that_xml_cannot_carry_are_left_out(odd: str) -> None:
    entry = entry_of(
        "reply",
        name=f"Na{odd}me",
        content=f"<p>con{odd}tent</p>",
        text=f"te{odd}xt",
        summary=f"sum{odd}mary",
        author=Card(f"A{odd}da", f"{SITE}/"),
        categories=(Tag(f"t{odd}ag"),),
        answers={"in-reply-to": (Entry("https://bo.example/", name=f"B{odd}o", author=Card(f"C{odd}y")),)},
    )
    for made in every_format(entry):
        text = made.decode("utf-8")
        assert odd not in text
        for whole in ("Name", "content", "Ada", "tag"):
            assert whole in text
    atom, rss, feed = every_format(entry)
    assert etree.fromstring(atom) is not None
    assert etree.fromstring(rss) is not None
    assert json.loads(feed)["items"][0]["title"] == "Name"


def test_line_breaks_in_names_inject_nothing() -> None:
    """A name, a title and a tag stay in one line: nothing that follows a break stands for itself."""
    broken = "Ada\r\nX-Injected: 1\n</name><entry>\u2028x"
    entry = entry_of(
        "reply",
        name=broken,
        author=Card(broken, f"{SITE}/"),
        categories=(Tag(broken),),
        answers={"in-reply-to": (Entry("https://bo.example/", name=broken, author=Card(broken)),)},
    )
    channel = replace(channel_for([entry]), title=broken, author=Card(broken))
    atom = etree.fromstring(build("atom", channel, [entry]))
    assert len(list(atom.iter(f"{ATOM}entry"))) == 1
    names = [node.text for node in atom.iter(f"{ATOM}name", f"{ATOM}title")]
    names += [node.get("term") for node in atom.iter(f"{ATOM}category")]
    rss = etree.fromstring(build("rss", channel, [entry]))
    names += [node.text for node in rss.iter("title", "category", "{http://purl.org/dc/elements/1.1/}creator")]
    feed = json.loads(build("json", channel, [entry]))
    names += [feed["title"], feed["authors"][0]["name"], feed["items"][0]["title"], feed["items"][0]["tags"][0]]
    assert len(names) > 10
    assert set(names) == {"Ada X-Injected: 1 </name><entry> x"}


def test_the_end_of_a_cdata_section_in_content_ends_nothing() -> None:
    entry = entry_of("article", name="]]>", content="<pre>]]><![CDATA[</item></pre>", summary="]]>")
    for form in ("atom", "rss"):
        found = feedparser.parse(build(form, channel_for([entry]), [entry]))
        assert not found.bozo
        assert len(found.entries) == 1
        assert found.entries[0].title == "]]>"
    content = etree.fromstring(build("atom", channel_for([entry]), [entry])).findtext(f"{ATOM}entry/{ATOM}content")
    assert content == entry.content


def test_a_strangers_words_are_text_and_turn_no_line_around() -> None:
    cited = Entry(
        "javascript:alert(1)",
        name="<script>x</script>\u202egnp.exe",
        text="<b>",
        author=Card("<i>Bo", "data:text/html,"),
    )
    entry = entry_of("like", content="", text="", summary="", answers={"like-of": (cited,)})
    for made in every_format(entry):
        text = made.decode()
        assert "\u202e" not in text
        assert "javascript:" not in text
        assert "data:text" not in text
    said = json.loads(build("json", channel_for([entry]), [entry]))["items"][0]["content_html"]
    assert said == "<p>Liked &lt;script&gt;x&lt;/script&gt;gnp.exe by &lt;i&gt;Bo</p>"


def test_tags_of_every_script_come_through() -> None:
    entry = entry_of("note", categories=tuple(Tag(name) for name in ("日本", "Ünï", "العربية", "👩‍🌾", "a & b <c>")))
    for form in ("atom", "rss"):
        found = feedparser.parse(build(form, channel_for([entry]), [entry])).entries[0]
        assert [tag.term for tag in found.tags] == [tag.name for tag in entry.categories]


def test_a_date_without_an_offset_is_utc_and_an_offset_with_seconds_is_converted() -> None:
    assert sayable(datetime(2026, 1, 2, 3, 4, 5, 6)).isoformat() == "2026-01-02T03:04:05+00:00"
    old = datetime(1880, 1, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert old.utcoffset() == timedelta(minutes=53, seconds=28)
    assert sayable(old).isoformat() == "1880-01-01T11:06:32+00:00"
    kept = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert sayable(kept) == kept
    assert sayable(kept).isoformat().endswith("-03:30")


def test_a_naive_date_does_not_stop_a_feed() -> None:
    entry = entry_of("note", published=datetime(2026, 1, 1), updated=datetime(2026, 1, 2))
    for made in every_format(entry):
        assert b"2026" in made


def test_a_feed_was_changed_when_its_newest_entry_was_and_never_now() -> None:
    entries = [entry_of("note", updated=datetime(2026, 1, day, tzinfo=UTC), url=f"{SITE}/{day}/") for day in (2, 9, 4)]
    channel = channel_for(entries)
    assert channel.updated == datetime(2026, 1, 9, tzinfo=UTC)
    assert etree.fromstring(build("atom", channel, entries)).findtext(f"{ATOM}updated") == "2026-01-09T00:00:00+00:00"
    rss = etree.fromstring(build("rss", channel, entries))
    assert rss.findtext("channel/lastBuildDate") == "Fri, 09 Jan 2026 00:00:00 +0000"


def test_a_feed_of_nothing_asks_no_clock() -> None:
    assert updated_of([]) is None
    channel = channel_for([])
    assert etree.fromstring(build("atom", channel, [])).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert etree.fromstring(build("rss", channel, [])).find("channel/lastBuildDate") is None
    assert json.loads(build("json", channel, []))["items"] == []
