"""A DELETE may bring a body: with the idempotency key, and with nothing else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.rest.errors import error_of, field_of
from tests.rest.house import House

JSON = {"Content-Type": "application/json"}


async def deletion(house: House, content: bytes | None, **headers: str) -> httpx.Response:
    """A booking's deletion with a body."""
    made = await house.book()
    path = f"/v1/bookings/{made['id']}"
    return await house.client.request("DELETE", path, content=content, headers={**JSON, **headers})


async def test_the_key_may_stand_in_the_body(house: House) -> None:
    """contract.md: "header `Idempotency-Key` or body `idempotency_key`"."""
    made = await house.book()
    path, body = f"/v1/bookings/{made['id']}", {"idempotency_key": "once"}
    first = await house.client.request("DELETE", path, json=body)
    assert first.status_code == 200
    for again in (
        await house.client.request("DELETE", path, json=body),
        await house.client.delete(path, headers={"Idempotency-Key": "once"}),
    ):
        assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"idempotency_key":null}'])
async def test_an_empty_body_is_none(house: House, content: bytes | None) -> None:
    """Some clients send one whenever they send a content type."""
    assert (await deletion(house, content)).status_code == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed_request"),
        (b"\xff", "malformed_request"),
        (b"[]", "validation_failed"),
        (b'{"reason":"late"}', "validation_failed"),
        (b'{"idempotency_key":7}', "validation_failed"),
    ],
)
async def test_any_other_body_is_refused(house: House, content: bytes, code: str) -> None:
    """contract.md: "Unknown body fields are `422`": a reason that nobody reads is none."""
    error_of(await deletion(house, content), code)
    rows: list[dict[str, Any]] = (await house.client.get("/v1/bookings")).json()["data"]
    assert [row["status"] for row in rows] == ["confirmed"]


async def test_both_keys_must_agree(house: House) -> None:
    """contract.md: "both and different → 422"."""
    body = b'{"idempotency_key":"a"}'
    answer = await deletion(house, body, **{"Idempotency-Key": "b"})
    assert field_of(answer) == "idempotency_key"


async def test_another_media_type_is_refused(house: House) -> None:
    """As with every other body."""
    answer = await deletion(house, b"idempotency_key=a", **{"Content-Type": "text/plain"})
    error_of(answer, "unsupported_media_type")
