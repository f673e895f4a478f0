"""What templates were compiled to is kept beside our code, is as good as that, and is never needed."""

import os
import stat
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from indieweb.building import bytecode
from indieweb.site import compiled
from indieweb.site.compiled import Compiled


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of ours that has kept nothing, in a process that knows nothing."""
    for name in ("_codes", "_fresh"):
        monkeypatch.setattr(compiled, name, type(getattr(compiled, name))())
    monkeypatch.setattr(bytecode, "seen", {})
    monkeypatch.setattr(bytecode, "_recalled", set())
    monkeypatch.setattr(bytecode, "PACKAGE", tmp_path)
    (tmp_path / "__pycache__").mkdir()
    return tmp_path


def compile_one(source: str = "Hello {{ name }}") -> None:
    environment = Environment(loader=DictLoader({"a.html": source}), bytecode_cache=Compiled("any"), autoescape=True)
    assert environment.get_template("a.html").render(name="you") == source.replace("{{ name }}", "you")


def kept(package: Path) -> Path:
    (found,) = (package / "__pycache__").iterdir()
    return found


def in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_codes", {})
    monkeypatch.setattr(bytecode, "seen", {})
    monkeypatch.setattr(bytecode, "_recalled", set())
    bytecode.recall()


@pytest.fixture
def file(package: Path) -> Path:
    compile_one()
    bytecode.seen["source"] = {"refers": []}
    bytecode.keep()
    return kept(package)


def test_another_process_knows_it_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stat.S_IMODE(file.stat().st_mode) & 0o022 == 0
    in_another_process(monkeypatch)
    assert len(list(compiled.keys())) == 1
    assert bytecode.seen == {"source": {"refers": []}}
    monkeypatch.setattr(Environment, "compile", None)  # it is not asked
    compile_one()


def test_it_is_written_only_where_something_was_found_out(file: Path) -> None:
    before = file.stat().st_mtime_ns, file.stat().st_ino
    bytecode.keep()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


@pytest.mark.parametrize("harm", ["cut", "scribbled", "empty", "open", "other code", "a folder"])
def test_what_cannot_be_believed_is_nothing(harm: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = file.read_bytes()
    if harm == "cut":
        file.write_bytes(content[:-10])
    elif harm == "scribbled":
        file.write_bytes(content[:100] + b"?" + content[101:])
    elif harm == "empty":
        file.write_bytes(b"")
    elif harm == "open":
        file.chmod(0o666)
    elif harm == "other code":
        monkeypatch.setattr(bytecode, "code_digest", lambda: "other")
    else:
        file.unlink()
        file.mkdir()
    in_another_process(monkeypatch)
    assert list(compiled.keys()) == []
    assert bytecode.seen == {}
    compile_one()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(file, 12345, 12345)
    in_another_process(monkeypatch)
    assert list(compiled.keys()) == []


def test_where_nothing_can_be_written_nothing_is_kept(package: Path) -> None:
    (package / "__pycache__").rmdir()
    (package / "__pycache__").write_text("no folder")
    compile_one()
    bytecode.keep()


def test_it_does_not_grow_for_ever(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "MOST", 3)
    for number in range(9):
        compile_one(f"{number} {{{{ name }}}}")
        bytecode.seen[str(number)] = {}
        bytecode.keep()
    in_another_process(monkeypatch)
    assert len(list(compiled.keys())) == 3
    assert list(bytecode.seen) == ["6", "7", "8"]
