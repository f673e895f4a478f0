"""A home that is built again is, to the byte, what a first build of it is: after whatever was done to it."""

import json
import random
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from building import forked
from homes import SITEURL
from indieweb.model.mention import mention_key

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
Change = Callable[[Path, random.Random], None]


def png(shade: int) -> bytes:
    """A picture of four pixels."""
    raw = b"".join(b"\0" + bytes((shade, 9, 9)) * 2 for _ in range(2))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def first_files() -> dict[str, str | bytes]:
    """A home in which everything is linked with everything."""
    posts: dict[str, str | bytes] = {
        f"content/posts/2026-0{1 + number % 5}-{1 + number:02}-post-{number}.md": (
            f"---\n{f'Title: Post {number}' if number % 2 else ''}\nTags: red, green\n---\n\nWords of {number}. "
            + ("See [another]({filename}2026-02-02-post-1.md) and ![it](/photos/a.png)" if number % 3 == 0 else "")
        )
        for number in range(14)
    }
    return {
        **posts,
        "content/posts/2026-05-20-answer.md": f"---\nIn-Reply-To: {SITEURL}/2026/02/post-1/\n---\n\nI agree.",
        "content/posts/2026-05-21-like.md": "---\nLike-Of: https://other.example/a\n---\n",
        "content/posts/2026-05-22-photo.md": "---\nPhoto: /photos/a.png\nAlt: Nine\n---\n\nLook.",
        "content/posts/2026-05-23-event.md": "---\nTitle: Feast\nStart: 2026-07-01 19:00\n---\n\nCome.",
        "content/posts/2026-06-02-tomorrow.md": "---\nTitle: Tomorrow\nTags: red\n---\n\nNot yet.",
        "content/posts/2026-05-24-draft.md": "---\nStatus: draft\n---\n\nSecret.",
        "content/posts/2026-05-25-hidden.md": "---\nStatus: hidden\nTitle: Hidden\n---\n\nA door.",
        "content/pages/about.md": "Title: About\n\nI am.",
        "content/pages/more.md": "Title: More\n\nSee [me]({filename}about.md) and ![it]({static}/photos/a.png).",
        "content/photos/a.png": png(1),
        "content/files/a.txt": "A file.",
        "content/extra/CNAME": "home.example",
    }


def posts(home: Path) -> list[Path]:
    return sorted((home / "content/posts").glob("*.md"))


def some_post(home: Path, chance: random.Random) -> Path:
    return chance.choice(posts(home))


def edit_a_body(home: Path, chance: random.Random) -> None:
    post = some_post(home, chance)
    post.write_text(post.read_text() + f"\n\nMore: {chance.random()}.\n")


def write_a_first_word(home: Path, chance: random.Random) -> None:
    post = some_post(home, chance)
    head, _, body = post.read_text().rpartition("---\n")
    post.write_text(f"{head}---\n\n{chance.choice('abcdef')} {body.strip()}\n")


def head(key: str, *values: str) -> Change:
    def change(home: Path, chance: random.Random) -> None:
        post = some_post(home, chance)
        lines = [line for line in post.read_text().split("\n") if not line.startswith(f"{key}:")]
        value = chance.choice(values)
        post.write_text("\n".join([lines[0], f"{key}: {value}", *lines[1:]]) if value else "\n".join(lines))

    change.__name__ = f"change_{key.lower()}"
    return change


def add_a_post(home: Path, chance: random.Random) -> None:
    name = f"content/posts/2026-0{chance.randint(1, 6)}-{chance.randint(1, 28):02}-new-{chance.randint(0, 999)}.md"
    (home / name).write_text(f"---\nTags: {chance.choice(('red', 'blue', 'green, blue'))}\n---\n\nNew {name}.\n")


def delete_a_post(home: Path, chance: random.Random) -> None:
    if len(posts(home)) > 3:
        some_post(home, chance).unlink()


def rename_a_post(home: Path, chance: random.Random) -> None:
    post = some_post(home, chance)
    post.rename(post.with_name(f"{post.name[:11]}renamed-{chance.randint(0, 999)}.md"))


