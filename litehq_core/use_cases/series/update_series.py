"""Change a series, or a part of it."""

from __future__ import annotations

from datetime import datetime

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.editing import UNSET
from litehq_core.domain.errors import FieldError, NotFound, Refusal, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import (
    BookedSeries,
    EditResult,
    Occurrence,
    OnConflict,
    Series,
    SeriesRefused,
    SeriesScope,
)
from litehq_core.domain.series_editing import MAX_SHIFT_MINUTES, EditSeries
from litehq_core.domain.text import MAX_NOTES, require_metadata, require_text
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import Till
from litehq_core.steps.edit_series import edit_occurrence
from litehq_core.steps.load_series import booked_series, close_abandoned, lock_holders, lock_series
from litehq_core.steps.load_wish import LONGEST_SLOT, require_attendees
from litehq_core.steps.once import run_once
from litehq_core.steps.series_checkouts import series_phases

__all__ = ["EditSeries", "update_series"]


async def update_series(
    ports: Ports, actor: Actor, command: EditSeries, once: Once | None = None
) -> BookedSeries:
    """Edit the occurrences of a scope; each tells in ``last_edit`` what became of it.

    What is over or inside its edit window stays as it is. What is dearer by card waits, all of
    it, for one checkout.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        ValidationFailed, NotFound, VersionConflict, PaymentFailed: refused.
        SeriesRefused: with ``fail``, some occurrences cannot be had; or, with the scope ``this``,
            the one cannot be edited. Bears the code of the first refusal.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    _require_fields(command)

    async def execute(tx: Transaction) -> BookedSeries:
        wanted = () if command.room_id is UNSET else (command.room_id,)
        series, rooms = await lock_series(tx, actor, command.series_id, and_rooms=wanted)
        series.require_version(command.expected_version)
        target = rooms.get(series.room.id if command.room_id is UNSET else command.room_id)
        if target is None:
            raise NotFound("room")
        await lock_holders(tx, series, rooms)
        on_conflict = command.on_conflict or series.on_conflict
        till = Till(ports.new_id)
        edited: list[Occurrence] = []
        refused: list[tuple[datetime, Refusal]] = []
        for occurrence in _in_order(series, command):
            after, refusal = await edit_occurrence(
                tx,
                occurrence,
                command,
                rooms=rooms,
                on_conflict=on_conflict,
                till=till,
                ports=ports,
            )
            edited.append(after)
            if refusal is not None and _counts(command, after):
                refused.append((occurrence.original_start, refusal))
        alone = command.scope is SeriesScope.THIS
        if refused and (alone or on_conflict is OnConflict.FAIL):
            raise SeriesRefused(sorted(refused, key=lambda pair: pair[0]), len(edited))
        await till.close(tx)
        await close_abandoned(tx, series)
        series = series.changed(tx.now, edited, **command.applied_to(series, target.summary))
        await tx.series.save(series)
        return await booked_series(tx, series)

    return await run_once(ports, actor, once, command, execute, series_phases(ports, actor))


def _in_order(series: Series, command: EditSeries) -> list[Occurrence]:
    """The occurrences, so that each makes room for the next: later ones go first if all go later.

    Raises:
        ValidationFailed: the one that is named is none of the series.
    """
    found = series.within(command.scope, command.occurrence)
    return sorted(found, key=lambda o: o.original_start, reverse=command.goes_later)


def _counts(command: EditSeries, edited: Occurrence) -> bool:
    """Whether a refusal stands against the edit: of many, what is over is merely left alone."""
    if command.scope is SeriesScope.THIS:
        return True
    return edited.last_edit is not None and edited.last_edit.result is EditResult.REFUSED


def _require_fields(command: EditSeries) -> None:
    wrong: list[FieldError] = []
    if command.changes_nothing:
        wrong.append(FieldError("body", "names nothing to change"))
    if command.shift_minutes is not UNSET and not (
        -MAX_SHIFT_MINUTES <= command.shift_minutes <= MAX_SHIFT_MINUTES
    ):
        wrong.append(FieldError("shift_minutes", "must lie within a week either way"))
    if command.duration_minutes is not UNSET and not (
        1 <= command.duration_minutes <= LONGEST_SLOT.total_seconds() / 60
    ):
        wrong.append(FieldError("duration_minutes", "must be a positive number of minutes"))
    if command.attendees is not UNSET:
        require_attendees(command.attendees, wrong)
    if wrong:
        raise ValidationFailed(*wrong)
    if command.notes is not UNSET and command.notes is not None:
        require_text("notes", command.notes, most=MAX_NOTES)
    if command.metadata is not UNSET:
        require_metadata(command.metadata)
