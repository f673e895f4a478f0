"""What an owner sees and decides in a browser: the list, each decision, and taking it back."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from moderator import OWN, Moderator, arrive, crowd, later, of, signed_in, statuses
from receiver_door import Door, open_door

from indieweb.receiver.deciding import MOST
from indieweb.receiver.hook import Hook
from indieweb.stores.inbox_rules import approve, undo
from loopback import Site

ANN, BOB, EVE = "https://ann.net/", "https://bob.net/", "https://eve.net/"
SPAM = tuple(f"https://spam.net/{number}" for number in range(3))


class TestList:
    def test_it_says_who_from_where_what_to_what_and_when(self, door: Door) -> None:
        arrive(door, "https://xn--bcher-kva.net/a", "Well said", "Ann", 1.7e9)
        one = signed_in(door)
        text = " ".join(one.document.xpath("string(//ol/li)").split())
        for words in (
            "Ann",
            "xn--bcher-kva.net",
            "replies to",
            "/2026/11/hello/",
            "Well said",
            "14 November 2023, 22:13",
        ):
            assert words in text
        assert one.heading == "1 waits for your yes"
        source, target = one.document.xpath(f"{of('https://xn--bcher-kva.net/a')}//p/a")[::-1]
        assert (source.get("href"), target.get("href")) == ("https://xn--bcher-kva.net/a", door.target)
        assert {link.get("rel") for link in (source, target)} == {"noopener noreferrer nofollow"}

    def test_the_newest_are_above(self, door: Door) -> None:
        for source, when in ((ANN, 1000.0), (BOB, 3000.0), (EVE, 2000.0)):
            arrive(door, source, when=when)
        assert signed_in(door).sources == [BOB, EVE, ANN]

    def test_an_update_of_what_is_shown_says_so_and_is_among_the_newest(self, door: Door) -> None:
        number = arrive(door, ANN)
        door.inbox.decide(number, approve)
        arrive(door, BOB)
        arrive(door, ANN, "other words", when=later())
        one = signed_in(door)
        assert one.sources == [ANN, BOB]
        assert "(changed)" in one.document.xpath(f"string({of(ANN)})")

    def test_fifty_stand_on_a_page(self, door: Door) -> None:
        sources = [f"https://ann.net/{number}" for number in range(101)]
        for number, source in enumerate(sources):
            arrive(door, source, when=1000.0 + number)
        one = signed_in(door)
        assert one.heading == "101 wait for your yes"
        pages = [one.sources]
        for _ in range(2):
            one.go(one.document.xpath("//a[@rel='next']/@href")[0])
            pages.append(one.sources)
        assert [len(page) for page in pages] == [50, 50, 1]
        assert [source for page in pages for source in page] == sources[::-1]
        assert one.document.xpath("//a[@rel='next']") == []
        one.go(one.document.xpath("//a[@rel='prev']/@href")[0])
        assert one.sources == pages[1]

    @pytest.mark.parametrize("page", ["0", "-1", "2", "99999999999999999999", "x", "\u0662", ""])
    def test_a_page_that_is_none_is_the_nearest(self, door: Door, page: str) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        assert one.go(f"moderate?page={page}").status_code == 200
        assert one.sources == [ANN]

    @pytest.mark.parametrize("host", ["", "elsewhere.net", "\x00", "%", "'", "h" * 3000])
    def test_a_host_that_sent_nothing_has_nothing_to_show(self, door: Door, host: str) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        assert one.go("moderate?" + urlencode({"host": host})).status_code == 200
        assert one.sources == ([ANN] if host in ("", "\x00") else [])

    def test_what_a_stranger_wrote_is_cut(self, door: Door) -> None:
        long = "https://ann.net/" + "a" * 1900
        arrive(door, long, "word " * 5000, "n" * 5000)
        one = signed_in(door)
        assert len(one.document.xpath("string(//h2/bdi)")) == 100
        assert len(one.document.xpath("string(//blockquote)")) <= 400
        assert len(one.document.xpath("string(//p[@class='from']/a)")) == 120
        assert one.sources == [long]
        assert one.seen is not None
        assert len(one.seen.content) < 20_000

    def test_where_nothing_waits_it_says_so(self, door: Door) -> None:
        one = signed_in(door)
        assert one.heading == "Nothing waits for your yes"
        assert not one.document.xpath("//ol")

    def test_times_are_in_the_zone_of_the_home(self, tmp_path: Path, site: Site) -> None:
        door = open_door(tmp_path, site, timezone="Europe/Vienna")
        arrive(door, ANN, when=1.7e9)
        assert "14 November 2023, 23:13 CET" in signed_in(door).document.xpath("string(//time)")
        door.client.close()
        door.inbox.close()


class TestOne:
    @pytest.mark.parametrize(("words", "status"), [("Approve", "approved"), ("Reject", "rejected")])
    def test_a_decision_and_its_undoing(self, door: Door, words: str, status: str) -> None:
        for source in (ANN, BOB):
            arrive(door, source)
        one = signed_in(door)
        one.press(words, of(ANN))
        assert statuses(door) == {ANN: status, BOB: "verified"}
        assert one.said() == f"{words.removesuffix('e')}ed: {ANN}"
        assert one.sources == [BOB]
        one.press("Undo")
        assert statuses(door) == {ANN: "verified", BOB: "verified"}
        assert "Taken back" in one.said()

    def test_decisions_are_taken_back_one_by_one_in_any_order(self, door: Door) -> None:
        for source in (ANN, BOB, EVE):
            arrive(door, source)
        one = signed_in(door)
        for source, words in ((ANN, "Approve"), (BOB, "Reject"), (EVE, "Approve")):
            one.press(words, of(source))
        one.press("Undo", f"//ul/li[contains(., '{BOB}')]")
        assert statuses(door) == {ANN: "approved", BOB: "verified", EVE: "approved"}
        one.press("Undo")
        one.press("Undo")
        assert set(statuses(door).values()) == {"verified"}
        assert one.document.xpath("//button[.='Undo']") == []

    def test_what_was_decided_can_be_taken_back_after_signing_in_anew(self, door: Door) -> None:
        arrive(door, ANN)
        signed_in(door).press("Approve")
        signed_in(door).press("Undo")
        assert statuses(door) == {ANN: "verified"}

    def test_a_decision_is_about_what_was_seen(self, door: Door) -> None:
        arrive(door, ANN, "kind words")
        one = signed_in(door)
        arrive(door, ANN, "buy my watches", when=later())
        one.press("Approve", of(ANN))
        assert statuses(door) == {ANN: "verified"}
        assert "changed since you saw it" in one.said()
        assert "buy my watches" in one.document.xpath(f"string({of(ANN)})")
        one.press("Approve", of(ANN))
        assert statuses(door) == {ANN: "approved"}

    def test_to_be_looked_at_again_changes_nothing_of_what_was_seen(self, door: Door) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        arrive(door, ANN, when=later())
        one.press("Approve", of(ANN))
        assert statuses(door) == {ANN: "approved"}

    def test_a_button_pressed_twice_decides_once(self, door: Door) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        action, fields = one.form("Reject")
        one.press("Reject")
        answer = one.client.post(f"/{action}", data={**fields, "action": "approve"}, headers=OWN)
        assert statuses(door) == {ANN: "rejected"}
        assert "Nothing was decided" in answer.text
        _, fields = one.form("Undo")
        one.press("Undo")
        assert "taken back already" in one.client.post(f"/{action}", data=fields, headers=OWN).text
        assert statuses(door) == {ANN: "verified"}

    def test_undo_leaves_alone_what_was_decided_otherwise_since(self, door: Door) -> None:
        number = arrive(door, ANN)
        one = signed_in(door)
        one.press("Reject")
        door.inbox.decide(number, undo)
        door.inbox.decide(number, approve)
        one.press("Undo")
        assert statuses(door) == {ANN: "approved"}
        assert "but for what has changed" in one.said()

    def test_rejected_stays_rejected_when_it_is_sent_again(self, door: Door) -> None:
        arrive(door, ANN)
        signed_in(door).press("Reject")
        door.send(ANN)
        assert statuses(door) == {ANN: "rejected"}

    def test_the_owner_goes_on_at_the_next(self, door: Door) -> None:
        numbers = {
            source: arrive(door, source, when=when) for source, when in ((ANN, 1000.0), (BOB, 2000.0), (EVE, 3000.0))
        }
        one = signed_in(door)
        action, fields = one.form("Approve", of(BOB))
        answer = one.client.post(f"/{action}", data=fields, headers=OWN, follow_redirects=False)
        assert answer.headers["location"] == f"moderate?page=1#m{numbers[ANN]}"

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"action": "approve"},
            {"action": "approve", "id": "1"},
            {"action": "explode", "id": "1", "seen": "x"},
            {"action": "approve-all"},
            {"action": "approve-all", "of": "ann.net"},
            {"action": "undo"},
        ],
        ids=str,
    )
    def test_half_a_form_decides_nothing(self, door: Door, form: dict[str, str]) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        token = one.form("Approve")[1]["token"]
        assert one.client.post("/moderate", data={**form, "token": token}, headers=OWN).status_code == 400
        assert statuses(door) == {ANN: "verified"}

    @pytest.mark.parametrize("number", ["99", "-1", "1e3", "x", "9" * 30])
    def test_a_number_that_is_none_decides_nothing(self, door: Door, number: str) -> None:
        arrive(door, ANN)
        one = signed_in(door)
        assert "Nothing was decided" in one.press("Approve", id=number).text
        assert statuses(door) == {ANN: "verified"}


class TestHost:
    @pytest.fixture
    def owner(self, door: Door) -> Moderator:
        arrive(door, ANN)
        for source in SPAM:
            arrive(door, source)
        return signed_in(door)

    @pytest.mark.parametrize(
        ("words", "status"),
        [("Approve all 3", "approved"), ("Reject all 3", "rejected")],
    )
    def test_all_of_a_host_at_once_and_the_undoing(self, door: Door, owner: Moderator, words: str, status: str) -> None:
        owner.press(words, of(SPAM[0]))
        assert statuses(door) == {ANN: "verified", **dict.fromkeys(SPAM, status)}
        assert owner.sources == [ANN]
        owner.press("Undo")
        assert set(statuses(door).values()) == {"verified"}

    def test_a_host_alone_can_be_looked_at_and_decided_upon(self, door: Door, owner: Moderator) -> None:
        owner.go(owner.document.xpath(f"{of(SPAM[0])}//details//a/@href")[0])
        assert set(owner.sources) == set(SPAM)
        assert owner.heading == "3 of spam.net wait for your yes"
        owner.press("Approve", of(SPAM[1]))
        assert owner.heading == "2 of spam.net wait for your yes"
        owner.press("Reject all 2")
        assert statuses(door) == {ANN: "verified", SPAM[1]: "approved", SPAM[0]: "rejected", SPAM[2]: "rejected"}
        assert owner.heading == "Nothing of spam.net waits for your yes"

    def test_of_one_there_is_no_all(self, owner: Moderator) -> None:
        buttons = [button.text_content() for button in owner.document.xpath(f"{of(ANN)}//button")]
        assert buttons == ["Approve", "Reject", "Block ann.net"]

    def test_what_came_or_changed_since_is_not_approved_unseen(self, door: Door, owner: Moderator) -> None:
        arrive(door, "https://spam.net/later", when=later())
        arrive(door, SPAM[0], "buy my watches", when=later())
        owner.press("Approve all 3", of(SPAM[1]))
        assert [source for source, status in statuses(door).items() if status == "approved"] == list(SPAM[1:])

    def test_what_came_since_is_rejected_along(self, door: Door, owner: Moderator) -> None:
        arrive(door, "https://spam.net/later", when=later())
        owner.press("Reject all 3", of(SPAM[1]))
        assert [source for source, status in statuses(door).items() if status == "rejected"] == [
            *SPAM,
            "https://spam.net/later",
        ]

    def test_other_hosts_that_look_like_it_are_not_touched(self, door: Door, owner: Moderator) -> None:
        for source in ("https://notspam.net/", "https://spam.net.evil.net/", "https://a.spam.net/"):
            arrive(door, source)
        owner.go("moderate")
        owner.press("Reject all 3", of(SPAM[0]))
        assert [source for source, status in statuses(door).items() if status == "rejected"] == list(SPAM)

    def test_so_many_at_one_press_that_nobody_waits_long_and_the_rest_at_the_next(self, door: Door) -> None:
        crowd(door, "spam.net", MOST + 3)
        one = signed_in(door)
        one.press(f"Reject all {MOST + 3}")
        assert "more wait" in one.said()
        assert one.heading == "3 wait for your yes"
        one.press("Undo")
        assert one.heading == f"{MOST + 3} wait for your yes"
        one.press(f"Reject all {MOST + 3}")
        one.press("Reject all 3")
        assert set(statuses(door).values()) == {"rejected"}
        assert one.heading == "Nothing waits for your yes"


class TestPublishing:
    """The owner's command is told when what is published has changed, and then alone."""

    def test_after_an_approval_and_its_undoing(self, tmp_path: Path, site: Site) -> None:
        door = open_door(tmp_path, site, on_approved="touch ran")
        hook, ran = Hook(door.settings, door.inbox, every=0), tmp_path / "ran"
        arrive(door, ANN)
        one = signed_in(door)
        steps = ("Reject", False), ("Undo", False), ("Approve", True), ("Undo", True), ("Block ann.net", False)
        for words, is_told in (*steps, ("Undo", False), ("Approve", True)):
            one.press(words)
            hook.run()
            assert ran.exists() is is_told, words
            ran.unlink(missing_ok=True)
        arrive(door, "https://ann.net/other")
        one.go()
        one.press("Block ann.net")
        assert hook.is_due()
        door.client.close()
        door.inbox.close()
