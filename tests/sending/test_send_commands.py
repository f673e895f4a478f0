"""`send` and `discover` as a person runs them."""

from pathlib import Path

import pytest

from house import HELLO, House
from indieweb.__main__ import main
from loopback import Answer


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command on the house. Returns its exit code, its standard output and its standard error."""
    monkeypatch.setenv("SITEURL", house.live.url)
    monkeypatch.setenv("INDIEWEB_FETCH_ALLOW", f"{house.live.pair},{house.other.pair}")

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["--home", str(house.home), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_discover_prints_the_endpoint_alone_on_the_last_line(house: House, run) -> None:
    target = house.other.takes_mentions("/a", "/wm?for=me")
    assert run("discover", target) == (0, f"{house.other.url}/wm?for=me\n", "")


@pytest.mark.parametrize("path", ["/none", "/missing", "/broken"])
def test_discover_says_in_one_sentence_that_there_is_none(house: House, run, path: str) -> None:
    house.other.page("/none", "<p>Hello")
    house.other.page("/broken", "", status=500)
    code, out, err = run("discover", house.other.url + path)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("url", ["nonsense", "mailto:b@b.net", "http://10.0.0.1/", "http://127.0.0.9/"])
def test_discover_refuses_what_may_not_be_contacted(run, url: str) -> None:
    code, out, err = run("discover", url)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_send_shows_what_became_of_each_mention(house: House, run) -> None:
    house.other.takes_mentions("/taken")
    house.other.page("/none", "")
    house.other.takes_mentions("/refuses", "/no", status=400)
    house.other.takes_mentions("/[b]later", "/busy", status=503)
    links = "".join(f'<a href="{house.other.url}{path}">x</a>' for path in ("/taken", "/none", "/refuses", "/[b]later"))
    house.publish(links, published="2030-01-01T00:00:00+00:00")
    house.build("2026/11/waits/", f'<a href="{house.other.url}/taken">x</a>', published="2030-01-01T00:00:00+00:00")
    code, out, _ = run("send", "--patience", "0")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    url = house.other.url
    assert lines[1:4] == [
        f"accepted {url}/taken /{HELLO} new",
        f"no endpoint {url}/none /{HELLO} new",
        f"to be tried again {url}/[b]later /{HELLO} new " + lines[3].rpartition(" new ")[2],
    ]
    assert "The receiver answered 503." in lines[3]
    assert lines[4] == f"refused {url}/refuses /{HELLO} new The receiver answered 400."
    assert lines[5] == f"not live yet {url}/taken /2026/11/waits/ new The page answers 404."
    assert lines[6] == ("Mentions: 1 accepted, 1 no endpoint, 1 to be tried again, 1 refused, 1 not live yet.")


def test_send_names_what_is_beyond_the_most_that_one_post_tells(house: House, run) -> None:
    house.publish("".join(f'<a href="{house.other.url}/{number}">x</a>' for number in range(203)))
    _, out, _ = run("send", "--dry-run", "--all")
    assert out.count("to be sent ") == 200
    assert f"not told: {house.other.url}/200, {house.other.url}/201, {house.other.url}/202\n" in out


def test_send_by_hand_sends_one_and_records_nothing(house: House, run) -> None:
    target = house.other.takes_mentions("/a")
    code, out, _ = run("send", "--source", house.live.url + "/x/", "--target", target)
    assert (code, out) == (0, f"accepted: {house.other.url}/webmention\n")
    assert house.told == [("/x/", "/a")]
    assert not (house.settings.content / "mentions").exists()
    house.other.says["/webmention"] = Answer("", 400)
    code, out, err = run("send", "--source", house.live.url + "/x/", "--target", target)
    assert (code, out, err) == (1, "", f"refused: {house.other.url}/webmention The receiver answered 400.\n")


@pytest.mark.parametrize("half", [("--source", "https://b.net/"), ("--target", "https://b.net/")])
def test_send_by_hand_needs_both_addresses(run, half: tuple[str, str]) -> None:
    assert run("send", *half)[0] == 2


def test_send_from_a_home_without_an_address_says_so_and_is_no_failure(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITEURL")
    for words in (["send"], ["send", "--source", "https://a.net/", "--target", "https://b.net/"]):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert out.count("\n") == 1
        assert "SITEURL" in out
    assert not (tmp_path / "var").exists()


def test_send_refuses_in_ci_and_says_how_to_keep_the_ledger(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("SITEURL", "https://home.net")
    code, _, err = run("send")
    assert code == 1
    assert err.count("\n") == 1
    assert "content/mentions/sent" in err
    assert "--ledger-kept" in err


def test_send_without_a_build_says_what_to_do(house: House, run) -> None:
    house.settings.built.rmdir()
    code, _, err = run("send")
    assert code == 1
    assert "make publish" in err
