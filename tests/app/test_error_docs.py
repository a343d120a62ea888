"""Every error's `docs_url` resolves, and its page says what is needed (contract.md, Errors)."""

from __future__ import annotations

import html
import json
import re

import pytest

from litehq_core.domain.errors import Code
from litehq_core.testing import Clock
from litehq_rest.error_texts import ERROR_TEXTS
from litehq_rest.errors import STATUS
from tests.app.installations import served


def test_the_texts_cover_every_code_and_no_other() -> None:
    assert set(ERROR_TEXTS) == set(Code)


async def test_every_code_has_a_page(clock: Clock) -> None:
    async with served(clock, demo=False) as (client, _):
        overview = (await client.get("/docs/errors")).text
        for code in Code:
            answer = await client.get(f"/docs/errors/{code}")
            assert answer.status_code == 200
            assert f"HTTP {STATUS[code]}" in answer.text
            assert html.escape(ERROR_TEXTS[code].meaning) in answer.text
            assert f'href="errors/{code}"' in overview
            example = re.search(r"<pre><code>(.*?)</code></pre>", answer.text, re.DOTALL)
            assert example
            error = json.loads(html.unescape(example[1]))["error"]
            assert error["code"] == code
            assert error["docs_url"].endswith(f"/docs/errors/{code}")


async def test_an_error_leads_to_its_page(clock: Clock) -> None:
    async with served(clock, demo=False) as (client, _):
        error = (await client.get("/nowhere")).json()["error"]
        assert (await client.get(error["docs_url"])).status_code == 200


@pytest.mark.parametrize("path", ["/docs/errors/no_such_code", "/docs/errors/%3Cscript%3E"])
async def test_an_unknown_code_is_a_404_page(clock: Clock, path: str) -> None:
    async with served(clock, demo=False) as (client, _):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert "<script" not in answer.text


async def test_pages_forbid_scripts_and_frames(clock: Clock) -> None:
    async with served(clock, demo=False) as (client, _):
        for path in ("/", "/docs/errors", "/checkout/ws_none/pay_none"):
            answer = await client.get(path)
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-frame-options"] == "DENY"
            # Nothing is loaded from anywhere, and the one style is the one that is allowed.
            assert not re.search(r"<(script|link|img|iframe)|style=", answer.text)
