"""``mine``: makes the home one's own."""

import argparse
import sys
from pathlib import Path

from indieweb.errors import CommandError
from indieweb.owning.moving_in import Move, carry_out, plan_move
from indieweb.owning.owner import QUESTIONS, ask_owner, owner_of
from indieweb.owning.samples import LIST, list_samples, read_samples, write_samples
from indieweb.settings import Settings

HELP = "make this home yours: your name and address instead of ours, and none of the samples that you did not change"
USAGE = 'Say who you are: make mine NAME="…" SITEURL=https://… ABOUT="…" ME=https://…,https://…'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    for name, meaning in QUESTIONS.items():
        parser.add_argument(f"--{name}", metavar=name.upper(), help=meaning[0].lower() + meaning[1:])
    parser.add_argument("--list-samples", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Settle what is to be done, do it, say what was done and what comes next."""
    if arguments.list_samples:
        write_samples(list_samples(settings.home, read_samples() if LIST.exists() else None))
        return 0
    said: dict[str, str | None] = {name: getattr(arguments, name) for name in QUESTIONS}
    if all(value is None for value in said.values()):
        if not sys.stdin.isatty() or not sys.stdout.isatty():
            raise CommandError(USAGE)
        said = ask_owner(_known(settings), _ask)
    owner = owner_of(said)
    if owner.is_silent:
        raise CommandError("Nothing was said, so nothing was changed")
    move = plan_move(owner, settings, read_samples())
    carry_out(move, settings.content)
    print("\n".join([*_done(move, settings.home), *_next(settings.home)]))
    return 0


def _ask(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise CommandError("Nothing was changed") from None


def _known(settings: Settings) -> dict[str, str]:
    return {"name": settings.author, "siteurl": settings.siteurl, "about": settings.about, "me": ", ".join(settings.me)}


def _done(move: Move, home: Path) -> list[str]:
    """What was done, a line each."""
    said = [f"{name} is {value if isinstance(value, str) else list(value)!r}." for name, value in move.settings.items()]
    said += [f"Wrote {path.relative_to(home)}." for path in move.writes if path.suffix == ".md"]
    if move.removals:
        said.append(f"Removed {len(move.removals)} samples that were as they came; git still has them.")
    said += [f"Kept content/{path}, which is yours now." for path in move.kept]
    return said or ["All is as you said already."]


def _next(home: Path) -> list[str]:
    published = (home / "public" / "index.html").exists()
    once = " YES=1`, this once, for it takes the samples down." if published else "`."
    return [
        "",
        "Next: write about yourself in content/pages/about.md, and `make serve` shows how it looks;",
        'then `make note TEXT="…"`, or any other kind of post that `make help` names;',
        f"then say in publishconf.py where it goes, and `make publish{once}",
    ]
