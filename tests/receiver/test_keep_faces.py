"""`make mentions` brings the photos of those whose mentions were approved: once, small, and for as long as needed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from receiver_door import Door

from indieweb.errors import StoreError
from indieweb.model.entry import Card, Entry, Media
from indieweb.model.mention import Mention
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.faces import MOST, Faces, keep_faces
from indieweb.receiver.forget import forget
from indieweb.settings import Settings
from indieweb.stores.faces import FaceStore, PhotoStore
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.mentions import MentionStore
from loopback import Answer, Site

NOW, DAY = 1_800_000_000.0, 86400.0
Says = Callable[[str, str], Mention]


def photo(shade: int = 100) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64), (shade, 100, 50)).save(file, "PNG")
    return file.getvalue()


def is_photo(site: Site, path: str, body: bytes = b"", status: int = 200) -> str:
    site.says[path] = Answer(body or photo(), status, (("Content-Type", "image/png"),))
    return site.url + path


def asked(site: Site) -> list[str]:
    return [seen.path for seen in site.asked]


@pytest.fixture
def home(tmp_path: Path, site: Site) -> Settings:
    return Settings(home=tmp_path, siteurl="https://home.net", fetch_allow=(site.pair,))


@pytest.fixture
def says(home: Settings) -> Says:
    """Has a person with a photo mention the home."""

    def said(name: str, address: str) -> Mention:
        source = f"https://{name}.net/post"
        entry = Entry(source, text="words", author=Card(name, f"https://{name}.net/", remote_photo=address))
        mention = Mention(source, "https://home.net/a/", "like-of", entry, datetime(2026, 1, 1, tzinfo=UTC))
        MentionStore(home.content).write(mention)
        return mention

    return said


def test_from_the_page_of_a_stranger_to_a_face_in_the_content(door: Door) -> None:
    card = '<a class="p-author h-card" href="/"><img class=u-photo src="/me.png" alt="">Ann</a> Hello'
    is_photo(door.site, "/me.png")
    source = door.stranger("/post", card)
    assert door.send(source) == 202
    door.work()
    assert collect_mentions(door.settings).faces == Faces()
    assert "/me.png" not in asked(door.site)  # whoever is not approved is asked for nothing
    door.inbox.decide(door.waiting()[0], approve)
    done = collect_mentions(door.settings)
    assert done.summary == "Mentions: 1 new or changed, 1 photo fetched."
    found = FaceStore(door.settings.content).read()[0]
    assert list(found) == [f"{door.site.url}/me.png"]
    assert {path.suffix for path in (door.settings.content / "mentions/faces").iterdir()} == {".json", ".webp"}
    assert collect_mentions(door.settings).summary == "Mentions: nothing new."
    assert asked(door.site).count("/me.png") == 1


def test_a_photo_in_a_reply_comes_along_by_itself_and_goes_with_it(door: Door) -> None:
    answer = '<p class=e-content>Look</p><img class=u-photo src="/{}.png" alt="A cake">'
    is_photo(door.site, "/one.png")
    source = door.stranger("/post", answer.format("one"))
    door.send(source)
    door.work()
    (number,) = door.waiting()
    assert "/one.png" not in asked(door.site)
    door.inbox.decide(number, approve)
    assert collect_mentions(door.settings).summary == "Mentions: 1 new or changed, 1 photo fetched."
    (mention,) = MentionStore(door.settings.content).read()[0]
    assert [(photo.url, photo.alt) for photo in mention.entry.remote_photos] == [(f"{door.site.url}/one.png", "A cake")]
    kept = PhotoStore(door.settings.content).kept()[0][f"{door.site.url}/one.png"]
    assert (kept.width, kept.height) == (64, 64)
    forget(door.settings, source)
    assert collect_mentions(door.settings).faces == Faces(removed=1)
    assert list((door.settings.content / "mentions/photos").iterdir()) == []


def test_another_address_of_a_photo_is_no_change_of_an_approved_reply_and_another_photo_is(door: Door) -> None:
    photo = '<img class=u-photo src="/{}.png" alt="">'
    for number in (1, 2, 3):
        is_photo(door.site, f"/{number}.png")
    door.send(door.stranger("/post", "<p class=e-content>Look</p>" + photo.format(1)))
    door.work()
    door.inbox.decide(door.waiting()[0], approve)
    assert collect_mentions(door.settings).faces == Faces(kept=1)
    door.send(door.stranger("/post", "<p class=e-content>Look</p>" + photo.format(2)))
    door.work()
    assert collect_mentions(door.settings).summary == "Mentions: nothing new."
    door.send(door.stranger("/post", "<p class=e-content>Look</p>" + photo.format(2) + photo.format(3)))
    door.work()
    assert collect_mentions(door.settings).faces == Faces(kept=2, removed=1)


def test_of_one_reply_four_photos_are_fetched_and_of_a_like_none(home: Settings, site: Site, says: Says) -> None:
    photos = tuple(Media(is_photo(site, f"/{number}.png", photo(number))) for number in range(6))
    for as_what in ("in-reply-to", "like-of"):
        mention = says("ann", "")
        shown = replace(mention.entry, remote_photos=photos if as_what == "in-reply-to" else photos[5:])
        source = f"{mention.source}/{as_what}"
        MentionStore(home.content).write(replace(mention, source=source, property=as_what, entry=shown))
    assert keep_faces(home, NOW) == Faces(kept=4)
    assert sorted(asked(site)) == [f"/{number}.png" for number in range(4)]
    assert keep_faces(home, NOW) == Faces()


def test_a_hostile_photo_leaves_the_reply_as_it_is(home: Settings, site: Site, says: Says) -> None:
    mention = says("ann", "")
    addresses = [
        is_photo(site, "/bomb.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        is_photo(site, "/page", b"<script>alert(1)</script>"),
        "http://127.0.0.1:1/inward.png",
        is_photo(site, "/fine.png"),
    ]
    shown = replace(mention.entry, remote_photos=tuple(map(Media, addresses)))
    MentionStore(home.content).write(replace(mention, property="in-reply-to", entry=shown))
    done = keep_faces(home, NOW)
    assert (done.kept, done.missed) == (1, 3)
    assert list(PhotoStore(home.content).kept()[0]) == [f"{site.url}/fine.png"]


def test_with_the_mention_its_face_goes(door: Door) -> None:
    card = '<a class="p-author h-card" href="/"><img class=u-photo src="/me.png" alt="">Ann</a> Hello'
    is_photo(door.site, "/me.png")
    door.send(door.stranger("/post", card))
    door.work()
    (number,) = door.waiting()
    door.inbox.decide(number, approve)
    collect_mentions(door.settings)
    door.inbox.decide(number, reject)
    assert collect_mentions(door.settings).faces == Faces(removed=1)
    assert list((door.settings.content / "mentions/faces").iterdir()) == []


def test_a_photo_at_another_address_is_no_change_of_a_mention_that_was_approved(door: Door) -> None:
    card = '<a class="p-author h-card" href="/"><img class=u-photo src="/me.png?{}" alt="">Ann</a><p class=e-content>{}'
    is_photo(door.site, "/me.png")
    source = door.stranger("/post", card.format(1, "Hello"))
    door.send(source)
    door.work()
    door.inbox.decide(door.waiting()[0], approve)
    collect_mentions(door.settings)
    door.stranger("/post", card.format(2, "Hello"))
    door.send(source)
    door.work()
    assert door.waiting() == []
    assert collect_mentions(door.settings).summary == "Mentions: nothing new."
    door.stranger("/post", card.format(3, "Hello again"))
    door.send(source)
    door.work()  # approved at once: the owner has approved something from there before
    assert collect_mentions(door.settings).faces == Faces(kept=1, removed=1)
    assert list(FaceStore(door.settings.content).read()[0]) == [f"{door.site.url}/me.png?3"]


def test_a_mention_that_was_approved_without_a_photo_gets_its_authors(door: Door) -> None:
    card = '<p class="p-author h-card">{}<a class="p-name u-url" href="/">Ann</a></p><p class=e-content>Hello'
    is_photo(door.site, "/me.png")
    source = door.stranger("/post", card.format(""))
    door.send(source)
    door.work()
    door.inbox.decide(door.waiting()[0], approve)
    collect_mentions(door.settings)
    door.stranger("/post", card.format('<img class=u-photo src="/me.png" alt="">'))
    door.send(source)
    door.work()
    assert door.waiting() == []
    assert collect_mentions(door.settings).summary == "Mentions: 1 new or changed, 1 photo fetched."


def test_a_photo_that_many_mentions_name_is_asked_for_once(home: Settings, site: Site, says: Says) -> None:
    address = is_photo(site, "/me.png")
    for name in ("ann", "bob", "carl"):
        says(name, address)
    assert keep_faces(home, NOW) == Faces(kept=1)
    assert keep_faces(home, NOW + 100 * DAY) == Faces()
    assert asked(site) == ["/me.png"]


def test_a_photo_that_cannot_be_had_leaves_the_mention_and_is_left_alone_for_a_week(
    home: Settings, site: Site, says: Says
) -> None:
    says("ann", is_photo(site, "/me.png", status=404))
    (file,) = (home.content / "mentions").glob("*.json")
    before = file.read_bytes()
    assert keep_faces(home, NOW) == Faces(missed=1)
    assert file.read_bytes() == before
    assert not (home.content / "mentions/faces").exists()
    is_photo(site, "/me.png")
    assert keep_faces(home, NOW + 6.9 * DAY) == Faces()
    assert asked(site) == ["/me.png"]
    assert keep_faces(home, NOW + 7.1 * DAY) == Faces(kept=1)
    assert json.loads((home.var / "faces.json").read_text()) == {}


def test_one_photo_that_cannot_be_had_keeps_no_other_away(home: Settings, site: Site, says: Says) -> None:
    says("ann", is_photo(site, "/bomb.png", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    says("bob", is_photo(site, "/page", b"<script>alert(1)</script>"))
    says("carl", "http://127.0.0.1:1/inward.png")
    says("dora", "http://photos.example/reserved.png")
    says("emil", is_photo(site, "/me.png"))
    says("fred", "")
    done = keep_faces(home, NOW)
    assert (done.kept, done.missed) == (1, 4)
    assert list(FaceStore(home.content).read()[0]) == [f"{site.url}/me.png"]


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff", b'{"x": "y"}', b"[" * 100_000, b'{"URL": 1e400, "x": NaN}'])
def test_what_was_asked_for_may_be_lost_or_broken(home: Settings, site: Site, says: Says, text: bytes) -> None:
    address = is_photo(site, "/me.png", status=404)
    says("ann", address)
    home.var.mkdir(parents=True)
    (home.var / "faces.json").write_bytes(text.replace(b"URL", address.encode()))
    assert keep_faces(home, NOW) == Faces(missed=1)
    assert keep_faces(home, NOW) == Faces()


def test_a_clock_that_was_ahead_keeps_no_photo_away(home: Settings, site: Site, says: Says) -> None:
    says("ann", is_photo(site, "/me.png", status=404))
    assert keep_faces(home, NOW + 10_000 * DAY).missed == 1
    is_photo(site, "/me.png")
    assert keep_faces(home, NOW).kept == 1


def test_a_crowd_comes_in_several_runs(home: Settings, site: Site, says: Says) -> None:
    for n in range(MOST + 5):
        says(f"n{n}", f"{site.url}/none/{n}")
    assert keep_faces(home, NOW).missed == MOST
    assert keep_faces(home, NOW).missed == 5
    assert len(set(asked(site))) == MOST + 5


def test_while_a_mention_is_broken_no_face_is_removed(home: Settings, site: Site, says: Says) -> None:
    says("ann", is_photo(site, "/ann.png"))
    says("bob", is_photo(site, "/bob.png", photo(200)))
    keep_faces(home, NOW)
    mentions = list((home.content / "mentions").glob("*.json"))
    mentions[0].write_text("<<<<<<< HEAD")
    assert keep_faces(home, NOW) == Faces()
    mentions[0].unlink()
    assert keep_faces(home, NOW) == Faces(removed=1)


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(home: Settings, site: Site, says: Says) -> None:
    says("ann", is_photo(site, "/me.png"))
    (home.content / "mentions/faces").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        keep_faces(home, NOW)
    (home.content / "mentions/faces").unlink()
    assert keep_faces(home, NOW) == Faces(kept=1)


def test_where_nobody_has_a_photo_nothing_is_made(home: Settings, says: Says) -> None:
    mention = says("ann", "")
    assert keep_faces(home, NOW) == Faces()
    assert not home.var.exists()
    assert [path.name for path in (home.content / "mentions").iterdir()] == [f"{mention.key}.json"]


def test_a_photo_that_is_said_to_be_ours_is_not_shown_as_ours(home: Settings, says: Says) -> None:
    says("ann", "https://home.net/photos/portrait.png")
    (mention,) = MentionStore(home.content).read()[0]
    assert mention.entry.author == replace(mention.entry.author, photo="")
