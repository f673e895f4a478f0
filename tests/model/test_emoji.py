"""What is one emoji, by the grammar of Unicode's technical standard 51."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.model.emoji import TAGGED_FLAGS, is_emoji
from indieweb.web.sanitize import plain, sanitise

ONE = {
    "a smile": "😀",
    "a heart of old": "❤",
    "a heart with its selector": "❤️",
    "a sun": "☀️",
    "a skin tone": "👍🏽",
    "a tone of a sign": "✌🏿",
    "a joined family": "👨‍👩‍👧‍👦",
    "a couple of two tones": "👩🏻‍❤️‍💋‍👨🏿",
    "a woman who runs": "🏃🏾‍♀️",
    "a woman who runs to the right": "🏃🏾‍♀️‍➡️",
    "a shaking head": "🙂‍↔️",
    "a black bird": "🐦‍⬛",
    "a rainbow flag": "🏳️‍🌈",
    "a flag of a country": "🇪🇺",
    "a keycap": "7️⃣",
    "a keycap without its selector": "#⃣",
    "trademark as a picture": "™️",
    "of Unicode 15": "\U0001fae8",
    "of years to come": "\U0001fafa",
    **{f"flag {number}": flag for number, flag in enumerate(TAGGED_FLAGS)},
}
OTHER = [
    "",
    " ",
    "7",
    "#",
    "*",
    "©",
    "™",
    "↔",
    "a",
    "😀😀",
    "😀 😀",
    "😀!",
    "🇪",
    "🇪🇺🇪",
    "‍",
    "️",
    "👍🏽🏽",
    "😀‍",
    "‍😀",
    "é",
    "字",
    "❤️❤️",
    "7️⃣7️⃣",
]


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_it_is_one_emoji_also_with_blanks_around_it(text: str) -> None:
    assert is_emoji(text)
    assert is_emoji(f" {text}\n")


@pytest.mark.parametrize("text", OTHER)
def test_it_is_not_one_emoji(text: str) -> None:
    assert not is_emoji(text)


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_an_emoji_comes_whole_through_what_makes_foreign_text_harmless(text: str) -> None:
    assert plain(text) == text
    assert sanitise(f"<p>{text}</p>") == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "text", ["\U0001f3f4\U000e0061\U000e0062\U000e007f", "a\U000e0067\U000e0062", TAGGED_FLAGS[0][:-1], "😀\u200dx"]
)
def test_signs_that_show_as_nothing_stay_nowhere_else(text: str) -> None:
    assert plain(text) == "".join(letter for letter in text if letter < "\U000e0000" and letter != "\u200d")


@given(st.text(alphabet="".join(set("".join(ONE.values()))) + "a1 ", max_size=30))
def test_any_two_emoji_are_not_one(text: str) -> None:
    if is_emoji(text):
        assert not is_emoji(text.strip() + "😀")
        assert len(text.strip()) <= 18
