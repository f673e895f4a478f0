"""An owner who moderates in a browser: opens links, reads the list and presses its buttons, as the pages say."""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from httpx2 import Response
from lxml import html
from receiver_door import HTML, Door
from sqlalchemy import insert
from starlette.testclient import TestClient

from indieweb.stores.inbox_rules import verified
from indieweb.stores.inbox_schema import MENTIONS
from indieweb.stores.sign_ins import SignIns

HERE = "http://receiver.net"
#: What a browser says of a form on a page of the receiver's own.
OWN = {"origin": HERE, "sec-fetch-site": "same-origin", "sec-fetch-dest": "document"}


def arrive(
    door: Door, source: str, text: str = "Hello", author: str | dict[str, Any] = "", when: float = 0.0, **jf2: Any
) -> int:
    """A mention that waits, and came an hour ago unless ``when`` says otherwise. Returns its number.

    :param author: the name, or the whole card.
    """
    when = when or time.time() - 3600
    door.inbox.accept(source, jf2.pop("target", door.target), when)
    row = door.inbox.lease(when + 1)
    assert row is not None
    card = author if isinstance(author, dict) else {"name": author}
    found = {"type": "entry", "content": {"text": text}, "author": card, "wm-property": "in-reply-to"}
    door.inbox.record(row, verified(when + 1, found | jf2))
    return row.id


def later() -> float:
    """A time when whoever looks at the list now has not seen what comes."""
    return time.time() + 600


def statuses(door: Door) -> dict[str, str]:
    """What became of each source, in the order in which they came first."""
    with door.inbox.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT source, status FROM mentions ORDER BY id").all()
    return dict(rows)  # type: ignore[arg-type]


@dataclass
class Moderator:
    """One browser.

    :param seen: the page that it shows.
    """

    client: TestClient
    headers: dict[str, str] = field(default_factory=lambda: dict(OWN))
    at: str = "/moderate"
    seen: Response | None = None

    def go(self, address: str = "moderate") -> Response:
        """Open an address, as one that was typed."""
        return self._show(self.client.get(urljoin(self.at, address), headers=HTML))

    def sign_in(self, code: str) -> Response:
        """Open the link with this code, and press its button."""
        self.go(f"/moderate/sign-in?code={code}")
        return self.press("Sign in")

    def press(self, words: str, within: str = "//body", **changed: str | None) -> Response:
        """Press a button, with some fields of its form changed, or taken out where they are None."""
        action, fields = self.form(words, within)
        kept = {name: value for name, value in (fields | changed).items() if value is not None}
        return self._show(self.client.post(urljoin(self.at, action), data=kept, headers={**HTML, **self.headers}))

    def form(self, words: str, within: str = "//body") -> tuple[str, dict[str, str]]:
        """Where the form with this button goes, and what it carries."""
        button = self.document.xpath(f"({within}//button[normalize-space()=$words])[1]", words=words)[0]
        form = next(button.iterancestors("form"))
        named = {button.get("name"): button.get("value")} if button.get("name") else {}
        return form.get("action"), {of.get("name"): of.get("value") for of in form.xpath(".//input")} | named

    @property
    def document(self) -> Any:
        assert self.seen is not None
        return html.fromstring(self.seen.text)

    @property
    def heading(self) -> str:
        return " ".join(self.document.xpath("string(//h1)").split())

    @property
    def sources(self) -> list[str]:
        """The sources in the list, from above."""
        return self.document.xpath("//ol/li//p[@class='from']/a/@href")  # type: ignore[no-any-return]

    def said(self) -> str:
        return " ".join(self.document.xpath("string(//*[@role='status'])").split())

    def _show(self, answer: Response) -> Response:
        self.seen, self.at = answer, answer.url.path
        return answer


def of(source: str) -> str:
    """Where the mention by a source stands in the list."""
    return f"//ol/li[.//a[@href='{source}']]"


def invite(door: Door, ago: float = 0.0) -> str:
    """The code of a link that was printed some seconds ago."""
    return SignIns(door.inbox.database).invite(time.time() - ago)


def signed_in(door: Door) -> Moderator:
    """A browser that shows the list."""
    moderator = Moderator(door.client)
    moderator.sign_in(invite(door))
    return moderator


def crowd(door: Door, host: str, count: int) -> None:
    """So many mentions of a host that wait, all put there at once."""
    jf2 = '{"type": "entry", "wm-property": "mention-of", "content": {"text": "Buy"}}'
    row = {"target": door.target, "host": host, "page": door.target, "status": "verified", "reason": "", "pending": jf2}
    times = dict.fromkeys(("received", "arrived", "verified"), 1000.0)
    rows = [
        {**row, **times, "source": f"https://{host}/{number}", "key": f"{number:032}", "status_id": f"{number:032}"}
        for number in range(count)
    ]
    with door.inbox.database.writing() as connection:
        connection.execute(insert(MENTIONS), rows)
