"""Building a home whose cost is the change: Pelican runs, and what it would do again as it did before is remembered.

Four stations, each with a room of its own::

    reading     a file that is as it was is not parsed: its article comes from the store
    settling    its entry is not made anew, unless something that it shows has changed
    drawing     a page whose key is the one it was drawn by is not drawn
    tree        what was drawn is written beside the site, and put in place when all of it is there

A key is a digest of all that bytes depend on. Where that cannot be told, everything is in the key; where code of
others has a say, nothing is remembered.
"""

import gc
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from indieweb.building import times
from indieweb.building.lean import ENDINGS, load_pelican
from indieweb.building.unchanged import Ground, look, unchanged
from indieweb.errors import SettingError
from indieweb.settings import conf_names
from indieweb.stores.code import code_digest

#: What is loaded when the first feed is made.
_LATER = ("indieweb.feeds.atom", "indieweb.feeds.rss", "indieweb.feeds.jsonfeed")


def build(home: Path, conf: str = "pelicanconf.py", *, fatal: bool = True) -> Path:
    """Build the site of a home.

    A build for publishing takes the place of the last one when it is whole: what was killed or refused is never
    checked, uploaded or sent from.

    :param conf: the conf file: ``pelicanconf.py`` for the preview, ``publishconf.py`` for the site.
    :param fatal: stop at errors, as ``pelican --fatal=errors`` does; without it the rest is built.
    :returns: the output folder.
    :raises BuildError: something is wrong with the home; a line for each thing has been logged.
    """
    if not (home / conf).is_file():
        raise SettingError(f"{home / conf} is not there; a home has a {conf} (see docs/settings.md)")
    os.chdir(home)
    gc.disable()  # a build makes much and drops little, and then ends
    try:
        return _built(conf, fatal=fatal)
    finally:
        gc.freeze()  # or the first thing that happens is a look at all that was made
        gc.enable()


def _built(conf: str, *, fatal: bool) -> Path:
    with times.phase("reading"):
        now = look(Path.cwd(), conf)
        said = unchanged(now)
    if said is None:
        _load(now)
        from indieweb.building.run import build as build_changes  # noqa: PLC0415 - it loads Pelican

        build_changes(now, conf, fatal=fatal)
    else:
        logging.basicConfig(format="%(message)s")
        for name, words in said:
            logging.getLogger(name).warning("%s", words)
    times.write_down()
    return now.output


def prepared(home: Path, conf: str) -> list[str]:
    """Load what builds of a home need, so that those of forks of this process need not.

    :returns: the names of the modules that such a build will load besides.
    :raises SettingError: the conf file cannot be run.
    """
    now = look(home, conf)
    _load(now)
    import indieweb.building.run  # noqa: F401, PLC0415 - it loads Pelican

    _convert_a_little(conf_names(home / conf).get("MARKDOWN") or {})
    code_digest()
    return [*_LATER, *now.plugins]


def _convert_a_little(options: dict[str, Any]) -> None:
    """Let Markdown's extensions and the languages that people show most be loaded."""
    from markdown import Markdown  # noqa: PLC0415 - most processes never convert anything

    fences = "\n".join(f"```{language}\nx = 1\n```\n" for language in ("python", "bash", "json", "html", "css"))
    with suppress(Exception):  # whatever is wrong with the settings, the build says it
        Markdown(**options).convert(f"# A *title* of `words`\n\n{fences}")


def _load(now: Ground) -> None:
    """Load Pelican, without docutils where that will do.

    :raises LeanError: it was loaded so, and that does not do any more.
    """
    load_pelican(whole=now.strangers or any(path.endswith(ENDINGS) for path in now.walk.stamps))
