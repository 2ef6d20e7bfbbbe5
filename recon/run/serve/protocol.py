"""How a connection is read: who does not say what they want in time, or says it without end, is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

PATIENCE = 10.0
"""Seconds that a request's line and headers may take, from the connection or their first byte."""
MOST_HEAD = 65_536
"""Bytes that they may have: uvicorn would read them without end."""


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds for what comes before a body."""

    _timer: TimerHandle | None = None
    _head: int = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head += len(data) if self._timer is not None else 0
        if self._head > MOST_HEAD + len(data):
            self.transport.close()
            return
        super().data_received(data)
        if self._timer is not None and self._head > MOST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._wait_no_more()
        self._timer = self.loop.call_later(PATIENCE, self._left)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._head = None, 0

    def _left(self) -> Any:
        self.transport.close()
