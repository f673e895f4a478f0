"""A pingback where no webmention is taken: Pingback 1.0, and what a stranger may answer to one."""

from collections.abc import Iterator
from xmlrpc.client import Fault, dumps, loads

import pytest

from indieweb.web.answer import Response
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.outcome import Protocol, State
from indieweb.webmention.pingback import call, discover_pingback
from indieweb.webmention.send import deliver
from loopback import Answer, Site, loopback

SOURCE = "https://home.net/2026/11/hello/"
PAGE = "https://blog.net/post/"


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def policy(site: Site, own: str = "", homes: tuple[str, ...] = ()) -> Policy:
    allow = frozenset([(host_of(site.url), port_of(site.url))])
    return Policy(allow=allow, seconds=5, own=frozenset([own] if own else []), homes=homes)


def takes_pingbacks(site: Site, answer: Answer) -> str:
    site.says["/xmlrpc.php"] = answer
    return site.page("/post", "<p>Hello", ("X-Pingback", "/xmlrpc.php"))


def answered(value: object) -> Answer:
    said = dumps((value,) if not isinstance(value, Fault) else value, methodresponse=True)
    return Answer(said, 200, (("Content-Type", "text/xml"),))


def page(html: str = "", *headers: tuple[str, str]) -> Response:
    return Response(PAGE, 200, (("content-type", "text/html"), *headers), html.encode())


@pytest.mark.parametrize(
    ("response", "endpoint"),
    [
        (page("", ("x-pingback", "https://blog.net/xmlrpc.php")), "https://blog.net/xmlrpc.php"),
        (page("", ("x-pingback", "/xmlrpc.php?a=1")), "https://blog.net/xmlrpc.php?a=1"),
        (page('<link rel="pingback" href="https://x.net/a?b=1&amp;c=2">'), "https://x.net/a?b=1&c=2"),
        (page('<link href="/x" rel="alternate PINGBACK">'), "https://blog.net/x"),
        (page('<link rel=pingback href="/second">', ("x-pingback", "/first")), "https://blog.net/first"),
        (page('<link rel=pingback href="/a"><link rel=pingback href="/b">'), "https://blog.net/a"),
        (page('<a rel=pingback href="/a">x</a>'), None),
        (page('<!-- <link rel=pingback href="/a"> -->'), None),
        (page('<link rel=pingback href="">'), None),
        (page("", ("x-pingback", "javascript:alert(1)")), None),
        (Response(PAGE, 200, (("content-type", "text/plain"),), b'<link rel=pingback href="/a">'), None),
        (page(), None),
    ],
)
def test_where_a_page_takes_pingbacks(response: Response, endpoint: str | None) -> None:
    assert discover_pingback(response) == endpoint


def test_source_and_target_are_told_by_one_call(site: Site) -> None:
    target = takes_pingbacks(site, answered("Thanks"))
    outcome = deliver(SOURCE, target, policy(site))
    assert (outcome.state, outcome.protocol, outcome.final) == (State.DELIVERED, Protocol.PINGBACK, True)
    assert outcome.endpoint == site.url + "/xmlrpc.php"
    asked, told = site.asked
    assert (asked.method, told.method, told.path) == ("GET", "POST", "/xmlrpc.php")
    assert loads(told.body) == ((SOURCE, target), "pingback.ping")
    assert told.headers["content-type"].startswith("text/xml")


def test_addresses_of_any_script_and_with_signs_of_xml_arrive_as_they_are() -> None:
    source, target = "https://home.net/?a=1&b=<c>", "https://böse.example/日本/"
    assert loads(call(source, target)) == ((source, target), "pingback.ping")


def test_a_page_that_takes_both_gets_a_webmention(site: Site) -> None:
    site.says["/wm"] = Answer("", 202)
    target = site.page("/post", '<link rel=webmention href="/wm">', ("X-Pingback", "/xmlrpc.php"))
    outcome = deliver(SOURCE, target, policy(site))
    assert (outcome.state, outcome.protocol) == (State.ACCEPTED, Protocol.WEBMENTION)
    assert [seen.path for seen in site.asked] == ["/post", "/wm"]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (0, State.LATER),
        (16, State.LATER),
        (17, State.REFUSED),
        (32, State.REFUSED),
        (33, State.REFUSED),
        (48, State.DELIVERED),
        (49, State.REFUSED),
        (50, State.LATER),
        (-32601, State.REFUSED),
    ],
)
def test_each_fault_means_what_it_says(site: Site, code: int, state: State) -> None:
    outcome = deliver(SOURCE, takes_pingbacks(site, answered(Fault(code, "Sorry."))), policy(site))
    assert outcome.state is state
    assert outcome.detail == ("" if state is State.DELIVERED else "The receiver said: Sorry.")


