"""Whole builds: what is published of the owner's pictures, and what is said of those that cannot be."""

import os
from pathlib import Path

import feedparser
import lxml.html
import pytest
from picture_makers import MARK, PLANTED, XMP, gif, jpeg, name_of, png
from PIL import Image

from homes import SITEURL, Built, build, make_home, pelican

ROOT = Path(__file__).parents[2]
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><!-- PLANTED --><path d="M0 0h40"/></svg>'
POST = "---\nDate: 2026-11-01 10:00\n{}---\n{}\n"


def home_with(
    folder: Path, files: dict[str, str | bytes], head: str = "", text: str = "Words.", **options: str
) -> Built:
    return build(make_home(folder, {"content/posts/hello.md": POST.format(head, text), **files}), **options)


def files_with(folder: Path, needle: bytes) -> list[str]:
    return [
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()
    ]


def test_not_one_byte_about_place_or_device_is_in_the_output(tmp_path: Path) -> None:
    """In no folder, under no name: what was planted in the originals stands nowhere in the built site."""
    pictures = {f"content/images/{case.replace(' ', '-')}-{name_of(case)}": raw for case, raw in PLANTED.items()}
    others: dict[str, str | bytes] = {
        "content/extra/favicon.ico": PLANTED["ICO"],
        "content/extra/.well-known/avatar": jpeg(6),
        "content/files/deep/er/photo.dat": png(),
        "content/photos/one.jpg": jpeg(6, tail=jpeg()),
        "content/images/logo.svg": LOGO,
        "content/files/words.txt": "words",
    }
    built = home_with(tmp_path, {**pictures, **others}, "Photo: photos/one.jpg\nAlt: One\n", "![Two](/photos/one.jpg)")
    assert built.code == 0, built.said
    for needle in (MARK.encode(), XMP, b"PLANTED", b"Exif\0"):
        assert files_with(built.output, needle) == []
    for name in ("favicon.ico", ".well-known/avatar", "files/deep/er/photo.dat", "photos/one.jpg", "images/logo.svg"):
        assert built.has(name), name
    assert built.page("files/words.txt") == "words"
    assert len(list((built.output / "images").iterdir())) == len(PLANTED) + 1


def test_page_and_feeds_say_the_size_of_an_upright_picture(tmp_path: Path) -> None:
    head = "Photo: photos/one.jpg\nAlt: One\n"
    files: dict[str, str | bytes] = {"content/photos/one.jpg": jpeg(6), "content/images/two.png": png()}
    built = home_with(tmp_path, files, head, "Look: ![Two]({static}/images/two.png) and ![Two](/images/two.png)")
    assert built.code == 0, built.said
    page = built.page("2026/11/hello/")
    assert page.count('width="64" height="32" loading="lazy" decoding="async"') == 2
    assert 'width="32" height="64"' in page
    with Image.open(built.output / "photos/one.jpg") as image:
        assert image.size == (32, 64)
    atom = feedparser.parse((built.output / "feed.atom").read_bytes()).entries[0]
    size = str((built.output / "photos/one.jpg").stat().st_size)
    enclosure = {"href": f"{SITEURL}/photos/one.jpg", "type": "image/jpeg", "length": size}
    assert dict(atom.enclosures[0]) == enclosure
    shown = [
        (int(image.get("width")), int(image.get("height")))
        for image in lxml.html.fromstring(atom.content[0].value).iter("img")
    ]
    assert shown == [(32, 64), (64, 32), (64, 32)]


def test_a_second_build_writes_no_picture_again(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"content/images/a.jpg": jpeg(6), "content/images/b.gif": gif()}
    before = home_with(tmp_path, files)
    stats = {path.name: path.stat() for path in (before.output / "images").iterdir()}
    assert set(stats) == {"a.jpg", "b.gif"}
    after = build(tmp_path)
    for path in (after.output / "images").iterdir():
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (stats[path.name].st_ino, stats[path.name].st_mtime_ns)


