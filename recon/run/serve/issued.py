"""Tokens that somebody else issues (JWT): their signatures by a key set from a file or an address, and what they claim."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from recon.errors import RulesError
from recon.rules.service import SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.service import ServeRules

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Those by which only the issuer can sign: `none` and shared keys are not among them."""
KEPT, AGAIN, PATIENCE = 600.0, 30.0, 5.0
"""Seconds that a key set is kept, after which it may be asked for again for a key that is not in it, and for an answer."""
LEEWAY = 60
LARGEST = 2**20
PREFIX = "recon."


@dataclass
class Issued:
    """Reads tokens of one issuer for one audience."""

    keys: str
    issuer: str
    audience: str
    _set: Any = None
    _at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, rules: ServeRules, folder: Path) -> Issued | None:
        """Return who reads the tokens that the rules tell of. Raises RulesError where a file of keys holds none."""
        if not rules.jwt_keys:
            return None
        where = rules.jwt_keys if rules.jwt_keys.startswith("https://") else str(folder / rules.jwt_keys)
        made = cls(where, rules.issuer, rules.audience)
        if not where.startswith("https://"):
            made._fetch()
        return made

    def read(self, token: str) -> tuple[str, frozenset[str]] | None:
        """Return whose token it is and its scopes; None where it is not of this issuer, not for recon, or does not hold."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        for again in (False, True):
            try:
                claims = jwt.decode(token, self._key_set(again=again), algorithms=list(ALGORITHMS)).claims
                self._registry(jwt).validate(claims)
                return str(claims.get("sub") or claims.get("client_id") or "issued"), _scopes(claims)
            except (JoseError, ValueError, TypeError, AttributeError, RecursionError, RulesError):
                continue
        return None

    def _registry(self, jwt: Any) -> Any:
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.audience}, "exp": {"essential": True}}  # fmt: skip
        return jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted)

    def _key_set(self, *, again: bool) -> Any:
        with self._lock:
            age = time.monotonic() - self._at
            if self._set is None or age > KEPT or (again and age > AGAIN):
                self._fetch()
            return self._set

    def _fetch(self) -> None:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        self._at = time.monotonic()
        try:
            self._set = KeySet.import_key_set(json.loads(_content(self.keys)))
        except (OSError, URLError, ValueError, KeyError, TypeError, JoseError) as error:
            if self._set is None:
                raise RulesError(f"the key set cannot be read: {type(error).__name__}", self.keys, "It is the JWKS of who issues tokens.") from None  # fmt: skip


def _content(where: str) -> bytes:
    if not where.startswith("https://"):
        return Path(where).read_bytes()
    with urlopen(where, timeout=PATIENCE) as answer:  # noqa: S310 -- https, as the rules are held to
        content: bytes = answer.read(LARGEST)
        return content


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return what a token may do: `scope` in words, `scp` or `roles`, each as `read` or `recon.read`."""
    told: list[str] = []
    for name in ("scope", "scp", "roles"):
        value = claims.get(name)
        told += value.split() if isinstance(value, str) else [one for one in value or () if isinstance(one, str)]
    return frozenset(one.removeprefix(PREFIX) for one in told) & frozenset(SCOPES)
