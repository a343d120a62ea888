"""Secrets that must be read again are kept sealed."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Authenticated encryption with a key of the installation."""

    def seal(self, plain: bytes) -> bytes:
        """Encrypt."""

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal` made.

        Raises:
            ServiceUnavailable: the key that sealed it is not at hand, or the bytes were changed.
        """
