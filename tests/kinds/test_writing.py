"""What a file becomes: any front matter from none to full, drafts, dates, addresses."""

import mf2py
import pytest

import homes

FILES = {
    "content/2026-11-01-plain.md": "Reminder: *everything* is text.",
    "content/posts/2026-11-02-titled.md": "Title: A title\nTags: one, two\n\nAnd a text.",
    "content/posts/2026-11-03-written.md": (
        "---\nDate: 2025-03-04T05:06:07+08:00\nModified: 2025-03-05 06:00\n---\nAbroad."
    ),
    "content/2026-11-04-draft.md": "---\nStatus: draft\n---\nNot yet DRAFTED.",
    "content/no-date-yet.md": "---\nStatus: draft\n---\nA draft needs no date to be DRAFTED.",
    "content/2026-11-05-hidden.md": "---\nStatus: hidden\n---\nFor those who HIDE.",
    "content/2099-01-01-future.md": "In the FUTURE.",
    "content/2026-11-06-emoji-only.md": "🎉",
    "content/2026-11-07-table.md": "---\nTitle: T\n---\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n",
    "content/2026-11-08-deutsch.md": "---\nLang: de\n---\nGuten Tag.",
    "content/pages/about.md": "---\nTitle: About this\n---\nA page.",
    "content/extra/CNAME": "home.example",
    "content/extra/.well-known/security.txt": "Contact: mailto:me@home.example",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    made = homes.build(homes.make_home(tmp_path_factory.mktemp("writing"), FILES))
    assert made.code == 0, made.said
    return made


def entry(built: homes.Built, path: str) -> dict[str, list[object]]:
    found = mf2py.parse(built.page(path), url=f"{homes.SITEURL}/{path}/", html_parser="lxml")["items"]
    posts = [one for one in found if "h-entry" in one["type"]]
    assert len(posts) == 1
    return posts[0]["properties"]


def test_a_note_without_front_matter_has_no_name_and_all_its_text(built: homes.Built) -> None:
    properties = entry(built, "2026/11/plain")
    assert properties["content"][0]["value"].strip() == "Reminder: everything is text."
    assert "name" not in properties
    assert properties["url"] == [f"{homes.SITEURL}/2026/11/plain/"]


def test_an_unfenced_head_is_read(built: homes.Built) -> None:
    properties = entry(built, "2026/11/titled")
    assert properties["name"] == ["A title"]
    assert properties["category"] == ["one", "two"]


def test_a_date_is_shown_as_it_was_written(built: homes.Built) -> None:
    properties = entry(built, "2025/03/written")
    assert 'class="dt-published" datetime="2025-03-04T05:06:07+08:00"' in built.page("2025/03/written")
    assert properties["updated"] == ["2025-03-05T06:00:00+0000"]


@pytest.mark.parametrize("word", ["DRAFTED", "FUTURE"])
def test_drafts_and_posts_of_the_future_are_nowhere_in_the_output(built: homes.Built, word: str) -> None:
    files = [path for path in built.output.rglob("*") if path.is_file()]
    assert not [path for path in files if word.encode() in path.read_bytes()]


def test_a_hidden_post_has_a_page_and_stands_in_no_list_or_feed(built: homes.Built) -> None:
    files = [path for path in built.output.rglob("*") if path.is_file() and b"HIDE" in path.read_bytes()]
    assert files == [built.output / "2026/11/hidden/index.html"]
    assert "noindex" in built.page("2026/11/hidden")


def test_a_title_never_changes_the_address(built: homes.Built) -> None:
    assert built.has("2026/11/titled")
    assert not built.has("2026/11/a-title")


def test_tables_and_code_need_no_inline_style(built: homes.Built) -> None:
    assert "style=" not in built.page("2026/11/table")
    assert 'align="center"' in built.page("2026/11/table")


def test_a_post_says_its_language(built: homes.Built) -> None:
    assert 'lang="de"' in built.page("2026/11/deutsch")


def test_what_stands_in_extra_goes_to_the_root_as_it_is(built: homes.Built) -> None:
    assert built.page("CNAME") == "home.example"
    assert built.has(".well-known/security.txt")


def test_pages_have_their_own_address(built: homes.Built) -> None:
    assert "A page." in built.page("about")
