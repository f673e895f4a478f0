"""A stranger's photo is asked for within bounds, and decoded by a child that can be lost."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from indieweb.web.fetch import Policy
from indieweb.web.photos import MAX_BYTES, Face, NoFace, face_in, fetch_face
from indieweb.web.pool import Child, Pool
from loopback import Answer, Site, loopback


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def photo(size: tuple[int, int] = (64, 64), form: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, (200, 100, 50)).save(file, form)
    return file.getvalue()


def policy(site: Site) -> Policy:
    host, _, port = site.pair.partition(":")
    return Policy(allow=frozenset({(host, int(port))}))


def said(site: Site, body: bytes, kind: str = "image/png", status: int = 200) -> Face | NoFace:
    site.says["/me"] = Answer(body, status, (("Content-Type", kind),))
    return fetch_face(f"{site.url}/me", policy(site))


def reason(found: Face | NoFace) -> str:
    assert isinstance(found, NoFace), "there is a face"
    assert "\n" not in found.reason
    return found.reason


def test_a_photo_that_is_there_is_made_small(site: Site) -> None:
    found = said(site, photo())
    assert isinstance(found, Face)
    sizes = [Image.open(BytesIO(raw), formats=("WEBP",)).size for raw in (found.small, found.large)]
    assert sizes == [(48, 48), (96, 96)]
    assert [asked.method for asked in site.asked] == ["GET"]


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "", "application/json", "video/mp4"])
def test_what_does_not_say_that_it_is_a_picture_is_none(site: Site, kind: str) -> None:
    assert "does not say that it is a picture" in reason(said(site, photo(), kind))


@pytest.mark.parametrize("status", [204, 403, 404, 410, 500])
def test_the_picture_of_an_error_page_is_none(site: Site, status: int) -> None:
    assert str(status) in reason(said(site, photo(), status=status))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><script>alert(1)</script>", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        (b"", "image/jpeg"),
    ],
)
def test_a_page_or_a_drawing_under_the_name_of_a_picture_is_none(site: Site, body: bytes, kind: str) -> None:
    assert "no JPEG, PNG, GIF, WebP or AVIF" in reason(said(site, body, kind))


def test_what_is_larger_than_two_megabytes_is_not_read_to_its_end(site: Site) -> None:
    assert "larger than" in reason(said(site, photo() + bytes(MAX_BYTES)))
    assert isinstance(said(site, photo() + bytes(MAX_BYTES - 1000)), Face)


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/p.png",
        "http://169.254.169.254/p.png",
        "http://[::1]/p.png",
        "http://10.0.0.1/p",
        "file:///p",
    ],
)
def test_a_redirect_inward_is_not_followed(site: Site, place: str) -> None:
    site.says["/me"] = Answer("", 302, (("Location", place),))
    assert isinstance(fetch_face(f"{site.url}/me", policy(site)), NoFace)
    assert len(site.asked) == 1


def test_nobody_on_the_own_network_is_asked(site: Site) -> None:
    site.says["/me"] = Answer(photo(), 200, (("Content-Type", "image/png"),))
    assert isinstance(fetch_face(f"{site.url}/me", Policy()), NoFace)
    assert isinstance(fetch_face("http://photos.example/me", Policy()), NoFace)
    assert site.asked == []


class TestTheChild:
    @pytest.fixture
    def pool(self) -> Iterator[Pool]:
        made = Pool(partial(Child, "picture_child"))
        yield made
        made.close()

    def test_it_can_decode_what_a_camera_makes(self, pool: Pool) -> None:
        for form in ("JPEG", "PNG", "WEBP", "AVIF"):
            assert isinstance(face_in(photo((6000, 4000), form), pool=pool), Face), form

    def test_it_is_used_again_after_a_picture_that_is_none(self, pool: Pool) -> None:
        face_in(photo(), pool=pool)
        (child,) = pool._idle
        for raw in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), photo()[:80]):
            assert isinstance(face_in(raw, pool=pool), NoFace)
        assert isinstance(face_in(photo(), pool=pool), Face)
        assert pool._idle == [child]

    def test_one_that_ends_takes_nothing_with_it(self, pool: Pool) -> None:
        face_in(photo(), pool=pool)
        (child,) = pool._idle
        os.kill(child.process_id, signal.SIGKILL)  # type: ignore[attr-defined]
        assert "more time or memory" in reason(face_in(photo(), pool=pool))
        assert isinstance(face_in(photo(), pool=pool), Face)

    def test_it_can_open_nothing_and_have_no_gigabyte(self, pool: Pool) -> None:
        face_in(photo(), pool=pool)
        (child,) = pool._idle
        limits = Path(f"/proc/{child.process_id}/limits").read_text()  # type: ignore[attr-defined]
        soft = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
        assert (soft["Max open files"], soft["Max file size"]) == ("0", "0")
        assert int(soft["Max address space"]) == 512 << 20
        assert soft["Max cpu time"] != "unlimited"
