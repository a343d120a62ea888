"""GraphQL over HTTP: methods, media types, statuses, and faults of the request itself."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import ServiceUnavailable
from tests.graphql.house import DOCS_BASE, House, bare
from tests.graphql.socket_client import connected

QUERY = "{ viewer { keyId } }"
NEW = "application/graphql-response+json"


async def post(house: House, body: Any = None, **headers: str) -> httpx.Response:
    """A POST with full control over what is sent."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    plain = {"authorization": f"Bearer {house.secret}", "content-type": "application/json"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.post("/graphql", content=content, headers={**plain, **given})


def code_of(response: httpx.Response) -> str:
    """The code of a refused request, whose shape is checked on the way."""
    body = response.json()
    assert list(body) == ["errors"]
    [error] = body["errors"]
    code: str = error["extensions"]["code"]
    assert error["message"]
    assert error["extensions"]["docs_url"] == f"{DOCS_BASE}/{code}"
    assert error["extensions"]["request_id"] == "req_test"
    return code


async def test_a_query_by_post_and_by_get(house: House) -> None:
    """``POST /graphql`` (JSON), ``GET`` for queries."""
    response = await post(house, {"query": QUERY})
    assert bare(response.json()) == {"data": {"viewer": {"keyId": "tok_soho"}}}
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    by_get = await house.client.get(
        "/graphql",
        params={
            "query": "query A { __typename } query B($id: ID!) { room(id: $id) { name } }",
            "variables": '{"id": "rm_atrium"}',
            "operationName": "B",
            "extensions": "{}",
        },
        headers={"Authorization": f"Bearer {house.secret}"},
    )
    assert bare(by_get.json()) == {"data": {"room": {"name": "Atrium"}}}


async def test_a_get_must_change_nothing(house: House) -> None:
    """Mutations by GET are refused, and subscriptions need the socket."""
    mutation = 'mutation { revokeApiToken(input: {id: "tok_soho"}) { __typename } }'
    headers = {"Authorization": f"Bearer {house.secret}"}
    response = await house.client.get("/graphql", params={"query": mutation}, headers=headers)
    assert (response.status_code, code_of(response)) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"
    assert (await post(house, {"query": QUERY})).status_code == 200
    subscription = {"query": "subscription { bookingEvents { id } }"}
    response = await post(house, subscription)
    assert (response.status_code, code_of(response)) == (400, "malformed_request")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer sk_live_wrong", "Basic sk_live_everything", "Bearer é"]
)
async def test_without_a_good_key_nothing_is_read(house: House, authorization: str) -> None:
    """``auth_invalid``, 401, whatever else is wrong with the request."""
    response = await house.client.post(
        "/graphql", content=b"nonsense", headers={b"authorization": authorization.encode()}
    )
    assert (response.status_code, code_of(response)) == (401, "auth_invalid")
    assert response.headers["www-authenticate"] == "Bearer"
    by_get = await house.client.get("/graphql", params={"query": QUERY})
    assert by_get.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"query": "\\ud800"}',
        b"[" * 100_000,
        [{"query": QUERY}],
        "text",
        {},
        {"query": None},
        {"query": 5},
        {"query": " "},
        {"query": QUERY, "variables": [1]},
        {"query": QUERY, "variables": "{}"},
        {"query": QUERY, "operationName": 5},
        {"query": QUERY, "extensions": 5},
        {"query": QUERY, "operationName": "Absent"},
        {"query": "#" * 70_000 + QUERY},
    ],
)
async def test_a_request_of_another_shape_is_malformed(house: House, body: Any) -> None:
    """``malformed_request``, 400; batches are not taken."""
    response = await post(house, body)
    assert (response.status_code, code_of(response)) == (400, "malformed_request")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/graphql",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json; charset=latin-1",
        "",
    ],
)
async def test_another_media_type_is_refused(house: House, content_type: str) -> None:
    """``unsupported_media_type``, 415; no multipart uploads."""
    response = await post(house, {"query": QUERY}, content_type=content_type)
    assert (response.status_code, code_of(response)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("length", ["abc", "-5", "٥"])
async def test_a_length_that_is_none_is_malformed(house: House, length: str) -> None:
    """A hostile header is no defect of ours."""
    response = await house.client.post(
        "/graphql",
        content=b"{}",
        headers={
            b"authorization": f"Bearer {house.secret}".encode(),
            b"content-length": length.encode(),
        },
    )
    assert (response.status_code, code_of(response)) == (400, "malformed_request")


async def test_a_body_above_one_mebibyte_is_refused(house: House) -> None:
    """``payload_too_large``, 413, whether or not its length was announced."""
    body = b" " * (1024 * 1024 + 1)
    response = await post(house, body)
    assert (response.status_code, code_of(response)) == (413, "payload_too_large")

    async def pieces() -> Any:
        for _ in range(1025):
            yield b" " * 1024

    response = await house.client.post(
        "/graphql",
        content=pieces(),
        headers={"authorization": f"Bearer {house.secret}", "content-type": "application/json"},
    )
    assert (response.status_code, code_of(response)) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("accept", "media_type", "status"),
    [
        ("", "application/json", 200),
        ("*/*", "application/json", 200),
        ("application/json", "application/json", 200),
        (NEW, NEW, 400),
        (f"{NEW}, application/json;q=0.9", NEW, 400),
        (f"{NEW};q=0.5, application/json", "application/json", 200),
        (f"{NEW};q=0, application/json;q=0.1", "application/json", 200),
        (f"{NEW};q=nonsense", "application/json", 200),
    ],
)
async def test_who_knows_the_newer_media_type_gets_statuses_with_it(
    house: House, accept: str, media_type: str, status: int
) -> None:
    """GraphQL over HTTP: 400 without ``data`` when nothing was executed."""
    for query in ("{ nope }", "{ viewer("):
        response = await post(house, {"query": query}, accept=accept)
        assert response.status_code == status
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert "data" not in response.json()
    executed = await post(house, {"query": "{ bookings(first: 0) { nodes { id } } }"}, accept=NEW)
    assert (executed.status_code, executed.json()["data"]) == (200, {"bookings": None})


