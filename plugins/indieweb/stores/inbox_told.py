"""Which change of what is published the owner's command was told of last: what came after it, it must be told of.

So a change is never lost, whoever made it and whatever was killed meanwhile; and of all processes that look after
it, one at a time runs the command.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete, select

from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_facts import fact, keep_fact, learn_fact
from indieweb.stores.inbox_schema import FACTS, MENTIONS, OWN

_NAME, _WATCHED = "on-approved", "on-approved-watched"
#: How long a run is believed in without a word of it, in seconds; and whoever looks after it.
LEASE = 90.0
#: How often a run may fail before it is left until the next change.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of the command.

    :param told: the number of the change that a run has succeeded after; ``aim``: that this one began after.
    :param began: in seconds since 1970; ``until``: to when it is believed in, 0 once it has ended.
    :param tries: how often that aim was tried.
    :param name: by which the process knows that it is its own.
    """

    told: int = 0
    aim: int = 0
    began: float = 0.0
    until: float = 0.0
    tries: int = 0
    name: str = ""


def begin_run(inbox: Inbox, now: float, every: float) -> Run | None:
    """The run that is to be made now, which is then this process's; None where there is none.

    :param every: how many seconds after another a run may begin.
    :raises StoreError: the database cannot be used.
    """
    with inbox.database.reading() as connection:  # so that nobody waits while there is nothing to do
        if _next(connection, now, every) is None:
            return None
    with inbox.database.writing() as connection:
        learn_fact(connection, _NAME, "{}")
        connection.execute(select(FACTS.c.value).where(FACTS.c.name == _NAME).with_for_update())
        made = _next(connection, now, every)
        if made is not None:
            keep_fact(connection, _NAME, json.dumps(asdict(made)))
        return made


def go_on(inbox: Inbox, run: Run, now: float) -> None:
    """Say that a run still goes on."""
    _change(inbox, run, lambda kept: replace(kept, until=now + LEASE))


def end_run(inbox: Inbox, run: Run, *, succeeded: bool) -> None:
    """Say what came of it; a run that failed too often is left until the next change."""
    is_told = succeeded or run.tries >= TRIES
    _change(inbox, run, lambda kept: replace(kept, until=0.0, told=run.aim if is_told else kept.told))


def give_up_run(inbox: Inbox, run: Run) -> None:
    """A run was stopped, because its process ends: whoever comes next is to make it, at once."""
    _change(inbox, run, lambda kept: replace(kept, until=0.0, began=0.0, tries=run.tries - 1))


def is_due(inbox: Inbox) -> bool:
    """Whether anything was changed that no run has told of."""
    with inbox.database.reading() as connection:
        return _last(connection) > _kept(connection).told


def watch(inbox: Inbox, now: float) -> None:
    """Say that this process looks after the command."""
    with inbox.database.writing() as connection:
        keep_fact(connection, _WATCHED, str(now))


def unwatch(inbox: Inbox) -> None:
    """Say that this process does so no longer; another that does says so again."""
    with inbox.database.writing() as connection:
        connection.execute(delete(FACTS).where(FACTS.c.name == _WATCHED))


def is_watched(inbox: Inbox, now: float) -> bool:
    """Whether some process looks after the command."""
    with inbox.database.reading() as connection:
        said = fact(connection, _WATCHED)
    return said is not None and abs(now - float(said)) < LEASE


def _next(connection: Connection, now: float, every: float) -> Run | None:
    kept, last = _kept(connection), _last(connection)
    # Clocks differ a little; where they differ by more, somebody has set one.
    goes_on = 0 < kept.until - now < 2 * LEASE
    is_early = abs(now - kept.began) < every
    if last <= kept.told or goes_on or is_early:
        return None
    tries = kept.tries + 1 if kept.aim == last else 1
    return Run(kept.told, last, now, now + LEASE, tries, secrets.token_hex(8))


def _last(connection: Connection) -> int:
    """The number of the last change of what is published of the receiver's own home: the command is its."""
    number = MENTIONS.c.change_number
    ours = select(number).where(MENTIONS.c.home == OWN, number.is_not(None)).order_by(number.desc())
    return int(connection.execute(ours.limit(1)).scalar() or 0)


def _kept(connection: Connection) -> Run:
    try:
        return Run(**json.loads(fact(connection, _NAME) or "{}"))
    except (TypeError, ValueError):  # of another version: to run once more does no harm
        return Run()


def _change(inbox: Inbox, run: Run, change: Callable[[Run], Run]) -> None:
    """Change what is kept of a run, unless another process has taken it over."""
    with inbox.database.writing() as connection:
        connection.execute(select(FACTS.c.value).where(FACTS.c.name == _NAME).with_for_update())
        kept = _kept(connection)
        if kept.name == run.name:
            keep_fact(connection, _NAME, json.dumps(asdict(change(kept))))
