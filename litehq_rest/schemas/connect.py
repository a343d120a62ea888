"""The shape of the connection to the payment provider."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.connect import ConnectStatus
from litehq_rest.schemas.shape import Instant, Shape


class Connect(Shape, kw_only=True, forbid_unknown_fields=True):
    """How the workspace is connected to the payment provider, and a link to go on with."""

    object: Literal["connect"]
    provider: str
    status: ConnectStatus
    account_id: str | None
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    requirements: list[str]
    onboarding_url: str | None
    onboarding_expires_at: Instant | None
