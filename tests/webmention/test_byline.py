"""Asking an author's page for the name that a mention does not give (https://indieweb.org/authorship-spec, step 7)."""

from collections.abc import Iterator

import pytest

from indieweb.model.entry import Card
from indieweb.model.mention import Mention
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.verify import verify, verify_each
from loopback import Answer, Site, loopback

TARGET = "https://home.net/2026/11/hello/"
LIKE = f'<a class="u-like-of" href="{TARGET}">x</a>'
#: A post that names nothing of its author but the address.
POST = f'<div class="h-entry">{LIKE}<a class="u-author" href="/ann"></a></div>'
ANN = '<div class="h-card"><a class="u-url u-uid p-name" href="/ann">Ann</a></div>'


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def author(site: Site, post: str = POST, **more: object) -> Card:
    allow = frozenset({(host_of(site.url), port_of(site.url))})
    found = verify(site.page("/post", post), TARGET, Policy(allow=allow, seconds=5, **more))  # type: ignore[arg-type]
    assert isinstance(found, Mention), found
    assert found.property == "like-of"
    return found.entry.author


def paths(site: Site) -> list[str]:
    return [asked.path for asked in site.asked]


@pytest.mark.parametrize(
    "page",
    [
        ANN,
        '<div class="h-card"><a class="u-url" rel="me" href="https://ann.org/"></a><b class="p-name">Ann</b></div>',
        '<a class="h-card" href="/ann">Ann</a><a class="h-card" href="/bob">Bob</a>',
        '<div class="h-feed"><div class="p-author h-card"><a class="u-url p-name" href="/ann">Ann</a></div></div>',
        '<p class="h-entry">1<a class="p-author h-card" href="/ann">Ann</a></p>'
        '<p class="h-entry">2<a class="p-author h-card" href="/ann">Ann</a></p>',
        '<a class="h-card" href="/ann">Somebody</a>' + ANN,
    ],
    ids=["uid", "rel-me", "only one", "of a feed", "the same in every entry", "uid before others"],
)
def test_the_card_that_stands_for_the_authors_page_gives_the_name(site: Site, page: str) -> None:
    site.page("/ann", page)
    assert author(site) == Card("Ann", site.url + "/ann")
    assert paths(site) == ["/post", "/ann"]


@pytest.mark.parametrize(
    "page",
    [
        '<a class="h-card" href="/bob">Bob</a>',
        '<a class="h-card" href="/ann">Ann</a><a class="h-card" href="/ann">Bob</a>',
        '<a class="h-card" href="/ann">https://famous.org/</a>',
        "<title>Ann</title>",
        "",
    ],
    ids=["of somebody else", "two names", "an address for a name", "no card", "nothing"],
)
def test_a_page_that_does_not_tell_leaves_what_the_mention_says(site: Site, page: str) -> None:
    site.page("/ann", page)
    assert author(site) == Card("127.0.0.1", site.url + "/ann")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(ANN, 404),
        Answer(ANN, 500),
        Answer(ANN, 200, (("Content-Type", "image/png"),)),
        Answer("", 302, (("Location", "http://10.0.0.1/"),)),
        Answer('<div class="h-card p-author e-content">' * 14 + ANN),
    ],
    ids=["404", "500", "a picture", "inward", "made against parsers"],
)
def test_what_goes_wrong_leaves_what_the_mention_says(site: Site, answer: Answer) -> None:
    site.says["/ann"] = answer
    assert author(site).name == "127.0.0.1"


def test_a_page_on_the_network_of_the_house_is_not_asked(site: Site) -> None:
    with loopback("127.0.0.2") as inner:
        inner.page("/", '<a class="h-card" href="/">Router</a>')
        post = f'<div class="h-entry">{LIKE}<a class="u-author" href="{inner.url}/"></a></div>'
        assert author(site, post) == Card("127.0.0.1", site.url + "/post")
        assert inner.asked == []


def test_the_author_page_may_redirect_and_is_the_one_that_answers(site: Site) -> None:
    site.says["/ann"] = Answer("", 301, (("Location", "/people/ann/"),))
    site.page("/people/ann/", '<a class="h-card" href="/people/ann/">Ann</a>')
    assert author(site).name == "Ann"


