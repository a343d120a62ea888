"""One call of every operation that succeeds: what the walks, the OpenAPI examples and the
idempotency matrix are made of.

A new operation gets its line in the module of its resource, or in a new module of this package,
which need not be named anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from tests.rest.calls.example import Example

EXAMPLES: Mapping[str, Example] = {
    operation: example
    for found in iter_modules(__path__)
    if found.name != "example"
    for operation, example in import_module(f"{__name__}.{found.name}").CALLS.items()
}
