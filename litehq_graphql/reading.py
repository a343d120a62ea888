"""One thing by its id, for fields of the query root."""

from __future__ import annotations

from typing import TypeVar

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.types.recorded import Recorded

Shown = TypeVar("Shown", bound=Recorded)


async def read_one(info: Info, shown: type[Shown], prefix: Prefix, record_id: str) -> Shown | None:
    """What has the id, with all that is selected of it; None if nothing within reach has it.

    Everything of one noun that an operation asks for so, under aliases or by ``node``, is read in
    one statement.

    Raises:
        AuthScopeInsufficient: needs the noun's read scope.
    """
    if shown.noun is None:
        raise TypeError(f"{shown.__name__} has no id")
    related = info.context.related
    record = await related.record(
        shown.noun, normalise_id(prefix, record_id), projection(info, shown)
    )
    return None if record is None else shown.of(record, related, joined=True)
