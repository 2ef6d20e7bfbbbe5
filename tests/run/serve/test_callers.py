"""Tokens that somebody else issues: theirs, for recon, now, signed by a key of theirs alone; everything else is nobody's."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from recon.errors import RulesError
from recon.rules.service import ServeRules
from recon.run.serve import issued
from recon.run.serve.callers import Caller
from recon.run.serve.issued import Issued

KEY, OTHER = ECKey.generate_key("P-256", {"kid": "k1"}), ECKey.generate_key("P-256", {"kid": "k1"})
RULES = ServeRules(jwt_keys="keys.json", issuer="https://id.example.com", audience="recon")


@pytest.fixture
def reads(tmp_path):
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return Issued.of(RULES, tmp_path).read


def token(key=KEY, alg="ES256", **more):
    now = int(time.time())
    claims = {"iss": RULES.issuer, "aud": "recon", "sub": "erp", "exp": now + 300, "scope": "read recon.ingest shell"}
    told = {name: value for name, value in (claims | more).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "k1"}, told, key, algorithms=[alg])


def test_a_token_of_the_issuer_says_who_and_what(reads):
    assert reads(token()) == ("erp", frozenset({"read", "ingest"}))
    assert reads(token(aud=["other", "recon"], scope=None, roles=["admin"])) == ("erp", frozenset({"admin"}))
    assert reads(token(scope=None)) == ("erp", frozenset())


@pytest.mark.parametrize("claims", [{"exp": 1}, {"exp": None}, {"iss": "https://evil.example"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"nbf": 32503680000}], ids=str)  # fmt: skip
def test_a_token_that_is_old_anothers_or_for_another_is_nobodys(reads, claims):
    assert reads(token(**claims)) is None


def test_a_signature_that_is_not_by_the_key_is_nobodys(reads):
    whole = token()
    head, body, _ = whole.split(".")
    confused = f"eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.{body}"  # {"alg":"HS256","kid":"k1"}, signed with the public key
    made = urlsafe_b64encode(hmac.digest(KEY.as_pem(private=False), confused.encode(), "sha256")).decode().rstrip("=")
    none = "eyJhbGciOiJub25lIn0." + body + "."
    for bad in (
        token(OTHER),
        none,
        f"{head}.{body}.",
        whole[:-3] + "AAA",
        f"{confused}.{made}",
        "a.b.c",
        "..",
        "é.é.é",
    ):
        assert reads(bad) is None


def test_a_key_set_by_address_is_kept_and_asked_again_for_a_key_that_is_new(monkeypatch, tmp_path):
    sets, asked = [[OTHER], [OTHER, RSAKey.generate_key(2048, {"kid": "r"}), KEY]], []

    def content(where):
        asked.append(where)
        return json.dumps({"keys": [key.as_dict(private=False) for key in sets[min(len(asked), 2) - 1]]}).encode()

    monkeypatch.setattr(issued, "_content", content)
    one = Issued.of(ServeRules(jwt_keys="https://id.example.com/jwks", issuer=RULES.issuer, audience="recon"), tmp_path)
    assert asked == []
    assert one.read(token()) is None
    one._at -= issued.AGAIN + 1
    sets[1].remove(OTHER)
    assert one.read(token()) == ("erp", frozenset({"read", "ingest"}))
    one.read(token())
    assert len(asked) == 2


def test_a_file_of_keys_that_is_none_is_told_before_anything_listens(tmp_path):
    for content in ("{}", "no JSON", '{"keys": [{"kty": "odd"}]}'):
        (tmp_path / "keys.json").write_text(content)
        with pytest.raises(RulesError, match="key set cannot be read"):
            Issued.of(RULES, tmp_path)


def test_admin_may_all_and_others_what_they_have():
    assert all(Caller("a", frozenset({"admin"})).may(scope) for scope in ("read", "bank", "ingest"))
    assert [Caller("r", frozenset({"read"})).may(scope) for scope in ("read", "bank", "ingest")] == [True, False, False]
