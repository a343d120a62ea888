"""A campaign: so many cases, in an order that a seed decides, over both façades."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fuzz.cases import cases, operation_of
from tests.fuzz.judge import Judge
from tests.fuzz.over_graphql import asked_of, graphql_cases, graphql_faults
from tests.fuzz.server import Call, Server
from tests.isolation.house import OURS, party
from tests.isolation.rest_rows import ROWS
from tests.isolation.rows import Asked, Kind, Path
from tests.isolation.things import thing

MOST_FAULTS = 50
# How to free what was taken.
_ENDED: Mapping[str, tuple[str, str]] = {
    "booking": ("DELETE", "/v1/bookings/{}"),
    "booking_series": ("POST", "/v1/bookings/series/{}/cancel"),
    "waitlist_entry": ("DELETE", "/v1/waitlist/{}"),
}


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a campaign."""

    seed: int
    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return "\n".join([f"seed {self.seed}: {self.cases} cases ({told})", *self.faults])


async def fuzz_rest(
    server: Server, seed: int, most: int, names: Iterable[str] = tuple(ROWS)
) -> Report:
    """Throw the corpus at operations of ``/v1``: all of them, if no ``names`` are given.

    Args:
        most: how many cases; the corpus gives them in an order of chance, none of them twice.
    """
    report, random = Report(seed=seed), Random(seed)
    document: dict[str, Any] = json.loads(json.dumps(server.app.openapi_schema.to_schema()))
    judge = Judge(document)
    operations = [operation_of(document, name) for name in names]
    strange = [(operation, case) for operation in operations for case in cases(operation)]
    random.shuffle(strange)
    # The valid ones always, and first: else all the others might be refused for one reason.
    strange.sort(key=lambda one: one[1].place != "nothing")
    valid: dict[str, Asked] = {}
    for operation, case in strange[:most]:
        name = operation.name
        if name not in valid:
            valid[name] = await _with_things(server, operation.asked)
        heard = await server.ask(case.call(valid[name]))
        report.cases += 1
        report.statuses[heard.status] += 1
        faults = judge.faults(operation, case, heard)
        if case.place == "nothing" and heard.status >= 300:
            faults.append(f"the valid request is refused: {heard.body[:300]!r}")
        report.faults += [f"{name}: {case.place}: {fault}" for fault in faults]
        if len(report.faults) >= MOST_FAULTS:
            break
        if heard.status < 300 and operation.method != "GET":
            await _let_go(server, heard.body)
            # What was changed, ended or taken is no longer what a valid request needs.
            del valid[name]
    return report


async def fuzz_graphql(server: Server, seed: int, most: int) -> Report:
    """Throw the corpus at the arguments of every query and mutation."""
    report = Report(seed=seed)
    valid: dict[str, Asked] = {}
    for name, place, call in graphql_cases(Random(seed))[:most]:
        if name not in valid:
            valid[name] = await _with_things(server, asked_of(name))
        heard = await server.ask(call(valid[name]))
        report.cases += 1
        report.statuses[heard.status] += 1
        report.faults += [f"{name}: {place}: {fault}" for fault in graphql_faults(heard)]
        if len(report.faults) >= MOST_FAULTS:
            break
    return report


async def _with_things(server: Server, asked: Asked) -> Asked:
    places = list(asked.places())
    # A blackout that is to go lies where its maker puts it.
    of_place = any(kind in (Kind.BLACKOUT, Kind.CLOSURE) for _, kind in places)
    spared = frozenset() if of_place else frozenset({Kind.ROOM, Kind.LOCATION})
    return asked.with_ids(
        {place: await _thing(server, place, kind, spared) for place, kind in places}
    )


async def _thing(server: Server, place: Path, kind: Kind, spared: frozenset[Kind]) -> str:
    """Something of ours; what is named to be changed is nothing that other requests need."""
    changes = place[0] == "path" or place[-1] == "id"
    if changes and kind in spared:
        return f"{kind}annex_{OURS[3:]}"
    return await thing(server, kind, party(OURS, "out" if changes else "in"))


async def _let_go(server: Server, body: bytes) -> None:
    """Free the slot that was taken, for the cases that follow."""
    made = json.loads(body)
    path = _ENDED.get(made.get("object"))
    if path is not None:
        method, template = path
        await server.ask(Call(method=method, path=template.format(made["id"]).encode()))
