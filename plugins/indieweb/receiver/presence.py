"""Whether there is a receiver to ask, and what to do where there is none."""

from indieweb.settings import Settings

#: What is said where there is none to ask, after why that matters.
NONE_TO_ASK = (
    "no receiver keeps mentions in var/ here; if yours is elsewhere, say in this terminal: "
    'export INDIEWEB_MENTIONS_FROM="ADDRESS TOKEN" (docs/receiving.md)'
)


def has_inbox(settings: Settings) -> bool:
    """Whether a receiver of this home keeps what it receives where this is run."""
    return bool(settings.database_url) or (settings.var / "inbox.sqlite").exists()


def has_receiver(settings: Settings) -> bool:
    """Whether there is one to ask, here or elsewhere."""
    return bool(settings.mentions_from.strip()) or has_inbox(settings)


def why_nothing_comes(settings: Settings) -> list[str]:
    """A sentence, where pages announce a receiver that this run cannot ask; one forgets the setting of a terminal."""
    if not settings.endpoint or has_receiver(settings):
        return []
    return [f"Pages announce {settings.endpoint}, but {NONE_TO_ASK}"]
