"""Whether an answer is one that the contract knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from tests.fuzz.cases import Case, Operation
from tests.fuzz.server import Heard

# Where a path strays, another operation may have answered, or none.
_ASTRAY = {"not_found", "method_not_allowed"}


class Judge:
    """Judges by the document that the application itself gives out."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._validators: dict[str, Any] = {}

    def faults(self, operation: Operation, case: Case, heard: Heard) -> list[str]:
        """What is wrong with an answer; nothing if it is as documented."""
        if heard.status >= 500:
            return [f"{heard.status}: {heard.body[:300]!r}"]
        wrong = [f"header {n}" for n, v in heard.headers.items() if "\r" in v or "\n" in v]
        if "evil" in heard.headers.get("set-cookie", "") or "set-cookie" in heard.headers:
            wrong.append("a cookie was set")
        if "x-request-id" not in heard.headers:
            wrong.append("no X-Request-Id")
        if heard.status >= 400:
            wrong += self._error_faults(heard)
            if case.strays and not wrong and self._code(heard) in _ASTRAY:
                return []
        elif case.strays:
            return wrong
        responses = operation.described["responses"]
        if str(heard.status) not in responses:
            return [*wrong, f"{heard.status} is not documented: {heard.body[:200]!r}"]
        return wrong + self._schema_faults(operation.name, responses, heard)

    def _error_faults(self, heard: Heard) -> list[str]:
        if heard.headers.get("content-type") != "application/json":
            return [f"an error as {heard.headers.get('content-type')}"]
        return self._against("Error", {"$ref": "#/components/schemas/Error"}, heard.body)

    def _schema_faults(self, name: str, responses: Mapping[str, Any], heard: Heard) -> list[str]:
        response = responses[str(heard.status)]
        if isinstance(reference := response.get("$ref"), str):
            response = self._document["components"]["responses"][reference.rpartition("/")[2]]
        content = response.get("content", {})
        kind = heard.headers.get("content-type", "").partition(";")[0]
        if not content and not heard.body:
            return []
        if kind not in content:
            return [f"{kind} is not documented for {heard.status}"]
        if kind != "application/json":
            return []
        return self._against(f"{name} {heard.status}", content[kind]["schema"], heard.body)

    def _against(self, name: str, schema: Mapping[str, Any], body: bytes) -> list[str]:
        try:
            value = json.loads(body)
        except ValueError:
            return [f"no JSON: {body[:200]!r}"]
        validator = self._validators.get(name)
        if validator is None:
            whole = {**schema, "components": self._document["components"]}
            validator = self._validators[name] = jsonschema_rs.Draft202012Validator(whole)
        return [f"{name}: {error.message[:200]}" for error in validator.iter_errors(value)][:3]

    @staticmethod
    def _code(heard: Heard) -> str:
        return str(json.loads(heard.body)["error"]["code"])
