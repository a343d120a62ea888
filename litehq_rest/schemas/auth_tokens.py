"""The shapes of API tokens."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.api_key import Scope
from litehq_rest.schemas.shape import Instant, Shape


class ApiToken(Shape, kw_only=True, forbid_unknown_fields=True):
    """An API token; ``hint`` is the end of its secret."""

    id: str
    object: Literal["api_token"]
    version: int
    name: str
    scopes: list[Scope]
    hint: str
    member_id: str | None
    company_ids: list[str]
    expires_at: Instant
    revoked_at: Instant | None
    created_at: Instant


class MintedApiToken(ApiToken, kw_only=True, forbid_unknown_fields=True):
    """A new API token, with the secret that is shown this once."""

    secret: str


class ApiTokenPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of API tokens."""

    data: list[ApiToken]
    next_cursor: str | None
