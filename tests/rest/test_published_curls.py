"""Every curl of the two published pages, as it stands there but for dates, ids and the key.

And a table of what else the pages say, with the test that holds us to it.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import httpx
import pytest

from tests.rest.house import KEY, House

# What a reader of the page puts in himself.
DATES = {"2026-05-22": "2026-05-25", "2026-05-23": "2026-05-25", "2026-05-29": "2026-06-01"}
GIVEN = {
    "https://api.litehq.com": "",
    "$LITEHQ_API_KEY": KEY,
    "sk_live_...": KEY,
    "rm_4QkX...": "rm_studio",
    "mem_J7P...": "mem_jonas_k",
    # The page has one backslash too many at the end of this line.
    "' \\\\\n": "' \\\n",
}

A_CREATE = r"""
curl https://api.litehq.com/v1/bookings \
-H "Authorization: Bearer $LITEHQ_API_KEY" \
-H "Content-Type: application/json" \
-d '{
"resource_id": "rm_atrium",
"start": "2026-05-22T14:00:00Z",
"duration_minutes": 90,
"booked_by": "mem_lina_p"
}'
"""
B_LIST = r"""
curl -G https://api.litehq.com/v1/bookings \
  -H 'Authorization: Bearer sk_live_...' \
  --data-urlencode 'from=2026-05-22T00:00:00Z' \
  --data-urlencode 'to=2026-05-29T00:00:00Z' \
  --data-urlencode 'status=confirmed' \
  --data-urlencode 'limit=100'
"""
B_CREATE = r"""
curl -X POST https://api.litehq.com/v1/bookings \
  -H 'Authorization: Bearer sk_live_...' \
  -H 'Content-Type: application/json' \
  -H 'Idempotency-Key: 0e8a...-4d6f-...-bc14' \\
  -d '{
    "room_id": "rm_4QkX...",
    "start_at": "2026-05-23T14:00:00Z",
    "end_at":   "2026-05-23T15:30:00Z",
    "booked_by": { "member_id": "mem_J7P..." },
    "notes": "Studio mic check 13:55",
    "attendees": 4
  }'
"""
B_UPDATE = r"""
curl -X PATCH https://api.litehq.com/v1/bookings/bk_7Wq... \
  -H 'Authorization: Bearer sk_live_...' \
  -H 'Content-Type: application/json' \
  -d '{
    "end_at": "2026-05-23T16:00:00Z",
    "attendees": 6,
    "notes": "Extended by 30 min — client running over."
  }'
"""
B_CANCEL = r"""
curl -X POST https://api.litehq.com/v1/bookings/bk_7Wq.../cancel \
  -H 'Authorization: Bearer sk_live_...' \
  -H 'Content-Type: application/json' \
  -d '{
    "reason": "member_requested",
    "refund_policy": "full",
    "notify_attendees": true
  }'
"""

# Of page A and page B: what they say, and where we are held to it.
SENTENCES: Mapping[str, str] = {
    "A: Every list endpoint returns a stable cursor.": "test_every_operation.test_lists_are_pages",
    "A: No offset drift on busy tenants.": (
        "test_lists.test_no_row_twice_or_skipped_while_others_are_inserted"
    ),
    "A: Every POST accepts an `Idempotency-Key` header. Replays return the cached response.": (
        "test_every_write.test_the_same_request_is_answered_the_same"
    ),
    "A: Errors include `code`, `message`, and a docs URL.": (
        "test_openapi.test_every_error_is_described_with_its_code"
    ),
    "A: No HTML pages.": "test_server_errors.test_the_servers_own_errors_have_the_same_shape",
    "A: Conflicts return 409 with the offending booking id.": (
        "test_errors.test_slot_unavailable_names_the_offender_and_alternatives"
    ),
    "A: Required scopes and an expiry are mandatory.": (
        "test_auth_tokens.test_all_mandatory_fields_are_missed_together"
    ),
    "B: cursor-paginated (50 per page by default, max 200)": (
        "test_every_operation.test_the_limit_is_described"
    ),
    "B: `next_cursor` — null when you're at the end of the list.": (
        "test_lists.test_a_list_is_ordered_by_start_and_ends_with_null"
    ),
    "B: Reuse to safely retry the same logical create.": (
        "test_twins.test_twins_have_one_effect_and_one_answer"
    ),
    "B: the slot is held for the full checkout window (default 30 min)": (
        "test_published_pages.test_page_b_create_waits_for_its_payment"
    ),
    "B: Bookings can be edited up to 1 hour before start_at by default": (
        "test_errors.test_invalid_transition_and_edit_window_closed"
    ),
    "B: Lengthening a slot through PATCH triggers a delta-charge": (
        "test_published_pages.test_page_b_update_example_charges_the_difference"
    ),
    "B: Token lacks calendar:write for a mutating call.": (
        "test_every_operation.test_it_is_for_keys_with_its_scope_alone"
    ),
    "B: Errors return JSON with shape { error: { code, message, request_id } }.": (
        "test_every_operation.test_every_answer_names_its_request"
    ),
    "B: Limits are returned in headers on every response": (
        "test_openapi.test_the_rate_limit_is_described"
    ),
    "B: must align to the room's slot grid": "test_errors.test_slot_misaligned",
    "B: 9 codes you'll see in production": (
        "test_errors.test_the_one_table_gives_every_code_its_published_status"
    ),
}


def filled(text: str, booking_id: str = "") -> str:
    """A command with the reader's own values, and days that lie ahead."""
    for old, new in {**GIVEN, **DATES, "bk_7Wq...": booking_id}.items():
        text = text.replace(old, new)
    return text


