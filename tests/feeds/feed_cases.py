"""One case a kind, for the golden files: ``python tests/feeds/feed_cases.py`` writes them anew, to be looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from indieweb.feeds.channel import Channel, updated_of
from indieweb.feeds.formats import FORMATS
from indieweb.model.entry import Card, Entry, Media, Place, Tag
from indieweb.model.kind import KINDS

GOLDEN = Path(__file__).parent / "golden"
SITE = "https://ada.example"
ME = Card("Ada", f"{SITE}/", f"{SITE}/images/ada.jpg", "I write here.")
ZONE = timezone(timedelta(hours=1))
PUBLISHED = datetime(2026, 11, 2, 8, 30, tzinfo=ZONE)
CONTEXT = Entry(
    "https://bo.example/thoughts/",
    name="Thoughts on <gardens>",
    text="Gardens grow & grow.",
    summary="Gardens grow & grow.",
    author=Card("Bo", "https://bo.example/"),
)
MEETING = Entry("https://bo.example/meeting/", "event", name="Garden meeting", author=Card("Bo", "https://bo.example/"))


def build(name: str, channel: Channel, entries: list[Entry]) -> bytes:
    """A feed in the format ``name``."""
    return next(form for form in FORMATS if form.name == name).build(channel, entries)


def channel_for(entries: list[Entry], form: str = "atom") -> Channel:
    return Channel(
        title="Ada's home",
        home=f"{SITE}/",
        feed=f"{SITE}/feed.{form}",
        site=SITE,
        description="I write here.",
        author=ME,
        lang="en",
        updated=updated_of(entries),
        icon=ME.photo,
    )


def entry_of(kind: str, **fields: object) -> Entry:
    words = "The first frost, and the roses stand in it."
    made = Entry(
        url=f"{SITE}/2026/11/{kind}/",
        kind=kind,
        content=f"<p>{words}</p>",
        text=words,
        summary=words,
        published=PUBLISHED,
        updated=PUBLISHED,
        author=ME,
        categories=(Tag("garden", "garden"), Tag("庭", "ting")),
        lang="en",
    )
    return replace(made, **fields)


def answering(kind: str) -> Entry:
    name = next(row.property for row in KINDS if row.name == kind)
    return entry_of(kind, answers={name: (CONTEXT,)})


CASES: dict[str, Entry] = {
    "article": entry_of(
        "article",
        name="Frost & roses",
        content="<h2>One</h2>\n<p>A <em>long</em> text.</p>\n<pre><code>if (a &lt; b) { c[d[0]]>1 }</code></pre>",
        text="One A long text. if (a < b) { c[d[0]]>1 }",
        summary="What frost does to roses.",
        updated=datetime(2026, 11, 5, 7, 0, tzinfo=UTC),
    ),
    "note": entry_of("note"),
    **{row.name: answering(row.name) for row in KINDS if row.answers and row.name != "rsvp"},
    "rsvp": entry_of("rsvp", rsvp="yes", answers={"in-reply-to": (MEETING,)}),
    "event": entry_of(
        "event",
        name="Garden meeting",
        start=datetime(2026, 12, 1, 19, 0, tzinfo=ZONE),
        end=datetime(2026, 12, 1, 21, 30, tzinfo=ZONE),
        place=Place("The old mill", "https://mill.example/", "Mill Lane 1"),
    ),
    "checkin": entry_of("checkin", place=Place("The old mill", "https://mill.example/", "")),
    "photo": entry_of(
        "photo", photos=(Media(f"{SITE}/images/rose.jpg", 'A "rose"', 640, 480, "image/jpeg", 12345),), lang="de"
    ),
    "video": entry_of("video", videos=(Media("/media/frost.mp4", size=9),)),
    "audio": entry_of("audio", audios=(Media(f"{SITE}/media/frost.mp3", type="audio/mpeg", size=7),)),
}


def built(case: str, form: str) -> bytes:
    entry = CASES[case]
    return build(form, channel_for([entry], form), [entry])


def golden(case: str, form: str) -> Path:
    return GOLDEN / f"{case}.{form}"


if __name__ == "__main__":
    for case in CASES:
        for form in FORMATS:
            golden(case, form.name).write_bytes(built(case, form.name))
