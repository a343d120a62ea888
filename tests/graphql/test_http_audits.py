"""GraphQL over HTTP as the npm package ``graphql-http`` audits it."""

from __future__ import annotations

from tests.graphql.conftest import Loopback
from tests.graphql.house import House
from tests.graphql.node import lines, script

AUDITS = 61


async def test_every_audit_passes(house: House, server: Loopback) -> None:
    """Musts, shoulds and mays alike; a notice or a warning is a failure here."""
    async with script("audits.mjs", server.url, house.secret) as process:
        results = await lines(process)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len({result["id"] for result in results}) == AUDITS
