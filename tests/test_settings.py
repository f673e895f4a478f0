"""Settings: from the conf files and the environment, judged before anything is done."""

from pathlib import Path

import pytest

from indieweb.errors import SettingError
from indieweb.settings import Settings, load, setting_names


def test_a_host_without_a_home_is_set_by_its_environment_alone(tmp_path: Path) -> None:
    settings = load(tmp_path, {"SITEURL": "https://me.example/", "INDIEWEB_ENDPOINT": "https://me.example/webmention"})
    assert (settings.siteurl, settings.endpoint) == ("https://me.example", "https://me.example/webmention")


def test_the_environment_wins_over_the_conf_file(tmp_path: Path) -> None:
    (tmp_path / "pelicanconf.py").write_text("AUTHOR = 'Me'\nINDIEWEB_ABOUT = 'One'\n")
    (tmp_path / "publishconf.py").write_text("from pelicanconf import *\nSITEURL = 'https://a.example'\n")
    settings = load(tmp_path, {"SITEURL": "https://b.example", "INDIEWEB_ABOUT": "Two"})
    assert (settings.author, settings.siteurl, settings.about) == ("Me", "https://b.example", "Two")


def test_two_homes_in_one_process_do_not_share_a_conf_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pelicanconf.py").write_text(f"AUTHOR = '{name}'\n")
        (tmp_path / name / "publishconf.py").write_text("from pelicanconf import *\n")
    assert [load(tmp_path / name, {}).author for name in ("one", "two")] == ["one", "two"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://a.example, https://b.example", ("https://a.example", "https://b.example")),
        ('["https://a.example"]', ("https://a.example",)),
        ("", ()),
    ],
)
def test_lists_have_commas_or_are_json(written: str, read: tuple[str, ...], tmp_path: Path) -> None:
    assert load(tmp_path, {"INDIEWEB_ME": written}).me == read


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("INDIEWEB_ENDPONT", "x", "did you mean INDIEWEB_ENDPOINT?"),
        ("INDIEWEB_ZZZ", "x", "is not a setting"),
        ("SITEURL", "me.example", "SITEURL must be an address"),
        ("SITEURL", "https://me.example/?a=1", "SITEURL must be an address"),
        ("INDIEWEB_TRUSTED_PROXIES", "10.0.0.0/99", "INDIEWEB_TRUSTED_PROXIES"),
        (
            "INDIEWEB_TRUST",
            "followed, everybody",
            "INDIEWEB_TRUST may have followed, approved, vouched, friends in it, but has 'every",
        ),
        ("INDIEWEB_ME", "[1", "not a JSON list"),
        ("SITEURL", "https://me.example:99999", "SITEURL must be an address"),
        ("INDIEWEB_ENDPOINT", "me.example/webmention", "INDIEWEB_ENDPOINT must be an address"),
        ("INDIEWEB_FORMER_URLS", "https://a.example, b.example", "INDIEWEB_FORMER_URLS must be an address"),
        ("INDIEWEB_ME", "codeberg.org/me", "INDIEWEB_ME must be an address"),
        ("INDIEWEB_LICENSE", "CC BY 4.0", "INDIEWEB_LICENSE must be an address"),
    ],
)
def test_what_cannot_be_meant_is_an_error_of_one_sentence(name: str, value: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=words.replace("?", r"\?")):
        load(tmp_path, {name: value})


def test_a_time_zone_that_there_is_not_is_named(tmp_path: Path) -> None:
    (tmp_path / "publishconf.py").write_text("TIMEZONE = 'Mars/Olympus'\n")
    with pytest.raises(SettingError, match="TIMEZONE is 'Mars/Olympus'"):
        load(tmp_path, {})


def test_a_conf_file_that_is_not_python_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "publishconf.py").write_text("AUTHOR = 'Me'\nSITEURL = \n")
    with pytest.raises(SettingError, match=r"publishconf\.py:2: this is not valid Python"):
        load(tmp_path, {})


def test_the_conf_file_that_is_not_python_is_named_though_another_takes_it_in(tmp_path: Path) -> None:
    (tmp_path / "pelicanconf.py").write_text("AUTHOR = 'Me'\n\nSITENAME = 'Mine\n")
    (tmp_path / "publishconf.py").write_text("from pelicanconf import *\n")
    with pytest.raises(SettingError, match=r"pelicanconf\.py:3: this is not valid Python"):
        load(tmp_path, {})


def test_a_mail_address_is_one_of_yours(tmp_path: Path) -> None:
    assert load(tmp_path, {"INDIEWEB_ME": "mailto:me@a.example"}).me == ("mailto:me@a.example",)


def test_a_value_of_the_wrong_type_is_an_error() -> None:
    with pytest.raises(SettingError, match="INDIEWEB_ABOUT must be text"):
        Settings.from_mapping({"INDIEWEB_ABOUT": ["x"]}, Path(), {})


def test_every_setting_has_a_meaning() -> None:
    assert all(meaning.endswith(".") for _, meaning in setting_names().values())