def alias_a_post(home: Path, chance: random.Random) -> None:
    head("Alias", f"/old/{chance.randint(0, 99999)}/", "")(home, chance)


def photo_at(chance: random.Random) -> str:
    return f"https://other.example/{chance.randint(0, 2)}.jpg"


def comments(chance: random.Random, depth: int = 0) -> list[dict[str, object]]:
    """What the page of a reply has of answers to it: some came by themselves, to some our own post answers."""
    return [
        {
            "type": "cite",
            "url": chance.choice((f"https://other.example/{chance.randint(0, 30)}", f"https://c.example/{number}")),
            "content": {"text": f"It says {chance.randint(0, 9)}"},
            "comment": comments(chance, depth + 1) if depth < 2 else [],
        }
        for number in range(chance.choice((0, 0, 1, 2)))
    ]


def receive_a_mention(home: Path, chance: random.Random) -> None:
    source = f"https://other.example/{chance.randint(0, 30)}"
    target = f"{SITEURL}/{chance.choice(('2026/02/post-1/', '2026/05/hidden/', '2026/05/photo/'))}"
    parent = chance.choice((target, "https://other.example/0", f"{SITEURL}/2026/05/answer/"))
    said = {
        "type": "entry",
        "url": source,
        "content": {"text": f"I say {chance.randint(0, 9)}"},
        "in-reply-to": [parent],
        "photo": [photo_at(chance)],
        "comment": comments(chance),
        "author": {"type": "card", "name": "Ann", "url": "https://other.example/", "photo": photo_at(chance)},
        "wm-source": source,
        "wm-target": target,
        "wm-property": chance.choice(("in-reply-to", "in-reply-to", "like-of", "mention-of")),
        "wm-received": f"2026-05-30T10:{chance.randint(0, 59):02}:00+00:00",
        "wm-id": 1,
        "wm-protocol": "webmention",
    }
    path = home / "content/mentions" / f"{mention_key(source, target)}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said))


def take_a_mention_back(home: Path, chance: random.Random) -> None:
    for path in sorted((home / "content/mentions").glob("*.json"))[: chance.randint(0, 2)]:
        path.unlink()


def receive_many_mentions(home: Path, chance: random.Random) -> None:
    for _ in range(40):  # more than a page of them
        receive_a_mention(home, chance)


def answer_a_mention(home: Path, chance: random.Random) -> None:
    receive_a_mention(home, chance)
    head = f"---\nIn-Reply-To: https://{chance.choice(('other', 'c'))}.example/{chance.randint(0, 5)}\n---\n"
    (home / "content/posts/2026-05-20-answer.md").write_text(f"{head}\nThanks {chance.randint(0, 9)}.")


def lose_all_replies(home: Path, chance: random.Random) -> None:
    receive_many_mentions(home, chance)
    assert forked.build(home, at=NOW, go_on=True).code == 0
    assert list((home / "output").rglob("comments/feed.atom"))
    for path in (home / "content/mentions").glob("*.json"):
        if "in-reply-to" in json.loads(path.read_text())["wm-property"]:
            path.unlink()


def keep_a_photo(home: Path, chance: random.Random) -> None:
    from indieweb.stores.faces import PhotoStore  # noqa: PLC0415

    receive_a_mention(home, chance)
    store, small, large = PhotoStore(home / "content"), png(chance.randint(0, 9)), png(chance.randint(0, 9))
    store.write(photo_at(chance), small, large, (chance.randint(2, 9), 2))
    if chance.random() < 0.3:
        store.sweep([photo_at(chance)])


def keep_a_face(home: Path, chance: random.Random) -> None:
    from indieweb.stores.faces import FaceStore  # noqa: PLC0415

    receive_a_mention(home, chance)
    FaceStore(home / "content").write(photo_at(chance), png(chance.randint(0, 9)), png(chance.randint(0, 9)))


