"""The audit trail: what the event log tells of who changed what (``contract.md``, Audit).

An entry shows what changed under the names of the snapshots. What could be used to act as somebody
else never gets there, whatever an event may hold: neither by its name nor by its look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import Event
from litehq_core.domain.ids import Prefix, normalise_id

REDACTED = "[redacted]"

# In every snapshot, and new with every change; and what is copied from the room.
_NOT_SHOWN = frozenset({"version", "updated_at", "room.name", "room.timezone"})
# A checkout's address lets whoever has it pay, so it counts as well.
_SECRET_NAME = re.compile(
    r"secret|password|passwd|credential|private_key|signature|authorization|access_token"
    r"|refresh_token|id_token|hash$|checkout_url|accept_url",
    re.IGNORECASE,
)
_SECRET_LOOK = re.compile(r"(sk_(?:live|test)|whsec|rk_live|rk_test)_\S+")
# Whatever is nested deeper than any snapshot of ours is not shown.
_DEEPEST = 40


class ActorKind(StrEnum):
    """What acted: a key, or the server by itself."""

    API_TOKEN = "api_token"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of the subject. ``before`` is None where there was nothing."""

    field: str
    before: Any
    after: Any


_SUBJECTS: Mapping[str, str] = {
    **{prefix.value: prefix.name.lower() for prefix in Prefix},
    Prefix.TRANSFER: "token_transaction",
}

# What an entry of the trail is read from.
AUDIT_ATTRIBUTES = frozenset(
    {
        *("id", "position", "type", "subject_id", "occurred_at", "object", "previous"),
        *("actor_id", "actor.name", "request_id"),
    }
)


def searched_id(text: str) -> str:
    """An id as the log has it, from what somebody searches for; names such as ``system`` stay."""
    prefix = "bk" if text.startswith("bkg_") else text.partition("_")[0]
    found = next((known for known in Prefix if known.value == prefix), None)
    return text if found is None else normalise_id(found, text)


def event_record(event: Event) -> Record:
    """An event, all attributes of the noun."""
    return {
        "id": event.id,
        "position": event.position,
        "type": event.type.value,
        "subject_id": event.subject_id,
        "sequence": event.sequence,
        "occurred_at": event.occurred_at,
        "object": event.object,
        "previous": event.previous,
        "actor_id": event.actor_id,
        "request_id": event.request_id,
        "member_id": event.member_id,
        "company_id": event.company_id,
    }


def subject_type(subject_id: str, kind: str) -> str:
    """What a subject is, by its id's prefix; else the area of the event."""
    prefix, _, rest = subject_id.partition("_")
    return _SUBJECTS.get(prefix, "") if rest and prefix in _SUBJECTS else kind.partition(".")[0]


def actor_of(record: Record) -> tuple[ActorKind, str]:
    """What acted, and what it is called: a key's name, or that of a part of the server."""
    if record["actor.name"] is None:
        return ActorKind.SYSTEM, record["actor_id"]
    return ActorKind.API_TOKEN, _shown("name", record["actor.name"])


def changes_of(record: Record) -> tuple[FieldChange, ...]:
    """What an event changed, field by field and by name, without anything secret.

    An event that has no old values made its subject: all that it has is new.
    """
    now, old = record["object"], record["previous"]
    names = [name for name, value in now.items() if value is not None] if old is None else old
    return tuple(
        FieldChange(
            field=name,
            before=_shown(name, (old or {}).get(name)),
            after=_shown(name, now.get(name)),
        )
        for name in sorted(names)
        if name not in _NOT_SHOWN
    )


def _shown(name: str, value: Any, depth: int = 0) -> Any:
    """A value as the trail shows it."""
    if value is None:
        return None
    if _SECRET_NAME.search(name) or depth > _DEEPEST:
        return REDACTED
    match value:
        case str():
            return _SECRET_LOOK.sub(REDACTED, value)
        case Mapping():
            return {
                _shown("", inner): _shown(inner, found, depth + 1) for inner, found in value.items()
            }
        case list():
            return [_shown(name, found, depth + 1) for found in value]
        case _:
            return value
