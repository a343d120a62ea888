"""API keys as rows and back."""

from __future__ import annotations

from sqlalchemy import select

from litehq_app.sql.tables import API_KEYS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.api_key import ApiKey, Scope


class SqlApiKeys:
    """Implements ``ApiKeys``.

    Attributes:
        changed: whether a key that existed was written.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.changed = False

    async def get(self, key_id: str, *, lock: bool = False) -> ApiKey | None:
        """A key, revoked or not; with ``lock`` nobody else changes it meanwhile."""
        query = select(API_KEYS).where(self._unit.of(API_KEYS), API_KEYS.c.id == key_id)
        if lock:
            query = query.with_for_update(key_share=True)
        row = await self._unit.row(query)
        return api_key_of(row) if row else None

    async def add(self, key: ApiKey) -> None:
        """Insert a new key."""
        await self._unit.add(API_KEYS, api_key_values(key))

    async def save(self, key: ApiKey) -> None:
        """Write all of a key that exists."""
        self.changed = True
        await self._unit.save(API_KEYS, api_key_values(key))


def api_key_values(key: ApiKey) -> Values:
    """A key as a row."""
    return {
        "workspace_id": key.workspace_id,
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "secret_hash": key.secret_hash,
        "hint": key.hint,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "member_id": key.member_id,
        "company_ids": sorted(key.company_ids),
        "version": key.version,
        "created_at": key.created_at,
    }


def api_key_of(row: Values) -> ApiKey:
    """The inverse of :func:`api_key_values`."""
    return ApiKey(
        id=row["id"],
        workspace_id=row["workspace_id"],
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        secret_hash=row["secret_hash"],
        hint=row["hint"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        member_id=row["member_id"],
        company_ids=frozenset(row["company_ids"]),
        version=row["version"],
        created_at=row["created_at"],
    )
