"""Pictures in the HTML of posts: sizes are put in, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.pictures.markup import Size, fetched, give_sizes

LAZY = ' loading="lazy" decoding="async"'


def sized(markup: str) -> str:
    return give_sizes(markup, lambda url: Size(640, 480) if "ours" in url else None)


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ('<img alt="" src="/ours.jpg"@>', f' width="640" height="480"{LAZY}'),
        ('<img alt="" src="/ours.jpg"@ />', f' width="640" height="480"{LAZY}'),
        ("<IMG SRC=/ours.jpg@>", f' width="640" height="480"{LAZY}'),
        ("<img\n  src='/ours.jpg'\n  alt='a > b'@\n>", f' width="640" height="480"{LAZY}'),
        ('<img src="/ours.jpg" width="320"@>', f' height="240"{LAZY}'),
        ('<img src="/ours.jpg" height="120"@>', f' width="160"{LAZY}'),
        ('<img src="/ours.jpg" width="50%"@>', LAZY),
        ('<img src="/ours.jpg" width="1" height="2" loading="eager"@>', ' decoding="async"'),
    ],
)
def test_a_picture_gets_what_its_tag_lacks(before: str, added: str) -> None:
    around = "<p>a & b &lt;img src=/ours.jpg&gt; {}</p>\n<p>ü"
    assert sized(around.format(before.replace("@", ""))) == around.format(before.replace("@", added))


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<p>no picture</p>",
        '<img src="/theirs.jpg">',
        '<!-- <img src="/ours.jpg"> -->',
        '<script>"<img src=/ours.jpg>"</script>',
        '<img src="/ours.jpg"',
        "<pre>&lt;img src=/ours.jpg&gt;</pre>",
        '<picture><source srcset="/ours.webp"></picture>',
    ],
)
def test_everything_else_stays_as_the_owner_wrote_it(markup: str) -> None:
    assert sized(markup) == markup


def test_sizes_are_given_once() -> None:
    once = sized('<img src="/ours.jpg"><img src="/ours.jpg">')
    assert once.count("width=") == 2
    assert sized(once) == once


def test_a_drawing_without_a_size_gets_none() -> None:
    assert give_sizes('<img src="x.svg">', lambda url: Size(0, 0)) == f'<img src="x.svg"{LAZY}>'


def test_everything_that_a_browser_fetches_by_itself_is_found() -> None:
    markup = """<img src=" /a.jpg " srcset="/b.jpg 1x, https://h.example/c,d.jpg 2x" alt="x">
        <video src="/e.mp4" poster="/f.jpg"><source src="/g.webm"><track src="/h.vtt"></video>
        <audio src="/i.mp3"></audio><iframe src="//j.example/"></iframe><object data="/k.svg"></object>
        <embed src="/l"><svg><image href="/m.png"/></svg><a href="/no"></a><!--<img src="/no">-->"""
    found = [(one.tag, one.url) for one in fetched(markup)]
    assert [url for _, url in found] == [
        *("/a.jpg", "/b.jpg", "https://h.example/c,d.jpg", "/e.mp4", "/f.jpg", "/g.webm", "/h.vtt", "/i.mp3"),
        *("//j.example/", "/k.svg", "/l", "/m.png"),
    ]


@pytest.mark.parametrize(
    ("markup", "alt"), [('<img src="a">', None), ('<img src="a" alt>', ""), ('<img src="a" alt="b &amp; c">', "b & c")]
)
def test_alternative_text_that_is_missing_is_told_from_empty(markup: str, alt: str | None) -> None:
    assert next(fetched(markup)).alt == alt


PIECES = (
    *(
        "<",
        "</",
        ">",
        "/>",
        "p",
        "img",
        " ",
        "\n",
        "=",
        '"',
        "'",
        "&amp;",
        "<!",
        "<?",
        "<![CDATA[",
        "<!--",
        "-->",
        "src=x",
    ),
    *(
        "<p>",
        "</p>",
        '<p class="a b">',
        "</p >",
        '<img src="a" alt="">',
        "<IMG SRC='b' alt>",
        '<video poster="p" src="&lt;">',
    ),
    *('<a title="<img src=q>">', "<script>", "</script>", "<textarea>", "</textarea>", '<input type=image src="i"/>'),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_fetched_is_what_a_parser_finds_in_any_markup(markup: str) -> None:
    assert list(fetched(markup)) == list(fetched(f"<!-- only a parser understands this -->{markup}"))
