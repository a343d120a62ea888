"""Every operation of ``/v1`` by every key that must not get through, or not to this.

contract.md, Ids: what belongs to another workspace, or lies outside a bound key's reach, "answers
exactly like an id never used". The operations are those of the route table: one that has no row in
``rest_rows.py`` fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from tests.isolation.calls import call, ids_taken, route_table, told
from tests.isolation.house import NOW, OURS, THEIRS, House, Party, furnished, party
from tests.isolation.rest_rows import ROWS
from tests.isolation.rows import HIDDEN, SHARED, Asked, Kind, Path, Row
from tests.isolation.things import never, thing

BOUNDS = ("member", "company")
# A valid cursor in form, of no list.
GARBAGE = "W3t9LFsxLCJ4Il1d"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Two workspaces, and a server over them."""
    async with furnished() as opened:
        yield opened


def operations(**wanted: bool) -> pytest.MarkDecorator:
    """A test for each operation whose row has what is wanted."""
    chosen = [
        name
        for name, row in ROWS.items()
        if all(bool(getattr(row, field)) is flag for field, flag in wanted.items())
    ]
    return pytest.mark.parametrize("name", chosen)


def test_every_operation_has_its_row() -> None:
    """An operation that nobody has thought about is one that anybody may reach."""
    missing = sorted(set(route_table()) - set(ROWS))
    assert not missing, f"add to tests/isolation/rest_rows.py a row for each of {missing}"
    assert set(ROWS) == set(route_table())


@pytest.mark.parametrize("name", ROWS)
def test_every_id_of_an_operation_stands_in_its_row(name: str) -> None:
    """Parameters and fields that look like an id's, at whatever depth."""
    assert ids_taken()[name] <= ROWS[name].named(), "tests/isolation/rest_rows.py leaves ids out"


async def owned(house: House, asked: Asked, of: Party) -> dict[Path, str]:
    """A thing of ``of`` for every place of a request."""
    return {place: await thing(house, kind, of) for place, kind in asked.places()}


async def request_of(house: House, asked: Asked, of: Party) -> Asked:
    """The request with things of ``of`` in every place."""
    return asked.with_ids(await owned(house, asked, of))


async def require_like_never(
    house: House, name: str, row: Row, secret: str, *, own: Party, other: Party
) -> None:
    """In each place, a thing of ``other`` must tell just what an id never used tells.

    The other places hold things of ``own``.
    """
    for asked in row.requests():
        ids, others = await owned(house, asked, own), await owned(house, asked, other)
        for place, kind in asked.places():
            if own.workspace_id == other.workspace_id and kind in SHARED:
                continue
            alien = asked.with_ids({**ids, place: others[place]})
            unused = asked.with_ids({**ids, place: never(kind)})
            with house.unchanged():
                answer = await call(house, name, alien, secret)
                expected = await call(house, name, unused, secret)
            assert told(answer) == told(expected), (place, alien)
            if place[0] == "query":
                assert answer.status_code < 500
                assert row.lists is None or answer.json() == {"data": [], "next_cursor": None}
            else:
                assert answer.status_code in (404, 409), answer.text


@operations()
async def test_a_key_that_opens_nothing(house: House, name: str) -> None:
    """B: "auth_invalid 401 — Bearer token missing, malformed, or revoked"; all of them alike."""
    us = party(OURS)
    expired = await house.key(us, expires_at=NOW)
    revoked = await house.key(us, revoked_at=NOW - timedelta(days=1))
    for asked in ROWS[name].requests():
        request = await request_of(house, asked, us)
        with house.unchanged():
            answers = [
                told(await call(house, name, request, secret))
                for secret in (None, "malformed", "sk_live_unknown", expired, revoked)
            ]
        assert answers[0][0] == 401
        assert answers == [answers[0]] * len(answers)


@operations()
async def test_every_scope_but_the_one(house: House, name: str) -> None:
    """B: "auth_scope_insufficient 403"; the scope that is missing is named, and no other needed."""
    us, row = party(OURS), ROWS[name]
    if row.scope is None:
        return
    area = row.scope.partition(":")[0]
    lacking = {row.scope, *(s for s in Scope if s == f"{area}:write")}
    without = await house.key(us, EVERY_SCOPE - lacking)
    for asked in row.requests():
        request = await request_of(house, asked, us)
        with house.unchanged():
            answer = await call(house, name, request, without)
            assert answer.status_code == 403, answer.text
            assert answer.json()["error"]["code"] == "auth_scope_insufficient"
            assert answer.json()["error"]["required_scope"] == row.scope
    alone = await house.key(us, frozenset({row.scope}))
    for asked in row.requests():
        answer = await call(house, name, await request_of(house, asked, us), alone)
        assert answer.status_code < 300, answer.text


