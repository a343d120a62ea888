"""Record what the OpenAPI document shows, and the document itself: ``make openapi``.

One call of every operation is made in a house in memory whose clock stands still and whose ids
are drawn from a fixed seed, so that the record only changes when an answer does.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from random import Random
from typing import Any

from litehq_app.asgi import create_app
from litehq_rest.examples import recorded
from tests.app.installations import settings_of
from tests.rest.calls import EXAMPLES
from tests.rest.house import open_house
from tests.rest.operations import OPERATIONS, Operation

ROOT = Path(__file__).parents[2]
EXAMPLES_FILE = ROOT / "litehq_rest" / "examples.json"
DOCUMENT_FILE = ROOT / "tests" / "rest" / "openapi.json"
SEED = 20_260_522
COMMAND = "make openapi"


async def record(operation: Operation) -> dict[str, Any]:
    """What one operation is asked and answers, and the scope that it needs."""
    async with open_house(random_bits=Random(SEED).getrandbits) as house:
        nobody = await house.key("sk_test_nobody", scopes=frozenset())
        ids = await operation.example.given(house)
        refused = await operation.call(house, ids, headers=nobody)
        answer = await operation.call(house, ids)
    assert answer.status_code == operation.description.status, (operation.id, answer.text)
    is_json = answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = {"scope": refused.json()["error"]["required_scope"]}
    if operation.example.body is not None:
        found["request"] = operation.example.filled(ids)
    if is_json:
        found["answer"] = answer.json()
    return found


async def record_all() -> dict[str, Any]:
    """Every operation that has an example."""
    return {name: await record(OPERATIONS[name]) for name in OPERATIONS if name in EXAMPLES}


def document() -> dict[str, Any]:
    """The document as it is served, with the examples that are on disk."""
    recorded.cache_clear()
    schema = create_app(settings_of()).openapi_schema.to_schema()
    found: dict[str, Any] = json.loads(json.dumps(schema))
    return found


def text_of(value: object) -> str:
    """As it stands in a file: a change of one field is a change of one line."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write both files."""
    EXAMPLES_FILE.write_text(text_of(asyncio.run(record_all())))
    DOCUMENT_FILE.write_text(text_of(document()))


if __name__ == "__main__":
    main()
