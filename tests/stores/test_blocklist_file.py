"""The blocklist as the owner's file: added to, taken from, and otherwise left as it is."""

from pathlib import Path

import pytest

from homes import run
from indieweb.errors import StoreError
from indieweb.settings import Settings
from indieweb.stores.blocklist import MAX_BYTES, BlocklistFile, read_blocklists


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "content").mkdir()
    return Settings(home=tmp_path)


def test_without_any_file_nothing_is_blocked(settings: Settings) -> None:
    assert read_blocklists(settings)[1] == []
    assert not read_blocklists(settings)[0]


def test_a_home_has_it_in_its_content_and_a_receiver_without_content_in_var(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    BlocklistFile.of(settings).add("a.net")
    assert (tmp_path / "var/blocklist.txt").read_text() == "a.net\n"
    (tmp_path / "content").mkdir()
    BlocklistFile.of(settings).add("b.net")
    assert (tmp_path / "content/blocklist.txt").read_text() == "b.net\n"
    assert read_blocklists(settings)[0].names == {"a.net", "b.net"}


def test_a_rule_is_added_once_and_what_was_there_stays(settings: Settings) -> None:
    file = BlocklistFile.of(settings)
    file.path.write_bytes(b"# mine \xff\na.net # since May\n\nodd line\nb.net")
    assert file.add("A.net\nc.net # theirs\n# a comment\nnonsense\nc.net\nhttps://d.net/@e\n") == [
        "c.net # theirs",
        "https://d.net/@e",
    ]
    assert file.path.read_bytes() == (
        b"# mine \xff\na.net # since May\n\nodd line\nb.net\nc.net # theirs\nhttps://d.net/@e\n"
    )


def test_a_rule_is_taken_out_however_it_is_spelt_and_nothing_else_is(settings: Settings) -> None:
    file = BlocklistFile.of(settings)
    file.path.write_bytes(b'# mine \xff\r\na.net # since May\r\n"Buy  now"\r\nodd\r\n')
    assert [file.remove("A.NET"), file.remove('"buy now"'), file.remove("z.net"), file.remove("odd")] == [1, 1, 0, 0]
    assert file.path.read_bytes() == b"# mine \xff\r\nodd\r\n"


def test_a_file_that_cannot_be_taken_is_named_and_never_written_over(settings: Settings) -> None:
    file = BlocklistFile.of(settings)
    file.path.write_text("a.net\n" * (MAX_BYTES // 6 + 1))
    rules, (problem,) = read_blocklists(settings)
    assert not rules
    assert str(file.path) in problem
    with pytest.raises(StoreError, match="larger than"):
        file.add("b.net")
    file.path.unlink()
    file.path.mkdir()
    assert len(read_blocklists(settings)[1]) == 1


class TestCommand:
    """``python -m indieweb blocklist``."""

    def test_it_adds_shows_and_removes(self, settings: Settings) -> None:
        assert run(settings.home, "blocklist").stdout == "Nothing is blocked.\n"
        assert run(settings.home, "blocklist", "--add", '"buy now"').stdout == '"buy now" is blocked.\n'
        assert run(settings.home, "blocklist", "--add", "a.net").returncode == 0
        assert run(settings.home, "blocklist").stdout == 'a.net\n"buy now"\n'
        assert run(settings.home, "blocklist", "--remove", "a.net").returncode == 0
        again = run(settings.home, "blocklist", "--remove", "a.net")
        assert (again.returncode, again.stderr.count("\n")) == (1, 1)

    def test_it_takes_in_another_list_and_names_what_it_cannot_read(self, settings: Settings) -> None:
        other = settings.home / "theirs.txt"
        other.write_text("a.net\n???\nb.net\n")
        ended = run(settings.home, "blocklist", "--import", str(other))
        assert (ended.returncode, ended.stdout.split()[0]) == (0, "2")
        assert f"{other}:2: " in ended.stderr
        assert read_blocklists(settings)[0].names == {"a.net", "b.net"}

    def test_what_one_home_gives_out_another_takes_in(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "other/content").mkdir(parents=True)
        other = Settings(home=tmp_path / "other")
        BlocklistFile.of(settings).path.write_text(
            '# Mine\nSpam.net  # since May\nhttps://social.net/@mal/\n"Buy  NOW"\nb\u00fccher.net\n', "utf-8"
        )
        given = run(settings.home, "blocklist").stdout
        (tmp_path / "theirs.txt").write_text(given, "utf-8")
        for count in ("4 rules", "0 rules"):
            ended = run(other.home, "blocklist", "--import", str(tmp_path / "theirs.txt"))
            assert (ended.stdout.startswith(count), ended.stderr) == (True, "")
        assert read_blocklists(other) == read_blocklists(settings)
        assert BlocklistFile.of(other).path.read_text("utf-8") == given

    def test_hostile_lines_of_a_list_are_named_and_passed_over_and_no_terminal_is_told_anything(
        self, settings: Settings
    ) -> None:
        theirs = settings.home / "theirs.txt"
        hostile = [
            *(b"com", b"*", b"*.net", b"/", b"..", b"../../etc/passwd", b'""', b'" "', b"'x'", b"<script>alert(1)"),
            *(b"javascript:alert(1)", b"file:///etc/passwd", b"http://", b"a" * 100_000, b"\xff\xfe", b"\x00"),
            *(b"\x1b[2J", b'"\x1b[31m"x', b"[section]", b"{}", b"a.net b.net", "\u202egnp.exe".encode()),
        ]
        good = [b"spam.net # \x1b]0;owned\x07 \x9b2J", b'"buy \x1b[31mnow"', b"https://social.net/@mal"]
        theirs.write_bytes(b"\n".join([*hostile, *good]))
        ended = run(settings.home, "blocklist", "--import", str(theirs))
        said = ended.stderr.splitlines()
        assert [line.split(":")[1] for line in said] == [str(number + 1) for number in range(len(hostile))]
        assert max(map(len, said)) < 300
        assert ended.stdout.startswith("3 rules added")
        shown, kept = run(settings.home, "blocklist").stdout, BlocklistFile.of(settings).path.read_text()
        assert shown.splitlines() == ["https://social.net/@mal", "spam.net", '"buy [31mnow"']
        for text in (ended.stdout, ended.stderr, shown, kept):
            assert text.replace("\n", "").isprintable()

    def test_what_is_no_rule_or_no_file_is_refused_in_one_sentence(self, settings: Settings) -> None:
        for words in (("--add", "casino"), ("--add", "a.net\nb.net"), ("--import", "nothing.txt")):
            ended = run(settings.home, "blocklist", *words)
            assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
        assert not BlocklistFile.of(settings).path.exists()
