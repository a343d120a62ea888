"""The ledger as rows and back; balances of accounts and lots are kept beside it.

Wallets are locked, judged and written at once. All the rest waits for the end of the transaction:
every booking touches the workspace's own accounts and the head of its chain, and whoever locked
them early would make everybody wait, or meet somebody who waits for him.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update

from litehq_app.sql.faults import StoreDefect
from litehq_app.sql.tables import ACCOUNTS, LEDGER_HEADS, LOTS, TRANSFERS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    balances,
    effects,
    wallet_of,
)
from litehq_core.domain.ledger_chain import GENESIS, ChainHead, Entry, chained
from litehq_core.domain.lots import HeldLot, Lot, LotSource, Wallet


class SqlLedger:
    """Implements ``Ledger``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._written: list[Transfer] = []
        # What the wallet has after a transfer, by the transfer's id.
        self._balances_after: dict[str, int] = {}

    async def balance(self, account: Account) -> Balance:
        """The account's balance, what this transaction wrote included; zero if never used."""
        if account.kind is AccountKind.WALLET:
            return await self._lock(account)
        row = await self._unit.row(select(ACCOUNTS).where(self._is(account)))
        stored = Balance(posted=row["posted"]) if row else Balance()
        waiting = balances(self._written).get(account, Balance())
        return Balance(posted=stored.posted + waiting.posted)

    async def wallet(self, member_id: str) -> Wallet:
        """The member's lots that have tokens in them, locked with his wallet."""
        await self._lock(wallet_of(member_id))
        query = select(LOTS).where(
            self._unit.of(LOTS), LOTS.c.member_id == member_id, LOTS.c.posted > 0
        )
        return Wallet.of(held_lot_of(row) for row in await self._unit.rows(query))

    async def lot(self, lot_id: str) -> HeldLot | None:
        """A lot, empty or not, locked with its owner's wallet."""
        query = select(LOTS).where(self._unit.of(LOTS), LOTS.c.id == lot_id)
        row = await self._unit.row(query)
        if row is None:
            return None
        await self._lock(wallet_of(row["member_id"]))
        # Again, for whoever had the wallet may have changed it.
        row = await self._unit.row(query)
        return held_lot_of(row) if row else None

    async def add_lot(self, lot: Lot) -> None:
        """Insert a new lot, which is empty until a transfer fills it."""
        await self._unit.add(LOTS, {**lot_values(lot), "posted": 0, "held": 0})

    async def write(self, transfers: Sequence[Transfer]) -> None:
        """Append transfers, in order, and apply their effects.

        Raises:
            InsufficientTokens: a lot would go below zero.
        """
        changes = [
            (transfer, effect)
            for transfer in transfers
            for effect in effects(transfer)
            if effect.account.kind is AccountKind.WALLET
        ]
        if changes:
            # All locks first, in one order for everybody.
            wallets = {
                account: await self._lock(account)
                for account in sorted({effect.account for _, effect in changes})
            }
            lots = await self._lots(sorted({effect.lot_id or "" for _, effect in changes}))
            for transfer, effect in changes:
                held = lots.get((effect.account.owner, effect.lot_id))
                if held is None:
                    raise StoreDefect(f"{effect.lot_id} is no lot of {effect.account}")
                left = held.after(effect)
                if left.spendable < 0:
                    raise InsufficientTokens(required=transfer.amount, available=held.spendable)
                lots[effect.account.owner, effect.lot_id] = left
                wallets[effect.account] = wallets[effect.account].after(effect)
                self._balances_after[transfer.id] = wallets[effect.account].posted
            await self._save_lots(
                {effect.lot_id: lots[effect.account.owner, effect.lot_id] for _, effect in changes}
            )
            await self._save_wallets(wallets)
        self._written += transfers

    def mark(self) -> int:
        """How much was written so far."""
        return len(self._written)

    def forget_since(self, mark: int) -> None:
        """A savepoint was undone: forget what was written since."""
        del self._written[mark:]

    async def finish(self) -> None:
        """Write what waited: first the accounts in their order, then the chain behind its head."""
        if not self._written:
            return
        await self._add_to_accounts()
        head = await self._advance_head(len(self._written))
        entries = chained(
            self._unit.workspace_id, head, self._written, self._unit.now, self._balances_after
        )
        await self._unit.run(TRANSFERS.insert(), [self._entry_values(entry) for entry in entries])
        await self._unit.run(
            update(LEDGER_HEADS).where(self._unit.of(LEDGER_HEADS)).values(hash=entries[-1].hash)
        )

    async def _add_to_accounts(self) -> None:
        insert = self._unit.insert(ACCOUNTS)
        change = insert.on_conflict_do_update(
            index_elements=list(ACCOUNTS.primary_key.columns),
            set_={"posted": ACCOUNTS.c.posted + insert.excluded.posted},
        )
        rows = [
            self._key(account) | {"posted": balance.posted, "held": 0}
            for account, balance in sorted(
                balances(self._written).items(), key=lambda pair: pair[0]
            )
            if account.kind is not AccountKind.WALLET and balance.posted
        ]
        if rows:
            await self._unit.run(change, rows)

    async def _advance_head(self, count: int) -> ChainHead:
        """Lock the head, move it on, and give back where it stood."""
        insert = self._unit.insert(LEDGER_HEADS).values(
            workspace_id=self._unit.workspace_id, position=count, hash=GENESIS
        )
        rows = await self._unit.returned(
            insert.on_conflict_do_update(
                index_elements=[LEDGER_HEADS.c.workspace_id],
                set_={"position": LEDGER_HEADS.c.position + insert.excluded.position},
            ).returning(LEDGER_HEADS.c.position, LEDGER_HEADS.c.hash)
        )
        return ChainHead(position=rows[0]["position"] - count, hash=rows[0]["hash"])

    async def _lock(self, wallet: Account) -> Balance:
        query = (
            select(ACCOUNTS.c.posted, ACCOUNTS.c.held)
            .where(self._is(wallet))
            .with_for_update(key_share=True)
        )
        row = await self._unit.row(query)
        if row is None:
            # What does not exist cannot be locked. A twin may insert it first: then we wait.
            await self._unit.run(
                self._unit.insert(ACCOUNTS)
                .values(self._key(wallet) | {"posted": 0, "held": 0})
                .on_conflict_do_nothing()
            )
            row = await self._unit.row(query)
        return Balance(posted=row["posted"], held=row["held"]) if row else Balance()

    async def _lots(self, lot_ids: Sequence[str]) -> dict[tuple[str, str | None], Balance]:
        """What is left of some lots, by owner and id."""
        query = select(LOTS.c.id, LOTS.c.member_id, LOTS.c.posted, LOTS.c.held).where(
            self._unit.of(LOTS), LOTS.c.id.in_(lot_ids)
        )
        return {
            (row["member_id"], row["id"]): Balance(posted=row["posted"], held=row["held"])
            for row in await self._unit.rows(query)
        }

    async def _save_lots(self, lots: dict[str | None, Balance]) -> None:
        for lot_id, balance in lots.items():
            await self._unit.run(
                update(LOTS)
                .where(self._unit.of(LOTS), LOTS.c.id == lot_id)
                .values(posted=balance.posted, held=balance.held)
            )

    async def _save_wallets(self, wallets: dict[Account, Balance]) -> None:
        for account, balance in wallets.items():
            await self._unit.run(
                update(ACCOUNTS)
                .where(self._is(account))
                .values(posted=balance.posted, held=balance.held)
            )

    def _key(self, account: Account) -> dict[str, str | int]:
        return {
            "workspace_id": self._unit.workspace_id,
            "owner": account.owner,
            "kind": account.kind,
            "unit": account.unit,
        }

    def _is(self, account: Account) -> ColumnElement[bool]:
        return and_(*(ACCOUNTS.c[name] == value for name, value in self._key(account).items()))

    def _entry_values(self, entry: Entry) -> Values:
        transfer = entry.transfer
        return {
            "workspace_id": self._unit.workspace_id,
            "id": transfer.id,
            "position": entry.position,
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
            "lot_id": transfer.lot_id,
            "invoice_id": transfer.invoice_id,
            "created_at": entry.created_at,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
            "member_id": transfer.member_id,
            "balance_after": entry.balance_after,
        }


