"""Runs Pelican on a home: the one place where a build begins, with every problem said in a line of its own."""

import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pelican import log as pelican_log
from pelican.settings import read_settings

from indieweb.building.lock import only_one
from indieweb.building.pelican import build_plainly, build_remembering
from indieweb.building.rules import strangers
from indieweb.errors import HomeError, SettingError
from indieweb.site import HOME

logger = logging.getLogger(__name__)
#: What Pelican warns of and we say better: in a line of its own, with the file.
_SAID_BETTER = ("Unable to find '%s', skipping url replacement.", "Cannot get modification stamp for %s\n\t%s")


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg not in _SAID_BETTER


class BuildError(HomeError):
    """The site was not built; what is wrong has been said already."""


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
    counter = _listen(fatal=fatal)
    sys.modules.pop("pelicanconf", None)  # another home's, or one that was read before it was changed
    gc.disable()  # a build makes much and drops little, and then ends
    try:
        settings = {**read_settings(conf), HOME: Path.cwd()}
        with only_one(Path.cwd() / ".cache", Path(settings["OUTPUT_PATH"])):
            _build(settings, lambda: fatal and counter.errors > 0)
    except HomeError:
        raise
    except SyntaxError as error:  # a conf file's; templates have errors of their own
        where = f"{error.filename}:{error.lineno}"
        raise SettingError(f"{where}: this is not valid Python: {error.msg}") from error
    except RuntimeError as error:
        if fatal and counter.errors:
            raise BuildError("Nothing was built: mend what is named above, then run it again.") from error
        raise BuildError(f"The site was not built: {error}") from error
    except Exception as error:  # whatever a theme or a plugin raises, the owner gets one sentence
        raise BuildError(f"The site was not built: {_sentence(error)}") from error
    finally:
        gc.enable()
    return Path(settings["OUTPUT_PATH"])


def _build(settings: dict[str, Any], failed: Callable[[], bool]) -> None:
    why = strangers(settings)
    if why:
        logger.warning("Every page is built anew, for %s.", why)
        build_plainly(settings, failed)
    else:
        build_remembering(settings, failed)


def _listen(*, fatal: bool) -> "_Counter":
    """Have Pelican say what it has to say, a line each, and count what is wrong."""
    counter = _Counter()
    handler = logging.StreamHandler()
    pelican_log.init(level=logging.WARNING, fatal="errors" if fatal else "", handler=handler, name="pelican")
    logging.getLogger().addHandler(counter)
    for name in ("pelican.contents", "pelican.cache"):
        logging.getLogger(name).addFilter(_is_news)
    return counter


class _Counter(logging.Handler):
    """Counts errors, whoever logged them: Pelican skips what it cannot read and would end well."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.errors += 1


def _sentence(error: Exception) -> str:
    where = ""
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    if name and line:  # Jinja says in which template
        where = f"{name}:{line}: "
    return f"{where}{type(error).__name__}: {error}"
