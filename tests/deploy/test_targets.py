"""What `INDIEWEB_DEPLOY_TO` may be, and what is said when a program is missing or fails."""

import fcntl
from pathlib import Path

import pytest
from deploy_site import FIRST, Site, read_tree

from indieweb.deploy import deploy
from indieweb.deploy.programs import run, without_credentials
from indieweb.deploy.targets import ADAPTERS, target_of
from indieweb.errors import DeployError, SettingError


@pytest.mark.parametrize(
    ("deploy_to", "where"),
    [
        ("rsync:host.example:/srv/www", "host.example:/srv/www"),
        ("rsync:mara@host.example:www", "mara@host.example:www"),
        ("rsync:host:~/www", "host:www"),
        ("rsync:host:~", "host:."),
        ("rsync:mara@[2001:db8::1]:/srv/www", "mara@[2001:db8::1]:/srv/www"),
        ("rsync:host:/srv/a b:c", "host:/srv/a b:c"),
        ("rclone:bucket:www/site", "bucket:www/site"),
        ("rclone:my remote:a:b", "my remote:a:b"),
        ("git:https://mara:secret@forge.example/home#pages", "https://forge.example/home#pages"),
        ("git:git@forge.example:mara/home.git#gh-pages", "git@forge.example:mara/home.git#gh-pages"),
        ("git:https://forge.example/odd#name#pages", "https://forge.example/odd#name#pages"),
    ],
)
@pytest.mark.needs("git")
def test_each_form_names_its_target(site: Site, deploy_to: str, where: str) -> None:
    assert target_of(site.to(deploy_to)).where == where


@pytest.mark.parametrize(
    "deploy_to",
    [
        *("", "public", "ftp:host:path", "folder:", "rsync:", "rsync:host", "rsync:host:", "rsync:-e sh:x"),
        *("rsync:host:/srv\n-e", "rsync:ho st:/srv", "rsync:-l@host:/srv", "rsync:host::module", "rsync:@host:/srv"),
        *(
            "git:origin",
            "git:#pages",
            "git:origin#",
            "git:origin#a..b",
            "git:-u#x",
            "git:--upload-pack=sh#x",
            "git:a#-x",
        ),
        *("rclone:remote", "rclone:remote:", "rclone::local:/srv", "rclone:-v:x", "rclone:a\nb:c"),
    ],
)
@pytest.mark.needs("git")
def test_what_has_none_of_the_forms_is_told_all_four(site: Site, deploy_to: str) -> None:
    with pytest.raises(SettingError) as caught:
        target_of(site.to(deploy_to))
    assert all(row.form in str(caught.value) for row in ADAPTERS.values())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("deploy_to", ["rsync:host:/srv", "rclone:near:www", "git:/srv/home.git#pages"])
def test_a_missing_program_is_said_with_how_to_install_it(
    site: Site, deploy_to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = deploy_to.partition(":")[0]
    site.build(FIRST)
    with pytest.raises(DeployError, match=f"^{program} is not installed.*install {program}"):
        deploy(site.to(deploy_to))


@pytest.mark.needs("rsync")
def test_a_host_that_cannot_be_reached_is_one_sentence(site: Site, near_ssh: Path) -> None:
    near_ssh.write_text("#!/bin/sh\necho 'ssh: connect to host nowhere port 22: No route to host' >&2\nexit 255\n")
    site.build(FIRST)
    with pytest.raises(DeployError, match="No route to host") as caught:
        deploy(site.to("rsync:nowhere:/srv"))
    assert "\n" not in str(caught.value)


@pytest.mark.needs("rclone")
def test_a_remote_that_rclone_does_not_know_is_one_sentence(site: Site, near_remote: Path) -> None:
    site.build(FIRST)
    with pytest.raises(DeployError, match=r"rclone failed with status 1: .*nosuch") as caught:
        deploy(site.to("rclone:nosuch:www"))
    assert "\n" not in str(caught.value)


def test_what_a_failing_program_said_becomes_one_line_without_credentials() -> None:
    script = 'for n in 1 2 3 4 5 6 7 8; do echo "line $n\t from https://mara:secret@host/x" >&2; done; exit 3'
    with pytest.raises(DeployError) as caught:
        run(["sh", "-c", script])
    assert str(caught.value).startswith("sh failed with status 3: line 3 from https://host/x; line 4")
    assert "secret" not in str(caught.value)


def test_what_a_failing_program_said_cannot_draw_on_the_terminal() -> None:
    with pytest.raises(DeployError) as caught:
        run(["sh", "-c", r"printf 'one\r\033[2Jtwo\302\2332Jthree\n' >&2; exit 3"])
    assert str(caught.value).isprintable()
    assert "three" in str(caught.value)


def test_a_program_that_fails_silently_is_named() -> None:
    with pytest.raises(DeployError, match="false failed with status 1: it said nothing"):
        run(["false"])


def test_only_credentials_are_taken_out_of_an_address() -> None:
    assert without_credentials("git@host:a and ssh://git@host/b") == "git@host:a and ssh://host/b"


def test_two_deploys_of_one_home_do_not_run_at_once(site: Site) -> None:
    deploy(site.build(FIRST))
    with (site.settings.cache / "deploy.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DeployError, match="another deploy of this home is running"):
            deploy(site.settings)
    deploy(site.settings)


def test_a_refused_build_reaches_no_target(site: Site) -> None:
    deploy(site.build(FIRST))
    with pytest.raises(DeployError, match=r"\.env is made for secrets"):
        deploy(site.build({**FIRST, "new.html": "new", ".env": "TOKEN=1"}))
    assert read_tree(site.settings.home / "public") == FIRST
