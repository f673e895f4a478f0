"""Texts to convert: what people write, and what nobody should."""

import runpy
import subprocess
import sys
from pathlib import Path

from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
#: The settings of a home.
OURS = runpy.run_path(str(ROOT / "pelicanconf.py"))["MARKDOWN"]
#: Everything that Python-Markdown and pymdownx bring and that does not read other files.
EVERYTHING = {
    "extensions": [
        *(f"markdown.extensions.{name}" for name in ("extra", "admonition", "codehilite", "legacy_attrs", "legacy_em")),
        *(f"markdown.extensions.{name}" for name in ("nl2br", "sane_lists", "smarty", "toc", "wikilinks")),
        *(f"pymdownx.{name}" for name in ("betterem", "caret", "critic", "inlinehilite", "keys", "magiclink", "mark")),
        *(f"pymdownx.{name}" for name in ("progressbar", "smartsymbols", "tasklist", "tilde")),
    ],
    "extension_configs": {"markdown.extensions.smarty": {"smart_angled_quotes": True}},
    "output_format": "xhtml",
}
#: What some pattern begins, ends or turns on, in inline text and in blocks.
SPECIAL = (
    *(
        "`",
        "``",
        "```",
        "\\",
        "\\\\",
        "[",
        "![",
        "]",
        "](",
        "][",
        ")",
        "<",
        ">",
        "<<",
        ">>",
        "&",
        ";",
        "*",
        "**",
        "***",
    ),
    *(
        "_",
        "__",
        "~",
        "~~",
        "^",
        "^^",
        "==",
        "'",
        '"',
        "\"'",
        "'\"",
        "'s ",
        "'80s",
        "-",
        "--",
        "---",
        "...",
        "....",
        "!",
    ),
    *(
        "  \n",
        "\n",
        "\n\n",
        "\n    ",
        "\n\t",
        " ",
        "#",
        "\n# ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n===\n",
        "\n---\n",
        "\n***\n",
    ),
    *(
        "\n: d",
        "\n[a]: /b 'c'\n",
        "\n[^a]: d\n",
        "[^a]",
        "\n*[AB]: c\n",
        "AB",
        "\n|a|b|\n|-|-|\n|c|d|\n",
        "{: #a }",
        "{.b c=d}",
    ),
    *(
        "\n```python\n",
        "\n```\n",
        "\n~~~ {.json hl_lines='1'}\n",
        "\n:::c\n",
        "#!",
        "<b>",
        "</b>",
        "<div markdown=1>",
        "</div>",
    ),
    *(
        "<!--",
        "-->",
        "<?",
        "?>",
        "<a@b.c>",
        "<http://a.b>",
        "http://a.b/c_d",
        "&amp;",
        "&#38;",
        "[[a b]]",
        "==a==",
        "++x++",
    ),
    *("\x02", "\x03", "klzzwxh:0000", "\x02klzzwxh:0001\x03", "wzxhzdk:0", "a", "B", "1", "é", "\u2028", "\U0001f389"),
)
RANDOM = st.lists(st.sampled_from(SPECIAL), max_size=40).map("".join)
NASTY = (
    "",
    "plain",
    "It's \"she said 'so'\" -- the '80s... and --- more.... 'x' \"y\"",
    "*a **b** _c_ __d__ ***e** f* ~~g~~ ~h~ a_b_c 2*3*4",
    "`a` ``b ` c`` \\`d\\` `e \\ f \\[g\\] \\\\ \\* \\< \\&",
    "[a](b 'c') [a][b] [b] ![i](j) ![k][b] ![b] <http://x.y/z> <m@n.o> http://p.q\n\n[b]: /to 'title'",
    "[a [b](c) d](e) [*f*](<g h> \"i 'j'\") [k](l(m)n) [](o) [p]() [q] [ r ]( s )",
    "a  \nb <b class='c'>d</b> <!-- e --> &copy; &#169; &x <br/> <unclosed & > <",
    "Title\n=====\n\nother\n---\n\n# one #\n## two\ntext # not\n\n***\n\n* * *\n\n___",
    "> a\n> > b\nlazy\n\n- c\n\n    - d\n\n1. e\n2. f\n    g\n\nTerm\n:   definition\n\n    more",
    "a[^1] b[^two]\n\n[^1]: one\n[^two]: two\n\n    more of two\n\n*[HTML]: Hyper\n\nHTML is HTML.",
    "| a | b |\n|:--|--:|\n| `c|d` | e\\|f |\n\n{: .x #y z='w' }\n\ntext {: .v }",
    "```python\ndef a(): return '<&>'\n```\n\n~~~\nno language\n~~~\n\n```nosuch\nx\n```\n\n    :::json\n    {}",
    "``` { .python #i linenums=1 hl_lines='2 3' title=x }\na\nb\nc\n```\n\n    #!python\n    x = 1\n\n    plain",
    '<div markdown="1">\n*a*\n\n- b\n</div>\n\n<p>c *d*</p>\n\n<table><tr><td>e</td></tr></table> *f*',
    "> " * 40 + "deep\n\n" + "*a " * 60 + "\n\n" + "[" * 60 + "\n\n" + "`" * 61 + "a" + "\n\n" + "'\"" * 50,
)


def posts(folder: Path, number: int) -> list[str]:
    """The bodies of that many posts as people write them."""
    made = (sys.executable, ROOT / "tests/bench/corpus.py", str(number), folder, "plain")
    subprocess.run(made, check=True, timeout=60, capture_output=True)
    return [path.read_text("utf-8") for path in sorted((folder / "posts").glob("*.md"))]


def handbook() -> list[str]:
    """The text of every page of this project."""
    return [path.read_text("utf-8") for folder in ("content", "docs") for path in (ROOT / folder).rglob("*.md")]
