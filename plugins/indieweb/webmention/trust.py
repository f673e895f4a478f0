"""Whose word is taken without asking: a neighbourhood of people, each known by the place at which only they write.

A place is a host, or a person's own part of one (``social.example/@ann``, ``club.example/~bob``). What a page says of
its author has no say: anybody can claim to be anybody, but not to be somewhere.
"""

from collections.abc import Iterable

from indieweb.web.links import host_of
from indieweb.webmention.names import address_name, name_of

#: Hosts on which everybody's words stand side by side, and those below them: none of these is anybody's place.
SHARED = frozenset(
    {
        *("brid.gy", "commentpara.de", "granary.io", "telegra.ph", "micro.blog", "medium.com"),
        *("facebook.com", "instagram.com", "twitter.com", "x.com", "bsky.app", "threads.net", "linkedin.com"),
        *("reddit.com", "news.ycombinator.com", "lobste.rs", "youtube.com", "github.com", "gitlab.com", "codeberg.org"),
        *("archive.org", "archive.ph", "google.com", "googleusercontent.com", "translate.goog", "feedburner.com"),
    }
)
_PERSONAL = ("@", "~")


def place_of(url: str) -> str:
    """The place at which a page stands, as a name; empty where it is nobody's.

    A segment that begins with ``@`` or ``~`` is where a person's part of a host begins.
    """
    host = host_of(url).rstrip(".").removeprefix("www.")
    labels = host.split(".")
    if not host or any(".".join(labels[first:]) in SHARED for first in range(len(labels))):
        return ""
    segments = address_name(url).partition("?")[0].split("/")[1:]
    mark = next((place for place, segment in enumerate(segments) if segment.startswith(_PERSONAL)), None)
    return host if mark is None else "/".join((host, *segments[: mark + 1]))


def rule_of(url: str) -> str:
    """The rule of a blocklist that means the place at which a page stands; empty where it is nobody's."""
    place = place_of(url)
    rule = f"https://{place}" if "/" in place else place
    return rule if name_of(rule) else ""


def rule_of_host(host: str) -> str:
    """The rule that means a whole host and all below it; empty where it is everybody's, or no name of a host."""
    return rule_of(f"https://{host}/") if host else ""


def rules_for(source: str) -> tuple[str, ...]:
    """The rules by which a source can be blocked: its person, where there is one, and its host."""
    return tuple(dict.fromkeys(filter(None, (rule_of(source), rule_of_host(host_of(source))))))


def is_rule(said: str) -> bool:
    """Whether something is one of the rules that :func:`rules_for` gives for any source."""
    return said in rules_for(said if "://" in said else f"https://{said}/")


def places_of(addresses: Iterable[str]) -> frozenset[str]:
    """The places of people, each told by an address: of their page, or of their feed where that is all that is known.

    Feeds often stand at a service's, which is not theirs alone.
    """
    return frozenset(map(place_of, addresses)) - {""}
