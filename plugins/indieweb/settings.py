"""Every ``INDIEWEB_*`` setting: its name, type, default and meaning, and how a home's settings are read.

The conf files are Pelican's: ``publishconf.py`` is run and its upper-case names are taken. An environment
variable of the same name wins. An unknown ``INDIEWEB_*`` name is an error that suggests the nearest.
"""

import difflib
import json
import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from indieweb.errors import SettingError

PREFIX = "INDIEWEB_"
#: What ``INDIEWEB_TRUST`` may name.
FOLLOWED, APPROVED, VOUCHED, FRIENDS = "followed", "approved", "vouched", "friends"
TRUSTS = (FOLLOWED, APPROVED, VOUCHED, FRIENDS)
DEFAULT_SITEURL = "http://localhost:8000"
#: Pelican's own settings that commands without Pelican need; each is the attribute of its name in lower case.
PELICAN_NAMES = ("SITEURL", "SITENAME", "AUTHOR", "TIMEZONE", "PATH", "DEFAULT_LANG")


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one home. ``INDIEWEB_X_Y`` is the attribute ``x_y``."""

    home: Path
    siteurl: str = DEFAULT_SITEURL
    sitename: str = "A home"
    author: str = ""
    timezone: str = "UTC"
    path: str = "content"
    default_lang: str = "en"

    about: str = _setting("", "One or two sentences about you, for your card.")
    me: tuple[str, ...] = _setting((), "Addresses that are also you; each becomes a rel=me link.")
    photo: str = _setting("", "Your portrait, a path below content/.")
    mail: str = _setting("", "A mail address that readers may answer to; empty offers none.")
    license: str = _setting("", "The address of the licence that your posts are under.")
    accent: str = _setting("teal", "The theme's one colour: teal, blue, plum, rust, moss or ink.")
    type: str = _setting("serif", "The theme's type: serif or sans.")
    endpoint: str = _setting("", "The webmention endpoint that your pages announce; empty announces none.")
    pingback: str = _setting("", "The pingback endpoint that your pages announce; empty announces none.")
    mentions_from: str = _setting(
        "", "Address and token, with a space between, of the receiver to pull mentions from; empty: the local var/."
    )
    former_urls: tuple[str, ...] = _setting((), "Earlier addresses of this home.")
    fetch_allow: tuple[str, ...] = _setting(
        (), "Exact host:port pairs that may be contacted although they are private or reserved."
    )
    fetch_ports: tuple[str, ...] = _setting(("80", "443"), "Ports that may be contacted.")
    deploy_to: str = _setting(
        "folder:public",
        "Where `make publish` uploads to: folder:PATH, rsync:[USER@]HOST:PATH, git:REMOTE#BRANCH "
        "or rclone:REMOTE:PATH.",
    )
    database_url: str = _setting(
        "", "The receiver's database, as an SQLAlchemy address; empty: SQLite in var/inbox.sqlite."
    )
    receive_limits: str = _setting(
        "address:60/minute,source:600/minute", "How many mentions the receiver takes, or `off`."
    )
    trusted_proxies: tuple[str, ...] = _setting((), "Networks of proxies whose X-Forwarded-For is believed.")
    trust: tuple[str, ...] = _setting(
        (FOLLOWED, APPROVED),
        "Whose mentions need no yes: of whom you follow, of hosts that you approved before, of whom one of these "
        "vouches for, and of friends of friends.",
    )
    on_approved: str = _setting("", "A command to run, or an address to tell, when what is published has changed.")

    @property
    def content(self) -> Path:
        """The folder of the owner's files."""
        return self.home / self.path

    @property
    def var(self) -> Path:
        """The folder of queues and other state that is not yet content."""
        return self.home / "var"

    @property
    def cache(self) -> Path:
        """The folder of what makes building fast."""
        return self.home / ".cache"

    @property
    def built(self) -> Path:
        """The last build for publishing: what ``check``, ``deploy`` and ``send`` read."""
        return self.cache / "site"

    @classmethod
    def from_mapping(cls, conf: Mapping[str, Any], home: Path, environ: Mapping[str, str] | None = None) -> Self:
        """Settings from Pelican's dictionary (or an empty one) and the environment, which wins.

        :raises SettingError: an unknown ``INDIEWEB_*`` name, or a value of the wrong type.
        """
        values = {**conf, **overrides(environ if environ is not None else os.environ)}
        _refuse_unknown(values)
        given = {
            of.name: _typed(name, values[name], of) for name, of in _fields().items() if values.get(name) is not None
        }
        given["siteurl"] = (given.get("siteurl") or DEFAULT_SITEURL).rstrip("/")
        made = cls(home=home, **given)
        _judge(made)
        return made