@pytest.mark.parametrize("value", ["2026-05-22T00:00:00", "2026-05-22", "yesterday", 0, 1.5, True])
async def test_a_date_time_needs_an_offset(house: House, value: Any) -> None:
    """A naive time or a number is refused, naming the argument, as variable and as literal."""
    query = "query Q($from: DateTime) { bookings(from: $from) { nodes { id } } }"
    error = await house.error(query, **{"from": value})
    assert error["extensions"]["code"] == "validation_failed"
    assert error["extensions"]["details"][0]["field"] == "from"
    error = await house.error(f"{{ bookings(from: {json.dumps(value)}) {{ nodes {{ id }} }} }}")
    assert error["extensions"]["code"] == "validation_failed"
    assert error["extensions"]["details"][0]["field"] == "from"
    assert error["message"].startswith("from: ")


async def test_a_wrong_value_deep_in_an_input_is_found(house: House) -> None:
    """The path to it is named."""
    query = """query Q($input: CreateBookingInput!) { bookingQuote(input: $input) { id } }"""
    wish = {"roomId": "rm_atrium", "bookedBy": {"memberId": "mem_lina_p"}}
    answer = await house.ask(query, input={**wish, "startAt": 1, "endAt": "2026-05-25T10:00:00"})
    fields = [error["extensions"]["details"][0]["field"] for error in answer["errors"]]
    assert fields == ["input.startAt", "input.endAt"]
    error = await house.error(
        """{ bookingQuote(input: {
          roomId: "rm_atrium", bookedBy: { memberId: "mem_lina_p" }
          startAt: "2026-05-25T10:00:00", endAt: "2026-05-25T11:00:00Z"
        }) { id } }"""
    )
    assert error["extensions"]["details"][0]["field"] == "input.startAt"


async def test_any_offset_is_read_and_z_is_written(house: House) -> None:
    """RFC 3339 with ``Z``, in whole seconds."""
    booking = await house.book("2026-05-25T11:00:00+02:00")
    assert booking["startAt"] == "2026-05-25T09:00:00Z"


async def test_a_defect_of_ours_is_logged_and_not_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """``internal_error``, and no detail leaks."""

    class Broken:
        async def by_ids(self, *_: Any) -> Any:
            raise LookupError("the password is swordfish")

        def __getattr__(self, name: str) -> Any:
            return getattr(house.reads, name)

    house.litestar.state.ports = replace(house.ports, reads=cast("Any", Broken()))
    with caplog.at_level(logging.ERROR):
        error = await house.error('{ room(id: "rm_atrium") { id } }')
    assert error["extensions"]["code"] == "internal_error"
    assert "swordfish" not in json.dumps(error)
    assert "swordfish" in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ServiceUnavailable(), 503, "service_unavailable"),
        (LookupError("swordfish"), 500, "internal_error"),
    ],
)
async def test_a_store_that_is_away_is_told_in_graphql_s_shape(
    house: House, error: Exception, status: int, code: str
) -> None:
    """Before any operation runs, too; and a socket is closed as our failure."""

    class Away:
        async def api_key(self, _: str) -> Any:
            raise error

    house.litestar.state.ports = replace(house.ports, reads=cast("Any", Away()))
    response = await post(house, {"query": QUERY})
    assert (response.status_code, code_of(response)) == (status, code)
    assert "swordfish" not in response.text
    async with connected(house.app) as socket:
        payload = {"Authorization": f"Bearer {house.secret}"}
        await socket.send({"type": "connection_init", "payload": payload})
        assert (await socket.closed()).code == 4500


async def test_what_was_refused_is_no_defect(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The log stays quiet."""
    secret = await house.key(Scope.MEMBERS_READ)
    with caplog.at_level(logging.ERROR):
        await house.error("{ bookings { nodes { id } } }", secret)
        await house.error("{ nope }")
        await house.error("{ bookings(first: 0) { nodes { id } } }")
        await house.error("query Q($f: DateTime) { bookings(from: $f) { nodes { id } } }", f=1)
    assert not caplog.records


async def test_several_operations_need_a_name(house: House) -> None:
    """The first is not simply taken."""
    query = "query A { viewer { keyId } } query B { viewer { keyId } }"
    assert "operationName" in (await house.error(query))["message"]
    named = await post(house, {"query": query, "operationName": "B"})
    assert named.json()["data"]["viewer"]


async def test_the_schema_is_served_as_text(house: House) -> None:
    """``/schema.graphql`` needs no key."""
    response = await house.client.get("/schema.graphql")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "type Booking implements Node" in response.text
