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
from tests.fuzz.server import Heard, Server, scratch_folder, serving
from tests.isolation.over_rest import document

# Another one finds other things; one that is the same for everybody fails for everybody.
SEED = 20260522


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """The whole application on a SQLite file."""
    with scratch_folder() as folder:
        async with serving(folder) as opened:
            yield opened


async def test_v1_withstands_the_corpus(server: Server) -> None:
    """Every operation: its valid request, and strange ones in an order of chance."""
    report = await fuzz_rest(server, SEED, 400)
    assert not report.faults, str(report)
    assert report.cases == 400


async def test_graphql_withstands_the_corpus(server: Server) -> None:
    """Every argument of every field is some of it."""
    report = await fuzz_graphql(server, SEED, 200)
    assert not report.faults, str(report)
    assert report.cases == 200


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
