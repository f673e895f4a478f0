"""The live preview builds again after a change, tells the browser, and ends with all that it began."""

import http.client
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from small_site import PAGE, Ask

from indieweb.serving.building import Build, build_preview, judged
from indieweb.serving.listening import serve_app
from indieweb.serving.live import CHANGES
from indieweb.serving.preview import Shown, keep_building, preview_app

SECONDS = 60
CONF = """
AUTHOR = SITENAME = "Ann"
SITEURL = ""
TIMEZONE = "UTC"
PATH, OUTPUT_PATH = "content", "output"
PLUGINS = []
"""


class EndError(Exception):
    """Ends a loop that would go on for good."""


def wait_for(is_so: Callable[[], object], seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of one post, built by Pelican alone."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "hello.md").write_text("Title: Hello\nDate: 2026-01-31\n\nFirst words\n", "utf-8")
    for name in ("pelicanconf.py", "publishconf.py"):
        (tmp_path / name).write_text(CONF, "utf-8")
    return tmp_path


def keep_copying(home: Path, shown: Shown, turns: int) -> list[Build]:
    """`keep_building` with a build that copies one file, until it was done ``turns`` times."""
    done: list[Build] = []

    def build(folder: Path) -> Build:
        text = (folder / "content" / "hello.md").read_text("utf-8")
        (folder / "output").mkdir(exist_ok=True)
        (folder / "output" / "index.html").write_text(PAGE.replace("Hello", text), "utf-8")
        return Build((), (), 0.0)

    def say(outcome: Build) -> None:
        done.append(outcome)
        if len(done) == turns:
            raise EndError

    with pytest.raises(EndError):
        keep_building(home, shown, build, say)
    return done


@pytest.mark.parametrize(
    "changed",
    ["content/hello.md", "content/new/post.md", "theme/a.css", "plugins/p.py", "pelicanconf.py", "publishconf.py"],
)
def test_a_change_anywhere_is_another_build(home: Path, changed: str) -> None:
    for folder in ("theme", "plugins"):
        (home / folder).mkdir()
    shown = Shown()
    thread = threading.Thread(target=keep_copying, args=(home, shown, 2), daemon=True)
    thread.start()
    wait_for(lambda: shown.built == 1)
    (home / changed).parent.mkdir(exist_ok=True)
    with (home / changed).open("a") as file:
        file.write("\n# more\n")
    thread.join(SECONDS)
    assert shown.built == 2


def test_unfinished_and_backup_files_and_the_output_are_no_change(home: Path) -> None:
    shown = Shown()
    thread = threading.Thread(target=keep_copying, args=(home, shown, 2), daemon=True)
    thread.start()
    wait_for(lambda: shown.built == 1)
    for name in ("content/.x.part", "content/hello.md~", "content/.hello.md.swp", "output/x.html", "var"):
        (home / name).write_text("x", "utf-8")
    time.sleep(1.5)
    assert shown.built == 1
    (home / "content" / "hello.md").write_text("more", "utf-8")
    thread.join(SECONDS)
    assert shown.built == 2


def test_a_change_while_building_is_not_missed(home: Path) -> None:
    seen: list[str] = []

    def build(folder: Path) -> Build:
        seen.append((folder / "content" / "hello.md").read_text("utf-8"))
        if len(seen) == 1:
            (folder / "content" / "hello.md").write_text("Changed meanwhile", "utf-8")
        return Build((), (), 0.0)

    def say(_: Build) -> None:
        if seen[-1] == "Changed meanwhile":
            raise EndError

    thread = threading.Thread(target=_run_quietly, args=(home, Shown(), build, say), daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert seen[-1] == "Changed meanwhile"


def _run_quietly(home: Path, shown: Shown, build: Callable[[Path], Build], say: Callable[[Build], None]) -> None:
    with pytest.raises(EndError):
        keep_building(home, shown, build, say)


@contextmanager
def served(root: Path, shown: Shown) -> Iterator[str]:
    with serve_app(preview_app(root, shown, "127.0.0.1"), "127.0.0.1", 0, at_end=shown.end) as origin:
        yield origin


def test_the_file_stays_as_it_is_and_only_its_copy_reloads(tree: Path, ask: Ask) -> None:
    with served(tree, Shown()) as origin:
        for path in ("/", "/nothing/", "/2026/11/gone/"):
            assert b"EventSource" in ask(origin, path).body
        assert b"EventSource" not in ask(origin, "/feed.atom").body
    assert (tree / "index.html").read_text("utf-8") == PAGE


def test_the_browser_hears_of_each_version(tree: Path) -> None:
    shown = Shown()
    with served(tree, shown) as origin:
        connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=20)
        connection.request("GET", CHANGES)
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        first = answer.readline()
        assert first == f"data: {shown.version}\n".encode()
        answer.readline()
        shown.take(Build((), (), 0.0))
        assert answer.readline() not in (b"", first)
        connection.close()


def test_a_waiting_browser_does_not_hold_up_the_end(tree: Path) -> None:
    shown = Shown()
    with served(tree, shown) as origin:
        connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=20)
        connection.request("GET", CHANGES)
        answer = connection.getresponse()
        answer.readline()
    while answer.readline():
        pass
    assert answer.isclosed()
    connection.close()


