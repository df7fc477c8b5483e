"""The body of a request that knows whether it was written."""

from collections.abc import Callable

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload


class NotWrittenError(Exception):
    """Nothing of the request went out."""


class Body(Payload):
    """A body with which the headers go out in one piece: aiohttp holds these back until the body is written, so that
    before that nothing is. This is later than its traces are told, and the connection is at hand.

    Attributes:
        written: bytes may have gone out.
        refused: ``before_write`` said no.
    """

    def __init__(self, inner: Payload, before_write: Callable[[], bool]) -> None:
        """``inner`` is what is written; ``before_write`` is asked at the last moment."""
        super().__init__(inner, headers=inner.headers)
        self._inner = inner
        self._before_write = before_write
        self.written = False
        self.refused = False

    @property
    def size(self) -> int | None:
        """In bytes."""
        return self._inner.size

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """As text."""
        return self._inner.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all of it, where that is still allowed and the connection still stands.

        Raises:
            NotWrittenError: it isn't; nothing went out.
        """
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """As ``write``, at most ``content_length`` bytes."""
        transport = getattr(writer, "transport", None)
        if transport is None or transport.is_closing():
            raise NotWrittenError("the connection was closed before anything was written")
        if not self._before_write():
            self.refused = True
            raise NotWrittenError("no longer allowed to send")
        self.written = True  # nothing is awaited between here and the socket
        await self._inner.write_with_length(writer, content_length)
