"""Looks at an entry of a site that is followed, and keeps or takes away what comes of it."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from indieweb.errors import ContentError
from indieweb.following.gathered import Gathered
from indieweb.following.planning import PROTOCOL, Kept, Look
from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.stores.mentions import MentionStore
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, normal
from indieweb.web.ours import path_of
from indieweb.web.turns import Turns
from indieweb.webmention.sieve import sieved
from indieweb.webmention.unwanted import Unwanted
from indieweb.webmention.verify import Unverified, check_target, verify_each

log = logging.getLogger(__name__)
#: Whether a mention may be kept; what may not is taken away, should it be there.
Wanted = Callable[[Mention], bool]


@dataclass(slots=True)
class Looker:
    """Looks at entries in one run. Safe with threads.

    :param wanted: what may be kept of what the sites say; ``unwanted``: what may not.
    :param done: where it is counted.
    """

    settings: Settings
    policy: Policy
    now: datetime
    wanted: Wanted
    turns: Turns
    done: Gathered
    unwanted: Unwanted = field(default_factory=Unwanted)
    kept: Kept = field(init=False)
    _store: MentionStore = field(init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _there: dict[str, Unverified | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._store = MentionStore(self.settings.content)
        self.kept = _by_source(self._store.read()[0], self.settings)

    def drop_unwanted(self) -> None:
        """Take away what came by a feed and may not be kept any more."""
        for mention in [mention for mentions in self.kept.values() for mention in mentions.values()]:
            if mention.protocol == PROTOCOL and not self._may_stay(mention):
                self.done.removed += self._store.remove(mention.source, mention.target)

    def _may_stay(self, mention: Mention) -> bool:
        return self.wanted(mention) and not self.unwanted.has(mention.source, mention.entry)

    def look(self, look: Look) -> tuple[int, bool]:
        """Look at one entry.

        :returns: how many requests that took, and whether it need not be looked at again while it stays as it is.
        """
        known = self.kept.get(look.source, {})
        paths = {target: path_of(target, self.settings) or "" for target in look.targets}
        theirs = {target for target, path in paths.items() if path in known and known[path].protocol != PROTOCOL}
        new = [target for target, path in paths.items() if path not in known]
        missing = {target: problem for target in new if (problem := self._problem_with(target))}
        asked = [target for target in look.targets if target not in theirs and target not in missing]
        found: dict[str, Mention | Unverified] = {**missing}
        if asked:
            found |= self._verified(look.source, asked)
        for target in asked:
            self._record(found[target], known.get(paths[target]))
        open_still = any(
            isinstance(each, Unverified) and each.status in ("retry", "unreadable") for each in found.values()
        )
        return len(new) + bool(asked), not open_still

    def _verified(self, source: str, targets: list[str]) -> dict[str, Mention | Unverified]:
        try:
            with self.turns.of(host_of(source)):
                return verify_each(source, targets, self.policy)
        except Exception:  # as in the receiver's worker: an odd page must not stop the others
            log.exception("%s could not be looked at", source)
            return dict.fromkeys(targets, Unverified("the source cannot be read", "unreadable"))

    def _problem_with(self, target: str) -> Unverified | None:
        """Why a page of ours cannot be mentioned; each is asked for once in a run."""
        with self.turns.of(host_of(self.settings.siteurl)):
            if target not in self._there:
                self._there[target] = check_target(target, self.policy, self.settings)
            return self._there[target]

    def _record(self, outcome: Mention | Unverified, known: Mention | None) -> None:
        """Keep a mention, or take away one that is proved to be gone."""
        with self._lock:
            try:
                if isinstance(outcome, Mention):
                    since = known.received if known else self.now
                    mention = sieved(replace(outcome, received=since, protocol=PROTOCOL))
                    if self._may_stay(mention):
                        self.done.kept += self._store.write(mention.of(self.unwanted.without(mention.entry)))
                        return
                elif outcome.status != "gone":
                    return
                if known is not None:
                    self.done.removed += self._store.remove(known.source, known.target)
            except ContentError as error:
                self.done.warnings.append(str(error))


def _by_source(mentions: Iterable[Mention], settings: Settings) -> Kept:
    found = defaultdict[str, dict[str, Mention]](dict)
    for mention in mentions:
        path = path_of(mention.target, settings)
        if path is not None:
            found[normal(mention.source)].setdefault(path, mention)
    return found
