"""What pages tell a browser it may do (contract: In the browser)."""

from urllib.parse import urlsplit

from indieweb.settings import Settings


def content_security_policy(settings: Settings) -> str:
    """The policy of every page: nothing from another origin, and forms only to us and to our endpoint."""
    forms = "'self'"
    if settings.endpoint:
        parts = urlsplit(settings.endpoint)
        forms += f" {parts.scheme}://{parts.netloc}"
    return (
        "default-src 'none'; img-src 'self'; media-src 'self'; font-src 'self'; style-src 'self'; "
        f"form-action {forms}; base-uri 'none'"
    )
