"""Every operation of both façades by every key that must not get through, or not to this.

contract.md, Ids: what belongs to another workspace, or lies outside a bound key's reach, "answers
exactly like an id never used". The operations are those of the route table and of the GraphQL
schema: one that has no row in ``rest_rows.py`` or ``graphql_rows.py`` fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from tests.isolation.answers import Api
from tests.isolation.house import NOW, OURS, THEIRS, House, Party, furnished, party
from tests.isolation.over_graphql import GraphQL
from tests.isolation.over_rest import Rest
from tests.isolation.rows import HIDDEN, SHARED, Asked, Kind, Path, Row
from tests.isolation.things import never, thing

APIS: tuple[Api, ...] = (Rest(), GraphQL())
BOUNDS = ("member", "company")
# As long as a cursor, and in its alphabet, but none.
GARBAGE = "AAAAAAAAAAAAW3t9LFsxLCJ4Il1d"
# What a refusal tells of an id that it does not know; the last of a field that must name something.
UNKNOWN = {"not_found", "booking_not_found", "quote_expired", "validation_failed"}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Two workspaces, and a server over them."""
    async with furnished() as opened:
        yield opened


def operations(**wanted: bool) -> pytest.MarkDecorator:
    """A test for each operation whose row has what is wanted."""
    chosen = [
        pytest.param(api, name, id=f"{api.name}:{name}")
        for api in APIS
        for name, row in api.rows.items()
        if all(bool(getattr(row, field)) is flag for field, flag in wanted.items())
    ]
    return pytest.mark.parametrize(("api", "name"), chosen)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_every_operation_has_its_row(api: Api) -> None:
    """An operation that nobody has thought about is one that anybody may reach."""
    told = {name.partition(":")[0] for name in api.rows}
    missing = sorted(api.operations() - told)
    assert not missing, f"tests/isolation/{api.name}_rows.py needs a row for each of {missing}"
    assert told == api.operations()


@operations()
def test_every_id_of_an_operation_stands_in_its_row(api: Api, name: str) -> None:
    """Parameters and fields that look like an id's, at whatever depth."""
    plain = name.partition(":")[0]
    rows = [row for key, row in api.rows.items() if key.partition(":")[0] == plain]
    left_out = api.ids_taken(plain).difference(*(row.named() for row in rows))
    assert not left_out, f"the row of {plain} in tests/isolation/{api.name}_rows.py leaves them out"


async def owned(house: House, asked: Asked, of: Party) -> dict[Path, str]:
    """A thing of ``of`` for every place of a request."""
    return {place: await thing(house, kind, of) for place, kind in asked.places()}


async def request_of(house: House, asked: Asked, of: Party) -> Asked:
    """The request with things of ``of`` in every place."""
    return asked.with_ids(await owned(house, asked, of))


async def require_like_never(
    house: House, api: Api, name: str, secret: str, *, own: Party, other: Party
) -> None:
    """In each place, a thing of ``other`` must tell just what an id never used tells.

    The other places hold things of ``own``.
    """
    row = api.rows[name]
    for asked in row.requests():
        ids, others = await owned(house, asked, own), await owned(house, asked, other)
        for place, kind in asked.places():
            if own.workspace_id == other.workspace_id and kind in SHARED:
                continue
            alien = asked.with_ids({**ids, place: others[place]})
            unused = asked.with_ids({**ids, place: never(kind)})
            with house.unchanged():
                answer = await api.call(house, name, alien, secret)
                expected = await api.call(house, name, unused, secret)
            assert answer.told == expected.told, (place, alien)
            if row.lists:
                assert (answer.code, answer.ids) == (None, frozenset())
            else:
                assert answer.code in UNKNOWN, answer.told


@operations()
async def test_a_key_that_opens_nothing(house: House, api: Api, name: str) -> None:
    """B: "auth_invalid 401 — Bearer token missing, malformed, or revoked"; all of them alike."""
    us = party(OURS)
    expired = await house.key_of(us, expires_at=NOW)
    revoked = await house.key_of(us, revoked_at=NOW - timedelta(days=1))
    for asked in api.rows[name].requests():
        request = await request_of(house, asked, us)
        with house.unchanged():
            answers = [
                await api.call(house, name, request, secret)
                for secret in (None, "malformed", "sk_live_unknown", expired, revoked)
            ]
        assert answers[0].code == "auth_invalid"
        assert [answer.told for answer in answers] == [answers[0].told] * len(answers)


@operations(scope=True)
async def test_every_scope_but_the_one(house: House, api: Api, name: str) -> None:
    """B: "auth_scope_insufficient 403"; the scope that is missing is named, and no other needed."""
    us, row = party(OURS), api.rows[name]
    assert row.scope is not None
    area = row.scope.partition(":")[0]
    lacking = {row.scope, *(s for s in Scope if s == f"{area}:write")}
    without = await house.key_of(us, EVERY_SCOPE - lacking)
    alone = await house.key_of(us, frozenset({row.scope}))
    for asked in row.requests():
        request = await request_of(house, asked, us)
        with house.unchanged():
            answer = await api.call(house, name, request, without)
        assert answer.code == "auth_scope_insufficient", answer.told
        assert answer.required_scope == row.scope
        answer = await api.call(house, name, request, alone)
        assert answer.code is None, answer.told


