"""How a person is shown what a run of sending did."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from indieweb.sending import STATES, WORDS, Line, Past, Report, Wanted, summary_of

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


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal while mentions are sent; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = TextColumn("Telling others"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total > 0)


def show_history(shown: Sequence[Past], wanted: Wanted) -> None:
    """Print a table of what was told, and its summary; ``wanted``: what was asked for."""
    if shown:
        from rich.console import Console  # noqa: PLC0415  # as above
        from rich.text import Text  # noqa: PLC0415

        table = _empty_table("State", "Target", "From", "When", "What")
        for past in shown:
            when = f"{past.when.astimezone():%Y-%m-%d %H:%M}" if past.when else "with the next run"
            said = " ".join(filter(None, (past.detail, past.location)))
            cells = STATES[past.state], past.target, urlsplit(past.source).path, when, said
            table.add_row(*map(Text, cells))
        Console(width=None if sys.stdout.isatty() else WIDE, highlight=False).print(table)
    print(summary_of(shown, wanted))


def _empty_table(*headings: str) -> "Table":
    from rich.table import Table  # noqa: PLC0415  # as above

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _table(lines: list[Line]) -> "Table":
    from rich.text import Text  # noqa: PLC0415  # as above

    table = _empty_table("State", "Target", "From", "What")
    order = list(WORDS)
    for line in sorted(lines, key=lambda each: (order.index(each.state), each.source, each.target)):
        when = f"{line.when.astimezone():%Y-%m-%d %H:%M}" if line.when else ""
        said = " ".join(part for part in (line.why, f"at {when}:" if when else "", line.detail) if part)
        cells = (WORDS[line.state], line.target, urlsplit(line.source).path, said)
        table.add_row(*(Text(cell) for cell in cells))
    return table
