"""The `store` and `serve` sections of the rules: where what outlasts a run is kept, and who may ask for it."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = ("read", "bank", "ingest", "admin")
"""What a token may allow."""


@dataclass(frozen=True)
class StoreRules:
    """Where the store is, relative to the rules file, and where its master key comes from (RECON_KEY goes before both)."""

    path: str
    key_file: str = ""
    key_command: str = ""


@dataclass(frozen=True)
class ServeToken:
    """A bearer token by its hash (SHA-256 in hex, or `${NAME}`), and what who has it may do."""

    name: str
    sha256: str
    scopes: tuple[str, ...] = ("read",)


@dataclass(frozen=True)
class ServeRules:
    """Who may ask `recon serve`, and by which certificate it is known; files are relative to the rules file.

    `clients`: the authorities of whose certificates a client needs one. `jwt_keys`: a file or address of a JSON Web Key Set.
    """

    certificate: str = ""
    key: str = ""
    clients: str = ""
    tokens: tuple[ServeToken, ...] = ()
    jwt_keys: str = ""
    issuer: str = ""
    audience: str = ""
