"""Assertions: who recon is, signed with a key of its own in place of a secret, as NetSuite wants it (RFC 7523)."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError

if TYPE_CHECKING:
    from recon.rules.pulled import OAuth2

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = 300
"""Seconds that an assertion holds."""


def asserted(told: OAuth2, private_key: str, feed: str) -> dict[str, str]:
    """Return what says in a form who asks; `private_key`: PEM, RSA or elliptic. Raises RulesError, which does not repeat it."""
    from joserfc import jwt

    key, algorithm = _key(private_key, feed)
    now = int(time.time())
    claims = {"iss": told.client_id, "sub": told.client_id, "aud": told.token_url, "iat": now, "exp": now + LIFE, "jti": secrets.token_hex(16)}  # fmt: skip
    scope = {"scope": told.scope.split()} if told.scope else {}
    header = {"alg": algorithm, **({"kid": told.key_id} if told.key_id else {})}
    return {"client_assertion_type": KIND, "client_assertion": jwt.encode(header, {**claims, **scope}, key, algorithms=[algorithm])}  # fmt: skip


def _key(text: str, feed: str) -> tuple[Any, str]:
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    for kind, algorithm in ((RSAKey, "PS256"), (ECKey, "ES256")):
        try:
            key = kind.import_key(text)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            return key, algorithm
    raise RulesError("the private key cannot be read", feed, "A key in PEM, RSA or P-256, without a password, and with its first and last line.")  # fmt: skip
