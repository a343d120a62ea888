"""The audit trail: who changed what, when, with which key (``GET /v1/audit``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litehq_core.domain.api_key import Scope, hash_secret, system_actor
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken, mint_api_token
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.drivers.trails import trails
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.keys import READ_ONLY, SECOND, STRANGER
from tests.behaviour.scenario import booked, refusal, wish
from tests.domain import samples


async def _entries(driver: Driver, **filters: Any) -> list[dict[str, Any]]:
    caller, entries = trails(driver), []
    query: dict[str, Any] = {"limit": 2, **filters}
    while True:
        page = done(await caller.audit(query))
        entries += page["data"]
        if page["next_cursor"] is None:
            return entries
        query = {"limit": 2, "cursor": page["next_cursor"]}


async def test_who_changed_what_when_with_which_key(house: House, driver: Driver) -> None:
    """Contract: "who changed what, when, with which key"."""
    booking = await booked(driver, wish())
    house.clock.now += timedelta(minutes=5)
    done(await driver.edit(booking["id"], {"notes": "quiet, please"}, key=SECOND))
    last, confirmed, created = await _entries(driver, subject_id=booking["id"])
    assert (last["type"], confirmed["type"], created["type"]) == (
        "booking.updated",
        "booking.confirmed",
        "booking.created",
    )
    assert last["actor"] == {"id": "tok_second", "name": "CI", "kind": "api_token"}
    assert last["subject"] == {"type": "booking", "id": booking["id"]}
    assert last["changes"] == {"notes": {"from": None, "to": "quiet, please"}}
    assert last["occurred_at"] == "2026-05-22T09:05:00Z"
    assert (last["request_id"] is None) is (driver.name == "python")
    assert confirmed["changes"]["status"] == {"from": "pending_payment", "to": "confirmed"}
    # What is new changed from nothing into what it is.
    assert created["changes"]["room_id"] == {"from": None, "to": "rm_atrium"}


async def test_what_the_server_does_by_itself(house: House, driver: Driver) -> None:
    hold = await booked(driver, wish("rm_studio", member="mem_jonas_k"))
    house.clock.now += timedelta(hours=1)
    await house.run_due()
    [entry] = await _entries(driver, type="booking.expired")
    assert entry["actor"] == {"id": "system", "name": "system", "kind": "system"}
    assert entry["subject"]["id"] == hold["id"]
    assert entry["request_id"] is None
    assert await _entries(driver, actor_id="system") == [entry]


async def test_each_filter_narrows_newest_first(house: House, driver: Driver) -> None:
    first = await booked(driver, wish())
    house.clock.now += timedelta(hours=1)
    later = house.clock.now
    second = await booked(driver, wish(start="2026-05-27 14:00"), key=SECOND)
    everything = await _entries(driver)
    assert [e["subject"]["id"] for e in everything] == [second["id"]] * 2 + [first["id"]] * 2
    assert await _entries(driver, actor_id="tok_second") == everything[:2]
    assert await _entries(driver, subject_id=first["id"].replace("bk_", "bkg_")) == everything[2:]
    assert [e["type"] for e in await _entries(driver, type="booking.created")] == [
        "booking.created"
    ] * 2
    assert await _entries(driver, **{"from": later}) == everything[:2]
    assert await _entries(driver, to=later) == everything[2:]
    assert await _entries(driver, subject_id="bk_none") == []
    assert await _entries(driver, actor_id="tok_none") == []


async def test_no_secret_is_ever_shown(house: House, driver: Driver) -> None:
    """A key's secret and its hash are in no entry, nor is a checkout's address."""
    minted = await mint_api_token(
        house.ports,
        system_actor(WORKSPACE),
        MintApiToken(
            name="sk_live_leaked by mistake",
            scopes=frozenset({Scope.CALENDAR_READ}),
            expires_at=house.clock.now + timedelta(days=1),
        ),
    )
    hold = await booked(driver, wish("rm_studio", member="mem_jonas_k"))
    told = str(await _entries(driver))
    for secret in (minted.secret, minted.key.secret_hash, "sk_live_leaked", hold["checkout_url"]):
        assert secret not in told
    assert "[redacted] by mistake" in told


async def test_it_is_for_operators(house: House, driver: Driver) -> None:
    secret = "sk_live_bound_auditor"
    bound = samples.api_key(
        id="tok_bound",
        workspace_id=WORKSPACE,
        scopes=frozenset({Scope.AUTH_READ}),
        secret_hash=hash_secret(secret),
        member_id="mem_lina_p",
    )
    async with house.ports.begin(system_actor(WORKSPACE)) as tx:
        await tx.api_keys.add(bound)
    await booked(driver, wish())
    caller = trails(driver)
    await refusal(house, caller.audit(key=secret), "auth_scope_insufficient")
    await refusal(house, caller.audit(key=READ_ONLY), "auth_scope_insufficient")
    assert done(await caller.audit(key=STRANGER))["data"] == []
    call = caller.audit({"actor_id": "tok_\n"})
    details = await refusal(house, call, "validation_failed")
    assert [error["field"] for error in details["details"]] == ["actor_id"]
