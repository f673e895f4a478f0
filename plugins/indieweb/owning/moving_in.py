"""Making a delivered home somebody's own: first everything is settled, then everything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from indieweb.errors import ContentError, SettingError, said_by
from indieweb.model.mention import context_key
from indieweb.model.post import Post
from indieweb.owning.conf import Value, assigned, change_assignments
from indieweb.owning.owner import Owner
from indieweb.owning.samples import Samples
from indieweb.settings import Settings
from indieweb.stores.files import remove, write_whole
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.posts import read_posts, timezone_of
from indieweb.web.links import host_of, is_reserved

#: The pages that a home should have, in words that are true of every home.
PAGES = {
    "pages/about.md": "---\nTitle: About\nSlug: about\n---\n\n{about}\n",
    "pages/follow.md": (
        "---\nTitle: Follow\nSlug: follow\n---\n\nTo hear of what is new here, give the address of the home page to a "
        "feed reader. Nobody is told that you follow, and there is nothing to sign up for.\n"
    ),
}
HELLO = "---\nDate: {date}\n---\n\nHello. The lights are on, and this is home now.\n"


@dataclass(frozen=True, slots=True)
class Move:
    """All that will be done, settled before any of it is.

    :param writes: the text of each file that is written.
    :param removals: files below ``content/`` that go.
    :param records: posts, by the path of their permalink, whose ledger goes with them.
    :param kept: samples that stay because they were changed, or because something that stays needs them.
    :param settings: what is assigned anew.
    """

    writes: Mapping[Path, str] = field(default_factory=dict)
    removals: tuple[Path, ...] = ()
    records: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)


def plan_move(owner: Owner, settings: Settings, samples: Samples, now: datetime | None = None) -> Move:
    """What making this home the owner's will take. Nothing is written.

    :raises SettingError: a conf file is missing or cannot be changed.
    """
    home, content = settings.home, settings.content
    posts = [post for post in read_posts(settings) if isinstance(post, Post)]
    values, public = _new_settings(owner, settings, samples)
    removable = samples.unchanged(content)
    needed = _needed(removable, posts, replace(settings, photo=str(values.get("INDIEWEB_PHOTO", settings.photo))))
    going = [path for path in removable if path not in needed and path not in PAGES]
    writes = _conf_writes(home, values, public)
    name = owner.name or settings.author or settings.sitename
    about = owner.about or values.get("INDIEWEB_ABOUT", settings.about) or f"This is the home of {name}."
    writes |= {content / path: text.format(about=about) for path, text in PAGES.items() if path in removable}
    moment = now or datetime.now(timezone_of(settings)).replace(microsecond=0)
    hello = content / "posts" / f"{moment:%Y-%m-%d}-hello.md"
    if not [post for post in posts if post.path not in going] and not hello.exists():
        writes[hello] = HELLO.format(date=moment.isoformat())
    return Move(
        writes=writes,
        removals=tuple(content / path for path in going if content / path not in writes),
        records=_untold([post for post in posts if post.path in going], content),
        kept=tuple(dict.fromkeys([*samples.changed(content), *sorted(needed)])) if going else (),
        settings={**_news(values, home / "pelicanconf.py"), **_news(public, home / "publishconf.py")},
    )


def carry_out(move: Move, content: Path) -> None:
    """Do what was planned: write first, then remove, so that whatever ends it early has lost nothing.

    :raises StoreError: a file cannot be written or removed.
    """
    for path, text in move.writes.items():
        write_whole(path, text, durable=True)
    ledger = LedgerStore(content)
    for record in move.records:
        ledger.remove(record)
    for path in move.removals:
        remove(path, durable=True)
        _remove_empty(path.parent, content)


def _new_settings(owner: Owner, settings: Settings, samples: Samples) -> tuple[dict[str, Value], dict[str, Value]]:
    """What ``pelicanconf.py`` and ``publishconf.py`` will say otherwise."""
    conf = assigned(_read(settings.home / "pelicanconf.py"))
    delivered = {name for name, value in samples.settings.items() if conf.get(name) == value}
    values: dict[str, Value] = {}
    if owner.name is not None:
        values["AUTHOR"] = owner.name
        if "SITENAME" in delivered or conf.get("SITENAME") in (None, conf.get("AUTHOR")):
            values["SITENAME"] = owner.name
        values |= {name: "" for name in ("SITESUBTITLE", "INDIEWEB_LICENSE", "INDIEWEB_ABOUT") if name in delivered}
    if "INDIEWEB_PHOTO" in delivered and samples.settings["INDIEWEB_PHOTO"] in samples.unchanged(settings.content):
        values["INDIEWEB_PHOTO"] = ""
    if owner.about is not None:
        values["INDIEWEB_ABOUT"] = owner.about
    if owner.me is not None:
        values["INDIEWEB_ME"] = owner.me
    public: dict[str, Value] = {} if owner.siteurl is None else {"SITEURL": owner.siteurl}
    real = [url for url in settings.former_urls if not is_reserved(host_of(url))]
    if len(real) < len(settings.former_urls):
        public["INDIEWEB_FORMER_URLS"] = real
    return values, public


def _news(values: Mapping[str, Value], conf: Path) -> dict[str, Value]:
    """Those of ``values`` that the conf file does not assign already."""
    present = assigned(_read(conf))
    return {
        name: value
        for name, value in values.items()
        if present.get(name) != (value if isinstance(value, str) else list(value))
    }


def _conf_writes(home: Path, values: Mapping[str, Value], public: Mapping[str, Value]) -> dict[Path, str]:
    writes: dict[Path, str] = {}
    for name, changes in (("pelicanconf.py", values), ("publishconf.py", public)):
        source = _read(home / name)
        changed = change_assignments(source, changes, name)
        if changed != source:
            writes[home / name] = changed
    return writes


def _needed(removable: list[str], posts: list[Post], settings: Settings) -> set[str]:
    """The media and contexts of posts that stay, and the portrait; without them the next build would complain."""
    content = settings.content
    staying = {path.relative_to(content).as_posix() for path in content.rglob("*.md")} - set(removable)
    texts = [_bytes(content / path) for path in staying] + [settings.photo.encode()]
    contexts = {f"contexts/{context_key(url)}.json" for post in posts if post.path in staying for url in _cited(post)}
    media = (path for path in removable if not path.endswith(".md"))
    return {path for path in media if path in contexts or any(_name(path) in text for text in texts)}


def _name(path: str) -> bytes:
    return path.rpartition("/")[2].encode()


def _cited(post: Post) -> list[str]:
    return [url for cited in post.answers.values() for url in cited]


def _untold(posts: list[Post], content: Path) -> tuple[str, ...]:
    """Posts whose ledger may go with them, for nobody was told of them: else they become pages that say *gone*."""
    records, _ = LedgerStore(content).read_each()
    paths = (f"{post.date:%Y/%m}/{post.slug}/" for post in posts)
    return tuple(path for path in paths if path in records and records[path].is_untold)


def _remove_empty(folder: Path, content: Path) -> None:
    """Remove folders that hold nothing any more; git does not keep them either."""
    while folder != content and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise SettingError(f"{path} is not there or cannot be read; a home has one (see docs/settings.md)") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentError(path, f"it cannot be read: {said_by(error)}") from error
