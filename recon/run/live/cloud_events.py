"""What is told of a change: a CloudEvent (version 1.0), signed as Standard Webhooks say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.store.deliveries import Change

TYPE = "application/cloudevents+json; charset=utf-8"
SOURCE = "/recon"


def cloud_event(change: Change, outbox: str, at: str) -> tuple[str, bytes]:
    """Return the id of a change's message, the same at each try, and its body. `at`: when what turned it had come."""
    identity = f"{outbox}-{change.id}"
    told = {
        "specversion": "1.0",
        "id": identity,
        "source": SOURCE,
        "type": change.type,
        "subject": change.subject,
        "time": at,
        "datacontenttype": "application/json",
        "data": dict(change.data),
    }
    return identity, json.dumps(told, ensure_ascii=False).encode()


def signed(identity: str, stamp: int, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the headers that sign a message, with each of the secrets."""
    content = f"{identity}.{stamp}.".encode() + body
    made = [base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode() for secret in secrets]
    signature = " ".join(f"v1,{one}" for one in made)
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature,
        "content-type": TYPE,
    }
