"""Schemathesis over the whole OpenAPI document: what somebody else's program makes of it.

It runs in process, as our own corpus does, in all of its phases: the document's examples, the
boundaries of every schema, requests by chance, and chains of operations that feed one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from tests.fuzz.server import SECRET, Around, AsgiApp, as_it_is, scratch_folder, serving

STREAM = "text/event-stream"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Those that say what the contract does: no 5xx, nothing undocumented, JSON as it is described.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
)


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of a run: how many cases of each phase, what was answered, what is wrong."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        heads = [" ".join(what) + f"\n{text}" for what, text in self.faults.items()]
        return "\n".join([f"{dict(self.cases)} ({told})", *heads])


class _Opened:
    """The application with its database, opened and closed by the lifespan of whoever calls it.

    Attributes:
        around: what is put before the application; tests put faults there.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._app: AsgiApp | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            assert self._app is not None
            await self._app(scope, receive, send)
            return
        await receive()
        with scratch_folder() as folder:
            async with serving(folder) as server:
                application: Any = server.app
                self._app = self._around(application)
                await send({"type": "lifespan.startup.complete"})
                await receive()
        await send({"type": "lifespan.shutdown.complete"})


def run_schemathesis(
    *phases: str,
    seed: int,
    examples: int,
    around: Around = as_it_is,
    only: str | None = None,
) -> Findings:
    """Run some phases.

    Args:
        examples: how many requests by chance, of each operation, and how many chains.
        only: the one path whose list is looked at; None: all operations.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {SECRET}"},
            "continue-on-failure": True,
            "request-timeout": 60,
            "suppress-health-check": ["all"],
            "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
            "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
        }
    )
    schema: BaseSchema = schemathesis.openapi.from_asgi(
        "/openapi.json", _Opened(around), config=config
    )
    if only is not None:
        schema = schema.include(path=only, method="GET")
    if endless := _endless(schema.raw_schema):
        schema = schema.exclude(operation_id=endless)
    found = Findings()
    for event in from_schema(schema).execute():
        _note(found, event)
    return found


def _endless(document: Mapping[str, Any]) -> list[str]:
    """The operations that stream events for as long as somebody listens, as Schemathesis would.

    What they refuse is asked by our own corpus, which hangs up.
    """
    return [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if any(STREAM in answer.get("content", {}) for answer in operation["responses"].values())
    ]


def _note(found: Findings, event: events.EngineEvent) -> None:
    if isinstance(event, (events.NonFatalError, events.FatalError)):
        error = event.info if isinstance(event, events.NonFatalError) else event.exception
        found.faults["engine", type(error).__name__, ""] = str(error)
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    found.cases[event.phase.value] += len(recorder.cases)
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            found.statuses[interaction.response.status_code] += 1
    for what, text in _failures(event):
        # One of each kind for each operation: the others are the same.
        found.faults.setdefault(what, text)


def _failures(event: events.ScenarioFinished) -> Iterator[tuple[tuple[str, str, str], str]]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                what = (event.label or "", check.name, type(failure).__name__)
                yield what, f"{failure.message}\n{check.failure_info.code_sample}"
