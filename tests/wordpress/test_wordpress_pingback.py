"""An ordinary WordPress, which takes no webmentions, is told by pingback, and shows who wrote."""

from pathlib import Path

import pytest
from lxml import html

from homes import make_home, run
from indieweb.serving.listening import serve_tree
from wordpress import WordPress, wordpress

REPLY = "Date: 2026-11-02 10:00\nSlug: kitchen\nIn-Reply-To: {post}\n\nThey shine as far as our kitchen.\n"
SOURCE = "2026/11/kitchen/"


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
def test_a_wordpress_is_told_of_a_reply_once_and_shows_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "public").mkdir(parents=True)
    with serve_tree(home / "public") as address, wordpress(tmp_path / "wordpress", address) as blog:
        make_home(home, {"content/reply.md": REPLY.format(post=blog.post)})
        allowed = ",".join(url.removeprefix("http://").strip("/") for url in (address, blog.url))
        environ = {"SITEURL": address.rstrip("/"), "INDIEWEB_FETCH_ALLOW": allowed}
        assert shown(blog) == []

        published = run(home, "publish", environ=environ)
        assert published.returncode == 0, published.stderr
        sent = run(home, "send", "--all", environ=environ)  # all, because the post is older than the ledger
        assert sent.returncode == 0, sent.stderr
        assert f"delivered {blog.post} /{SOURCE} new" in rows(sent.stdout), sent.stdout
        assert shown(blog) == [address + SOURCE]
        assert pings(blog) == 1

        again = run(home, "send", "--all", environ=environ)
        assert (again.returncode, again.stdout) == (0, "Nobody needs to be told of anything.\n")
        assert shown(blog) == [address + SOURCE]
        assert pings(blog) == 1
