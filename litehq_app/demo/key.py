"""The demo workspace's API key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

from litehq_app.demo.catalogue import WORKSPACE_ID
from litehq_app.demo.seed import demo_actor
from litehq_app.settings import DEMO_KEY_ID, Settings
from litehq_core.domain.api_key import EVERY_SCOPE, ApiKey, hash_secret, secret_text
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.records import api_token_record, snapshot
from litehq_core.domain.workspace import Mode
from litehq_core.ports.ports import Ports

_LIFETIME = timedelta(days=3650)


def demo_secret(settings: Settings, key: bytes) -> str:
    """``LITEHQ_DEMO_KEY``, or else a key that follows from the installation's own.

    So it is the same at every start, differs between installations, opens the demo workspace
    alone, and is written down nowhere. ``key`` cannot be told from it.
    """
    if settings.demo_key is not None:
        return settings.demo_key.get_secret_value()
    digest = hmac.digest(key, b"litehq demo key", hashlib.sha256)
    return secret_text(Mode.TEST, f"demo_{digest.hex()[:40]}")


async def ensure_demo_key(ports: Ports, secret: str) -> bool:
    """Let ``secret`` open the demo workspace, in place of the demo key before it.

    Written without ``mint_api_token``, which draws the secret itself.

    Returns:
        False if this very key was revoked: then it stays so.
    """
    async with ports.begin(demo_actor()) as tx:
        known = await tx.api_keys.get(DEMO_KEY_ID)
        if known is not None and known.secret_hash == hash_secret(secret):
            return known.is_live(tx.now)
        key = ApiKey(
            id=DEMO_KEY_ID,
            workspace_id=WORKSPACE_ID,
            name="Demo",
            scopes=EVERY_SCOPE,
            secret_hash=hash_secret(secret),
            hint=secret[-4:],
            expires_at=tx.now + _LIFETIME,
            created_at=tx.now,
        )
        if known is None:
            await tx.api_keys.add(key)
        else:
            key = replace(key, version=known.version + 1)
            await tx.api_keys.save(key)
        tx.emit(
            EventDraft(
                type=EventType.API_TOKEN_CREATED,
                subject_id=key.id,
                sequence=key.version,
                object=snapshot(api_token_record(key)),
            )
        )
        return True
