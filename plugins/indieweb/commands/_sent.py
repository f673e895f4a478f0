"""How a person is shown what a run of sending did."""

import sys
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indieweb.sending import WORDS, Line, Report

#: So wide is a table where nobody looks at it in a terminal, so that no address is cut in two.
WIDE = 1000


def show_report(report: Report) -> None:
    """Print a run's table and its summary; warnings go to standard error."""
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if report.lines:
        console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
        console.print(_table(report.lines))
    for source, targets in report.left_out.items():
        print(f"{source} links to more pages than one post tells; not told: {', '.join(targets)}")
    print(report.summary)


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("State", "Target", "From", "What"):
        table.add_column(heading, overflow="fold")
    order = list(WORDS)
    for line in sorted(lines, key=lambda each: (order.index(each.state), each.source, each.target)):
        when = f"{line.when.astimezone():%Y-%m-%d %H:%M}" if line.when else ""
        said = " ".join(part for part in (line.why, f"at {when}:" if when else "", line.detail) if part)
        cells = (WORDS[line.state], line.target, urlsplit(line.source).path, said)
        table.add_row(*(Text(cell) for cell in cells))
    return table
