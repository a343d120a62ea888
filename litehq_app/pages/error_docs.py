"""The pages that every error's ``docs_url`` points to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.errors import Code
from litehq_rest.error_texts import ERROR_TEXTS, ErrorText, example_of
from litehq_rest.errors import STATUS


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with its status and its text."""

    code: Code
    status: int
    text: ErrorText
    docs_base: str

    @property
    def example(self) -> str:
        """An answer with this error, as JSON."""
        shown = example_of(self.code, self.docs_base)
        return json.dumps(shown, indent=2, ensure_ascii=False)


def _entry(code: Code, docs_base: str) -> Entry:
    return Entry(code, STATUS[code], ERROR_TEXTS[code], docs_base)


@get("/docs/errors", include_in_schema=False, sync_to_thread=False)
def list_errors(state: State) -> Response[str]:
    """All codes."""
    return page("errors.html", entries=[_entry(code, state.docs_base) for code in Code])


@get("/docs/errors/{code:str}", include_in_schema=False, sync_to_thread=False)
def show_error(state: State, code: FromPath[str]) -> Response[str]:
    """One code: what it means, its status, an example, what to do."""
    if code not in list(Code):
        return missing_page("error", "LiteHQ has no error with this code.")
    return page("error.html", entry=_entry(Code(code), state.docs_base))
