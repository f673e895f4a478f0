"""A receiver on another host, spoken to by its API: to pull what was approved, and to decide what waits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from indieweb.errors import CommandError, SettingError
from indieweb.settings import Settings
from indieweb.web.fetch import Failure, Policy, Reason, Response, fetch
from indieweb.web.links import host_of, port_of, problem_with

#: A page of mentions may be this large.
MAX_BYTES = 8 << 20


class TooLargeError(CommandError):
    """An answer is larger than is taken; asking for less may help."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The receiver that ``INDIEWEB_MENTIONS_FROM`` names.

    :param base: its address, without a slash at the end.
    """

    base: str
    token: str
    policy: Policy

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The receiver that the settings name; None where it is the one in ``var/``.

        :raises SettingError: the setting is not an address and a token, or would send the token in the clear.
        """
        if not settings.mentions_from.strip():
            return None
        base, _, token = settings.mentions_from.strip().partition(" ")
        policy = replace(Policy.from_settings(settings), own=frozenset())  # here it is meant to be read
        if (problem := problem_with(base)) or not token.strip():
            raise SettingError(
                'INDIEWEB_MENTIONS_FROM must be an address and a token with a space between: "https://… TOKEN"'
                + (f"; {problem}" if problem else "")
            )
        if not base.startswith("https:") and (host_of(base), port_of(base)) not in policy.allow:
            raise SettingError("INDIEWEB_MENTIONS_FROM must begin with https://, or the token could be read on its way")
        return cls(base.rstrip("/"), token.strip(), policy)

    def get(self, path: str, query: Mapping[str, str | int] | None = None, *, optional: bool = False) -> Any:
        """The JSON answer to a GET.

        The token goes in a header, where no log sees it. A receiver that does not look there, as webmention.io,
        is asked once more with the token in the query, which no redirect may take to another place.

        :param optional: None where there is nothing at its address (404).
        :raises CommandError: there is none, in one sentence.
        """
        answer = self._asked(path, dict(query or {}))
        if isinstance(answer, Response) and answer.status in (400, 401):
            there = replace(self, policy=replace(self.policy, redirects=0))
            answer = there._asked(path, {**(query or {}), "token": self.token})
        if optional and isinstance(answer, Response) and answer.status == 404:
            return None
        return self._answer(answer)

    def _asked(self, path: str, query: Mapping[str, str | int]) -> Response | Failure:
        url = f"{self.base}{path}?{urlencode(query)}" if query else f"{self.base}{path}"
        return fetch(url, self.policy, headers=self._headers(), max_bytes=MAX_BYTES)

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        """The JSON answer to a form; None where there is nothing at its address (404).

        :raises CommandError: there is no answer, in one sentence.
        """
        answer = fetch(f"{self.base}{path}", self.policy, method="POST", form=form, headers=self._headers())
        return None if isinstance(answer, Response) and answer.status == 404 else self._answer(answer)

    def send(self, path: str, text: bytes) -> Any:
        """The JSON answer to a text.

        :raises CommandError: there is no answer, in one sentence.
        """
        headers = {**self._headers(), "content-type": "text/plain; charset=utf-8"}
        return self._answer(fetch(f"{self.base}{path}", self.policy, method="POST", content=text, headers=headers))

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "accept": "application/json"}

    def _answer(self, answer: Response | Failure) -> Any:
        if isinstance(answer, Failure):
            kind = TooLargeError if answer.reason is Reason.TOO_LARGE else CommandError
            raise kind(f"{self.base}: {answer.detail}")
        if answer.status in (401, 403):
            raise CommandError(f"{self.base}: it does not take the token of INDIEWEB_MENTIONS_FROM; get one there")
        if answer.status != 200:
            raise CommandError(f"{self.base}: it answers with {answer.status}; is it the address of a receiver?")
        try:
            return json.loads(answer.text)
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{self.base}: its answer is no JSON; is it the address of a receiver?") from error
