"""What is wrong with a post is said in one line that names the file, the line and the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import homes

BAD = {
    "date": ("---\nTitle: A\nDate: 31.12.2026\n---\n", "content/2026-11-01-date.md:3: Date is '31.12.2026'"),
    "kind": (
        "---\nKind: artcle\n---\n",
        "content/2026-11-01-kind.md:2: there is no kind 'artcle'; did you mean article?",
    ),
    "photo": (
        "---\nPhoto: photos/none.jpg\nAlt: None\n---\n",
        "content/2026-11-01-photo.md:2: photos/none.jpg is not there",
    ),
    "text": (
        "---\nPhoto: photos/notes.txt\nAlt: None\n---\n",
        "content/2026-11-01-text.md:2: photos/notes.txt is no picture",
    ),
    "end": (
        "---\nTitle: A\nStart: 2027-01-02 15:00\nEnd: 2027-01-02 14:00\n---\n",
        "content/2026-11-01-end.md:4: End is '2027-01-02 14:00', which is before it begins",
    ),
    "place": (
        "---\nTitle: A\nStart: 2027-01-02\nLocation-Url: hall.example\n---\n",
        "content/2026-11-01-place.md:4: Location-Url is 'hall.example'; it must be an address",
    ),
    "link": (
        "Fine.\n\nSee [this]({filename}2026-11-04-goood.md#top) and [that]({filename}/2026-11-04-good.md).",
        "content/2026-11-01-link.md:3: {filename}2026-11-04-goood.md is not there; mend the link",
    ),
    "picture": (
        "![Dusk]({static}/photos/dusk.jpg)",
        "content/2026-11-01-picture.md:1: content/photos/dusk.jpg is not there",
    ),
    "latin": (b"---\nTitle: A\n---\nCaf\xe9", "content/2026-11-01-latin.md:4: it is not UTF-8"),
    "fence": (
        "---\nTitle: A\nText",
        "content/2026-11-01-fence.md:1: the front matter is opened by --- but never closed",
    ),
    "slug": ("---\nSlug: '!!!'\n---\n", "content/2026-11-01-slug.md: '!!!' makes no address"),
    "beside": (
        "---\nTitle: A\nSave_as: ../output-beside/index.html\n---\n![x]({attach}beside.txt)",
        "content/2026-11-01-beside.md:3: Save-As is '../output-beside/index.html', which leads out of the site",
    ),
}


@pytest.fixture(scope="module")
def bad_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"content/2026-11-01-{name}.md": text for name, (text, _) in BAD.items()}
    twice = {"content/2026-11-02-a.md": "---\nSlug: same\n---\nA", "content/2026-11-03-b.md": "---\nSlug: same\n---\nB"}
    undated = {
        "content/photos/notes.txt": "No picture.",
        "content/undated.md": "No date anywhere.",
        "content/2026-11-04-good.md": "This is right.",
    }
    return homes.make_home(tmp_path_factory.mktemp("bad"), {**files, **twice, **undated})


@pytest.fixture(scope="module")
def fatal(bad_home: Path) -> homes.Built:
    return homes.build(bad_home, "--publish")


@pytest.fixture(scope="module")
def lenient(bad_home: Path) -> homes.Built:
    return homes.build(bad_home, "--go-on")


@pytest.mark.parametrize("name", BAD)
def test_file_line_and_remedy_are_named(fatal: homes.Built, name: str) -> None:
    lines = [line for line in fatal.said.splitlines() if f"2026-11-01-{name}.md" in line]
    assert len(lines) == 1
    assert lines[0].startswith(BAD[name][1])


def test_what_is_wrong_is_not_said_by_pelican_too(fatal: homes.Built) -> None:
    assert "Unable to find" not in fatal.said
    assert "modification stamp" not in fatal.said


def test_all_that_is_wrong_is_said_in_one_run_without_a_traceback(fatal: homes.Built) -> None:
    assert fatal.code == 1
    assert "Traceback" not in fatal.said
    assert sum(".md" in line for line in fatal.said.splitlines()) == len(BAD) + 2


def test_two_posts_with_one_address_are_both_named(fatal: homes.Built) -> None:
    line = next(line for line in fatal.said.splitlines() if "same" in line)
    assert "2026-11-02-a.md" in line
    assert "2026-11-03-b.md" in line


def test_a_post_without_a_date_is_told_how_to_get_one(fatal: homes.Built) -> None:
    assert "content/undated.md: it has no date" in fatal.said


def test_nothing_is_published(fatal: homes.Built) -> None:
    assert not list(fatal.output.rglob("index.html"))


def test_the_preview_is_built_from_the_rest(lenient: homes.Built) -> None:
    assert lenient.code == 0
    assert "This is right." in lenient.page("2026/11/good")
    assert lenient.has("2026/11/same")
    assert not lenient.has("2026/11/latin")


@pytest.mark.parametrize("folder", ["content", "content/pages"])
@pytest.mark.parametrize("key", ["Save_as", "override_save_as", "Slug", "Lang"])
def test_nothing_is_written_beside_the_output(tmp_path: Path, folder: str, key: str) -> None:
    (tmp_path / "home").mkdir()
    page = f"---\nDate: 2026-11-01\n{key}: ../output-beside/x\n---\nWords, and [a file]({{attach}}a.txt)"
    home = homes.make_home(tmp_path / "home", {f"{folder}/a.md": page, f"{folder}/a.txt": "a file"})
    before = {*home.iterdir()}
    built = homes.build(home, "--go-on")
    assert f"{folder}/a.md:3: {key.replace('_', '-').title()} is '../output-beside/x'" in built.said
    assert {*home.iterdir()} - before <= {home / "output", home / ".cache", home / "__pycache__"}
    assert [*tmp_path.iterdir()] == [home]


@pytest.mark.parametrize("link", ["content/posts/a.md", "content/pages/a.md", "content/posts", "content/posts/more"])
def test_a_post_behind_a_link_out_of_content_is_refused(tmp_path: Path, link: str) -> None:
    (tmp_path / "home").mkdir()
    home = homes.make_home(tmp_path / "home", {"content/2026-11-04-good.md": "Fine."})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "2026-11-01-a.md").write_text("A secret.")
    (home / link).parent.mkdir(exist_ok=True)
    (home / link).symlink_to(tmp_path / "elsewhere" / ("2026-11-01-a.md" if link.endswith(".md") else ""))
    built = homes.build(home, "--go-on")
    assert f"{link}{'' if link.endswith('.md') else '/2026-11-01-a.md'}: it leads out of content/" in built.said
    assert built.has("2026/11/good")
    assert not [page for page in built.output.rglob("*") if page.is_file() and b"A secret" in page.read_bytes()]


def test_a_link_within_content_is_fine(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/drafts/2026-11-04-good.md": "Fine."})
    (home / "content" / "posts").symlink_to("drafts")
    (home / "content" / "2026-11-05-again.md").symlink_to("drafts/2026-11-04-good.md")
    assert "leads out of" not in homes.build(home, "--go-on").said


def test_a_setting_that_is_misspelt_suggests_the_right_one(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-11-04-good.md": "Fine."}, 'INDIEWEB_ENDPONT = "x"')
    built = homes.build(home)
    assert built.code == 1
    assert "INDIEWEB_ENDPONT is not a setting of ours; did you mean INDIEWEB_ENDPOINT?" in built.said
    assert "Traceback" not in built.said


def test_a_portrait_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-11-04-good.md": "Fine."}, 'INDIEWEB_PHOTO = "photos/me.jpg"')
    built = homes.build(home)
    assert built.code == 0
    assert "INDIEWEB_PHOTO names content/photos/me.jpg, which is not there" in built.said
    assert "me.jpg" not in built.page("2026/11/good")


def test_a_wrong_setting_is_said_once_in_the_preview_too(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-11-04-good.md": "Fine."}, 'INDIEWEB_ENDPONT = "x"')
    assert homes.build(home, "--go-on").said.count("INDIEWEB_ENDPONT") == 1


def test_a_conf_file_that_is_not_python_is_named_by_the_preview(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-11-04-good.md": "Fine."})
    child = [sys.executable, "-m", "indieweb.serving.child", str(home)]
    (home / "pelicanconf.py").write_text('AUTHOR = "A"\nSITENAME = "Mine\n')
    environ = {**os.environ, "PYTHONPATH": str(homes.ROOT / "plugins")}
    ended = subprocess.run(child, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert "pelicanconf.py:2: this is not valid Python" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_an_accent_that_the_theme_lacks_is_a_warning_that_names_those_there_are(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-11-04-good.md": "Fine."}, 'INDIEWEB_ACCENT = "pink"')
    built = homes.build(home)
    assert built.code == 0
    assert "INDIEWEB_ACCENT is 'pink'" in built.said
    assert "teal, blue, plum" in built.said


def test_a_post_that_was_begun_and_forgotten_is_a_warning(tmp_path: Path) -> None:
    files = {
        "content/2026-11-04-bare.md": "---\nDate: 2026-11-04\n---\n",
        "content/2026-11-04-untitled.md": "---\nTitle:\nKind: article\n---\n",
        "content/2026-11-04-later.md": "---\nStatus: draft\n---\n",
        "content/2026-11-04-liked.md": "Like-Of: https://a.example/\n",
        "content/2026-11-04-titled.md": "Title: That is all\n",
    }
    built = homes.build(homes.make_home(tmp_path, files))
    warned = [line.partition(":")[0] for line in built.said.splitlines() if "there is nothing in it yet" in line]
    assert built.code == 0
    assert sorted(warned) == ["content/2026-11-04-bare.md", "content/2026-11-04-untitled.md"]


def test_a_key_that_is_nearly_one_of_ours_is_a_warning_that_names_its_line(tmp_path: Path) -> None:
    files = {
        "content/2026-11-01-fenced.md": "---\nTitle: T\nTgas: one\nMood: calm\n---\nText.",
        "content/2026-11-02-open.md": "Titel: T\n\nText.",
        "content/2026-11-03-note.md": "Reminder: milk.",
    }
    built = homes.build(homes.make_home(tmp_path, files))
    assert built.code == 0
    warnings = sorted(line for line in built.said.splitlines() if "no key of ours" in line)
    assert warnings == [
        "content/2026-11-01-fenced.md:3: Tgas is no key of ours; did you mean Tags?",
        "content/2026-11-02-open.md:1: Titel is no key of ours; did you mean Title?",
    ]
