"""Who could vouch for this home with whom it does not know (https://indieweb.org/Vouch): chosen from what it has.

Whoever links to us and was approved can be named, if the other side seems to know them: it is themselves, or the page
that we link to links to them. Nobody is asked for anything that is not asked anyhow.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from indieweb.settings import Settings
from indieweb.stores.mentions import MentionStore
from indieweb.web.answer import Response
from indieweb.web.links import problem_with
from indieweb.web.ours import is_ours
from indieweb.webmention.trust import place_of
from indieweb.webmention.vouch import linked_places


class Vouching:
    """The pages of others that link to this home, as its mentions have them. Read once, when somebody is told first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """By place, the page there that linked to this home last."""
        mentions, _ = MentionStore(self._settings.content).read()  # a broken file is named by whoever builds
        return {
            place: mention.source
            for mention in mentions
            if (place := place_of(mention.source))
            and not problem_with(mention.source)
            and not is_ours(mention.source, self._settings)
        }

    def vouch(self, target: Response) -> str:
        """A page that links to this home, by somebody whom the site of ``target`` knows; empty where there is none.

        :param target: the page that is told, as it answered.
        """
        return next(filter(None, map(self.pages.get, self._known_there(target))), "") if self.pages else ""

    def _known_there(self, target: Response) -> Iterator[str]:
        yield place_of(target.url)
        if target.is_page:
            yield from linked_places(target)
