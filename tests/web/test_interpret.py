"""What a foreign page says about us and about itself, and how little of it is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strangers_page import TARGET, URL, entry, mention, parsed

from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import card_from_jf2, entry_to_jf2
from indieweb.model.kind import BY_NAME
from indieweb.model.mention import PROPERTIES
from indieweb.web.interpret import entry_at, mentioning, page_at
from indieweb.web.microformats import Parsed


class TestWhatAMentionIs:
    @pytest.mark.parametrize(
        ("inner", "name", "kind"),
        [
            (f'<a class=u-in-reply-to href="{TARGET}">x</a>', "in-reply-to", "reply"),
            (f'<a class="u-in-reply-to h-cite" href="{TARGET}">x</a>', "in-reply-to", "reply"),
            (f'<div class="u-in-reply-to h-cite"><a class=u-url href="{TARGET}">x</a></div>', "in-reply-to", "reply"),
            (f'<a class=u-in-reply-to href="{TARGET}">x</a><b class=p-rsvp>Yes</b>', "rsvp", "rsvp"),
            (f'<a class=u-in-reply-to href="{TARGET}">x</a><b class=p-rsvp>perhaps</b>', "in-reply-to", "reply"),
            (f'<a class=u-like-of href="{TARGET}">x</a>', "like-of", "like"),
            (f'<a class=u-like href="{TARGET}">x</a>', "like-of", "like"),
            (f'<div class="p-like-of h-cite"><a class=u-url href="{TARGET}">x</a></div>', "like-of", "like"),
            (f'<a class=u-repost-of href="{TARGET}">x</a>', "repost-of", "repost"),
            (f'<a class=u-bookmark-of href="{TARGET}">x</a>', "bookmark-of", "bookmark"),
            (f'<a class=u-follow-of href="{TARGET}">x</a>', "mention-of", "follow"),
            (f'<p class=e-content>See <a href="{TARGET}">x</a></p>', "mention-of", "note"),
            (f'<p class=p-summary>See <a href="{TARGET}">x</a></p>', "mention-of", "note"),
            (f'<a href="{TARGET}">x</a>', "mention-of", "note"),
            (f'<a class="u-like-of u-in-reply-to" href="{TARGET}">x</a>', "in-reply-to", "reply"),
            (f'<a class=u-in-reply-to href="/else">y</a><a class=u-like-of href="{TARGET}">x</a>', "like-of", "reply"),
            (
                f'<a class=u-like-of href="{TARGET}2">y</a><p class=e-content><a href="{TARGET}">x</a>',
                "mention-of",
                "like",
            ),
        ],
    )
    def test_the_property_says_what_it_is(self, inner: str, name: str, kind: str) -> None:
        found, said = mention(f"<article class=h-entry>{inner}</article>")
        assert said == name
        assert found.kind == kind
        assert found.url == URL

    @pytest.mark.parametrize("tag", ["u-category h-card", "p-category h-card", "u-category", "u-category u-url h-card"])
    def test_a_person_tag_mentions_whom_it_names_wherever_in_the_entry_it_stands(self, tag: str) -> None:
        """Who is tagged is named by the address of their home (https://indieweb.org/person-tag)."""
        for html in (
            f'<p class=e-content>At the beach with <a class="{tag}" href="{TARGET}">Hazel</a></p>',
            f'<p class=e-content>At the beach</p><a class="{tag}" href="{TARGET}">Hazel <img class=u-photo src=/x></a>',
        ):
            found, said = mention(f"<div class=h-entry>{html}</div>")
            assert said == "mention-of"
            assert found.text.startswith("At the beach")
            assert (found.url, found.author.name) == (URL, "friend.org")

    def test_every_spelling_of_the_target_is_the_target(self) -> None:
        html = '<div class=h-entry><a class=u-like-of href="https://ME.org:443/old/../old#x">y</a></div>'
        assert mention(html)[1] == "mention-of"
        assert mention(html, TARGET, "https://me.org/old")[1] == "like-of"

    def test_of_several_entries_the_one_that_speaks_of_us_is_taken(self) -> None:
        html = (
            f'<div class=h-feed><div class=h-entry><a class=u-url href="/1">1</a><a href="/x">x</a></div>'
            f'<div class=h-entry><a class=u-url href="/2">2</a><p class=e-content>two <a href="{TARGET}">x</a></div>'
            f'<div class=h-entry><a class=u-url href="/3">3</a><a class=u-in-reply-to href="{TARGET}">x</a>'
            f"<p class=e-content>three</p></div></div>"
        )
        found, said = mention(html)
        assert said == "in-reply-to"
        assert found.url == "https://friend.org/3"
        assert found.text == "three"

    def test_of_two_that_say_the_same_the_one_of_this_page_is_taken(self) -> None:
        like = f'<a class=u-like-of href="{TARGET}">x</a>'
        other = f'<div class=h-entry>{like}<a class=u-url href="/2">2</a></div>'
        html = f'{other}<div class=h-entry>{like}<a class=u-url href="{URL}">1</a></div>'
        assert mention(html)[0].url == URL

    def test_a_comment_that_the_page_shows_is_not_what_the_page_says(self) -> None:
        html = (
            "<div class=h-entry><p class=e-content>mine</p>"
            f'<div class="p-comment h-entry"><a class=u-in-reply-to href="{TARGET}">x</a>'
            "<p class=e-content>theirs</p></div></div>"
        )
        found, said = mention(html)
        assert said == "mention-of"
        assert found.text == "mine"

    def test_a_page_without_microformats_is_a_mention_by_its_title(self) -> None:
        found, said = mention(f'<title>A page</title><p>Words and <a href="{TARGET}">a link</a>')
        assert said == "mention-of"
        assert (found.url, found.name, found.summary) == (URL, "A page", "Words and a link")
        assert (found.author.name, found.author.url) == ("friend.org", URL)

    def test_a_page_can_say_by_relation_that_it_is_a_reply(self) -> None:
        assert mention(f'<title>A page</title><a rel="in-reply-to" href="{TARGET}">x</a>')[1] == "in-reply-to"

    def test_old_microformats_are_understood(self) -> None:
        content = f'<div class=entry-content>C <a href="{TARGET}">x</a></div>'
        html = f"<div class=hentry><h1 class=entry-title>T</h1>{content}</div>"
        found, said = mention(html)
        assert (found.name, found.text, said) == ("T", "C x", "mention-of")

    @pytest.mark.parametrize("answer", ["yes", "no", "maybe", "interested", " YES "])
    def test_an_rsvp_has_one_of_four_answers(self, answer: str) -> None:
        html = (
            f'<div class=h-entry><a class=u-in-reply-to href="{TARGET}">x</a><data class=p-rsvp value="{answer}"></div>'
        )
        assert mention(html)[0].rsvp == answer.strip().lower()


class TestTheEntry:
    def test_an_entry_is_read_with_all_that_it_says(self) -> None:
        found = entry(
            f'<html lang=de-AT><article class=h-entry><h1 class=p-name>Title</h1><a class=u-url href="{URL}">#</a>'
            '<a class="p-author h-card" href="/">Alice</a>'
            '<time class=dt-published datetime="2026-11-01T12:00:00+0100">x</time>'
            '<time class=dt-updated datetime="2026-11-02">x</time><p class=p-summary>Short</p>'
            '<div class=e-content><p>Long <a href="/y">y</a></p><p>Two</p></div><a class=p-category href="/tag/a">a</a>'
            '<b class=p-category>b</b><a class=u-in-reply-to href="https://other.org/z">z</a></article>'
        )
        assert (found.name, found.url, found.summary, found.kind, found.lang) == (
            "Title",
            URL,
            "Short",
            "reply",
            "de-AT",
        )
        assert found.text == "Long y\n\nTwo"
        assert found.content.startswith('<p>Long <a href="https://friend.org/y" rel=')
        assert found.published == datetime.fromisoformat("2026-11-01T12:00:00+01:00")
        assert found.updated == datetime(2026, 11, 2, tzinfo=UTC)
        assert [tag.name for tag in found.categories] == ["a", "b"]
        assert found.answers["in-reply-to"][0].url == "https://other.org/z"
        assert (found.author.name, found.author.url) == ("Alice", "https://friend.org/")

    def test_an_event_has_its_time_and_place(self) -> None:
        found = entry(
            '<div class=h-event><h1 class=p-name>Meeting</h1><span class="p-location h-card">Here</span>'
            '<time class=dt-start datetime="2030-01-01T19:00+01:00">x</time>'
            '<time class=dt-end datetime="2030-01-01 21:00+01:00">x</time></div>'
        )
        assert (found.kind, found.name) == ("event", "Meeting")
        assert found.start == datetime.fromisoformat("2030-01-01T19:00+01:00")
        assert found.end == datetime.fromisoformat("2030-01-01T21:00+01:00")
        assert found.place is not None
        assert found.place.name == "Here"

    @pytest.mark.parametrize(
        ("html", "name", "text"),
        [
            ("<p class=h-entry>Just a note</p>", "", "Just a note"),
            ("<p class='h-entry'><b class='p-name e-content'>Just a note</b></p>", "", "Just a note"),
            ("<p class=h-entry><b class=p-name>Title</b><i class=e-content>Text</i></p>", "Title", "Text"),
            ("<p class=h-entry><b class=p-name>Title</b><i class=p-summary>Text</i></p>", "Title", "Text"),
            ("<p class=h-entry><b class=p-name>A title</b><a class=u-bookmark-of href=/x>x</a></p>", "A title", ""),
            ("<p class=h-event>A meeting</p>", "A meeting", ""),
            ("<p class=h-entry><i class=e-content></i></p>", "", ""),
        ],
    )
    def test_a_name_that_only_repeats_the_text_is_no_title(self, html: str, name: str, text: str) -> None:
        found = entry(html)
        assert (found.name, found.text) == (name, text)

    def test_the_entry_of_the_page_is_the_one_that_says_so(self) -> None:
        other = '<div class=h-entry><a class=u-url href="/2">two</a></div>'
        html = other + '<div class=h-entry><a class=u-url href="{}">one</a></div>'
        for said in (URL, "http://friend.org/notes/1/", "https://www.friend.org/notes/1", "/notes/1#x"):
            assert entry(html.format(said)).text == "one"

    def test_the_canonical_address_of_a_page_is_its_address(self) -> None:
        other = '<link rel=canonical href="/real"><p class=h-entry><a class=u-url href="/2">two</a>'
        html = other + '<p class=h-entry><a class=u-url href="/real">1</a>'
        assert entry(html).text == "1"

    def test_a_list_of_entries_has_no_main_entry(self) -> None:
        items = "".join(f'<div class=h-entry><a class=u-url href="/{n}">{n}</a></div>' for n in range(3))
        assert entry_at(parsed(items), URL) is None
        assert entry_at(parsed(f"<div class=h-feed>{items}</div>"), URL) is None
        assert entry_at(parsed("<p>nothing"), URL) is None

    def test_an_entry_without_an_address_before_others_is_the_main_one(self) -> None:
        html = '<div class=h-entry>main</div><div class=h-entry><a class=u-url href="/2">see also</a></div>'
        assert entry(html).text == "main"

    def test_a_page_that_has_no_entry_has_a_title_and_a_beginning(self) -> None:
        page = page_at(parsed("<title>T\u202e</title><p>" + "word " * 1000), URL)
        assert page.name == "T"
        assert len(page.summary) <= 500
        assert page.author.name == "friend.org"


class TestDates:
    @pytest.mark.parametrize(
        ("said", "moment"),
        [
            ("2026-11-01", "2026-11-01T00:00:00+00:00"),
            ("2026-11-01 12:30", "2026-11-01T12:30:00+00:00"),
            ("2026-11-01T12:30:15Z", "2026-11-01T12:30:15+00:00"),
            ("2026-11-01T12:30:15.123456-0730", "2026-11-01T12:30:15-07:30"),
            ("2026-11-01T12:30+05:45", "2026-11-01T12:30:00+05:45"),
            ("20261101T123015Z", "2026-11-01T12:30:15+00:00"),
            ("2026-305", "2026-11-01T00:00:00+00:00"),
            ("2026-305T12:30-05:00", "2026-11-01T12:30:00-05:00"),
        ],
    )
    def test_a_date_has_an_offset(self, said: str, moment: str) -> None:
        found = entry(f'<p class=h-entry><time class=dt-published datetime="{said}">x</time>').published
        assert found == datetime.fromisoformat(moment)
        assert found.tzinfo is not None

    @pytest.mark.parametrize(
        "said",
        [
            *(
                "99999-01-01",
                "99999-12-31T23:59:59Z",
                "9999-12-31",
                "0001-01-01",
                "1969-12-31",
                "2026-13-01",
                "2026-02-30",
            ),
            *("2026-11-01T25:00", "2026-11-01T12:00+99:99", "2999-01-01", "yesterday", "", "2026", "-1", "0000-00-00"),
            *("2026-000", "2026-366", "2026-1111"),
            *("２０２６-11-01x", "2026-11-01" * 9, "1e9", "NaN", "T12:00"),
        ],
    )
    def test_a_date_that_cannot_be_is_none(self, said: str) -> None:
        """Then the day of arrival is shown."""
        assert entry(f'<p class=h-entry><data class=dt-published value="{said}"></data>').published is None

    def test_the_future_has_not_been_published(self) -> None:
        for ahead, shown in ((timedelta(days=2), False), (timedelta(days=300), False), (-timedelta(days=1), True)):
            said = (datetime.now(UTC) + ahead).isoformat(timespec="seconds")
            dates = f'<data class=dt-published value="{said}"></data><data class=dt-updated value="{said}"></data>'
            found = entry(f"<p class=h-entry>{dates}")
            assert (found.published is not None) == shown
            assert (found.updated is not None) == shown


class TestAuthors:
    @pytest.mark.parametrize(
        ("html", "name", "url"),
        [
            (
                '<p class=h-entry><a class="p-author h-card" href="/alice">Alice</a>',
                "Alice",
                "https://friend.org/alice",
            ),
            ("<p class=h-entry><b class=p-author>Alice</b>", "Alice", URL),
            ('<p class=h-entry><a class=u-author href="/alice"></a>', "friend.org", "https://friend.org/alice"),
            ('<p class=h-entry>x<a rel=author href="/alice">Me</a>', "friend.org", "https://friend.org/alice"),
            (
                '<p class=h-entry><a class=u-author href="/alice"></a></p><a class=h-card href="/alice">Alice</a>',
                *("Alice", "https://friend.org/alice"),
            ),
            (
                '<p class=h-entry>x<a rel=author href="/alice"></a></p><a class=h-card href="/alice">Alice</a>',
                *("Alice", "https://friend.org/alice"),
            ),
            (
                '<div class=h-feed><a class="p-author h-card" href="/">Alice</a><p class=h-entry>x</div>',
                *("Alice", "https://friend.org/"),
            ),
            ('<p class=h-entry>x</p><a class="h-card" rel=me href="/">Alice</a>', "Alice", "https://friend.org/"),
            ('<p class=h-entry>x</p><a class=h-card href="/bob">Bob</a>', "friend.org", URL),
            ("<p class=h-entry>x", "friend.org", URL),
            (
                '<p class=h-entry><a class="p-author h-card" href="https://www.friend.org/">A</a>',
                "A",
                "https://www.friend.org/",
            ),
        ],
    )
    def test_the_author_is_found_on_the_page(self, html: str, name: str, url: str) -> None:
        author = entry(html).author
        assert (author.name, author.url) == (name, url)

    @pytest.mark.parametrize(
        "claimed",
        [
            *("https://me.org/", "https://famous.org/", "https://friend.org.evil.org/", "https://friend.org@evil.org/"),
            *("javascript:alert(1)", "https://sub.friend.org/", "https://org/", "//evil.org/", "data:text/html,x"),
        ],
    )
    def test_an_author_who_claims_another_site_is_shown_with_the_host_of_the_source(self, claimed: str) -> None:
        html = f'<div class=h-entry><a class="p-author h-card" href="{claimed}">Famous</a><p class=e-content>x</div>'
        for found in (entry(html), mention(html)[0]):
            assert found.author.name == "Famous"
            assert found.author.url == URL

    def test_an_entry_that_claims_to_be_on_another_site_is_on_its_own(self) -> None:
        said = '<a class=u-url href="https://famous.org/1">x</a>'
        html = f'<div class=h-entry>{said}<a class=u-like-of href="{TARGET}">y</a>'
        assert mention(html)[0].url == URL

    def test_a_host_that_looks_like_another_is_shown_as_punycode(self) -> None:
        url = "https://fаmous.org/1"
        author = entry("<p class=h-entry>x", url).author
        assert author.name == "xn--fmous-4ve.org"
        assert author.url == "https://xn--fmous-4ve.org/1"

    def test_of_a_photo_nothing_is_taken_but_where_the_authors_stands(self) -> None:
        card = '<div class="p-author h-card"><img class=u-photo src="https://photos.org/p.gif" alt=me>A</div>'
        found = entry(f'<div class=h-entry>{card}<img class=u-photo src="/b.jpg">')
        assert (found.author.photo, found.author.remote_photo) == ("", "https://photos.org/p.gif")
        assert found.photos == ()
        assert entry_to_jf2(found)["author"]["photo"] == "https://photos.org/p.gif"
        assert card_from_jf2(entry_to_jf2(found)["author"]) == found.author

    @pytest.mark.parametrize("src", ["data:image/png;base64,AAAA", "javascript:x", "file:///etc/passwd"])
    def test_a_photo_at_what_is_no_web_address_is_none(self, src: str) -> None:
        card = f'<div class="p-author h-card"><img class=u-photo src="{src}">A</div>'
        assert entry(f"<div class=h-entry>{card}").author.remote_photo == ""

    def test_a_photo_that_only_the_authors_card_on_the_page_has_is_the_authors(self) -> None:
        said = '<div class=h-entry>x<a class="p-author h-card" href="/">A</a></div>'
        card = '<div class=h-card><a class="u-url p-name" href="{}">A</a><img class=u-photo src="/me.jpg"></div>'
        assert entry(said + card.format("/")).author.remote_photo == "https://friend.org/me.jpg"
        assert entry(said + card.format("/other")).author.remote_photo == ""

    def test_the_photo_of_whoever_the_page_stands_for_is_no_other_authors(self) -> None:
        card = (
            '<div class=h-card><a class="u-url u-uid p-name" href="/1">Ann</a><img class=u-photo src="/ann.jpg"></div>'
        )
        by = "<div class=h-entry>x<b class=p-author>{}</b></div>"
        assert (
            entry(by.format("Ann") + card, "https://friend.org/1").author.remote_photo == "https://friend.org/ann.jpg"
        )
        assert entry(by.format("Bob") + card, "https://friend.org/1").author.remote_photo == ""
        assert entry("<p class=h-entry>x</p>" + card, "https://friend.org/1").author.name == "Ann"
        assert entry("<p class=h-entry>x</p>" + card, "https://friend.org/1").author.remote_photo

    def test_an_entry_within_another_is_by_the_author_of_that(self) -> None:
        inner = f'<div class=h-entry><a class=u-like-of href="{TARGET}">x</a></div>'
        assert mention(f"<div class=h-entry><b class=p-author>Ann</b>{inner}</div>")[0].author.name == "Ann"

    def test_the_name_of_an_author_of_before_microformats2_is_the_name_alone(self) -> None:
        card = '<span class="author vcard">By <a class="url fn n" href="/">Ann</a></span>'
        assert entry(f"<div class=hentry><b class=entry-title>x</b>{card}</div>").author.name == "Ann"

    def test_the_page_that_would_tell_more_of_an_author_is_named_and_not_fetched(self) -> None:
        alice = Card("friend.org", "https://friend.org/alice")
        assert entry('<p class=h-entry><a class=u-author href="/alice"></a>').author == alice
        assert entry('<p class=h-entry>x<a rel=author href="/alice"></a>').author == alice
        assert entry('<p class=h-entry><a class="p-author h-card" href="/alice">Alice</a>').author.name == "Alice"
        assert entry("<p class=h-entry><a class=u-author href='javascript:x'></a>").author == Card("friend.org", URL)


class TestBounds:
    @pytest.mark.parametrize("length", [20_000, 1_000_000])
    def test_a_megabyte_of_name_is_capped(self, length: int) -> None:
        long = "x" * length
        html = (
            f"<div class=h-entry><h1 class=p-name>{long}</h1><b class=p-author>{long}</b><i class=p-category>{long}</i>"
        )
        found = entry(html + "<p class=e-content>Text</p></div>")
        assert len(found.name) <= 200
        assert len(found.author.name) <= 100
        assert len(found.summary) <= 500
        assert [len(tag.name) for tag in found.categories] in ([60], [])

    def test_long_content_is_capped(self) -> None:
        found = entry(f"<div class=h-entry><div class=e-content>{'<p>word</p>' * 20_000}</div></div>")
        assert len(found.text) <= 5000
        assert len(found.content) <= 60_000
        assert found.content.endswith("</p>")

    def test_of_many_entries_few_are_looked_at(self) -> None:
        items = (
            "<div class=h-entry>a</div>" * 2000 + f'<div class=h-entry><a class=u-like-of href="{TARGET}">x</a></div>'
        )
        assert mention(items)[1] == "mention-of"

    def test_of_many_values_few_are_taken(self) -> None:
        values = "".join(f'<a class="u-in-reply-to p-category" href="https://a.org/{n}">{n}</a>' for n in range(500))
        found = entry(f"<div class=h-entry>{values}</div>")
        assert len(found.answers["in-reply-to"]) <= 20
        assert len(found.categories) <= 10

    def test_names_have_no_line_breaks_and_no_direction(self) -> None:
        author = "<b class=p-author>Eve\u202e\u200b&#10;Set-Cookie:&#13;&#10;x</b>"
        html = f"<div class=h-entry>{author}<pre class=p-name>a\n\nb</pre><p class=e-content>c</div>"
        found = entry(html)
        assert found.author.name == "Eve Set-Cookie: x"
        assert found.name == "a b"

    def test_content_is_sanitised(self) -> None:
        content = "<p onclick=x>a<img src=x onerror=alert(1)><script>y</script></p>"
        html = f"<div class=h-entry><div class=e-content>{content}</div></div>"
        assert entry(html).content == "<p>a</p>"

    @pytest.mark.parametrize(
        "href", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "https://u@evil.org/"]
    )
    def test_no_property_holds_an_address_that_runs(self, href: str) -> None:
        names = " ".join(
            f"u-{name}" for name in ("url", "uid", "in-reply-to", "like-of", "photo", "syndication", "author")
        )
        found = entry(f'<div class=h-entry><a class="{names}" href="{href}">x</a></div>')
        assert all(url.startswith("https://friend.org/") for url in addresses(found))
        assert found.author.name == "friend.org"

    @pytest.mark.parametrize("lang", ["x y", "<script>", "e" * 50, "en_US", "1", ""])
    def test_a_language_that_is_none_is_left_out(self, lang: str) -> None:
        assert entry(f'<p class=h-entry lang="{lang}">x').lang == ""


