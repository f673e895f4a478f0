"""What the preview adds to a page may run and be seen, and nothing else may that could not before."""

import base64
import hashlib
import html
import re

from hypothesis import given
from hypothesis import strategies as st
from small_site import PAGE, POLICY

from indieweb.serving.live import MOST, SCRIPT, STYLE, allow, live_page


def policy_of(page: str) -> dict[str, list[str]]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found
    return {part.split()[0]: part.split()[1:] for part in html.unescape(found[1]).split(";")}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_script_may_run_and_ask_this_server_and_nothing_else_is_opened() -> None:
    before, after = policy_of(PAGE), policy_of(live_page(PAGE, "7"))
    assert after.pop("script-src") == [digest(SCRIPT)]
    assert after.pop("connect-src") == ["'self'"]
    assert after == before


def test_the_banner_may_be_styled() -> None:
    page = live_page(PAGE, "7", ["posts/x.md:2: <script>alert(1)</script>"])
    assert policy_of(page)["style-src"] == ["'self'", digest(STYLE)]
    assert "posts/x.md:2: &lt;script&gt;" in page
    assert page.count("<script") == 1
    assert page.rstrip().endswith("</body></html>")


def test_many_problems_are_counted() -> None:
    page = live_page(PAGE, "7", [f"problem {number}" for number in range(MOST + 3)])
    assert page.count("<li>") == MOST + 1
    assert "and 3 more" in page


def test_a_page_without_a_policy_or_a_body_is_taken_too() -> None:
    assert live_page("<p>x", "7").startswith("<p>x<script")
    assert live_page('<meta http-equiv="refresh" content="0; url=/x/">', "7").startswith(
        '<meta http-equiv="refresh" content="0; url=/x/"><script'
    )


def test_policies_in_other_spellings_are_found() -> None:
    page = live_page("<META content='default-src \"x\"' HTTP-EQUIV=content-security-policy>", "7")
    assert "script-src" in page.partition("<script")[0]


def test_a_directive_begins_with_what_it_fell_back_to() -> None:
    assert (
        allow("default-src 'self' data:", "script-src", "'x'")
        == "default-src 'self' data:; script-src 'self' data: 'x'"
    )
    assert allow("default-src 'none'", "script-src", "'x'") == "default-src 'none'; script-src 'x'"
    assert allow("img-src 'self'", "script-src", "'x'") == "img-src 'self'"
    assert allow("script-src 'unsafe-inline'", "script-src", "'x'") == "script-src 'unsafe-inline'"
    assert allow(POLICY, "style-src", "'x'").count("style-src 'self' 'x'") == 1


@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_page_stops_it(page: str, problems: list[str]) -> None:
    assert SCRIPT in live_page(page, "7", problems)
