"""The schema, put together: as it is, or as a subgraph of a federation."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from litehq_graphql import scalars
from litehq_graphql.context import Context
from litehq_graphql.errors import PublicErrors, log_defects
from litehq_graphql.execution.cost import Costs
from litehq_graphql.execution.costed import Costed, shown_cost
from litehq_graphql.execution.counting import Cost
from litehq_graphql.execution.documents import ReadOnce
from litehq_graphql.execution.limits import Limits
from litehq_graphql.execution.operations import OneOperation, OwnLoaders
from litehq_graphql.execution.plans import Plans
from litehq_graphql.execution.prepared import Operations
from litehq_graphql.federation import (
    REPRESENTATION,
    FederatedQuery,
    Representation,
    subgraph_sdl,
)
from litehq_graphql.handlers import RefusalHandler, ReplayHandler
from litehq_graphql.loaders import SHOWN_AS
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.mutations import Mutation
from litehq_graphql.options import Options
from litehq_graphql.queries import Query
from litehq_graphql.subscriptions import Subscription
from litehq_graphql.types.recorded import read_field


class Schema(strawberry.Schema):
    """Logs what is a defect, and only that."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Called by Strawberry with the errors of every operation, before they are mapped."""
        context: Any = execution_context.context if execution_context else None
        log_defects(errors, getattr(context, "request_id", None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A schema, and what was read and compiled for it."""

    schema: Schema
    operations: Operations
    costs: Costs
    plans: Plans


def create_schema(*, federation: bool = False) -> Served:
    """The schema, made once for each process.

    Args:
        federation: whether a router may ask it as a subgraph (``litehq_graphql.federation``).
    """
    # A default that is left out and one that is given would be two keys of the cache.
    return _served(federation)


@cache
def _served(federation: bool) -> Served:
    def costed() -> Costed:
        return Costed(costs)

    schema = Schema(
        query=FederatedQuery if federation else Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(SHOWN_AS.values()),
        extensions=[PublicErrors, OwnLoaders, Limits, ReadOnce, OneOperation, costed],
        config=StrawberryConfig(
            default_resolver=read_field,
            scalar_map={
                datetime: scalars.DATE_TIME,
                JSON: scalars.JSON,
                Representation: REPRESENTATION,
            },
        ),
        exception_handlers=[RefusalHandler(), ReplayHandler()],
    )
    core = schema._schema
    _remember_root_values(core)
    operations = Operations(core)
    costs = Costs(core, operations)
    return Served(schema=schema, operations=operations, costs=costs, plans=Plans(core, operations))


def _remember_root_values(core: GraphQLSchema) -> None:
    """Root fields give back what a plan found them to come to, rather than read it again."""
    query_type = core.query_type
    for definition in query_type.fields.values() if query_type else ():
        definition.resolve = _remembering(cast("Callable[..., Any]", definition.resolve))


def _remembering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def remembered(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        if info.path.key not in info.context.known:
            return resolve(source, info, **arguments)
        value = info.context.known[cast("str", info.path.key)]
        if isinstance(value, Exception):
            raise value
        return value

    return remembered


schema = create_schema().schema
operations = create_schema().operations
plans = create_schema().plans


def served_with(options: Options) -> Served:
    """What an installation serves."""
    return create_schema(federation=options.federation)


def cost_of(asked: GraphQLRequest, options: Options) -> Cost | None:
    """What an operation costs; None if it is to be refused, whatever it would cost."""
    return served_with(options).costs.of(
        asked.query or "",
        asked.variables,
        asked.operation_name,
        introspection=options.introspection,
    )


async def execute(
    asked: GraphQLRequest, context: Context, allowed: Collection[OperationType]
) -> ExecutionResult:
    """One operation's result: by its plan, if it has one that can say it, else the standard way.

    Raises:
        CannotGetOperationTypeError, InvalidOperationTypeError: the document has no such
            operation, or one of a kind that is not ``allowed``.
    """
    served = served_with(context.options)
    cost = cost_of(asked, context.options)
    if context.options.plans and cost is not None and cost.requested <= context.options.max_cost:
        query = asked.query or ""
        data, came = await served.plans.run(query, asked.variables, asked.operation_name, context)
        if data is not None:
            shown = shown_cost(cost, data, context.meter.latest)
            return ExecutionResult(data=data, errors=None, extensions={"cost": shown})
        context = replace(context, known=came)
    return await served.schema.execute(
        asked.query,
        variable_values=asked.variables,
        context_value=context,
        operation_name=asked.operation_name,
        allowed_operation_types=allowed,
    )


def sdl(*, federation: bool = False) -> str:
    """The schema in GraphQL's own language.

    Args:
        federation: as a router reads it: with keys, and what a subgraph has to say of itself.
    """
    text = create_schema().schema.as_str() + "\n"
    return subgraph_sdl(text) if federation else text
