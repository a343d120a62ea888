"""The rooms, prices, people and keys of the house's two workspaces."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from litehq_core.domain.api_key import EVERY_SCOPE, ApiKey, Scope, hash_secret
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.company import BillingTerms
from litehq_core.domain.lots import Lot
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Catalogued
from tests.behaviour import keys
from tests.domain import samples

WORKSPACE = "ws_soho"
OTHER_WORKSPACE = "ws_other"
FURNISHED = datetime(2026, 1, 1, tzinfo=UTC)

# Everything here keeps its rules in the tests' plain sight: 07:00–22:00 in London, a 30-minute
# grid, 30 minutes to 12 hours, 90 days ahead, edits until an hour before, unless said otherwise.
SOHO = samples.location(id="loc_soho", workspace_id=WORKSPACE)


def _room(room_id: str, name: str, **fields: Any) -> Room:
    return replace(
        samples.room(id=room_id, name=name, workspace_id=WORKSPACE, location=SOHO), **fields
    )


ROOMS = (
    _room("rm_atrium", "Atrium"),
    _room("rm_studio", "Studio", capacity=10),
    # Another room with the Atrium's prices, to move to.
    _room("rm_annex", "Annex"),
    # For two residents at a time, with a gap between bookings, for four hours at most.
    _room(
        "rm_quiet",
        "Quiet room",
        capacity=2,
        slot_minutes=15,
        buffer_minutes=15,
        rules=BookingRules(min_minutes=60, max_minutes=240, allowed_tiers=frozenset({"resident"})),
    ),
    # Booked two hours ahead, within a week; edits close a day before.
    _room(
        "rm_loft",
        "Loft",
        rules=BookingRules(lead_minutes=120, horizon_days=7, edit_window_minutes=24 * 60),
    ),
    # Open day and night, free of charge (no rate card), edits until the start.
    _room(
        "rm_night",
        "Night desk",
        opening_hours=OpeningHours.every_day(0, 24 * 60),
        rules=BookingRules(edit_window_minutes=0, horizon_days=365),
    ),
    _room("rm_closed", "Closed room", active=False),
)


def _card(room_id: str, hourly_minor: int, *modes: BillingMode) -> RateCard:
    tokens = 2 if BillingMode.TOKENS in modes else None
    return samples.rate_card(
        id=f"rc_{room_id[3:]}",
        workspace_id=WORKSPACE,
        room_id=room_id,
        hourly_minor=hourly_minor,
        tokens_per_hour=tokens,
        billing_modes=frozenset(modes),
    )


CARDS = (
    _card("rm_atrium", 4000, *BillingMode),
    _card("rm_annex", 4000, *BillingMode),
    _card("rm_studio", 5600, BillingMode.CARD),
    _card("rm_quiet", 4000, *BillingMode),
    _card("rm_loft", 2000, *BillingMode),
)

COMPANIES = (
    samples.company(id="co_northwind", workspace_id=WORKSPACE, name="Northwind"),
    samples.company(
        id="co_contoso", workspace_id=WORKSPACE, name="Contoso", billing_terms=BillingTerms.CARD
    ),
)


def _member(name: str, tier: str = "resident", **fields: Any) -> Catalogued:
    first = name.split("_", maxsplit=1)[0]
    member = samples.member(
        id=f"mem_{name}",
        workspace_id=WORKSPACE,
        name=first.title(),
        email=f"{first}@example.com",
        tier=tier,
    )
    return replace(member, **fields)


MEMBERS = (
    _member("lina_p"),
    _member("jonas_k", "flex"),
    _member("nadia_n", company_id="co_northwind"),
    _member("noor_n", "flex", company_id="co_northwind"),
    _member("carl_c", company_id="co_contoso"),
    _member("olga_o", status=MemberStatus.SUSPENDED),
)

# Tokens to spend, by member; the others have none.
TOKENS = {"mem_lina_p": 20, "mem_carl_c": 4, "mem_nadia_n": 10}

# A stranger's workspace, with an Atrium of its own: ids are unique within a workspace only.
_ELSEWHERE = samples.location(id="loc_cellar", workspace_id=OTHER_WORKSPACE)
STRANGERS = (
    samples.workspace(id=OTHER_WORKSPACE, name="Other"),
    _ELSEWHERE,
    samples.room(id="rm_cellar", workspace_id=OTHER_WORKSPACE, location=_ELSEWHERE),
    samples.room(id="rm_atrium", workspace_id=OTHER_WORKSPACE, location=_ELSEWHERE),
    samples.member(id="mem_stranger", workspace_id=OTHER_WORKSPACE),
)


def catalogue(workspace_id: str) -> tuple[Catalogued, ...]:
    """What a workspace is furnished with."""
    if workspace_id == OTHER_WORKSPACE:
        return STRANGERS
    workspace = samples.workspace(id=WORKSPACE)
    return (workspace, SOHO, *ROOMS, *CARDS, *COMPANIES, *MEMBERS)


def lots(workspace_id: str) -> list[Lot]:
    """The tokens that members begin with."""
    if workspace_id == OTHER_WORKSPACE:
        return []
    return [
        samples.lot(
            id=f"lot_{member_id[4:]}",
            workspace_id=workspace_id,
            member_id=member_id,
            granted=amount,
            created_at=FURNISHED,
        )
        for member_id, amount in TOKENS.items()
    ]


_CALENDAR = frozenset({Scope.CALENDAR_READ, Scope.CALENDAR_WRITE})
_NOW = samples.NOW


def _key(secret: str, **fields: Any) -> ApiKey:
    plain = samples.api_key(
        id=f"tok_{secret.removeprefix('sk_live_')}",
        workspace_id=WORKSPACE,
        scopes=EVERY_SCOPE,
        secret_hash=hash_secret(secret),
        hint=secret[-4:],
    )
    return replace(plain, **fields)


KEYS = (
    _key(keys.FULL),
    _key(keys.SECOND),
    _key(keys.READ_ONLY, scopes=frozenset({Scope.CALENDAR_READ})),
    _key(keys.MEMBERS_ONLY, scopes=frozenset({Scope.MEMBERS_WRITE})),
    _key(keys.LINA, scopes=_CALENDAR, member_id="mem_lina_p"),
    _key(
        keys.LINA_WITH_OVERRIDE,
        scopes=_CALENDAR | {Scope.REFUNDS_OVERRIDE},
        member_id="mem_lina_p",
    ),
    _key(keys.NORTHWIND, scopes=_CALENDAR, company_ids=frozenset({"co_northwind"})),
    # It ran out at this very second.
    _key(keys.EXPIRED, expires_at=_NOW),
    _key(keys.REVOKED, revoked_at=_NOW - timedelta(days=1)),
)


def api_keys(workspace_id: str) -> tuple[ApiKey, ...]:
    """The keys of a workspace."""
    if workspace_id == OTHER_WORKSPACE:
        return (_key(keys.STRANGER, workspace_id=OTHER_WORKSPACE),)
    return KEYS
