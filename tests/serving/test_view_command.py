"""`view` shows what was published, as its readers get it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_site import PAGE, Ask

from indieweb.errors import CommandError
from indieweb.serving.published import published_tree
from indieweb.settings import Settings

SECONDS = 60


def test_view_serves_the_published_folder_without_the_reloading(
    tmp_path: Path, tree: Path, ask: Ask, command_environment: dict[str, str]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "indieweb", "view", "--port", "0"],
        cwd=tmp_path, env={**command_environment, "INDIEWEB_DEPLOY_TO": "folder:site"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        address = process.stdout.readline().split()[0]
        assert ask(address, "/").body == PAGE.encode()
        assert ask(address, "/2026/11/gone/").status == 410
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, complaint) == (0, "")


def test_the_folder_is_that_of_the_setting_else_the_last_build(tmp_path: Path) -> None:
    for name in ("public", "elsewhere", ".cache/site"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "index.html").touch()

    def shown(target: str) -> Path:
        return published_tree(Settings(home=tmp_path, deploy_to=target))

    assert shown("folder:public") == tmp_path / "public"
    assert shown(f"folder:{tmp_path}/elsewhere") == tmp_path / "elsewhere"
    assert shown("git:origin#pages") == tmp_path / ".cache" / "site"


def test_before_anything_was_published_one_sentence_says_how(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="make publish"):
        published_tree(Settings(home=tmp_path))
