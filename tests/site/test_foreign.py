"""A stranger's words as they are shown."""

from indieweb.model.entry import Entry
from indieweb.site.parts import foreign
from indieweb.site.talk import WHOLE_UP_TO, beginning


def said(text: str = "", content: str = "") -> Entry:
    return Entry("https://a.example/", text=text, content=content)


def test_plain_text_is_escaped_and_keeps_its_paragraphs() -> None:
    assert foreign(said("One <b>\n\ntwo\nlines")) == "<p>One &lt;b&gt;</p>\n<p>two\nlines</p>"


def test_markup_is_sanitised() -> None:
    assert foreign(said(content="<p onclick=x>a<script>b</script></p>")) == "<p>a</p>"


def test_an_answer_without_words_shows_none() -> None:
    assert foreign(said()) == ""


def test_an_answer_is_shown_whole_up_to_a_length_and_then_only_its_beginning() -> None:
    whole, long = "word " * 499 + "end", "word " * 800
    assert len(whole) <= WHOLE_UP_TO < len(long)
    assert "end</p>" in foreign(said(whole))
    assert beginning(said(whole)) == ""
    assert beginning(said(long)).endswith("…")