@operations()
async def test_another_workspace(house: House, name: str) -> None:
    """What is theirs tells us nothing, wherever we name it; and all of it is there for them."""
    row, us, them = ROWS[name], party(OURS), party(THEIRS)
    secret, theirs = await house.key(us), await house.key(them)
    await require_like_never(house, name, row, secret, own=us, other=them)
    for asked in row.requests():
        request = await request_of(house, asked, them)
        if asked.places():
            with house.unchanged():
                refused = await call(house, name, request, secret)
            assert refused.status_code in (404, 409) or refused.json().get("data") == []
        answer = await call(house, name, request, theirs)
        assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("bound", BOUNDS)
@operations(operators=False)
async def test_a_bound_key_keeps_to_its_own(house: House, name: str, bound: str) -> None:
    """contract.md, Auth: a key bound to a member or to companies "sees only theirs"."""
    row, own, other = ROWS[name], party(OURS, "in", bound), party(OURS, "out", bound)
    secret = await house.key(own)
    await require_like_never(house, name, row, secret, own=own, other=other)
    for asked in row.requests():
        if HIDDEN[bound] & {kind for _, kind in asked.places()}:
            continue
        answer = await call(house, name, await request_of(house, asked, own), secret)
        assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("bound", BOUNDS)
@operations(operators=True)
async def test_what_operators_do_no_bound_key_does(house: House, name: str, bound: str) -> None:
    """Not even where nothing but what is its own is named."""
    own = party(OURS, "in", bound)
    secret = await house.key(own)
    for asked in ROWS[name].requests():
        request = await request_of(house, asked, own)
        with house.unchanged():
            answer = await call(house, name, request, secret)
        assert answer.status_code == 403, answer.text
        assert answer.json()["error"]["code"] == "auth_scope_insufficient"


def listed(row: Row) -> Kind:
    """What an operation lists."""
    assert row.lists is not None
    return row.lists


async def rows_of(house: House, name: str, secret: str) -> set[str]:
    """The ids of a whole list."""
    [asked] = [asked for asked in ROWS[name].requests() if asked.query == ROWS[name].fixed]
    answer = await call(house, name, asked, secret, limit="200")
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return {row["id"] for row in answer.json()["data"]}


@operations(lists=True)
async def test_a_list_is_of_one_workspace(house: House, name: str) -> None:
    """Theirs has what is theirs, ours has what is ours."""
    kind, secret = listed(ROWS[name]), await house.key(party(OURS))
    ours = await thing(house, kind, party(OURS))
    theirs = await thing(house, kind, party(THEIRS))
    assert ours in await rows_of(house, name, secret)
    assert theirs not in await rows_of(house, name, secret)
    strangers = await rows_of(house, name, await house.key(party(THEIRS)))
    assert theirs in strangers
    assert ours not in strangers


@pytest.mark.parametrize("bound", BOUNDS)
@operations(lists=True, operators=False)
async def test_a_bound_key_lists_its_own(house: House, name: str, bound: str) -> None:
    """Never what belongs to others; what belongs to everybody it sees."""
    kind, own = listed(ROWS[name]), party(OURS, "in", bound)
    mine = await thing(house, kind, own)
    other = await thing(house, kind, party(OURS, "out", bound))
    shown = await rows_of(house, name, await house.key(own))
    assert (other in shown) is (kind in SHARED)
    # A bound key lists no key but itself.
    assert (mine in shown) is (kind is not Kind.TOKEN and kind not in HIDDEN[bound])


@operations(lists=True)
async def test_a_cursor_of_somebody_else_is_garbage(house: House, name: str) -> None:
    """Of another workspace, or of another reach in this one: both are refused like any text."""
    row, us, them = ROWS[name], party(OURS), party(THEIRS)
    kind = listed(row)
    for of in (us, us, them, them):
        await thing(house, kind, of)
    [asked] = [asked for asked in row.requests() if asked.query == row.fixed]
    plain = Asked(path=asked.path, query={}, body=asked.body)
    secret = await house.key(us)
    first = await call(house, name, asked, secret, limit="1")
    cursor = first.json()["next_cursor"]
    assert cursor is not None
    went_on = await call(house, name, plain, secret, limit="1", cursor=cursor)
    assert went_on.status_code == 200
    assert went_on.json()["data"] != first.json()["data"]
    strangers = [await house.key(them)]
    if not row.operators and kind not in SHARED:
        strangers += [await house.key(party(OURS, "in", bound)) for bound in BOUNDS]
    for stranger in strangers:
        refused = await call(house, name, plain, stranger, cursor=cursor)
        garbage = await call(house, name, plain, stranger, cursor=GARBAGE)
        assert refused.status_code == 422, refused.text
        assert told(refused) == told(garbage)
