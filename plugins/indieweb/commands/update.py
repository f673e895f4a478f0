"""``update``: takes what is new from upstream."""

import argparse
import sys

from indieweb.errors import CommandError
from indieweb.owning.git import Git
from indieweb.owning.upstream import Update, carry_out_update, plan_update, upstream_of
from indieweb.settings import Settings

HELP = "take upstream's plugins, theme and Makefile; never your content or conf files"
#: How many of the owner's changed files are named.
MOST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--from",
        dest="upstream",
        default="",
        metavar="REMOTE",
        help="a remote, address or path (default: upstream, origin)",
    )
    parser.add_argument("--ref", default="main", help="the branch or tag to take (default: main)")
    parser.add_argument("--yes", action="store_true", help="replace files of upstream's that you changed, too")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take it into the folder and the index, and leave looking and committing to the owner."""
    git = Git(settings.home)
    upstream = upstream_of(git, arguments.upstream)
    update = plan_update(git, upstream, arguments.ref)
    if update.own and not arguments.yes:
        raise CommandError(_own(update))
    carry_out_update(git, update)
    if not update.taken and not update.removed:
        print(f"Nothing is new at {upstream}.")
        return 0
    print(f"Took {len(update.taken)} files from {upstream} ({update.commit[:12]}), removed {len(update.removed)}.")
    if update.own:
        print(f"Replaced what you had changed, which your history keeps: {_listed(update.own)}.", file=sys.stderr)
    print("Look at it with `git diff --cached`, try `make serve`, then `git commit -m 'Update'`.")
    touched = " ".join(sorted({path.partition("/")[0] for path in (*update.taken, *update.removed)}))
    print(f"To leave it as it was: git restore --source=HEAD --staged --worktree -- {touched}")
    return 0


def _own(update: Update) -> str:
    return (
        f"You changed files of upstream's that are new there: {_listed(update.own)}; nothing was taken. "
        "With --yes (make update YES=1) upstream's replace them, and yours stay in your history"
    )


def _listed(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - MOST} more" if paths[MOST:] else ""
    return ", ".join(paths[:MOST]) + more
