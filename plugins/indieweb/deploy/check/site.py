"""The whole build, judged file by file: each is read once, and again only when it or what it names has changed."""

import hashlib
from collections.abc import Collection, Iterable
from functools import cached_property

from indieweb.deploy.check.finding import Finding
from indieweb.deploy.check.judging import PAGES, Judge, Judged, secrets_of
from indieweb.deploy.check.places import Places
from indieweb.deploy.check.verdicts import Verdicts, names_of_files, names_of_ids
from indieweb.deploy.tree import judge
from indieweb.errors import DeployError
from indieweb.settings import Settings
from indieweb.stores.built import Built
from indieweb.stores.remembered import Remembered

_TEXTS = (".html", ".htm", ".css", ".js", ".json", ".xml", ".atom", ".rss", ".txt", ".svg", ".ics", ".md", ".csv")
_DRAFTS = "drafts"


def check_site(settings: Settings, built: Built | None = None) -> list[Finding]:
    """Judge the tree in ``settings.built``.

    What is remembered of an earlier check changes how long it takes, and nothing else.

    :param built: that tree, where it was looked at already.
    :returns: everything that is wrong with it, sorted by file and line.
    :raises DeployError: nothing was built yet.
    """
    built = built or Built.of(settings)
    if built is None:
        raise DeployError(f"{settings.built} is not there: nothing was built for publishing yet; run `make publish`")
    files, refused = judge(built)
    rules = (
        settings.siteurl,
        settings.endpoint,
        settings.pingback,
        *(word for pair in secrets_of(settings) for word in pair),
    )
    memory = Remembered(settings.cache, "checked", rules)
    verdicts = Verdicts.remembered(memory.value)
    if _Check(settings, built, files, verdicts).bring_up_to_date():
        memory.keep(verdicts.as_json)
    built.keep()
    findings = [Finding(one.shown, None, f"{one.objection}: it must not be published") for one in refused]
    if not any(path.endswith(PAGES) for path in files):
        findings.append(Finding("index.html", None, "there are no pages in the build"))
    return sorted([*findings, *verdicts.findings], key=lambda finding: finding.order)


class _Check:
    """What is known while a build is being judged.

    :param files: the paths of all files that may be published.
    :param verdicts: those of the last check, on files that may have been others.
    """

    def __init__(self, settings: Settings, built: Built, files: Collection[str], verdicts: Verdicts) -> None:
        self._settings, self._built, self._files, self._verdicts = settings, built, files, verdicts
        self._judged: dict[str, Judged | None] = {}
        self._marks: dict[str, str] = {}

    def bring_up_to_date(self) -> bool:
        """Have a verdict on every file, new ones where the last may be wrong.

        :returns: whether there was anything to do.
        """
        verdicts, files = self._verdicts, set(self._files)
        came, went = files - verdicts.marks.keys(), verdicts.marks.keys() - files
        for path in went:
            verdicts.forget(path)
        self._judge(came)
        self._judge(self._changed())
        self._judge(verdicts.depending_on(names_of_files(came | went)))
        self._judge(verdicts.depending_on(names_of_ids(self._with_other_ids())))
        for path, judged in self._judged.items():
            verdicts.set(path, self._marks.get(path, ""), self._findings(path, judged), judged)
        return bool(went or self._judged)

    def _judge(self, paths: Iterable[str]) -> None:
        """Read files that were not read already."""
        for path in [path for path in paths if path not in self._judged]:
            if not path.endswith(_TEXTS):
                self._judged[path] = None
                continue
            content, handmade = (self._built.root / path).read_bytes(), self._is_handmade(path)
            self._marks[path] = _mark(hashlib.sha256(content).hexdigest(), handmade=handmade)
            self._judged[path] = self._judges.judge(path, content, handmade=handmade)

    def _changed(self) -> list[str]:
        digest, handmade = self._built.digest, self._is_handmade
        marks = self._verdicts.marks.items()
        return [path for path, mark in marks if mark and mark != _mark(digest(path), handmade=handmade(path))]

    def _with_other_ids(self) -> list[str]:
        return [path for path, judged in self._judged.items() if judged and self._verdicts.has_other_ids(path, judged)]

    def _findings(self, path: str, judged: Judged | None) -> list[Finding]:
        findings = []
        if path.split("/", maxsplit=1)[0] == _DRAFTS:
            findings.append(Finding(path, None, "is a draft: it must not be published"))
        if judged:
            findings += [*judged.findings, *judged.dangling(path, self._ids_of)]
        return findings

    def _ids_of(self, path: str) -> Collection[str] | None:
        judged = self._judged.get(path)
        return judged.ids if judged else self._verdicts.ids_of(path)

    @cached_property
    def _judges(self) -> Judge:
        return Judge(self._settings, Places(self._settings, self._files))

    @cached_property
    def _extra(self) -> frozenset[str]:
        """What stands at the top of the folder whose files are published as they are."""
        extra = self._settings.content / "extra"
        return frozenset(path.name for path in extra.iterdir()) if extra.is_dir() else frozenset()

    def _is_handmade(self, path: str) -> bool:
        if not self._extra or path.split("/", maxsplit=1)[0] not in self._extra:
            return False
        return (self._settings.content / "extra" / path).is_file()


def _mark(digest: str, *, handmade: bool) -> str:
    return f"{digest[:32]}+" if handmade else digest[:32]
