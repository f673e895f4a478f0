"""Every colour of the stylesheet on everything that it stands on, in both schemes and with every accent.

The measure is the contrast ratio of WCAG 2.2: at least 7 for text, 4.5 for links and for what is said beside the text.
"""

import re
from itertools import combinations
from pathlib import Path

import pytest

from indieweb.site.render import ACCENTS
from indieweb.site.words import TONES

CSS = (Path(__file__).parents[2] / "theme/static/home.css").read_text("utf-8")
PAIRS = dict(re.findall(r"--(\w+): light-dark\((#\w{6}, #\w{6})\)", CSS))
HUES = ("teal", "blue", "plum", "rust", "moss")
SCHEMES = ("light", "dark")
Colour = tuple[float, float, float]


def colour(name: str, scheme: str) -> Colour:
    code = PAIRS[name].split(", ")[SCHEMES.index(scheme)]
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def mixed(one: Colour, share: float, other: Colour) -> Colour:
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(found: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in found]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def share_of(selector: str) -> float:
    """How much of the colour of a rule's ``color-mix`` is in it."""
    rule = re.search(rf"^{re.escape(selector)} {{[^}}]*background: color-mix\(in srgb, .*? (\d+)%", CSS, re.MULTILINE)
    assert rule, f"{selector} has no mixed background"
    return int(rule[1]) / 100


def accent(name: str) -> str:
    """The colour that an accent is: the owner's word is the name of one, and the first is the default."""
    rule = re.search(rf"\.accent-{name} {{ --accent: var\(--(\w+)\); }}", CSS)
    default = re.search(r"^  --accent: var\(--(\w+)\);$", CSS, re.MULTILINE)
    assert default
    return rule[1] if rule else default[1]


def test_every_accent_is_itself() -> None:
    assert [accent(name) for name in ACCENTS] == list(ACCENTS)


def test_browsers_without_light_dark_get_the_light_colours() -> None:
    plain = CSS.split("@supports", 1)[0]
    for name, pair in PAIRS.items():
        assert f"--{name}: {pair.split(', ')[0]};" in plain


def test_colours_are_named_once_and_used_by_name() -> None:
    rules = CSS.split("/* The sheet */", 1)[1]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == ["#fff"]  # the paper of a printer


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_text_can_be_read(scheme: str, ground: str) -> None:
    assert contrast(colour("ink", scheme), colour(ground, scheme)) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize("name", ["quiet", "visited", *HUES])
def test_what_stands_beside_the_text_and_code_can_be_read(name: str, ground: str, scheme: str) -> None:
    assert contrast(colour(name, scheme), colour(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ACCENTS)
def test_links_buttons_and_the_selection_can_be_read(name: str, scheme: str) -> None:
    assert contrast(colour(accent(name), scheme), colour("paper", scheme)) >= 4.5
    marked = mixed(colour(accent(name), scheme), share_of("mark"), colour("paper", scheme))
    assert contrast(colour("ink", scheme), marked) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["quiet", *HUES])
def test_the_letter_of_a_face_can_be_read(name: str, scheme: str) -> None:
    ground = mixed(colour(name, scheme), share_of(".face"), colour("paper", scheme))
    assert contrast(colour(name, scheme), ground) >= 4.5


def test_there_is_a_colour_for_every_tone_of_a_face() -> None:
    assert len(set(re.findall(r"\.face-(\d) {", CSS))) == TONES - 1  # the last one is quiet


@pytest.mark.parametrize("scheme", SCHEMES)
def test_visited_links_look_different(scheme: str) -> None:
    for name in ACCENTS:
        pair = zip(colour(accent(name), scheme), colour("visited", scheme), strict=True)
        assert sum(abs(a - b) for a, b in pair) > 0.15, name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_accents_are_one(scheme: str) -> None:
    for one, other in combinations(ACCENTS, 2):
        assert colour(accent(one), scheme) != colour(accent(other), scheme)
