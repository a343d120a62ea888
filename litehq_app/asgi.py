"""The ASGI application: both façades, the pages and the workers over one installation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from litehq_app.bootstrap import Installation, open_installation
from litehq_app.demo.prepare import prepare_demo
from litehq_app.edge import with_edge
from litehq_app.health import healthz, readyz
from litehq_app.logs import configure_logs
from litehq_app.pages.checkout import settle_checkout, show_checkout
from litehq_app.pages.dev_mail import mail_pages
from litehq_app.pages.dev_webhooks import webhook_pages
from litehq_app.pages.error_docs import list_errors, show_error
from litehq_app.pages.graphiql import STATIC, graphiql_routes
from litehq_app.pages.home import show_home
from litehq_app.pages.invitation import press_accept, show_invitation
from litehq_app.pages.reference import get_openapi_yaml, reference_routes
from litehq_app.pages.visitor_pass import show_pass
from litehq_app.settings import Settings
from litehq_app.workers.accounting import accounting
from litehq_app.workers.checkpoint import checkpoint
from litehq_app.workers.mail import mail
from litehq_app.workers.prune import prune
from litehq_app.workers.rate_limits import rate_limits
from litehq_app.workers.relay import relay
from litehq_app.workers.supervisor import supervised
from litehq_app.workers.sweeps import sweeps
from litehq_app.workers.webhooks import webhook_duties
from litehq_core.steps.relay_names import relayed_through
from litehq_graphql.documents import read_manifest
from litehq_graphql.options import Options
from litehq_graphql.routes import graphql_routes
from litehq_rest.errors import exception_handlers
from litehq_rest.openapi import openapi_config
from litehq_rest.routes import rest_router

MAX_BODY_BYTES = 1024 * 1024
# contract.md, Browsers.
EXPOSED_HEADERS = [
    "ETag",
    "Idempotent-Replayed",
    "Retry-After",
    "X-Event-Cursor",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
]

Opener = Callable[[Settings], AbstractAsyncContextManager[Installation]]


def create_app(
    settings: Settings, opener: Opener = open_installation, *, vendored: Path = STATIC
) -> Litestar:
    """The application. Nothing is opened before its lifespan begins.

    Args:
        opener: gives the installation that the lifespan works with; tests give one of their own.
        vendored: the folder with what ``make graphiql`` and ``make reference`` have fetched.
    """
    cors = _cors(settings)
    app = Litestar(
        route_handlers=[
            rest_router(),
            *graphql_routes(_graphql_options(settings)),
            show_home,
            show_checkout,
            *_provider_routes(settings),
            show_invitation,
            press_accept,
            show_pass,
            list_errors,
            show_error,
            *(mail_pages() if settings.shows_mail else ()),
            *(webhook_pages() if settings.shows_webhooks else ()),
            get_openapi_yaml,
            *reference_routes(vendored / "scalar"),
            *(
                graphiql_routes(vendored / "graphiql")
                if _shown(settings, settings.graphql_graphiql)
                else ()
            ),
            healthz,
            readyz,
        ],
        lifespan=[_lifespan(settings, opener)],
        state=State(
            {
                "settings": settings,
                "docs_base": f"{settings.base_url}/docs/errors",
                # Set by whoever stops the server: what would never end by itself ends then.
                "stopping": asyncio.Event(),
            }
        ),
        exception_handlers=exception_handlers,
        cors_config=cors,
        openapi_config=_openapi(),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )
    app.asgi_handler = with_edge(app.asgi_handler, cors)
    return app


def app_from_environment() -> Litestar:
    """The application as ``LITEHQ_*`` variables have it: what each of several processes makes."""
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format)
    return create_app(settings)


def _lifespan(
    settings: Settings, opener: Opener
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opener(settings) as installation:
            app.state.ports = installation.ports
            app.state.demo_secret = await prepare_demo(settings, installation)
            duties = [
                sweeps(installation.ports),
                mail(installation.ports),
                accounting(installation.ports),
                relay(installation.ports),
                prune(
                    installation.ports,
                    timedelta(days=settings.event_retention_days),
                    followers=(relayed_through,),
                ),
                *webhook_duties(installation.ports),
                rate_limits(installation.ports),
                checkpoint(installation.checkpoint),
            ]
            async with supervised(duties):
                yield

    return lifespan


def _provider_routes(settings: Settings) -> list[Any]:
    """Who tells of payments: the simulated page, or Stripe. Never both, or anybody could pay."""
    if settings.stripe_secret_key is None:
        return [settle_checkout]
    if settings.stripe_webhook_secret is None:
        return []
    # Here, since the client is large, and the simulated provider needs none of it.
    from litehq_app.payments.stripe.events import take_stripe_event  # noqa: PLC0415

    return [take_stripe_event]


def _shown(settings: Settings, choice: bool | None) -> bool:
    """What the demo shows and a production server keeps to itself, unless it was said."""
    return settings.demo if choice is None else choice


def _graphql_options(settings: Settings) -> Options:
    return Options(
        introspection=_shown(settings, settings.graphql_introspection),
        suggestions=_shown(settings, settings.graphql_suggestions),
        batch_limit=settings.graphql_batch_limit,
        max_cost=settings.graphql_max_cost,
        plans=settings.graphql_plans,
        federation=settings.graphql_federation,
        trusted=read_manifest(settings.graphql_documents) if settings.graphql_documents else None,
    )


def _cors(settings: Settings) -> CORSConfig | None:
    if not settings.cors_origins:
        return None
    return CORSConfig(allow_origins=list(settings.cors_origins), expose_headers=EXPOSED_HEADERS)


def _openapi() -> OpenAPIConfig:
    """The description at ``/openapi.json`` and nowhere else, and no page to browse it."""
    config = openapi_config()
    description = JsonRenderPlugin(path=["/", "/openapi.json"])
    config.render_plugins = [description]
    config.default_plugin = description
    config.openapi_router = Router(
        "/openapi.json", route_handlers=[], before_request=_only_itself, include_in_schema=False
    )
    return config


def _only_itself(request: Request[Any, Any, State]) -> None:
    # The framework adds a page of its own for everything below.
    if request.url.path.rstrip("/") != "/openapi.json":
        raise NotFoundException
