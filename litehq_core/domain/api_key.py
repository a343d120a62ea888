"""API keys, their scopes, and the actor that a key makes of a caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from litehq_core.domain.errors import AuthScopeInsufficient
from litehq_core.domain.workspace import Mode


class Scope(StrEnum):
    """What a key may do: ``<area>:read|write`` (write implies read), and two of their own."""

    CALENDAR_READ = "calendar:read"
    CALENDAR_WRITE = "calendar:write"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    COMPANIES_READ = "companies:read"
    COMPANIES_WRITE = "companies:write"
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    VISITORS_READ = "visitors:read"
    VISITORS_WRITE = "visitors:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    AUTH_READ = "auth:read"
    AUTH_WRITE = "auth:write"
    REFUNDS_OVERRIDE = "refunds:override"
    CALENDAR_FEED = "calendar:feed"


EVERY_SCOPE = frozenset(Scope)


@lru_cache(maxsize=1_024)
def with_implied(scopes: frozenset[Scope]) -> frozenset[Scope]:
    """The scopes and those they imply: writing implies reading."""
    implied = {
        Scope(scope.replace(":write", ":read")) for scope in scopes if scope.endswith(":write")
    }
    return scopes | implied


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A bearer credential; only the hash of its secret is kept.

    ``hint`` is the end of the secret, for people to tell keys apart. A key bound to a member or
    to companies sees only what is theirs.
    """

    id: str
    workspace_id: str
    name: str
    scopes: frozenset[Scope]
    secret_hash: str
    hint: str
    expires_at: datetime
    revoked_at: datetime | None = None
    member_id: str | None = None
    company_ids: frozenset[str] = frozenset()
    version: int = 1
    created_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether the key opens anything at ``now``."""
        return self.revoked_at is None and now < self.expires_at


def secret_text(mode: Mode, random_text: str) -> str:
    """A bearer secret: ``sk_live_…`` or ``sk_test_…``."""
    return f"sk_{mode}_{random_text}"


def hash_secret(secret: str) -> str:
    """SHA-256 in hex. The secret has 256 random bits, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who calls a use case, and what he may do. Every façade makes one; the core decides by it.

    Attributes:
        key_id: the API key, or a name such as ``system`` for workers.
        member_id, company_ids: the bounds of a bound key.
        expires_at: when the key ends; None for those who act without one.
    """

    workspace_id: str
    key_id: str
    scopes: frozenset[Scope]
    member_id: str | None = None
    company_ids: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    request_id: str | None = None

    @property
    def is_bound(self) -> bool:
        """Whether the actor sees only a member's or some companies' things."""
        return self.member_id is not None or bool(self.company_ids)

    def may(self, scope: Scope) -> bool:
        """Whether the actor holds ``scope``, itself or implied."""
        return scope in with_implied(self.scopes)

    def require(self, scope: Scope) -> None:
        """Refuse unless the actor holds ``scope``.

        Raises:
            AuthScopeInsufficient: it does not.
        """
        if not self.may(scope):
            raise AuthScopeInsufficient(scope)

    def require_operator(self, scope: Scope) -> None:
        """Refuse unless the actor holds ``scope`` and is bound to nobody.

        Raises:
            AuthScopeInsufficient: it does not, or it is.
        """
        self.require(scope)
        if self.is_bound:
            raise AuthScopeInsufficient(f"{scope} of an operator")

    def covers(self, key: ApiKey) -> bool:
        """Whether ``key`` is the actor's own, or bound at least as closely as the actor is."""
        if key.id == self.key_id:
            return True
        if self.member_id is not None and key.member_id != self.member_id:
            return False
        return not self.company_ids or bool(key.company_ids and key.company_ids <= self.company_ids)

    def reaches(self, *, member_id: str | None, company_id: str | None) -> bool:
        """Whether something owned so lies within the actor's bounds."""
        if self.member_id is not None and self.member_id != member_id:
            return False
        return not self.company_ids or company_id in self.company_ids


def system_actor(workspace_id: str, name: str = "system") -> Actor:
    """The actor of workers and of the command line: everything, in one workspace."""
    return Actor(workspace_id=workspace_id, key_id=name, scopes=EVERY_SCOPE)
