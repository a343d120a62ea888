"""What counts towards the quotas of a member or a company, in one statement.

Shared by transactions and by readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, case, select, text, union

from litehq_app.sql.columns import Instant, Words
from litehq_app.sql.tables import BOOKINGS
from litehq_app.sql.tables.schema import HAS_CHANGE, IS_COUNTED, IS_HOLD, IS_OCCUPYING
from litehq_app.sql.unit import Values
from litehq_core.domain.booking_rules import MAX_LENGTH_MINUTES
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot


def counted_query(workspace: str) -> CompoundSelect[Any]:
    """Bookings and pending changes of a member or a company that reach into a span, each once.

    Args:
        workspace: the name of the parameter for the workspace; the others are those of
            :func:`counted_values`.
    """
    # A part for each kind of holder: SQLite would walk the whole calendar for an OR.
    return union(
        *(
            part(BOOKINGS.c.workspace_id == bindparam(workspace, type_=Words()), holder)
            for part in (_bookings, _pending_changes)
            for holder in (
                BOOKINGS.c.member_id == bindparam(QuotaHolder.MEMBER.value, type_=Words()),
                BOOKINGS.c.company_id == bindparam(QuotaHolder.COMPANY.value, type_=Words()),
            )
        )
    )


def _bookings(*of_holder: ColumnElement[bool]) -> Select[Any]:
    c = BOOKINGS.c
    return select(
        c.id,
        c.room_id,
        c.member_id,
        c.company_id,
        c.start_at,
        c.end_at,
        case((text(IS_HOLD), c.expires_at)).label("expires_at"),
    ).where(
        *of_holder,
        text(IS_COUNTED),
        c.start_at < bindparam("until", type_=Instant()),
        c.end_at > bindparam("since", type_=Instant()),
        # The same again as a bound of the index: nothing lasts longer.
        c.start_at > bindparam("begun", type_=Instant()),
    )


def _pending_changes(*of_holder: ColumnElement[bool]) -> Select[Any]:
    c = BOOKINGS.c
    return select(
        c.id,
        c.change_room_id,
        c.member_id,
        c.company_id,
        c.change_start_at,
        c.change_end_at,
        c.change_expires_at,
    ).where(
        *of_holder,
        text(HAS_CHANGE),
        text(IS_OCCUPYING),
        c.change_start_at < bindparam("until", type_=Instant()),
        c.change_end_at > bindparam("since", type_=Instant()),
    )


def counted_values(holders: Mapping[QuotaHolder, str], span: Interval) -> dict[str, Any]:
    """The parameters of :func:`counted_query`; null, which equals nothing, where nobody asks."""
    return {
        **{kind.value: holders.get(kind) for kind in QuotaHolder},
        "since": span.start,
        "until": span.end,
        "begun": span.start - timedelta(minutes=MAX_LENGTH_MINUTES),
    }


def counted_slots(rows: Iterable[Values]) -> list[CountedSlot]:
    """The rows of :func:`counted_query`."""
    return [
        CountedSlot(
            booking_id=row["id"],
            room_id=row["room_id"],
            member_id=row["member_id"],
            company_id=row["company_id"],
            slot=Interval(row["start_at"], row["end_at"]),
            expires_at=row["expires_at"],
        )
        for row in rows
    ]
