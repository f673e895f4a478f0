"""What our changes to Pelican rely on. Where one of these fails, a new Pelican has made a change needless or wrong."""

import inspect
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pelican
from hypothesis import given
from hypothesis import strategies as st
from pelican import contents, generators, log, readers, utils, writers
from pelican.settings import DEFAULT_CONFIG, get_settings_from_module

from homes import build, make_home
from indieweb.building import lean
from indieweb.building.files import Walk
from indieweb.building.generators import KeptArticles, KeptStatics, Members
from indieweb.building.kept import GIVEN, KeptArticle, KeptPage
from indieweb.building.reading import _CLASSES
from indieweb.building.writer import KeyedWriter, _is_below


def source(of: Any) -> str:
    return inspect.getsource(of)


def test_pelican_asks_for_what_is_remembered_before_it_reads_a_file() -> None:
    for generator in (generators.ArticlesGenerator, generators.PagesGenerator):
        body = source(generator.generate_context)
        assert body.index("self.get_cached_data(f, None)") < body.index("self.readers.read_file(")


def test_pelican_still_searches_lists_for_every_tag_category_and_author() -> None:
    for method in ("generate_tags", "generate_categories", "generate_authors"):
        body = source(getattr(generators.ArticlesGenerator, method))
        assert "for article in self.dates if article in articles" in body
        assert "_SAVE_AS" not in body  # it does so even where they have no pages


def test_pelican_walks_for_each_generator_twice() -> None:
    assert "os.walk(" in source(generators.Generator.get_files)
    assert "self.get_files(" in source(generators.Generator._check_disabled_readers)


def test_a_list_of_members_answers_as_a_list_does() -> None:
    inside, outside = [SimpleNamespace(n=n) for n in range(5)], SimpleNamespace(n=9)
    members = Members(inside)
    assert all(each in members for each in inside)
    assert outside not in members
    members.append(outside)
    assert outside in members
    assert list(members) == [*inside, outside]


def test_files_are_found_as_pelican_finds_them(tmp_path: Path) -> None:
    names = [
        "a.md",
        ".hidden.md",
        "b.txt",
        "x~",
        "deep/c.md",
        "deep/.git/d.md",
        "pages/e.md",
        "two.parts.md",
        "no",
        ".md",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "linked").symlink_to(tmp_path / "deep")
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere")
    ignored = ["**/.*", "*~", ".git*"]
    theirs = SimpleNamespace(
        path=str(tmp_path), settings={"IGNORE_FILES": ignored}, readers=SimpleNamespace(extensions=("md",))
    )
    theirs._include_path = generators.Generator._include_path.__get__(theirs)
    find = generators.Generator.get_files
    for paths, exclude in (
        ([""], []),
        ([""], ["pages"]),
        (["deep", "pages"], []),
        (["a.md", "no", "x~"], []),
        ([""], ["deep"]),
    ):
        for extensions in (("md",), ("md", "txt"), False):
            expected = find(theirs, paths, exclude, extensions)
            only = None if extensions is False else frozenset(extensions)
            assert set(Walk(str(tmp_path)).files(paths, exclude, only, ignored)) == expected


def test_what_pelican_gives_to_a_content_is_known() -> None:
    settings = get_settings_from_module(SimpleNamespace(**DEFAULT_CONFIG))
    metadata = {
        "title": "A",
        "date": utils.SafeDatetime(2026, 1, 1, tzinfo=UTC),
        "summary": "S",
        "other": 1,
        "slug": "a",
    }
    article = contents.Article("text", metadata, settings, "/x/a.md", {})
    assert set(vars(article)) - set(metadata) - GIVEN == set()


def test_what_our_articles_and_pages_change_is_there_to_be_changed() -> None:
    for kept, pelicans in ((KeptArticle, contents.Article), (KeptPage, contents.Page)):
        assert isinstance(inspect.getattr_static(pelicans, "url"), property)
        assert isinstance(inspect.getattr_static(pelicans, "save_as"), property)
        for name in ("get_relative_source_path", "get_static_links", "refresh_metadata_intersite_links"):
            assert (
                inspect.signature(getattr(kept, name)).parameters.keys()
                == inspect.signature(getattr(pelicans, name)).parameters.keys()
            )
    assert "self.__class__.__name__" in source(contents.Content._expand_settings)
    assert isinstance(contents.Content.__dict__["get_content"].cache, dict)


def test_our_writer_is_asked_as_pelicans_is() -> None:
    ours, theirs = (inspect.signature(writer.write_file).parameters for writer in (KeyedWriter, writers.Writer))
    assert [(name, of.default) for name, of in ours.items()] == [(name, of.default) for name, of in theirs.items()]
    assert "template.render(localcontext)" in source(writers.Writer.write_file)


