"""The schema, put together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from litehq_graphql import scalars
from litehq_graphql.errors import PublicErrors, log_defects
from litehq_graphql.execution.documents import ParsedOnce, ValidatedOnce
from litehq_graphql.execution.limits import Limits
from litehq_graphql.execution.operations import OneOperation, OwnLoaders
from litehq_graphql.handlers import RefusalHandler, ReplayHandler
from litehq_graphql.loaders import SHOWN_AS
from litehq_graphql.mutations import Mutation
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


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=list(SHOWN_AS.values()),
    extensions=[PublicErrors, OwnLoaders, Limits, ParsedOnce, ValidatedOnce, OneOperation],
    config=StrawberryConfig(
        default_resolver=read_field,
        scalar_map={datetime: scalars.DATE_TIME, JSON: scalars.JSON},
    ),
    exception_handlers=[RefusalHandler(), ReplayHandler()],
)


def sdl() -> str:
    """The schema in GraphQL's own language."""
    return schema.as_str() + "\n"