def with_value(value: str) -> str:
    return f"<methodResponse><params><param><value>{value}</value></param></params></methodResponse>"


def with_fault(value: str) -> str:
    return f"<methodResponse><fault><value>{value}</value></fault></methodResponse>"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no XML",
        "<methodResponse>",
        "<methodResponse><params></params></methodResponse>",
        "<html><body>Blocked</body></html>",
        '<?xml version="1.0"?><!DOCTYPE x>' + with_value("y"),
        "<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>" + with_value("&b;"),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + with_value("&a;"),
        with_value(f"<int>{'9' * 60_000}</int>"),
        with_value("<int>x</int>"),
        "<methodResponse>" + "<params>" * 5_000,
        with_fault("<string>odd</string>"),
        with_fault(
            "<struct><member><name>faultCode</name><value><array><data></data></array></value></member></struct>"
        ),
        "<html/>",
        with_fault("<struct><member><name>faultCode</name><value><string>x</string></value></member></struct>"),
        "<a><b/></methodResponse>",
    ],
)
def test_what_is_no_answer_is_a_refusal_in_one_sentence(site: Site, said: str) -> None:
    outcome = deliver(SOURCE, takes_pingbacks(site, Answer(said)), policy(site))
    assert outcome.state is State.REFUSED
    assert outcome.detail.endswith(".")
    assert "\n" not in outcome.detail


def test_no_answer_with_a_document_type_is_believed(site: Site) -> None:
    said = "<!DOCTYPE x>" + with_value("y")
    assert deliver(SOURCE, takes_pingbacks(site, Answer(said)), policy(site)).state is State.REFUSED
    plain = said.removeprefix("<!DOCTYPE x>")
    assert deliver(SOURCE, takes_pingbacks(site, Answer(plain)), policy(site)).state is State.DELIVERED


@pytest.mark.parametrize(("status", "state"), [(403, State.REFUSED), (429, State.LATER), (503, State.LATER)])
def test_statuses_mean_what_they_mean_for_webmentions(site: Site, status: int, state: State) -> None:
    outcome = deliver(SOURCE, takes_pingbacks(site, Answer("", status)), policy(site))
    assert (outcome.state, outcome.status, outcome.protocol) == (state, status, Protocol.PINGBACK)


def test_what_was_taken_back_is_told_to_nobody_who_cannot_hear_it(site: Site) -> None:
    outcome = deliver(SOURCE, takes_pingbacks(site, answered("Thanks")), policy(site), is_taken_back=True)
    assert outcome.state is State.NO_ENDPOINT
    assert [seen.method for seen in site.asked] == ["GET"]


def test_our_own_receiver_is_not_told_of_our_own_pages(site: Site) -> None:
    target = takes_pingbacks(site, answered("Thanks"))
    outcome = deliver(SOURCE, target, policy(site, own=site.url + "/xmlrpc.php", homes=(f"{site.url}/",)))
    assert (outcome.state, outcome.protocol) == (State.REFUSED, Protocol.PINGBACK)
    assert [seen.method for seen in site.asked] == ["GET"]


def test_words_of_a_fault_do_nothing_on_a_terminal(site: Site) -> None:
    said = with_fault(
        "<struct><member><name>faultCode</name><value><int>17</int></value></member><member><name>faultString</name>"
        f"<value><string>No \u202elink&#10;{'x' * 5000}</string></value></member></struct>"
    )
    outcome = deliver(SOURCE, takes_pingbacks(site, Answer(said)), policy(site))
    assert outcome.state is State.REFUSED
    assert outcome.detail.startswith("The receiver said: No link x")
    assert len(outcome.detail) < 300
