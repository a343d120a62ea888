"""Members, companies and invitations inside a transaction: what changes them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from litehq_app.sql.catalogue import (
    company_of,
    company_values,
    member_of,
    member_values,
    workspace_of,
    workspace_values,
)
from litehq_app.sql.tables import COMPANIES, INVITATIONS, MEMBERS, ROOMS, WELCOMES, WORKSPACES
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.company import Company
from litehq_core.domain.door_access import Door
from litehq_core.domain.errors import NotFound
from litehq_core.domain.invitation import Invitation
from litehq_core.domain.member import Member
from litehq_core.domain.welcome import Welcome, read_welcome_steps
from litehq_core.domain.workspace import Workspace


class SqlCompanies:
    """Implements ``Companies``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lock(self, company_id: str) -> Company | None:
        """A company; nobody else changes it until the transaction ends.

        Not FOR UPDATE: the foreign keys of bookings and members must be able to share the row.
        """
        query = select(COMPANIES).where(self._unit.of(COMPANIES), COMPANIES.c.id == company_id)
        row = await self._unit.row(query.with_for_update(key_share=True))
        return company_of(row) if row else None

    async def save(self, company: Company) -> None:
        """Write all of a company that exists."""
        await self._unit.save(COMPANIES, company_values(company))


class SqlMembers:
    """Implements ``Members``.

    Attributes:
        changed: whether a member was written, so that keys bound to him must be looked up anew.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.changed = False

    async def lock(self, member_id: str) -> Member | None:
        """A member; nobody else changes him until the transaction ends.

        Not FOR UPDATE: the foreign keys of bookings and keys must be able to share the row.
        """
        query = select(MEMBERS).where(self._unit.of(MEMBERS), MEMBERS.c.id == member_id)
        row = await self._unit.row(query.with_for_update(key_share=True))
        return member_of(row) if row else None

    async def save(self, member: Member) -> None:
        """Write all of a member that exists.

        Raises:
            AlreadyExists: another member has the e-mail.
        """
        self.changed = True
        await self._unit.save(MEMBERS, member_values(member))

    async def with_email(self, email: str) -> Member | None:
        """The member with an address, in whatever case it is written."""
        query = select(MEMBERS).where(self._unit.of(MEMBERS), MEMBERS.c.email == email.lower())
        row = await self._unit.row(query)
        return member_of(row) if row else None

    async def doors(self) -> Sequence[Door]:
        """The rooms that take bookings, by id, and the tiers that may book them."""
        query = (
            select(ROOMS.c.id, ROOMS.c.rules)
            .where(self._unit.of(ROOMS), ROOMS.c.active)
            .order_by(ROOMS.c.id)
        )
        return [
            Door(room_id=row["id"], tiers=BookingRules.from_json(row["rules"]).allowed_tiers)
            for row in await self._unit.rows(query)
        ]


class SqlInvitations:
    """Implements ``Invitations``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def with_secret(self, secret_hash: str) -> Invitation | None:
        """The invitation whose secret has this hash."""
        query = select(INVITATIONS).where(
            self._unit.of(INVITATIONS), INVITATIONS.c.secret_hash == secret_hash
        )
        row = await self._unit.row(query)
        return Invitation(**row) if row else None

    async def put(self, invitation: Invitation) -> None:
        """Write all of a member's invitation, new or not."""
        values = invitation_values(invitation)
        insert = self._unit.insert(INVITATIONS).values(values)
        key = [column.name for column in INVITATIONS.primary_key.columns]
        await self._unit.run(
            insert.on_conflict_do_update(
                index_elements=key,
                set_={name: value for name, value in values.items() if name not in key},
            )
        )

    async def remove(self, member_id: str) -> None:
        """Take a member's invitation away, if there is one."""
        await self._unit.run(
            delete(INVITATIONS).where(
                self._unit.of(INVITATIONS), INVITATIONS.c.member_id == member_id
            )
        )


class SqlWelcomes:
    """Implements ``Welcomes``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, company_id: str) -> Welcome | None:
        """A company's welcome; nobody else goes on with it until the transaction ends."""
        query = select(WELCOMES).where(self._unit.of(WELCOMES), WELCOMES.c.company_id == company_id)
        row = await self._unit.row(query.with_for_update())
        return welcome_of(row) if row else None

    async def put(self, welcome: Welcome) -> None:
        """Write all of a company's welcome, new or not."""
        values = welcome_values(welcome)
        insert = self._unit.insert(WELCOMES).values(values)
        key = [column.name for column in WELCOMES.primary_key.columns]
        await self._unit.run(
            insert.on_conflict_do_update(
                index_elements=key,
                set_={name: value for name, value in values.items() if name not in key},
            )
        )

    async def remove(self, company_id: str) -> None:
        """Take a company's welcome away, if there is one."""
        await self._unit.run(
            delete(WELCOMES).where(self._unit.of(WELCOMES), WELCOMES.c.company_id == company_id)
        )


class SqlWorkspaces:
    """Implements ``Workspaces``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lock(self) -> Workspace:
        """The transaction's own workspace; nobody else changes it until the transaction ends.

        Raises:
            NotFound: it was never added.
        """
        query = select(WORKSPACES).where(self._unit.of(WORKSPACES))
        row = await self._unit.row(query.with_for_update())
        if row is None:
            raise NotFound("workspace")
        return workspace_of(row)

    async def save(self, workspace: Workspace) -> None:
        """Write all of it."""
        await self._unit.save(WORKSPACES, workspace_values(workspace))


def welcome_values(welcome: Welcome) -> Values:
    """A welcome as a row."""
    return {
        "workspace_id": welcome.workspace_id,
        "company_id": welcome.company_id,
        "steps": [step.as_json() for step in welcome.steps],
        "outcomes": list(welcome.outcomes),
        "member_id": welcome.member_id,
        "next_at": welcome.next_at,
        "created_at": welcome.created_at,
    }


def welcome_of(row: Values) -> Welcome:
    """The inverse of :func:`welcome_values`."""
    return Welcome(
        **{
            **row,
            "steps": read_welcome_steps(row["steps"], "steps"),
            "outcomes": tuple(row["outcomes"]),
        }
    )


def invitation_values(invitation: Invitation) -> Values:
    """An invitation as a row."""
    return {
        "workspace_id": invitation.workspace_id,
        "member_id": invitation.member_id,
        "secret_hash": invitation.secret_hash,
        "expires_at": invitation.expires_at,
        "accepted_at": invitation.accepted_at,
        "created_at": invitation.created_at,
    }
