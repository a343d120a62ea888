"""What counts towards the quotas of a member or a company, in one statement.

Shared by transactions and by readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, case, or_, select, text, union_all

from litehq_app.sql.columns import Instant, Words
from litehq_app.sql.tables import BOOKINGS
from litehq_app.sql.tables.schema import HAS_CHANGE, IS_COUNTED, IS_HOLD, IS_OCCUPYING
from litehq_app.sql.unit import Values
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot


def counted_query(workspace: str) -> CompoundSelect[Any]:
    """Bookings and pending changes of a member or a company that reach into a span.

    Args:
        workspace: the name of the parameter for the workspace; the others are those of
            :func:`counted_values`.
    """
    c = BOOKINGS.c
    since, until = bindparam("since", type_=Instant()), bindparam("until", type_=Instant())

    def of_holder() -> ColumnElement[bool]:
        return (c.workspace_id == bindparam(workspace, type_=Words())) & or_(
            c.member_id == bindparam(QuotaHolder.MEMBER.value, type_=Words()),
            c.company_id == bindparam(QuotaHolder.COMPANY.value, type_=Words()),
        )

    return union_all(
        select(
            c.id,
            c.room_id,
            c.member_id,
            c.company_id,
            c.start_at,
            c.end_at,
            case((text(IS_HOLD), c.expires_at)).label("expires_at"),
        ).where(of_holder(), text(IS_COUNTED), c.start_at < until, c.end_at > since),
        select(
            c.id,
            c.change_room_id,
            c.member_id,
            c.company_id,
            c.change_start_at,
            c.change_end_at,
            c.change_expires_at,
        ).where(
            of_holder(),
            text(HAS_CHANGE),
            text(IS_OCCUPYING),
            c.change_start_at < until,
            c.change_end_at > since,
        ),
    )


def counted_values(holders: Mapping[QuotaHolder, str], span: Interval) -> dict[str, Any]:
    """The parameters of :func:`counted_query`; null, which equals nothing, where nobody asks."""
    return {
        **{kind.value: holders.get(kind) for kind in QuotaHolder},
        "since": span.start,
        "until": span.end,
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
