"""A broken file that we keep is named in a warning and ignored, never moved or overwritten; the rest is built."""

from pathlib import Path

import pytest

import homes
from indieweb.model.mention import context_key, mention_key

ANSWERED = "http://127.0.0.1:9/post"
BROKEN = {
    "content/mentions/" + mention_key("https://a.net/1", f"{homes.SITEURL}/2026/11/reply/") + ".json": b"{",
    "content/mentions/latin.json": b'{"name": "Caf\xe9"}',
    "content/mentions/deep.json": b"[" * 100_000,
    f"content/contexts/{context_key(ANSWERED)}.json": b"<<<<<<< HEAD\n",
    "content/contexts/other.json": b"\xff\xfe",
    "content/mentions/sent/2026/11/reply.json": b"[]",
    "content/mentions/sent/2026/10/gone.json": b"\x00",
}


@pytest.mark.parametrize("words", [["build"], ["publish"]], ids=" ".join)
def test_a_broken_file_is_named_and_ignored_and_stays_as_it_is(tmp_path: Path, words: list[str]) -> None:
    post = f"---\nIn-Reply-To: {ANSWERED}\n---\nI see."
    home = homes.make_home(tmp_path, {"content/2026-11-01-reply.md": post, **BROKEN})
    ended = homes.run(home, *words)
    assert ended.returncode == 0, ended.stderr
    for name, raw in BROKEN.items():
        assert ended.stderr.count(Path(name).name) == 1, name
        assert (home / name).read_bytes() == raw
    tree = home / ("output" if words == ["build"] else "public")
    assert "I see." in (tree / "2026/11/reply/index.html").read_text("utf-8")
