"""Asking the page of an author who they are, where a mention names nothing but its address.

https://indieweb.org/authorship-spec, step 7: one request, through the same guard as any, and only where the page of
the mention leaves no other way. What goes wrong leaves what that page says itself.
"""

from indieweb.web.authorship import name_on_page
from indieweb.web.fetch import Failure, Policy, fetch
from indieweb.web.microformats import ParseFailure, parse

#: What is asked for, and what would do.
PAGE = {"accept": "text/html, application/json;q=0.8, */*;q=0.5"}


def name_at(page: str, policy: Policy) -> str:
    """The name of the one whose page is at ``page``; empty where that tells none.

    :param page: an address, or empty; then nothing is asked.
    :param policy: what may be contacted, and how much of it is taken.
    """
    if not page:
        return ""
    answer = fetch(page, policy, truncate=True, headers=PAGE)
    if isinstance(answer, Failure) or not 200 <= answer.status < 300 or not answer.is_page:
        return ""
    parsed = parse(answer.body, answer.url, answer.charset)
    return "" if isinstance(parsed, ParseFailure) else name_on_page(parsed, (page, answer.url))