def setting_names() -> dict[str, tuple[Any, str]]:
    """``INDIEWEB_*`` names with default and meaning, in the order of the documentation."""
    return {name: (of.default, of.metadata["meaning"]) for name, of in _fields().items() if "meaning" in of.metadata}


def load(home: Path, environ: Mapping[str, str] | None = None, conf: str = "publishconf.py") -> Settings:
    """The settings of the home at ``home``; on a host without a home, from the environment alone.

    :raises SettingError: the conf file cannot be run, or a setting is unknown or of the wrong type.
    """
    path = home / conf
    return Settings.from_mapping(conf_names(path) if path.is_file() else {}, home.resolve(), environ)


def overrides(environ: Mapping[str, str]) -> dict[str, Any]:
    """``SITEURL`` and every ``INDIEWEB_*`` of the environment, as text; a list is read by ``Settings.from_mapping``."""
    return {name: value for name, value in environ.items() if name == "SITEURL" or name.startswith(PREFIX)}


def conf_names(path: Path) -> dict[str, Any]:
    """The upper-case names of a conf file, which is run.

    :raises SettingError: it cannot be.
    """
    before = list(sys.path)
    sys.modules.pop("pelicanconf", None)
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        names = runpy.run_path(str(path))
    except SyntaxError as error:
        where = Path(error.filename or path)  # publishconf.py takes in pelicanconf.py, which may be the one
        raise SettingError(f"{where}:{error.lineno}: this is not valid Python: {error.msg}") from error
    except Exception as error:
        raise SettingError(f"{path}: cannot be run: {type(error).__name__}: {error}") from error
    finally:
        sys.path[:] = before
        sys.modules.pop("pelicanconf", None)
    return {name: value for name, value in names.items() if name.isupper()}


def _fields() -> dict[str, Field[Any]]:
    """Every field that a setting fills, by the name of the setting."""
    found = {of.name.upper(): of for of in fields(Settings) if of.name != "home"}
    return {name if name in PELICAN_NAMES else PREFIX + name: of for name, of in found.items()}


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    known = setting_names()
    for name in values:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else "; see docs/settings.md for the names there are"
            raise SettingError(f"{name} is not a setting of ours{hint}")


def _typed(name: str, value: Any, of: Field[Any]) -> Any:
    """``value`` as the field's type: text, or a tuple of text, which the environment gives as one text."""
    if isinstance(of.default, tuple):
        return _listed(name, value)
    if isinstance(value, str):
        return value
    raise SettingError(f"{name} must be text, but is {value!r}")


def _listed(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        text = value.strip()
        try:
            value = json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",")]
        except ValueError as error:
            raise SettingError(f"{name} is not a JSON list: {error}") from error
    if not isinstance(value, list | tuple) or not all(isinstance(part, str | int) for part in value):
        raise SettingError(f"{name} must be a list of text, but is {value!r}")
    return tuple(str(part) for part in value if str(part))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its host or its port is none
        return False


def _judge(settings: Settings) -> None:
    if not _is_address(settings.siteurl) or any(sign in settings.siteurl for sign in "?#"):
        raise SettingError(
            f"SITEURL must be an address such as https://example.org without a query, but is {settings.siteurl!r}"
        )
    for name, urls in _addresses(settings):
        for url in urls:
            if url and not _is_address(url):
                raise SettingError(f"{name} must be an address that begins with https://, but has {url!r}")
    try:
        ZoneInfo(settings.timezone)
    except (LookupError, ValueError, OSError) as error:
        raise SettingError(
            f"TIMEZONE is {settings.timezone!r}, which is no time zone; write one as Europe/Vienna"
        ) from error
    for word in settings.trust:
        if word not in TRUSTS:
            raise SettingError(f"INDIEWEB_TRUST may have {', '.join(TRUSTS)} in it, but has {word!r}")
    for network in settings.trusted_proxies:
        try:
            ip_network(network)
        except ValueError as error:
            raise SettingError(f"INDIEWEB_TRUSTED_PROXIES: {error}") from error


def _addresses(settings: Settings) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "INDIEWEB_ENDPOINT", (settings.endpoint,)
    yield "INDIEWEB_PINGBACK", (settings.pingback,)
    yield "INDIEWEB_LICENSE", (settings.license,)
    yield "INDIEWEB_FORMER_URLS", settings.former_urls
    # A mail address and a telephone are places of yours as well, https://microformats.org/wiki/rel-me.
    yield "INDIEWEB_ME", tuple(url for url in settings.me if not url.startswith(("mailto:", "tel:", "sms:")))