async def run(house: House, command: str) -> httpx.Response:
    """What curl would send."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    method, path, content = None, "", ""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            content = words.pop(0)
        elif word == "--data-urlencode":
            name, _, value = words.pop(0).partition("=")
            query[name] = value
        elif word == "-G":
            method = "GET"
        else:
            path = word
    house.client.headers.pop("Authorization", None)
    return await house.client.request(
        method or "POST", path, params=query, headers=headers, content=content.encode()
    )


async def test_page_a_create(house: House) -> None:
    """Page A: `201 Created · { id, status: "confirmed", tokens_charged: 3 }`."""
    answer = await run(house, filled(A_CREATE))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["id"]
    assert (body["status"], body["tokens_charged"]) == ("confirmed", 3)


async def test_page_b_create(house: House) -> None:
    """Page B, create_booking.response: each of its fields, each with its value."""
    answer = await run(house, filled(B_CREATE))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    shown = {
        "status": "pending_payment",
        "room": {"id": "rm_studio", "name": "Studio"},
        "start_at": "2026-05-25T14:00:00Z",
        "end_at": "2026-05-25T15:30:00Z",
    }
    assert {name: body[name] for name in shown} == shown
    assert {name: body["price"][name] for name in ("currency", "amount_minor")} == {
        "currency": "GBP",
        "amount_minor": 8400,
    }
    assert body["id"].startswith("bk_")
    assert body["checkout_url"].startswith("https://")
    assert body["expires_at"] == "2026-05-22T09:30:00Z"
    again = await run(house, filled(B_CREATE))
    assert (again.status_code, again.content) == (201, answer.content)
    assert again.headers["idempotent-replayed"] == "true"


async def test_page_b_list(house: House) -> None:
    """Page B: `from` inclusive, `to` exclusive, `status`, `limit`."""
    made = (await run(house, filled(A_CREATE))).json()
    answer = await run(house, filled(B_LIST))
    assert (answer.status_code, answer.json()) == (200, {"data": [made], "next_cursor": None})


async def test_page_b_update_and_cancel(house: House) -> None:
    """Page B, Updating and Cancelling, on the booking that its create makes."""
    made = (await run(house, filled(B_CREATE))).json()
    await house.pay(made["id"])
    changed = await run(house, filled(B_UPDATE, made["id"]))
    assert changed.status_code == 200, changed.text
    assert changed.json()["pending_change"]["end_at"] == "2026-05-25T16:00:00Z"
    await house.pay(made["id"])
    cancelled = await run(house, filled(B_CANCEL, made["id"]))
    assert cancelled.status_code == 200, cancelled.text
    body = cancelled.json()
    assert (body["status"], body["attendees"]) == ("cancelled", 6)
    assert body["notes"] == "Extended by 30 min — client running over."


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_has_its_test(sentence: str) -> None:
    """A test that is renamed or gone is missed here."""
    module, _, name = SENTENCES[sentence].rpartition(".")
    assert callable(getattr(import_module(f"tests.rest.{module}"), name))
