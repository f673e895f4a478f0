"""Who the home belongs to: what was said, judged and spelt as the settings want it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from indieweb.errors import CommandError
from indieweb.web.links import problem_with

#: What is asked where nothing was said, by the name of the option.
QUESTIONS = {
    "name": "Your name, as it stands on the door",
    "siteurl": "The address of your home, such as https://example.org",
    "about": "A sentence or two about you",
    "me": "Other addresses that are also you, with commas",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """What was said; None for what was not spoken of."""

    name: str | None = None
    siteurl: str | None = None
    about: str | None = None
    me: tuple[str, ...] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said at all."""
        return (self.name, self.siteurl, self.about, self.me) == (None, None, None, None)


def owner_of(said: Mapping[str, str | None]) -> Owner:
    """The owner that ``said`` speaks of, by the names of ``QUESTIONS``.

    :raises CommandError: a name is empty, or an address is none.
    """
    name, about = (_line(said.get(key)) for key in ("name", "about"))
    if name == "":
        raise CommandError('A home needs a name on its door: make mine NAME="…"')
    siteurl, me = said.get("siteurl"), said.get("me")
    return Owner(
        name=name,
        siteurl=None if siteurl is None else _home_address(siteurl),
        about=about,
        me=None if me is None else tuple(_own_address(part.strip()) for part in me.split(",") if part.strip()),
    )


def ask_owner(known: Mapping[str, str], ask: Callable[[str], str]) -> dict[str, str | None]:
    """Ask all questions; an empty answer leaves things as they are.

    :param known: what is set already, shown with each question.
    :param ask: shows a prompt and returns the line that was typed.
    """
    answers = {}
    for key, question in QUESTIONS.items():
        shown = f" [{known[key]}]" if known.get(key) else ""
        answers[key] = ask(f"{question}{shown}: ").strip() or None
    return answers


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _home_address(text: str) -> str:
    url = text.strip().rstrip("/")
    url = url if "://" in url else f"https://{url}"
    problem = problem_with(url)
    if problem or "?" in url or "#" in url:
        reason = problem or "it has a query or a fragment"
        raise CommandError(f"{text!r} cannot be the address of a home: {reason}; write it as https://example.org")
    return url


def _own_address(url: str) -> str:
    if url.startswith("mailto:") and "@" in url and not url.split()[1:]:
        return url
    problem = problem_with(url)
    if problem:
        raise CommandError(f"{url!r} cannot be an address of yours: {problem}; write it with https:// at its beginning")
    return url
