"""The kinds of posts, as one table: a row is all it takes to add one."""

import builtins
from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of post.

    :param name: as in ``Kind:`` and in ``make <name>``.
    :param plural: names the list of this kind, and its address ``/<plural>/``.
    :param property: the mf2 property whose presence makes a post one of this kind; empty for article and note.
    :param icon: the name of the drawing in ``templates/indieweb/icons.html``.
    :param template: the file in ``templates/indieweb/kinds/`` that draws its middle.
    :param verb: what the author did, in front of what was answered: *Liked* …; empty where nothing is answered.
    :param label: the word that stands for one of them.
    :param title: what a list of them is called, where the plural is no word for it.
    """

    name: str
    plural: str
    property: str
    icon: str
    template: str
    verb: str = ""
    label: str = ""
    title: str = ""

    @builtins.property
    def answers(self) -> bool:
        """Whether the property holds the address of something that the post answers."""
        return bool(self.verb)

    @builtins.property
    def heading(self) -> str:
        """What a list of them is called: *Notes*, *RSVPs*, *Replies*."""
        if self.title:
            return self.title
        regular = self.label and self.plural.startswith(self.name)
        return f"{self.label}{self.plural.removeprefix(self.name)}" if regular else self.plural.capitalize()


#: In the order in which a post's kind is discovered (contract: Writing); the first whose property is there.
KINDS = (
    Kind("event", "events", "start", "calendar", "event.html", label="Event"),
    Kind("rsvp", "rsvps", "rsvp", "ticket", "rsvp.html", label="RSVP"),
    Kind("reply", "replies", "in-reply-to", "reply", "reply.html", "Replied to", "Reply"),
    Kind("repost", "reposts", "repost-of", "repost", "response.html", "Reposted", "Repost"),
    Kind("like", "likes", "like-of", "heart", "response.html", "Liked", "Like"),
    Kind("bookmark", "bookmarks", "bookmark-of", "bookmark", "response.html", "Bookmarked", "Bookmark"),
    Kind("read", "reads", "read-of", "book", "response.html", "Read", "Read", "Read"),
    Kind("watch", "watches", "watch-of", "eye", "response.html", "Watched", "Watch", "Watched"),
    Kind("listen", "listens", "listen-of", "note", "response.html", "Listened to", "Listen", "Listened to"),
    Kind("play", "plays", "play-of", "dice", "response.html", "Played", "Play", "Played"),
    Kind("checkin", "checkins", "checkin", "pin", "checkin.html", label="Check-in"),
    Kind("follow", "follows", "follow-of", "follow", "response.html", "Followed", "Follow", "Followed"),
    Kind("video", "videos", "video", "video", "media.html", label="Video"),
    Kind("audio", "audios", "audio", "audio", "media.html", label="Sound"),
    Kind("photo", "photos", "photo", "photo", "media.html", label="Photo"),
    Kind("article", "articles", "", "article", "article.html", label="Article"),
    Kind("note", "notes", "", "pen", "note.html", label="Note"),
)

BY_NAME = {kind.name: kind for kind in KINDS}
#: Properties that hold the address of something that a post answers.
ANSWERING = tuple(kind.property for kind in KINDS if kind.answers)
#: What each answer to an event says in front of it: *Going* to …, *Interested* in ….
RSVP_WORDS = {
    "yes": ("Going", "to"),
    "no": ("Not going", "to"),
    "maybe": ("Perhaps going", "to"),
    "interested": ("Interested", "in"),
}
ANSWERS_TO_AN_EVENT = tuple(RSVP_WORDS)


def discover_kind(properties: Container[str], title: str, text: str) -> Kind:
    """The kind of a post that states none.

    :param properties: the mf2 names of the properties that the post has.
    :param title: its title, or empty.
    :param text: its text without markup.
    :returns: the first kind whose property is there; else article if it has a title that is not the beginning
        of its text, else note. https://indieweb.org/post-type-discovery, in the order of our contract.
    """
    for kind in KINDS:
        if kind.property and kind.property in properties:
            return kind
    return BY_NAME["article" if title and not _begins(text, title) else "note"]


def _begins(text: str, title: str) -> bool:
    return " ".join(text.split()).startswith(" ".join(title.split()).rstrip("…."))
