"""What a reply's page has of replies to it, and how little of that is taken along."""

from datetime import UTC, datetime

import pytest
from strangers_page import TARGET, mention

from indieweb.model.comments import MOST_COMMENTS, MOST_WORDS, every_comment
from indieweb.model.entry import Card, Entry


def cite(url: str, words: str = "Well said.", inner: str = "", author: str = "", root: str = "u-comment h-cite") -> str:
    date = "<time class=dt-published datetime=2026-11-02>2</time>"
    return (
        f'<div class="{root}">{author}<a class=u-url href="{url}">{date}</a><p class=e-content>{words}</p>{inner}</div>'
    )


class TestWhatWasSaidToAReply:
    """Salmention (https://indieweb.org/Salmention): replies to replies come along with the reply."""

    def reply(self, *below: str) -> Entry:
        found, _ = mention(
            f'<div class=h-entry><a class=u-in-reply-to href="{TARGET}">x</a><p class=e-content>mine</p>'
            f"{''.join(below)}</div>"
        )
        return found

    @pytest.mark.parametrize("root", ["u-comment h-cite", "p-comment h-cite", "p-comment h-entry", "u-comment h-entry"])
    def test_it_comes_along_with_its_author_its_date_and_what_was_said_to_it(self, root: str) -> None:
        card = '<a class="u-url p-name" href="https://bob.net/">Bob</a><img class=u-photo src=/b.jpg>'
        bob = f'<span class="p-author h-card">{card}</span>'
        found = self.reply(
            cite("https://bob.net/1", "One <b>two</b>.", cite("/2", "Three.", root=root), bob, root),
            cite("https://c.net/3", root=root),
        )
        first, second = found.comments
        assert (first.url, first.text, first.author) == (
            "https://bob.net/1",
            "One two.",
            Card("Bob", "https://bob.net/"),
        )
        assert first.published == datetime(2026, 11, 2, tzinfo=UTC)
        assert first.content == ""
        assert [(below.url, below.text) for below in first.comments] == [("https://friend.org/2", "Three.")]
        assert second.author == Card()
        assert found.text == "mine"

    @pytest.mark.parametrize(
        "below",
        [
            '<a class=u-comment href="https://bob.net/1">x</a>',
            cite("https://bob.net/1", ""),
            cite("javascript:alert(1)"),
            "<div class='u-comment h-cite'><p class=e-content>nowhere</p></div>",
            '<div class="u-comment h-card"><a class="u-url p-name" href="https://bob.net/1">x</a></div>',
        ],
    )
    def test_what_has_no_words_or_no_address_is_left_out(self, below: str) -> None:
        assert self.reply(below).comments == ()

    def test_what_was_said_to_what_is_left_out_stands_a_level_higher(self) -> None:
        (found,) = self.reply(cite("/no-words", "", cite("https://c.net/1"))).comments
        assert found.url == "https://c.net/1"

    def test_it_is_bounded_in_number_in_depth_and_in_length(self) -> None:
        deep = cite("https://a.net/1", inner=cite("https://a.net/2", inner=cite("https://a.net/3")))
        many = [cite(f"https://b.net/{n}", "word " * 300, cite(f"https://c.net/{n}")) for n in range(15)]
        found = [comment for comment, _ in every_comment(self.reply(deep, *many))]
        assert [comment.url for comment in found[:3]] == ["https://a.net/1", "https://a.net/2", "https://b.net/0"]
        assert len(found) == MOST_COMMENTS
        assert max(len(comment.text) for comment in found) == MOST_WORDS

    def test_the_same_address_twice_is_one_comment(self) -> None:
        found = self.reply(cite("https://b.net/1", "a", cite("https://b.net/1", "b")), cite("https://b.net/1", "c"))
        assert [(each.text, each.comments) for each in found.comments] == [("a", ())]

    def test_below_what_is_no_reply_nothing_comes_along(self) -> None:
        html = f'<div class=h-entry><a class=u-like-of href="{TARGET}">x</a>{cite("https://b.net/1")}</div>'
        assert mention(html)[0].comments == ()
