"""A home with one post of every kind, and with everything that makes a theme wince."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw

from indieweb.imaging.square import squares
from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import entry_to_jf2, mention_to_jf2
from indieweb.model.mention import Mention, context_key
from indieweb.stores.faces import FaceStore

SITEURL = "https://grove.example/~hazel"
ENDPOINT = "https://hooks.grove.example/webmention"
CONF = f"""
INDIEWEB_PHOTO = "photos/portrait.png"
INDIEWEB_ABOUT = "I keep bees."
INDIEWEB_ME = ["https://social.example/@hazel"]
INDIEWEB_ENDPOINT = "{ENDPOINT}"
INDIEWEB_MAIL = "hazel@grove.example"
DEFAULT_PAGINATION = 8
"""
WRITER = Card("Rowan Field", "https://rowan.example/")
NAMED = Entry(
    "https://rowan.example/named",
    name="On names",
    summary="Names are handles.",
    author=WRITER,
    published=datetime(2026, 9, 1, tzinfo=UTC),
)
UNNAMED = Entry("https://rowan.example/unnamed", summary="A note without a name.", author=WRITER)
PARTY = Entry(
    "https://rowan.example/party",
    kind="event",
    name="A party",
    author=WRITER,
    start=datetime(2026, 12, 1, 19, 0, tzinfo=UTC),
)
BARE = "https://bare.example/some/where"

#: By slug: head, text.
KINDS: dict[str, tuple[str, str]] = {
    "note": ("", "Only a few *words*."),
    "article": (
        "Title: Of bread & salt\nModified: 2026-11-03 08:00\nSummary: How it rises.\nTags: bread, At home\n"
        "Syndication: https://copy.example/1",
        "Flour, and ![a crumb]({static}/photos/crumb.png).",
    ),
    "photo": ("Photo: photos/crumb.png\nAlt: A crumb", "On the table."),
    "video": ("Video: videos/rise.webm", "It rises."),
    "audio": ("Audio: audio/crackle.mp3", "It crackles."),
    "reply": (f"In-Reply-To: {NAMED.url}", "I beg to differ."),
    "like": (f"Like-Of: {NAMED.url}", ""),
    "repost": (f"Repost-Of: {UNNAMED.url}", ""),
    "bookmark": (f"Title: Names, for later\nBookmark-Of: {BARE}", "To be read."),
    "rsvp": (f"In-Reply-To: {PARTY.url}\nRSVP: yes", "I bring bread."),
    "event": (
        "Title: A day of baking\nStart: 2026-12-05 10:00+01:00\nEnd: 2026-12-05 16:00+01:00\n"
        "Location: The mill\nLocation-URL: https://mill.example/\nLocation-Address: 4 Mill Lane",
        "Bring an apron.",
    ),
    "checkin": ("Checkin: The mill\nCheckin-URL: https://mill.example/", "Flour everywhere."),
    "read": (f"Read-Of: {BARE}", ""),
    "watch": (f"Watch-Of: {BARE}", ""),
    "listen": (f"Listen-Of: {BARE}", ""),
    "play": (f"Play-Of: {BARE}", ""),
    "follow": (f"Follow-Of: {BARE}", ""),
}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
AWKWARD: dict[str, tuple[str, str]] = {
    "long-word": ("", f"{LONG_WORD} and https://example.org/{'a/very/long/address/' * 5} and `{'identifier_' * 9}`."),
    "long-title": (f"Title: {'A title that goes on, and ' * 7}ends\nTags: {'very long tag ' * 6}", "Short."),
    "everything": (
        "Title: Everything that Markdown can do",
        "# First\n\n## Second\n\n### Third\n\nA footnote[^1].\n\n"
        f"| {' | '.join(f'Column number {n}' for n in range(12))} |\n|{' --- |' * 11} ---: |\n"
        f"| {' | '.join('a cell with_an_unbreakable_word' for _ in range(12))} |\n\n"
        f"```python\n{'call_something_long(x) + ' * 12}  # and on\n```\n\n> A quotation\n\nTerm\n:   Definition\n\n"
        "- one\n    - two\n\n![crumb]({static}/photos/crumb.png)\n\n[^1]: The note.",
    ),
    "six": ("\n".join("Photo: photos/crumb.png\nAlt: Again" for _ in range(6)), "Six of them."),
    "footnotes": ("", "A note with a footnote[^1].\n\n[^1]: Of its own."),
    "arabic": ("Lang: ar", "مرحبا بالعالم. هذه ملاحظة قصيرة من اليمين إلى اليسار."),
    "talked-about": ("", "A note that forty people answered."),
    "own-answer": ("In-Reply-To: /2026/10/talked-about/", "My own answer."),
    "link-only": ("Title: A link", "See [that note]({filename}2026-10-01-talked-about.md)."),
}
NAMES = ("Ann B.", "محمد عبد الله", "דוד כהן", "Søren", "李小龍", "☃", "", f"{LONG_WORD} Junior", "\u202eEvil")


def files() -> dict[str, str | bytes]:
    """Everything below the home's folder."""
    made: dict[str, str | bytes] = {
        "content/photos/portrait.png": picture(96, 96),
        "content/photos/crumb.png": picture(1200, 800),
        "content/videos/rise.webm": b"\x1a\x45\xdf\xa3",
        "content/audio/crackle.mp3": b"ID3",
        "content/pages/about.md": "Title: About\n\nI keep bees. [Write](/2026/11/note/).\n",
        "content/pages/follow.md": "Title: Follow\n\nWith a reader.\n",
        "content/pages/colophon.md": "Title: Colophon\n\n# Heading\n\nSet in what you have.\n",
        "content/mentions/sent/2026/09/dead.json": json.dumps(
            {
                "path": "2026/09/dead/",
                "name": "SECRET",
                "published": "2026-09-01T10:00:00+00:00",
                "deleted": "2026-09-10T10:00:00+00:00",
            }
        ),
    }
    for day, (slug, (head, text)) in enumerate(KINDS.items(), 1):
        alias = "Alias: /old/note/\n" if slug == "note" else ""
        made[f"content/2026-11-{day:02}-{slug}.md"] = f"---\n{head}\n{alias}---\n{text}\n"
    for slug, (head, text) in AWKWARD.items():
        made[f"content/2026-10-01-{slug}.md"] = f"---\n{head}\n---\n{text}\n"
    for entry in (NAMED, UNNAMED, PARTY):
        made[f"content/contexts/{context_key(entry.url)}.json"] = json.dumps(entry_to_jf2(entry))
    for mention in mentions():
        made[f"content/mentions/{mention.key}.json"] = json.dumps(mention_to_jf2(mention))
    return made | faces()


