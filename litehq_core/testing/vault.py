"""A vault made of the standard library alone. NOT FOR PRODUCTION."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from itertools import count

from litehq_core.domain.errors import ServiceUnavailable

_NONCE_BYTES = 16
_TAG_BYTES = 32


class MemoryVault:
    """Encrypt-then-MAC with HMAC-SHA256 as the key stream. NOT FOR PRODUCTION.

    It has the shape of a vault (sealing twice differs, tampering is refused), but nobody has
    reviewed it as cryptography, and by default its key dies with the process.
    """

    def __init__(self, key: bytes | None = None) -> None:
        key = secrets.token_bytes(32) if key is None else key
        self._stream_key = hmac.digest(key, b"stream", hashlib.sha256)
        self._tag_key = hmac.digest(key, b"tag", hashlib.sha256)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = nonce + self._mixed(nonce, plain)
        return body + self._tag(body)

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal` made.

        Raises:
            ServiceUnavailable: another key sealed it, or the bytes were changed.
        """
        body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise ServiceUnavailable("A stored secret cannot be read at the moment.")
        return self._mixed(body[:_NONCE_BYTES], body[_NONCE_BYTES:])

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._tag_key, body, hashlib.sha256)

    def _mixed(self, nonce: bytes, text: bytes) -> bytes:
        """``text`` exclusive-or the key stream; applied twice it is ``text`` again."""
        stream = bytearray()
        for block in count():
            if len(stream) >= len(text):
                break
            stream += hmac.digest(self._stream_key, nonce + block.to_bytes(8), hashlib.sha256)
        return bytes(a ^ b for a, b in zip(text, stream, strict=False))
