"""Sending what the outbox holds.

Apart from the other duties: a mail server that hangs must not keep a lapsed hold from being
swept. Each mail is leased, handed over outside any transaction, and settled. While one process
sends a mail no other does; whoever dies meanwhile is followed by another after the lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.mail import Mail, attempt_failed, begin_attempt, delivered
from litehq_core.ports.mailer import MailDeferred, MailRejected
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Due, Duty

BATCH = 50
# At once, so that one recipient's slow server does not hold up all the others.
AT_ONCE = 5

MailFailed = Callable[[Mail, Exception], None]


async def send_mail(ports: Ports, failed: MailFailed, *, limit: int = BATCH) -> int:
    """Try to send every mail that is due, once; how many were tried.

    Args:
        failed: told of each that could not be sent, and why; it keeps nothing else from being
            sent.
        limit: at most so many.
    """
    waiting = await ports.reads.due(Duty.SEND_MAIL, ports.clock(), limit)
    turns = iter(waiting)

    async def take_turns() -> int:
        return sum([await _send(ports, due, failed) for due in turns])

    ways = [take_turns() for _ in range(min(AT_ONCE, len(waiting)))]
    # Not a task group: a store that fails one of them must not break off what the others send.
    tried = 0
    for outcome in await asyncio.gather(*ways, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
        tried += outcome
    return tried


async def _send(ports: Ports, due: Due, failed: MailFailed) -> bool:
    """Send one mail; False if another process has it, or nobody is to have it any more."""
    actor = system_actor(due.workspace_id)
    async with ports.begin(actor) as tx:
        found = await tx.mails.get(due.subject_id, lock=True)
        mail = begin_attempt(found, tx.now) if found else None
        if mail is None:
            return False
        await tx.mails.save(mail)
    try:
        await ports.mailer.send(mail)
    except Exception as error:
        failed(mail, error)
        await _settle(ports, actor, mail, error)
    else:
        await _settle(ports, actor, mail, None)
    return True


async def _settle(ports: Ports, actor: Actor, tried: Mail, error: Exception | None) -> None:
    keep_words = ports.mailer.is_mailbox
    async with ports.begin(actor) as tx:
        current = await tx.mails.get(tried.id, lock=True)
        if current is None:
            return
        if error is None:
            settled = delivered(current, tx.now, keep_words=keep_words)
        else:
            settled = attempt_failed(
                current,
                tried,
                _told(error),
                tx.now,
                permanent=isinstance(error, MailRejected),
                keep_words=keep_words,
            )
        if settled != current:
            await tx.mails.save(settled)


def _told(error: Exception) -> str:
    """What is kept of a failure. Only of those that are meant to be read do we keep the words."""
    if isinstance(error, (MailDeferred, MailRejected)):
        return str(error)
    return f"the mailer failed: {type(error).__name__}"
