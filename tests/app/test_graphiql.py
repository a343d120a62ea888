"""The page at ``/graphiql``: there once it is installed, and nothing on it comes from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from litehq_app.asgi import create_app
from litehq_app.pages.graphiql import STATIC, graphiql_routes
from litehq_core.testing import Clock
from tests.app.installations import (
    DEMO_KEY,
    MemoryInstallation,
    client_of,
    served,
    settings_of,
)

FETCHED = (
    *("react.production.min.js", "react-dom.production.min.js"),
    *("graphiql.min.js", "graphiql.min.css"),
)


@pytest.fixture
def vendored(tmp_path: Path) -> Path:
    """A folder as ``make graphiql`` leaves it."""
    for name in FETCHED:
        (tmp_path / name).write_text(f"/* {name} */")
    return tmp_path


def with_page(vendored: Path) -> Callable[[Litestar], None]:
    """Puts the page into an application that has been told to leave it out."""

    def routes(app: Litestar) -> None:
        for handler in graphiql_routes(vendored):
            app.register(handler)

    return routes


async def loaded(client: httpx.AsyncClient, page: httpx.Response) -> dict[str, httpx.Response]:
    """What the page loads, by address."""
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    return {address: await client.get(f"/{address}") for address in addresses}


async def test_the_page_loads_its_own_files_alone(clock: Clock, vendored: Path) -> None:
    """Offline, and its policy says so to the browser."""
    async with served(clock, graphql_graphiql=False, routes=with_page(vendored)) as (client, _):
        page = await client.get("/graphiql")
        assert page.status_code == 200
        assert "http" not in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "connect-src 'self'" in policy
        files = await loaded(client, page)
    assert len(files) == len(FETCHED) + 2
    for address, answer in files.items():
        assert answer.status_code == 200, address
        kind = "text/css" if address.endswith(".css") else "text/javascript"
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize("name", ["other.js", "..%2Fgraphiql_start.js", "graphiql.LICENSE"])
async def test_no_other_file_is_shown(clock: Clock, vendored: Path, name: str) -> None:
    """The folder is no file server."""
    async with served(clock, graphql_graphiql=False, routes=with_page(vendored)) as (client, _):
        assert (await client.get(f"/graphiql/{name}")).status_code == 404


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", True), ("0.0.0.0", False)])
async def test_the_demo_key_is_filled_in_on_this_machine_alone(
    clock: Clock, vendored: Path, host: str, shown: bool
) -> None:
    """As on the start page."""
    options = {"graphql_graphiql": False, "host": host}
    async with served(clock, routes=with_page(vendored), **options) as (client, _):
        text = html.unescape((await client.get("/graphiql")).text)
    assert (f'{{"Authorization": "Bearer {DEMO_KEY}"}}' in text) is shown


def test_without_its_files_there_is_no_page(vendored: Path) -> None:
    """It comes with ``make graphiql``."""
    assert graphiql_routes(vendored)
    (vendored / FETCHED[-1]).unlink()
    assert graphiql_routes(vendored) == []


async def test_production_serves_no_page(clock: Clock) -> None:
    """Whether it is installed or not, unless it was asked for."""
    async with served(clock, demo=False) as (client, _):
        assert (await client.get("/graphiql")).status_code == 404


def test_our_own_files_are_there() -> None:
    """In the package, not in the folder that git ignores."""
    assert {path.name for path in STATIC.glob("graphiql_*")} == {
        "graphiql_start.js",
        "graphiql_page.css",
    }


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"demo": True}, 200),
        ({"demo": False}, 404),
        ({"demo": False, "graphql_graphiql": True}, 200),
        ({"demo": True, "graphql_graphiql": False}, 404),
    ],
)
async def test_the_application_has_the_page_as_its_settings_say(
    clock: Clock, tmp_path: Path, settings: dict[str, bool], status: int
) -> None:
    """The demo shows it, a production server only if it is told to; what it loads comes along."""
    (tmp_path / "graphiql").mkdir()
    for name in FETCHED:
        (tmp_path / "graphiql" / name).write_text("")
    chosen = settings_of(**settings)
    app = create_app(chosen, MemoryInstallation(clock, chosen), vendored=tmp_path)
    async with client_of(app) as client:
        assert (await client.get("/graphiql")).status_code == status
        assert (await client.get("/graphiql/start.js")).status_code == status


async def test_before_it_is_fetched_there_is_no_page(clock: Clock, tmp_path: Path) -> None:
    chosen = settings_of(demo=True)
    app = create_app(chosen, MemoryInstallation(clock, chosen), vendored=tmp_path)
    async with client_of(app) as client:
        assert (await client.get("/graphiql")).status_code == 404
