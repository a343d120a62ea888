"""Sealing secrets with AES-256-GCM, under a ring of keys.

A sealed secret is ``key id (4 bytes) · nonce (12 bytes) · ciphertext and tag``. The key id is
taken from the key itself, so that a ring needs no numbering, and it is authenticated too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from litehq_core.domain.errors import ServiceUnavailable

KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12


class AesGcmVault:
    """Implements ``ports.vault.Vault``.

    Args:
        keys: of 32 bytes each. The first seals, all of them unseal: to change the key, put the
            new one in front, and drop the old one once nothing is sealed with it.

    Raises:
        ValueError: no key, or one of another length.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a vault needs keys of {KEY_BYTES} bytes each")
        self._ring = {_key_id(key): AESGCM(key) for key in keys}
        self._sealing_id = _key_id(keys[0])

    @classmethod
    def from_text(cls, text: str) -> AesGcmVault:
        """A vault from keys in base64, separated by commas, as a setting holds them.

        Raises:
            ValueError: not base64, or not keys; the message does not hold them.
        """
        try:
            keys = [base64.b64decode(part, validate=True) for part in text.split(",")]
        except ValueError:
            raise ValueError("the vault's keys are not base64") from None
        return cls(keys)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._ring[self._sealing_id]
        return self._sealing_id + nonce + cipher.encrypt(nonce, plain, self._sealing_id)

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal` made.

        Raises:
            ServiceUnavailable: the key that sealed it is not at hand, or the bytes were changed.
        """
        key_id, rest = sealed[:_ID_BYTES], sealed[_ID_BYTES:]
        nonce, text = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        cipher = self._ring.get(key_id)
        if cipher is None or len(nonce) != _NONCE_BYTES:
            raise ServiceUnavailable("A stored secret cannot be read at the moment.")
        try:
            return cipher.decrypt(nonce, text, key_id)
        except InvalidTag:
            raise ServiceUnavailable("A stored secret cannot be read at the moment.") from None


def load_or_create_key(path: Path) -> bytes:
    """The key in a file, in base64; a new one if there is no file yet, for its owner's eyes only.

    Raises:
        ValueError: the file holds no key.
        OSError: it can be neither read nor written.
    """
    if not path.exists():
        _create_key(path)
    try:
        key = base64.b64decode(path.read_text("ascii").strip(), validate=True)
    except (binascii.Error, UnicodeDecodeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} holds no key of {KEY_BYTES} bytes in base64")
    return key


def _create_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made with mode 0600, and linked only once it is whole on the disk: of two processes that
    # start together one wins, and neither ever reads half a key.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"litehq vault key id" + key).digest()[:_ID_BYTES]
