"""``check``: judges the last build for publishing."""

import argparse

from indieweb.commands._findings import say_findings
from indieweb.deploy.check import check_site, summary
from indieweb.settings import Settings

HELP = "judge the last build for publishing: links, pictures, other origins, feeds, and what must not leave"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what is wrong, a line each; 1 where anything must stop the upload."""
    findings = check_site(settings)
    stops = say_findings(findings)
    print(summary(findings))
    return int(stops)