def test_pelican_makes_its_generators_and_its_writer_where_we_make_ours() -> None:
    assert "self._get_generator_classes()" in source(pelican.Pelican.run)
    assert "self._get_writer()" in source(pelican.Pelican.run)
    assert set(inspect.signature(generators.StaticGenerator.generate_output).parameters) == set(
        inspect.signature(KeptStatics.generate_output).parameters
    )
    assert issubclass(KeptArticles, generators.ArticlesGenerator)


def test_pelican_loads_docutils_whether_or_not_it_is_needed() -> None:
    imports = {
        line.split()[1]
        for line in source(readers).splitlines()
        if line.startswith(("import docutils", "from docutils"))
    }
    directives = inspect.getsource(__import__("pelican.rstdirectives", fromlist=["x"]))
    imports |= {
        line.split()[1] for line in directives.splitlines() if line.startswith(("import docutils", "from docutils"))
    }
    assert imports <= set(lean.MODULES)
    assert imports
    assert "enabled = bool(docutils)" in source(readers.RstReader)


def in_a_lean_process(code: str) -> str:
    """What a process prints that has loaded Pelican without what builds do not need."""
    begin = "from indieweb.building import lean; import sys; lean.load_pelican(whole=False)\n"
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", begin + code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(lean.__file__).parents[2])},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_pelican_without_docutils_reads_markdown_and_leaves_docutils_to_others() -> None:
    code = (
        "import pelican.readers as r\n"
        "assert not r.RstReader.enabled and r.MarkdownReader.enabled; assert 'docutils.nodes' not in sys.modules\n"
        "import docutils.core; print(docutils.core.publish_string('*x*', writer='html').count(b'<em>x</em>'))"
    )
    assert in_a_lean_process(code) == "1\n"


def test_pelican_imports_what_is_left_out() -> None:
    """Where it does so no more, leaving it out is needless."""
    read = "".join(source(module) for module in (pelican, log, utils, writers))
    for name in lean.OTHERS:
        package, _, module = name.rpartition(".")
        said = (f"import {name}", f"from {name} import", f"from {package} import {module}")
        assert any(words in read for words in said), name


def test_what_is_left_out_is_there_for_whoever_asks_for_it() -> None:
    code = (
        "print(sorted(set(lean.OTHERS) & set(sys.modules)))\n"
        "import importlib.metadata, multiprocessing, pelican.server, watchfiles, feedgenerator\n"
        "print(importlib.metadata.version('pelican') > '4', watchfiles.Change.added.name, multiprocessing.__name__)\n"
        "from pelican.log import console; console.print('plain', 'words'); print(console.is_terminal)\n"
        "lean.load_feeds(); import pelican.writers as w; print(w.Atom1Feed is feedgenerator.Atom1Feed)\n"
        "print(pelican.server.RootedHTTPServer.__module__)"
    )
    said = "[]\nTrue added multiprocessing\nplain words\nFalse\nTrue\npelican.server\n"
    assert in_a_lean_process(code) == said


def test_whole_pelican_is_loaded_with_everything() -> None:
    code = "from indieweb.building import lean; lean.load_pelican(whole=True); import sys, pelican\n"
    code += "print(sorted(set(lean.OTHERS) - set(sys.modules)), bool(pelican.readers.docutils))"
    environ = {**os.environ, "PYTHONPATH": str(Path(lean.__file__).parents[2])}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert ended.stdout == "[] True\n"


def test_feeds_of_pelicans_own_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    conf = 'FEED_ALL_ATOM = "all.atom.xml"\nFEED_ALL_RSS = "all.rss.xml"\nFEED_DOMAIN = "https://home.example"\n'
    home = make_home(tmp_path, {"content/2026-01-02-hello.md": "Hello."}, conf)
    built = build(home)
    assert built.code == 0, built.said
    assert "<entry>" in built.page("all.atom.xml")
    assert "<item>" in built.page("all.rss.xml")


@given(st.text(alphabet="ab./\\ ", max_size=12))
def test_a_name_that_is_below_the_output_stays_there(name: str) -> None:
    if _is_below(name):
        assert os.path.normpath(f"/out/{name}") == f"/out/{name}"


def test_a_draft_of_the_future_is_told_by_the_clock_alone() -> None:
    assert "WITH_FUTURE_DATES" in source(contents.Article.__init__)
    settings = {**get_settings_from_module(SimpleNamespace(**DEFAULT_CONFIG)), "WITH_FUTURE_DATES": False}
    date = utils.SafeDatetime(2990, 1, 1, tzinfo=UTC)
    assert contents.Article("", {"title": "A", "date": date}, settings, "/x/a.md", {}).status == "draft"
    assert datetime.now(UTC) < date


def test_there_is_nothing_to_be_read_beside_articles_and_pages() -> None:
    known = {contents.Article, contents.Page, contents.Static, contents.SkipStub}
    pelicans = {of for of in vars(contents).values() if isinstance(of, type) and issubclass(of, contents.Content)}
    assert pelicans - {contents.Content} == known
    assert set(_CLASSES) == known - {contents.Static, contents.SkipStub}