@operations()
async def test_another_workspace(house: House, api: Api, name: str) -> None:
    """What is theirs tells us nothing, wherever we name it; and all of it is there for them."""
    row, us, them = api.rows[name], party(OURS), party(THEIRS)
    secret, theirs = await house.key_of(us), await house.key_of(them)
    await require_like_never(house, api, name, secret, own=us, other=them)
    for asked in row.requests():
        request = await request_of(house, asked, them)
        if asked.places():
            with house.unchanged():
                refused = await api.call(house, name, request, secret)
            assert refused.code in UNKNOWN or (row.lists and not refused.ids)
        answer = await api.call(house, name, request, theirs)
        assert answer.code is None, answer.told


@pytest.mark.parametrize("bound", BOUNDS)
@operations(operators=False)
async def test_a_bound_key_keeps_to_its_own(house: House, api: Api, name: str, bound: str) -> None:
    """contract.md, Auth: a key bound to a member or to companies "sees only theirs"."""
    own, other = party(OURS, "in", bound), party(OURS, "out", bound)
    secret = await house.key_of(own)
    await require_like_never(house, api, name, secret, own=own, other=other)
    row = api.rows[name]
    for asked in row.requests():
        if row.unseen or HIDDEN[bound] & {kind for _, kind in asked.places()}:
            continue
        answer = await api.call(house, name, await request_of(house, asked, own), secret)
        assert answer.code is None, answer.told


@pytest.mark.parametrize("bound", BOUNDS)
@operations(operators=True)
async def test_what_operators_do_no_bound_key_does(
    house: House, api: Api, name: str, bound: str
) -> None:
    """Not even where nothing but what is its own is named."""
    own = party(OURS, "in", bound)
    secret = await house.key_of(own)
    for asked in api.rows[name].requests():
        request = await request_of(house, asked, own)
        with house.unchanged():
            answer = await api.call(house, name, request, secret)
        assert answer.code == "auth_scope_insufficient", answer.told


def plain_list(row: Row) -> tuple[Kind, Asked]:
    """What an operation lists, and the request for all of it."""
    assert row.lists is not None
    [asked] = [asked for asked in row.requests() if asked.query == row.fixed]
    return row.lists, asked


async def listed(house: House, api: Api, name: str, secret: str) -> frozenset[str]:
    """The ids of a whole list."""
    _, asked = plain_list(api.rows[name])
    answer = await api.call(house, name, asked, secret, limit=200)
    assert (answer.code, answer.next_cursor) == (None, None)
    return answer.ids


@operations(lists=True)
async def test_a_list_is_of_one_workspace(house: House, api: Api, name: str) -> None:
    """Theirs has what is theirs, ours has what is ours."""
    kind, _ = plain_list(api.rows[name])
    mine, secret = await thing(house, kind, party(OURS)), await house.key_of(party(OURS))
    theirs, other = await thing(house, kind, party(THEIRS)), await house.key_of(party(THEIRS))
    ours, strangers = await listed(house, api, name, secret), await listed(house, api, name, other)
    assert mine in ours
    assert theirs in strangers
    assert not ours & strangers


@pytest.mark.parametrize("bound", BOUNDS)
@operations(lists=True, operators=False)
async def test_a_bound_key_lists_its_own(house: House, api: Api, name: str, bound: str) -> None:
    """Never what belongs to others; what belongs to everybody it sees."""
    own = party(OURS, "in", bound)
    kind, _ = plain_list(api.rows[name])
    mine = await thing(house, kind, own)
    other = await thing(house, kind, party(OURS, "out", bound))
    shown = await listed(house, api, name, await house.key_of(own))
    assert (other in shown) is (kind in SHARED)
    assert (mine in shown) is not (api.rows[name].unseen or kind in HIDDEN[bound])


@operations(lists=True)
async def test_a_cursor_of_somebody_else_is_garbage(house: House, api: Api, name: str) -> None:
    """Of another workspace, or of another reach in this one: both are refused like any text."""
    row, us, them = api.rows[name], party(OURS), party(THEIRS)
    kind, asked = plain_list(row)
    for of in (us, us, them, them):
        await thing(house, kind, of)
    plain = Asked(path=asked.path, query={}, body=asked.body)
    secret = await house.key_of(us)
    first = await api.call(house, name, asked, secret, limit=1)
    cursor = first.next_cursor
    assert cursor is not None
    went_on = await api.call(house, name, plain, secret, limit=1, cursor=cursor)
    assert went_on.code is None
    assert went_on.ids
    assert not went_on.ids & first.ids
    strangers = [await house.key_of(them)]
    if not row.operators and kind not in SHARED:
        strangers += [await house.key_of(party(OURS, "in", bound)) for bound in BOUNDS]
    for stranger in strangers:
        refused = await api.call(house, name, plain, stranger, cursor=cursor)
        garbage = await api.call(house, name, plain, stranger, cursor=GARBAGE)
        assert refused.code == "validation_failed", refused.told
        assert refused.told == garbage.told
