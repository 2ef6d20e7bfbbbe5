"""What senders sign, and how: Standard Webhooks, and the ways of GitHub, Stripe, Xero and QuickBooks, each by its header."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from recon.errors import RulesError
from recon.run.live.secrets import revealed
from recon.run.serve.refused import unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.rules.feed import Feed

    Headers = Mapping[str, str]
    Check = Callable[[Headers, bytes, Sequence[bytes], float], str]

TOLERANCE = 300
"""Seconds that the time of a message may be off: an older one is a replay."""
SHORTEST = 16
"""Bytes of a secret: a shorter one can be guessed."""
PREFIX = "whsec_"
_STAMP = re.compile(r"[0-9]{1,12}")
_ID = re.compile(r"[!-~]{1,200}")


def secrets_of(feed: Feed) -> list[bytes]:
    """Return the secrets of a feed's webhook, the newest first. Raises RulesError, which repeats none."""
    if feed.webhook is None:
        return []
    whose = f"the webhook of the feed '{feed.name}'"
    return [key_of(revealed(named, whose), feed.webhook.style, whose) for named in feed.webhook.secret]


def key_of(text: str, style: str, whose: str) -> bytes:
    """Return the bytes of a secret. Raises RulesError, which does not repeat it."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True) if style == "standard" else text.encode()
    except (binascii.Error, ValueError):
        raise RulesError("the secret is no Base64", whose, f"As `echo {PREFIX}$(openssl rand -base64 32)` makes one.") from None  # fmt: skip
    if len(key) < SHORTEST:
        raise RulesError(f"the secret has fewer than {SHORTEST} bytes", whose, "Take a longer one: `openssl rand -base64 32`.")  # fmt: skip
    return key


def refuse_untimed(feed: Feed) -> None:
    """Raise RulesError for a feed that could be replayed: its style signs no time, and nothing tells its messages apart."""
    if untimed(feed) and not (feed.version or feed.event_id):
        hint = "Say what in a record does: version: updated_at, or event_id: id."
        raise RulesError("its webhook's style signs no time: without a version or an event id an old message could be sent again", f"the feed '{feed.name}'", hint)  # fmt: skip


def untimed(feed: Feed) -> bool:
    """Return whether a message of a feed's webhook could be an old one: its style signs no time, and it is the document itself.

    An old notice does no harm: what is fetched for it is what stands now.
    """
    return feed.webhook is not None and feed.webhook.style in UNTIMED and feed.fetch is None


def verified(style: str, headers: Headers, body: bytes, secrets: Sequence[bytes], now: float) -> str:
    """Return the id by which a message is known when it comes again; empty where its style signs none.

    Raises RefusedError (401) for a signature that none of the secrets made, or a time that is off.
    """
    return _STYLES[style](headers, body, secrets, now)


def _standard(headers: Headers, body: bytes, secrets: Sequence[bytes], now: float) -> str:
    """`webhook-signature: v1,Base64 ...` over `id.timestamp.body`."""
    identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(identity):
        raise unauthorized("there is no webhook-id")
    _refuse_other_time(stamp, now)
    given = [one[3:] for one in headers.get("webhook-signature", "").split(" ") if one.startswith("v1,")]
    _refuse_unsigned(f"{identity}.{stamp}.".encode() + body, given, secrets, _base64)
    return identity


def _stripe(headers: Headers, body: bytes, secrets: Sequence[bytes], now: float) -> str:
    """`stripe-signature: t=...,v1=hex` over `t.body`. It names no id: the same signature is the same message."""
    parts = [part.strip().partition("=")[::2] for part in headers.get("stripe-signature", "").split(",")]
    stamp = next((value for name, value in parts if name == "t"), "")
    _refuse_other_time(stamp, now)
    signed = f"{stamp}.".encode() + body
    _refuse_unsigned(signed, [value for name, value in parts if name == "v1"], secrets, _hex)
    return hashlib.sha256(signed).hexdigest()


def _github(headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str:
    """`x-hub-signature-256: sha256=hex` over the body; x-github-delivery is not signed, so it means nothing."""
    given = headers.get("x-hub-signature-256", "")
    _refuse_unsigned(body, [given[7:]] if given.startswith("sha256=") else [], secrets, _hex)
    return ""


def _xero(headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str:
    """`x-xero-signature: Base64` over the body."""
    return _of_body("x-xero-signature", headers, body, secrets)


def _quickbooks(headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str:
    """`intuit-signature: Base64` over the body."""
    return _of_body("intuit-signature", headers, body, secrets)


def _of_body(name: str, headers: Headers, body: bytes, secrets: Sequence[bytes]) -> str:
    given = headers.get(name, "")
    _refuse_unsigned(body, [given] if given else [], secrets, _base64)
    return ""


def _in_the_body(_headers: Headers, _body: bytes, _secrets: Sequence[bytes], _now: float) -> str:
    """Business Central signs nothing: its secret is in each of its notices, and looked for when they are read."""
    return ""


_STYLES: Mapping[str, Check] = {
    "standard": _standard,
    "github": _github,
    "stripe": _stripe,
    "xero": _xero,
    "quickbooks": _quickbooks,
    "business_central": _in_the_body,
}
UNTIMED = ("github", "xero", "quickbooks", "business_central")


def _refuse_other_time(stamp: str, now: float) -> None:
    if not _STAMP.fullmatch(stamp):
        raise unauthorized("the message does not say when it was sent")
    if abs(now - int(stamp)) > TOLERANCE:
        raise unauthorized(f"the message was sent more than {TOLERANCE // 60} minutes from now: a replay, or a clock that is wrong")  # fmt: skip


def _refuse_unsigned(signed: bytes, given: Sequence[str], secrets: Sequence[bytes], written: Callable[[bytes], bytes]) -> None:  # fmt: skip
    """Raise where no signature that was given is one that a secret makes; each is compared with each, in constant time."""
    made = [written(hmac.digest(secret, signed, "sha256")) for secret in secrets]
    told = [one.encode("utf-8", "replace") for one in given[:8]]
    same = [hmac.compare_digest(mine, theirs) for mine in made for theirs in told]
    if not any(same):
        raise unauthorized("the signature is not one of this feed's secret")


def _base64(digest: bytes) -> bytes:
    return base64.b64encode(digest)


def _hex(digest: bytes) -> bytes:
    return digest.hex().encode()
