"""What every request passes: is it meant for this machine, what a refusal says, what the log is told of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from recon.run.serve.refused import RefusedError, busy
from recon.run.serve.settings import NAMES_HERE
from recon.store.databases.database import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET = 10.0
"""Seconds in which refusals of one kind are told once: a flood of them must not fill the disk."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]


@dataclass
class Guard:
    """Stands around the application: refuses names that are not this machine's (`here`), and adds what every answer says."""

    app: ASGIApp
    here: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        if self.here and _name(scope) not in NAMES_HERE:
            refusal = RefusedError(421, "this service is asked by the name localhost")
            await refusal.answer()(scope, receive, say)
            return
        await self.app(scope, receive, say)


def _name(scope: Scope) -> str:
    """Return the name by which the service was asked: a page of the web that leads here by a name of its own is none of it."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


@dataclass
class Refusals:
    """Answers what is refused, counts it by route and status, and tells the log, each kind once in a while."""

    say: Callable[[str], None]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    told: dict[tuple[str, int], tuple[float, int]] = field(default_factory=dict)

    async def refused(self, request: Request, error: RefusedError) -> Response:
        """Answer with the problem document."""
        self._note(request, error.status, error.detail)
        return error.answer()

    async def of_starlette(self, request: Request, error: HTTPException) -> Response:
        """Answer a path that is not there, or a method that it does not have."""
        detail = "there is nothing at this path" if error.status_code == 404 else "this path is not asked so"
        return await self.refused(request, RefusedError(error.status_code, detail, error.headers))

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer what went wrong here; what it was is for the log."""
        if isinstance(error, FailedError):
            self._note(request, 503, error.message)
            return busy("the store does not answer: ask again").answer()
        last = extract_tb(error.__traceback__)[-1]  # what went wrong may hold what was sent: its place does not
        self._note(request, 500, f"a bug in recon ({type(error).__name__} at {Path(last.filename).name}:{last.lineno})")
        return RefusedError(500, "something went wrong here").answer()

    def _note(self, request: Request, status: int, detail: str) -> None:
        route = route_of(request)
        kind = (route, status)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        at, before = self.told.get(kind, (float("-inf"), 0))
        if time.monotonic() - at >= QUIET:
            more = self.counts[kind] - before - 1
            self.say(f"refused: {status} {route}: {detail}{f' ({more:,} more since)' if more else ''}")
            self.told[kind] = (time.monotonic(), self.counts[kind])


def route_of(request: Request) -> str:
    """Return the route of a request as the application knows it: what was asked for may hold anything."""
    route = request.scope.get("route")
    method = request.method if request.method in METHODS else "-"
    return f"{method} {getattr(route, 'path', 'no such path')}"
