"""``git:REMOTE#BRANCH``: a branch of a git repository, one commit for each deploy that changes something.

Works in a bare repository of its own below ``.cache/`` and with an index of its own: the home's repository is only
asked for its configuration. Files go in as they are, past every filter and ignore rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from indieweb.deploy import gitconfig
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.deploy.plan import Change, Record
from indieweb.deploy.programs import run, without_credentials
from indieweb.deploy.tree import parents, printable
from indieweb.errors import DeployError
from indieweb.settings import Settings

FORM = "git:REMOTE#BRANCH"


@dataclass(frozen=True, slots=True)
class Tip:
    """The last commit of the branch: its name, and the blob that each of its paths holds."""

    commit: str
    blobs: Mapping[str, str]


class Branch:
    """A branch of a repository, near or far."""

    def __init__(self, address: str, branch: str, settings: Settings) -> None:
        self.where = f"{without_credentials(address)}#{branch}"
        self._address, self._ref = address, f"refs/heads/{branch}"
        self._area = settings.cache / "deploy-git"
        self._environ = gitconfig.environment(settings)
        self._tip: Tip | None = None

    def recorded(self) -> Record:
        """What the branch holds.

        :raises DeployError: the repository cannot be reached, or the branch holds files and no manifest of ours.
        """
        self._prepare()
        self._tip = self._fetch()
        if self._tip is None or not self._tip.blobs:
            return Record()
        if NAME not in self._tip.blobs:
            raise DeployError(
                f"{self.where} holds files and no site of ours, so nothing was changed there; "
                "name an empty or a new branch in INDIEWEB_DEPLOY_TO"
            )
        manifest = Manifest.read(self._git("cat-file", "blob", self._tip.blobs[NAME]), self.where)
        return Record(manifest, frozenset(manifest.files.keys() - self._tip.blobs.keys()))

    def upload(self, built: Path, manifest: Manifest, change: Change) -> None:
        """Commit the built tree, with what others put on the branch, and push it.

        :raises DeployError: a file of others stands where one of the site is to be, or the push was refused.
        """
        blobs = self._store(built, manifest)
        self._refuse_conflicts(blobs, change)
        manifest.confirm(built)
        with TemporaryDirectory(prefix="commonhold-") as temporary:
            self._environ["GIT_INDEX_FILE"] = f"{temporary}/index"
            self._git("read-tree", self._tip.commit if self._tip else "--empty")
            self._git("update-index", "-z", "--index-info", given=b"".join(_index_lines(blobs, change)))
            tree = self._git("write-tree").decode().strip()
        parent = ("-p", self._tip.commit) if self._tip else ()
        commit = self._git("commit-tree", tree, *parent, "-F", "-", given=_message(manifest, change).encode())
        self._git("push", "--quiet", "--", self._address, f"{commit.decode().strip()}:{self._ref}")

    def _prepare(self) -> None:
        """The bare repository; a lock in it is one of a killed run, as only one deploy of a home runs at a time."""
        self._area.mkdir(parents=True, exist_ok=True)
        for lock in self._area.rglob("*.lock"):
            lock.unlink()
        run(["git", "init", "--quiet", "--bare", "--template=", self._area], environ=self._environ)

    def _fetch(self) -> Tip | None:
        if not self._git("ls-remote", "--", self._address, self._ref).strip():
            return None
        self._git("fetch", "--quiet", "--depth=1", "--no-tags", "--", self._address, self._ref)
        commit = self._git("rev-parse", "--verify", "FETCH_HEAD").decode().strip()
        blobs = {}
        for line in self._git("ls-tree", "-r", "-z", commit).split(b"\0")[:-1]:
            facts, path = line.split(b"\t", 1)
            blobs[path.decode(errors="surrogateescape")] = facts.split()[2].decode()
        return Tip(commit, blobs)

    def _store(self, built: Path, manifest: Manifest) -> dict[str, str]:
        """The site's files as blobs of our repository, and the manifest: the blob of each path."""
        paths = list(manifest.files)
        given = "".join(f"{built / path}\n" for path in paths).encode()
        names = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=given).decode().split()
        own = self._git("hash-object", "-w", "--no-filters", "--stdin", given=manifest.text.encode())
        return {**dict(zip(paths, names, strict=True)), NAME: own.decode().strip()}

    def _refuse_conflicts(self, blobs: Mapping[str, str], change: Change) -> None:
        """A file that others put on the branch is never overwritten, but for one with the same content."""
        before = self._tip.blobs if self._tip else {}
        ours = {NAME, *change.kept, *change.changed, *change.deleted}
        others = {path: blob for path, blob in before.items() if path not in ours}
        folders, above = parents(blobs), parents(others)
        for path, blob in others.items():
            if blobs.get(path, blob) != blob or path in folders:
                raise _conflict(self.where, path)
        for path in blobs:
            if path in above:
                raise _conflict(self.where, path)

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        return run(["git", f"--git-dir={self._area}", *arguments], given=given, environ=self._environ).output


def target(address: str, settings: Settings) -> Branch | None:
    """The target that ``REMOTE#BRANCH`` names, or None where that is malformed.

    REMOTE is the name of a remote of the home's repository, or a repository's address, or its folder.
    """
    remote, _, branch = address.rpartition("#")
    well_formed = remote and not remote.startswith("-") and not branch.startswith("-")
    if not well_formed or run(["git", "check-ref-format", f"refs/heads/{branch}"], accepted=(0, 1)).status:
        return None
    return Branch(gitconfig.address_of(remote, settings), branch, settings)


def _conflict(where: str, path: str) -> DeployError:
    return DeployError(
        f"{where}: {printable(path)} was not put there by us, and the new site has something of that name, "
        "so nothing was changed; remove it from the branch, or put it into content/extra/"
    )


def _index_lines(blobs: Mapping[str, str], change: Change) -> Iterator[bytes]:
    """First what goes, as it may stand where a folder comes; then everything that the site holds."""
    for path in change.deleted:
        yield f"0 {'0' * 40}\t{path}\0".encode()
    for path, blob in blobs.items():
        yield f"100644 {blob}\t{path}\0".encode()


def _message(manifest: Manifest, change: Change) -> str:
    counts = f"+{len(change.new)} ~{len(change.changed)} -{len(change.deleted)}"
    return f"Publish {len(manifest.pages)} pages: {counts}\n"
