"""Signatures of webhook requests, checked by what receivers check them with."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from litehq_core import ValidationFailed, new_webhook_secret, signed_headers
from litehq_core.domain.webhook_signing import signing_key

BODY = '{"type":"booking.confirmed","note":"Grüße"}'.encode()
SECRET = new_webhook_secret("a" * 64)
OTHER = new_webhook_secret("b" * 64)


def now() -> datetime:
    """The verifier takes only what is five minutes old at most."""
    return datetime.now(UTC)


def headers_of(*secrets: str, bare: str | None = None, body: bytes = BODY) -> dict[str, str]:
    """What a request of this moment carries."""
    return signed_headers(secrets, message_id="evt_1", at=now(), body=body, bare_secret=bare)


def accepts(secret: str | bytes, headers: dict[str, str], body: bytes = BODY) -> bool:
    """Whether the reference verifier of Standard Webhooks takes the request."""
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_new_secret_is_whsec_and_32_bytes() -> None:
    assert SECRET.startswith("whsec_")
    assert len(b64decode(SECRET.removeprefix("whsec_"), validate=True)) == 32
    assert SECRET != OTHER


def test_the_bare_header_is_keyed_with_the_whole_text_of_the_secret() -> None:
    """contract.md: "hex HMAC-SHA256 of the raw body keyed with the UTF-8 of the whole secret"."""
    expected = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    assert headers_of(SECRET)["LiteHQ-Signature"] == expected


def test_standard_webhooks_accepts_and_misses_no_change() -> None:
    headers = headers_of(SECRET)
    assert accepts(SECRET, headers)
    assert not accepts(OTHER, headers)
    assert not accepts(SECRET, headers, BODY.replace(b"confirmed", b"cancelled"))
    assert not accepts(SECRET, {**headers, "webhook-id": "evt_2"})
    later = str(int(headers["webhook-timestamp"]) + 1)
    assert not accepts(SECRET, {**headers, "webhook-timestamp": later})


def test_while_one_secret_replaces_another_both_verify() -> None:
    headers = headers_of(SECRET, OTHER, bare=OTHER)
    assert accepts(SECRET, headers)
    assert accepts(OTHER, headers)
    assert headers["LiteHQ-Signature"] == headers_of(OTHER)["LiteHQ-Signature"]
    assert headers_of(SECRET, OTHER)["LiteHQ-Signature"] == headers_of(SECRET)["LiteHQ-Signature"]


@pytest.mark.parametrize(
    "secret", ["correct horse", "Grüße", "whsec_", "whsec_not base64!", "aGk="]
)
def test_a_secret_of_another_form_counts_by_its_letters(secret: str) -> None:
    assert signing_key(secret) == secret.encode()
    headers = headers_of(secret)
    assert accepts(secret.encode(), headers)
    assert accepts(f"whsec_{b64encode(secret.encode()).decode()}", headers)


def test_padding_may_be_left_out_of_a_secret() -> None:
    assert signing_key(SECRET.rstrip("=")) == signing_key(SECRET)


def test_a_body_is_signed_as_bytes() -> None:
    body = bytes(range(256))
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers_of(SECRET, body=body)["LiteHQ-Signature"] == expected


def test_what_cannot_be_signed_is_refused_by_field() -> None:
    with pytest.raises(ValidationFailed, match="secrets"):
        headers_of()
    with pytest.raises(ValidationFailed, match="at: must have an offset"):
        signed_headers([SECRET], message_id="evt_1", at=now().replace(tzinfo=None), body=BODY)
