"""``publish``: mentions, contexts, build, check, upload, send; then one summary."""

import argparse
import sys
from dataclasses import replace

from indieweb.building import build
from indieweb.commands._findings import say_findings
from indieweb.commands._mentions import NOW, bring_mentions
from indieweb.commands._sent import progress, show_report
from indieweb.deploy import deploy
from indieweb.deploy.check import check_site
from indieweb.errors import CommandError
from indieweb.sending import send_due
from indieweb.settings import Settings
from indieweb.stores.built import Built
from indieweb.writing.contexts import fetch_missing_contexts

HELP = "pull mentions, build, check, upload, send webmentions, and say what became of it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--yes", action="store_true", help="upload even if that removes more than half of the pages")
    parser.add_argument("--now", action="store_true", help=NOW)
    parser.add_argument("--ledger-kept", action="store_true", help="with CI=true: the ledger is committed after this")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do each step in its order; the first that fails ends it, and says what stands and what does not."""
    summary = [
        *_collect(settings, forced=arguments.now),
        *replace(fetch_missing_contexts(settings), warnings=()).lines,
    ]  # the build warns
    build(settings.home, "publishconf.py")
    built = Built.of(settings)
    if say_findings(check_site(settings, built)):
        raise CommandError("Nothing was uploaded: mend what is named above, then publish again.")
    uploaded = deploy(settings, yes=arguments.yes, built=built)
    counted = f"{uploaded.new} files new, {uploaded.changed} changed, {uploaded.deleted} deleted"
    summary.append(f"Published at {uploaded.where}: {counted}.")
    print("\n".join(line for line in summary if line), flush=True)  # before what may be refused
    with progress() as tell:
        report = send_due(settings, ledger_kept=arguments.ledger_kept, built=built, progress=tell)
    show_report(report)
    if settings.deploy_to == "folder:public":
        print("See it: make view")
    return 0


def _collect(settings: Settings, *, forced: bool) -> list[str]:
    """Whoever does not answer stops no publishing: what was approved before is published."""
    lines, failures = bring_mentions(settings, forced=forced)
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        lines.append("Not all mentions were brought in; the next publish tries again.")
    return lines
