"""What can be fetched by its id alone."""

from __future__ import annotations

import strawberry


@strawberry.interface(description="Anything with an id of its own; see `node(id:)`.")
class Node:
    """The interface of everything that has an id."""

    id: strawberry.ID = strawberry.field(
        description="Opaque and unique; its prefix tells what it is the id of."
    )
