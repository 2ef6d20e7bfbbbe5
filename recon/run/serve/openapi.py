"""The description of the API (OpenAPI 3.1), made of the table that answers it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from recon import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.run.serve.api import Endpoint

PARAMETERS: dict[str, tuple[str, str]] = {
    "decision": ("string", "pay, review or hold"),
    "q": ("string", "a word in number, supplier, company or codes"),
    "limit": ("integer", "rows of a page: at most 1000, 100 by default"),
    "cursor": ("string", "`next` of the page before"),
    "since": ("integer", "an event: what matches after it gave"),
    "severity": ("string", "info, review or hold"),
    "code": ("string", "a code of `recon rules list`"),
    "period": ("string", "2026-10, 2026-Q3, 2026 or two days"),
    "after": ("integer", "a change: `next` of the answer before"),
    "outbox": ("string", "`outbox` of the answer before: 410 where changes are counted anew"),
    "clears": ("string", "tried: what clears is found by matching again; told by default"),
}
"""What each parameter is: its type, and in words."""


def description(told: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the description of all paths."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "recon", "version": __version__, "description": "What is matched, committed and accrued now. Amounts are text: exact decimals."},
        "paths": {**{re.sub(r":path", "", each.path): {"get": _get(each)} for each in told}, "/v1/events/{feed}": {"post": _POST}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
        },
        "security": [{"token": []}],
    }  # fmt: skip


def _get(endpoint: Endpoint) -> dict[str, Any]:
    path = [_parameter(name, "path", "string", "as other answers name it", required=True) for name in re.findall(r"\{(\w+)", endpoint.path)]  # fmt: skip
    query = [_parameter(name, "query", *PARAMETERS[name]) for name in endpoint.takes]
    found = {"description": "What stands.", "headers": {"ETag": {"schema": {"type": "string"}}}, "content": {"application/json": {"schema": {"type": "object"}}}}  # fmt: skip
    return {"summary": endpoint.about, "parameters": [*path, *query], "responses": {"200": found, "304": {"description": "It is as it was."}, **_REFUSED}}  # fmt: skip


def _parameter(name: str, where: str, kind: str, about: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "description": about, "schema": {"type": kind}}


_PROBLEM = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("type", "title", "detail", "hint")} | {"status": {"type": "integer"}},
    "required": ["type", "title", "status", "detail"],
}  # fmt: skip
_REFUSED = {
    "default": {
        "description": "It is refused, and why.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
_POST = {
    "summary": "Documents of a feed: one, a list, or recon's envelope of one. 202 when they are durable.",
    "parameters": [
        _parameter("feed", "path", "string", "a feed or source of the rules", required=True),
        _parameter("Idempotency-Key", "header", "string", "the same when it is sent again", required=True),
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": ["object", "array"]}}}},
    "responses": {"202": {"description": "They are durable: `accepted` are new, `repeated` came before."}, **_REFUSED},
}
