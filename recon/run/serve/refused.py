"""A request that is refused: its status and, as a problem document (RFC 9457), what is wrong and what mends it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PROBLEM = "application/problem+json"
NO_STORE = {"cache-control": "no-store"}


class RefusedError(Exception):
    """A request that is answered with a status of 4xx or 5xx; `detail` is told to whoever asked, and repeats no secret."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, dict(headers or {}), more
        self.shown: Response | None = None

    def answer(self) -> Response:
        """Return the problem document, or the page that was `shown` in its place."""
        if self.shown is not None:
            return self.shown
        told = {"type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.detail}  # fmt: skip
        return Response(json.dumps(told | self.more), self.status, {**NO_STORE, **self.headers}, PROBLEM)


def unauthorized(detail: str, scheme: str = "Bearer") -> RefusedError:
    """Return the refusal of who is not known."""
    return RefusedError(401, detail, {"www-authenticate": scheme})


def busy(detail: str, seconds: int = 5) -> RefusedError:
    """Return the refusal of what can be sent again later."""
    return RefusedError(503, detail, {"retry-after": str(seconds)})
