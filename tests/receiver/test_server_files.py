"""The files in server/ that put a receiver onto a machine: units of systemd, and a container."""

import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server"
UNITS = ("commonhold.service", "commonhold-work@.service")
#: Of ten, what `systemd-analyze security` says of a service that is shut in well.
EXPOSED = "20"


def unit(name: str) -> list[tuple[str, str]]:
    lines = (SERVER / name).read_text("utf-8").splitlines()
    return [(key, value) for key, sign, value in (line.partition("=") for line in lines) if sign and key[0] not in "#["]


def instructions() -> list[tuple[str, str]]:
    """The container's file, an instruction and its words each."""
    lines = (SERVER / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    return [(name, words) for name, _, words in (line.partition(" ") for line in lines) if name and name[0] != "#"]


def the(name: str) -> str:
    (words,) = (words for each, words in instructions() if each == name)
    return words


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.mark.needs("systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_valid_and_shut_in(tmp_path: Path, name: str) -> None:
    """With a program that is there, and a home: a unit is judged on the machine that it is for."""
    text = (SERVER / name).read_text("utf-8").replace("/srv/commonhold/home/.venv/bin/python", sys.executable)
    (tmp_path / name).write_text(text, "utf-8")
    for words in (["verify"], ["security", "--offline=yes", f"--threshold={EXPOSED}"]):
        done = subprocess.run(
            ["systemd-analyze", *words, str(tmp_path / name)], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert name not in done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_a_command_of_ours_and_writes_into_var_alone(
    tmp_path: Path, command_environment: dict[str, str], name: str
) -> None:
    said = dict(unit(name))
    assert said["ReadWritePaths"] == f"{said['WorkingDirectory']}/var"
    assert said["ProtectSystem"] == "strict"
    assert said["Environment"] == "PYTHONPATH=plugins"
    python, *words = shlex.split(said["ExecStart"])
    assert python == f"{said['WorkingDirectory']}/.venv/bin/python"
    assert words[:2] == ["-m", "indieweb"]
    done = subprocess.run(
        [sys.executable, "-m", "indieweb", "--home", str(tmp_path), *words[2:], "--help"],
        env=command_environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0


def test_the_units_differ_in_what_they_run_alone() -> None:
    """A worker is shut in as the receiver is."""
    names = {"Description", "Documentation", "ExecStart"}
    first, second = ([line for line in unit(name) if line[0] not in names] for name in UNITS)
    assert first == second


def test_a_container_holds_what_the_receiver_needs_and_stops_when_told(
    tmp_path: Path, command_environment: dict[str, str]
) -> None:
    """What the file copies, in an empty folder, and the commands that it names."""
    folder = the("WORKDIR")
    for words in (words for name, words in instructions() if name == "COPY"):
        source, target = words.split()
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / target)
    said = dict(pair.split("=", 1) for pair in shlex.split(the("ENV")))
    environ = {name: value.replace(folder, str(tmp_path)) for name, value in said.items()}
    port = free_port()
    words = json.loads(the("ENTRYPOINT")) + json.loads(the("CMD"))
    assert "0.0.0.0" in words  # of the container; here it listens to this machine alone
    command = [{"8080": port, "0.0.0.0": "127.0.0.1"}.get(word, word) for word in words]
    assert command[0] == "python"
    running = subprocess.Popen(
        [sys.executable, *command[1:]],
        cwd=tmp_path,
        env={**command_environment, **environ, "SITEURL": "https://example.org"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == f"Listening on http://127.0.0.1:{port}/webmention\n"
        health = json.loads(re.sub(r"^.*? CMD ", "", the("HEALTHCHECK")).replace("8080", port))
        assert subprocess.run([sys.executable, *health[1:]], check=False, timeout=60).returncode == 0
    finally:
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=60)
    assert (running.returncode, log) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plugins", "requirements.lock", "var"]
    assert subprocess.run([sys.executable, *health[1:]], check=False, timeout=60, capture_output=True).returncode != 0


def test_a_container_runs_as_nobody_and_keeps_var() -> None:
    assert not the("USER").startswith(("0", "root"))
    assert json.loads(the("VOLUME")) == [f"{the('WORKDIR')}/var"]
    order = [name for name, _ in instructions()]
    assert order[0] == "FROM"
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert "--require-hashes" in " ".join(words for name, words in instructions() if name == "RUN")
