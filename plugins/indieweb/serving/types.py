"""The media type of every file that a site is made of, the same on every machine."""

from pathlib import PurePosixPath

#: By suffix. The machine's own table is not asked: it differs from one to the next.
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".ics": "text/calendar",
    ".vtt": "text/vtt",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".xml": "application/xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".woff2": "font/woff2",
}
#: Names that say more than their suffix.
NAMES = {"feed.json": "application/feed+json"}


def type_of(name: str) -> str:
    """The media type of a file, by its name; what has no suffix (``CNAME``) is text, what is unknown is bytes."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    return NAMES.get(path.name) or TYPES.get(suffix) or ("application/octet-stream" if suffix else "text/plain")
