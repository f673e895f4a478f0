"""Which hosts and addresses are never contacted: judged before anything is sent, and for every one of a host's."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from indieweb.errors import SettingError
from indieweb.settings import Settings
from indieweb.web.addresses import is_local_name, is_public
from indieweb.web.fetch import Edge, Failure, Policy, Reason, Response, fetch
from loopback_server import Loopback, answering, page

Start = Callable[..., Loopback]

INTERNAL = {
    "loopback, unspecified": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "carrier-grade": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
    "link-local": ["169.254.0.1", "fe80::1"],
    "unique-local": ["fc00::1", "fd12:3456::1", "fd00:ec2::254"],
    "cloud metadata": ["169.254.169.254", "168.63.129.16", "192.0.0.192"],
    "18 IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "::ffff:0:127.0.0.1"],
    "19 NAT64": ["64:ff9b::7f00:1", "64:ff9b::5db8:d70e", "64:ff9b:1::7f00:1"],
    "19 6to4": ["2002:7f00:1::1", "2002:a00:1::"],
    "19 Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "19 ISATAP": ["2620:fe::5efe:7f00:1", "2620:fe::200:5efe:a00:1", "fe80::5efe:10.0.0.1"],
    "19 IPv4-compatible": ["::127.0.0.1", "::10.0.0.1"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "site-local": ["fec0::1"],
    "relays to 6to4": ["192.88.99.1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "reserved and discarded": ["240.0.0.1", "255.255.255.255", "100::1", "5f00::1", "4000::1"],
}
CASES = [(kind, text) for kind, texts in INTERNAL.items() for text in texts]
PUBLIC = ["1.1.1.1", "9.9.9.9", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001:80b::200e", "2620:fe::fe"]


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_an_internal_address_is_not_public(kind: str, text: str) -> None:
    assert not is_public(ip_address(text)), kind


@pytest.mark.parametrize("text", PUBLIC)
def test_a_host_of_the_public_network_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_an_internal_address_in_the_url_is_refused(kind: str, text: str) -> None:
    host = f"[{text}]" if ":" in text else text
    outcome = fetch(f"http://{host}/", Policy(seconds=0.5))
    assert isinstance(outcome, Failure), kind
    assert outcome.reason is Reason.FORBIDDEN
    assert outcome.detail.endswith(".")
    assert not outcome.retry


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_a_name_that_leads_to_an_internal_address_is_refused(kind: str, text: str) -> None:
    outcome = fetch("http://friend.org/", Policy(seconds=0.5, edge=Edge(resolve=answering(text))))
    assert isinstance(outcome, Failure), kind
    assert outcome.reason is Reason.FORBIDDEN
    assert "not on the public network" in outcome.detail


NOTATIONS = [
    *("2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "127.1", "127.0.1", "0x7f.1", "0"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "127.0.0.1.", "[::ffff:7f00:1]", "[::7f00:1]", "127.0.0.0x1"),
    *("127.0.0.1%00.friend.org", "127.0.0.1%2f", "127.0.0.1%20", "[127.0.0.1]", "0000::1", "[::1]friend.org", "⑯.1"),
]


@pytest.mark.parametrize("host", NOTATIONS)
def test_odd_notations_of_an_address_are_refused(loopback: Start, host: str) -> None:
    server = loopback(page())
    outcome = fetch(f"http://{host}:{server.port}/", Policy(ports=frozenset({server.port}), seconds=2))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not server.connections


@pytest.mark.parametrize(
    "host", ["[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%251]", "[2620:fe::fe%25lo]", "127.0.0.1%25lo"]
)
def test_zone_ids_are_refused(host: str) -> None:
    outcome = fetch(f"http://{host}/", Policy(seconds=0.5))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN


LOCAL = [
    *(
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "localhost.localdomain",
        "printer.local",
        "printer.local.",
    ),
    *(
        "router",
        "intranet",
        "nas.lan",
        "box.home.arpa",
        "home.arpa",
        "metadata.google.internal",
        "friend.org.",
        "a.onion",
    ),
]


@pytest.mark.parametrize("host", LOCAL)
def test_local_names_are_refused_and_never_asked_for(host: str) -> None:
    asked: list[str] = []
    outcome = fetch(f"http://{host}/", Policy(seconds=0.5, edge=Edge(resolve=answering("1.1.1.1", asked=asked))))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not asked


@pytest.mark.parametrize(
    "host", ["friend.example", "a.test", "b.invalid", "example.com", "www.example.org", "example.net"]
)
def test_reserved_hosts_are_never_contacted(host: str) -> None:
    asked: list[str] = []
    outcome = fetch(f"https://{host}/", Policy(seconds=0.5, edge=Edge(resolve=answering("1.1.1.1", asked=asked))))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not asked


def test_reserved_hosts_are_contacted_when_listed(loopback: Start) -> None:
    server = loopback(page(b"here"))
    outcome = fetch(f"http://friend.example:{server.port}/", server.policy("friend.example"))
    assert isinstance(outcome, Response)
    assert outcome.body == b"here"


@pytest.mark.parametrize("order", [("1.1.1.1", "127.0.0.1"), ("127.0.0.1", "1.1.1.1"), ("1.1.1.1", "no address")])
def test_one_address_that_is_not_public_is_enough_to_refuse(loopback: Start, order: tuple[str, ...]) -> None:
    server = loopback(page())
    policy = Policy(ports=frozenset({server.port}), seconds=1, edge=Edge(resolve=answering(*order)))
    outcome = fetch(f"http://friend.org:{server.port}/", policy)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not server.connections


def test_the_name_is_asked_for_once_and_the_judged_address_is_used(loopback: Start) -> None:
    """An answer that changes between check and connect has no second chance to be asked for."""
    server, trap = loopback(page(b"judged")), loopback(page(b"trap"))
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    async def changing(host: str, port: int) -> list[str]:
        return next(answers)

    outcome = fetch(f"http://friend.org:{server.port}/", server.policy("friend.org", edge=Edge(resolve=changing)))
    assert isinstance(outcome, Response)
    assert outcome.body == b"judged"
    assert next(answers) == ["127.0.0.2"]
    assert not trap.connections


def test_every_redirect_is_resolved_and_judged_again(loopback: Start) -> None:
    server = loopback(page(b"", "Location: /again", status="302 Found"))
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    async def counted(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers, [])

    outcome = fetch(f"http://friend.org:{server.port}/", server.policy("friend.org", edge=Edge(resolve=counted)))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.UNRESOLVED
    assert len(asked) == 3


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://127.0.0.1:{port}/secret",
            "http://localhost:{port}/secret",
            "//127.0.0.1:{port}/",
            "http://[::1]:{port}/",
        ),
        *("file:///etc/passwd", "gopher://127.0.0.1:{port}/", "http://10.0.0.1/", "data:text/html,x", "ftp://1.1.1.1/"),
        *("http://user@friend.org:{port}/", "http://friend.org\\@127.0.0.1:{port}/", "http://2130706433:{port}/"),
    ],
)
def test_a_redirect_inward_is_refused(loopback: Start, location: str) -> None:
    inner = loopback(page(b"secret"))
    outer = loopback(page(b"", f"Location: {location.format(port=inner.port)}", status="302 Found"))
    allow = frozenset({("friend.org", outer.port)})
    policy = Policy(
        allow=allow, ports=frozenset({80, inner.port}), seconds=2, edge=Edge(resolve=answering("127.0.0.1"))
    )
    outcome = fetch(f"http://friend.org:{outer.port}/", policy)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert outer.connections == 1
    assert not inner.connections


def test_an_allowed_pair_allows_no_other_port_by_redirect(loopback: Start) -> None:
    inner = loopback(page(b"secret"))
    outer = loopback(page(b"", f"Location: http://127.0.0.1:{inner.port}/", status="302 Found"))
    outcome = fetch(outer.url, outer.policy())
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not inner.connections


def test_an_allowed_pair_is_exact_in_its_name(loopback: Start) -> None:
    server = loopback(page())
    policy = server.policy()
    assert isinstance(fetch(server.url, policy), Response)
    for host in ("localhost", "127.0.0.2", "[::1]", "127.0.0.1.friend.org"):
        outcome = fetch(f"http://{host}:{server.port}/", policy)
        assert isinstance(outcome, Failure)
        assert outcome.reason is Reason.FORBIDDEN
    assert server.connections == 1


def test_an_allowed_pair_is_exact_in_its_port() -> None:
    asked: list[str] = []
    edge = Edge(resolve=answering("1.1.1.1", asked=asked))
    outcome = fetch("http://friend.org:22/", Policy(allow=frozenset({("friend.org", 8080)}), edge=edge))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert not asked


@pytest.mark.parametrize("port", [1, 22, 25, 8080, 6379, 65535])
def test_other_ports_are_refused_unless_listed(port: int) -> None:
    asked: list[str] = []
    outcome = fetch(f"http://friend.org:{port}/", Policy(edge=Edge(resolve=answering("1.1.1.1", asked=asked))))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert str(port) in outcome.detail
    assert not asked


def test_proxies_of_the_environment_are_ignored(loopback: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server, proxy = loopback(page(b"direct")), loopback(page(b"proxied"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    outcome = fetch(server.url, server.policy())
    assert isinstance(outcome, Response)
    assert outcome.body == b"direct"
    assert not proxy.connections


def own_policy(server: Loopback) -> Policy:
    settings = Settings(
        home=Path(),
        endpoint=f"http://127.0.0.1:{server.port}/webmention",
        fetch_allow=(f"127.0.0.1:{server.port}",),
    )
    return Policy.from_settings(settings)


@pytest.mark.parametrize(
    "path", ["/webmention", "/webmention?a=b", "/webmention/status/1", "/x/../webmention", "/%77ebmention"]
)
def test_our_own_receiver_is_never_read(loopback: Start, path: str) -> None:
    server = loopback(page())
    outcome = fetch(server.url + path, own_policy(server))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN
    assert "our own receiver" in outcome.detail
    assert not server.connections


def test_a_redirect_to_our_own_receiver_is_refused(loopback: Start) -> None:
    server = loopback(page(b"", "Location: /webmention", status="303 See Other"))
    outcome = fetch(server.url + "/post", own_policy(server))
    assert isinstance(outcome, Failure)
    assert "our own receiver" in outcome.detail
    assert server.connections == 1


def test_our_own_receiver_can_be_posted_to_and_its_neighbours_read(loopback: Start) -> None:
    """One receiver may serve many homes, and a home may stand on the same host."""
    server = loopback(page())
    policy = own_policy(server)
    assert isinstance(fetch(server.url + "/webmention", policy, method="POST", form={}), Response)
    assert isinstance(fetch(server.url + "/webmentions-explained/", policy), Response)
    assert isinstance(fetch(server.url + "/webmention", replace(policy, own=frozenset())), Response)


def test_the_policy_of_the_settings_names_the_home_and_lists_its_pairs() -> None:
    settings = Settings(
        home=Path(), siteurl="https://me.org", fetch_allow=("localhost:8000", "[::1]:99"), fetch_ports=("80",)
    )
    policy = Policy.from_settings(settings)
    assert policy.allow == {("localhost", 8000), ("::1", 99)}
    assert policy.ports == {80}
    assert policy.agent.startswith("Commonhold/")
    assert policy.agent.endswith("(Webmention; +https://me.org)")
    assert not policy.own


@pytest.mark.parametrize(
    "pair", ["localhost", "http://localhost:80", "a b:80", "localhost:", "localhost:99999", ":80", "u@h:1"]
)
def test_a_pair_that_is_none_is_an_error_of_one_sentence(pair: str) -> None:
    with pytest.raises(SettingError, match="INDIEWEB_FETCH_ALLOW"):
        Policy.from_settings(Settings(home=Path(), fetch_allow=(pair,)))


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０"])
def test_a_port_that_is_none_is_an_error_of_one_sentence(port: str) -> None:
    with pytest.raises(SettingError, match="INDIEWEB_FETCH_PORTS"):
        Policy.from_settings(Settings(home=Path(), fetch_ports=(port,)))


def test_a_name_without_an_address_is_unresolved_and_may_have_one_later() -> None:
    outcome = fetch("http://friend.org/", Policy(edge=Edge(resolve=answering())))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.UNRESOLVED
    assert outcome.retry


def test_the_system_resolver_is_asked_when_none_is_given(loopback: Start) -> None:
    server = loopback(page(b"by name"))
    outcome = fetch(
        f"http://localhost:{server.port}/", Policy(allow=frozenset({("localhost", server.port)}), seconds=5)
    )
    assert isinstance(outcome, Response)
    assert outcome.body == b"by name"


def test_a_silent_name_server_cannot_hold_us_past_our_time() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    outcome = fetch("http://friend.org/", Policy(seconds=0.3, edge=Edge(resolve=silent)))
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.TIMEOUT
    assert outcome.retry


def test_an_address_that_does_not_answer_does_not_hide_one_that_does(loopback: Start) -> None:
    server = loopback(page(b"the second"))
    edge = Edge(resolve=answering("127.0.0.9", "127.0.0.1"))
    outcome = fetch(f"http://friend.org:{server.port}/", server.policy("friend.org", edge=edge))
    assert isinstance(outcome, Response)
    assert outcome.body == b"the second"


@pytest.mark.parametrize("host", ["friend.org", "a.b.co.uk", "1.1.1.1", "xn--bcher-kva.ch", "local.friend.org"])
def test_names_of_the_public_network_are_not_taken_for_local_ones(host: str) -> None:
    assert not is_local_name(host)
