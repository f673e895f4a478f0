"""Bytes of a page to text, as browsers do it, and never with a codec that is no charset."""

import codecs
import re

import webencodings

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,>/]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,400}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
#: How far a page is searched for its charset (HTML Standard, "prescan a byte stream").
PRESCAN = 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))


def charset_in(content_type: str) -> str:
    """The charset parameter of a Content-Type header or meta element; empty where there is none."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def decoded(body: bytes, charset: str = "", *, is_xml: bool = False) -> str:
    """``body`` as text: by its byte order mark, else ``charset``, else its meta element, else UTF-8 or windows-1252.

    Never raises: what is no text becomes U+FFFD, and so does NUL. An unknown charset is as good as none.

    :param is_xml: look for an XML declaration instead of a meta element (RFC 7303, section 3).
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _text(body.removeprefix(mark), name)
    named = webencodings.lookup(charset) if charset else None
    if named is None:
        found = (_DECLARATION if is_xml else _META).search(body, 0, PRESCAN)
        named = webencodings.lookup(found[1].decode("ascii", "replace")) if found else None
        if named is not None and named.name.startswith("utf-16"):  # a page that could be searched is not UTF-16
            named = webencodings.UTF8
    return _text(body, named.name) if named else _guessed(body)


def _guessed(body: bytes) -> str:
    try:
        return body.decode("utf-8").replace("\0", "\ufffd")
    except UnicodeDecodeError as error:
        cut = error.end >= len(body) and error.reason == "unexpected end of data"
        return _text(body, "utf-8" if cut else "windows-1252")


def _text(body: bytes, name: str) -> str:
    encoding = webencodings.lookup(name)
    codec = encoding.codec_info if encoding else webencodings.UTF8.codec_info
    return str(codec.decode(body, "replace")[0]).replace("\0", "\ufffd")
