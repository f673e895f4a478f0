"""Every kind of post in every format, as it was looked at and found good; feed_cases.py writes them anew."""

import pytest
from feed_cases import CASES, GOLDEN, built, golden

from indieweb.feeds.formats import FORMATS
from indieweb.model.kind import KINDS


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
@pytest.mark.parametrize("case", CASES)
def test_a_kind_is_said_as_its_golden_file_says_it(case: str, form: str) -> None:
    assert built(case, form).decode() == golden(case, form).read_text("utf-8")


def test_every_kind_of_post_has_its_golden_files() -> None:
    assert set(CASES) == {kind.name for kind in KINDS}
    assert {path.name for path in GOLDEN.iterdir()} == {f"{case}.{form.name}" for case in CASES for form in FORMATS}
