"""Look into the outbox of a workspace: for a page of the installation, not for its clients."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import AuthScopeInsufficient, NotFound, ValidationFailed
from litehq_core.domain.mail import Mail
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction

NOUN = "mail"


async def list_mails(
    ports: Ports, actor: Actor, *, limit: int, before_id: str | None = None
) -> Sequence[Mail]:
    """The newest mails first; with ``before_id`` those that were written before that one.

    Raises:
        AuthScopeInsufficient: needs ``auth:read``, by a key that is not bound.
        NotFound: there is no such mail to begin before.
        ValidationFailed: the limit is not positive.
    """
    _require_operator(actor)
    if limit < 1:
        raise ValidationFailed.of("limit", "must be at least 1")
    async with ports.begin(actor) as tx:
        mark = await _found(tx, before_id) if before_id is not None else None
        return await tx.mails.latest(limit, (mark.created_at, mark.id) if mark else None)


async def get_mail(ports: Ports, actor: Actor, mail_id: str) -> Mail:
    """A mail.

    Raises:
        AuthScopeInsufficient: as :func:`list_mails`.
        NotFound: there is none.
    """
    _require_operator(actor)
    async with ports.begin(actor) as tx:
        return await _found(tx, mail_id)


def _require_operator(actor: Actor) -> None:
    """A mail may hold a link that opens something for its reader: nobody's but the operator's."""
    actor.require(Scope.AUTH_READ)
    if actor.is_bound:
        raise AuthScopeInsufficient(f"{Scope.AUTH_READ} of an operator")


async def _found(tx: Transaction, mail_id: str) -> Mail:
    mail = await tx.mails.get(mail_id)
    if mail is None:
        raise NotFound(NOUN)
    return mail
