"""Deciding what becomes of companies: a new one, and a change of one that exists.

Prices that a booking was made at are frozen on it; new overrides and terms are those of new
bookings and of moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from litehq_core.domain.company import Address, BillingContact, BillingTerms, Company
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import FieldError, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.domain.records import company_record, snapshot

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})
_NAMED = ("name", "billing_terms", "billing_contact", "address", "pricing_overrides")
# What a company has agreed on with the operator, and so cannot change by itself.
_AGREED = ("billing_terms", "pricing_overrides")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCompany:
    """A wish to take on a tenant."""

    name: str
    billing_terms: BillingTerms = BillingTerms.CARD
    billing_contact: BillingContact | None = None
    address: Address | None = None
    pricing_overrides: tuple[PricingOverride, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCompany:
    """A wish to change a company; what is UNSET stays, None clears.

    ``pricing_overrides`` replace those before as a whole.
    """

    company_id: str
    name: str | Unset = UNSET
    billing_terms: BillingTerms | Unset = UNSET
    billing_contact: BillingContact | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    pricing_overrides: tuple[PricingOverride, ...] | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        return all(getattr(self, name) is UNSET for name in _NAMED)

    @property
    def is_the_operators(self) -> bool:
        """Whether it names what only the operator may change."""
        return any(getattr(self, name) is not UNSET for name in _AGREED)


def new_company(
    wish: CreateCompany, company_id: str, workspace_id: str, now: datetime
) -> tuple[Company, EventDraft]:
    """The company that is wished for, and its event.

    Raises:
        ValidationFailed: a field is wrong.
    """
    company = Company(
        id=company_id,
        workspace_id=workspace_id,
        **{name: getattr(wish, name) for name in _NAMED},
        created_at=now,
        updated_at=now,
    )
    return company, _event(EventType.COMPANY_CREATED, company, None)


def change_company(
    company: Company, wish: UpdateCompany, now: datetime
) -> tuple[Company, EventDraft] | None:
    """The company after the wish, one version on, and its event; None if all is as it was.

    Raises:
        VersionConflict: the company is at another version.
        ValidationFailed: with every field that is wrong.
    """
    if wish.expected_version not in (None, company.version):
        raise VersionConflict(current_version=company.version)
    changed, wrong = company, list[FieldError]()
    # One by one, so that one wrong field does not hide the others.
    for name in _NAMED:
        value = getattr(wish, name)
        if value is UNSET:
            continue
        try:
            changed = replace(changed, **{name: value})
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    if changed == company:
        return None
    changed = replace(changed, version=company.version + 1, updated_at=now)
    return changed, _event(EventType.COMPANY_UPDATED, changed, company)


def welcomed(
    company: Company, told: list[dict[str, str]], now: datetime
) -> tuple[Company, EventDraft]:
    """The company once its welcome is over, and the event with what became of each step."""
    after = replace(company, version=company.version + 1, updated_at=now)
    event = _event(EventType.COMPANY_WELCOMED, after, company)
    return after, replace(event, object={**event.object, "welcome": told})


def require_rooms(overrides: Sequence[PricingOverride], known: frozenset[str]) -> None:
    """Refuse overrides for rooms that are not there: nobody would ever pay by them.

    Raises:
        ValidationFailed: with each such override, by its place.
    """
    wrong = [
        FieldError(f"pricing_overrides[{number}].room_id", "is no room of this workspace")
        for number, override in enumerate(overrides)
        if override.room_id is not None and override.room_id not in known
    ]
    if wrong:
        raise ValidationFailed(*wrong)


def _event(kind: EventType, after: Company, before: Company | None) -> EventDraft:
    new = snapshot(company_record(after))
    old = snapshot(company_record(before)) if before else None
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=after.version,
        object=new,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != new[name]
        },
        company_id=after.id,
    )
