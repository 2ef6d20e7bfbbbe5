"""The `serve` section: who may ask the service, and by which certificate it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.rules.service import SCOPES, ServeRules, ServeToken
from recon.rules.written.kinds import Choice, Text, refused
from recon.rules.written.named import refuse_same_name
from recon.rules.written.sections import Field, Many, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section

_HASH = Text(
    "a SHA-256 in hex",
    r"[0-9a-f]{64}|\$\{[A-Za-z_][A-Za-z0-9_]*\}",
    'The hash of the token, never the token: `printf %s "$TOKEN" | sha256sum`, or ${NAME} of a variable that holds it.',
)
_TOKEN = Record(
    "a token",
    {
        "name": Field(Text("a name"), "Whose it is, as the log says it.", "Give it a name: name: dashboard"),
        "sha256": Field(_HASH, "The hash of the token.", "Add sha256: ..."),
        "scopes": Field(
            Many(Choice("a scope", SCOPES), or_one=True),
            "read; bank: bank details and VAT ids, too; ingest: push documents; admin: all. read by default.",
        ),
    },
    lambda _, values: ServeToken(**values),
)
_TLS = Record(
    "tls",
    {
        "certificate": Field(Text("a file"), "The certificate with its chain (PEM).", "Add certificate: cert.pem"),
        "key": Field(Text("a file"), "Its key (PEM).", "Add key: key.pem"),
        "clients": Field(Text("a file"), "Authorities (PEM): a client needs a certificate of theirs."),
    },
    lambda _, values: values,
)
_JWT = Record(
    "jwt",
    {
        "keys": Field(
            Text("a file or an address"), "The key set of who issues tokens (JWKS).", "Add keys: https://..."
        ),
        "issuer": Field(Text("an issuer"), "Who must have issued a token (iss).", "Add issuer: https://..."),
        "audience": Field(Text("an audience"), "Whom a token must be for (aud).", "Add audience: recon"),
    },
    lambda _, values: {"jwt_keys": values["keys"], "issuer": values["issuer"], "audience": values["audience"]},
)


def _serve(found: Section, values: dict[str, Any]) -> ServeRules:
    told = ServeRules(**values.pop("tls", {}), **values.pop("jwt", {}), **values)
    if told.jwt_keys.startswith("http://"):
        raise refused(found.at("jwt"), "keys come over https, or from a file", "Write keys: https://...")
    return told


SERVE = Record(
    "the service",
    {
        "tls": Field(
            _TLS, "The certificate of the service; without one it is reached from this machine or by a proxy."
        ),
        "tokens": Field(Many(_TOKEN, check=refuse_same_name), "Fixed bearer tokens, by their hashes."),
        "jwt": Field(_JWT, "Bearer tokens that somebody else issues (OAuth 2.0)."),
    },
    _serve,
)
