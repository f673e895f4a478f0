"""``contexts``: fetches what posts answer and what is not kept yet."""

import argparse

from indieweb.settings import Settings
from indieweb.writing.contexts import fetch_missing_contexts

HELP = "fetch the missing contexts of what your posts answer; `make publish` does so first"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fetch them, and say what became of each; a page that does not answer is no failure of ours."""
    lines = fetch_missing_contexts(settings).lines
    print("\n".join(lines or ["Every post has the context of what it answers."]))
    return 0
