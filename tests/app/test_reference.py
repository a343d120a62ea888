"""``/docs``: whole without a script, and with Scalar nothing on it comes from elsewhere."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import yaml
from litestar import Litestar

from litehq_app.pages.reference import reference_routes
from litehq_core.testing import Clock
from litehq_rest import openapi_config, rest_router
from tests.app.installations import served


@asynccontextmanager
async def bare(vendored: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has the page and what it tells of, wherever Scalar is."""
    app = Litestar(
        [rest_router(), *reference_routes(vendored)],
        openapi_config=openapi_config(),
        logging_config=None,
    )
    transport = httpx.ASGITransport(cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def vendored(tmp_path: Path) -> Path:
    """A folder as ``make reference`` leaves it."""
    (tmp_path / "standalone.js").write_text("/* Scalar */")
    return tmp_path


def operations(document: dict[str, dict[str, dict[str, object]]]) -> Iterator[str]:
    """The ids of all operations."""
    for methods in document["paths"].values():
        for operation in methods.values():
            yield str(operation["operationId"])  # type: ignore[index]


async def test_the_plain_page_tells_of_every_operation(clock: Clock) -> None:
    """Issue: "each operation with description, examples, scopes, errors"."""
    async with served(clock, demo=False) as (client, _):
        document = (await client.get("/openapi.json")).json()
        text = html.unescape((await client.get("/docs")).text)
        for name in operations(document):
            assert f'id="{name}"' in text
        assert "The key needs the scope `calendar:write`." in text
        assert '"resource_id": "rm_atrium"' in text
        for address in set(re.findall(r'href="(docs/[^"]+|openapi[^"]+)"', text)):
            assert (await client.get(f"/{address}")).status_code == 200, address


async def test_the_document_as_yaml_is_the_same(clock: Clock) -> None:
    """Issue: "spec at `/openapi.json` and `/openapi.yaml`"."""
    async with served(clock, demo=False) as (client, _):
        as_json = await client.get("/openapi.json")
        as_yaml = await client.get("/openapi.yaml")
    assert as_yaml.headers["content-type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.text) == json.loads(as_json.text)


async def test_with_scalar_the_page_loads_its_own_files_alone(vendored: Path) -> None:
    """Offline, and its policy says so to the browser."""
    async with bare(vendored) as client:
        page = await client.get("/docs")
        loaded = re.findall(r'src="([^"]+)"', page.text)
        assert loaded == ["docs/scalar/standalone.js", "docs/scalar/start.js"]
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "connect-src 'self'" in policy
        answers = [await client.get(f"/{address}") for address in loaded]
        kinds = {answer.headers["content-type"] for answer in answers}
        assert kinds == {"text/javascript; charset=utf-8"}
        assert "://" not in answers[1].text
        for name in ("LICENSE", "..%2Fscalar_start.js", "other.js"):
            assert (await client.get(f"/docs/scalar/{name}")).status_code == 404, name


async def test_without_scalar_the_page_has_no_script(tmp_path: Path) -> None:
    """It comes with ``make reference``."""
    async with bare(tmp_path) as client:
        page = await client.get("/docs")
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        assert (await client.get("/docs/scalar/start.js")).status_code == 404


async def test_every_operation_is_described_whole(clock: Clock) -> None:
    """Issue 4, part 9: "each operation with description, examples, scopes, errors"."""
    async with served(clock, demo=False) as (client, _):
        document = (await client.get("/openapi.json")).json()
    for methods in document["paths"].values():
        for operation in methods.values():
            name, answers = operation["operationId"], operation["responses"]
            assert operation["summary"], name
            assert "The key needs the scope" in operation["description"], name
            assert {"401", "403", "422", "429"} <= set(answers), name
            told = [operation["requestBody"]] if "requestBody" in operation else []
            told += [answer for status, answer in answers.items() if status.startswith("2")]
            for content in (part["content"] for part in told):
                # Files show for themselves; lines are like the page's rows.
                files = ("image/", "text/calendar", "text/event-stream", "application/pdf")
                shows = any(k.startswith(files) for k in content)
                assert shows or any({"example", "examples"} & set(c) for c in content.values()), (
                    name
                )