def lose_faces(home: Path, chance: random.Random) -> None:
    from indieweb.stores.faces import FaceStore  # noqa: PLC0415

    keep_a_face(home, chance)
    FaceStore(home / "content").sweep([photo_at(chance)])
    for path in sorted((home / "content/mentions/faces").iterdir()):
        if chance.random() < 0.2:
            path.unlink()


def keep_a_context(home: Path, chance: random.Random) -> None:
    from indieweb.model.entry import Entry  # noqa: PLC0415
    from indieweb.stores.contexts import ContextStore  # noqa: PLC0415

    entry = Entry("https://other.example/a", name=f"Thing {chance.randint(0, 9)}")
    ContextStore(home / "content").write(entry.url, entry)


def learn_of_a_copy(home: Path, chance: random.Random) -> None:
    from indieweb.model.ledger import Record, Sent  # noqa: PLC0415
    from indieweb.stores.ledger import LedgerStore  # noqa: PLC0415

    service = "https://copies.example/publish"
    post = home / "content/posts/2026-05-21-like.md"
    if post.exists():
        post.write_text(f"---\nLike-Of: https://other.example/a\nSyndicate-To: {service}\n---\n")
    location = f"https://copies.example/{chance.randint(0, 3)}" if chance.random() > 0.3 else ""
    sent = Sent(service, "accepted", "d", NOW, location=location)
    LedgerStore(home / "content").write(Record("2026/05/like/", "d", targets=(sent,)))


def change_a_photo(home: Path, chance: random.Random) -> None:
    (home / "content/photos" / chance.choice(("a.png", "b.png"))).write_bytes(png(chance.randint(0, 255)))


def change_a_file(home: Path, chance: random.Random) -> None:
    (home / "content/files" / chance.choice(("a.txt", "b.txt"))).write_text(str(chance.random()))


def change_a_template(home: Path, chance: random.Random) -> None:
    name = chance.choice(("base.html", "article.html", "archive.html", "parts.html", "page.html"))
    path = home / "theme/templates" / name
    path.write_text(path.read_text() + f"{{# {chance.random()} #}}\n<!-- {chance.randint(0, 9)} -->\n")


def replace_a_part(home: Path, chance: random.Random) -> None:
    path = home / "theme/templates/indieweb/line.html"
    path.parent.mkdir(exist_ok=True)
    shown = chance.choice(("entry.label", "entry.text", "home.entries|length"))
    path.write_text(f"<a href='{{{{ entry.url|local }}}}'>{{{{ {shown} }}}}</a>\n")


def show_all_in_a_template(home: Path, chance: random.Random) -> None:
    path = home / "theme/templates/page.html"
    shown = chance.choice(("articles|length", "home.entries[0].text", "dates[0].content", "pages[0].content"))
    whole = (forked.ROOT / "theme/templates/page.html").read_text()
    path.write_text(f"{whole}{{% block footer %}}{{{{ {shown} }}}}{{% endblock %}}\n")


def change_the_css(home: Path, chance: random.Random) -> None:
    path = home / "theme/static/home.css"
    path.write_text(path.read_text() + f"\n/* {chance.random()} */")


def change_a_setting(home: Path, chance: random.Random) -> None:
    line = chance.choice(
        [
            *('SITENAME = "Wood"', "DEFAULT_PAGINATION = 4", "FEED_MAX_ITEMS = 5", 'INDIEWEB_ACCENT = "plum"'),
            *('TIMEZONE = "Europe/Vienna"', 'INDIEWEB_ABOUT = "Other words."', 'MARKDOWN["extensions"].append("toc")'),
        ]
    )
    with (home / "pelicanconf.py").open("a") as conf:
        conf.write(f"{line}\n")


def translate(home: Path, chance: random.Random) -> None:
    head("Lang", "de", "en", "")(home, chance)


def edit_a_page(home: Path, chance: random.Random) -> None:
    path = chance.choice(sorted((home / "content/pages").glob("*.md")))
    path.write_text(path.read_text() + f"\n\nPage {chance.random()}.\n")


def touch_everything(home: Path, _: random.Random) -> None:
    for path in (home / "content").rglob("*"):
        path.touch()


