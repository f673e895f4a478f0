"""What cannot be is said in one sentence, while the person is there to say it otherwise."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from indieweb.errors import CommandError
from indieweb.writing.asking import Wish, draft_of

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 14, 5, 33, tzinfo=VIENNA)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("replay", "https://a.example/"), "did you mean reply"),
        (Wish("xyzzy"), "there are event, rsvp"),
        (Wish("reply"), "A reply needs the address that it is about: make reply TO=https://…"),
        (Wish("rsvp"), "An rsvp needs the address that it is about: make rsvp TO=https://…"),
        (Wish("like"), "A like needs the address that it is about: make like OF=https://…"),
        (Wish("rsvp", "https://a.example/"), "yes, no, maybe or interested, which is missing"),
        (Wish("rsvp", "https://a.example/", rsvp="perhaps"), "not 'perhaps'"),
        (Wish("like", "https://a.example/", rsvp="yes"), "Only an rsvp"),
        (Wish("like", "ftp://a.example/"), "cannot be answered"),
        (Wish("like", "//a.example/"), "cannot be answered"),
        (Wish("like", "javascript:alert(1)"), "cannot be answered"),
        (Wish("reply", "https://a.example/\nKind: note"), "cannot be answered"),
        (Wish("reply", "/2026/\nKind: note"), "cannot be answered"),
        (Wish("note", "https://a.example/"), "answers nothing"),
        (Wish("event", title="x"), "needs its beginning"),
        (Wish("event", start="2026-12-02", end="2026-12-01"), "before it begins"),
        (Wish("checkin"), "needs the name of the place"),
        (Wish("checkin", "x", location_url="nowhere"), "no address of a place"),
        (Wish("photo"), "A photo needs a file: make photo PHOTO=PATH"),
        (Wish("audio"), "An audio needs a file: make audio OF=PATH"),
        (Wish("photo", "https://a.example/x.jpg"), "stands on another home"),
        (Wish("note", alts=("x",)), "more --alt than --photo"),
        (Wish("note", date="tomorrow"), "--date is 'tomorrow'"),
        (Wish("event", start="soon"), "--start is 'soon'"),
    ],
)
def test_the_sentence_says_what_is_wrong(wish: Wish, words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        draft_of(wish, NOW, VIENNA)
    assert "\n" not in str(caught.value)
