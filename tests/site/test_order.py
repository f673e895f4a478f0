"""Posts of one moment have one order, in every build."""

from pathlib import Path

import homes

NAMES = ["hello", "hello-2", *(f"day-{number}" for number in range(1, 12)), "a", "b", "c"]
FILES = {f"content/posts/2026-11-22-{name}.md": f"This is {name}." for name in NAMES}


def tree(built: homes.Built) -> dict[str, bytes]:
    assert built.code == 0, built.said
    return {str(path.relative_to(built.output)): path.read_bytes() for path in built.output.rglob("*.html")}


def test_posts_of_one_day_are_built_alike_whatever_order_their_files_are_read_in(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, FILES)
    one, two = (tree(homes.build(home, "--publish", environ={"PYTHONHASHSEED": seed})) for seed in "12")
    assert one == two


def test_what_is_named_later_is_newer(tmp_path: Path) -> None:
    page = homes.build(homes.make_home(tmp_path, FILES, "DEFAULT_PAGINATION = 100")).page("notes")
    order = sorted(NAMES, key=lambda name: page.index(f"/2026/11/{name}/"))
    assert order == ["hello-2", "hello", *(f"day-{number}" for number in range(11, 0, -1)), "c", "b", "a"]


def test_a_time_goes_before_a_name(tmp_path: Path) -> None:
    posts = {"content/2026-11-22-z.md": "Z", "content/2026-11-22-a.md": "Date: 2026-11-22 08:00\n\nA"}
    page = homes.build(homes.make_home(tmp_path, posts)).page("notes")
    assert page.index("/2026/11/a/") < page.index("/2026/11/z/")
