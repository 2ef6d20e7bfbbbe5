"""Where the service listens and how it is reached; what would lay it open is refused before anything listens."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.run.serve.callers import Callers
from recon.run.serve.issued import Issued

if TYPE_CHECKING:
    from recon.rules.rule import Rules

PORT = 8377
NAMES_HERE = frozenset(("localhost", "127.0.0.1", "[::1]", "::1"))


@dataclass(frozen=True)
class Settings:
    """Where to listen. `behind_proxy`: another server ends TLS and forwards what it is asked."""

    host: str = "127.0.0.1"
    port: int = PORT
    behind_proxy: bool = False

    @property
    def is_here(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def address(self, port: int, *, tls: bool) -> str:
        """Return the address of the page."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if tls else 'http'}://{host}:{port}/"


def callers_of(settings: Settings, rules: Rules) -> Callers:
    """Return who may ask. Raises RulesError where strangers could reach the service in clear, or without a token."""
    callers = Callers.of(rules.serve, Issued.of(rules.serve, rules.path.parent))
    reached = settings.behind_proxy or not settings.is_here
    if not settings.is_here and not rules.serve.certificate and not settings.behind_proxy:
        hint = "Name a certificate (serve: {tls: {certificate: cert.pem, key: key.pem}}), or put a proxy with one before it and say --behind-proxy."  # fmt: skip
        raise RulesError("others could read what is sent: there is no certificate", f"--host {settings.host}", hint)
    if reached and callers.anybody:
        hint = 'Add serve: {tokens: [{name: ..., sha256: ..., scopes: [read]}]}; the hash is that of `printf %s "$TOKEN" | sha256sum`.'  # fmt: skip
        raise RulesError("anybody could ask: the rules name no token", f"--host {settings.host}" if not settings.behind_proxy else "--behind-proxy", hint)  # fmt: skip
    return callers


def tls_of(rules: Rules) -> ssl.SSLContext | None:
    """Return how TLS is spoken: 1.3 and nothing older. Raises RulesError where certificate and key do not make a pair."""
    told, folder = rules.serve, rules.path.parent
    if not told.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(folder / told.certificate, folder / told.key, password=_no_password)
        if told.clients:
            context.load_verify_locations(folder / told.clients)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise RulesError(f"the certificate cannot be used: {getattr(error, 'reason', '') or getattr(error, 'strerror', '') or error}", str(folder / told.certificate), "PEM files, the key without a password.") from None  # fmt: skip
    return context


def _no_password() -> str:
    raise ValueError("the key has a password")


def listener(settings: Settings) -> socket.socket:
    """Return the socket that listens. Raises OutputError where the port is taken, or the host is not this machine's."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        raise OutputError(f"it cannot listen there: {error.strerror}", f"{settings.host}:{settings.port}", "Name another port: --port 8378.") from None  # fmt: skip
