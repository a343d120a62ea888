"""The token ledger as rows and back; balances are kept beside it, row by row locked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select

from litehq_app.sql.tables import ACCOUNTS, TRANSFERS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    effects,
)


class SqlLedger:
    """Implements ``Ledger``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def balance(self, account: Account) -> Balance:
        """The account's balance, locked until the transaction ends; zero if never used."""
        query = (
            select(ACCOUNTS.c.posted, ACCOUNTS.c.held)
            .where(self._is(account))
            .with_for_update(key_share=True)
        )
        row = await self._unit.row(query)
        if row is None:
            # What does not exist cannot be locked. A twin may insert it first: then we wait.
            await self._unit.run(
                self._unit.insert(ACCOUNTS)
                .values(self._key(account) | {"posted": 0, "held": 0})
                .on_conflict_do_nothing()
            )
            row = await self._unit.row(query)
        return Balance(posted=row["posted"], held=row["held"]) if row else Balance()

    async def write(self, transfers: Sequence[Transfer]) -> None:
        """Append transfers and apply their effects, in order.

        Raises:
            InsufficientTokens: a wallet would go below zero.
        """
        if not transfers:
            return
        changes = [(transfer, effect) for transfer in transfers for effect in effects(transfer)]
        # All locks first, in one order for everybody.
        before = {
            account: await self.balance(account)
            for account in sorted({effect.account for _, effect in changes})
        }
        after = dict(before)
        for transfer, effect in changes:
            old = after[effect.account]
            new = Balance(posted=old.posted + effect.posted, held=old.held + effect.held)
            if effect.account.kind is AccountKind.WALLET and new.spendable < 0:
                raise InsufficientTokens(required=transfer.amount, available=max(old.spendable, 0))
            after[effect.account] = new
        for account, balance in after.items():
            if balance != before[account]:
                await self._unit.run(
                    ACCOUNTS.update()
                    .where(self._is(account))
                    .values(posted=balance.posted, held=balance.held)
                )
        await self._unit.run(
            TRANSFERS.insert(), [self._transfer_values(transfer) for transfer in transfers]
        )

    async def open_hold(self, booking_id: str) -> Transfer | None:
        """The booking's hold that was neither posted nor voided, if there is one."""
        end = TRANSFERS.alias("settlement")
        query = (
            select(TRANSFERS)
            .where(
                self._unit.of(TRANSFERS),
                TRANSFERS.c.booking_id == booking_id,
                TRANSFERS.c.kind == TransferKind.HOLD,
                ~select(end.c.id)
                .where(
                    end.c.workspace_id == TRANSFERS.c.workspace_id,
                    end.c.hold_id == TRANSFERS.c.id,
                )
                .exists(),
            )
            .order_by(TRANSFERS.c.created_at.desc(), TRANSFERS.c.id.desc())
            .limit(1)
        )
        row = await self._unit.row(query)
        return transfer_of(row) if row else None

    def _key(self, account: Account) -> dict[str, str | int]:
        return {
            "workspace_id": self._unit.workspace_id,
            "owner": account.owner,
            "kind": account.kind,
            "unit": account.unit,
        }

    def _is(self, account: Account) -> ColumnElement[bool]:
        return and_(*(ACCOUNTS.c[name] == value for name, value in self._key(account).items()))

    def _transfer_values(self, transfer: Transfer) -> Values:
        return {
            "workspace_id": self._unit.workspace_id,
            "id": transfer.id,
            "kind": transfer.kind,
            "debit_owner": transfer.debit.owner,
            "debit_kind": transfer.debit.kind,
            "credit_owner": transfer.credit.owner,
            "credit_kind": transfer.credit.kind,
            "unit": transfer.debit.unit,
            "amount": transfer.amount,
            "cause": transfer.cause,
            "booking_id": transfer.booking_id,
            "hold_id": transfer.hold_id,
            "created_at": self._unit.now,
        }


def transfer_of(row: Values) -> Transfer:
    """A transfer from a row of the ledger."""
    unit = row["unit"]
    return Transfer(
        id=row["id"],
        kind=TransferKind(row["kind"]),
        debit=Account(row["debit_owner"], AccountKind(row["debit_kind"]), unit),
        credit=Account(row["credit_owner"], AccountKind(row["credit_kind"]), unit),
        amount=row["amount"],
        cause=row["cause"],
        booking_id=row["booking_id"],
        hold_id=row["hold_id"],
    )
