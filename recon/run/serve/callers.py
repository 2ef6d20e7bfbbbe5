"""Who asks: bearer tokens, fixed ones by their hashes and those that an issuer signs, and what each may do."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import RulesError
from recon.run.live.secrets import revealed
from recon.run.serve.refused import RefusedError, unauthorized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from recon.rules.service import ServeRules
    from recon.run.serve.issued import Issued

HERE = frozenset(("read",))
"""What whoever is on this machine may do where the rules name no token."""
_HASH = re.compile(r"[0-9a-f]{64}")
LONGEST = 8_192


@dataclass(frozen=True)
class Caller:
    """Somebody who is known, and what they may do."""

    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Return whether they have the scope; who has `admin` has every one."""
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True)
class Callers:
    """Who may ask: `hashes` of fixed tokens with whose they are, `issued` for those of an issuer."""

    hashes: Sequence[tuple[bytes, Caller]] = ()
    issued: Issued | None = None

    @classmethod
    def of(cls, rules: ServeRules, issued: Issued | None = None) -> Callers:
        """Return who the rules name. Raises RulesError for a variable that holds no hash."""
        return cls([(_hash(each.sha256, each.name), Caller(each.name, frozenset(each.scopes))) for each in rules.tokens], issued)  # fmt: skip

    @property
    def anybody(self) -> bool:
        """Whether the rules name nobody: then who is on this machine may read."""
        return not self.hashes and self.issued is None

    async def asked(self, request: Request, scope: str) -> Caller:
        """Return who asks. Raises RefusedError: 401 where nobody is known, 403 where they may not."""
        token = _token(request)
        if not token and self.anybody and scope in HERE:
            return Caller("", HERE)
        scheme = 'Basic realm="recon"' if request.url.path in ("", "/") or request.url.path.startswith("/page") else "Bearer"  # fmt: skip
        caller = await self._known(token) if token else None
        if caller is None:
            raise unauthorized("a token is wanted, one that is known and still holds" if not self.anybody else f"no token is named in the rules that may {scope}", scheme)  # fmt: skip
        if not caller.may(scope):
            raise RefusedError(403, f"this token may not do that: it lacks the scope '{scope}'")
        return caller

    async def _known(self, token: str) -> Caller | None:
        made = hashlib.sha256(token.encode()).digest()
        found = [caller for known, caller in self.hashes if hmac.compare_digest(known, made)]
        if found or self.issued is None or token.count(".") != 2:
            return found[0] if found else None
        told = await asyncio.to_thread(self.issued.read, token)
        return Caller(*told) if told else None


def _hash(named: str, whose: str) -> bytes:
    text = revealed(named, f"the token '{whose}'")
    if not _HASH.fullmatch(text):
        raise RulesError("what the variable holds is no SHA-256 in hex", f"the token '{whose}'", 'printf %s "$TOKEN" | sha256sum')  # fmt: skip
    return bytes.fromhex(text)


def _token(request: Request) -> str:
    """Return the bearer token of a request, or the password that a browser sends in its place; empty where there is none."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if len(rest) > LONGEST:
        return ""
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
