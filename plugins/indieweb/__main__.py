"""``python -m indieweb COMMAND``: finds the command's file and runs it; knows nothing of what commands do."""

import argparse
import atexit
import importlib
import os
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

from indieweb import commands
from indieweb.errors import CommandError, HomeError, said_by
from indieweb.settings import load


def command_names() -> list[str]:
    """The names of all commands: one file each in ``commands/``."""
    return sorted(found.name for found in pkgutil.iter_modules(commands.__path__) if not found.name.startswith("_"))


def command_module(name: str) -> ModuleType:
    """The module of a command: it has ``HELP``, ``add_arguments(parser)`` and ``run(arguments, settings)``."""
    return importlib.import_module(f"indieweb.commands.{name}")


def _plain_parser(*, add_help: bool = True) -> argparse.ArgumentParser:
    """A parser that knows no command yet."""
    about = "What a home on the web can be told to do."
    parser = argparse.ArgumentParser(prog="python -m indieweb", description=about, add_help=add_help)
    parser.add_argument("--home", type=Path, default=Path(), metavar="DIR", help="the home's folder (default: here)")
    return parser


def _wanted(argv: list[str]) -> str | None:
    """The word that stands where the command does; a home may be called like one."""
    parser = _plain_parser(add_help=False)
    parser.add_argument("command", nargs="?")
    found: str | None = parser.parse_known_args(argv)[0].command
    return found


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    parser = _plain_parser()
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    names = command_names()
    for name in [wanted] if wanted in names else names:  # one command's imports only, where it is known
        module = command_module(str(name))
        module.add_arguments(subparsers.add_parser(str(name), help=module.HELP, description=module.HELP))
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command. Returns 0 for done, 1 for refused or not found; wrong usage exits with 2."""
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parser(_wanted(argv)).parse_args(argv)
    try:
        if not arguments.home.is_dir():
            raise CommandError(f"{arguments.home} is no folder; --home names the folder of a home")
        code = int(command_module(arguments.command).run(arguments, load(arguments.home)))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read what we say has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except HomeError as error:
        return _refused(str(error))
    except OSError as error:  # a full disk, no permission: where no room knew better what to say
        return _refused(f"{error.filename}: {said_by(error)}" if error.filename else said_by(error))
    except KeyboardInterrupt:
        return 1
    return code


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def _end(code: int) -> None:
    """End this process without taking apart first what it has made: the system does that faster."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _end(main())
