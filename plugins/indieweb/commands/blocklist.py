"""``blocklist``: what is never let in; looks at the list, adds to it, takes in another's."""

import argparse
import sys
from pathlib import Path

from indieweb.errors import CommandError, said_by
from indieweb.settings import Settings
from indieweb.stores.blocklist import MAX_BYTES, BlocklistFile, read_blocklists
from indieweb.web.sanitize import plain
from indieweb.webmention.blocklist import problem_with_rule, read_blocklist, rule_in

HELP = "block hosts, people and words; without options, say what the list holds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the list."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--add", metavar="RULE", help="add a host, an address, or words in quotes ('\"buy now\"')")
    what.add_argument("--remove", metavar="RULE", help="take a rule out")
    what.add_argument("--import", dest="file", metavar="FILE", help="add the rules of another list; - reads one")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it, and say what came of it."""
    file = BlocklistFile.of(settings)
    if arguments.add is not None:
        _add(file, arguments.add)
    elif arguments.remove is not None:
        _remove(file, arguments.remove)
    elif arguments.file is not None:
        _import(file, arguments.file)
    else:
        _say(settings)
    return 0


def _add(file: BlocklistFile, rule: str) -> None:
    problem = problem_with_rule(rule_in(rule)) if "\n" not in rule.strip() else "one rule at a time"
    if problem:
        raise CommandError(f"{problem}; see docs/moderating.md for the form")
    print(f"{_shown(rule)} is blocked." if file.add(rule) else f"{_shown(rule)} was blocked already.")


def _remove(file: BlocklistFile, rule: str) -> None:
    if not file.remove(rule_in(rule)):
        raise CommandError(f"{file.path} has no rule {_shown(rule)}")
    print(f"{_shown(rule)} is no longer blocked.")


def _shown(rule: str) -> str:
    return plain(rule_in(rule), 100)


def _import(file: BlocklistFile, name: str) -> None:
    text = _other(name)
    for problem in read_blocklist(text, "standard input" if name == "-" else name)[1]:
        print(problem, file=sys.stderr)
    count = len(file.add(text))
    print(f"{count} {'rule' if count == 1 else 'rules'} added to {file.path}.")


def _other(name: str) -> str:
    """Another list, from a file or from standard input."""
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _read(Path(name))
    except OSError as error:
        raise CommandError(f"{name}: cannot be read: {said_by(error)}") from error
    if len(raw) > MAX_BYTES:
        raise CommandError(f"{name}: is larger than {MAX_BYTES >> 20} MiB")
    return raw.decode("utf-8", "surrogateescape")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _say(settings: Settings) -> None:
    blocked, problems = read_blocklists(settings)
    for problem in problems:
        print(problem, file=sys.stderr)
    for rule in blocked.rules():
        print(rule)
    if not blocked:
        print("Nothing is blocked.")
