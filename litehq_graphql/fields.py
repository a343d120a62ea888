"""Strawberry's decorators for resolvers, with types: its own give back ``Any``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import strawberry
from strawberry.extensions import FieldExtension

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def resolved(
    description: str,
    metadata: Mapping[str, Any] | None = None,
    extensions: tuple[FieldExtension, ...] = (),
    *,
    name: str | None = None,
) -> Callable[[Resolver], Resolver]:
    """A field with a resolver.

    Args:
        metadata: what the resolver reads of its record (``types.recorded``).
        name: the field's, where Python keeps it for itself.
    """
    made = strawberry.field(
        name=name, description=description, metadata=metadata, extensions=list(extensions)
    )
    return cast("Callable[[Resolver], Resolver]", made)


def mutation(description: str) -> Callable[[Resolver], Resolver]:
    """A field of the mutation root."""
    return cast("Callable[[Resolver], Resolver]", strawberry.mutation(description=description))


def subscription(description: str) -> Callable[[Resolver], Resolver]:
    """A field of the subscription root."""
    return cast("Callable[[Resolver], Resolver]", strawberry.subscription(description=description))
