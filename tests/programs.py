"""Outside programs that tests need."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

#: Where Debian and others put a program that a test names by one word; a star stands for a version.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "mariadbd": ("mariadbd", "/usr/sbin/mariadbd"),
    "nginx": ("nginx", "/usr/sbin/nginx"),
    "postgres": ("/usr/lib/postgresql/*/bin/postgres", "postgres"),
    "wordpress": ("/usr/share/wordpress/wp-load.php",),
}
#: Packages of Python that are not to be had for every machine.
PACKAGES = frozenset({"atheris"})


def program(name: str) -> str | None:
    """The path of an outside program or package, or None where it is not installed."""
    if name in PACKAGES:
        spec = find_spec(name)
        return spec and spec.origin
    return next((found for spelt in PROGRAMS.get(name, (name,)) if (found := _path(spelt))), None)


def _path(spelt: str) -> str | None:
    """What PHP runs need not be allowed to run by itself."""
    if "*" in spelt:
        return max(map(str, Path("/").glob(spelt.lstrip("/"))), key=lambda path: (len(path), path), default=None)
    return shutil.which(spelt, os.F_OK if spelt.endswith(".php") else os.F_OK | os.X_OK)
