"""What may leave the machine, and the manifest of it."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from deploy_site import Site, write_tree

from clock import later
from indieweb.deploy import manifest
from indieweb.deploy.check import check_site
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.deploy.tree import FORBIDDEN, objection
from indieweb.errors import DeployError
from indieweb.stores.built import Built

PAGES = {"index.html": "home", "2026/01/ein-schöner tag/index.html": "<p>hello</p>"}


def test_a_manifest_lists_every_file_with_digest_and_size(tmp_path: Path) -> None:
    write_tree(tmp_path, PAGES)
    made = manifest.make(tmp_path)
    assert set(made.files) == set(PAGES)
    assert made.files["index.html"].sha256 == hashlib.sha256(b"home").hexdigest()
    assert made.files["index.html"].size == 4


def test_a_manifest_is_json_that_is_read_back_as_it_was(tmp_path: Path) -> None:
    write_tree(tmp_path, PAGES)
    made = manifest.make(tmp_path)
    assert set(json.loads(made.text)["files"]) == set(PAGES)
    assert Manifest.read(made.text, "there") == made
    assert Manifest.read(Manifest().text, "there") == Manifest()


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        "sub/.git/config",
        ".gitignore",
        ".env",
        "a/.env.production",
        "pelicanconf.py",
        "publishconf.py",
        "drafts/conf.py",
        "inbox.sqlite",
        "inbox.sqlite-wal",
        "var/outbox.SQLITE3",
        "thumbs.db",
        "tls/server.pem",
        "tls/server.key",
        ".ssh/id_ed25519",
        "id_rsa",
        ".DS_Store",
        ".cache/x",
        NAME,
        "index.html~",
        ".index.html.swp",
        "index.html.swp",
        "#index.html#",
        ".well-known/.git/config",
        ".well-known/secret.key",
        ".well-known/.env.local",
        "sub/.well-known/x",
        "bad\nname",
        "back\\slash",
    ],
)
def test_what_must_never_leave_the_machine_stops_publishing(tmp_path: Path, path: str) -> None:
    write_tree(tmp_path, {**PAGES, path: "secret"})
    with pytest.raises(DeployError, match="must not be published") as caught:
        manifest.make(tmp_path)
    first = path.split("/", maxsplit=1)[0]
    assert str(caught.value).startswith((first, "bad?name", "back\\slash"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        ".nojekyll",
        ".domains",
        ".htaccess",
        "sub/.htaccess",
        ".well-known/security.txt",
        ".well-known/.x",
        "CNAME",
        "conf/a",
    ],
)
def test_files_that_are_made_for_being_published_are(tmp_path: Path, path: str) -> None:
    write_tree(tmp_path, {**PAGES, path: "fine"})
    assert path in manifest.make(tmp_path).files


@pytest.mark.parametrize("where", ["outside.txt", "index.html", "nowhere"])
def test_a_link_is_refused_wherever_it_leads(tmp_path: Path, where: str) -> None:
    write_tree(tmp_path / "site", PAGES)
    (tmp_path / "outside.txt").write_text("private")
    (tmp_path / "site" / "leak.txt").symlink_to(tmp_path / where)
    with pytest.raises(DeployError, match=r"leak\.txt is a link"):
        manifest.make(tmp_path / "site")


def test_a_linked_folder_is_refused_and_not_entered(tmp_path: Path) -> None:
    write_tree(tmp_path / "site", PAGES)
    write_tree(tmp_path / "private", {"diary.txt": "private"})
    (tmp_path / "site" / "leak").symlink_to(tmp_path / "private")
    with pytest.raises(DeployError, match=r"^leak is a link"):
        manifest.make(tmp_path / "site")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, PAGES)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DeployError, match="pipe is neither a file nor a folder"):
        manifest.make(tmp_path)


@pytest.mark.parametrize(
    "twin", ["Index.html", "2026/01/ein-schöner tag/INDEX.html", "2026/01/EIN-SCHÖNER TAG/index.html"]
)
def test_paths_that_some_hosts_cannot_tell_apart_are_refused(tmp_path: Path, twin: str) -> None:
    write_tree(tmp_path, {**PAGES, twin: "twin"})
    with pytest.raises(DeployError, match=r"differs from .* only in the case"):
        manifest.make(tmp_path)


def test_paths_that_differ_only_in_their_normal_form_are_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, {"index.html": "", "caf\u00e9.jpg": "a", "cafe\u0301.jpg": "b"})
    with pytest.raises(DeployError, match="only in the case or form"):
        manifest.make(tmp_path)


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, PAGES)
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).touch()
    with pytest.raises(DeployError, match="not UTF-8"):
        manifest.make(tmp_path)


def test_without_a_build_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="run `make publish`"):
        manifest.make(tmp_path / "site")


@pytest.mark.parametrize(
    "path", ["../outside.html", "/etc/passwd", "a/../../b", "a//b", "", ".", "a/.", "a\x00b", "a\ud800b"]
)
def test_a_manifest_that_names_a_path_outside_its_root_is_refused(path: str) -> None:
    text = json.dumps({"version": 1, "files": {path: {"sha256": "0" * 64, "size": 1}}})
    with pytest.raises(DeployError, match="leads out of the target"):
        Manifest.read(text, "there")


@pytest.mark.parametrize("path", ["a" * 256, "é" * 128 + "/index.html", "a/" * 600 + "index.html"])
def test_a_manifest_that_names_what_no_disk_can_hold_is_refused(path: str) -> None:
    text = json.dumps({"version": 1, "files": {path: {"sha256": "0" * 64, "size": 1}}})
    with pytest.raises(DeployError, match="nothing was changed"):
        Manifest.read(text, "there")
    assert objection(path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"version": ' * 100_000,
        "",
        "{",
        "[]",
        '{"version": 2, "files": {}}',
        '{"version": 1, "files": {"a": 1}}',
        "\xff",
    ],
)
def test_a_broken_manifest_at_the_target_is_one_sentence(text: str) -> None:
    with pytest.raises(DeployError, match=r"there: .* cannot be read .* nothing was changed"):
        Manifest.read(text.encode("latin-1"), "there")


def test_a_build_that_is_gone_meanwhile_is_noticed(tmp_path: Path) -> None:
    write_tree(tmp_path / "site", PAGES)
    made = manifest.make(tmp_path / "site")
    (tmp_path / "site").rename(tmp_path / "aside")
    with pytest.raises(DeployError, match="is not there"):
        made.confirm(tmp_path / "site")


def test_a_manifest_made_after_a_check_has_the_digest_of_what_the_check_did_not_read(site: Site) -> None:
    settings = site.build({**PAGES, "photos/quay.jpg": "quay"})
    with later(settings.home):
        check_site(settings)
        check_site(settings)
        made = manifest.make(settings.built, Built.of(settings))
    assert made.files["photos/quay.jpg"].sha256 == hashlib.sha256(b"quay").hexdigest()


def test_a_build_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    write_tree(tmp_path, PAGES)
    made = manifest.make(tmp_path)
    made.confirm(tmp_path)
    (tmp_path / "index.html").write_text("HOME")
    with pytest.raises(DeployError, match="changed while it was being uploaded"):
        made.confirm(tmp_path)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in FORBIDDEN])
def test_no_name_that_is_forbidden_passes_for_a_plain_one(pattern: str) -> None:
    name = pattern.replace("[a-p]", "o").replace("*", "a")
    assert objection(name)
    assert objection(f"2026/{name}/index.html")


def test_objections_are_found_by_name_whatever_the_case() -> None:
    assert objection("A/Server.PEM")
    assert not objection("a/server-pem.html")
