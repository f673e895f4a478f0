"""What becomes of a mention in the inbox: pure functions from a row and an event to the row after it.

::

    received ──verified──▶ verified ──approve──▶ approved        an update that differs: verified again, while
        │                      │                    │            the approved version stays shown
        └─unverified─▶ invalid └──reject─▶ rejected ◀┘           proof that it is gone: gone

What comes from somebody who is trusted is approved at once, and so are its updates; what was rejected stays so. An
update that only has fewer of the comments below it puts no words onto a page, and is taken over.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from indieweb.model.comments import adds_nothing
from indieweb.model.jf2 import JF2, entry_from_jf2
from indieweb.model.mention import APPROVED, GONE, INVALID, REJECTED, VERIFIED
from indieweb.stores.inbox_schema import Arrival

Rule = Callable[[Arrival], Arrival]
#: A decision; None where there is nothing to decide.
Decision = Callable[[Arrival], Arrival | None]

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
#: How long to wait after each try that found nothing out. A new mention is given up after the last.
BACKOFF = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY)
#: When a verified mention is looked at again without being sent.
RECHECK = 30 * DAY
#: How often a page may end its parser before it is left alone.
KILLS = 3
#: What tells how a mention came; what was not decided upon yet has it as it was the last time.
FRIEND_OF = "wm-friend-of"
MARKS = ("wm-protocol", "wm-vouch", FRIEND_OF)
#: Of a JF2 mention, what says nothing about its content.
_STAMPS = frozenset({"wm-id", "wm-received", *MARKS})
#: Where it has what was said to it, of which less is no change to decide upon.
_COMMENTS = "comment"


def verified(now: float, jf2: JF2, *, trusted: bool = False) -> Rule:
    """The source mentions the target, and this is what it says (Webmention, section 3.2.2).

    :param trusted: whether it is approved without being asked about; undoing that lets it wait.
    """
    return partial(_verified, now=now, jf2=jf2, trusted=trusted)


def unverified(now: float, status: str, reason: str) -> Rule:
    """No mention was found.

    :param status: ``gone`` where that is proved, ``invalid`` where trying again cannot help, ``unreadable`` where
        the page ended its parser, else ``retry``.
    """
    return partial(_unverified, now=now, status=status, reason=reason)


def approve(row: Arrival) -> Arrival | None:
    """Publish what is pending."""
    if row.pending is None:
        return None
    return replace(row, status=APPROVED, approved=_public(row.pending), pending=None, undo=_before(row))


def reject(row: Arrival) -> Arrival | None:
    """Publish neither what is pending nor what was approved, however often it is sent again."""
    if not row.is_known or row.status == REJECTED:
        return None
    kept = row.pending or row.approved
    return replace(row, status=REJECTED, approved=None, pending=kept, next_try=None, undo=_before(row))


def undo(row: Arrival) -> Arrival | None:
    """Take the last decision back."""
    return replace(row, **row.undo, undo=None) if row.undo else None


#: What an owner may decide, by the word for it.
DECISIONS: Mapping[str, Decision] = {"approve": approve, "reject": reject, "undo": undo}


def _verified(row: Arrival, now: float, jf2: JF2, *, trusted: bool) -> Arrival:
    if row.status == REJECTED:
        return replace(row, next_try=None)
    looked = replace(row, verified=now, next_try=now + RECHECK, tries=0, kills=0, reason="")
    if row.approved is not None and _says_no_more(jf2, row.approved):
        same = _with_comments(_with_photo(row.approved, jf2), jf2)
        return replace(looked, status=APPROVED, pending=None, approved=same)
    if trusted:
        waiting = replace(looked, status=VERIFIED, pending=jf2)
        return replace(waiting, status=APPROVED, approved=_public(jf2), pending=None, undo=_before(waiting))
    if row.pending is not None and _says_no_more(jf2, row.pending):
        same = _with_marks(_with_comments(row.pending, jf2), jf2)
        return replace(looked, status=VERIFIED, pending=same)
    return replace(looked, status=VERIFIED, pending=jf2, undo=None)


def _unverified(row: Arrival, now: float, status: str, reason: str) -> Arrival:
    if row.status == REJECTED:
        return replace(row, next_try=None)
    looked = replace(row, reason=reason)
    if status == "gone":  # deleting needs proof, and here it is
        left = GONE if row.is_known else INVALID
        return replace(looked, status=left, approved=None, pending=None, undo=None, next_try=None)
    if status == "unreadable":
        looked = replace(looked, kills=row.kills + 1)
    given_up = status == "invalid" or looked.kills >= KILLS or (row.tries >= len(BACKOFF) and not row.is_known)
    if given_up and not row.is_known:
        return replace(looked, status=INVALID, next_try=None)
    wait = BACKOFF[row.tries] if row.tries < len(BACKOFF) else RECHECK
    return replace(looked, tries=row.tries + 1, next_try=None if looked.kills >= KILLS else now + wait)


def _says_no_more(jf2: JF2, than: JF2) -> bool:
    """Whether it says the same as another version, and has no words of others below it that that one has not."""
    if _content(jf2) != _content(than):
        return False
    return not jf2.get(_COMMENTS) or adds_nothing(entry_from_jf2(jf2).comments, entry_from_jf2(than).comments)


def _content(jf2: JF2) -> JF2:
    """What an owner decides upon. Many sites give a photo another address every day: that alone is no change."""
    said = {name: value for name, value in jf2.items() if name not in _STAMPS and name != _COMMENTS}
    author, photos = said.get("author"), said.get("photo")
    if isinstance(photos, list):
        said["photo"] = len(photos)  # what was approved is kept, and shown from there
    return said | {"author": {**author, "photo": ""}} if isinstance(author, dict) else said


def _with_comments(kept: JF2, jf2: JF2) -> JF2:
    """What was kept, with the comments that are still there."""
    left = {name: value for name, value in kept.items() if name != _COMMENTS}
    return left | {_COMMENTS: jf2[_COMMENTS]} if _COMMENTS in jf2 else left


def _public(jf2: JF2) -> JF2:
    """What is published. Whom the owner's friends follow is for the owner who decides, and for nobody else."""
    return {name: value for name, value in jf2.items() if name != FRIEND_OF}


def _with_marks(pending: JF2, jf2: JF2) -> JF2:
    kept = {name: value for name, value in pending.items() if name not in MARKS}
    return kept | {name: jf2[name] for name in MARKS if name in jf2}


def _with_photo(approved: JF2, jf2: JF2) -> JF2:
    """What was approved, with the author's photo where it had none: earlier versions did not ask for it."""
    had, has = approved.get("author"), jf2.get("author")
    is_first = isinstance(had, dict) and isinstance(has, dict) and has.get("photo") and not had.get("photo")
    return {**approved, "author": has} if is_first else approved


def _before(row: Arrival) -> JF2:
    return {"status": row.status, "approved": row.approved, "pending": row.pending, "next_try": row.next_try}
