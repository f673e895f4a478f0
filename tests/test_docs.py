"""What is not documented does not exist: settings, commands, targets, kinds and keys."""

import re
import subprocess
from pathlib import Path

import pytest

from indieweb.__main__ import command_names
from indieweb.model.kind import KINDS, Kind
from indieweb.model.post import KEYS
from indieweb.settings import setting_names

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def words(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in words("settings.md")


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = {
        found
        for page in DOCS.glob("*.md")
        for found in re.findall(r"\bINDIEWEB_[A-Z_]+[A-Z]\b", page.read_text("utf-8"))
    }
    assert named <= set(setting_names())


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`(?:python -m indieweb )?{name}\b", words("commands.md"))


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_of_the_makefile_is_documented(name: str) -> None:
    assert f"`make {name}" in words("commands.md")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_documented_and_has_a_target(kind: Kind) -> None:
    assert f"`{kind.name}`" in words("writing.md")
    said = subprocess.run(["make", "-n", kind.name], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert f" new {kind.name}" in said.stdout


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_front_matter_is_documented(key: str) -> None:
    assert re.search(rf"`{key}`", words("writing.md"), re.IGNORECASE)


def headings(page: Path) -> set[str]:
    """The fragments that a page's headings can be linked by."""
    found = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target, fragment in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", page.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            there = page.parent / target if target else page
            assert there.exists(), target
            assert not fragment or fragment in headings(there), f"{target}#{fragment}"


def test_every_page_is_in_the_list_of_the_readme() -> None:
    assert set(re.findall(r"\(docs/([a-z-]+\.md)", (ROOT / "README.md").read_text("utf-8"))) == {
        page.name for page in DOCS.glob("*.md")
    }


def test_pages_that_programs_name_are_there() -> None:
    files = [file for name in ("plugins", "server", "content") for file in (ROOT / name).rglob("*") if file.is_file()]
    texts = [file for file in files if file.suffix in {".py", ".html", ".md", ".service", ""}]
    named = {
        found
        for file in [*texts, *ROOT.glob("*conf.py")]
        for found in re.findall(r"docs/[a-z-]+\.md", file.read_text("utf-8"))
    }
    assert "docs/server.md" in named
    assert all((ROOT / name).exists() for name in named)
