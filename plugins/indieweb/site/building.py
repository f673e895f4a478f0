"""Runs Pelican on a home: the one place where a build begins, with every problem said in a line of its own."""

import logging
import os
import shutil
import sys
from pathlib import Path

from pelican import Pelican
from pelican import log as pelican_log
from pelican.settings import read_settings

from indieweb.errors import HomeError, SettingError
from indieweb.site import HOME

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
    try:
        settings = read_settings(conf)
        output = Path(settings["OUTPUT_PATH"])
        unfinished = _begun(output)
        Pelican({**settings, HOME: Path.cwd(), "OUTPUT_PATH": str(unfinished)}).run()
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
    if fatal and counter.errors:
        raise BuildError("Nothing was built: mend what is named above, then run it again.")
    _finish(unfinished, output)
    return output


def _listen(*, fatal: bool) -> "_Counter":
    """Have Pelican say what it has to say, a line each, and count what is wrong."""
    counter = _Counter()
    handler = logging.StreamHandler()
    pelican_log.init(level=logging.WARNING, fatal="errors" if fatal else "", handler=handler, name="pelican")
    logging.getLogger().addHandler(counter)
    for name in ("pelican.contents", "pelican.cache"):
        logging.getLogger(name).addFilter(_is_news)
    return counter


def _begun(output: Path) -> Path:
    """Where to build what is to stand at ``output``: beside it, if commands rely on what stands there."""
    if output != Path.cwd() / ".cache" / "site":
        return output
    unfinished = output.with_name("site.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    return unfinished


def _finish(unfinished: Path, output: Path) -> None:
    """Let a whole build stand where it belongs; killed between the two renames, there is none until the next."""
    if unfinished == output or not unfinished.is_dir():
        return
    before = output.with_name("site.old")
    shutil.rmtree(before, ignore_errors=True)
    if output.exists():
        output.rename(before)
    unfinished.rename(output)
    shutil.rmtree(before, ignore_errors=True)


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
