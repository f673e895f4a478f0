"""Which mentions a request asks for, in the words of webmention.io (https://github.com/aaronpk/webmention.io#api)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from starlette.datastructures import QueryParams

from indieweb.model.mention import PROPERTIES
from indieweb.stores.inbox_published import ORDERS, Query
from indieweb.web.links import host_of, normal

PER_PAGE, MOST = 20, 1000
#: A database counts no further.
LARGEST = (1 << 63) - 1
MAX_TARGETS = 50
#: An offset whose plus sign became a blank: many a program writes dates into addresses as they are.
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


def targets_of(asked: QueryParams) -> list[str]:
    """The pages of which mentions are asked for; empty where it is not for pages."""
    return [target for target in _all(asked, "target") if target][:MAX_TARGETS]


def query_of(asked: QueryParams, *, changes: bool = False) -> Query:
    """What is asked for. What cannot be read is as if it were not there.

    :param changes: also what is gone, from the first change to the last: for pullers that follow by number.
    """
    targets, domain = targets_of(asked), asked.get("domain", "")
    spelt = "per-page" if "per-page" in asked else "perPage"  # as programs from before its README wrote it
    size = min(max(_number(asked, spelt, PER_PAGE), 1), MOST)
    return Query(
        pages={page for target in targets for page in _pages(target)} if targets else None,
        domain=(host_of(f"https://{domain}/") or "none.invalid") if domain else "",
        properties={name if name in PROPERTIES else "" for name in _all(asked, "wm-property")},
        after=_number(asked, "since_id", 0),
        since=_moment(asked.get("since", "")),
        order=asked["sort-by"] if asked.get("sort-by") in ORDERS else "created",
        newest_first=asked.get("sort-dir", "up" if changes else "down") != "up",
        limit=size,
        offset=min(_number(asked, "page", 0) * size, LARGEST),
        tombstones=changes,
    )


def _all(asked: QueryParams, name: str) -> list[str]:
    return [*asked.getlist(name), *asked.getlist(f"{name}[]")]


def _pages(target: str) -> Iterator[str]:
    """The page that is meant; where it is written without a scheme, with either."""
    for scheme in ("http:", "https:") if target.startswith("//") else ("",):
        if page := normal(scheme + target):
            yield page


def _number(asked: QueryParams, name: str, default: int) -> int:
    text = asked.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 30 else default


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
