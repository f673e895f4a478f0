"""The last part of a new post's address, made of what is known of it."""

import re

from unidecode import unidecode

#: How long a slug may become, cut between words.
LENGTH = 60
#: How many words of a text name it.
WORDS = 6

_OTHER = re.compile(r"[^a-z0-9]+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"\b[a-z]+://\S+|<[^<>]*>", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def slug_of(text: str, length: int = LENGTH) -> str:
    """``text`` in lower-case ASCII letters, digits and single hyphens; empty where nothing of it can be spelt so.

    :param length: the most characters; it is cut between words, or within one that alone is longer.
    """
    known = _APOSTROPHE.sub("", text).encode("utf-8", "ignore").decode()  # a file name may hold bytes that are no text
    spelt = _OTHER.sub("-", unidecode(known).lower()).strip("-")
    if len(spelt) <= length:
        return spelt
    cut = spelt[: length + 1]
    return (cut.rpartition("-")[0] if "-" in cut else cut[:length]).strip("-")


def slug_of_text(markdown: str) -> str:
    """The first words of a Markdown text as a slug; addresses and markup are passed over."""
    said = _ADDRESS.sub(" ", _LINK.sub(r"\1", markdown))
    words = (slug_of(word) for word in said.split())
    return slug_of(" ".join([word for word in words if word][:WORDS]))
