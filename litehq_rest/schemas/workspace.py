"""The shape of the workspace."""

from __future__ import annotations

from typing import Literal

import msgspec

from litehq_core.domain.welcome import WelcomeKind
from litehq_core.domain.workspace import Mode
from litehq_rest.schemas.shape import Instant, Shape


class WelcomeStep(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step of the welcome of a new company, with the fields that belong to its kind.

    ``mail`` (subject, text) writes to the billing contact, ``invite`` (tier) makes him the first
    member, and ``grant`` (tokens) gives that member tokens.
    """

    kind: WelcomeKind
    subject: str | msgspec.UnsetType = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    tier: str | msgspec.UnsetType = msgspec.UNSET
    tokens: int | msgspec.UnsetType = msgspec.UNSET


class Workspace(Shape, kw_only=True, forbid_unknown_fields=True):
    """The operator: what it is called, and its settings."""

    id: str
    object: Literal["workspace"]
    version: int
    name: str
    mode: Mode
    hold_minutes: int
    offer_minutes: int
    invoice_due_days: int
    welcome: list[WelcomeStep]
    created_at: Instant
