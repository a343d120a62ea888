"""The shapes of the token ledger and of the audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from litehq_core.domain.audit import ActorKind
from litehq_core.domain.events import EventType
from litehq_rest.schemas.shape import Instant, Shape

_ACCOUNT = Meta(description="Its owner and what it is for, such as mem_lina_p/wallet.")
_BALANCE = Meta(
    description=(
        "What the member's wallet holds right after this row, reserved and expired tokens included."
    )
)


class TokenTransaction(Shape, kw_only=True, forbid_unknown_fields=True):
    """A row of the token ledger: ``amount`` tokens from the debit account to the credit account."""

    id: str
    object: Literal["token_transaction"]
    debit_account: Annotated[str, _ACCOUNT]
    credit_account: Annotated[str, _ACCOUNT]
    amount: Annotated[int, Meta(ge=1)]
    member_id: str | None
    booking_id: str | None
    lot_id: str | None
    cause: str
    balance_after: Annotated[int, _BALANCE] | None
    created_at: Instant


class TokenTransactionPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the token ledger."""

    data: list[TokenTransaction]
    next_cursor: str | None


class PostedTokens(TokenTransaction, kw_only=True, forbid_unknown_fields=True):
    """The row that was written; where an adjustment took from several lots, the last of them."""

    transactions: list[TokenTransaction]


class AuditActor(Shape, kw_only=True, forbid_unknown_fields=True):
    """Who acted: an API token, or a part of the server."""

    id: str
    name: str
    kind: ActorKind


class AuditSubject(Shape, kw_only=True, forbid_unknown_fields=True):
    """What was changed."""

    type: str
    id: str


class AuditChange(Shape, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The value of a field before and after; what is secret reads ``[redacted]``."""

    from_: Any
    to: Any


class AuditEntry(Shape, kw_only=True, forbid_unknown_fields=True):
    """Something that changed."""

    id: str
    object: Literal["audit_entry"]
    occurred_at: Instant
    type: EventType
    actor: AuditActor
    subject: AuditSubject
    changes: dict[str, AuditChange]
    request_id: str | None


class AuditPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the audit trail."""

    data: list[AuditEntry]
    next_cursor: str | None