def faces() -> dict[str, str | bytes]:
    """The kept faces of every fourth of those who mention the home: dark, light, and of many colours."""
    with TemporaryDirectory() as place:
        store = FaceStore(Path(place))
        for mention in mentions():
            if mention.id % 4 == 0:
                store.write(mention.entry.author.remote_photo, *squares(portrait(mention.id)))
        return {f"content/mentions/faces/{path.name}": path.read_bytes() for path in store.folder.iterdir()}


def mentions() -> list[Mention]:
    """Forty replies in threads of six, a crowd of likes, reposts, a bookmark, RSVPs and links; and a lone like."""
    note = "2026/10/talked-about/"
    made = [
        mention(
            note,
            "in-reply-to",
            n,
            text=f"Reply {n}. " + "It goes on for a while. " * (n % 4 * 3),
            to=n - 1 if n % 7 in range(1, 6) else None,
        )
        for n in range(40)
    ]
    made += [mention(note, "like-of", n) for n in range(100, 120)]
    made += [mention(note, "repost-of", n) for n in range(200, 203)]
    made += [mention(note, "bookmark-of", 300), mention(note, "mention-of", 400, name="A post that links to the note")]
    made += [mention(note, "in-reply-to", 500, text="An essay. " * 500)]
    made += [mention("2026/11/note/", "like-of", 600)]
    made += [
        mention("2026/11/event/", "rsvp", 700 + n, rsvp=answer)
        for n, answer in enumerate((*["yes"] * 8, "no", "maybe"))
    ]
    return made


def mention(
    path: str, property_: str, n: int, *, text: str = "", name: str = "", rsvp: str = "", to: int | None = None
) -> Mention:
    """A mention of the page at ``path`` by the n-th stranger."""
    source, target = address(n), f"{SITEURL}/{path}"
    answers = {"in-reply-to": (Entry(target if to is None else address(to)),)} if property_ == "in-reply-to" else {}
    author = NAMES[n % len(NAMES)]
    entry = Entry(
        source,
        name=name,
        text=text,
        author=Card(author, f"https://p{n}.example/" if author else "", remote_photo=f"https://p{n}.example/face.jpg"),
        published=datetime(2026, 10, 2, tzinfo=UTC) + timedelta(minutes=n),
        answers=answers,
        rsvp=rsvp,
    )
    return Mention(source, target, property_, entry, datetime(2026, 10, 3, tzinfo=UTC), id=n)


def address(n: int) -> str:
    """Where the n-th stranger wrote; the essay stands at a host with the longest name that there can be."""
    return f"https://{'p' * 63 if n == 500 else f'p{n}'}.example/post"


def portrait(n: int) -> bytes:
    held = BytesIO()
    ground = ((8, 8, 10), (250, 250, 248), (200, 60 + n % 120, 90))[n // 4 % 3]
    made = Image.new("RGB", (300, 200), ground)
    ImageDraw.Draw(made).ellipse((100, 40, 200, 170), fill=(224, 180, 150))
    made.save(held, "PNG")
    return held.getvalue()


def picture(width: int, height: int) -> bytes:
    held = BytesIO()
    Image.new("RGB", (width, height), (120, 140, 90)).save(held, "PNG")
    return held.getvalue()


def pages(output: Path) -> list[Path]:
    """Every HTML page of a built home."""
    return sorted(output.rglob("*.html"))
