"""``/v1/tokens/transactions``: shapes, and the ledger as a stream of lines."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import MutableMapping
from typing import Any

import httpx
import msgspec
import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.use_cases.tokens import list_token_transactions
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_rest import schemas
from litehq_rest.accept import wanted
from tests.rest.errors import error_of, field_of
from tests.rest.house import KEY, House

PATH = "/v1/tokens/transactions"
LINES = {"Accept": "application/x-ndjson"}


async def _fill(house: House, count: int) -> None:
    for number in range(count):
        command = GrantTokens(member_id="mem_jonas_k", amount=number + 1)
        await grant_tokens(house.ports, system_actor("ws_1"), command)


def _rows(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text.endswith("\n") or not answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_the_shapes_are_those_described(house: House) -> None:
    body = {"member_id": "mem_jonas_k", "amount": 5, "cause": "welcome"}
    made = await house.client.post(PATH, json=body)
    assert made.status_code == 201, made.text
    msgspec.convert(made.json(), schemas.PostedTokens)
    assert made.json()["transactions"] == [
        {name: value for name, value in made.json().items() if name != "transactions"}
    ]
    page = await house.client.get(PATH)
    msgspec.convert(page.json(), schemas.TokenTransactionPage)
    assert page.json()["data"][0] == made.json()["transactions"][0]
    assert page.headers["vary"] == "Accept"
    entries = await house.client.get("/v1/audit")
    msgspec.convert(entries.json(), schemas.AuditPage)
    assert next(e["type"] for e in entries.json()["data"]) == "tokens.granted"


async def test_the_stream_is_the_ledger_oldest_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page A: "Stream the token ledger. Double-entry; every row balances"."""
    monkeypatch.setattr(list_token_transactions, "STREAM_PAGE", 2)
    await _fill(house, 4)
    booked = await house.book()
    await house.client.delete(f"/v1/bookings/{booked['id']}")
    body = {"member_id": "mem_jonas_k", "amount": -7}
    assert (await house.client.post(PATH, json=body)).status_code == 201
    rows = _rows(await house.client.get(PATH, headers=LINES))
    page = (await house.client.get(PATH, params={"limit": 200})).json()["data"]
    assert rows == page[::-1]
    balances: Counter[str] = Counter()
    for row in rows:
        msgspec.convert(row, schemas.TokenTransaction)
        balances[row["debit_account"]] -= row["amount"]
        balances[row["credit_account"]] += row["amount"]
        assert balances[f"{row['member_id']}/wallet"] == row["balance_after"]
    assert sum(balances.values()) == 0
    assert balances["mem_lina_p/wallet"] == 100
    assert balances["mem_jonas_k/wallet"] == 3


async def test_the_stream_takes_filters_and_no_paging(house: House) -> None:
    await _fill(house, 2)
    mine = await house.client.get(PATH, headers=LINES, params={"member_id": "mem_lina_p"})
    assert [row["amount"] for row in _rows(mine)] == [100]
    none = await house.client.get(PATH, headers=LINES, params={"member_id": "mem_nobody"})
    assert _rows(none) == []
    for name, value in (("limit", "3"), ("cursor", "x")):
        answer = await house.client.get(PATH, headers=LINES, params={name: value})
        assert field_of(answer) == name


async def test_what_is_refused_is_refused_in_json_before_the_first_byte(house: House) -> None:
    reader = await house.key("sk_test_reader", scopes=frozenset({Scope.CALENDAR_READ}))
    answer = await house.client.get(PATH, headers={**LINES, **reader})
    error_of(answer, "auth_scope_insufficient")
    answer = await house.client.get(PATH, headers=LINES, params={"from": "yesterday"})
    assert field_of(answer) == "from"
    answer = await house.client.get(PATH, headers={**LINES, "Authorization": "Bearer sk_test_no"})
    error_of(answer, "auth_invalid")


async def test_a_bound_key_streams_its_own(house: House) -> None:
    await _fill(house, 1)
    mine = await house.key("sk_test_lina", member_id="mem_lina_p")
    rows = _rows(await house.client.get(PATH, headers={**LINES, **mine}))
    assert {row["member_id"] for row in rows} == {"mem_lina_p"}


async def test_who_hangs_up_ends_the_walk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is read for somebody who has gone, and no page is held but one."""
    monkeypatch.setattr(list_token_transactions, "STREAM_PAGE", 1)
    await _fill(house, 30)
    sent: list[MutableMapping[str, Any]] = []
    enough = asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if len(sent) > 2:
            enough.set()
            # What was sent goes out before more is made, as with a socket.
            await asyncio.sleep(0)

    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [
            (b"accept", b"application/x-ndjson"),
            (b"authorization", f"Bearer {KEY}".encode()),
        ],
        "state": {"request_id": "req_1"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    async with asyncio.timeout(5):
        await house.app(scope, receive, send)  # type: ignore[arg-type]
    lines = [m for m in sent if m["type"] == "http.response.body" and m["body"]]
    assert 1 <= len(lines) < 31


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"member_id": "mem_lina_p"}, "amount"),
        ({"amount": 1}, "member_id"),
        ({"member_id": "mem_lina_p", "amount": 0}, "amount"),
        ({"member_id": "mem_lina_p", "amount": 1.5}, "amount"),
        ({"member_id": "mem_lina_p", "amount": 2**53}, "amount"),
        ({"member_id": "mem_lina_p", "amount": -1, "priority": 3}, "priority"),
        ({"member_id": "mem_lina_p", "amount": -1, "room_ids": ["rm_atrium"]}, "room_ids"),
        ({"member_id": "mem_lina_p", "amount": 1, "expires_at": 7}, "expires_at"),
        ({"member_id": "mem_lina_p", "amount": 1, "note": "x"}, "note"),
    ],
)
async def test_a_body_is_refused_by_its_field(
    house: House, body: dict[str, Any], field: str
) -> None:
    assert field_of(await house.client.post(PATH, json=body)) == field


async def test_never_below_zero(house: House) -> None:
    answer = await house.client.post(PATH, json={"member_id": "mem_lina_p", "amount": -101})
    error = error_of(answer, "insufficient_tokens")
    assert (error["required"], error["available"]) == (101, 100)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ([], "a/json"),
        ([""], "a/json"),
        (["*/*"], "a/json"),
        (["a/*"], "a/json"),
        (["a/lines"], "a/lines"),
        (["A/Lines"], "a/lines"),
        (["a/lines; charset=utf-8"], "a/lines"),
        (["a/json, a/lines"], "a/json"),
        (["a/json;q=0.9, a/lines"], "a/lines"),
        (["a/json;q=0.9", "a/lines"], "a/lines"),
        (["a/lines;q=0.1, */*"], "a/json"),
        (["a/lines, */*"], "a/lines"),
        (["a/lines, */*;q=0.1"], "a/lines"),
        (["a/lines;q=0, */*;q=0.1"], "a/json"),
        (["a/lines;q=0.5, a/json;q=0"], "a/lines"),
        (["a/lines;q=x"], "a/json"),
        (["a/lines;q=7, a/json;q=1"], "a/json"),
        (["text/html"], "a/json"),
        (["a/lines;q=0"], "a/json"),
    ],
)
def test_the_best_liked_media_type(accept: list[str], chosen: str) -> None:
    """RFC 9110, 12.5.1: qualities, and the most specific range that fits."""
    assert wanted(accept, "a/json", "a/lines") == chosen
