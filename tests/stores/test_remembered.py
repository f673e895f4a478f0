"""What is remembered between runs: believed only where it is whole, ours and of this version, and never needed."""

import json
import logging
import os
import resource
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from indieweb.stores.remembered import Remembered

VALUE = {"2026/ein schöner tag/": [1, None, "ü\ud800\n"], "x": []}


def remembered(cache: Path, *rules: str) -> Remembered:
    return Remembered(cache, "kind", rules)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file of something that is remembered."""
    memory = remembered(tmp_path, "a rule")
    memory.keep(VALUE)
    return memory.path


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_what_was_kept_is_known_the_next_time(kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert remembered(tmp_path, "a rule").value == VALUE
    assert said(caplog) == []


def test_at_first_nothing_is_known_and_nothing_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert remembered(tmp_path).value is None
    assert said(caplog) == []
    assert not list(tmp_path.iterdir())


def test_with_other_settings_nothing_is_known(kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert remembered(tmp_path, "another rule").value is None
    assert remembered(tmp_path, "a", "rule").value is None
    assert said(caplog) == []


def test_it_is_text_that_anybody_can_read_and_no_program(kept: Path) -> None:
    head, body = kept.read_text("utf-8").split("\n")
    assert head.isascii()
    assert json.loads(body) == VALUE


def test_nobody_else_may_read_it_as_settings_can_be_guessed_from_it(kept: Path) -> None:
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_what_another_version_wrote_is_ignored_aloud(
    kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    form, code, rest = kept.read_bytes().split(b" ", 2)
    for head in (b"commonhold-0 " + code, form + b" " + b"0" * 64, b"\x80\xff"):
        kept.write_bytes(head + b" " + rest)
        assert remembered(tmp_path, "a rule").value is None
    assert said(caplog) == [f"{kept.parent} was written by another version; everything is looked at anew"]


def test_cut_short_anywhere_it_is_ignored_aloud(kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = kept.read_bytes()
    for length in range(len(whole)):
        kept.write_bytes(whole[:length])
        caplog.clear()
        assert remembered(tmp_path, "a rule").value is None, length
    assert said(caplog) == [f"{kept} is not whole; everything is looked at anew"]


def test_a_changed_value_is_ignored_aloud(kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept.write_bytes(kept.read_bytes().replace(b"[1,", b"[2,"))
    assert remembered(tmp_path, "a rule").value is None
    assert said(caplog) == [f"{kept} is not whole; everything is looked at anew"]


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_what_others_may_write_is_ignored_aloud(
    kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int
) -> None:
    kept.chmod(mode)
    assert remembered(tmp_path, "a rule").value is None
    assert said(caplog) == [f"{kept} is not ours alone to write; everything is looked at anew"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_another_user_is_ignored_aloud(
    kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.chown(kept, 12345, 12345)
    memory = remembered(tmp_path, "a rule")
    assert memory.value is None
    assert said(caplog) == [f"{kept} is not ours alone to write; everything is looked at anew"]
    memory.keep(VALUE)
    assert remembered(tmp_path, "a rule").value == VALUE


def test_a_link_is_not_followed(kept: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    assert remembered(tmp_path, "a rule").value is None
    assert len(said(caplog)) == 1


def test_where_it_cannot_be_written_that_is_said_and_the_run_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "remembered").write_text("a file where a folder belongs")
    memory = remembered(tmp_path)
    memory.keep(VALUE)
    assert memory.value == VALUE
    assert len(said(caplog)) == 2  # that it cannot be read, and not be written
    assert said(caplog)[-1].endswith("the next run takes longer")


def test_on_a_full_disk_what_was_known_stays_and_the_run_goes_on(tmp_path: Path) -> None:
    remembered(tmp_path).keep(VALUE)
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            remembered(tmp_path).keep("x" * 2000)
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert remembered(tmp_path).value == VALUE


def test_the_same_again_is_not_written_again(kept: Path, tmp_path: Path) -> None:
    before = kept.stat().st_ino
    remembered(tmp_path, "a rule").keep(VALUE)
    assert kept.stat().st_ino == before


def test_two_kinds_can_change_places(tmp_path: Path) -> None:
    one, other = Remembered(tmp_path, "one"), Remembered(tmp_path, "other")
    one.keep(1)
    other.keep(2)
    one.change_places(other)
    assert (Remembered(tmp_path, "one").value, Remembered(tmp_path, "other").value) == (2, 1)


def test_files_that_did_not_change_are_not_read_again_and_say_the_same(tmp_path: Path) -> None:
    from indieweb.model.entry import Entry  # noqa: PLC0415
    from indieweb.stores.contexts import ContextStore  # noqa: PLC0415

    store = ContextStore(tmp_path / "content")
    entries = [Entry(f"https://a.example/{number}", name=f"Name {number}") for number in range(3)]
    for entry in entries:
        os.utime(store.write(entry.url, entry), (1_700_000_000, 1_700_000_000))
    (store.folder / "broken.json").write_text("{")
    first = store.read_all()
    for _ in range(2):
        assert store.read_all(Remembered(tmp_path / ".cache", "contexts")) == first
    store.write(entries[0].url, replace(entries[0], name="Another"))
    store.path(entries[1].url).unlink()
    found, warnings = store.read_all(Remembered(tmp_path / ".cache", "contexts"))
    assert (found, warnings) == store.read_all()
    assert found[entries[0].url].name == "Another"
    assert len(warnings) == 1
