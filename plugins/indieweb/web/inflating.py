"""A body, decompressed as it comes, and never further than its bound."""

import zlib
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, field
from typing import Self

#: zlib's window argument, by the name of the encoding (RFC 9110, section 8.4.1).
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
#: How much more than the bound may come over the wire: compressing can make small things larger.
SLACK = 64 << 10


@dataclass(slots=True)
class Inflater:
    """Takes the bytes of one body. One encoding at most: a chain of them is only good for bombs.

    :param window: None for a body that is not encoded.
    :param more: whether there was more than the bound.
    """

    window: int | None
    more: bool = field(default=False, init=False)
    _stream: "zlib._Decompress | None" = field(default=None, init=False)

    @classmethod
    def of(cls, headers: Sequence[str]) -> Self | None:
        """For the values of a Content-Encoding header; None for an unknown encoding or a chain of them."""
        names = [name.strip().lower() for value in headers for name in value.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > 1 or not set(names) <= WINDOWS.keys():
            return None
        return cls(WINDOWS[names[0]] if names else None)

    async def read(self, chunks: AsyncIterable[bytes], bound: int) -> bytes:
        """At most ``bound`` bytes of the body; what comes after them is not asked for.

        :raises ValueError: the body is not what its encoding says, or ends before its encoding does.
        """
        body, seen = bytearray(), 0
        async for chunk in chunks:
            seen += len(chunk)
            body += self._inflated(chunk, bound + 1 - len(body))
            self.more = len(body) > bound or seen > bound + SLACK
            if self.more or self._is_over():
                return bytes(body[:bound])
        if self._stream is not None:
            raise ValueError("the body ends before its encoding does")
        return bytes(body)

    def _is_over(self) -> bool:
        """Whether the encoding says that this was all; what comes after that is nothing, as in browsers."""
        return self._stream is not None and self._stream.eof

    def _inflated(self, chunk: bytes, most: int) -> bytes:
        if self.window is None or not chunk:
            return chunk[:most]
        if self._stream is None:
            bare = self.window == 15 and chunk[0] & 15 != 8  # deflate without zlib's wrapping, as some servers send it
            self._stream = zlib.decompressobj(-15 if bare else self.window)
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            raise ValueError("the body is not what its encoding says") from error
