"""The life of a post that our own theme draws, told to receivers whose endpoints are for one use each.

What `send` does with each change is held by its own tests. Here a post is a file of the owner's, each publication is a
real build, and whoever is told looks at once at what the live page shows.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import homes
from indieweb.sending import Report, send_due
from indieweb.serving.lookup import look_up
from indieweb.settings import Settings
from loopback import Answer, Site, loopback

NOON = datetime(2020, 1, 2, 12, 0, tzinfo=UTC)
DATE = "Date: 2020-01-02 10:00"
NAMES = ("a", "b", "c")


@dataclass
class Life:
    """A home with a post, its live site, and somebody else's pages at ``/a``, ``/b`` and ``/c``.

    :param day: of the next run: one passes with each.
    """

    home: Path
    live: Site
    other: Site
    settings: Settings
    day: datetime = NOON
    sends: int = 0
    report: Report = field(default_factory=Report)

    def write(self, text: str, head: str = "", name: str = "hello") -> None:
        """Write the file of a post; ``[a]`` in the text is a link to the other site's page ``/a``."""
        for each in NAMES:
            text = text.replace(f"[{each}]", f"<{self.other.url}/{each}>")
        head = "".join(f"{line}\n" for line in (DATE, head) if line)
        (self.home / f"content/{name}.md").write_text(f"---\n{head}---\n{text}\n", "utf-8")

    def rename(self, old: str, new: str) -> None:
        (self.home / f"content/{old}.md").rename(self.home / f"content/{new}.md")

    def publish(self) -> list[tuple[str, str, str]]:
        """Build, upload and send. Returns who was told: path of the source, path of the target, what the source shows.

        Whoever was told took it: an endpoint that was used before, or never announced, would have refused.
        """
        self.build()
        seen = len(self.other.asked)
        self.report = send_due(self.settings, patience=0, now=self.day)
        self.day += timedelta(days=1)
        asked = self.other.asked[seen:]
        assert {line.state for line in self.report.lines} <= {"accepted"}, self.report.lines
        assert sum(seen.method == "GET" for seen in asked) == sum(seen.method == "POST" for seen in asked)
        return sorted(self._told(seen.form) for seen in asked if seen.method == "POST")

    def build(self) -> None:
        """Build as `make publish` does, and show it as a host does."""
        done = homes.run(self.home, "build", "--publish", environ={"SITEURL": self.live.url})
        assert done.returncode == 0, done.stderr
        self.live.says = {}
        for file in self.settings.built.rglob("index.html"):
            path = f"/{file.parent.relative_to(self.settings.built).as_posix()}/"
            self.live.says[path] = Answer(file.read_text("utf-8"), look_up(self.settings.built, path).status)

    def _told(self, form: dict[str, str]) -> tuple[str, str, str]:
        path, target = form["source"].removeprefix(self.live.url), form["target"]
        answer = self.live.says.get(path, Answer("", 404))
        assert isinstance(answer, Answer)
        shows = "the link" if f'href="{target}"' in str(answer.body) else "no link"
        return path, target.removeprefix(self.other.url), shows if answer.status == 200 else str(answer.status)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A home before its first post, with a theme of its own."""
    shutil.copytree(homes.ROOT / "theme", tmp_path / "theme")
    home = homes.make_home(tmp_path, {}, 'THEME = "theme"')
    with loopback() as live, loopback("127.0.0.2") as other:
        for name in NAMES:
            other.takes_each_once(f"/{name}")
        conf = {"SITEURL": live.url, "INDIEWEB_FETCH_ALLOW": [live.pair, other.pair]}
        yield Life(home, live, other, Settings.from_mapping(conf, home, {}))


HELLO, BETTER = "/2020/01/hello/", "/2020/01/better/"


def test_whoever_a_post_links_to_is_told_of_each_change_until_its_end(life: Life) -> None:
    life.write("See [a].")
    assert life.publish() == [(HELLO, "/a", "the link")]
    assert life.publish() == []

    life.write("See [a] and [b].")
    assert life.publish() == [(HELLO, "/a", "the link"), (HELLO, "/b", "the link")]

    life.write("See [b].")
    assert life.publish() == [(HELLO, "/a", "no link"), (HELLO, "/b", "the link")]
    assert life.publish() == []

    (life.home / "content/hello.md").unlink()
    assert life.publish() == [(HELLO, "/b", "410")]
    assert life.publish() == []

    life.write("Back, and see [b] again.")
    assert life.publish() == [(HELLO, "/b", "the link")]
    tokens = [seen.path for seen in life.other.asked if seen.method == "POST"]
    assert len(tokens) == len(set(tokens)) == 7


def test_what_becomes_a_deletion_while_nothing_is_sent_is_told_as_the_last_state_only(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    life.write("See [a] and [b].")
    life.build()
    (life.home / "content/hello.md").unlink()
    assert life.publish() == [(HELLO, "/a", "410")]


def test_a_post_that_moves_and_leaves_an_alias_tells_nobody_and_tells_of_changes_from_its_new_address(
    life: Life,
) -> None:
    life.write("See [a].")
    life.publish()
    life.rename("hello", "better")
    life.write("See [a].", f"Alias: {HELLO}", "better")
    assert life.publish() == []
    assert life.publish() == []
    life.write("See [a] and [b].", f"Alias: {HELLO}", "better")
    assert life.publish() == [(BETTER, "/a", "the link"), (BETTER, "/b", "the link")]
    (life.home / "content/better.md").unlink()
    assert life.publish() == [(BETTER, "/a", "410"), (BETTER, "/b", "410")]


def test_a_post_that_moves_without_an_alias_ends_at_one_address_and_begins_at_another(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    life.rename("hello", "better")
    assert life.publish() == [(BETTER, "/a", "the link"), (HELLO, "/a", "410")]
    assert life.publish() == []


@pytest.mark.parametrize("status", ["draft", "hidden", "skip"])
def test_nobody_is_told_of_a_post_before_it_is_published(life: Life, status: str) -> None:
    life.write("See [a].", f"Status: {status}")
    life.write("See [b].", name="other")
    assert life.publish() == [("/2020/01/other/", "/b", "the link")]
    life.write("See [a] and [c].", f"Status: {status}")
    assert life.publish() == []
    assert {seen.path.partition("?")[0] for seen in life.other.asked} == {"/b", "/b/once"}
    life.write("See [a] and [c].")
    assert life.publish() == [(HELLO, "/a", "the link"), (HELLO, "/c", "the link")]


def test_a_post_that_was_told_of_and_is_hidden_tells_nobody_while_it_is(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    life.write("See [a] and [b].", "Status: hidden")
    assert life.publish() == []
    life.write("See [a] and [b].")
    assert life.publish() == [(HELLO, "/a", "the link"), (HELLO, "/b", "the link")]


def test_a_post_that_becomes_a_draft_again_is_gone_to_those_who_were_told(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    life.write("See [a].", "Status: draft")
    assert life.publish() == [(HELLO, "/a", "410")]


CHANGES = {
    "tags": "Tags: bread, at home",
    "a_day_of_change": "Modified: 2020-01-02 11:00",
    "a_copy_elsewhere": "Syndication: https://copy.net/1",
    "an_alias": "Alias: /2019/12/before/",
}


def test_a_change_of_what_the_post_does_not_say_itself_tells_nobody(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    page = life.settings.built / HELLO.strip("/") / "index.html"
    for head in CHANGES.values():
        before = page.read_bytes()
        life.write("See [a].", head)
        assert life.publish() == [], head
        assert page.read_bytes() != before or head.startswith("Alias")
    life.write("See [a].")
    life.write("Another [b].", name="other")
    assert life.publish() == [("/2020/01/other/", "/b", "the link")]


def test_a_change_of_the_theme_tells_nobody_even_if_the_theme_links_to_somebody(life: Life) -> None:
    life.write("See [a].")
    life.publish()
    base = life.home / "theme/templates/base.html"
    text = base.read_text("utf-8")
    assert "</body>" in text
    base.write_text(text.replace("</body>", f'<p>By <a href="{life.other.url}/b">us</a></p></body>'), "utf-8")
    assert life.publish() == []
    assert f"{life.other.url}/b" in (life.settings.built / HELLO.strip("/") / "index.html").read_text("utf-8")
