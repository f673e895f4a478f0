"""Runs Pelican on a home: the one place where a build begins, with every problem said in a line of its own."""

import logging
import sys
from pathlib import Path
from typing import Any

from pelican import log as pelican_log
from pelican.settings import read_settings

from indieweb.building.lock import only_one
from indieweb.building.pelican import build_plainly, build_remembering
from indieweb.building.rules import strangers
from indieweb.building.unchanged import Ground, Remark, remember
from indieweb.errors import BuildError, HomeError, SettingError
from indieweb.site import HOME

logger = logging.getLogger(__name__)
#: What Pelican warns of and we say better: in a line of its own, with the file.
_SAID_BETTER = ("Unable to find '%s', skipping url replacement.", "Cannot get modification stamp for %s\n\t%s")


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg not in _SAID_BETTER


def build(before: Ground, conf: str, *, fatal: bool) -> None:
    """Build the site of a home; see ``building.build``.

    :param before: what the build stands on.
    """
    counter = _listen(fatal=fatal)
    sys.modules.pop("pelicanconf", None)  # another home's, or one that was read before it was changed
    try:
        settings = {**read_settings(conf), HOME: before.home}
        with only_one(before.home / ".cache", Path(settings["OUTPUT_PATH"])):
            _build(settings, before, counter, fatal=fatal)
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


def _build(settings: dict[str, Any], before: Ground, counter: "_Counter", *, fatal: bool) -> None:
    def failed() -> bool:
        return fatal and counter.errors > 0

    why = strangers(settings)
    if why:
        logger.warning("Every page is built anew, for %s.", why)
        build_plainly(settings, failed)
        return
    written, until = build_remembering(settings, before.walk, failed)
    if failed():
        raise BuildError("Nothing was built: mend what is named above, then run it again.")
    # What was said of the building itself holds but once.
    said = [(name, words) for name, words in counter.remarks if not name.startswith(__package__ or "")]
    # In a tree that Pelican is to empty, what nobody wrote must not stand either, so it has to be looked through.
    well = not counter.errors and not settings["DELETE_OUTPUT_DIRECTORY"]
    remember(before, written, until, said, well=well)


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
    """Counts errors, whoever logged them: Pelican skips what it cannot read and would end well. Keeps warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors = 0
        self.remarks: list[Remark] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self.errors += 1
        else:
            self.remarks.append((record.name, record.getMessage()))


def _sentence(error: Exception) -> str:
    where = ""
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    if name and line:  # Jinja says in which template
        where = f"{name}:{line}: "
    return f"{where}{type(error).__name__}: {error}"
