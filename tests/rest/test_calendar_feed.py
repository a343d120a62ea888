"""``GET /v1/calendar.ics``: what a calendar program subscribes to."""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from typing import Any

import httpx
import icalendar
import pytest

from litehq_app.edge.request_ids import with_request_id
from litehq_core.domain.api_key import Scope
from litehq_rest.v1.calendar import is_known
from tests.rest.errors import error_of, field_of
from tests.rest.house import KEY, House

PATH = "/v1/calendar.ics"
FEED = frozenset({Scope.CALENDAR_FEED})


def _events(answer: httpx.Response) -> dict[str, Any]:
    """The events by the id of their booking."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.text)
    found = list(calendar.walk("VEVENT"))
    by_id = {str(event["UID"]).removesuffix("@ws_1"): event for event in found}
    assert len(by_id) == len(found)
    return by_id


async def test_moved_and_cancelled_bookings_update_in_place(house: House) -> None:
    """Issue: "moved and cancelled bookings update in place (UID, SEQUENCE, STATUS)"."""
    made = await house.book()
    before = _events(await house.client.get(PATH))[made["id"]]
    await house.client.patch(f"/v1/bookings/{made['id']}", json={"start": "2026-05-26T09:00:00Z"})
    moved = _events(await house.client.get(PATH))[made["id"]]
    await house.client.delete(f"/v1/bookings/{made['id']}")
    after = _events(await house.client.get(PATH))[made["id"]]
    assert str(before["UID"]) == str(moved["UID"]) == str(after["UID"]) == f"{made['id']}@ws_1"
    numbers = [int(event["SEQUENCE"]) for event in (before, moved, after)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == (await house.get(made["id"]))["version"]
    assert moved["DTSTART"].dt.astimezone(UTC).isoformat() == "2026-05-26T09:00:00+00:00"
    assert moved["DTSTART"].params["TZID"] == "Europe/London"
    assert [str(e["STATUS"]) for e in (before, moved, after)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]


async def test_holds_are_tentative_until_they_are_paid(house: House) -> None:
    hold = await house.book(resource_id="rm_studio", at="2026-05-25T16:00:00Z")
    assert str(_events(await house.client.get(PATH))[hold["id"]]["STATUS"]) == "TENTATIVE"
    await house.pay(hold["id"])
    assert str(_events(await house.client.get(PATH))[hold["id"]]["STATUS"]) == "CONFIRMED"


async def test_from_30_days_back_to_365_ahead(house: House) -> None:
    """Contract: "From 30 days back to 365 ahead"."""
    made = await house.book()
    start = house.clock.now + timedelta(days=3, hours=5)
    for offset, is_there in (
        (timedelta(days=30), True),
        (timedelta(days=30, seconds=1), False),
        (-timedelta(days=365), False),
        (-timedelta(days=365) + timedelta(seconds=1), True),
    ):
        house.clock.now = start + offset
        until = house.clock.now + timedelta(days=1)
        key = await house.key(f"sk_test_{offset.total_seconds()}", expires_at=until)
        assert (made["id"] in _events(await house.client.get(PATH, headers=key))) is is_there


async def test_filters_and_bounds(house: House) -> None:
    """A bound key sees its own; an unknown id in a filter gives nothing."""
    lina = await house.book()
    ana = await house.book(booked_by="mem_ana_n", at="2026-05-25T18:00:00Z")
    studio = await house.book(resource_id="rm_studio", at="2026-05-25T16:00:00Z")

    async def seen(headers: dict[str, str] | None = None, **params: Any) -> set[str]:
        return set(_events(await house.client.get(PATH, params=params, headers=headers)))

    assert await seen() == {lina["id"], ana["id"], studio["id"]}
    assert await seen(room_id="rm_studio") == await seen(resource_id="rm_studio") == {studio["id"]}
    assert await seen(member_id="mem_ana_n") == {ana["id"]}
    assert await seen(location_id="loc_soho") == await seen()
    nowhere: list[dict[str, Any]] = [{"location_id": "loc_far"}, {"room_id": "rm_none"}]
    for nothing in (*nowhere, {"member_id": "x"}):
        assert await seen(**nothing) == set()
    mine = await house.key("sk_test_mine", scopes=FEED, member_id="mem_lina_p")
    theirs = await house.key("sk_test_theirs", scopes=FEED, company_ids=frozenset({"co_northwind"}))
    assert await seen(mine) == {lina["id"], studio["id"]}
    assert await seen(theirs) == {ana["id"]}
    assert await seen(theirs, member_id="mem_lina_p") == set()
    assert await seen({"Authorization": "Bearer sk_test_stranger"}) == set()


async def test_who_books_is_named_to_whoever_may_know(house: House) -> None:
    """Names of members need `members:read`, here as elsewhere."""
    made = await house.book(notes="Bring; cake")
    full = _events(await house.client.get(PATH))[made["id"]]
    name = str(full["SUMMARY"]).removeprefix("Atrium: ")
    assert name
    assert name != str(full["SUMMARY"])
    await house.key("sk_test_feed", scopes=FEED)
    bare = _events(await _anonymous(house, token="sk_test_feed"))[made["id"]]
    assert str(bare["SUMMARY"]) == "Atrium"
    assert "Booked by mem_lina_p" in str(bare["DESCRIPTION"])
    assert "Bring; cake" in str(bare["DESCRIPTION"])


async def _anonymous(house: House, **params: str) -> httpx.Response:
    """As a calendar program, which sends no ``Authorization``."""
    request = house.client.build_request("GET", PATH, params=params)
    del request.headers["authorization"]
    return await house.client.send(request)


async def test_a_token_in_the_address_opens_the_feed_and_nothing_else(house: House) -> None:
    """Contract: "`?token=` … takes only keys whose sole scope is `calendar:feed`"."""
    await house.key("sk_test_feed", scopes=FEED)
    await house.key("sk_test_read", scopes=frozenset({Scope.CALENDAR_READ}))
    await house.key("sk_test_both", scopes=FEED | {Scope.CALENDAR_READ})
    _events(await _anonymous(house, token="sk_test_feed"))
    for token in ("sk_test_read", "sk_test_both", KEY, "sk_test_none", "", "🏢"):
        error_of(await _anonymous(house, token=token), "auth_invalid")
    error_of(await _anonymous(house), "auth_invalid")
    # Two keys at once are one too many (RFC 6750, 2).
    both = await house.client.get(PATH, params={"token": "sk_test_feed"})
    assert field_of(both) == "token"
    headers = {"Authorization": "Bearer sk_test_feed"}
    _events(await house.client.get(PATH, headers=headers))
    _events(await house.client.get(PATH, headers={"Authorization": "Bearer sk_test_read"}))
    assert (await house.client.get("/v1/bookings", headers=headers)).status_code == 403
    assert field_of(await house.client.get("/v1/bookings", params={"token": "x"})) == "token"
    nothing = await house.key("sk_test_bill", scopes=frozenset({Scope.BILLING_READ}))
    error_of(await house.client.get(PATH, headers=nothing), "auth_scope_insufficient")


async def test_the_token_is_in_no_log_and_in_no_answer(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Contract: "redacted in logs", be they of access or of errors."""
    secret = "sk_test_feed_hush"
    await house.key(secret, scopes=FEED)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    reads = house.ports.reads

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect of ours")

    app = with_request_id(house.app)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        _events(await client.get(PATH, params={"token": secret}))
        wrong = await client.get(PATH, params={"token": secret, "colour": "red"})
        vars(reads)["page"] = broken
        failed = await client.get(PATH, params={"token": secret})
    assert (wrong.status_code, failed.status_code) == (422, 500)
    written = capsys.readouterr()
    told = caplog.text + written.out + written.err
    assert PATH in told
    for text in (told, wrong.text, failed.text):
        assert secret not in text
        assert "hush" not in text


async def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    """Contract: "ETag/304"."""
    await house.book()
    first = await house.client.get(PATH)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    house.clock.now += timedelta(minutes=10)
    again = await house.client.get(PATH, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == "private, no-cache"
    await house.book(at="2026-05-26T14:00:00Z")
    changed = await house.client.get(PATH, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ([], False),
        (['"a"'], True),
        (['W/"a"'], True),
        (['"b", "a"'], True),
        (['"b"', '"a"'], True),
        (["*"], True),
        (['"b"'], False),
        (["a"], False),
    ],
)
def test_tags_are_compared_weakly(headers: list[str], known: bool) -> None:
    """RFC 9110, 13.1.2."""
    assert is_known(headers, '"a"') is known


async def test_one_statement_however_many(house: House) -> None:
    for hour in range(9, 13):
        await house.book(at=f"2026-05-25T{hour:02}:00:00Z", duration_minutes=30)
    reads, calls = house.ports.reads, 0
    page = reads.page

    async def counted(*asked: Any) -> Any:
        nonlocal calls
        calls += 1
        return await page(*asked)

    vars(reads)["page"] = counted
    assert len(_events(await house.client.get(PATH))) == 4
    assert calls == 1
