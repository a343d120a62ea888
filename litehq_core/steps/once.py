"""The idempotency envelope: one effect and one answer for a key, whoever calls.

Everything that counts happens in one transaction with the key itself, so a crash leaves either
both or neither. A booking that must call the payment provider is done in three phases; the key
then remembers, from the first phase on, which booking it made, and a retry goes on from there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import (
    IdempotencyConflict,
    IdempotencyInProgress,
    Refusal,
    ServiceUnavailable,
)
from litehq_core.domain.idempotency import (
    LEASE,
    IdempotencyRecord,
    Once,
    Replayed,
    fingerprint,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class LaterPhases(Generic[T]):
    """What follows the first transaction, where something outside must be called.

    Attributes:
        subject: the id of what phase one made if more is to be done, else None.
        run: calls the outside and then commits the result with ``store`` in its transaction.
        load: finds the subject again after a crash.
        give_up: undoes what waits for the outside, which refused for good; calls ``store`` in
            its transaction.
    """

    subject: Callable[[T], str | None]
    load: Callable[[Transaction, str], Awaitable[T]]
    run: Callable[[T, Callable[[Transaction, T], Awaitable[None]]], Awaitable[T]]
    give_up: Callable[[T, Callable[[Transaction], Awaitable[None]]], Awaitable[None]]


async def run_once(
    ports: Ports,
    actor: Actor,
    once: Once | None,
    command: object,
    execute: Callable[[Transaction], Awaitable[T]],
    later: LaterPhases[T] | None = None,
) -> T:
    """Execute ``command``, or answer as it was answered before.

    Raises:
        Replayed: it ran before; carries the first answer.
        IdempotencyConflict: the key was used for something else.
        IdempotencyInProgress: a twin is between its phases.
        Refusal: whatever ``execute`` refuses; with a key, the refusal is kept as the answer.
    """
    async with ports.begin(actor) as tx:
        record, known = await _claim(tx, actor, once, command)
        _require_unanswered(ports, known)
        outcome: T | Refusal
        try:
            async with tx.savepoint():
                if known and known.subject_id and later:
                    outcome = await later.load(tx, known.subject_id)
                else:
                    outcome = await execute(tx)
        except Refusal as refusal:
            # What will pass by itself is not kept: a retry must find the key unused.
            if once is None or isinstance(refusal, ServiceUnavailable):
                raise
            outcome = refusal
        subject = None if isinstance(outcome, Refusal) or not later else later.subject(outcome)
        if once and record and subject:
            lease = replace(record, subject_id=subject, lease_until=tx.now + LEASE)
            await tx.idempotency.save(lease)
        elif once and record:
            await _answer(ports, tx, record, once, outcome)
    if isinstance(outcome, Refusal):
        raise outcome
    if later is None or subject is None:
        return outcome

    async def store(tx: Transaction, final: T | Refusal) -> None:
        if once and record:
            # A twin may have taken over while we waited outside; then its answer is the first,
            # and what this transaction was about to do is undone.
            _require_unanswered(ports, await tx.idempotency.claim(record))
            await _answer(ports, tx, record, once, final)

    try:
        return await later.run(outcome, store)
    except ServiceUnavailable:
        await _release(ports, actor, record, subject)
        raise
    except Refusal as refusal:
        final = refusal
        await later.give_up(outcome, lambda tx: store(tx, final))
        raise


def _require_unanswered(ports: Ports, known: IdempotencyRecord | None) -> None:
    """Refuse to go on with what was answered before.

    Raises:
        Replayed: with the first answer.
    """
    if known and known.answer is not None:
        raise Replayed(ports.vault.unseal(known.answer) if known.sealed else known.answer)


async def _claim(
    tx: Transaction, actor: Actor, once: Once | None, command: object
) -> tuple[IdempotencyRecord | None, IdempotencyRecord | None]:
    """The record for this call, and what was known of its key before."""
    if once is None:
        return None, None
    record = IdempotencyRecord(
        operation=once.operation,
        key=once.key,
        principal=actor.key_id,
        fingerprint=fingerprint(command),
        created_at=tx.now,
    )
    known = await tx.idempotency.claim(record)
    if known is None:
        return record, None
    if known.fingerprint != record.fingerprint:
        raise IdempotencyConflict
    if known.answer is None and known.lease_until and tx.now < known.lease_until:
        raise IdempotencyInProgress
    return replace(record, created_at=known.created_at), known


async def _answer(
    ports: Ports, tx: Transaction, record: IdempotencyRecord, once: Once, outcome: object
) -> None:
    answer = once.encode(outcome)
    await tx.idempotency.save(
        replace(
            record,
            answer=ports.vault.seal(answer) if once.secret else answer,
            sealed=once.secret,
            subject_id=None,
            lease_until=None,
        )
    )


async def _release(
    ports: Ports, actor: Actor, record: IdempotencyRecord | None, subject: str
) -> None:
    """End the lease early: the outside is down for now, so a retry may go on at once."""
    if record is None:
        return
    async with ports.begin(actor) as tx:
        known = await tx.idempotency.claim(record)
        if known and known.answer is None:
            await tx.idempotency.save(replace(known, subject_id=subject, lease_until=tx.now))
