"""The owner's blocklist as a file: ``content/blocklist.txt``, and ``var/blocklist.txt`` on a host without content.

It is the owner's own text. Lines are added at its end and taken out again; nothing else in it is touched.
"""

from dataclasses import dataclass
from pathlib import Path

from indieweb.errors import StoreError, said_by
from indieweb.settings import Settings
from indieweb.stores.files import write_whole
from indieweb.web.sanitize import plain
from indieweb.webmention.blocklist import Blocklist, canonical, problem_with_rule, read_blocklist, rule_in

NAME = "blocklist.txt"
#: A hundred thousand hosts; a file that is larger is no list that somebody made for this.
MAX_BYTES = 4 << 20
#: Of a line that is added, in characters.
MAX_LINE = 2048


@dataclass(frozen=True, slots=True)
class BlocklistFile:
    """One file of rules.

    :param path: where it stands, or would.
    """

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> "BlocklistFile":
        """The one that is written to: in ``content/``, or in ``var/`` on a host without content."""
        return cls((settings.content if settings.content.is_dir() else settings.var) / NAME)

    def read(self) -> tuple[Blocklist, list[str]]:
        """Its rules, and a sentence about each line that cannot be read; a file that is not there has none."""
        try:
            return read_blocklist(self._text(), str(self.path))
        except StoreError as error:
            return Blocklist(), [f"{error}; nothing in it holds"]

    def add(self, text: str) -> list[str]:
        """Add the rules in a text, with their comments, that are not there yet. Returns those that were added.

        A line that cannot be read is left out: see ``read_blocklist`` for what is wrong with it. What cannot be seen
        in a line, such as what moves the cursor of a terminal, is left out too.

        :raises StoreError: the file cannot be read or written.
        """
        kept = self._text()
        known = {canonical(rule_in(line)) for line in kept.splitlines()}
        added: list[str] = []
        for line in text.removeprefix("\ufeff").splitlines():
            rule = rule_in(line)
            if rule and not problem_with_rule(rule) and canonical(rule) not in known:
                known.add(canonical(rule))
                added.append(plain(line, MAX_LINE))
        if added:
            before = kept if kept.endswith("\n") or not kept else kept + "\n"
            self._write(before + "\n".join(added) + "\n")
        return added

    def remove(self, rule: str) -> int:
        """Take a rule out, however it is spelt there. Returns how many lines that were.

        :raises StoreError: the file cannot be read or written.
        """
        lines, meant = self._text().splitlines(keepends=True), canonical(rule)
        left = [line for line in lines if not meant or canonical(rule_in(line)) != meant]
        if len(left) < len(lines):
            self._write("".join(left))
        return len(lines) - len(left)

    def _text(self) -> str:
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise StoreError(f"{self.path}: is larger than {MAX_BYTES >> 20} MiB")
            return self.path.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be read: {said_by(error)}") from error

    def _write(self, text: str) -> None:
        write_whole(self.path, text.encode("utf-8", "surrogateescape"), durable=True)


def blocklist_files(settings: Settings) -> tuple[BlocklistFile, ...]:
    """Every file of rules that holds; what stands in any of them holds."""
    return tuple(BlocklistFile(folder / NAME) for folder in (settings.content, settings.var))


def read_blocklists(settings: Settings) -> tuple[Blocklist, list[str]]:
    """What is blocked, and a sentence about each line that cannot be read."""
    whole, problems = Blocklist(), list[str]()
    for file in blocklist_files(settings):
        rules, found = file.read()
        whole, problems = whole | rules, [*problems, *found]
    return whole, problems
