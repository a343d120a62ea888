"""Arguments that many fields share, described once."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix, normalise_id

First = Annotated[
    int | None,
    strawberry.argument(description="So many from the start, or behind `after`: 1–200, else 50."),
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor behind which `first` counts.")
]
Last = Annotated[
    int | None,
    strawberry.argument(description="So many from the end, or ahead of `before`: 1–200."),
]
Before = Annotated[
    str | None, strawberry.argument(description="The cursor ahead of which `last` counts.")
]
RoomId = Annotated[strawberry.ID | None, strawberry.argument(description="Only of this room.")]
MemberId = Annotated[strawberry.ID | None, strawberry.argument(description="Only of this member.")]
CompanyId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this company.")
]
Id = Annotated[strawberry.ID, strawberry.argument(description="The id, or its bare UUID.")]


def id_or_none(prefix: Prefix, text: str | None) -> str | None:
    """The canonical form of an id that may have been left out."""
    return None if text is None else normalise_id(prefix, text)
