"""How a person is shown what a run of sending did."""

import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from indieweb.sending import WORDS, Line, Report

if TYPE_CHECKING:
    from rich.table import Table

#: So wide is a table where nobody looks at it in a terminal, so that no address is cut in two.
WIDE = 1000


def show_report(report: Report) -> None:
    """Print a run's table and its summary; warnings go to standard error."""
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if report.lines:
        from rich.console import Console  # noqa: PLC0415  # takes long, and mostly there is nothing to show

        console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
        console.print(_table(report.lines))
    for source, targets in report.left_out.items():
        print(f"{source} links to more pages than one post tells; not told: {', '.join(targets)}")
    print(report.summary)


def _table(lines: list[Line]) -> "Table":
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415

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
