"""Schemathesis in all its phases over the whole OpenAPI document; ``make fuzz`` does more of it.

Issue 4, part 8: "schemathesis over the whole OpenAPI in all phases".
"""

from __future__ import annotations

import pytest

from tests.fuzz.by_schemathesis import run_schemathesis
from tests.fuzz.planted import PLANTED
from tests.fuzz.test_fuzz import ENGINES_OF_SHARES, GRAPHQL_CASES, REST_CASES, SEED

# (phases, how many examples by chance, how many cases there are at least)
RUNS = {
    "examples and coverage": (("examples", "coverage"), 10, 4_700),
    "fuzzing": (("fuzzing",), 6, 250),
    "stateful": (("stateful",), 15, 60),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", RUNS)
def test_v1_withstands_schemathesis(run: str) -> None:
    """No 5xx, nothing undocumented, every answer as it is described, nothing wrong accepted."""
    phases, examples, least = RUNS[run]
    found = run_schemathesis(*phases, seed=SEED, examples=examples)
    assert not found.faults, str(found)
    assert found.cases.total() >= least, str(found)
    assert set(found.cases) == set(phases)


def test_there_are_cases_enough() -> None:
    """What the suite has time for; ``make fuzz`` goes on from there."""
    by_schemathesis = sum(least for _, _, least in RUNS.values())
    assert len(ENGINES_OF_SHARES) * REST_CASES + GRAPHQL_CASES + by_schemathesis >= 10_000


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", sorted(set(PLANTED) - {"a 500 for NUL"}))
def test_schemathesis_finds_what_was_planted(fault: str) -> None:
    """The NUL it does not look for in every place; that is what our own corpus is for."""
    found = run_schemathesis(
        "coverage", seed=SEED, examples=1, around=PLANTED[fault], only="/v1/rooms"
    )
    assert found.faults, str(found)
