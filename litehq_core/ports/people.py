"""Members, companies and invitations inside a transaction: what changes them.

Bookings refer to members and companies by ``Catalogue``, which adds them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from litehq_core.domain.company import Company
from litehq_core.domain.door_access import Door
from litehq_core.domain.invitation import Invitation
from litehq_core.domain.member import Member
from litehq_core.domain.welcome import Welcome
from litehq_core.domain.workspace import Workspace


class Companies(Protocol):
    """Companies by id."""

    async def lock(self, company_id: str) -> Company | None:
        """A company; nobody else changes it until the transaction ends."""

    async def save(self, company: Company) -> None:
        """Write all of a company that exists."""


class Members(Protocol):
    """Members by id, and the doors that some of them may open."""

    async def lock(self, member_id: str) -> Member | None:
        """A member; nobody else changes him until the transaction ends."""

    async def save(self, member: Member) -> None:
        """Write all of a member that exists. Keys that are bound to him are looked up anew.

        Raises:
            AlreadyExists: another member has the e-mail.
        """

    async def with_email(self, email: str) -> Member | None:
        """The member with an address, in whatever case it is written."""

    async def doors(self) -> Sequence[Door]:
        """The rooms that take bookings, by id, and the tiers that may book them."""


class Invitations(Protocol):
    """Invitations, one of each member's at most."""

    async def with_secret(self, secret_hash: str) -> Invitation | None:
        """The invitation whose secret has this hash."""

    async def put(self, invitation: Invitation) -> None:
        """Write all of a member's invitation, new or not."""

    async def remove(self, member_id: str) -> None:
        """Take a member's invitation away, if there is one."""


class Welcomes(Protocol):
    """The welcomes that are under way, one of each company's at most."""

    async def get(self, company_id: str) -> Welcome | None:
        """A company's welcome; nobody else goes on with it until the transaction ends."""

    async def put(self, welcome: Welcome) -> None:
        """Write all of a company's welcome, new or not."""

    async def remove(self, company_id: str) -> None:
        """Take a company's welcome away, if there is one."""


class Workspaces(Protocol):
    """The workspace itself, which ``Catalogue`` reads and adds."""

    async def lock(self) -> Workspace:
        """The transaction's own workspace; nobody else changes it until the transaction ends.

        Raises:
            NotFound: it was never added.
        """

    async def save(self, workspace: Workspace) -> None:
        """Write all of it."""
