"""What an actor may read: decided here, before any statement is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from litehq_core.domain.api_key import Actor, Scope, with_implied
from litehq_core.domain.attributes import READABLE, Noun
from litehq_core.domain.events import EventType
from litehq_core.domain.query import Condition, Op

READ_SCOPE: Mapping[Noun, Scope] = {
    Noun.BOOKING: Scope.CALENDAR_READ,
    Noun.ROOM: Scope.CALENDAR_READ,
    Noun.LOCATION: Scope.CALENDAR_READ,
    Noun.MEMBER: Scope.MEMBERS_READ,
    Noun.COMPANY: Scope.COMPANIES_READ,
    Noun.API_TOKEN: Scope.AUTH_READ,
    Noun.SERIES: Scope.CALENDAR_READ,
    Noun.WAITLIST_ENTRY: Scope.CALENDAR_READ,
    Noun.TOKEN_TRANSACTION: Scope.BILLING_READ,
    Noun.EVENT: Scope.AUTH_READ,
    Noun.BLACKOUT: Scope.CALENDAR_READ,
    Noun.RATE_CARD: Scope.CALENDAR_READ,
    Noun.VISITOR: Scope.VISITORS_READ,
    Noun.INVOICE: Scope.BILLING_READ,
    Noun.WEBHOOK: Scope.WEBHOOKS_READ,
    Noun.WEBHOOK_DELIVERY: Scope.WEBHOOKS_READ,
}

# Noun → the attributes that hold the owning member's and company's ids.
_OWNED: Mapping[Noun, tuple[str, str]] = {
    Noun.BOOKING: ("member_id", "company_id"),
    Noun.SERIES: ("member_id", "company_id"),
    Noun.MEMBER: ("id", "company_id"),
    Noun.COMPANY: ("", "id"),
    Noun.WAITLIST_ENTRY: ("member_id", "company_id"),
    # A wallet is its member's, and a company reaches those of its present members.
    Noun.TOKEN_TRANSACTION: ("member_id", "member.company_id"),
    Noun.VISITOR: ("host_member_id", "company_id"),
    Noun.INVOICE: ("", "company_id"),
}


# Area of events → the scope to read them; what is not named here is about money.
_EVENT_SCOPES: Mapping[str, Scope] = {
    "booking": Scope.CALENDAR_READ,
    "room": Scope.CALENDAR_READ,
    "location": Scope.CALENDAR_READ,
    "blackout": Scope.CALENDAR_READ,
    "rate_card": Scope.CALENDAR_READ,
    "waitlist": Scope.CALENDAR_READ,
    "visitor": Scope.VISITORS_READ,
    "api_token": Scope.AUTH_READ,
    "member": Scope.MEMBERS_READ,
    "door_access": Scope.MEMBERS_READ,
    "company": Scope.COMPANIES_READ,
    "workspace": Scope.AUTH_READ,
    "endpoint": Scope.WEBHOOKS_READ,
}
# Of no member and no company: who may read only what is his own is told nothing of them.
_OF_OPERATORS = frozenset({Noun.EVENT, Noun.WEBHOOK, Noun.WEBHOOK_DELIVERY})

# What concerns a company alone, whoever may read that there is one and what it is called.
_OF_COMPANY_ALONE = frozenset({"billing_contact", "address", "pricing_overrides"})


def event_scope(kind: EventType) -> Scope:
    """The scope that an event's area needs (``contract.md``, Auth)."""
    area = kind.partition(".")[0]
    return _EVENT_SCOPES.get(area, Scope.BILLING_READ)


def reach(actor: Actor, noun: Noun) -> tuple[Condition, ...]:
    """The conditions that keep a bound key to what is its own. Rooms belong to everybody."""
    if noun is Noun.API_TOKEN and actor.is_bound:
        # A key that is bound sees no key but itself.
        return (Condition("id", Op.EQUAL, actor.key_id),)
    if noun in _OF_OPERATORS and actor.is_bound:
        return (Condition("id", Op.IN, ()),)
    if noun not in _OWNED:
        return ()
    member, company = _OWNED[noun]
    conditions: list[Condition] = []
    if actor.member_id is not None and member:
        conditions.append(Condition(member, Op.EQUAL, actor.member_id))
    if actor.company_ids or (actor.member_id is not None and not member):
        conditions.append(Condition(company, Op.IN, tuple(sorted(actor.company_ids))))
    return tuple(conditions)


def visible(actor: Actor, noun: Noun, attributes: frozenset[str]) -> frozenset[str]:
    """The attributes that the actor may read; those of relations need the relation's scope.

    A booking's room shows its name and zone to whoever may see the booking. A key bound to a
    member is told the name of his company, and nothing that the company keeps to itself.
    """
    return _visible(actor.scopes, actor.member_id is not None, noun, attributes)


@lru_cache(maxsize=1_024)
def _visible(
    scopes: frozenset[Scope], is_member: bool, noun: Noun, attributes: frozenset[str]
) -> frozenset[str]:
    # Asked for every page, and by every caller who has the same key and wants the same.
    relations, held = READABLE[noun].relations, with_implied(scopes)

    def may_read(name: str) -> bool:
        relation, dot, rest = name.partition(".")
        if not dot:
            return True
        related = relations[relation][0]
        hidden = related is Noun.COMPANY and rest in _OF_COMPANY_ALONE
        return READ_SCOPE[related] in held and not (hidden and is_member)

    return frozenset(name for name in attributes if may_read(name))
