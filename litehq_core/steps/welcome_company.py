"""Welcoming a company, step by step: each in a transaction that counts it."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor
from litehq_core.domain.company import Company
from litehq_core.domain.company_changes import welcomed
from litehq_core.domain.errors import Refusal, ServiceUnavailable
from litehq_core.domain.ids import Prefix
from litehq_core.domain.lots import Lot, LotSource, filled
from litehq_core.domain.mail import Mailbox, MailDraft, MailKind
from litehq_core.domain.member_changes import InviteMember
from litehq_core.domain.welcome import (
    DONE,
    NO_CONTACT,
    NOBODY_INVITED,
    Welcome,
    WelcomeKind,
    WelcomeStep,
    skipped,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.invite_member import invite_new
from litehq_core.steps.set_pool import UTC

# What the ledger says of tokens that a welcome brings.
CAUSE = "welcome"


async def begin_welcome(tx: Transaction, company: Company) -> None:
    """Let a new company's welcome begin, if the workspace has one."""
    workspace = await tx.catalogue.workspace()
    if workspace.welcome:
        await tx.welcomes.put(
            Welcome(
                workspace_id=workspace.id,
                company_id=company.id,
                steps=workspace.welcome,
                next_at=tx.now,
                created_at=tx.now,
            )
        )


async def welcome_company(ports: Ports, actor: Actor, company_id: str) -> None:
    """Go on with a company's welcome until it is over, one transaction a step.

    Whatever a step refuses, such as an address that is a member's already, it is skipped for; the
    event in the end tells why. What is down for now is tried again by whoever runs next.
    """
    while await _go_on(ports, actor, company_id):
        continue


async def put_off_welcome(ports: Ports, actor: Actor, company_id: str) -> None:
    """Let a welcome whose step has failed wait a while before it is tried again."""
    async with ports.begin(actor) as tx:
        if await tx.companies.lock(company_id) is None:
            return
        welcome = await tx.welcomes.get(company_id)
        if welcome is not None:
            await tx.welcomes.put(welcome.put_off(tx.now))


async def _go_on(ports: Ports, actor: Actor, company_id: str) -> bool:
    """One step; whether there may be another."""
    async with ports.begin(actor) as tx:
        # The company comes first in the order of locks, and everybody who welcomes it takes it.
        company = await tx.companies.lock(company_id)
        welcome = await tx.welcomes.get(company_id)
        if company is None or welcome is None:
            return False
        step = welcome.step
        if step is None:
            after, event = welcomed(company, welcome.told(), tx.now)
            await tx.companies.save(after)
            await tx.welcomes.remove(company_id)
            tx.emit(event)
            return False
        try:
            async with tx.savepoint():
                tried = await _try(ports, tx, company, welcome, step)
        except ServiceUnavailable:
            raise
        except Refusal as refusal:
            tried = welcome.tried(skipped(refusal))
        await tx.welcomes.put(tried)
        return True


async def _try(
    ports: Ports, tx: Transaction, company: Company, welcome: Welcome, step: WelcomeStep
) -> Welcome:
    contact = company.billing_contact
    if step.kind is WelcomeKind.GRANT:
        if welcome.member_id is None:
            return welcome.tried(NOBODY_INVITED)
        await _grant(ports, tx, welcome.member_id, step.tokens or 0)
        return welcome.tried(DONE)
    if contact is None:
        return welcome.tried(NO_CONTACT)
    if step.kind is WelcomeKind.INVITE:
        wish = InviteMember(
            email=contact.email, name=contact.name, tier=step.tier or "", company_id=company.id
        )
        decision = await invite_new(ports, tx, wish, UTC)
        return welcome.tried(DONE, decision.member.id)
    await tx.mails.add(
        MailDraft(
            kind=MailKind.COMPANY_WELCOMED,
            subject_id=company.id,
            recipient=Mailbox(address=contact.email, name=contact.name),
            subject=step.subject or "",
            text=step.text or "",
        )
    )
    return welcome.tried(DONE)


async def _grant(ports: Ports, tx: Transaction, member_id: str, tokens: int) -> None:
    lot = Lot(
        id=ports.new_id(Prefix.LOT),
        workspace_id=tx.actor.workspace_id,
        member_id=member_id,
        source=LotSource.GRANT,
        granted=tokens,
        created_at=tx.now,
    )
    await tx.ledger.add_lot(lot)
    await tx.ledger.write([filled(lot, ports.new_id(Prefix.TRANSFER), CAUSE)])