def lot_values(lot: Lot) -> Values:
    """A lot as a row, without what is left of it."""
    return {
        "workspace_id": lot.workspace_id,
        "id": lot.id,
        "member_id": lot.member_id,
        "source": lot.source,
        "priority": lot.priority,
        "expires_at": lot.expires_at,
        "room_ids": None if lot.room_ids is None else sorted(lot.room_ids),
        "granted": lot.granted,
        "created_at": lot.created_at,
    }


def held_lot_of(row: Values) -> HeldLot:
    """A lot and what is left of it."""
    return HeldLot(
        Lot(
            id=row["id"],
            workspace_id=row["workspace_id"],
            member_id=row["member_id"],
            source=LotSource(row["source"]),
            priority=row["priority"],
            expires_at=row["expires_at"],
            room_ids=None if row["room_ids"] is None else frozenset(row["room_ids"]),
            granted=row["granted"],
            created_at=row["created_at"],
        ),
        Balance(posted=row["posted"], held=row["held"]),
    )


def entry_of(row: Values) -> Entry:
    """An entry from a row of the ledger.

    Raises:
        ValueError, ValidationFailed: the row is no transfer.
    """
    unit = row["unit"]
    return Entry(
        position=row["position"],
        transfer=Transfer(
            id=row["id"],
            kind=TransferKind(row["kind"]),
            debit=Account(row["debit_owner"], AccountKind(row["debit_kind"]), unit),
            credit=Account(row["credit_owner"], AccountKind(row["credit_kind"]), unit),
            amount=row["amount"],
            cause=row["cause"],
            booking_id=row["booking_id"],
            hold_id=row["hold_id"],
            lot_id=row["lot_id"],
            invoice_id=row["invoice_id"],
        ),
        created_at=row["created_at"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
        balance_after=row["balance_after"],
    )
