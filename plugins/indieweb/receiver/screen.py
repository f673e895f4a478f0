"""Moderating in a terminal: one mention at a time, one key each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from indieweb.receiver.desk import Desk, Made
from indieweb.receiver.waiting import Waiting
from indieweb.web.sanitize import plain
from indieweb.webmention.blocklist import read_blocklist
from indieweb.webmention.trust import rule_of

#: What each key does. One in capitals does it to all of the host that waits.
KEYS = {"a": "approve", "r": "reject", "b": "block", "s": "skip", "u": "undo", "q": "quit"}
#: How much is shown of an address, in letters.
ADDRESS = 120
_CHANGED = "Nothing was decided: it has changed, or waits no longer."


@dataclass(frozen=True, slots=True)
class _Step:
    """What one key did.

    :param number: the mention that was shown; ``rule``: what is blocked by it, ``host``: of what all is decided.
    :param made: what was decided of more than this mention.
    """

    number: int
    rule: str = ""
    host: str = ""
    made: Made | None = None

    @property
    def count(self) -> int:
        """How many mentions that were."""
        return 1 if self.made is None else self.made.count


@dataclass(slots=True)
class Screen:
    """One sitting.

    :param read_key: waits for a key and returns it; empty at the end of the input.
    """

    desk: Desk
    console: Console
    read_key: Callable[[], str]
    _waiting: Sequence[Waiting] = ()
    _steps: list[_Step] = field(default_factory=list)

    def run(self) -> int:
        """Show what waits until nothing does, or until ``q``. Returns how many were decided."""
        self._waiting, place = self.desk.pending(), 0
        if not self._waiting:
            self.console.print("Nothing waits for a decision.")
        while place < len(self._waiting) or self._steps:
            key = self._ask(place)
            if key == "q":
                break
            place = self._next(self._undo(place) if key == "u" else self._do(place, key))
        return sum(step.count for step in self._steps)

    def _ask(self, place: int) -> str:
        """Show what stands at a place, and wait for a key that means something there."""
        if place == len(self._waiting):
            self.console.print("That was all.")
            keys = {"u": KEYS["u"], "q": KEYS["q"]}
        else:
            self._show(place)
            keys = self._keys(self._waiting[place])
        for some in (filter(str.islower, keys), filter(str.isupper, keys)):
            self._offer([f"[{key}] {keys[key]}" for key in some])
        return self._key("".join(keys))

    def _keys(self, one: Waiting) -> dict[str, str]:
        """What can be done to a mention."""
        keys, count = dict(KEYS), self._count(one.host)
        rule = rule_of(one.source).removeprefix("https://")
        keys["b"] = f"block {rule}" if rule else ""
        if count > 1:
            keys |= {"A": f"approve all {count} of {one.host}", "R": f"reject all {count}"}
        if not self._steps:
            del keys["u"]
        return {key: words for key, words in keys.items() if words}

    def _count(self, host: str) -> int:
        """How many of a host wait."""
        decided = {step.number for step in self._steps}
        return sum(one.host == host and one.id not in decided for one in self._waiting)

    def _next(self, place: int) -> int:
        """The first place from here on of which nothing is decided yet."""
        blocked = read_blocklist("\n".join(step.rule for step in self._steps), "")[0]
        hosts = {step.host for step in self._steps} - {""}
        for at, one in enumerate(self._waiting[place:], place):
            if one.host not in hosts and not blocked.blocks(one.source):
                return at
        return len(self._waiting)

    def _do(self, place: int, key: str) -> int:
        """Do what a key says to what is shown. Returns the next place."""
        one = self._waiting[place]
        if key == "b":
            self._block(one)
        elif key in "AR":
            self._decide_all(one, KEYS[key.lower()])
        elif key != "s":
            status = self.desk.decide(one.id, KEYS[key], one.seen)
            self._steps += [_Step(one.id)] if status else []
            self._say(f"{status.title()}." if status else _CHANGED)
        return place + 1

    def _block(self, one: Waiting) -> None:
        rule = rule_of(one.source)
        made, name = self.desk.block(rule), rule.removeprefix("https://")
        self._steps += [_Step(one.id, rule=rule, made=made)] if made.id else []
        self._say(f"Blocked {name}: {_count(made.count)} dropped." if made.id else f"{name} was blocked already.")

    def _decide_all(self, one: Waiting, action: str) -> None:
        made = self.desk.decide_all(one.host, f"{action}-all")
        self._steps += [_Step(one.id, host=one.host, made=made)] if made.id else []
        done = f"{action.removesuffix('e').title()}ed"
        self._say(f"{done} {_count(made.count)} of {one.host}." if made.id else _CHANGED)

    def _undo(self, place: int) -> int:
        """Take the last decision back, and go to it."""
        if not self._steps:
            return place
        step = self._steps.pop()
        if step.made is None:
            is_whole = bool(self.desk.decide(step.number, "undo"))
        else:
            is_whole = self.desk.take_back(step.made.id)
        self._say("Taken back." if is_whole else "Taken back, but for what has changed since.")
        return next(index for index, one in enumerate(self._waiting) if one.id == step.number)

    def _key(self, wanted: str) -> str:
        while True:
            key = self.read_key()
            if not key or key in "\x03\x04":
                return "q"
            for meant in (key, key.lower()):  # capitals may be locked, where they mean nothing else
                if meant in wanted:
                    return meant

    def _offer(self, keys: Sequence[str]) -> None:
        """Show keys, as many to a line as there is room for: none is parted from what it does."""
        lines: list[str] = []
        for key in keys:
            longer = f"{lines[-1]}   {key}" if lines else ""
            lines[-1:] = [longer] if longer and len(longer) <= self.console.width else [*lines[-1:], key]
        for line in lines:
            self.console.print(Text(line, style="dim"))

    def _say(self, words: str) -> None:
        self.console.print(Text(words, style="bold"))

    def _show(self, place: int) -> None:
        one, rows = self._waiting[place], Table.grid(padding=(0, 2))
        rows.add_column(style="dim")
        rows.add_column(overflow="fold")
        who = one.host if one.author in ("", one.host) else f"{one.author} · {one.host}"
        # Text, never markup: what a stranger wrote must not draw on this screen.
        for name, said in (("from", who), ("page", plain(one.page, ADDRESS)), (one.verb, one.target)):
            rows.add_row(name, Text(said))
        for mark in one.marks:
            rows.add_row("known", Text(mark))
        if one.excerpt:
            rows.add_row("", Text(one.excerpt))
        title = " · ".join(filter(None, [f"{place + 1} of {len(self._waiting)}", one.day]))
        self.console.print(Panel(rows, title=Text(title), title_align="left"))


def _count(number: int) -> str:
    return f"{number} mention{'' if number == 1 else 's'}"
