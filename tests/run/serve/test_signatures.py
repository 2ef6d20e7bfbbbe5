"""What senders sign: the examples of their own documentation, and what is no signature of theirs."""

from __future__ import annotations

import base64
import time

import pytest

pytest.importorskip("starlette")

from recon.errors import RulesError
from recon.rules.feed import Feed, WebhookFeed
from recon.rules.pulled import Fetch
from recon.rules.rule import Source
from recon.run.serve.refused import RefusedError
from recon.run.serve.signatures import UNTIMED, refuse_untimed, secrets_of, verified
from tests.kit.service import github, quickbooks, standard, stripe, xero

BODY = b'{"test": 2432232314}'
SECRET = b"o" * 32
SIGN = {"stripe": stripe, "github": github, "xero": xero, "quickbooks": quickbooks}


def headers(**told):
    return {name.replace("_", "-"): value for name, value in told.items()}


def test_the_example_of_standard_webhooks_is_theirs():
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,bm9ldHUjKzFob2VudXRob2VodWUzMjRvdWVvdW9ldQo= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}  # fmt: skip
    assert verified("standard", told, BODY, [key], 1614265330) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_the_example_of_github_is_theirs():
    told = {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    assert verified("github", told, b"Hello, World!", [b"It's a Secret to Everybody"], 0) == ""


@pytest.mark.parametrize("style", SIGN)
def test_a_changed_body_another_secret_and_no_signature_are_refused(style):
    told = headers(**SIGN[style](BODY))
    verified(style, told, BODY, [b"n" * 32, SECRET], time.time())
    for given, body, secret in ((told, BODY + b" ", SECRET), (told, BODY, b"n" * 32), ({}, BODY, SECRET)):
        with pytest.raises(RefusedError) as refused:
            verified(style, given, body, [secret], time.time())
        assert refused.value.status == 401


@pytest.mark.parametrize("off", [-301, 301])
@pytest.mark.parametrize(("style", "sign"), [("stripe", stripe), ("standard", lambda b, at: standard(b, "m", at, SECRET))])  # fmt: skip
def test_a_time_that_is_off_is_refused_although_it_is_signed(style, sign, off):
    verified(style, headers(**sign(BODY, 1000)), BODY, [SECRET], 1000 + off - off // 301)
    with pytest.raises(RefusedError, match="5 minutes"):
        verified(style, headers(**sign(BODY, 1000)), BODY, [SECRET], 1000 + off)


@pytest.mark.parametrize("stamp", ["", "soon", "1e9", "-5", "9" * 13, "١٢"])
def test_a_time_that_is_none_is_refused(stamp):
    told = headers(**standard(BODY, "m", 1000, SECRET)) | {"webhook-timestamp": stamp}
    with pytest.raises(RefusedError):
        verified("standard", told, BODY, [SECRET], 1000)


def test_stripe_messages_are_told_apart_by_what_was_signed():
    ids = {verified("stripe", headers(**stripe(BODY, at)), BODY, [SECRET], 1000) for at in (1000, 1001, 1000)}
    assert len(ids) == 2


def feed(style, secret="${HOOK}", **more):
    return Feed("f", "orders", Source("orders"), webhook=WebhookFeed("/hooks/f", (secret,), style), **more)


@pytest.mark.parametrize("style", UNTIMED)
def test_a_style_that_signs_no_time_needs_a_version_or_an_event_id(style):
    with pytest.raises(RulesError, match="signs no time"):
        refuse_untimed(feed(style))
    refuse_untimed(feed(style, version="rev"))
    refuse_untimed(feed(style, event_id="id"))
    refuse_untimed(feed(style, fetch=Fetch("https://erp.example.com/{id}")))  # an old notice does no harm


@pytest.mark.parametrize(("style", "secret", "why"), [("standard", "not base64!", "Base64"), ("github", "short", "16"), ("standard", "", "not set")])  # fmt: skip
def test_a_bad_secret_is_told_and_not_repeated(monkeypatch, style, secret, why):
    monkeypatch.setenv("HOOK", secret)
    with pytest.raises(RulesError, match=why) as refused:
        secrets_of(feed(style))
    assert not secret or secret not in str(refused.value)
