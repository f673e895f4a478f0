"""Files are there whole or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from indieweb.errors import StoreError
from indieweb.stores.files import json_text, remove, write_whole

WRITES_TOO_MUCH = """
import resource, signal, sys
from pathlib import Path
from indieweb.errors import StoreError
from indieweb.stores.files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"n" * 100_000, durable=True)
except StoreError as error:
    print(error)
"""


def test_the_content_is_there_and_nothing_else_is(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "c.json", "grün\n", durable=True)
    assert (tmp_path / "a" / "b" / "c.json").read_bytes() == "grün\n".encode()
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c.json"]


def test_an_old_file_is_replaced_and_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_whole(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_others_may_read_it_but_not_write_it(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        write_whole(tmp_path / "page.html", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644


def test_the_umask_is_kept(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_whole(tmp_path / "page.html", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", WRITES_TOO_MUCH, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.count("\n") == 1
    assert str(path) in done.stdout
    assert "cannot be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["ledger.json"]


def test_a_folder_in_the_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        write_whole(tmp_path / "page.html", "x")
    assert [left.name for left in tmp_path.iterdir()] == ["page.html"]


def test_a_file_in_the_place_of_a_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written"):
        write_whole(tmp_path / "a" / "b.json", "x")


def test_half_a_surrogate_pair_is_written_as_a_question_mark(tmp_path: Path) -> None:
    write_whole(tmp_path / "x.json", json_text({"name": "a\ud800b"}))
    assert (tmp_path / "x.json").read_text("utf-8") == '{\n  "name": "a?b"\n}\n'


def test_json_has_sorted_keys_and_a_line_for_each_list_entry() -> None:
    assert json_text({"b": ["ä", "z"], "a": 1}) == '{\n  "a": 1,\n  "b": [\n    "ä",\n    "z"\n  ]\n}\n'


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"")
    remove(tmp_path / "x.json", durable=True)
    remove(tmp_path / "x.json", durable=True)
    remove(tmp_path / "no" / "x.json", durable=True)
    assert not list(tmp_path.iterdir())


def test_an_object_in_a_list_is_one_line_so_that_two_checkouts_can_each_add_one() -> None:
    text = json_text({"targets": [{"b": [1, 2], "a": "x"}, {"a": "y"}], "none": [], "nothing": {}})
    assert text == (
        '{\n  "none": [],\n  "nothing": {},\n  "targets": [\n    {"a": "x", "b": [1, 2]},\n    {"a": "y"}\n  ]\n}\n'
    )
