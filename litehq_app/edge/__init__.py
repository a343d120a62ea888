"""The layers between the socket and the application: what holds for every request alike."""

from __future__ import annotations

from litestar.config.cors import CORSConfig
from litestar.types import ASGIApp

from litehq_app.edge.heads import with_heads
from litehq_app.edge.long_addresses import with_short_addresses
from litehq_app.edge.options import with_options
from litehq_app.edge.rate_headers import with_rate_headers
from litehq_app.edge.request_ids import with_request_id
from litehq_app.edge.slow_bodies import with_patience
from litehq_app.edge.socket_origins import with_socket_origins


def with_edge(app: ASGIApp, cors: CORSConfig | None) -> ASGIApp:
    """The application behind all layers; the outermost stands last."""
    app = with_socket_origins(app, cors)
    app = with_patience(app)
    app = with_options(app, cors)
    app = with_heads(app)
    app = with_short_addresses(app)
    app = with_rate_headers(app)
    return with_request_id(app)
