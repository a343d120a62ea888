"""The page behind a visitor's pass."""

from __future__ import annotations

from datetime import timedelta

from litehq_core import (
    CheckInVisitor,
    RegisterVisitor,
    check_in_visitor,
    import_catalogue,
    read_pass,
    register_visitor,
    system_actor,
)
from litehq_core.testing import Clock, sample_catalogue
from tests.app.installations import served

ACTOR = system_actor("ws_sample")


async def test_the_pass_shows_its_code_until_it_is_used(clock: Clock) -> None:
    async with served(clock, demo=False) as (client, ports):
        await import_catalogue(ports, ACTOR, sample_catalogue())
        wish = RegisterVisitor(
            name="<b>Grace</b>",
            host_member_id="mem_lina_p",
            location_id="loc_soho",
            expected_at=clock() + timedelta(hours=2),
        )
        visitor = await register_visitor(ports, ACTOR, wish)
        path = await read_pass(ports, ACTOR, visitor.id)
        shown = await client.get(path)
        assert shown.status_code == 200
        assert "<svg" in shown.text
        assert "<b>" not in shown.text
        assert "12:00" in shown.text
        assert shown.headers["cache-control"] == "no-store"
        await check_in_visitor(ports, ACTOR, CheckInVisitor(visitor_id=visitor.id))
        used = (await client.get(path)).text
        assert "Checked in" in used
        assert "<svg" not in used
        for wrong in (f"{path}x", "/passes/nothing"):
            assert (await client.get(wrong)).status_code == 404
