"""The outbox of the demo workspace, for whoever tries things out without a mail server."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from litehq_app.demo.seed import demo_actor
from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.errors import NotFound
from litehq_core.domain.mail import Mail
from litehq_core.use_cases.mail.read_outbox import get_mail, list_mails

ON_A_PAGE = 25


def mail_pages() -> tuple[HTTPRouteHandler, ...]:
    """The routes, for an installation that shows its mail."""
    return (list_outbox, show_mail)


@get("/dev/mail", include_in_schema=False)
async def list_outbox(
    state: State, before: Annotated[str | None, QueryParameter()] = None
) -> Response[Any]:
    """The newest first, a page at a time."""
    try:
        found = await list_mails(state.ports, demo_actor(), limit=ON_A_PAGE + 1, before_id=before)
    except NotFound:
        return _missing()
    shown = found[:ON_A_PAGE]
    older = shown[-1].id if len(found) > ON_A_PAGE else None
    return page("mails.html", mails=shown, older=older, stays=state.ports.mailer.is_mailbox)


@get("/dev/mail/{mail_id:str}", include_in_schema=False)
async def show_mail(state: State, mail_id: FromPath[str]) -> Response[Any]:
    """One mail: whom it is for, what it says, how far it has got."""
    try:
        mail: Mail = await get_mail(state.ports, demo_actor(), mail_id)
    except NotFound:
        return _missing()
    return page("mail.html", mail=mail, stays=state.ports.mailer.is_mailbox)


def _missing() -> Response[str]:
    return missing_page("mail", "The outbox holds no mail with this id. Old ones are removed.")
