"""Pages as real publishers write them, each with the mention that it must become.

``pages/NAME.html`` (or ``.json``, ``.txt``) is written after the markup of the software or the service that its name
begins with; ``pages/NAME.jf2.json`` is the mention, as it is kept, without what only its arrival tells.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indieweb.model.jf2 import JF2, mention_from_jf2, mention_to_jf2
from indieweb.model.mention import Mention
from indieweb.web.fetch import Response
from indieweb.webmention.verify import Unverified, judge

PAGES = Path(__file__).parent / "pages"
TARGET = "https://home.example/2026/11/bread/"
TYPES = {".html": "text/html", ".json": "application/json", ".txt": "text/plain; charset=utf-8"}
#: Where a source answers after its redirects, if not where it was asked.
ANSWERED_AT = {"redirected-source": "https://rhea.example/notes/1/"}
#: What only the arrival of a mention tells.
OF_ARRIVAL = ("wm-id", "wm-received", "wm-protocol")

MENTIONS = {path.name.removesuffix(".jf2.json"): path for path in sorted(PAGES.glob("*.jf2.json"))}
SOURCES = {path.stem: path for path in sorted(PAGES.iterdir()) if path.name not in {m.name for m in MENTIONS.values()}}


def answer_of(name: str, source: str) -> Response:
    page = SOURCES[name]
    return Response(ANSWERED_AT.get(name, source), 200, (("content-type", TYPES[page.suffix]),), page.read_bytes())


def judged(name: str, source: str) -> Mention | Unverified:
    found = judge(answer_of(name, source), TARGET)
    if isinstance(found, Unverified):
        return found
    return Mention(source, TARGET, found.property, found.entry, datetime(2026, 11, 25, tzinfo=UTC))


def kept(mention: Mention) -> JF2:
    return {key: value for key, value in mention_to_jf2(mention).items() if key not in OF_ARRIVAL}


@pytest.mark.parametrize("name", sorted(MENTIONS))
def test_a_page_of_a_real_publisher_becomes_its_mention(name: str) -> None:
    wanted = json.loads(MENTIONS[name].read_text("utf-8"))
    found = judged(name, wanted["wm-source"])
    assert isinstance(found, Mention), found
    assert kept(found) == wanted


@pytest.mark.parametrize("name", sorted(MENTIONS))
def test_a_mention_that_was_kept_is_read_as_what_it_was(name: str) -> None:
    wanted = json.loads(MENTIONS[name].read_text("utf-8"))
    again = kept(mention_from_jf2({**wanted, "wm-received": "2026-11-25T00:00:00+00:00"}))
    assert {key: value for key, value in again.items() if key != "summary"} == {
        key: value for key, value in wanted.items() if key != "summary"
    }


@pytest.mark.parametrize("name", sorted(set(SOURCES) - set(MENTIONS)))
def test_a_page_that_only_looks_as_if_it_linked_to_us_is_no_mention(name: str) -> None:
    found = judged(name, "https://spam.example/")
    assert isinstance(found, Unverified)
    assert found.status == "gone"


def test_there_are_pages_of_forty_kinds_and_more() -> None:
    assert len(MENTIONS) >= 40
