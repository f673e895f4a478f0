"""An ordinary WordPress, which takes no webmentions, is told by pingback, and shows who wrote."""

from pathlib import Path

import pytest
from lxml import html

from homes import make_home, run
from indieweb.serving.listening import serve_tree
from wordpress import WordPress, wordpress

NOTE = "Title: Lamps\nDate: 2026-11-01 10:00\nSlug: lamps\n\nThey shine far, says [the other side]({post}).\n"
REPLY = "Date: 2026-11-02 10:00\nSlug: kitchen\nIn-Reply-To: {post}\n\nThey shine as far as our kitchen.\n"
SOURCES = ("2026/11/lamps/", "2026/11/kitchen/")


def rows(said: str) -> list[str]:
    """The lines that a command printed, without what only aligns them."""
    return [" ".join(line.split()) for line in said.splitlines()]


def shown(blog: WordPress) -> list[str]:
    """Whose pingbacks stand under the post: where each name leads."""
    pingbacks = html.fromstring(blog.page(blog.post)).xpath("//li[contains(@class, 'pingback')]")
    return [link for one in pingbacks for link in one.xpath(".//*[contains(@class, 'comment-author')]//a/@href")]


def pings(blog: WordPress) -> int:
    """How many pingbacks came, whatever became of them."""
    return blog.asked().count("POST /xmlrpc.php")


@pytest.mark.long
@pytest.mark.needs("mariadbd", "mariadb-install-db", "php", "wordpress")
def test_a_wordpress_shows_who_links_and_who_replies_and_is_told_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "public").mkdir(parents=True)
    with serve_tree(home / "public") as address, wordpress(tmp_path / "wordpress", address) as blog:
        make_home(home, {f"content/{n}.md": text.format(post=blog.post) for n, text in enumerate((NOTE, REPLY))})
        allowed = ",".join(url.removeprefix("http://").strip("/") for url in (address, blog.url))
        environ = {"SITEURL": address.rstrip("/"), "INDIEWEB_FETCH_ALLOW": allowed}
        assert shown(blog) == []

        published = run(home, "publish", environ=environ)
        assert published.returncode == 0, published.stderr
        sent = run(home, "send", "--all", environ=environ)  # all, because the posts are older than the ledger
        assert sent.returncode == 0, sent.stderr
        told = rows(sent.stdout)
        assert [f"delivered {blog.post} /{source} new" in told for source in SOURCES] == [True, True], told
        assert sorted(shown(blog)) == sorted(address + source for source in SOURCES)
        assert pings(blog) == 2

        again = run(home, "send", "--all", environ=environ)
        assert (again.returncode, again.stdout) == (0, "Nobody needs to be told of anything.\n")
        assert len(shown(blog)) == pings(blog) == 2
