"""The page behind an invitation's link. Its button accepts; looking at it changes nothing.

The address is a capability: whoever has it may accept. No cookie and no key is involved, so there
is nothing that a forged form could borrow; and programs that open every link of a mail to look
for harm accept nothing.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.params import FromPath

from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.errors import NotFound
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.members.accept_invitation import (
    OpenedInvitation,
    accept_invitation,
    read_invitation,
)

AnyRequest = Request[Any, Any, State]


@get("/invitations/{token:str}", include_in_schema=False)
async def show_invitation(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The invitation, and the button if it is still open."""
    ports: Ports = request.app.state.ports
    try:
        return _page(await read_invitation(ports, token))
    except NotFound:
        return _absent()


@post("/invitations/{token:str}", include_in_schema=False)
async def press_accept(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The button was pressed; the answer is the page again, which tells how things stand."""
    ports: Ports = request.app.state.ports
    request_id = request.scope["state"]["request_id"]
    try:
        await accept_invitation(ports, token, request_id=request_id)
    except NotFound:
        return _absent()
    # Relative, so that it holds under whatever address the page was opened.
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": token})


def _page(opened: OpenedInvitation) -> Response[str]:
    end = opened.invitation.expires_at
    return page(
        "invitation.html",
        workspace=opened.workspace,
        member=opened.member,
        standing=opened.standing.value,
        until=f"{end.day} {end:%B %Y, %H:%M} UTC",
    )


def _absent() -> Response[str]:
    return missing_page(
        "invitation",
        "This link opens nothing any more. A newer invitation may have taken its place.",
    )
