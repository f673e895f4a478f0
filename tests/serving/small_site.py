"""The pages of a small site, and what a plain client gets of them."""

from collections.abc import Callable
from dataclasses import dataclass

POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'"
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY.replace("'", "&#39;")}"></head>
<body><p>Hello</p></body></html>"""
GONE = '<!doctype html><meta charset="utf-8"><meta name="commonhold" content="gone"><title>Gone</title>'


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers["content-type"]


Ask = Callable[..., Answer]
