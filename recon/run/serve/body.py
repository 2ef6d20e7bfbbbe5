"""A request's body: read up to a bound, and looked at for how deep it is before it is parsed."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from recon.errors import SourceError
from recon.read.records import MOST_NESTED, parsed
from recon.run.serve.refused import RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BYTES = 2**20
MOST_IGNORED = 8 * MOST_BYTES
SECONDS = 10.0
"""How long a body may take to come."""
DEEPEST = MOST_NESTED + 10
"""How deep brackets may stand in each other: a record, its list and its envelope are around it."""
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""Strings and brackets. A string that never ends is one, too: looked for again from each quote in it, it would take for ever."""
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json", re.IGNORECASE)


def refuse_other_types(request: Request) -> None:
    """Raise RefusedError (415) for what does not say that it is JSON, in UTF-8, as it is."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.partition("charset=")[2].strip().strip('"').lower()
    coded = request.headers.get("content-encoding", "identity").lower()
    if not _JSON.fullmatch(kind.strip()) or charset not in ("", "utf-8", "utf8") or coded != "identity":
        raise RefusedError(415, "JSON in UTF-8 is wanted, not compressed: content-type: application/json", {"accept": "application/json"})  # fmt: skip


async def body_of(request: Request) -> bytes:
    """Return the body. Raises RefusedError: 413 past MOST_BYTES, which are not kept, 408 where it does not come in time."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _bounded(request)
    except TimeoutError:
        raise RefusedError(408, f"the body did not come within {SECONDS:.0f} seconds", {"connection": "close"}) from None  # fmt: skip


async def _bounded(request: Request) -> bytes:
    """Return the body; of one that is too large the rest is read, up to MOST_IGNORED, for else its sender would hear nothing."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        parts = [*parts, part] if size <= MOST_BYTES else []
        if size > MOST_IGNORED:
            break
    if size > MOST_BYTES:
        raise RefusedError(413, f"a body has at most {MOST_BYTES:,} bytes: send fewer documents at once", {"connection": "close"})  # fmt: skip
    return b"".join(parts)


def json_of(body: bytes) -> Any:
    """Return what the body says, numbers as they are written. Raises RefusedError (422) for what is no JSON, or too deep."""
    refuse_deep(body)
    try:
        return parsed(body, "")
    except SourceError as error:
        raise RefusedError(422, error.message) from None


def refuse_deep(body: bytes) -> None:
    """Raise RefusedError (422) where brackets stand deeper in each other than DEEPEST; nothing is parsed for it."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for token in _TOKENS.finditer(body):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise RefusedError(422, f"the JSON is nested more than {DEEPEST} times")
        elif first in b"]}":
            depth -= 1
