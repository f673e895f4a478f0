"""An ordinary WordPress, which sends no webmentions, tells our receiver by pingback of a post that links to us."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from indieweb.receiver.app import make_app
from indieweb.receiver.service import Service
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from loopback import Answer, Asked, Site, loopback
from wordpress import wordpress

PAGE = "/2026/11/hello/"


def stand(site: Site, client: TestClient) -> None:
    """Put the receiver at the home's own address, as a web server in front of it does."""

    def passed_on(asked: Asked) -> Answer:
        answer = client.post("/pingback", content=asked.body, headers={"content-type": asked.headers["content-type"]})
        return Answer(answer.content, answer.status_code, (("Content-Type", answer.headers["content-type"]),))

    site.says["/pingback"] = passed_on
    site.page(PAGE, "<p>Our page", ("X-Pingback", f"{site.url}/pingback"))


@pytest.mark.long
@pytest.mark.needs("mariadbd", "mariadb-install-db", "php", "wordpress")
def test_a_post_of_a_wordpress_that_links_to_us_becomes_a_mention(tmp_path: Path) -> None:
    with loopback() as site, wordpress(tmp_path / "wordpress", site.url) as blog:
        pair = blog.url.removeprefix("http://")
        settings = Settings(home=tmp_path, siteurl=site.url, fetch_allow=(site.pair, pair))
        inbox = Inbox.of(settings)
        stand(site, TestClient(make_app(Service.of(settings, inbox)), client=("203.0.113.9", 5000)))

        target = site.url + PAGE
        source = blog.publish(f'They shine <a href="{target}">as far as here</a>, on clear nights.')
        pinged = [asked for asked in site.asked if asked.path == "/pingback"]
        assert [asked.method for asked in pinged] == ["POST"]

        assert dict(Worker(settings, inbox).once()) == {"verified": 1}
        (row,) = inbox.pending()
        assert (row.source, row.target) == (source, target)
        assert (row.pending or {})["wm-protocol"] == "pingback"
        assert "as far as here" in str(row.pending)
        inbox.close()
