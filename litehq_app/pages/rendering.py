"""Templates to answers: no script, no foreign asset, and headers that say so."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.enums import MediaType
from markupsafe import Markup


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("litehq_app.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> Markup:
    source = _environment().loader
    assert source is not None
    return Markup(source.get_source(_environment(), "style.css")[0])


@cache
def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        # A checkout's address is a capability; it must not travel on.
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def page(template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page made from ``template``, which extends ``page.html``."""
    text = _environment().get_template(template).render(style=_style(), **context)
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=_headers())


def missing_page(what: str, why: str) -> Response[str]:
    """The 404 page. ``what`` is a noun in capitals' place, ``why`` a sentence."""
    return page("missing.html", status=404, what=what, why=why)
