"""Idempotency, of every operation that changes something (``contract.md``, Conventions).

"on every POST, PATCH and mutation, never required: header `Idempotency-Key` or body
`idempotency_key` (both and different → 422), 1–255 characters, per workspace, principal and
operation".
"""

from __future__ import annotations

import httpx
import pytest

from tests.rest.calls import EXAMPLES
from tests.rest.calls.example import Ids
from tests.rest.errors import error_of, field_of
from tests.rest.house import STRANGER_KEY, House
from tests.rest.operations import WRITES, Operation

READY = {name: found for name, found in WRITES.items() if name in EXAMPLES}
TWINS = 32
KEY = {"Idempotency-Key": "0e8a1c52-4d6f-4d6f-bc14-7f1a"}
IN_BODY = {"idempotency_key": KEY["Idempotency-Key"]}

over = pytest.mark.parametrize("operation", READY.values(), ids=READY.keys())


def require_replay(first: httpx.Response, again: httpx.Response) -> None:
    """The first answer byte for byte, and the word that it is."""
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("content-type", "etag"):
        assert again.headers.get(name) == first.headers.get(name)


async def events_of(house: House) -> int:
    """How much has happened in the workspace."""
    return await house.ports.reads.head("ws_1")


async def keyed_in_body(house: House, operation: Operation, ids: Ids) -> httpx.Response:
    """The call with the key in its body, also where the operation has no other."""
    return await operation.call(house, ids, body=operation.example.filled(ids, **IN_BODY))


async def something_else(house: House, operation: Operation, ids: Ids) -> httpx.Response:
    """Another request with the same key."""
    if operation.has_id:
        others = {name: f"{value}x" for name, value in ids.items()}
        return await operation.call(house, others, headers=KEY)
    assert operation.example.other is not None, "a call without an id needs `other`"
    return await operation.call(house, ids, body=operation.example.other, headers=KEY)


@over
async def test_the_same_request_is_answered_the_same(house: House, operation: Operation) -> None:
    """ "Same → the first answer byte for byte with `Idempotent-Replayed: true`"."""
    ids = await operation.example.given(house)
    first = await operation.call(house, ids, headers=KEY)
    assert first.status_code == operation.description.status, first.text
    happened = await events_of(house)
    house.clock.advance(hours=23)
    require_replay(first, await operation.call(house, ids, headers=KEY))
    require_replay(first, await keyed_in_body(house, operation, ids))
    assert await events_of(house) == happened


@over
async def test_another_request_is_a_conflict(house: House, operation: Operation) -> None:
    """ "The fingerprint is path ids + query + normalised command … Other → `409`"."""
    ids = await operation.example.given(house)
    first = await operation.call(house, ids, headers=KEY)
    assert first.status_code == operation.description.status, first.text
    happened = await events_of(house)
    error_of(await something_else(house, operation, ids), "idempotency_conflict")
    assert await events_of(house) == happened


@over
async def test_a_key_is_its_owners_alone(house: House, operation: Operation) -> None:
    """ "per workspace, principal and operation": nobody else can tell that it was used."""
    ids = await operation.example.given(house)
    await operation.call(house, ids, headers=KEY)
    stranger = {"Authorization": f"Bearer {STRANGER_KEY}"}
    colleague = await house.key("sk_test_colleague")
    for headers in (stranger, colleague):
        answer = await operation.call(house, ids, headers={**KEY, **headers})
        assert "idempotent-replayed" not in answer.headers
        if answer.status_code >= 400:
            code = answer.json()["error"]["code"]
            assert code not in ("idempotency_conflict", "idempotency_in_progress"), answer.text


@over
async def test_both_keys_must_agree(house: House, operation: Operation) -> None:
    """ "both and different → 422", "1–255 characters"."""
    ids = await operation.example.given(house)
    body = operation.example.filled(ids, idempotency_key="other")
    assert field_of(await operation.call(house, ids, body=body, headers=KEY)) == "idempotency_key"
    for key in ("", "k" * 256):
        answer = await operation.call(house, ids, headers={"Idempotency-Key": key})
        assert field_of(answer) == "idempotency_key"
    same = operation.example.filled(ids, **IN_BODY)
    answer = await operation.call(house, ids, body=same, headers=KEY)
    assert answer.status_code == operation.description.status, answer.text


def require_one_effect(operation: Operation, answers: list[httpx.Response]) -> None:
    """One twin did it; every other was answered the same, or told that it was under way."""
    done = [a for a in answers if a.status_code == operation.description.status]
    waits = [a for a in answers if a.status_code != operation.description.status]
    assert len([a for a in done if "idempotent-replayed" not in a.headers]) == 1
    assert len({a.content for a in done}) == 1
    for answer in waits:
        error_of(answer, "idempotency_in_progress")


def require_replay_of(answers: list[httpx.Response], again: httpx.Response) -> None:
    """What comes afterwards is what the one twin answered."""
    [first] = [a for a in answers if a.is_success and "idempotent-replayed" not in a.headers]
    require_replay(first, again)
