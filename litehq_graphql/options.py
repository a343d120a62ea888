"""What an installation allows at its GraphQL endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# A fifth of what a workspace may draw at once.
MAX_COST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices that are made once, when the application is.

    Attributes:
        introspection: whether the schema may be asked about itself.
        suggestions: whether an error may say what the client perhaps meant, which tells of the
            schema too.
        batch_limit: how many operations one HTTP request may carry; with 0 there are no batches.
        max_cost: the most points that one operation may come to.
        plans: whether queries are completed by compiled plans; off changes nothing but the time.
        federation: whether a router may ask the schema as a subgraph.
        trusted: documents by id, which are then the only ones that are executed.
    """

    introspection: bool = True
    suggestions: bool = True
    batch_limit: int = 0
    max_cost: int = MAX_COST
    plans: bool = True
    federation: bool = False
    trusted: Mapping[str, str] | None = None


EVERYTHING_ON = Options()
