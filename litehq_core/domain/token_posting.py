"""Rows of the token ledger, as they are read and as they are answered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.ledger import TOKEN, Transfer, TransferKind, effects, wallet_of
from litehq_core.domain.ledger_chain import Entry
from litehq_core.domain.lots import Wallet
from litehq_core.domain.records import snapshot

# What moves tokens. A hold only reserves them, and a void lets them go.
_MOVES = (TransferKind.DIRECT, TransferKind.POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPosting:
    """A new row of a member's wallet. ``balance_after`` is what the wallet holds then."""

    transfer: Transfer
    balance_after: int
    created_at: datetime

    @property
    def record(self) -> Record:
        """All attributes of the noun but ``position``, which the commit gives it."""
        return _record(self.transfer, self.balance_after, self.created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensPosted:
    """What came of a grant or an adjustment: its rows, at least one, and the wallet then."""

    postings: tuple[TokenPosting, ...]
    wallet: Wallet


def posted(
    member_id: str, before: int, transfers: Sequence[Transfer], now: datetime
) -> tuple[TokenPosting, ...]:
    """Transfers of one wallet as its new rows.

    Args:
        before: what the wallet holds ahead of the first.
    """
    wallet, postings = wallet_of(member_id), []
    for transfer in transfers:
        before += sum(e.posted for e in effects(transfer) if e.account == wallet)
        postings.append(TokenPosting(transfer=transfer, balance_after=before, created_at=now))
    return tuple(postings)


def posting_event(kind: EventType, postings: Sequence[TokenPosting]) -> EventDraft:
    """The event of a grant or an adjustment, about its last row."""
    last = postings[-1]
    return EventDraft(
        type=kind,
        subject_id=last.transfer.id,
        sequence=1,
        object={
            **snapshot(last.record),
            "amount": sum(posting.transfer.amount for posting in postings),
        },
        member_id=last.transfer.member_id,
    )


def moves_tokens(transfer: Transfer) -> bool:
    """Whether a transfer is a row of the token ledger."""
    return transfer.debit.unit == TOKEN and transfer.kind in _MOVES


def token_transaction_record(entry: Entry) -> Record:
    """A row of the token ledger, all attributes."""
    record = _record(entry.transfer, entry.balance_after, entry.created_at)
    return {**record, "position": entry.position}


def account_text(record: Record, side: str) -> str:
    """How an account is shown: its owner and what it is for, as ``mem_lina_p/wallet``."""
    return f"{record[f'{side}_owner']}/{record[f'{side}_kind']}"


def _record(transfer: Transfer, balance_after: int | None, created_at: datetime) -> Record:
    return {
        "id": transfer.id,
        "debit_owner": transfer.debit.owner,
        "debit_kind": transfer.debit.kind.value,
        "credit_owner": transfer.credit.owner,
        "credit_kind": transfer.credit.kind.value,
        "amount": transfer.amount,
        "member_id": transfer.member_id,
        "lot_id": transfer.lot_id,
        "booking_id": transfer.booking_id,
        "cause": transfer.cause,
        "balance_after": balance_after,
        "created_at": created_at,
    }
