"""Members, companies and invitations in memory: what changes them."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.company import Company
from litehq_core.domain.door_access import Door
from litehq_core.domain.errors import NotFound
from litehq_core.domain.invitation import Invitation
from litehq_core.domain.member import Member
from litehq_core.domain.welcome import Welcome
from litehq_core.domain.workspace import Workspace
from litehq_core.testing.table import MemoryDefect, Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryCompanies(Shelf[Company]):
    """Companies by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.companies, workspace_id)

    async def lock(self, company_id: str) -> Company | None:
        """A company; the one writer is lock enough."""
        return await self.get(company_id)


class MemoryMembers(Shelf[Member]):
    """Members by id, and the doors that some of them may open."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.members, workspace_id)
        self._tables = tables
        self._workspace_id = workspace_id

    async def lock(self, member_id: str) -> Member | None:
        """A member; the one writer is lock enough."""
        return await self.get(member_id)

    async def save(self, row: Member) -> None:
        """Write all of a member that exists."""
        self._tables.require_related(row)
        before, emails = await self.get(row.id), self._tables.member_emails
        await super().save(row)
        if before is not None and before.email != row.email:
            emails.insert((self._workspace_id, row.email), row.id)
            emails.delete((self._workspace_id, before.email))

    async def with_email(self, email: str) -> Member | None:
        """The member with an address, in whatever case it is written."""
        member_id = self._tables.member_emails.get((self._workspace_id, email.lower()))
        return None if member_id is None else await self.get(member_id)

    async def doors(self) -> Sequence[Door]:
        """The rooms that take bookings, by id, and the tiers that may book them."""
        return [
            Door(room_id=room.id, tiers=room.rules.allowed_tiers)
            for room in self._tables.rooms.scan(self._workspace_id)
            if room.active
        ]


class MemoryInvitations:
    """Invitations, one of each member's at most."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def with_secret(self, secret_hash: str) -> Invitation | None:
        """The invitation whose secret has this hash."""
        rows = self._tables.invitations.scan(self._workspace_id)
        return next((row for row in rows if row.secret_hash == secret_hash), None)

    async def put(self, invitation: Invitation) -> None:
        """Write all of a member's invitation, new or not."""
        self._tables.require_related(invitation)
        key = (self._workspace_id, invitation.member_id)
        self._tables.invitations.put(key, invitation)

    async def remove(self, member_id: str) -> None:
        """Take a member's invitation away, if there is one."""
        key = (self._workspace_id, member_id)
        if self._tables.invitations.get(key) is not None:
            self._tables.invitations.delete(key)


class MemoryWelcomes:
    """The welcomes that are under way, one of each company's at most."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def get(self, company_id: str) -> Welcome | None:
        """A company's welcome; the one writer is lock enough."""
        return self._tables.welcomes.get((self._workspace_id, company_id))

    async def put(self, welcome: Welcome) -> None:
        """Write all of a company's welcome, new or not."""
        self._tables.require_related(welcome)
        self._tables.welcomes.put((self._workspace_id, welcome.company_id), welcome)

    async def remove(self, company_id: str) -> None:
        """Take a company's welcome away, if there is one."""
        key = (self._workspace_id, company_id)
        if self._tables.welcomes.get(key) is not None:
            self._tables.welcomes.delete(key)


class MemoryWorkspaces:
    """The workspace itself."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def lock(self) -> Workspace:
        """The transaction's own workspace; the one writer is lock enough."""
        found = self._tables.workspaces.get((self._workspace_id,))
        if found is None:
            raise NotFound("workspace")
        return found

    async def save(self, workspace: Workspace) -> None:
        """Write all of it."""
        if workspace.id != self._workspace_id:
            raise MemoryDefect(f"{workspace.id} is not the transaction's workspace")
        self._tables.workspaces.replace((workspace.id,), workspace)
