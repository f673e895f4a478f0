"""What is blocked is shown by no build, though its file is there."""

from pathlib import Path

from test_gather import mention

import homes

HOME = "https://home.example/2026/11/first/"
FILES = {
    "content/2026-11-01-first.md": "The first.",
    **dict(
        [mention("https://ann.example/1", HOME, text="Of Ann."), mention("https://mal.example/1", HOME, text="Of Mal.")]
    ),
}


def test_a_rule_hides_a_mention_from_the_next_build_and_taking_it_back_shows_it_again(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, FILES)
    page = homes.build(home).page("2026/11/first")
    assert "Of Ann." in page
    assert "Of Mal." in page
    (home / "content/blocklist.txt").write_text("???\nmal.example\n")
    built = homes.build(home)
    assert built.code == 0
    assert "blocklist.txt:1: " in built.said
    assert "Of Ann." in built.page("2026/11/first")
    assert not [path for path in built.output.rglob("*") if path.is_file() and b"Of Mal." in path.read_bytes()]
    assert not built.has("blocklist.txt")
    assert len(list((home / "content/mentions").glob("*.json"))) == 2
    (home / "content/blocklist.txt").unlink()
    assert "Of Mal." in homes.build(home).page("2026/11/first")
