"""Single assignments of a conf file change, and not a letter beside them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.errors import SettingError
from indieweb.owning.conf import assigned, change_assignments

CONF = '''"""Your home – ünd so weiter."""

AUTHOR = "Old"  # who
SITENAME = (
    "Old"  # the name
)
INDIEWEB_ME = [
    "https://a.example/",  # one
    "https://b.example/",
]
PLUGINS = ["indieweb.kinds"]
# SITEURL = "https://example.org"  # yours
def helper():
    AUTHOR = "not this one"
'''


def test_only_the_value_changes() -> None:
    assert change_assignments(CONF, {"AUTHOR": "Änn"}) == CONF.replace('"Old"  # who', '"Änn"  # who')


def test_values_over_several_lines_change() -> None:
    changed = change_assignments(CONF, {"SITENAME": "New", "INDIEWEB_ME": ("https://c.example/",)})
    assert '(\n    "New"  # the name\n)' in changed
    assert 'INDIEWEB_ME = ["https://c.example/"]\nPLUGINS' in changed


def test_a_commented_setting_is_brought_in() -> None:
    changed = change_assignments(CONF, {"SITEURL": "https://me.example"})
    assert changed == CONF.replace('# SITEURL = "https://example.org"  # yours', 'SITEURL = "https://me.example"')


def test_a_setting_that_is_not_there_is_added() -> None:
    assert change_assignments(CONF, {"X": "y"}) == CONF + '\nX = "y"\n'
    assert change_assignments("", {"X": []}) == "X = []\n"


def test_the_last_assignment_counts() -> None:
    assert change_assignments('X = "a"\nX = "b"\n', {"X": "c"}) == 'X = "a"\nX = "c"\n'
    assert change_assignments('X = Y = "a"\n', {"X": "c"}) == 'X = Y = "a"\n\nX = "c"\n'
    assert change_assignments('import os\nX = os.environ.get("X", "a")\n', {"X": "c"}) == 'import os\nX = "c"\n'


def test_what_is_so_already_is_left_alone() -> None:
    assert change_assignments("X = 'a'\n", {"X": "a"}) == "X = 'a'\n"
    assert change_assignments("X = ('a', )\n", {"X": ["a"]}) == "X = ('a', )\n"


def test_a_long_list_has_a_line_for_each_part() -> None:
    parts = [f"https://number{number}.example/" for number in range(9)]
    assert '\n    "https://number8.example/",\n]' in change_assignments("", {"X": parts})


def test_a_file_that_is_no_python_is_one_sentence() -> None:
    with pytest.raises(SettingError, match=r"pelicanconf\.py:1"):
        change_assignments("X = (", {"X": "a"}, "pelicanconf.py")


@pytest.mark.parametrize(
    "later", ['X, Y = "a", "b"', "del X", 'if True:\n    X = "q"', 'X += "q"', "for X in []: pass", "def X(): pass"]
)
def test_what_is_bound_in_another_way_is_assigned_after_it(later: str) -> None:
    source = f'X = "b"\n{later}\n'
    assert change_assignments(source, {"X": "c"}) == source + '\nX = "c"\n'


def test_an_annotated_assignment_changes() -> None:
    assert change_assignments('X: str = "b"  # so\n', {"X": "c"}) == 'X: str = "c"  # so\n'


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_is_read_back_by_python(name: str, me: list[str]) -> None:
    changed = change_assignments(CONF, {"AUTHOR": name, "INDIEWEB_ME": me})
    assert assigned(changed)["AUTHOR"] == name
    assert assigned(changed)["INDIEWEB_ME"] == me
    assert json.dumps(name, ensure_ascii=False) in changed
