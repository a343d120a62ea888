"""What bookings refer to: the workspace, its rooms, prices and people, as rows and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select

from litehq_app.sql.places import blackout_values, location_values
from litehq_app.sql.rooms import part_values, room_values
from litehq_app.sql.tables import (
    BLACKOUTS,
    COMPANIES,
    LOCATION_BLACKOUTS,
    LOCATIONS,
    MEMBERS,
    RATE_CARDS,
    ROOM_PARTS,
    ROOMS,
    WORKSPACES,
)
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.company import (
    BillingTerms,
    Company,
    read_address,
    read_billing_contact,
)
from litehq_core.domain.errors import NotFound
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.price_rules import PriceRules, PricingOverride
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.welcome import read_welcome_steps
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.ports.transaction import Catalogued


class SqlCatalogue:
    """Implements ``Catalogue``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, item: Catalogued) -> None:
        """Insert something new.

        Raises:
            AlreadyExists: its id or its natural key is taken.
        """
        table, to_values = _KINDS[type(item)]
        if isinstance(item, Blackout) and item.location_id is not None:
            table = LOCATION_BLACKOUTS
        await self._unit.add(table, to_values(item))
        if isinstance(item, Room) and item.parts:
            await self._unit.run(insert(ROOM_PARTS), part_values(item))

    async def workspace(self) -> Workspace:
        """The transaction's own workspace.

        Raises:
            NotFound: it was never added.
        """
        row = await self._unit.row(select(WORKSPACES).where(self._unit.of(WORKSPACES)))
        if row is None:
            raise NotFound("workspace")
        return workspace_of(row)

    async def member(self, member_id: str) -> Member | None:
        """A member by id."""
        query = select(MEMBERS).where(self._unit.of(MEMBERS), MEMBERS.c.id == member_id)
        row = await self._unit.row(query)
        return member_of(row) if row else None

    async def company(self, company_id: str) -> Company | None:
        """A company by id."""
        query = select(COMPANIES).where(self._unit.of(COMPANIES), COMPANIES.c.id == company_id)
        row = await self._unit.row(query)
        return company_of(row) if row else None

    async def lock_holders(self, holders: Mapping[QuotaHolder, str]) -> None:
        """Lock a company, then a member, by their ids, until the transaction ends.

        Not FOR UPDATE: their bookings' foreign keys must still be able to share the rows.
        """
        for kind, table in ((QuotaHolder.COMPANY, COMPANIES), (QuotaHolder.MEMBER, MEMBERS)):
            if kind in holders:
                row = select(table.c.id).where(self._unit.of(table), table.c.id == holders[kind])
                await self._unit.row(row.with_for_update(key_share=True))

    async def rate_cards(self, room_id: str) -> Sequence[RateCard]:
        """Every rate card of a room, oldest first."""
        query = (
            select(RATE_CARDS)
            .where(self._unit.of(RATE_CARDS), RATE_CARDS.c.room_id == room_id)
            .order_by(RATE_CARDS.c.effective_from, RATE_CARDS.c.id)
        )
        return [rate_card_of(row) for row in await self._unit.rows(query)]


def workspace_values(workspace: Workspace) -> Values:
    """A workspace as a row."""
    return {
        "workspace_id": workspace.id,
        "name": workspace.name,
        "mode": workspace.mode,
        "hold_minutes": workspace.hold_minutes,
        "offer_minutes": workspace.offer_minutes,
        "invoice_due_days": workspace.invoice_due_days,
        "welcome": [step.as_json() for step in workspace.welcome],
        "version": workspace.version,
        "created_at": workspace.created_at,
    }


def workspace_of(row: Values) -> Workspace:
    """The inverse of :func:`workspace_values`."""
    return Workspace(
        id=row["workspace_id"],
        name=row["name"],
        mode=Mode(row["mode"]),
        hold_minutes=row["hold_minutes"],
        offer_minutes=row["offer_minutes"],
        invoice_due_days=row["invoice_due_days"],
        welcome=read_welcome_steps(row["welcome"], "welcome"),
        version=row["version"],
        created_at=row["created_at"],
    )


def rate_card_values(card: RateCard) -> Values:
    """A rate card as a row."""
    return {
        "workspace_id": card.workspace_id,
        "id": card.id,
        "room_id": card.room_id,
        "currency": card.currency,
        "effective_from": card.effective_from.isoformat(),
        "hourly_minor": card.hourly_minor,
        "tokens_per_hour": card.tokens_per_hour,
        "billing_modes": sorted(card.billing_modes),
        "cancellation": card.cancellation.as_json(),
        "rules": card.rules.as_json(),
        "version": card.version,
        "created_at": card.created_at,
    }


def rate_card_of(row: Values) -> RateCard:
    """The inverse of :func:`rate_card_values`."""
    return RateCard(
        id=row["id"],
        workspace_id=row["workspace_id"],
        room_id=row["room_id"],
        currency=row["currency"],
        effective_from=date.fromisoformat(row["effective_from"]),
        hourly_minor=row["hourly_minor"],
        tokens_per_hour=row["tokens_per_hour"],
        billing_modes=frozenset(BillingMode(mode) for mode in row["billing_modes"]),
        cancellation=CancellationPolicy.from_json(row["cancellation"]),
        rules=PriceRules.from_json(row["rules"]),
        version=row["version"],
        created_at=row["created_at"],
    )


def member_values(member: Member) -> Values:
    """A member as a row."""
    return {
        "workspace_id": member.workspace_id,
        "id": member.id,
        "email": member.email,
        "name": member.name,
        "tier": member.tier,
        "company_id": member.company_id,
        "status": member.status,
        "sequence": member.sequence,
        "version": member.version,
        "created_at": member.created_at,
        "updated_at": member.updated_at,
    }


def member_of(row: Values) -> Member:
    """The inverse of :func:`member_values`."""
    return Member(
        id=row["id"],
        workspace_id=row["workspace_id"],
        email=row["email"],
        name=row["name"],
        tier=row["tier"],
        company_id=row["company_id"],
        status=MemberStatus(row["status"]),
        sequence=row["sequence"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def company_values(company: Company) -> Values:
    """A company as a row."""
    return {
        "workspace_id": company.workspace_id,
        "id": company.id,
        "name": company.name,
        "billing_terms": company.billing_terms,
        "billing_contact": company.billing_contact.as_json() if company.billing_contact else None,
        "address": company.address.as_json() if company.address else None,
        "pricing_overrides": [override.as_json() for override in company.pricing_overrides],
        "version": company.version,
        "created_at": company.created_at,
        "updated_at": company.updated_at,
    }


def company_of(row: Values) -> Company:
    """The inverse of :func:`company_values`."""
    contact, address = row["billing_contact"], row["address"]
    return Company(
        id=row["id"],
        workspace_id=row["workspace_id"],
        name=row["name"],
        billing_terms=BillingTerms(row["billing_terms"]),
        billing_contact=read_billing_contact(contact, "billing_contact") if contact else None,
        address=read_address(address, "address") if address else None,
        pricing_overrides=tuple(
            PricingOverride.from_json(override) for override in row["pricing_overrides"]
        ),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


_KINDS: dict[type[Catalogued], tuple[Table, Callable[[Any], Values]]] = {
    Workspace: (WORKSPACES, workspace_values),
    Location: (LOCATIONS, location_values),
    Room: (ROOMS, room_values),
    Blackout: (BLACKOUTS, blackout_values),
    RateCard: (RATE_CARDS, rate_card_values),
    Member: (MEMBERS, member_values),
    Company: (COMPANIES, company_values),
}
