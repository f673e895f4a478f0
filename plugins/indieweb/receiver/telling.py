"""What ``INDIEWEB_ON_APPROVED`` names: a command that is run, or an address that is told."""

import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from indieweb.errors import SettingError, said_by
from indieweb.settings import Settings
from indieweb.web.fetch import Failure, Policy, fetch
from indieweb.web.links import host_of, port_of, problem_with

NAME = "INDIEWEB_ON_APPROVED"
#: How long a command may take, in seconds, and how long it may take to end when it is told to.
SECONDS, GRACE = 1800.0, 5.0
#: How often whoever waits for a command looks around, in seconds.
LOOK = 0.5


class Stopped(Exception):  # noqa: N818  # nothing is wrong
    """Whoever waits for a command is told to end."""


class Told(Protocol):
    """Somebody who is told that what is published has changed."""

    def tell(self, goes_on: Callable[[], bool]) -> str:
        """Tell them, and wait until they have done with it. Returns what went wrong in one sentence, or nothing.

        :param goes_on: is asked again and again whether to wait any longer.
        :raises Stopped: it said no.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    :param words: of it; no shell sees them.
    :param folder: where it runs.
    """

    words: tuple[str, ...]
    folder: Path
    seconds: float = SECONDS

    def tell(self, goes_on: Callable[[], bool]) -> str:
        """Run it."""
        try:
            # In a session of its own, so that what it started ends with it.
            process = subprocess.Popen(self.words, cwd=self.folder, stdin=subprocess.DEVNULL, start_new_session=True)
        except (OSError, ValueError) as error:
            return f"{NAME}: {self.words[0]} did not run: {said_by(error) if isinstance(error, OSError) else error}"
        return self._awaited(process, goes_on)

    def _awaited(self, process: subprocess.Popen[bytes], goes_on: Callable[[], bool]) -> str:
        waited = 0.0
        try:
            while waited < self.seconds:
                with suppress(subprocess.TimeoutExpired):
                    code = process.wait(min(LOOK, self.seconds))
                    return f"{NAME}: {self.words[0]} ended with {code}" if code else ""
                waited += LOOK
                if not goes_on():
                    raise Stopped
        finally:
            _end(process)
        return f"{NAME}: {self.words[0]} did not end within {self.seconds / 60:g} minutes, and was stopped"


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is posted to, such as the build hook of a host. Much of it may be a secret."""

    url: str
    policy: Policy

    def tell(self, goes_on: Callable[[], bool]) -> str:
        """Post an empty object to it."""
        answer = fetch(
            self.url, self.policy, method="POST", content=b"{}", headers={"content-type": "application/json"}
        )
        if isinstance(answer, Failure):
            return f"{NAME}: {host_of(self.url)} could not be told ({answer.reason.value})"
        return "" if answer.status < 300 else f"{NAME}: {host_of(self.url)} answers {answer.status}"

    @classmethod
    def of(cls, url: str, settings: Settings) -> Self:
        """One that the owner has named, wherever it is."""
        policy = Policy.from_settings(settings)
        allow = policy.allow | {(host_of(url), port_of(url))}
        return cls(url, replace(policy, allow=allow, redirects=0, seconds=30.0))


def told_by(settings: Settings) -> Told | None:
    """Whom the setting names; nobody where it is empty.

    :raises SettingError: it is no address, or has a quotation mark without its other half.
    """
    said = settings.on_approved.strip()
    if said.startswith(("https://", "http://")):
        if problem := problem_with(said):
            raise SettingError(f"{NAME}: {problem}")
        return Address.of(said, settings)
    try:
        words = tuple(shlex.split(said))
    except ValueError as error:
        raise SettingError(f"{NAME}: {said!r} cannot be split into words: {error}") from error
    return Command(words, settings.home) if words else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command, and all that it started, if it still runs."""
    if process.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, sign)
            process.wait(GRACE)
            return