def test_an_original_that_stood_in_the_output_is_replaced(tmp_path: Path) -> None:
    made = make_home(tmp_path, {"content/posts/a.md": POST.format("", "A"), "content/images/a.jpg": jpeg()})
    there = tmp_path / "output/images/a.jpg"
    there.parent.mkdir(parents=True)
    os.link(tmp_path / "content/images/a.jpg", there)
    build(made)
    assert MARK.encode() not in there.read_bytes()
    assert MARK.encode() in (tmp_path / "content/images/a.jpg").read_bytes()


def test_originals_are_never_changed(tmp_path: Path) -> None:
    made = make_home(tmp_path, {"content/posts/a.md": POST.format("", "A"), "content/images/a.jpg": jpeg(6)})
    build(made)
    assert (tmp_path / "content/images/a.jpg").read_bytes() == jpeg(6)


def test_the_cache_may_be_deleted(tmp_path: Path) -> None:
    built = home_with(tmp_path, {"content/images/a.jpg": jpeg(6)})
    first = (built.output / "images/a.jpg").read_bytes()
    for path in (tmp_path / ".cache").rglob("*.jpg"):
        path.unlink()
    assert (build(tmp_path).output / "images/a.jpg").read_bytes() == first


WRONG = {
    "a photo on another host": ("Photo: https://far.example/a/b.jpg\nAlt: x\n", "x", 3, "content/images/b.jpg"),
    "a picture on another host": ("", "One\n\n![a](https://far.example/b.png)", 6, "{static}/images/b.png"),
    "a picture by the page's scheme": ("", '<img src="//far.example/b.png" alt="">', 4, "another host"),
    "a film on another host": ("", '<video src="https://far.example/c.mp4"></video>', 4, "content/images/c.mp4"),
    "a page of another host": ("", '<iframe src="https://far.example/"></iframe>', 4, "another host"),
    "a picture of many sizes": (
        "",
        '<img src="/images/ok.png" srcset="https://far.example/2.png 2x" alt="">',
        4,
        "another",
    ),
    "a picture in the text": ("", "![a](data:image/png;base64,iVBORw0KGgo=)", 4, "save it"),
    "a picture that is missing": ("", "One\n\nTwo ![a](/images/none.jpg)", 6, "is not there"),
    "a picture that is missing by its path": ("", "![a]({static}/images/none.jpg)", 4, "is not there"),
    "a picture beside the post that is missing": ("", "![a]({attach}none%20at%20all.jpg)", 4, "is not there"),
    "a file that is missing": ("", "One\n\n[a]({static}/files/none.pdf)", 6, "is not there"),
    "a picture of the page's folder": ("", "![a](none.jpg)", 4, "{static}/"),
    "a drawing as a photo": ("Photo: images/logo.svg\nAlt: x\n", "x", 3, "PNG or WebP"),
    "a photo that is missing": ("Photo: images/none.jpg\nAlt: x\n", "x", 3, "is not there"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_picture_that_cannot_be_shown_is_one_line_with_file_line_and_remedy(case: str, tmp_path: Path) -> None:
    head, text, line, remedy = WRONG[case]
    files: dict[str, str | bytes] = {"content/images/ok.png": png(), "content/images/logo.svg": LOGO}
    built = home_with(tmp_path, files, head, text)
    assert built.code == 1
    said = [words for words in built.said.splitlines() if words.startswith("content/posts/hello.md:")]
    assert len(said) == 1, built.said
    assert said[0].startswith(f"content/posts/hello.md:{line}: ")
    assert remedy in said[0]
    assert "Traceback" not in built.said


REFUSED: dict[str, bytes] = {
    "x.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + MARK.encode(),
    "x.tif": b"II*\0" + MARK.encode(),
    "x.jpg": jpeg()[:200],
    "x.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>PLANTED</script></svg>',
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_picture_that_cannot_be_cleaned_is_named_and_never_published(name: str, tmp_path: Path) -> None:
    made = make_home(tmp_path, {"content/posts/a.md": POST.format("", "A"), f"content/images/{name}": REFUSED[name]})
    (tmp_path / "output/images").mkdir(parents=True)
    (tmp_path / "output/images" / name).write_bytes(REFUSED[name])  # as an earlier build without us left it
    built = build(made, "--go-on")
    assert f"content/images/{name}: " in built.said
    assert not built.has(f"images/{name}")
    assert built.has("2026/11/a/"), "the rest is built"
    assert build(made).code == 1


def test_a_photo_without_alternative_text_is_a_warning_with_its_line(tmp_path: Path) -> None:
    head = "Photo: images/a.png\nPhoto: images/b.png\nAlt:\n"
    files: dict[str, str | bytes] = {"content/images/a.png": png(), "content/images/b.png": png()}
    built = home_with(tmp_path, files, head, '<img src="/images/a.png">')
    assert built.code == 0, built.said
    assert "content/posts/hello.md:4: images/b.png has no alternative text" in built.said
    assert "images/a.png has no alternative text; add alt=" in built.said
    assert ":3: images/a.png" not in built.said, "an empty Alt says that a picture decorates"


def test_a_photo_may_stand_beside_its_post(tmp_path: Path) -> None:
    built = home_with(tmp_path, {"content/posts/one.jpg": jpeg()}, "Photo: one.jpg\nAlt: One\n")
    assert built.code == 0, built.said
    assert 'width="64" height="32"' in built.page("2026/11/hello/")
    assert files_with(built.output, MARK.encode()) == []


def test_an_attached_picture_goes_with_its_post(tmp_path: Path) -> None:
    built = home_with(tmp_path, {"content/posts/one.jpg": jpeg(6)}, "", "![One]({attach}one.jpg)")
    assert built.code == 0, built.said
    assert built.has("2026/11/hello/one.jpg")
    assert 'width="32" height="64"' in built.page("2026/11/hello/")
    assert files_with(built.output, MARK.encode()) == []


def test_a_link_out_of_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("PLANTED")
    made = make_home(tmp_path, {"content/posts/a.md": POST.format("", "A"), "content/files/x.txt": "x"})
    (tmp_path / "content/files/y.txt").symlink_to(tmp_path / "private.txt")
    (tmp_path / "content/files/folder").symlink_to(tmp_path / "var")
    (tmp_path / "var").mkdir()
    (tmp_path / "var/secret").write_text("PLANTED")
    built = build(made, "--go-on")
    assert "content/files/y.txt: it leads out of content/" in built.said
    assert built.has("files/x.txt")
    assert files_with(built.output, b"PLANTED") == []


def test_it_works_alone_with_another_theme(tmp_path: Path) -> None:
    (tmp_path / "content/images").mkdir(parents=True)
    (tmp_path / "content/images/a.jpg").write_bytes(jpeg(6))
    (tmp_path / "content/post.md").write_text("Title: A\nDate: 2026-11-01\n\n![a]({static}/images/a.jpg)\n")
    (tmp_path / "content/page.rst").write_text(
        "B\n=\n\n:date: 2026-11-01\n\n.. image:: {static}/images/a.jpg\n   :alt: b\n"
    )
    (tmp_path / "conf.py").write_text(
        f'SITEURL = "https://other.example"\nTIMEZONE = "UTC"\nPATH = "content"\nTHEME = "simple"\n'
        f'PLUGIN_PATHS = ["{ROOT / "plugins"}"]\nPLUGINS = ["indieweb.pictures"]\n'
    )
    ended = pelican(tmp_path, "conf.py")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for name in ("a.html", "b.html"):
        assert 'width="32" height="64" loading="lazy"' in (tmp_path / "output" / name).read_text("utf-8")
    assert MARK.encode() not in (tmp_path / "output/images/a.jpg").read_bytes()
