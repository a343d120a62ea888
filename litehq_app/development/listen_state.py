"""What ``litehq listen`` remembers of a server: the secret that it signs with, and its place."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from litehq_core.domain.webhook_signing import SECRET_PREFIX, new_webhook_secret

FOLDER = Path(".litehq") / "listen"


@dataclass(slots=True)
class ListenState:
    """The file, one for each server.

    Attributes:
        cursors: where to go on, by a fingerprint of the key: each key sees a log of its own.
        is_new: whether the secret was made just now.
    """

    path: Path
    secret: str = field(repr=False)
    cursors: dict[str, str]
    is_new: bool = False

    @classmethod
    def of(cls, address: str, home: Path) -> ListenState:
        """What is known of the server at ``address``; with a fresh secret if that is nothing."""
        slug = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:60]
        path = home / FOLDER / f"{slug}-{_fingerprint(address)[:8]}.json"
        try:
            known = json.loads(path.read_text())
            secret, cursors = known["secret"], known["cursors"]
        except (OSError, ValueError, KeyError, TypeError):
            secret, cursors = None, None
        if isinstance(secret, str) and secret.startswith(SECRET_PREFIX):
            kept = cursors if isinstance(cursors, dict) else {}
            return cls(path, secret, {str(key): str(cursor) for key, cursor in kept.items()})
        state = cls(path, new_webhook_secret(secrets.token_hex(32)), {}, is_new=True)
        state._write()
        return state

    def cursor(self, key: str) -> str | None:
        """Where the holder of a key left off."""
        return self.cursors.get(_fingerprint(key))

    def keep_cursor(self, key: str, cursor: str | None) -> None:
        """Write down where he is; None: he begins anew."""
        if cursor == self.cursor(key):
            return
        if cursor is None:
            self.cursors.pop(_fingerprint(key), None)
        else:
            self.cursors[_fingerprint(key)] = cursor
        self._write()

    def _write(self) -> None:
        """In one step, so that a half-written file is never read; for the owner's eyes alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        text = json.dumps({"secret": self.secret, "cursors": self.cursors}, indent=2)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            file.write(text)
        draft.replace(self.path)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
