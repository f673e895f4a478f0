"""Whom the owner follows: from a feed reader's OPML, which is as hostile as any file from elsewhere."""

from pathlib import Path

import pytest

from indieweb.stores.followed import MAX_BYTES, read_following
from indieweb.webmention.trust import Followed

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Friends">
<outline type="rss" text="Ann" title="Ann O." xmlUrl="https://ann.net/feed" htmlUrl=" https://ann.net/ "/>
<outline text="Bob &amp; Co" xmlUrl="https://bob.net/feed"/>
<outline text="A folder"><outline text="" htmlUrl="https://eve.net/"/></outline>
</outline></body></opml>"""


def test_every_outline_with_an_address_is_somebody_however_deep(tmp_path: Path) -> None:
    path = tmp_path / "following.opml"
    path.write_text(OPML)
    assert read_following([path]) == (
        [
            Followed("Ann O.", "https://ann.net/", "https://ann.net/feed"),
            Followed("Bob & Co", "", "https://bob.net/feed"),
            Followed("", "https://eve.net/"),
        ],
        [],
    )


def test_without_a_file_nobody_is_followed(tmp_path: Path) -> None:
    assert read_following([tmp_path / "following.opml"]) == ([], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<opml>\n<body>\n</opml>", ":3: it is not valid XML"),
        (b"", "it is not valid XML"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><outline htmlUrl="https://&a;.net/"/></opml>', "document type"),
        (b'<!DOCTYPE o SYSTEM "file:///etc/passwd"><opml/>', "document type"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "encoding"),
        (b" " * (MAX_BYTES + 1), "larger than 4 MiB"),
    ],
    ids=range(6),
)
def test_what_cannot_be_read_is_named_in_one_sentence_and_has_nobody(tmp_path: Path, text: bytes, words: str) -> None:
    path, other = tmp_path / "following.opml", tmp_path / "other.opml"
    path.write_bytes(text)
    other.write_text(OPML)
    everybody, (problem,) = read_following([path, other])
    assert len(everybody) == 3
    assert problem.startswith(str(path))
    assert words in problem
    assert "\n" not in problem