def test_a_relation_is_asked_as_well(site: Site) -> None:
    site.page("/ann", ANN)
    assert author(site, f'<link rel="author" href="/ann"><div class="h-entry">{LIKE}</div>').name == "Ann"


def test_the_name_on_another_site_is_taken_and_its_address_is_not(site: Site) -> None:
    with loopback("127.0.0.2") as other:
        other.page("/", '<a class="h-card" href="/">Ann</a>')
        pairs = frozenset((host_of(each.url), port_of(each.url)) for each in (site, other))
        post = f'<div class="h-entry">{LIKE}<a class="u-author" href="{other.url}/"></a></div>'
        found = verify(site.page("/post", post), TARGET, Policy(allow=pairs, seconds=5))
        assert isinstance(found, Mention)
        assert found.entry.author == Card("Ann", site.url + "/post")


@pytest.mark.parametrize(
    "post",
    [
        f'<div class="h-entry">{LIKE}<a class="p-author h-card" href="/ann">Anna</a></div>',
        f'<div class="h-entry">{LIKE}<b class="p-author">Anna</b></div><link rel="author" href="/ann">',
        f'<div class="h-feed"><b class="p-author">Anna</b><div class="h-entry">{LIKE}</div></div>',
        f'{POST}<a class="h-card" href="/ann">Anna</a>',
        f'<div class="h-entry">{LIKE}</div><a class="h-card" href="/post">Anna</a>',
    ],
    ids=["a card", "a name", "of the feed", "a card elsewhere on the page", "the page's own card"],
)
def test_where_the_page_itself_gives_a_name_nobody_else_is_asked(site: Site, post: str) -> None:
    site.page("/ann", ANN)
    assert author(site, post).name == "Anna"
    assert paths(site) == ["/post"]


@pytest.mark.parametrize(
    "post",
    [
        f'<div class="h-entry">{LIKE}<a class="u-author" href="/post"></a></div>',
        f'<div class="h-entry">{LIKE}<a class="u-author" href="javascript:alert(1)"></a></div>',
        f'<div class="h-entry">{LIKE}</div>',
    ],
    ids=["the page itself", "no address", "nothing"],
)
def test_where_there_is_no_page_to_ask_nobody_is_asked(site: Site, post: str) -> None:
    assert author(site, post).name == "127.0.0.1"
    assert paths(site) == ["/post"]


def test_of_many_authors_one_page_is_asked_once(site: Site) -> None:
    site.page("/ann", '<a class="u-author" rel="author" href="/third"></a>')
    others = "".join(f'<a class="u-author" rel="author" href="/other{n}"></a>' for n in range(9))
    author(site, f'<div class="h-entry">{LIKE}<a class="u-author" href="/ann"></a>{others}</div>')
    assert paths(site) == ["/post", "/ann"]


def test_no_more_of_an_authors_page_is_read_than_of_any(site: Site) -> None:
    site.page("/ann", " " * 20_000 + ANN)
    assert author(site, max_bytes=10_000).name == "127.0.0.1"


def test_a_mention_without_our_link_has_nobody_asked(site: Site) -> None:
    allow = frozenset({(host_of(site.url), port_of(site.url))})
    verify(site.page("/post", '<div class="h-entry"><a class="u-author" href="/ann"></a></div>'), TARGET, Policy(allow))
    assert paths(site) == ["/post"]


def test_for_several_mentions_by_one_source_the_authors_page_is_asked_once(site: Site) -> None:
    site.page("/ann", ANN)
    other = "https://home.net/2026/11/other/"
    post = site.page("/post", POST.replace(LIKE, f'{LIKE}<a class="u-like-of" href="{other}">y</a>'))
    policy = Policy(allow=frozenset({(host_of(site.url), port_of(site.url))}), seconds=5)
    found = verify_each(post, (TARGET, other), policy)
    assert [mention.entry.author.name for mention in found.values() if isinstance(mention, Mention)] == ["Ann", "Ann"]
    assert paths(site) == ["/post", "/ann"]
