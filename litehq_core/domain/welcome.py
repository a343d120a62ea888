"""The welcome of a new company: steps that a workspace has configured, each done once, in order.

A welcome is a row with the steps as they stood when the company was taken on, and how many of them
are done. Each step is one transaction, which counts it: a process may die between any two, and
whoever runs next goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.errors import FieldError, Refusal, ValidationFailed
from litehq_core.domain.json_fields import list_of, maybe, one_of, text, value_of, whole
from litehq_core.domain.lots import MOST_TOKENS
from litehq_core.domain.text import MAX_NAME, MAX_NOTES, require_text

MAX_STEPS = 20
# How long a step that failed waits at least, and at most.
LEAST_WAIT = timedelta(minutes=1)
MOST_WAIT = timedelta(hours=6)


class WelcomeKind(StrEnum):
    """What a step does.

    - ``mail``: writes to the billing contact
    - ``invite``: invites the billing contact as the company's first member
    - ``grant``: gives that member tokens
    """

    MAIL = "mail"
    INVITE = "invite"
    GRANT = "grant"


# Kind → the fields that it has, and needs.
_FIELDS: Mapping[WelcomeKind, tuple[str, ...]] = {
    WelcomeKind.MAIL: ("subject", "text"),
    WelcomeKind.INVITE: ("tier",),
    WelcomeKind.GRANT: ("tokens",),
}
_OPTIONAL = ("subject", "text", "tier", "tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeStep:
    """One step; of the fields it has those that its kind needs.

    Raises:
        ValidationFailed: with every field that is missing, foreign or out of bounds.
    """

    kind: WelcomeKind
    subject: str | None = None
    text: str | None = None
    tier: str | None = None
    tokens: int | None = None

    def __post_init__(self) -> None:
        wrong: list[FieldError] = []
        for name in _OPTIONAL:
            value, needed = getattr(self, name), name in _FIELDS[self.kind]
            if needed and value is None:
                wrong.append(FieldError(name, f"is required by a step of kind {self.kind}"))
            elif not needed and value is not None:
                wrong.append(FieldError(name, f"does not belong to a step of kind {self.kind}"))
            elif isinstance(value, str):
                try:
                    require_text(name, value, least=1, most=_MOST[name])
                except ValidationFailed as refusal:
                    wrong.extend(refusal.errors)
        if self.tokens is not None and not 1 <= self.tokens <= MOST_TOKENS:
            wrong.append(FieldError("tokens", f"must lie within 1–{MOST_TOKENS}"))
        if wrong:
            raise ValidationFailed(*wrong)

    def as_json(self) -> dict[str, Any]:
        """The step as stored and shown: its kind and the fields that it has."""
        named = {name: getattr(self, name) for name in _FIELDS[self.kind]}
        return {"kind": self.kind.value, **named}


_MOST = {"subject": MAX_NAME, "text": MAX_NOTES, "tier": MAX_NAME}
# From JSON; each step is named by its place in the list.
read_welcome_steps = list_of(
    value_of(
        WelcomeStep,
        kind=one_of(WelcomeKind),
        subject=maybe(text),
        text=maybe(text),
        tier=maybe(text),
        tokens=maybe(whole),
    )
)


def require_steps(field: str, steps: Sequence[WelcomeStep]) -> None:
    """Refuse a welcome that could not be run: too long, or a grant before anybody is invited.

    Raises:
        ValidationFailed: with the first step that is wrong.
    """
    if len(steps) > MAX_STEPS:
        raise ValidationFailed.of(field, f"must be {MAX_STEPS} steps at most")
    invited = False
    for number, step in enumerate(steps):
        if step.kind is WelcomeKind.GRANT and not invited:
            raise ValidationFailed.of(f"{field}[{number}].kind", "must stand behind an invite")
        if step.kind is WelcomeKind.INVITE and invited:
            raise ValidationFailed.of(f"{field}[{number}].kind", "must stand there once")
        invited = invited or step.kind is WelcomeKind.INVITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """A company's welcome that is under way.

    Attributes:
        steps: as they were configured when the company was taken on.
        outcomes: what became of those that were tried, in order: ``done``, or why not.
        member_id: whom a step has invited.
        next_at: when the next step is due.
    """

    workspace_id: str
    company_id: str
    steps: tuple[WelcomeStep, ...]
    outcomes: tuple[str, ...] = ()
    member_id: str | None = None
    next_at: datetime
    created_at: datetime

    @property
    def step(self) -> WelcomeStep | None:
        """The next step; None once all were tried."""
        done = len(self.outcomes)
        return self.steps[done] if done < len(self.steps) else None

    def tried(self, outcome: str, member_id: str | None = None) -> Welcome:
        """The welcome one step further."""
        return replace(
            self,
            outcomes=(*self.outcomes, outcome),
            member_id=member_id or self.member_id,
        )

    def put_off(self, now: datetime) -> Welcome:
        """The welcome, to be gone on with after as long again as it has been under way.

        So the waits double, without anybody counting them.
        """
        wait = min(max(now - self.created_at, LEAST_WAIT), MOST_WAIT)
        return replace(self, next_at=now + wait)

    def told(self) -> list[dict[str, str]]:
        """What became of each step, for the event that ends the welcome."""
        return [
            {"kind": step.kind.value, "outcome": outcome}
            for step, outcome in zip(self.steps, self.outcomes, strict=True)
        ]


DONE = "done"
NO_CONTACT = "no_billing_contact"
NOBODY_INVITED = "nobody_invited"


def skipped(refusal: Refusal) -> str:
    """The outcome of a step that was refused: by its code, as everywhere."""
    return refusal.code.value
