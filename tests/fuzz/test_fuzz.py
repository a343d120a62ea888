"""A short campaign over both façades; ``make fuzz`` is the long one.

Issue 4, part 8: no 5xx, no undocumented answer, nothing but JSON errors.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.fuzz.campaign import fuzz_graphql, fuzz_rest
from tests.fuzz.cases import cases, operation_of
from tests.fuzz.judge import Judge
from tests.fuzz.planted import PLANTED
from tests.fuzz.server import Heard, Server, scratch_folder, serving
from tests.isolation.over_rest import document
from tests.isolation.rest_rows import ROWS

# Another one finds other things; one that is the same for everybody fails for everybody.
SEED = 20260522
# The operations in three shares. Some of what is strange troubles PostgreSQL alone; the suite
# has no time for all of it there, as ``make fuzz`` has.
ENGINES_OF_SHARES = ("sqlite", "postgres", "sqlite")
# Of each share. With what Schemathesis does, 10,000 cases in all: the suite has no time for more.
# Those of GraphQL take a third of the time.
REST_CASES = 700
GRAPHQL_CASES = 3_000


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """The whole application on a SQLite file."""
    with scratch_folder() as folder:
        async with serving(folder) as opened:
            yield opened


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("share", "engine"), list(enumerate(ENGINES_OF_SHARES)))
async def test_v1_withstands_the_corpus(share: int, engine: str) -> None:
    """Every operation: its valid request, and strange ones in an order of chance.

    In shares of the operations, so that they can be taken at once.
    """
    names = list(ROWS)[share :: len(ENGINES_OF_SHARES)]
    with scratch_folder() as folder:
        async with serving(folder, engine) as server:
            report = await fuzz_rest(server, SEED, REST_CASES, names)
    assert not report.faults, str(report)
    assert report.cases == REST_CASES


@pytest.mark.timeout(600)
async def test_graphql_withstands_the_corpus(server: Server) -> None:
    """Every argument of every field is some of it."""
    report = await fuzz_graphql(server, SEED, GRAPHQL_CASES)
    assert not report.faults, str(report)
    assert report.cases == GRAPHQL_CASES


@pytest.mark.parametrize("fault", PLANTED)
async def test_the_corpus_finds_what_was_planted(server: Server, fault: str) -> None:
    """A campaign that finds nothing proves nothing unless it finds what is there."""
    report = await fuzz_rest(replace(server, around=PLANTED[fault]), SEED, 10_000, ["rooms.list"])
    assert report.faults, str(report)


def test_the_judge_sees_what_is_wrong() -> None:
    """An answer as documented passes; each of these does not."""
    operation = operation_of(document(), "rooms.list")
    case = next(cases(operation))
    judge = Judge(document())
    good = Heard(
        status=200,
        headers={"content-type": "application/json", "x-request-id": "req_1"},
        body=b'{"data":[],"next_cursor":null}',
    )
    html = {**good.headers, "content-type": "text/html"}
    assert judge.faults(operation, case, good) == []
    for bad in (
        replace(good, status=500),
        replace(good, status=418),
        replace(good, body=b'{"data":[]}'),
        replace(good, body=b'{"data":[{}],"next_cursor":null}'),
        replace(good, body=b"<html>"),
        replace(good, headers=html),
        replace(good, status=404, body=b'{"error":"none"}'),
        replace(good, headers={**good.headers, "x-echo": "a\r\nset-cookie: b"}),
        replace(good, headers={"content-type": "application/json"}),
    ):
        assert judge.faults(operation, case, bad), bad
