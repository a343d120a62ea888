"""GraphiQL: a page to try the GraphQL schema with, offline once it has been installed.

Its scripts are no part of the repository: ``make graphiql`` puts them where they are looked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from litestar import Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from litehq_app.pages.rendering import page

STATIC = Path(__file__).parent.parent / "static"

_OWN = {"start.js": STATIC / "graphiql_start.js", "page.css": STATIC / "graphiql_page.css"}
_FOREIGN = (
    "react.production.min.js",
    "react-dom.production.min.js",
    "graphiql.min.js",
    "graphiql.min.css",
)
_TYPES = {".js": "text/javascript", ".css": "text/css"}
# GraphiQL's editors write style attributes, and its fonts and icons come inside its style sheet.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "font-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_QUERY = """\
# Try a query; the schema is in the book at the left.
{
  bookings(first: 3) {
    nodes { id startAt room { name } member { name } }
  }
}
"""


def graphiql_routes(vendored: Path) -> list[BaseRouteHandler]:
    """The page and what it loads; nothing at all before GraphiQL has been installed."""
    assets: Mapping[str, Path] = {**_OWN, **{name: vendored / name for name in _FOREIGN}}
    if not all(path.is_file() for path in assets.values()):
        return []

    @get("/graphiql", include_in_schema=False, sync_to_thread=False)
    def show_graphiql(state: State) -> Response[str]:
        """The page; with the demo workspace's key in it, where only this machine sees it."""
        key = state.demo_secret if state.settings.is_local else None
        headers = {"Authorization": f"Bearer {key or 'sk_…'}"}
        answer = page("graphiql.html", headers=json.dumps(headers), query=_QUERY)
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    @get("/graphiql/{name:str}", include_in_schema=False, sync_to_thread=True)
    def get_graphiql_asset(name: FromPath[str]) -> Response[bytes]:
        """A file of the page."""
        path = assets.get(name)
        if path is None:
            raise NotFoundException
        return Response(
            path.read_bytes(),
            media_type=_TYPES[path.suffix],
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
        )

    return [show_graphiql, get_graphiql_asset]
