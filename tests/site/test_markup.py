"""The owner's HTML, made ready for the place where it stands."""

import pytest

from indieweb.site.entries import text_of
from indieweb.site.markup import TABLE_BOX, boxed, lowered, unanchored


def test_a_table_stands_in_a_box_that_scrolls() -> None:
    assert boxed("<p>a</p><table><tr><td>1</td></tr></table>b") == (
        f"<p>a</p>{TABLE_BOX}<table><tr><td>1</td></tr></table></div>b"
    )


def test_a_table_in_a_table_stays_in_its_box() -> None:
    inner = "<table><tr><td><table class='x'></table></td></tr></table>"
    assert boxed(inner) == f"{TABLE_BOX}{inner}</div>"


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr>",
        "</table><table>",
        "a</table>",
        "<!-- <table> -->",
        "<script>'<table>'</script>",
        "<style>table {}</style>",
        "<p title='<table>'>x</p>",
        "<tablet></tablet>",
        "&lt;table&gt;",
    ],
)
def test_what_is_no_whole_table_is_left_as_it_is(markup: str) -> None:
    assert boxed(markup) == markup


def test_code_can_be_reached_by_the_keyboard() -> None:
    assert boxed('<pre class="a>b">x</pre>') == '<pre class="a>b" tabindex="0">x</pre>'
    assert boxed('<pre tabindex="-1">x</pre>') == '<pre tabindex="-1">x</pre>'
    assert boxed("<pre>a\n<b>b</b></pre>") == '<pre tabindex="0">a\n<b>b</b></pre>'


def test_headings_go_down_where_the_text_has_one_of_the_first_level() -> None:
    assert lowered('<h1 id="a">A</h1><h2>B</h2><H6>C</H6>') == '<h2 id="a">A</h2><h3>B</h3><h6>C</h6>'
    assert lowered("<h2>B</h2><hr>") == "<h2>B</h2><hr>"
    assert lowered("<h1>A</h1><!-- <h1> --><hr>") == "<h2>A</h2><!-- <h1> --><hr>"


def test_a_list_has_no_ids_of_its_posts() -> None:
    assert unanchored('<li id="fn:1" class="x"><a id=y href="#id=z">z</a></li>') == (
        '<li class="x"><a href="#id=z">z</a></li>'
    )
    assert unanchored('<p title=\' id="a"\'>id="b"</p>') == '<p title=\' id="a"\'>id="b"</p>'
    assert unanchored("<img data-id='1' alt='x'>") == "<img data-id='1' alt='x'>"


def test_the_text_of_a_post_is_without_its_footnotes() -> None:
    markup = (
        '<p>Said<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>.</p>'
        '<div class="footnote"><hr><ol><li id="fn:1"><p>Noted. <a href="#fnref:1">&#8617;</a></p></li></ol></div>'
    )
    assert text_of(markup) == "Said."
