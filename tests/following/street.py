"""A home without a receiver, and the site of somebody whom it follows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from indieweb.following.collect import collect_followed
from indieweb.following.gathered import Gathered
from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.stores.following import Followed, FollowingStore
from indieweb.stores.mentions import MentionStore
from loopback import Answer, Headers, Site

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ENTRY = (
    '<article class="h-entry"><a class="u-url" href="{path}"></a><a class="p-author h-card" href="/">Ann</a>'
    '<a class="u-in-reply-to" href="{target}">to</a><p class="e-content">{text}</p></article>'
)


@dataclass
class Street:
    """The home, and Ann's site.

    :param posts: what Ann's feed has, newest first: a path, and what its page and its feed say.
    :param headers: of her feed.
    """

    folder: Path
    home: Site
    ann: Site
    posts: dict[str, str] = field(default_factory=dict)
    headers: Headers = ()
    allowed: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        allow = [self.home.pair, self.ann.pair, *self.allowed]
        return Settings.from_mapping({"SITEURL": self.home.url, "INDIEWEB_FETCH_ALLOW": allow}, self.folder, {})

    @property
    def target(self) -> str:
        """The address of the home's post."""
        return f"{self.home.url}/2026/11/hello/"

    def follow(self, feed: str, page: str = "") -> None:
        FollowingStore(self.settings.content).add(Followed(feed, page, "Ann"))

    def post(self, path: str = "/reply", text: str = "Well said.", target: str = "") -> str:
        """Ann writes, or changes, a post that answers the home. Returns its address."""
        html = ENTRY.format(path=path, target=target or self.target, text=text)
        self.ann.page(path, html)
        self.posts = {path: html, **{other: said for other, said in self.posts.items() if other != path}}
        self.publish()
        return self.ann.url + path

    def publish(self) -> None:
        """Ann's feed says what there is now."""
        entries = (
            f"<entry><link href='{self.ann.url}{path}'/><content type='html'>{escape(html)}</content></entry>"
            for path, html in self.posts.items()
        )
        self.says(f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>')

    def says(self, body: str | bytes, status: int = 200, *headers: tuple[str, str]) -> None:
        """Ann's feed says this."""
        self.ann.says["/feed"] = Answer(
            body, status, (("Content-Type", "application/atom+xml"), *self.headers, *headers)
        )

    def collect(self, later: timedelta = timedelta(), **choices: Any) -> Gathered:
        """Ask, that much after noon."""
        return collect_followed(self.settings, **{"now": NOON + later, **choices})

    @property
    def kept(self) -> list[Mention]:
        return MentionStore(self.settings.content).read()[0]

    @property
    def words(self) -> list[str]:
        """The texts of what is kept."""
        return sorted(mention.entry.text for mention in self.kept)

    def asked(self, path: str) -> int:
        """How often Ann was asked for a page."""
        return [one.path for one in self.ann.asked].count(path)
