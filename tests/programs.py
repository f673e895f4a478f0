"""Outside programs that tests need."""

import shutil

#: Where Debian and others put a program that a test names by one word.
PROGRAMS = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "nginx": ("nginx", "/usr/sbin/nginx")}


def program(name: str) -> str | None:
    """The path of an outside program, or None where it is not installed."""
    return next((found for spelt in PROGRAMS.get(name, (name,)) if (found := shutil.which(spelt))), None)
