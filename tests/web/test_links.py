"""Addresses are read in one way only."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.settings import Settings
from indieweb.web.links import absolute, host_of, is_reserved, normal, port_of, problem_with
from indieweb.web.ours import is_ours, path_of


@pytest.mark.parametrize(
    "url",
    [
        *("https://friend.org", "http://friend.org/", "https://friend.org:8443/a?b=c#d", "HTTPS://FRIEND.org/"),
        *("https://1.1.1.1/", "http://[2620:fe::fe]:80/", "https://bücher.org/ü", "https://xn--bcher-kva.org/"),
        *("https://☃.net/", "https://friend.org/?q=%0a", "https://a_b.friend.org/", "http://localhost:8000/x"),
    ],
)
def test_a_web_address_can_be_used(url: str) -> None:
    assert problem_with(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://friend.org/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "mailto:a@friend.org"),
        *("gopher://friend.org/", "//friend.org/", "friend.org", "/a", "", "https:friend.org", "about:blank"),
    ],
)
def test_what_is_not_http_is_refused(url: str) -> None:
    assert problem_with(url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://user@friend.org/", "https://user:word@friend.org/", "https://@friend.org/", "https://:@friend.org/"),
        *(
            "https://friend.org\\@evil.org/",
            "https:\\\\friend.org/",
            "https://friend.org/a\\b",
            "https://friend.org%5c@e.org/",
        ),
        *("https://friend.org/\t", "https://fri\tend.org/", "https://friend.org/a\nb", "\nhttps://friend.org/"),
        *(" https://friend.org/", "https://friend.org/a b", "https://friend.org/\0", "https://friend.org/\x7f"),
        *(
            "https://friend.org/\x85",
            "https://friend.org/\xa0",
            "https://friend.org/\u2028",
            "https://friend.org/\ufeff",
        ),
        *("https://friend.org/\u202etxt", "https://fri\u200bend.org/", "https://friend.org/\ud800"),
    ],
)
def test_user_names_backslashes_and_control_characters_are_refused(url: str) -> None:
    assert problem_with(url)


@pytest.mark.parametrize(
    "port", ["0", "65536", "99999999999", "-1", "x", "80x", "", "８０", "+80", " 80", "8 0", "0x50"]
)
def test_a_port_that_is_not_valid_is_refused(port: str) -> None:
    assert problem_with(f"https://friend.org:{port}/")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "",
            ".",
            "..",
            "a..b",
            ".a.org",
            "-",
            "[::1",
            "::1",
            "[]",
            "[v1.x]",
            "[::1%25lo]",
            "a b",
            "a%20b",
            "*",
            "a,b.org",
        ),
        *(
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "①②⑦.0.0.1",
            "a" * 64 + ".org",
            "a." * 130,
        ),
        *("[127.0.0.1]", "[::1]x", "x[::1]", "friend.org:80:80", "fri<end.org", "'friend.org", "friend.org;"),
        *("a,b.org", "a." * 130),
    ],
)
def test_a_host_that_is_none_is_refused(host: str) -> None:
    assert problem_with(f"https://{host}/")


def test_more_than_2_kib_is_refused() -> None:
    base = "https://friend.org/"
    assert problem_with(base + "a" * (2048 - len(base))) == ""
    assert "2 KiB" in problem_with(base + "a" * (2049 - len(base)))
    assert "2 KiB" in problem_with(base + "ü" * (1025 - len(base) // 2))


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://Friend.ORG", "https://friend.org/"),
        ("https://friend.org:443/a", "https://friend.org/a"),
        ("http://friend.org:80", "http://friend.org/"),
        ("http://friend.org:443/", "http://friend.org:443/"),
        ("https://friend.org/a#b", "https://friend.org/a"),
        ("https://friend.org/a/../b/./c", "https://friend.org/b/c"),
        ("https://friend.org/../../a/..", "https://friend.org/"),
        ("https://friend.org/a/.", "https://friend.org/a/"),
        ("https://friend.org/%7ea%2fb", "https://friend.org/~a%2Fb"),
        ("https://friend.org/%2e%2e/a", "https://friend.org/a"),
        ("https://friend.org/ü", "https://friend.org/%C3%BC"),
        ("https://friend.org/%c3%bc?q=ü", "https://friend.org/%C3%BC?q=%C3%BC"),
        ("https://Bücher.org/", "https://xn--bcher-kva.org/"),
        ("https://friend.org/100%", "https://friend.org/100%25"),
        ("https://friend.org?a", "https://friend.org/?a"),
        ("http://[2620:FE:0::FE]/", "http://[2620:fe::fe]/"),
        ("https://user@friend.org/", ""),
        ("nothing", ""),
    ],
)
def test_addresses_are_compared_in_one_spelling(url: str, same: str) -> None:
    assert normal(url) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://friend.org/a", "https://friend.org/a2"),
        ("https://friend.org/a", "https://friend.org/a/"),
        ("https://friend.org/a", "https://friend.org/A"),
        ("https://friend.org/a", "http://friend.org/a"),
        ("https://friend.org/a?b", "https://friend.org/a"),
        ("https://friend.org/a%2Fb", "https://friend.org/a/b"),
        ("https://friend.org/", "https://www.friend.org/"),
    ],
)
def test_addresses_that_differ_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@given(st.text(max_size=60), st.text(max_size=30))
def test_the_one_spelling_is_ascii_and_final(path: str, query: str) -> None:
    once = normal(f"https://friend.org/{path}?{query}")
    assert once.isascii()
    assert normal(once) == once


@given(st.text(max_size=80))
def test_nothing_that_is_no_address_raises(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}/", f"http://friend.org:{text}/", f"http://[{text}]/"):
        problem_with(url)
        normal(url)
        host_of(url)
        port_of(url)
        absolute("https://friend.org/", url)
        assert (normal(url) == "") == bool(problem_with(url))


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("", "https://friend.org/a/b?c"),
        ("x", "https://friend.org/a/x"),
        ("../x", "https://friend.org/x"),
        ("/x?y#z", "https://friend.org/x?y#z"),
        ("//other.org/", "https://other.org/"),
        (" http://other.org/a b ", "http://other.org/a%20b"),
        ("/a\n\tb", "https://friend.org/ab"),
        ("#here", "https://friend.org/a/b?c#here"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("\x01javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:me@friend.org", ""),
        ("http://user@other.org/", ""),
        ("\\\\other.org/", ""),
        ("http://[::1", ""),
        ("http://", ""),
        ("x" * 3000, ""),
    ],
)
def test_links_are_resolved_as_their_page_means_them(href: str, url: str) -> None:
    assert absolute("https://friend.org/a/b?c", href) == url


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "localhost.", "a.b.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "0.0.0.0"),
        *("::ffff:127.0.0.1", "a.example", "example", "test", "a.test", "a.invalid", "example.com", "www.example.org"),
        *("example.net", "EXAMPLE.com."),
    ],
)
def test_reserved_hosts_are_known(host: str) -> None:
    assert is_reserved(host)


@pytest.mark.parametrize(
    "host", ["friend.org", "myexample.com", "example.com.friend.org", "test.org", "10.0.0.1", "1.1.1.1", ""]
)
def test_other_hosts_are_not_reserved(host: str) -> None:
    assert not is_reserved(host)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),
        ("https://раypal.org/", "xn--ypal-43d9g.org"),
        ("https://Bücher.ORG:8080/", "xn--bcher-kva.org"),
        ("https://ｆｒｉｅｎｄ.org/", "friend.org"),
        ("https://friend.org/", "friend.org"),
        ("https://[2620:FE::FE]/", "2620:fe::fe"),
        ("nonsense", ""),
        ("https://", ""),
    ],
)
def test_look_alike_hosts_are_shown_as_punycode(url: str, host: str) -> None:
    assert host_of(url) == host


class TestOurs:
    settings = Settings(
        home=Path(), siteurl="https://me.org/blog", former_urls=("http://old.org", "https://user.host.org/~me/")
    )

    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("https://me.org/blog/2026/11/hello/", "2026/11/hello/"),
            ("https://me.org/blog/", ""),
            ("https://me.org/blog", ""),
            ("https://ME.org:443/blog/x/../2026/?a=b#c", "2026/"),
            ("http://old.org/2026/11/hello/", "2026/11/hello/"),
            ("http://old.org", ""),
            ("https://user.host.org/~me/a", "a"),
            ("https://user.host.org/%7Eme/a", "a"),
            ("https://me.org/blog/%C3%BC/", "%C3%BC/"),
        ],
    )
    def test_an_address_below_a_home_is_ours(self, url: str, path: str) -> None:
        assert path_of(url, self.settings) == path
        assert is_ours(url, self.settings)

    @pytest.mark.parametrize(
        "url",
        [
            *("https://me.org/", "https://me.org/blogger/", "https://me.org/blog/../x", "http://me.org/blog/"),
            *(
                "https://me.org:8443/blog/",
                "https://old.org/",
                "https://www.me.org/blog/",
                "https://me.org.evil.org/blog/",
            ),
            *(
                "https://user.host.org/~other/",
                "https://me.org@evil.org/blog/",
                "https://evil.org/https://me.org/blog/",
            ),
            *("https://me.org/blog/%2e%2e/x", "", "nonsense", "https://u@me.org/blog/"),
        ],
    )
    def test_an_address_beside_a_home_is_not_ours(self, url: str) -> None:
        assert path_of(url, self.settings) is None
        assert not is_ours(url, self.settings)

    def test_escaped_slashes_lead_nowhere(self) -> None:
        assert path_of("https://me.org/blog/..%2f..%2fetc", self.settings) == "..%2F..%2Fetc"


_WORDS = st.text("ab-Z9._~!$&'()*+,;=:@/?#%\\ \u00fc", max_size=12)
_NAMES = st.text("ab-z9", max_size=8)
_ENDINGS = st.sampled_from(("net", "org", "a", "9", "0x1", "\u00fc", "n_t", "net.", "xn--p1ai"))


@given(st.sampled_from(("http", "https")), _NAMES, _ENDINGS, _WORDS)
def test_an_ordinary_address_is_read_as_its_unusual_spelling_is(
    scheme: str, name: str, ending: str, words: str
) -> None:
    """What can be told at a glance is what a closer look tells."""
    host = f"{name}.{ending}"
    ordinary = f"{scheme}://{host}/{words}"
    unusual = f"{scheme.upper()}://{host}:{80 if scheme == 'http' else 443}/{words}"
    assert problem_with(ordinary) == problem_with(unusual)
    assert normal(ordinary) == normal(unusual)
