"""The token ledger: what moved, and what each wallet had then (``/v1/tokens/transactions``)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from litehq_core.domain.api_key import Scope, hash_secret, system_actor
from tests.behaviour.drivers.protocol import Driver, done, refused
from tests.behaviour.drivers.trails import trails
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.keys import READ_ONLY, STRANGER
from tests.behaviour.scenario import booked, refusal, wish
from tests.domain import samples

LINA, JONAS, CARL = "mem_lina_p", "mem_jonas_k", "mem_carl_c"
NORTH = "sk_live_north_billing"
MINE = "sk_live_lina_billing"


async def _add_key(house: House, secret: str, **fields: Any) -> str:
    key = samples.api_key(
        id=f"tok_{secret[8:]}",
        workspace_id=WORKSPACE,
        secret_hash=hash_secret(secret),
        **{"scopes": frozenset({Scope.BILLING_WRITE}), **fields},
    )
    async with house.ports.begin(system_actor(WORKSPACE)) as tx:
        await tx.api_keys.add(key)
    return secret


async def _rows(driver: Driver, **filters: Any) -> list[dict[str, Any]]:
    """All rows that meet the filters, newest first, page by page; ``key`` is whose."""
    caller, rows, key = trails(driver), [], filters.pop("key", None)
    query: dict[str, Any] = {"limit": 2, **filters}
    while True:
        page = done(await (caller.ledger(query, key=key) if key else caller.ledger(query)))
        rows += page["data"]
        if page["next_cursor"] is None:
            return rows
        query = {"limit": 2, "cursor": page["next_cursor"]}


async def test_every_row_balances_and_says_what_the_wallet_has(
    house: House, driver: Driver
) -> None:
    """Page A: "Double-entry; every row balances". Contract: each row has `balance_after`."""
    booking = await booked(driver, wish(member=LINA, minutes=120))
    assert booking["tokens_charged"] == 4
    done(await trails(driver).grant({"member_id": LINA, "amount": 7, "cause": "welcome"}))
    done(await driver.cancel(booking["id"]))
    rows = await _rows(driver)
    of_lina = [
        (row["cause"], row["debit_account"], row["credit_account"], row["amount"])
        for row in reversed(rows)
        if row["member_id"] == LINA
    ]
    assert of_lina == [
        ("grant", "ws_soho/issued", "mem_lina_p/wallet", 20),
        ("booking", "mem_lina_p/wallet", "ws_soho/redeemed", 4),
        ("welcome", "ws_soho/issued", "mem_lina_p/wallet", 7),
        (of_lina[3][0], "ws_soho/redeemed", "mem_lina_p/wallet", 4),
    ]
    balances: Counter[str] = Counter()
    for row in reversed(rows):
        balances[row["debit_account"]] -= row["amount"]
        balances[row["credit_account"]] += row["amount"]
        assert balances[f"{row['member_id']}/wallet"] == row["balance_after"]
    assert sum(balances.values()) == 0
    assert balances["mem_lina_p/wallet"] == 27 == house.tokens(LINA)
    assert len({row["id"] for row in rows}) == len(rows)


async def test_each_filter_narrows(house: House, driver: Driver) -> None:
    booking = await booked(driver, wish(member=LINA))
    house.clock.now += timedelta(hours=1)
    later = house.clock.now
    done(await trails(driver).grant({"member_id": JONAS, "amount": 3}))
    about = await _rows(driver, booking_id=booking["id"])
    assert [(row["cause"], row["amount"]) for row in about] == [("booking", 2)]
    assert {row["member_id"] for row in await _rows(driver, member_id=LINA)} == {LINA}
    assert [row["cause"] for row in await _rows(driver, member_id=LINA, cause="booking")] == [
        "booking"
    ]
    assert [row["member_id"] for row in await _rows(driver, **{"from": later})] == [JONAS]
    assert JONAS not in {row["member_id"] for row in await _rows(driver, to=later)}
    assert await _rows(driver, **{"from": later, "to": later}) == []
    # Contract: an unknown id in a filter gives an empty page.
    assert await _rows(driver, member_id="mem_nobody") == []
    assert await _rows(driver, booking_id="bk_none") == []


async def test_a_cause_that_no_cursor_carries_is_refused(house: House, driver: Driver) -> None:
    call = trails(driver).ledger({"cause": "a\nb"})
    details = await refusal(house, call, "validation_failed")
    assert [error["field"] for error in details["details"]] == ["cause"]


async def test_a_grant_is_a_lot_of_its_own(house: House, driver: Driver) -> None:
    wanted = {
        "member_id": JONAS,
        "amount": 5,
        "cause": "prize",
        "priority": 7,
        "expires_at": at("2026-06-22 09:00"),
        "room_ids": ["rm_annex"],
    }
    [row] = done(await trails(driver).grant(wanted, once="g-1"))["transactions"]
    again = await trails(driver).grant(wanted, once="g-1")
    assert done(again)["transactions"] == [row]
    lot = house.tables.lots.committed()[WORKSPACE, row["lot_id"]].lot
    assert (lot.priority, lot.expires_at, lot.room_ids) == (
        7,
        at("2026-06-22 09:00"),
        frozenset({"rm_annex"}),
    )
    assert (row["amount"], row["balance_after"], row["cause"]) == (5, 5, "prize")
    assert (await _rows(driver, member_id=JONAS)) == [row]
    event = house.events()[-1]
    assert (event.type, event.subject_id, event.member_id) == ("tokens.granted", row["id"], JONAS)


async def test_an_adjustment_burns_lot_by_lot_and_never_below_zero(
    house: House, driver: Driver
) -> None:
    caller = trails(driver)
    await caller.grant({"member_id": JONAS, "amount": 2, "priority": 1})
    await caller.grant({"member_id": JONAS, "amount": 3})
    with house.unchanged():
        details = refused(
            await caller.adjust({"member_id": JONAS, "amount": 6}), "insufficient_tokens"
        )
    assert details == {"required": 6, "available": 5}
    rows = done(await caller.adjust({"member_id": JONAS, "amount": 4, "cause": "mistake"}))
    assert [(r["amount"], r["balance_after"]) for r in rows["transactions"]] == [(2, 3), (2, 1)]
    assert {r["debit_account"] for r in rows["transactions"]} == {"mem_jonas_k/wallet"}
    assert {r["credit_account"] for r in rows["transactions"]} == {"ws_soho/issued"}
    assert house.tokens(JONAS) == 1
    event = house.events()[-1]
    assert (event.type, event.object["amount"]) == ("tokens.adjusted", 4)


async def test_what_makes_no_sense_is_refused_by_its_field(house: House, driver: Driver) -> None:
    caller = trails(driver)
    for wish_, field in (
        ({"amount": 0}, "amount"),
        ({"amount": 1, "cause": ""}, "cause"),
        ({"amount": 1, "priority": 1001}, "priority"),
        ({"amount": 1, "room_ids": []}, "room_ids"),
        ({"amount": 1, "expires_at": at("2026-05-22 09:00")}, "expires_at"),
    ):
        call = caller.grant({"member_id": JONAS, **wish_})
        details = await refusal(house, call, "validation_failed")
        assert [error["field"] for error in details["details"]] == [field]
    call = caller.adjust({"member_id": JONAS, "amount": 1, "cause": "x" * 201})
    await refusal(house, call, "validation_failed")
    await refusal(house, caller.grant({"member_id": "mem_nobody", "amount": 1}), "not_found")
    await refusal(house, caller.adjust({"member_id": "mem_nobody", "amount": 1}), "not_found")
    nowhere = {"member_id": JONAS, "amount": 1, "room_ids": ["rm_annex", "rm_nowhere"]}
    await refusal(house, caller.grant(nowhere), "not_found")


async def test_a_bound_key_sees_its_own_wallets_and_gives_nothing(
    house: House, driver: Driver
) -> None:
    """Contract: "A key may be bound to a member or to companies and then sees only theirs"."""
    mine = await _add_key(house, MINE, member_id=LINA)
    north = await _add_key(house, NORTH, company_ids=frozenset({"co_northwind"}))
    assert {r["member_id"] for r in await _rows(driver, key=mine)} == {LINA}
    assert {r["member_id"] for r in await _rows(driver, key=north)} == {"mem_nadia_n"}
    assert await _rows(driver, key=north, member_id=CARL) == []
    caller = trails(driver)
    for key in (mine, north):
        for call in (caller.grant, caller.adjust):
            await refusal(
                house, call({"member_id": LINA, "amount": 1}, key=key), "auth_scope_insufficient"
            )


async def test_scopes_and_workspaces(house: House, driver: Driver) -> None:
    caller = trails(driver)
    reader = await _add_key(house, "sk_live_reader", scopes=frozenset({Scope.BILLING_READ}))
    wanted = {"member_id": JONAS, "amount": 1}
    await refusal(house, caller.ledger(key=READ_ONLY), "auth_scope_insufficient")
    await refusal(house, caller.grant(wanted, key=reader), "auth_scope_insufficient")
    await refusal(house, caller.adjust(wanted, key=reader), "auth_scope_insufficient")
    assert await _rows(driver, key=reader)
    assert await _rows(driver, key=STRANGER) == []
    await refusal(house, caller.grant(wanted, key=STRANGER), "not_found")
