"""Bytes become text as in browsers, and never by a codec that is none for text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.web.answer import Response
from indieweb.web.decoding import charset_in, decoded

U = "ü€"


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        (U.encode(), "", U),
        (U.encode(), "UTF-8", U),
        ("ü".encode("latin-1"), "iso-8859-1", "ü"),
        (U.encode("cp1252"), "ISO-8859-1", U),
        (U.encode("cp1252"), "", U),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        (codecs.BOM_UTF8 + U.encode(), "koi8-r", U),
        (codecs.BOM_UTF16_LE + U.encode("utf-16-le"), "", U),
        (codecs.BOM_UTF16_BE + U.encode("utf-16-be"), "utf-8", U),
        ("<meta charset=koi8-r>привет".encode("koi8-r"), "", "<meta charset=koi8-r>привет"),
        (
            '<meta content="text/html; charset=cp1252">€'.encode("cp1252"),
            "",
            '<meta content="text/html; charset=cp1252">€',
        ),
        ("<meta charset=koi8-r>ü".encode(), "utf-8", "<meta charset=koi8-r>ü"),
        ("<meta charset=utf-16>ü".encode(), "", "<meta charset=utf-16>ü"),
        ("é".encode() + "ü€".encode()[:-1], "", "éü\ufffd"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(body: bytes, charset: str, text: str) -> None:
    assert decoded(body, charset) == text


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "zip", "rot13", "base64", "idna", "hex", "x" * 999, "../x", "\0"]
)
def test_an_unknown_encoding_is_as_good_as_none(charset: str) -> None:
    assert decoded(b"+ADw-script\\x3c ZG8=", charset) == "+ADw-script\\x3c ZG8="


def test_nuls_and_broken_bytes_are_replaced() -> None:
    assert decoded(b"a\0b\xffc", "utf-8") == "a\ufffdb\ufffdc"
    assert decoded(b"a\0b") == "a\ufffdb"
    assert decoded("a\0b".encode("utf-16-le"), "utf-16le") == "a\ufffdb"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "utf-16", "gbk", "iso-2022-jp", "big5", "euc-kr", "x-user-defined"]),
)
def test_no_bytes_raise(body: bytes, charset: str) -> None:
    text = decoded(body, charset)
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html;Charset="UTF-8"', "UTF-8"),
        ("text/html; x=y; charset = 'koi8-r' ; z", "koi8-r"),
        ("text/html", ""),
        ("", ""),
    ],
)
def test_the_header_names_the_encoding(header: str, charset: str) -> None:
    assert charset_in(header) == charset
    assert Response("https://a.org/", 200, (("content-type", header),)).charset == charset
