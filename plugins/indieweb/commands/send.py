"""``send``: tell others that we mentioned them."""

import argparse
import sys

from indieweb.commands._sent import progress, show_report
from indieweb.sending import WORDS, send_by_hand, send_due, why_nothing_is_sent
from indieweb.settings import Settings
from indieweb.webmention.outcome import SendOutcome, State

HELP = "send webmentions for what is new, changed or gone since the last time, once it is live"
DESCRIPTION = f"""{HELP}. Planned from .cache/site/, the last build for publishing, and from the ledger in
content/mentions/sent/, which holds every final answer: commit it with your posts, and nothing is sent twice from any
checkout. With CI=true the command refuses, because such a checkout is thrown away, unless --ledger-kept says that
content/mentions/sent is committed and pushed after it, for example with `git add content/mentions/sent && git commit
-m "Keep the ledger" && git push`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = DESCRIPTION
    parser.add_argument("--source", metavar="URL", help="with --target: send this one mention now, and record nothing")
    parser.add_argument("--target", metavar="URL", help="the page that --source links to")
    parser.add_argument("--all", action="store_true", help="send for posts that are older than the ledger, too")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be sent")
    parser.add_argument("--ledger-kept", action="store_true", help="with CI=true: the ledger is committed after this")
    parser.add_argument(
        "--patience",
        type=float,
        default=120.0,
        metavar="SECONDS",
        help="how long to wait for pages that were just uploaded (default: 120)",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Send what is due, or one mention by hand."""
    if bool(arguments.source) != bool(arguments.target):
        print("send: --source and --target belong together", file=sys.stderr)
        return 2
    if arguments.source:
        return _one(settings, arguments.source, arguments.target)
    with progress() as tell:
        report = send_due(
            settings,
            everything=arguments.all,
            dry_run=arguments.dry_run,
            patience=arguments.patience,
            ledger_kept=arguments.ledger_kept,
            progress=tell,
        )
    show_report(report)
    return 0


def _one(settings: Settings, source: str, target: str) -> int:
    nothing = why_nothing_is_sent(settings)
    if nothing:
        print(nothing)
        return 0
    outcome = send_by_hand(settings, source, target)
    print(_said(outcome), file=sys.stdout if _is_taken(outcome) else sys.stderr)
    return 0 if _is_taken(outcome) else 1


def _said(outcome: SendOutcome) -> str:
    return " ".join(
        part for part in (f"{WORDS[outcome.state.value]}:", outcome.endpoint, outcome.location, outcome.detail) if part
    )


def _is_taken(outcome: SendOutcome) -> bool:
    return outcome.state in (State.DELIVERED, State.ACCEPTED)
