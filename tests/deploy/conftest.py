"""A home whose build a test writes itself, and the edges that it is uploaded over."""

from pathlib import Path

import pytest
from deploy_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "home", "folder:public")


@pytest.fixture
def near_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ssh whose every host is this machine: it runs the command that it is given."""
    script = tmp_path / "near-ssh"
    script.write_text('#!/bin/sh\nwhile [ "$1" = -l ]; do shift 2; done\nshift\nexec sh -c "$*"\n')
    script.chmod(0o755)
    monkeypatch.setenv("RSYNC_RSH", str(script))
    return script


@pytest.fixture
def near_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A remote of rclone's, named `near`, that is a folder."""
    folder = tmp_path / "near"
    folder.mkdir()
    config = tmp_path / "rclone.conf"
    config.write_text(f"[near]\ntype = alias\nremote = {folder}\n")
    monkeypatch.setenv("RCLONE_CONFIG", str(config))
    return folder
