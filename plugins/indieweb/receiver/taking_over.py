"""Brings what was blocked at the receiver, and let in again, into the owner's own ``content/blocklist.txt``."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from indieweb.errors import StoreError
from indieweb.settings import Settings
from indieweb.stores.blocklist import BlocklistFile
from indieweb.web.sanitize import plain
from indieweb.webmention.trust import is_rule

if TYPE_CHECKING:
    from indieweb.stores.inbox import Inbox

log = logging.getLogger(__name__)


def take_over_here(settings: Settings, inbox: "Inbox") -> None:
    """What the receiver of this home keeps, because it could not write into ``content/`` itself.

    Where that cannot be done now, one line says so, and all of it still holds.
    """
    from indieweb.stores.inbox_blocks import all_made, forget_made  # noqa: PLC0415  # with it comes the database

    if not settings.content.is_dir():
        return
    try:
        made = all_made(inbox)
        _apply(settings, ((one.rule, one.is_blocked) for one in made if not one.is_written))
        if made:
            forget_made(inbox, made[-1].number)
    except StoreError as error:
        log.warning("%s; what was blocked at the receiver holds there, and is brought the next time", error)


def take_over(settings: Settings, told: Any) -> int:
    """What a receiver on another host tells of its rules, sieved as if a stranger had told it.

    :returns: up to which number the list of this home has it; 0 where nothing was told.
    :raises StoreError: the list cannot be read or written.
    """
    made = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    numbered = [(one.get("number"), plain(str(one.get("rule")), 2048), one.get("blocked") is True) for one in made]
    _apply(settings, ((rule, is_blocked) for _, rule, is_blocked in numbered if is_rule(rule)))
    return max((number for number, _, _ in numbered if isinstance(number, int)), default=0)


def _apply(settings: Settings, made: Iterable[tuple[str, bool]]) -> None:
    file = BlocklistFile.of(settings)
    for rule, is_blocked in made:
        file.add(rule) if is_blocked else file.remove(rule)
