"""The page behind a visitor's pass: what the reception scans, and where to go.

The address is a capability: whoever has it sees the pass. It changes nothing; checking in is the
reception's, with a key.
"""

from __future__ import annotations

from typing import Any

import segno
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from markupsafe import Markup

from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.errors import NotFound
from litehq_core.domain.words import instant_words
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.visitors.read_pass import open_pass


@get("/passes/{token:str}", include_in_schema=False)
async def show_pass(request: Request[Any, Any, State], token: FromPath[str]) -> Response[Any]:
    """The pass with its code."""
    ports: Ports = request.app.state.ports
    try:
        opened = await open_pass(ports, token)
    except NotFound:
        return missing_page("pass", "There is no pass at this address. Is it complete?")
    code = segno.make(opened.url, micro=False).svg_inline(scale=6, border=4, light="#fff")
    return page(
        "visitor_pass.html",
        visitor=opened.visitor,
        location=opened.location,
        host=opened.host_name,
        when=instant_words(opened.visitor.expected_at, opened.location.timezone),
        code=Markup(code),
    )
