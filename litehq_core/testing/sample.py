"""A small house to try things in: one location, two rooms, two members."""

from __future__ import annotations

from datetime import UTC, date, datetime

from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Room
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.ports.transaction import Catalogued

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
STANDARD = CancellationPolicy(
    name="standard",
    steps=(
        CancellationStep(minutes_before=24 * 60, refund_percent=100),
        CancellationStep(minutes_before=2 * 60, refund_percent=50),
    ),
)


def sample_catalogue(workspace_id: str = "ws_sample") -> list[Catalogued]:
    """What ``import_catalogue`` takes: open 07:00–22:00 in London, every day.

    ``rm_atrium`` costs GBP 40.00 or 2 tokens an hour, ``rm_studio`` GBP 56.00 by card only;
    ``mem_lina_p`` and ``mem_jonas_k`` have no tokens until they are granted some.
    """
    soho = Location(
        id="loc_soho",
        workspace_id=workspace_id,
        name="Soho",
        timezone="Europe/London",
        currency="GBP",
        opening_hours=OpeningHours.every_day(7 * 60, 22 * 60),
        created_at=CREATED,
        updated_at=CREATED,
    )
    return [
        Workspace(id=workspace_id, name="Sample", mode=Mode.TEST, created_at=CREATED),
        soho,
        _room(soho, "rm_atrium", "Atrium", 8),
        _room(soho, "rm_studio", "Studio", 6),
        _card(soho, "rm_atrium", 4000, 2),
        _card(soho, "rm_studio", 5600, None),
        _member(workspace_id, "mem_lina_p", "Lina P"),
        _member(workspace_id, "mem_jonas_k", "Jonas K"),
    ]


def _room(location: Location, room_id: str, name: str, capacity: int) -> Room:
    return Room(
        id=room_id,
        workspace_id=location.workspace_id,
        location=location,
        name=name,
        capacity=capacity,
        created_at=CREATED,
        updated_at=CREATED,
    )


def _card(location: Location, room_id: str, hourly_minor: int, tokens: int | None) -> RateCard:
    modes = {BillingMode.CARD} if tokens is None else set(BillingMode)
    return RateCard(
        id=f"rc_{room_id.removeprefix('rm_')}",
        workspace_id=location.workspace_id,
        room_id=room_id,
        currency=location.currency,
        effective_from=date(2026, 1, 1),
        hourly_minor=hourly_minor,
        tokens_per_hour=tokens,
        billing_modes=frozenset(modes),
        cancellation=STANDARD,
        created_at=CREATED,
    )


def _member(workspace_id: str, member_id: str, name: str) -> Member:
    return Member(
        id=member_id,
        workspace_id=workspace_id,
        email=f"{member_id.removeprefix('mem_').replace('_', '.')}@example.com",
        name=name,
        tier="core",
        company_id=None,
        status=MemberStatus.ACTIVE,
        created_at=CREATED,
        updated_at=CREATED,
    )