def addresses(found: Entry) -> list[str]:
    """Every address that an entry holds."""
    return [found.url, found.author.url, *(cited.url for cited in found.answered)]


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([TARGET, URL, "2026-11-01"])
)
WORDS = st.sampled_from(
    [
        "name",
        "url",
        "author",
        "content",
        "published",
        "in-reply-to",
        "like-of",
        "rsvp",
        "category",
        "start",
        "location",
        "x",
    ]
)
SHAPES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.sampled_from(["value", "html", "alt"]), inner, max_size=3)
        | st.fixed_dictionaries(
            {
                "type": st.just(["h-entry"]) | inner,
                "properties": st.dictionaries(WORDS, st.lists(inner, max_size=3), max_size=5),
            },
            optional={"children": st.lists(inner, max_size=2), "value": inner, "lang": inner},
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(SHAPES, max_size=4),
    st.dictionaries(WORDS | st.just("canonical"), st.lists(SHAPES, max_size=2), max_size=2),
)
def test_no_shape_of_microformats_raises(items: list[object], rels: dict[str, list[object]]) -> None:
    page = Parsed({"items": items, "rels": rels, "rel-urls": {}}, (TARGET,), URL, "T", "t")
    found, said = mentioning(page, URL, [TARGET])
    assert said in PROPERTIES
    assert found.kind in BY_NAME
    entry_to_jf2(found)
    entry_at(page, URL)
