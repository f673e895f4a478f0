"""``python -m indieweb COMMAND``: finds the command's file and runs it; knows nothing of what commands do."""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

from indieweb import commands
from indieweb.errors import HomeError
from indieweb.settings import load


def command_names() -> list[str]:
    """The names of all commands: one file each in ``commands/``."""
    return sorted(found.name for found in pkgutil.iter_modules(commands.__path__) if not found.name.startswith("_"))


def command_module(name: str) -> ModuleType:
    """The module of a command: it has ``HELP``, ``add_arguments(parser)`` and ``run(arguments, settings)``."""
    return importlib.import_module(f"indieweb.commands.{name}")


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indieweb", description="What a home on the web can be told to do.")
    parser.add_argument("--home", type=Path, default=Path(), metavar="DIR", help="the home's folder (default: here)")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    names = command_names()
    for name in [wanted] if wanted in names else names:  # one command's imports only, where it is known
        module = command_module(str(name))
        module.add_arguments(subparsers.add_parser(str(name), help=module.HELP, description=module.HELP))
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command. Returns 0 for done, 1 for refused or not found; wrong usage exits with 2."""
    argv = sys.argv[1:] if argv is None else argv
    wanted = next((word for word in argv if word in command_names()), None)
    arguments = _parser(wanted).parse_args(argv)
    try:
        return int(command_module(arguments.command).run(arguments, load(arguments.home)))
    except HomeError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