def test_a_name_that_was_made_to_lead_here_is_not_answered(tree: Path, ask: Ask) -> None:
    with served(tree, Shown()) as origin:
        assert ask(origin, "/", Host="evil.example").status == 400
        assert ask(origin, "/", Host="localhost:8000").status == 200


def test_problems_are_told_from_remarks_and_a_silent_failure_is_one() -> None:
    build = judged("warning: x has no Alt\n\nerror: content/x.md:2: no date\nerror: content/y.md: no\n", 0, 1.0)
    assert build.remarks == ("x has no Alt",)
    assert build.problems == ("content/x.md:2: no date", "content/y.md: no")
    assert judged("Traceback\n  x\nMemoryError\n", 1, 1.0).problems == ("MemoryError",)
    assert judged("", -9, 1.0).problems
    assert not judged("", 0, 1.0).problems


def test_an_interrupted_build_ends_its_child(home: Path, command_environment: dict[str, str]) -> None:
    (home / "pelicanconf.py").write_text(
        "import time, pathlib\npathlib.Path('began').touch()\ntime.sleep(60)\n", "utf-8"
    )
    code = (
        "import signal, sys; from pathlib import Path; from indieweb.serving.building import build_preview\n"
        "signal.signal(signal.SIGTERM, signal.default_int_handler); build_preview(Path(sys.argv[1]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home)], env=command_environment, stderr=subprocess.DEVNULL
    )
    try:
        wait_for((home / "began").exists)
        child = _children(process.pid)
        assert child
        process.terminate()
        process.wait(SECONDS)
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in child))
    finally:
        process.kill()
        process.wait()


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()


def test_a_build_says_what_is_wrong_in_a_line_each(home: Path, command_environment: dict[str, str]) -> None:
    fine = build_preview(home, command_environment)
    assert fine.problems == ()
    (home / "pelicanconf.py").write_text("AUTHOR = \n", "utf-8")
    broken = build_preview(home, command_environment)
    assert len(broken.problems) == 1
    assert "pelicanconf.py" in broken.problems[0]


def test_serve_shows_the_home_and_a_change_and_ends_cleanly(
    home: Path, command_environment: dict[str, str], ask: Ask
) -> None:
    with _serving(home, command_environment) as (process, origin):
        wait_for(lambda: b"First words" in ask(origin, "/").body)
        (home / "content" / "hello.md").write_text("Title: Hello\nDate: 2026-01-31\n\nOther words\n", "utf-8")
        wait_for(lambda: b"Other words" in ask(origin, "/").body)
        (home / "pelicanconf.py").write_text(CONF + "\nbroken(", "utf-8")
        wait_for(lambda: b'role="alert"' in ask(origin, "/").body)
        assert b"Other words" in ask(origin, "/").body
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in complaint
    assert "pelicanconf.py" in complaint
    assert "Goodbye." in said
    assert not any("EventSource" in page.read_text("utf-8") for page in (home / "output").rglob("*.html"))


@contextmanager
def _serving(home: Path, environment: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "indieweb", "serve", "--port", "0"],
        cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        yield process, process.stdout.readline().split()[0].rstrip("/")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=SECONDS)


def test_serve_says_that_its_port_is_taken(home: Path, command_environment: dict[str, str]) -> None:
    with _serving(home, command_environment) as (_, origin):
        port = urlsplit(origin).port
        done = subprocess.run(
            [sys.executable, "-m", "indieweb", "serve", "--port", str(port)],
            cwd=home, env=command_environment, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    free = (port or 0) + 1
    assert done.stderr == (
        f"Port {port} is taken by another program; choose one with PORT={free} after make, or --port {free}\n"
    )


@pytest.mark.needs("chromium")
def test_the_browser_reloads_by_itself_under_the_strict_policy(tree: Path) -> None:
    shown = Shown()
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(tree, shown) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(origin)
        (tree / "index.html").write_text(PAGE.replace("Hello", "Changed"), "utf-8")
        shown.take(Build(("content/x.md:2: no date",), (), 0.0))
        page.wait_for_selector("text=Changed", timeout=SECONDS * 1000)
        banner = page.locator("[role=alert]")
        assert "content/x.md:2: no date" in banner.inner_text()
        assert banner.evaluate("banner => getComputedStyle(banner).position") == "fixed"
        assert not [said for said in complaints if "Content Security Policy" in said]
        browser.close()
