"""The names by which a mention can be meant: its source's host, the hosts above that, and the addresses in it.

A rule is one such name. So whether any of a thousand rules holds is whether two sets have a name in common.
"""

from collections.abc import Iterator

from indieweb.model.entry import Entry
from indieweb.web.links import address_in, host_of, normal


def names_of(source: str, entry: Entry | None = None) -> frozenset[str]:
    """Every name of a mention.

    :param entry: what stands at the source, if that is known by now.
    """
    found = {*_host_names(host_of(source)), *_address_names(source)}
    if entry is not None:
        found |= {address_name(entry.author.url)} if entry.author.url else set()
        found |= set(_address_names(entry.url)) if entry.url != source else set()
    return frozenset(found - {""})


def name_of(said: str) -> str:
    """The name that an owner wrote down: a host, or an address that begins with http(s)://; empty where it is none.

    A host of one label is none: it would be everything below ``com``, or a word that lacks its quotes.
    """
    if "://" in said:
        return address_name(said)
    host = host_of(f"https://{said}/") if not set(said) & set("/?#@:") else ""
    return host.rstrip(".") if "." in host.strip(".") else ""


def address_name(url: str) -> str:
    """The name of an address: without scheme and fragment, and without a slash at its end unless it is a whole host."""
    name = normal(url).partition("://")[2]
    return name if name.count("/") == 1 else name.rstrip("/")


def _host_names(host: str) -> Iterator[str]:
    """A host and those above it."""
    yield host.rstrip(".")
    if address_in(host) is None:
        labels = host.rstrip(".").split(".")
        yield from (".".join(labels[first:]) for first in range(1, len(labels) - 1))


def _address_names(url: str) -> Iterator[str]:
    """An address and those that it stands below, up to the first page of its host."""
    whole = address_name(url)
    yield whole
    path = whole.partition("?")[0]
    while "/" in path:
        yield path
        path = path.rpartition("/")[0]
    yield f"{path}/"
