"""The start page: what runs here, and where."""

from __future__ import annotations

from importlib.metadata import version

from litestar import Response, get
from litestar.datastructures import State

from litehq_app.demo.example import curl, open_start
from litehq_app.pages.rendering import page


@get("/", include_in_schema=False)
async def show_home(state: State) -> Response[str]:
    """The addresses; with the demo workspace also its key and a booking to make."""
    settings = state.settings
    command = None
    # Beyond this machine the key is nobody's who has not seen the terminal.
    if state.demo_secret and settings.is_local:
        command = curl(settings.base_url, state.demo_secret, await open_start(state.ports))
    return page(
        "home.html",
        version=version("litehq-gateway"),
        base_url=settings.base_url,
        shows_mail=settings.shows_mail,
        shows_webhooks=settings.shows_webhooks,
        has_demo=state.demo_secret is not None,
        secret=state.demo_secret if command else None,
        command=command,
    )