def meddle_with_the_output(home: Path, chance: random.Random) -> None:
    pages = sorted((home / "output").rglob("*.html"))
    if pages:
        chance.choice(pages).write_text("Somebody was here.")
        chance.choice(pages).unlink()


def lose_the_output(home: Path, _: random.Random) -> None:
    shutil.rmtree(home / "output", ignore_errors=True)


def kill_a_build(home: Path, chance: random.Random) -> None:
    edit_a_body(home, chance)
    forked.killed(home, "pelicanconf.py", chance.random() * 0.2)


def build_twice_at_once(home: Path, chance: random.Random) -> None:
    edit_a_body(home, chance)
    for pid in [forked.begun(home, at=NOW) for _ in range(2)]:
        assert forked.ended(home, pid).code == 0


CHANGES: tuple[Change, ...] = (
    *(edit_a_body, write_a_first_word, add_a_post, delete_a_post, rename_a_post, alias_a_post, edit_a_page),
    *(head("Title", "Other", "Third", ""), head("Tags", "blue", "red, blue", ""), head("Kind", "note", "article", "")),
    *(head("Date", "2026-03-03 10:00", "2026-04-04", ""), head("Status", "draft", "hidden", ""), translate),
    *(
        receive_a_mention,
        receive_many_mentions,
        answer_a_mention,
        lose_all_replies,
        take_a_mention_back,
        keep_a_face,
        keep_a_photo,
        lose_faces,
        keep_a_context,
        learn_of_a_copy,
        change_a_photo,
        change_a_file,
        change_a_template,
    ),
    *(replace_a_part, show_all_in_a_template, change_the_css, change_a_setting, touch_everything),
    *(meddle_with_the_output, lose_the_output, kill_a_build, build_twice_at_once),
)
steps = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 1 << 30), st.integers(0, 30)), min_size=1)


def check(place: Path, taken: list[tuple[Change, int, int]]) -> None:
    shutil.rmtree(place, ignore_errors=True)
    home = forked.home_of(place / "home", first_files())
    at = NOW
    assert forked.build(home, at=at).code == 0
    for change, seed, hours in taken:
        change(home, random.Random(seed))
        at += timedelta(hours=hours)
        again = forked.build(home, at=at, go_on=True)
        fresh = forked.clean_copy(home, place / "fresh")
        first = forked.build(fresh, at=at, go_on=True)
        assert again.code == first.code == 0, f"{again.said}\n{first.said}"
        ours, theirs = forked.tree(home / "output"), forked.tree(fresh / "output")
        assert ours.keys() == theirs.keys()
        assert {name: text for name, text in ours.items() if text != theirs[name]} == {}
        assert said(again) == said(first)


def said(ended: forked.Ended) -> list[str]:
    """The lines that tell of the home, whatever its folder is called."""
    of_the_run = r"Done:|Another build of|.* in [0-9.]+ seconds|pages and"  # a killed build's processes may linger
    lines = [line for line in ended.said.splitlines() if not re.match(of_the_run, line)]
    return sorted(re.sub(r"/\S*?/(?:home|fresh)/", "", line) for line in lines if " pages and " not in line)


ALWAYS = settings(deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink), database=None)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_each_change_on_its_own(change: Change, tmp_path: Path) -> None:
    check(tmp_path, [(change, 1, 0), (change, 2, 13), (edit_a_body, 3, 0)])


@given(taken=steps.filter(lambda taken: len(taken) <= 6))
@example(taken=[(replace_a_part, 0, 0), (edit_a_body, 0, 0)])  # a line of the owner's own shows all of a post
@settings(ALWAYS, max_examples=3, suppress_health_check=list(HealthCheck))
def test_after_any_changes(taken: list[tuple[Change, int, int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    check(tmp_path_factory.mktemp("any"), taken)


@pytest.mark.long
@given(taken=steps)
@settings(ALWAYS, max_examples=20, suppress_health_check=list(HealthCheck))
def test_after_many_changes(taken: list[tuple[Change, int, int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    check(tmp_path_factory.mktemp("many"), taken)
