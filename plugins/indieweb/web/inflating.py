"""A body, decompressed as it comes, and never further than its bound."""

import zlib
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, field
from typing import Self

#: zlib's window argument, by the name of the encoding; None takes the bytes as they are.
ENCODINGS = {"": None, "identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}
#: How much more than the bound may come over the wire: compressing can make small things larger.
SLACK = 64 << 10


@dataclass(slots=True)
class Inflater:
    """Takes the bytes of one body. One encoding at most: a chain of them is only good for bombs."""

    window: int | None
    _stream: "zlib._Decompress | None" = field(default=None, init=False)

    @classmethod
    def of(cls, headers: Sequence[str]) -> Self | None:
        """For the values of a Content-Encoding header; None for an unknown encoding or a chain of them."""
        names = [name.strip().lower() for value in headers for name in value.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > 1 or not set(names) <= ENCODINGS.keys():
            return None
        return cls(ENCODINGS[names[0]] if names else None)

    async def read(self, chunks: AsyncIterable[bytes], bound: int) -> bytes:
        """All bytes, or the first ``bound`` + 1 of them.

        :raises ValueError: the body is not what its encoding says.
        """
        body, seen = bytearray(), 0
        async for chunk in chunks:
            seen += len(chunk)
            self._add(body, chunk, bound + 1)
            if len(body) > bound or seen > bound + SLACK:
                break
        if seen > bound + SLACK:
            body.extend(bytes(max(0, bound + 1 - len(body))))
        return bytes(body)

    def _add(self, body: bytearray, chunk: bytes, most: int) -> None:
        if self.window is None:
            body += chunk[: most - len(body)]
            return
        try:
            while chunk and len(body) < most:
                body += self._inflated(chunk, most - len(body))
                chunk = self._rest()
        except zlib.error as error:
            raise ValueError("the body is not what its encoding says") from error

    def _inflated(self, chunk: bytes, most: int) -> bytes:
        if self._stream is None:
            assert self.window is not None
            raw = self.window == 15 and (chunk[0] & 15 != 8)  # deflate without zlib's wrapping, as some servers send it
            self._stream = zlib.decompressobj(-15 if raw else self.window)
        return self._stream.decompress(chunk, most)

    def _rest(self) -> bytes:
        """What is left of the chunk: the part beyond the bound, or the next member of the file."""
        assert self._stream is not None
        if self._stream.eof:
            rest = self._stream.unused_data
            self._stream = None
            return rest
        return self._stream.unconsumed_tail
