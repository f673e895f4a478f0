"""``new``: begins a post of any kind."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from indieweb.errors import CommandError
from indieweb.model.entry import Entry
from indieweb.model.kind import BY_NAME
from indieweb.settings import Settings
from indieweb.stores.contexts import ContextStore
from indieweb.stores.erased import read_erased_file
from indieweb.stores.posts import timezone_of
from indieweb.web.fetch import Policy
from indieweb.web.ours import is_ours
from indieweb.writing.asking import Wish, draft_of
from indieweb.writing.context import fetch_context
from indieweb.writing.contexts import keep_context
from indieweb.writing.editor import open_in_editor
from indieweb.writing.files import write_post

HELP = "begin a post of any kind, and print the path of its file"
#: Options that take one text, and those that may be given again.
TEXTS = {
    "title": "its title; a note needs none",
    "text": "its text in Markdown; - reads it from standard input",
    "rsvp": "the answer to an event: yes, no, maybe or interested",
    "slug": "the last part of its address",
    "date": "when it was published (default: now)",
    "start": "when an event begins",
    "end": "when an event ends",
    "location": "the name of a place",
    "location-url": "the address of the place on the web",
    "location-address": "the postal address of the place",
}
LISTS = {
    "tags": "tags, with commas",
    "photo": "a picture; one from outside content/ is copied to content/photos/",
    "alt": "what the picture shows; the n-th belongs to the n-th picture, an empty one means decorative",
    "video": "a video, like --photo",
    "audio": "a sound, like --photo",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("kind", metavar="KIND", help=", ".join(sorted(BY_NAME)))
    parser.add_argument(
        "about",
        nargs="?",
        default="",
        metavar="URL",
        help="what it answers; of a photo its file, of a checkin the place",
    )
    for name, meaning in TEXTS.items():
        parser.add_argument(f"--{name}", default="", metavar=name.rpartition("-")[2].upper(), help=meaning)
    for name, meaning in LISTS.items():
        parser.add_argument(f"--{name}", action="append", default=[], metavar=name.upper(), help=meaning)
    parser.add_argument("--no-edit", action="store_true", help="do not open $VISUAL or $EDITOR")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the post, keep the context of what it answers, open the editor, print the path."""
    if not settings.content.is_dir():
        raise CommandError(f"{settings.home} is no home: it has no {settings.path}/; go to yours, or name it by --home")
    timezone = timezone_of(settings)
    now = datetime.now(timezone).replace(microsecond=0)
    wish = _wish(arguments)
    draft, moment = draft_of(wish, now, timezone)
    path = write_post(draft, moment, settings)
    if draft.photos[len(draft.alts) :]:
        _say(f"Say what the picture shows, for those who cannot see it: add a line `Alt: …` to {path.name}.")
    if draft.answered.startswith("http") and not is_ours(draft.answered, settings):
        _say(_keep(draft.answered, settings))
    if not wish.text and not arguments.no_edit and sys.stdin.isatty() and sys.stdout.isatty():
        _say(open_in_editor(path))
    print(_shown(path))
    return 0


def _wish(arguments: argparse.Namespace) -> Wish:
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    return Wish(
        kind=arguments.kind,
        about=arguments.about,
        text=text,
        tags=tuple(arguments.tags),
        photos=tuple(arguments.photo),
        alts=tuple(arguments.alt),
        videos=tuple(arguments.video),
        audios=tuple(arguments.audio),
        **{name.replace("-", "_"): getattr(arguments, name.replace("-", "_")) for name in TEXTS if name != "text"},
    )


def _keep(url: str, settings: Settings) -> str:
    """Keep the context of ``url``, unless it is kept already; what there is to say of it."""
    store = ContextStore(settings.content)
    erased = read_erased_file(settings)[0]
    if store.has(url) or erased.covers(url):
        return ""
    found = fetch_context(url, Policy.from_settings(settings))
    problem = found if isinstance(found, str) else keep_context(store, url, found, erased)
    if problem:
        return f"{problem} The post is written, and `make publish` will fetch the context of what it answers."
    assert isinstance(found, Entry)
    return f"About: {found.label} ({found.author.name})" if found.author.name else f"About: {found.label}"


def _say(sentence: str) -> None:
    """To standard error: the last line of standard output is the path alone."""
    if sentence:
        print(sentence, file=sys.stderr)


def _shown(path: Path) -> str:
    """The path as a person here would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
