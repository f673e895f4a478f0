"""Whom the owner trusts by following: from a feed reader's OPML, as hostile as any file from elsewhere."""

from pathlib import Path

import pytest

from indieweb.settings import Settings
from indieweb.stores.following import MAX_BYTES, Followed, read_everybody

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Friends">
<outline type="rss" text="Ann" title="Ann O." xmlUrl="https://ann.net/feed" htmlUrl=" https://ann.net/ "/>
<outline text="Bob &amp; Co" xmlUrl="https://bob.net/feed"/>
<outline text="A folder"><outline text="" htmlUrl="https://eve.net/"/></outline>
</outline></body></opml>"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("content", "var"):
        (tmp_path / name).mkdir()
    return Settings(home=tmp_path)


def test_every_outline_with_an_address_is_somebody_however_deep(settings: Settings) -> None:
    (settings.var / "following.opml").write_text(OPML)
    assert read_everybody(settings) == (
        [
            Followed("https://ann.net/feed", "https://ann.net/", "Ann"),
            Followed("https://bob.net/feed", "", "Bob & Co"),
            Followed("", "https://eve.net/", ""),
        ],
        [],
    )


def test_without_a_file_nobody_is_followed(settings: Settings) -> None:
    assert read_everybody(settings) == ([], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<opml>\n<body>\n</opml>", ":3: this is not valid XML"),
        (b"", ":1: this is not valid XML"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><outline htmlUrl="https://&a;.net/"/></opml>', "document type"),
        (b'<!DOCTYPE o SYSTEM "file:///etc/passwd"><opml/>', "document type"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE o SYSTEM "x"><opml/>'.encode("utf-16"), "document type"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "encoding"),
        (b" " * (MAX_BYTES + 1), "larger than 4 MiB"),
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_named_in_one_sentence_and_has_nobody(
    settings: Settings, text: bytes, words: str
) -> None:
    path = settings.content / "following.opml"
    path.write_bytes(text)
    (settings.var / "following.opml").write_text(OPML)
    everybody, (problem,) = read_everybody(settings)
    assert len(everybody) == 3
    assert problem.startswith(str(path))
    assert problem.endswith("; nobody in it is followed")
    assert words in problem
    assert "\n" not in problem
