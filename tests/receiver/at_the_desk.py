"""What waits at a desk, and what became of it; and a receiver on another host."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import moderator
from receiver_door import Door

from loopback import Answer, Asked, loopback


def arrive(door: Door, name: str, text: str = "", author: str = "", at: float = 1000.0, more: Any = ()) -> int:
    """A mention that waits, from a host. Returns its number."""
    return moderator.arrive(door, f"https://{name}/", text or f"words of {name}", author or name, at, **dict(more))


def statuses(door: Door) -> dict[str, str]:
    """What became of what came from each host."""
    with door.inbox.database.reading() as connection:
        return dict(connection.exec_driver_sql("SELECT host, status FROM mentions").all())  # type: ignore[arg-type]


@contextmanager
def remote(door: Door) -> Iterator[str]:
    """The receiver behind an address of its own, as INDIEWEB_MENTIONS_FROM names it."""

    def passed_on(asked: Asked) -> Answer:
        headers = {"authorization": asked.headers["authorization"]}
        said = {"data": asked.form} if asked.form else {"content": asked.body}
        headers["content-type"] = asked.headers.get("content-type", "")
        answer = door.client.request(asked.method, asked.path, **said, headers=headers)
        return Answer(answer.content, answer.status_code, (("Content-Type", "application/json"),))

    with loopback() as receiver:
        paths = ("pending", "moderate", "sign-in", "lists", "lists/blocklist.txt")
        receiver.says = {f"/api/{path}": passed_on for path in paths}
        yield f"{receiver.url} {door.service.tokens.add()}"
