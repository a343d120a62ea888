"""``/docs``: the API reference, made of the OpenAPI document.

Without a script it is a plain page. Where Scalar has been installed it takes the page over, and
lets its reader try each call. Scalar is no part of the repository: ``make reference`` puts it where
it is looked for. Either way no request leaves the machine: the page's policy forbids it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from litehq_app.pages.rendering import page

STATIC = Path(__file__).parent.parent / "static"

AnyRequest = Request[Any, Any, State]
Json = dict[str, Any]

_STANDALONE = "standalone.js"
_START = "start.js"
# Scalar writes its style sheets and style attributes itself.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src data:; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One operation as the page shows it."""

    method: str
    path: str
    operation: Json
    document: Json

    @property
    def parameters(self) -> list[Json]:
        """What it takes beside its body."""
        found: list[Json] = self.operation.get("parameters") or []
        return found

    @property
    def request(self) -> str | None:
        """An example of its body."""
        return self._example(self.operation.get("requestBody"))

    @property
    def answer(self) -> str | None:
        """An example of its answer."""
        return self._example(self.operation["responses"][min(self.operation["responses"])])

    @property
    def errors(self) -> list[tuple[str, list[str]]]:
        """Its errors: statuses with their codes."""
        found = []
        for status, response in self.operation["responses"].items():
            if status >= "400":
                media = self._resolved(response)["content"]["application/json"]
                found.append((status, list(media["examples"])))
        return found

    def _example(self, content: Json | None) -> str | None:
        media = (content or {}).get("content", {}).get("application/json", {})
        shown = [self._resolved(reference) for reference in media.get("examples", {}).values()]
        shown += [{"value": media["example"]}] if "example" in media else []
        return json.dumps(shown[0]["value"], indent=2, ensure_ascii=False) if shown else None

    def _resolved(self, value: Json) -> Json:
        found: Any = value
        if "$ref" in value:
            found = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                found = found[name]
        return dict(found)


def calls_by_area(document: Json) -> Mapping[str, list[Call]]:
    """All operations, under the names of their areas."""
    found: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = Call(method.upper(), path, operation, document)
            found.setdefault(operation["tags"][0], []).append(call)
    return dict(sorted(found.items()))


@cache
def document_of(app: Litestar) -> Json:
    """The OpenAPI document of an application, which does not change while it runs."""
    found: Json = json.loads(json.dumps(app.openapi_schema.to_schema()))
    return found


@cache
def _yaml_of(app: Litestar) -> str:
    # In C, where it was built so: ten times as fast.
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(
        document_of(app), Dumper=dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


@get("/openapi.yaml", include_in_schema=False, sync_to_thread=True)
def get_openapi_yaml(request: AnyRequest) -> Response[str]:
    """The OpenAPI document for people, and for the tools that like it so."""
    # RFC 9512.
    return Response(_yaml_of(request.app), media_type="application/yaml")


def reference_routes(vendored: Path) -> Iterator[BaseRouteHandler]:
    """The page, and what it loads if Scalar is there."""
    assets = {_START: STATIC / "scalar_start.js", _STANDALONE: vendored / _STANDALONE}
    is_installed = assets[_STANDALONE].is_file()

    @get("/docs", include_in_schema=False, sync_to_thread=False)
    def show_reference(request: AnyRequest) -> Response[str]:
        """The page."""
        areas = calls_by_area(document_of(request.app))
        answer = page("reference.html", areas=areas, is_installed=is_installed)
        if is_installed:
            answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    @get("/docs/scalar/{name:str}", include_in_schema=False, sync_to_thread=True)
    def get_scalar(name: FromPath[str]) -> Response[bytes]:
        """A file of the page."""
        if not is_installed or name not in assets:
            raise NotFoundException
        return Response(
            assets[name].read_bytes(),
            media_type="text/javascript",
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
        )

    yield from (show_reference, get_scalar)
