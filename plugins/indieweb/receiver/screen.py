"""Moderating in a terminal: one mention at a time, one key each."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from indieweb.receiver.desk import Desk
from indieweb.receiver.waiting import Waiting
from indieweb.webmention.blocklist import read_blocklist
from indieweb.webmention.trust import rule_of

KEYS = {"a": "approve", "r": "reject", "b": "block host", "s": "skip", "u": "undo last", "q": "quit"}


@dataclass(slots=True)
class Screen:
    """One sitting.

    :param read_key: waits for a key and returns it; empty at the end of the input.
    """

    desk: Desk
    console: Console
    read_key: Callable[[], str]
    _decided: list[int] = field(default_factory=list)
    _blocked: dict[int, tuple[str, str]] = field(default_factory=dict)

    def run(self) -> int:
        """Show what waits until nothing does, or until ``q``. Returns how many were decided."""
        waiting, place = self.desk.pending(), 0
        if not waiting:
            self.console.print("Nothing waits for a decision.")
        while place < len(waiting) or self._decided:
            is_over = place == len(waiting)
            self._end() if is_over else self._show(waiting[place], place, len(waiting))
            key = self._key("uq" if is_over else "arbsuq")
            if key == "q":
                break
            if key == "u":
                place = self._undo(waiting, place)
            else:
                place += self._block(waiting[place]) if key == "b" else self._do(waiting[place], key)
            place = self._next(waiting, place)
        return len(self._decided)

    def _next(self, waiting: list[Waiting], place: int) -> int:
        """The first place from here on of which nothing is blocked."""
        blocked = read_blocklist("\n".join(rule for rule, _ in self._blocked.values()), "")[0]
        return next((n for n in range(place, len(waiting)) if not blocked.blocks(waiting[n].source)), len(waiting))

    def _block(self, one: Waiting) -> int:
        """Block the place that a mention comes from. Returns by how many places to go on: none where it is shared."""
        rule = rule_of(one.source)
        if not rule:
            self.console.print(
                Text(f"Many people's words stand at {one.host}: block one by `blocklist --add ADDRESS`.")
            )
            return 0
        self._blocked[one.id] = rule, self.desk.block(rule)
        self._decided.append(one.id)
        self.console.print(Text(f"{rule} is blocked.", style="bold"))
        return 1

    def _do(self, one: Waiting, key: str) -> int:
        """Act on one mention. Returns by how many places to go on."""
        if key != "s":
            status = self.desk.decide(one.id, KEYS[key], one.seen)
            self._decided += [one.id] if status else []
            self.console.print(Text(f"{status or 'it no longer waits'}.", style="bold"))
        return 1

    def _undo(self, waiting: list[Waiting], place: int) -> int:
        """Take the last decision back, and go to it."""
        if not self._decided:
            self.console.print("Nothing was decided yet.")
            return place
        number = self._decided.pop()
        rule, decision = self._blocked.pop(number, ("", ""))
        if not rule:
            self.desk.decide(number, "undo")
        elif decision and self.desk.take_back(decision):
            self.console.print(Text(f"{rule} is no longer blocked.", style="bold"))
        else:
            self.console.print(Text(f"{rule} is let in again, but not all is as it was."))
        return next(index for index, one in enumerate(waiting) if one.id == number)

    def _key(self, wanted: str) -> str:
        while True:
            key = self.read_key().lower()
            if not key or key in "\x03\x04":
                return "q"
            if key in wanted:
                return key

    def _end(self) -> None:
        self.console.print("That was all.")
        self._offer("uq")

    def _offer(self, keys: str) -> None:
        self.console.print(Text("   ".join(f"[{key}] {KEYS[key]}" for key in keys), style="dim"))

    def _show(self, one: Waiting, place: int, count: int) -> None:
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim")
        rows.add_column(overflow="fold")
        # Text, never markup: what a stranger wrote must not draw on this screen.
        for name, said in (("from", f"{one.author} · {one.host}"), ("page", one.page), (one.verb, one.target)):
            rows.add_row(name, Text(said))
        if one.excerpt:
            rows.add_row("", Text(one.excerpt))
        self.console.print(Panel(rows, title=f"{place + 1} of {count}", title_align="left"))
        self._offer("arbsuq")
