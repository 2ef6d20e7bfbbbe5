"""How Business Central notifies: a handshake, then messages that it does not sign, each of which holds what its subscriber told it."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

from recon.run.serve.refused import NO_STORE, RefusedError, unauthorized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

STYLE = "business_central"
_TOKEN = re.compile(r"[!-~]{1,2048}")
_NAMED = re.compile(r"/([A-Za-z]+)(?:\(([^()]+)\))?(?:\?.*)?$")
"""The last step of a resource: the kind of its documents and, of one, its id."""
Record = dict[str, Any]


def handshake(request: Request) -> Response | None:
    """Return the answer to who asks, when a subscription is made or renewed, whether it is heard; None for any other request.

    Its token is said back as text, to be shown by nobody.
    """
    token = request.query_params.get("validationToken")
    if token is None:
        return None
    if not _TOKEN.fullmatch(token):
        raise RefusedError(400, "this is no validationToken")
    return PlainTextResponse(token, headers=NO_STORE)


def notices(told: Any, secrets: Sequence[bytes]) -> list[Record]:
    """Return the notices of a message, each with the `id` and `entity` of its document and without the secret in it (`clientState`).

    Raises RefusedError (401) where one has another secret than the feed's.
    """
    found = told.get("value") if isinstance(told, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RefusedError(422, "there is no list of notices at 'value'")
    ours = [_is_ours(one, secrets) for one in found]  # all are looked at, so that time tells nothing
    if not all(ours):
        raise unauthorized("a clientState is not the secret of this feed")
    return [_notice(one) for one in found]


def _is_ours(notice: Record, secrets: Sequence[bytes]) -> bool:
    told = str(notice.get("clientState", "")).encode("utf-8", "replace")
    same = [hmac.compare_digest(secret, told) for secret in secrets]
    return any(same)


def _notice(told: Record) -> Record:
    named = _NAMED.search(str(told.get("resource", "")))
    kept = {name: value for name, value in told.items() if name != "clientState"}
    entity, identity = named.groups() if named else (None, None)
    return kept | ({"entity": entity} if entity else {}) | ({"id": identity} if identity else {})


def is_of_many(notice: Record) -> bool:
    """Return whether a notice tells only that many documents changed, not which: the sweep by poll finds them."""
    return str(notice.get("changeType", "")) == "collection"
