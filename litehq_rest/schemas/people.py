"""The shapes of companies and members."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.company import BillingTerms
from litehq_core.domain.member import MemberStatus
from litehq_rest.schemas.shape import Instant, Shape


class BillingContact(Shape, kw_only=True, forbid_unknown_fields=True):
    """The person at a company whom bills are written to."""

    name: str
    email: str


class Address(Shape, kw_only=True, forbid_unknown_fields=True):
    """Where a company is; ``country`` is a code of ISO 3166-1."""

    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str | None
    country: str


class PricingOverride(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a company pays instead: a rate in one currency, or a percentage less.

    ``room_id`` null means every room; an override for the room itself goes before it.
    """

    room_id: str | None
    hourly_minor: int | None
    currency: str | None
    discount_percent: int | None


class Company(Shape, kw_only=True, forbid_unknown_fields=True):
    """A tenant: a billing entity that groups members and owns bookings."""

    id: str
    object: Literal["company"]
    version: int
    name: str
    billing_terms: BillingTerms
    billing_contact: BillingContact | None
    address: Address | None
    pricing_overrides: list[PricingOverride]
    created_at: Instant
    updated_at: Instant


class CompanyPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of companies."""

    data: list[Company]
    next_cursor: str | None


class Member(Shape, kw_only=True, forbid_unknown_fields=True):
    """A person who books.

    ``pool_allocation`` is how many tokens he gets each month, ``token_balance`` what he can spend
    now on some room or other.
    """

    id: str
    object: Literal["member"]
    version: int
    email: str
    name: str
    tier: str
    company_id: str | None
    status: MemberStatus
    pool_allocation: int
    token_balance: int
    created_at: Instant
    updated_at: Instant


class MemberPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of members."""

    data: list[Member]
    next_cursor: str | None
