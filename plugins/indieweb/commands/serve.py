"""``serve``: the live preview."""

import argparse
import sys
import webbrowser
from urllib.parse import urlsplit

from indieweb.commands._ending import end_when_told
from indieweb.commands._port import port_number
from indieweb.serving.building import Build
from indieweb.serving.listening import serve_app
from indieweb.serving.preview import Shown, keep_building, preview_app
from indieweb.serving.warm import Warm
from indieweb.settings import Settings, load

HELP = "show the home as you write it: built again when a file changes, and the browser reloads by itself"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=port_number, default=8000, help="the port to listen on (default: 8000)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve, build, watch, until Ctrl-C."""
    end_when_told()
    base = urlsplit(load(settings.home, conf="pelicanconf.py").siteurl).path.rstrip("/")
    shown = Shown()
    app = preview_app(settings.home / "output", shown, arguments.host, base)
    with serve_app(app, arguments.host, arguments.port, at_end=shown.end) as origin:
        address = f"{origin}{base}/"
        print(f"{address} shows your home as you write it; Ctrl-C ends.", flush=True)

        def say(build: Build) -> None:
            _say(build)
            if shown.built == 1 and not arguments.no_open and sys.stdout.isatty():
                webbrowser.open(address)

        warm = Warm(settings.home)
        try:
            keep_building(settings.home, shown, warm.build, say)
        except KeyboardInterrupt:
            print("\nGoodbye.", flush=True)
        finally:
            warm.end()
    return 0


def _say(build: Build) -> None:
    for line in (*build.remarks, *build.problems):
        print(line, file=sys.stderr, flush=True)
    state = "Not right yet" if build.problems else "Built"
    print(f"{state} ({build.seconds:.2f} s).", flush=True)
