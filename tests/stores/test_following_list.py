"""content/following.opml: the owner's list, which readers exchange and git merges."""

import subprocess
from pathlib import Path

import pytest

from indieweb.errors import ContentError
from indieweb.stores.following import Followed, FollowingStore

FROM_A_READER = """<?xml version="1.0" encoding="UTF-8"?>
<!-- exported -->
<opml version="1.1">
    <head><title>Subscriptions</title><ownerName>Me</ownerName></head>
    <body>
        <outline text="Friends" title="Friends">
            <outline type="rss" text="Ann" xmlUrl="https://ann.net/feed" htmlUrl="https://ann.net/" x-colour="red"/>
            <outline type="rss" title="Bo" xmlUrl=" https://bo.net/feed "/>
        </outline>
        <outline type="rss" text="Ann again" xmlUrl="https://ann.net/feed"/>
        <outline text="a note"/>
        <outline type="rss" text="Odd" xmlUrl="javascript:alert(1)"/>
    </body>
</opml>
"""
BROKEN = [
    ('<opml version="2.0">\n<body>\n<outline\n</body></opml>', 4),
    ('<opml version="2.0"><body>\n<<<<<<< HEAD\n</body></opml>', 2),
    ("", 1),
    ("<html>\n<body/></html>", 1),
    ('\n<opml version="2.0"><head/></opml>', 2),
    ("Ann: https://ann.net/", 1),
    ('<?xml version="1.0"?>\n<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<opml><body/></opml>', 2),
    ('<opml><body>\n<outline text="&x;"/></body></opml>', 2),
]


@pytest.fixture
def store(tmp_path: Path) -> FollowingStore:
    return FollowingStore(tmp_path)


def sites(store: FollowingStore) -> list[str]:
    return [followed.feed for followed in store.read()[0]]


def test_a_list_that_a_reader_exported_is_read_groups_and_all(store: FollowingStore) -> None:
    store.path.write_text(FROM_A_READER)
    found, warnings = store.read()
    assert found == [
        Followed("https://ann.net/feed", "https://ann.net/", "Ann"),
        Followed("https://bo.net/feed", "", "Bo"),
    ]
    assert len(warnings) == 1
    assert f"{store.path}:12: xmlUrl cannot be used" in warnings[0]


def test_what_is_not_ours_in_it_stays(store: FollowingStore) -> None:
    store.path.write_text(FROM_A_READER)
    store.add(Followed("https://cy.net/feed", "https://cy.net/", "Cy & <Co>"))
    store.remove("https://bo.net/feed")
    text = store.path.read_text()
    for kept in ("<!-- exported -->", "<ownerName>Me</ownerName>", 'x-colour="red"', 'text="a note"', 'text="Friends"'):
        assert kept in text
    assert sites(store) == ["https://ann.net/feed", "https://cy.net/feed"]


def test_no_list_is_an_empty_one(store: FollowingStore) -> None:
    assert store.read() == ([], [])
    assert store.remove("https://ann.net/") == []
    assert not store.path.exists()


def test_each_site_stands_once_on_its_own_line_in_the_order_of_addresses(store: FollowingStore) -> None:
    for name in ("cy", "ann", "bo"):
        assert store.add(Followed(f"https://{name}.net/feed", f"https://{name}.net/", name))
    assert not store.add(Followed("HTTPS://ANN.net:443/feed", "", "again"))
    assert sites(store) == [f"https://{name}.net/feed" for name in ("ann", "bo", "cy")]
    lines = [line for line in store.path.read_text().splitlines() if "<outline" in line]
    assert lines[0] == ('    <outline type="rss" text="ann" xmlUrl="https://ann.net/feed" htmlUrl="https://ann.net/"/>')
    assert len(lines) == 3


def test_the_same_sites_make_the_same_file_in_whatever_order_they_came(tmp_path: Path) -> None:
    texts = set()
    for number, order in enumerate(("abc", "cab", "bca")):
        store = FollowingStore(tmp_path / str(number))
        for name in order:
            store.add(Followed(f"https://{name}.net/feed", "", name))
        texts.add(store.path.read_text())
    assert len(texts) == 1


@pytest.mark.needs("git")
def test_git_merges_sites_that_were_added_in_two_places(store: FollowingStore) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=store.path.parent, check=True, capture_output=True)

    for name in ("b", "d", "f"):
        store.add(Followed(f"https://{name}.net/feed", "", name))
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("switch", "-qc", "other")
    store.add(Followed("https://a.net/feed", "", "a"))
    git("commit", "-qam", "two")
    git("switch", "-q", "main")
    store.add(Followed("https://e.net/feed", "", "e"))
    git("commit", "-qam", "three")
    git("merge", "-q", "other", "-m", "both")
    assert sites(store) == [f"https://{name}.net/feed" for name in "abdef"]


@pytest.mark.parametrize("url", ["https://ann.net/feed", "https://ann.net/", "http://www.ann.net", "ann.net"])
def test_a_site_is_taken_out_by_any_address_of_its_own(store: FollowingStore, url: str) -> None:
    store.add(Followed("https://ann.net/feed", "https://ann.net/", "Ann"))
    store.add(Followed("https://bo.net/feed", "", "Bo"))
    gone = store.remove(url if "://" in url else f"https://{url}")
    assert [followed.name for followed in gone] == ["Ann"]
    assert sites(store) == ["https://bo.net/feed"]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_a_broken_list_is_named_with_its_line_and_never_written_over(
    store: FollowingStore, text: str, line: int
) -> None:
    store.path.write_text(text)
    for act in (
        store.read,
        lambda: store.add(Followed("https://ann.net/feed")),
        lambda: store.remove("https://ann.net/feed"),
    ):
        with pytest.raises(ContentError) as raised:
            act()
        assert str(raised.value).startswith(f"{store.path}:{line}: ")
    assert store.path.read_text() == text


def test_an_entity_bomb_is_refused_in_any_encoding(store: FollowingStore) -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">'
    bomb += "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    store.path.write_bytes(f'{bomb}]><opml><body><outline xmlUrl="&m;"/></body></opml>'.encode("utf-16"))
    with pytest.raises(ContentError):
        store.read()


def test_a_link_is_not_followed(store: FollowingStore, tmp_path: Path) -> None:
    (tmp_path / "other").write_text(FROM_A_READER)
    store.path.symlink_to(tmp_path / "other")
    with pytest.raises(ContentError, match="links are not followed"):
        store.add(Followed("https://ann.net/feed"))
    assert store.path.is_symlink()
