"""``/v1/audit``: who changed what, when, with which key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from litehq_core.domain.attributes import Record
from litehq_core.domain.audit import actor_of, changes_of, subject_type
from litehq_core.domain.events import EventType
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.audit.list_audit import ListAudit, list_audit
from litehq_rest import schemas
from litehq_rest.answers import json_answer, response_of
from litehq_rest.call import Call
from litehq_rest.media import NO_WINDOW, Parameter, adapted
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ID = {"type": "string"}
_PARAMETERS: Mapping[str, Parameter] = {
    "type": ({"type": "string", "enum": [kind.value for kind in EventType]}, "One type of event."),
    "actor_id": (_ID, "The API token that acted, or a part of the server, such as system."),
    "subject_id": (_ID, "What was changed."),
    **NO_WINDOW,
}


def audit_json(record: Record) -> dict[str, Any]:
    """An entry as shown; nothing is ever missing."""
    kind, name = actor_of(record)
    return {
        "id": record["id"],
        "object": "audit_entry",
        "occurred_at": instant_text(record["occurred_at"]),
        "type": record["type"],
        "actor": {"id": record["actor_id"], "name": name, "kind": kind.value},
        "subject": {
            "type": subject_type(record["subject_id"], record["type"]),
            "id": record["subject_id"],
        },
        "changes": {
            change.field: {"from": change.before, "to": change.after}
            for change in changes_of(record)
        },
        "request_id": record["request_id"],
    }


def _list_query(query: Query) -> ListAudit:
    paging = query.paging()
    found = query.wrong.attempt(
        lambda: ListAudit(
            type=query.choice("type", EventType),
            actor_id=query.text("actor_id"),
            subject_id=query.text("subject_id"),
            from_at=query.instant("from"),
            to_at=query.instant("to"),
            paging=paging,
        )
    )
    if found is None or query.wrong:
        raise query.wrong.refusal()
    return found


@get(
    "/audit",
    operation_id="audit.list",
    summary="List what was changed, and by whom",
    **adapted(
        described(answer=schemas.AuditPage, query=("limit", "cursor")), parameters=_PARAMETERS
    ),
)
async def get_audit(call: NamedDependency[Call]) -> Response[bytes]:
    """The audit trail, newest first. For operators: a bound key is refused."""
    page = await list_audit(call.ports, call.actor, _list_query(call.query))
    rows = [audit_json(row) for row in page.records]
    return response_of(json_answer({"data": rows, "next_cursor": page.next_cursor}))
