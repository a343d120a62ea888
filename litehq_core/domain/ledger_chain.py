"""The hash chain over a workspace's ledger: nothing can be changed, put in or left out unseen.

Entries have dense positions from 1. Each carries the hash of the one before it, and its own hash
covers that hash and everything the entry says. Whoever keeps the last hash somewhere else can
prove later that the whole ledger up to it is as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.ledger import Transfer

# What the first entry follows.
GENESIS = "0" * 64
# Part of what is hashed. Another encoding gets another name, and old entries keep theirs.
_ENCODING = "litehq-ledger-1"
# That of entries about invoices, which the first one has no place for.
_ENCODING_WITH_INVOICE = "litehq-ledger-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A transfer in its place. ``hash`` and ``previous_hash`` are SHA-256 in hex.

    ``balance_after`` is what the wallet that it touches has then, held tokens included; None where
    it touches none. It follows from the entries before, so the hash does not cover it.
    """

    position: int
    transfer: Transfer
    created_at: datetime
    previous_hash: str
    hash: str
    balance_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Illegible:
    """A stored entry that is no transfer at all: somebody has tampered with it."""

    position: int
    previous_hash: str
    hash: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """Where the next entry goes: behind ``position``, after ``hash``."""

    position: int = 0
    hash: str = GENESIS


def entry_hash(
    workspace_id: str,
    position: int,
    transfer: Transfer,
    created_at: datetime,
    previous_hash: str,
) -> str:
    """The hash of an entry, over one canonical text: a JSON array in ASCII without spaces.

    ``created_at`` counts in whole seconds since 1970.
    """
    about_invoice = transfer.invoice_id is not None
    text = json.dumps(
        [
            _ENCODING_WITH_INVOICE if about_invoice else _ENCODING,
            workspace_id,
            position,
            previous_hash,
            transfer.id,
            transfer.kind.value,
            transfer.debit.owner,
            transfer.debit.kind.value,
            transfer.credit.owner,
            transfer.credit.kind.value,
            transfer.debit.unit,
            transfer.amount,
            transfer.cause,
            transfer.booking_id,
            transfer.hold_id,
            transfer.lot_id,
            int(created_at.timestamp()),
            *([transfer.invoice_id] if about_invoice else []),
        ],
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def chained(
    workspace_id: str,
    head: ChainHead,
    transfers: Iterable[Transfer],
    now: datetime,
    balances_after: Mapping[str, int],
) -> tuple[Entry, ...]:
    """The entries that ``transfers`` become when they are written behind ``head``.

    Args:
        balances_after: what the wallet has after a transfer, by the transfer's id.
    """
    entries: list[Entry] = []
    position, last = head.position, head.hash
    for transfer in transfers:
        position += 1
        own = entry_hash(workspace_id, position, transfer, now, last)
        entries.append(
            Entry(
                position=position,
                transfer=transfer,
                created_at=now,
                previous_hash=last,
                hash=own,
                balance_after=balances_after.get(transfer.id),
            )
        )
        last = own
    return tuple(entries)
