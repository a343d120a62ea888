"""What is known of the workspace at the payment provider, as rows and back."""

from __future__ import annotations

from sqlalchemy import delete, select

from litehq_app.sql.tables import STRIPE_ACCOUNTS, STRIPE_CUSTOMERS, STRIPE_EVENTS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.connect import AccountState, ConnectAccount


class SqlProviderRecords:
    """Implements ``ProviderRecords``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def account(self, *, lock: bool = False) -> ConnectAccount | None:
        """The workspace's account; with ``lock`` nobody else changes it meanwhile."""
        query = select(STRIPE_ACCOUNTS).where(self._unit.of(STRIPE_ACCOUNTS))
        row = await self._unit.row(query.with_for_update() if lock else query)
        return connect_account_of(row) if row else None

    async def put_account(self, account: ConnectAccount) -> None:
        """Write all of the workspace's account, new or not."""
        values = connect_account_values(account)
        insert = self._unit.insert(STRIPE_ACCOUNTS).values(values)
        await self._unit.run(
            insert.on_conflict_do_update(
                index_elements=["workspace_id"],
                set_={name: value for name, value in values.items() if name != "workspace_id"},
            )
        )

    async def customer(self, payer_id: str) -> str | None:
        """The provider's id of a member or company that has paid before."""
        query = select(STRIPE_CUSTOMERS.c.customer_id).where(
            self._unit.of(STRIPE_CUSTOMERS), STRIPE_CUSTOMERS.c.payer_id == payer_id
        )
        row = await self._unit.row(query)
        return row["customer_id"] if row else None

    async def add_customer(self, payer_id: str, customer_id: str) -> str:
        """Note the provider's id of a payer; whoever comes first is kept."""
        values = {
            "workspace_id": self._unit.workspace_id,
            "payer_id": payer_id,
            "customer_id": customer_id,
        }
        insert = self._unit.insert(STRIPE_CUSTOMERS).values(values)
        await self._unit.run(insert.on_conflict_do_nothing())
        return await self.customer(payer_id) or customer_id

    async def forget_customers(self) -> None:
        """The payers are unknown again."""
        await self._unit.run(delete(STRIPE_CUSTOMERS).where(self._unit.of(STRIPE_CUSTOMERS)))

    async def hear(self, event_id: str) -> bool:
        """Note an event of the provider's; False if it was heard before.

        A twin that is still being dealt with is waited for.
        """
        insert = (
            self._unit.insert(STRIPE_EVENTS)
            .values(
                workspace_id=self._unit.workspace_id,
                event_id=event_id,
                heard_at=self._unit.now,
            )
            .on_conflict_do_nothing()
            .returning(STRIPE_EVENTS.c.event_id)
        )
        return bool(await self._unit.returned(insert))


def connect_account_values(account: ConnectAccount) -> Values:
    """An account as a row."""
    state = account.state
    return {
        "workspace_id": account.workspace_id,
        "account_id": state.account_id,
        "charges_enabled": state.charges_enabled,
        "payouts_enabled": state.payouts_enabled,
        "details_submitted": state.details_submitted,
        "requirements": list(state.requirements),
        "disconnected_at": account.disconnected_at,
        "polled_at": account.polled_at,
        "next_poll_at": account.next_poll_at,
        "version": account.version,
        "sequence": account.sequence,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }


def connect_account_of(row: Values) -> ConnectAccount:
    """The inverse of :func:`connect_account_values`."""
    return ConnectAccount(
        workspace_id=row["workspace_id"],
        state=AccountState(
            account_id=row["account_id"],
            charges_enabled=row["charges_enabled"],
            payouts_enabled=row["payouts_enabled"],
            details_submitted=row["details_submitted"],
            requirements=tuple(row["requirements"]),
        ),
        disconnected_at=row["disconnected_at"],
        polled_at=row["polled_at"],
        next_poll_at=row["next_poll_at"],
        version=row["version"],
        sequence=row["sequence"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
