"""Erasing a page or a person from everywhere that this home keeps anything of them."""

import os
from contextlib import closing
from dataclasses import dataclass, field

from indieweb.errors import CommandError
from indieweb.receiver.hook import Hook
from indieweb.receiver.presence import has_inbox
from indieweb.receiver.remote import Remote
from indieweb.settings import Settings
from indieweb.stores.contexts import ContextStore
from indieweb.stores.erased import keep_erased
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_erasing import erase
from indieweb.stores.mentions import MentionStore
from indieweb.webmention.erased import Erased, digest_of
from indieweb.webmention.names import name_of
from indieweb.webmention.unwanted import Unwanted


@dataclass(slots=True)
class Forgotten:
    """What was removed.

    :param inbox: how many mentions of the inbox here; ``remote`` of the receiver on another host.
    :param files: paths of mentions and contexts in ``content/``, from the home; ``changed``: of
        mentions that stay, without a comment that came along.
    :param warnings: a sentence about each thing that could not be looked at.
    """

    inbox: int = 0
    remote: int = 0
    files: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """What was removed, a sentence a line."""
        said = [f"Removed {path}." for path in self.files]
        said += [f"Removed what came along with a reply from {path}." for path in self.changed]
        said += [f"Removed {_counted(self.inbox)} from the inbox."] if self.inbox else []
        said += [f"Removed {_counted(self.remote)} from the receiver."] if self.remote else []
        return said or ["Nothing of it is kept here."]


def forget(settings: Settings, said: str) -> Forgotten:
    """Remove what ``said`` means, and see to it that it does not come in again.

    The hash is kept first: interrupted, it may be done again, and nothing has come in meanwhile.

    :param said: a host, for all of it and all below it; or an address: that page, all below it, and its person.
    :raises CommandError: it is neither.
    :raises StoreError: a file or the database cannot be used.
    """
    name = name_of(said.strip())
    if not name:
        raise CommandError(f"{said!r} is neither a host nor an address; write example.net or https://example.net/page")
    digest, done = digest_of(name), Forgotten()
    if settings.content.is_dir():
        keep_erased(settings, digest)
        _from_content(settings, Erased(frozenset({digest})), done)
    remote = Remote.of(settings)
    if has_inbox(settings) or (remote is None and not settings.content.is_dir()):
        _from_inbox(settings, digest, done)
    if remote is not None:
        _from_remote(remote, digest, done)
    return done


def _from_content(settings: Settings, erased: Erased, done: Forgotten) -> None:
    mentions, contexts = MentionStore(settings.content), ContextStore(settings.content)
    found = [
        mentions.remove_where(lambda mention: erased.covers(mention.source, mention.entry)),
        contexts.remove_where(lambda entry: erased.covers(entry.url, entry)),
    ]
    for removed, warnings in found:
        done.files += [os.path.relpath(path, settings.home) for path in removed]
        done.warnings += warnings
    unwanted = Unwanted(erased=erased)
    changed = mentions.change_each(lambda mention: mention.of(unwanted.without(mention.entry)))
    done.changed += [os.path.relpath(path, settings.home) for path in changed]


def _from_inbox(settings: Settings, digest: str, done: Forgotten) -> None:
    with closing(Inbox.of(settings)) as inbox:
        done.inbox = len(gone := erase(inbox, digest))
        if any(row.approved is not None for row in gone):
            Hook(settings, inbox).run(at_once=True)


def _from_remote(remote: Remote, digest: str, done: Forgotten) -> None:
    try:
        answer = remote.post("/api/forget", {"digest": digest})
    except CommandError as error:
        done.warnings.append(f"{error}; try again, or have it removed there")
        return
    if isinstance(answer, dict) and isinstance(answer.get("erased"), int):
        done.remote = answer["erased"]
    else:
        done.warnings.append(f"{remote.base}: it cannot be told to forget; have it removed there too")


def _counted(number: int) -> str:
    return f"{number} mention{'' if number == 1 else 's'}"
