"""How receivers know that a webhook request is ours (``contract.md``, Webhook requests).

Each request is signed twice. ``LiteHQ-Signature`` is what the published Calendar API shows: the
HMAC of the raw body, keyed with the text of the secret as it stands. The three ``webhook-…``
headers are those of Standard Webhooks 1.0; they also sign the id and the time, so that a request
that was listened to cannot be sent again for ever.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import utc_instant

SECRET_PREFIX = "whsec_"


def new_webhook_secret(random_text: str) -> str:
    """A secret in the form of Standard Webhooks: ``whsec_`` and the base64 of 32 bytes.

    Args:
        random_text: at least 256 random bits, such as ``ports.new_secret`` gives.
    """
    return SECRET_PREFIX + b64encode(hashlib.sha256(random_text.encode()).digest()).decode()


def signing_key(secret: str) -> bytes:
    """The key of the Standard Webhooks signature: what ``whsec_`` is the base64 of.

    A secret that somebody has chosen in another form counts by its UTF-8, all of it. A verifier
    that only takes ``whsec_…`` is given ``whsec_`` and the base64 of that.

    >>> signing_key("whsec_bGl0ZWhx"), signing_key("correct horse")
    (b'litehq', b'correct horse')
    """
    if secret.startswith(SECRET_PREFIX):
        encoded = secret.removeprefix(SECRET_PREFIX)
        try:
            # Verifiers take it without its padding too.
            key = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        except ValueError:
            key = b""
        if key:
            return key
    return secret.encode()


def signed_headers(
    secrets: Sequence[str],
    *,
    message_id: str,
    at: datetime,
    body: bytes,
    bare_secret: str | None = None,
) -> dict[str, str]:
    """The four headers that prove a request.

    Args:
        secrets: those that verify now, the newest first; two while one replaces another. The
            Standard Webhooks header holds a signature for each.
        message_id: the event's id, the same on every attempt.
        at: when it is sent.
        bare_secret: the one secret of ``LiteHQ-Signature``, which has room for one: the old one
            until the overlap ends. By default the first of ``secrets``.

    Raises:
        ValidationFailed: there is no secret at all, or ``at`` is without an offset from UTC.
    """
    if not secrets:
        raise ValidationFailed.of("secrets", "must hold at least one")
    bare = secrets[0] if bare_secret is None else bare_secret
    timestamp = str(int(utc_instant("at", at).timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "LiteHQ-Signature": hmac.new(bare.encode(), body, hashlib.sha256).hexdigest(),
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            f"v1,{b64encode(hmac.digest(signing_key(secret), signed, hashlib.sha256)).decode()}"
            for secret in secrets
        ),
    }
