"""Visitors through every caller: announced, checked in, called off (contract.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Protocol

import httpx
import pytest

from litehq_core import (
    CancelVisitor,
    CheckInVisitor,
    ListVisitors,
    MailStatus,
    RegisterVisitor,
    VisitorsWhen,
    authenticate,
    cancel_visitor,
    check_in_visitor,
    list_visitors,
    open_pass,
    read_pass,
    register_visitor,
)
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.errors import NotFound, Refusal
from litehq_core.domain.visitor import VisitorStatus
from litehq_core.domain.wall_clock import instant_text
from tests.behaviour.app import serving
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.keys import FULL

Answer = tuple[str, dict[str, Any]]


class Reception(Protocol):
    """What a scenario asks; each answer is ``("ok", visitor)`` or ``(code, {})``."""

    async def create(self, key: str = FULL, **wish: Any) -> Answer: ...
    async def check_in(self, key: str = FULL, **who: Any) -> Answer: ...
    async def cancel(self, visitor_id: str, key: str = FULL) -> Answer: ...
    async def ids(self, key: str = FULL, **filters: Any) -> list[str]: ...


class PythonReception:
    """Calls the use cases."""

    def __init__(self, house: House) -> None:
        self._ports = house.ports

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``register_visitor``."""
        actor = await authenticate(self._ports, key)
        try:
            found = await register_visitor(self._ports, actor, RegisterVisitor(**wish))
        except Refusal as refusal:
            return refusal.code.value, {}
        return "ok", {"id": found.id, "status": found.status.value}

    async def check_in(self, key: str = FULL, **who: Any) -> Answer:
        """``check_in_visitor``."""
        actor = await authenticate(self._ports, key)
        command = CheckInVisitor(visitor_id=who.get("id"), pass_token=who.get("token"))
        try:
            found = await check_in_visitor(self._ports, actor, command)
        except Refusal as refusal:
            return refusal.code.value, {}
        return "ok", {"id": found.id, "status": found.status.value}

    async def cancel(self, visitor_id: str, key: str = FULL) -> Answer:
        """``cancel_visitor``."""
        actor = await authenticate(self._ports, key)
        try:
            found = await cancel_visitor(self._ports, actor, CancelVisitor(visitor_id=visitor_id))
        except Refusal as refusal:
            return refusal.code.value, {}
        return "ok", {"id": found.id, "status": found.status.value}

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``list_visitors``."""
        actor = await authenticate(self._ports, key)
        when = VisitorsWhen(filters.pop("when", "any"))
        if "status" in filters:
            filters["status"] = VisitorStatus(filters["status"])
        query = ListVisitors(when=when, **filters)
        page = await list_visitors(self._ports, actor, query, every_attribute(Noun.VISITOR))
        return [record["id"] for record in page.records]


class RestReception:
    """Speaks HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _call(self, method: str, path: str, key: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await self._client.request(method, path, headers=headers, **more)
        body = answer.json()
        if answer.is_success:
            return "ok", body
        return body["error"]["code"], {}

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``POST /v1/visitors``."""
        body = {**wish, "expected_at": instant_text(wish["expected_at"])}
        return await self._call("POST", "/v1/visitors", key, json=body)

    async def check_in(self, key: str = FULL, **who: Any) -> Answer:
        """``POST …/check_in``."""
        if "token" in who:
            return await self._call(
                "POST", "/v1/visitors/check_in", key, json={"pass": who["token"]}
            )
        return await self._call("POST", f"/v1/visitors/{who['id']}/check_in", key)

    async def cancel(self, visitor_id: str, key: str = FULL) -> Answer:
        """``DELETE /v1/visitors/{id}``."""
        return await self._call("DELETE", f"/v1/visitors/{visitor_id}", key)

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``GET /v1/visitors``."""
        _, body = await self._call("GET", "/v1/visitors", key, params=filters)
        return [row["id"] for row in body["data"]]


class GraphQLReception:
    """Speaks GraphQL."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _mutate(self, name: str, kind: str, key: str, given: dict[str, Any]) -> Answer:
        document = (
            f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{"
            f" ... on {kind}Payload {{ visitor {{ id status host {{ id }} }} }}"
            " ... on Refusal { code } } }"
        )
        found = (await self._ask(document, {"input": given}, key))[name]
        if "code" in found:
            return found["code"].lower(), {}
        return "ok", {**found["visitor"], "status": found["visitor"]["status"].lower()}

    async def _ask(self, document: str, variables: dict[str, Any], key: str) -> dict[str, Any]:
        answer = await self._client.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {key}"},
        )
        body = answer.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``createVisitor``."""
        names = {"host_member_id": "hostMemberId", "location_id": "locationId"}
        given = {names.get(name, name): value for name, value in wish.items()}
        given["expectedAt"] = instant_text(given.pop("expected_at"))
        return await self._mutate("createVisitor", "CreateVisitor", key, given)

    async def check_in(self, key: str = FULL, **who: Any) -> Answer:
        """``checkInVisitor``."""
        given = {"pass": who["token"]} if "token" in who else {"id": who["id"]}
        return await self._mutate("checkInVisitor", "CheckInVisitor", key, given)

    async def cancel(self, visitor_id: str, key: str = FULL) -> Answer:
        """``cancelVisitor``."""
        return await self._mutate("cancelVisitor", "CancelVisitor", key, {"id": visitor_id})

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``visitors``."""
        document = (
            "query($when: VisitorsWhen, $locationId: ID, $status: VisitorStatus) {"
            " visitors(when: $when, locationId: $locationId, status: $status) { nodes { id } } }"
        )
        variables = {"when": filters.get("when", "any").upper()}
        if "location_id" in filters:
            variables["locationId"] = filters["location_id"]
        if "status" in filters:
            variables["status"] = filters["status"].upper()
        found = await self._ask(document, variables, key)
        return [node["id"] for node in found["visitors"]["nodes"]]


@pytest.fixture(params=["python", "rest", "graphql"])
async def reception(request: pytest.FixtureRequest, house: House) -> AsyncIterator[Reception]:
    """One caller after the other."""
    if request.param == "python":
        yield PythonReception(house)
        return
    async with serving(house.ports) as client:
        yield RestReception(client) if request.param == "rest" else GraphQLReception(client)


def _wish(house: House, **more: Any) -> dict[str, Any]:
    return {
        "name": "Grace",
        "host_member_id": "mem_nadia_n",
        "location_id": "loc_soho",
        "expected_at": house.clock.now + timedelta(hours=2),
        **more,
    }


def _mails(house: House) -> list[tuple[str, str]]:
    mails = house.tables.mails.committed().values()
    return sorted((mail.kind.value, mail.status.value) for mail in mails)


async def _made(house: House, reception: Reception, **more: Any) -> str:
    outcome, visitor = await reception.create(**_wish(house, **more))
    assert (outcome, visitor["status"]) == ("ok", "expected")
    visitor_id: str = visitor["id"]
    return visitor_id


async def test_a_visitor_is_announced_and_arrives(house: House, reception: Reception) -> None:
    visitor_id = await _made(house, reception, email="grace@example.com")
    assert _mails(house) == [("visitor_announced", "queued"), ("visitor_invited", "queued")]
    for _ in range(2):
        assert (await reception.check_in(id=visitor_id))[1]["status"] == "checked_in"
    assert house.types(visitor_id) == ["visitor.created", "visitor.checked_in"]
    assert ("visitor_arrived", "queued") in _mails(house)
    assert len(_mails(house)) == 3
    assert (await reception.cancel(visitor_id))[0] == "invalid_transition"


async def test_who_is_called_off_is_written_no_more(house: House, reception: Reception) -> None:
    """contract.md: ``DELETE`` suppresses what is still pending."""
    visitor_id = await _made(house, reception, email="grace@example.com")
    for _ in range(2):
        assert (await reception.cancel(visitor_id))[1]["status"] == "cancelled"
    assert {status for _, status in _mails(house)} == {MailStatus.SUPPRESSED.value}
    assert house.types(visitor_id) == ["visitor.created", "visitor.cancelled"]
    assert (await reception.check_in(id=visitor_id))[0] == "invalid_transition"


async def test_the_pass_is_enough_at_the_reception(house: House, reception: Reception) -> None:
    visitor_id = await _made(house, reception)
    actor = await authenticate(house.ports, FULL)
    url = await read_pass(house.ports, actor, visitor_id)
    token = url.rpartition("/")[2]
    assert (await open_pass(house.ports, token)).visitor.id == visitor_id
    stored = house.tables.visitors.committed()[WORKSPACE, visitor_id]
    assert token.partition(".")[2].encode() not in (stored.pass_sealed, stored.pass_hash.encode())
    for wrong in ("nothing", f"{token}x", token.replace(WORKSPACE, "ws_other")):
        assert (await reception.check_in(token=wrong))[0] == "not_found"
        with pytest.raises(NotFound):
            await open_pass(house.ports, wrong)
    assert (await reception.check_in(token=url))[1]["id"] == visitor_id


async def test_what_cannot_be_announced(house: House, reception: Reception) -> None:
    for wrong, code in (
        ({"name": ""}, "validation_failed"),
        ({"email": "nobody"}, "validation_failed"),
        ({"expected_at": house.clock.now - timedelta(days=1)}, "validation_failed"),
        ({"host_member_id": "mem_nobody"}, "not_found"),
        ({"location_id": "loc_nowhere"}, "not_found"),
    ):
        with house.unchanged():
            assert (await reception.create(**_wish(house, **wrong)))[0] == code
    assert (await reception.check_in(id="vis_nobody"))[0] == "not_found"
    assert (await reception.cancel("vis_nobody"))[0] == "not_found"


async def test_lists_tell_those_to_come_from_those_before(
    house: House, reception: Reception
) -> None:
    first = await _made(house, reception)
    later = await _made(house, reception, expected_at=house.clock.now + timedelta(days=2))
    assert await reception.ids() == [later, first]
    house.clock.advance(hours=15)
    assert await reception.ids(when="upcoming") == [later]
    assert await reception.ids(when="past") == [first]
    await reception.cancel(later)
    # Nobody waits at the door for whoever has called off.
    assert await reception.ids(when="upcoming") == []
    assert await reception.ids(when="upcoming", status="cancelled") == [later]
    assert await reception.ids() == [later, first]
    assert await reception.ids(location_id="loc_nowhere") == []


async def test_a_bound_key_has_visitors_of_its_own(house: House, reception: Reception) -> None:
    scopes = frozenset(s for s in (await authenticate(house.ports, FULL)).scopes)
    hers = await house.key(member_id="mem_nadia_n", scopes=scopes)
    his = await house.key(member_id="mem_jonas_k", scopes=scopes)
    visitor_id = await _made(house, reception)
    assert await reception.ids(hers) == [visitor_id]
    assert await reception.ids(his) == []
    assert (await reception.check_in(his, id=visitor_id))[0] == "not_found"
    assert (await reception.cancel(visitor_id, his))[0] == "not_found"
    assert (await reception.create(his, **_wish(house)))[0] == "not_found"


async def test_the_code_is_a_picture(house: House, client: httpx.AsyncClient) -> None:
    visitor_id = await _made(house, PythonReception(house))
    headers = {"Authorization": f"Bearer {FULL}"}
    for kind, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        answer = await client.get(f"/v1/visitors/{visitor_id}/pass.{kind}", headers=headers)
        assert answer.content.startswith(start)
        assert answer.headers["content-type"].startswith("image/")
        assert answer.headers["cache-control"] == "no-store"
        missing = await client.get(f"/v1/visitors/vis_none/pass.{kind}", headers=headers)
        assert missing.status_code == 404
