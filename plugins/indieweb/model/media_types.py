"""The media type of every file that a site is made of, as one table, the same on every machine."""

from pathlib import PurePosixPath

#: The feeds', by the end of their names: one in JSON is told by its whole name, for other files end so too.
FEEDS = {
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    "feed.json": "application/feed+json",
}
#: All others, by suffix. The machine's own table is not asked: it differs from one to the next.
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".ics": "text/calendar",
    ".vtt": "text/vtt",
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
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".flac": "audio/flac",
    ".woff2": "font/woff2",
}


def type_of(name: str) -> str:
    """The media type of a file, by its name; what has no suffix (``CNAME``) is text, what is unknown is bytes."""
    suffix = PurePosixPath(name).suffix.lower()
    feed = next((found for end, found in FEEDS.items() if name.endswith(end)), "")
    return feed or TYPES.get(suffix) or ("application/octet-stream" if suffix else "text/plain")
