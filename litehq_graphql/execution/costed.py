"""Costs in operations: one that is too costly is refused, and every answer tells what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from litehq_core.domain.errors import Code
from litehq_core.domain.rate_limit import Allowance
from litehq_graphql.context import Context
from litehq_graphql.errors import DocumentFault
from litehq_graphql.execution.cost import Costs
from litehq_graphql.execution.counting import Cost

COST_OF_A_TOKEN = 100


def tokens_of(cost: Cost) -> int:
    """``max(1, ceil(cost / 100))`` (``contract.md``, Rate limit)."""
    return max(1, -(-cost.requested // COST_OF_A_TOKEN))


def shown_cost(
    cost: Cost, data: Mapping[str, Any] | None, allowance: Allowance | None
) -> dict[str, Any]:
    """``extensions.cost`` of an answer, all in points; the rate is for each second.

    Args:
        data: what was answered; None if nothing was executed.
        allowance: what was last told of the rate limit.
    """
    shown: dict[str, Any] = {"requested": cost.requested}
    if data is not None:
        shown["actual"] = cost.counted(data)
    if allowance is not None:
        shown["throttleStatus"] = {
            "maximumAvailable": allowance.burst * COST_OF_A_TOKEN,
            "currentlyAvailable": allowance.remaining * COST_OF_A_TOKEN,
            "restoreRate": max(1, allowance.per_minute * COST_OF_A_TOKEN // 60),
        }
    return shown


class Costed(SchemaExtension):
    """The cost of an operation that has no plan. Of a subscription, its events tell nothing.

    Stands behind what reads the document, whose verdict it may add to.
    """

    def __init__(self, costs: Costs) -> None:
        super().__init__()
        self._costs = costs
        self._cost: Cost | None = None
        self._is_refused = False

    def on_validate(self) -> Iterator[None]:
        """Once the document is known to be good."""
        execution = self.execution_context
        context: Context = execution.context
        self._cost = self._costs.of(
            execution.query or "",
            execution.variables,
            execution._provided_operation_name,
            introspection=context.introspection,
        )
        most = context.options.max_cost
        if self._cost and self._cost.requested > most and not execution.pre_execution_errors:
            fault = DocumentFault(
                Code.OPERATION_TOO_COSTLY,
                f"The operation may cost {self._cost.requested} points: {most} at most.",
            )
            execution.pre_execution_errors = [GraphQLError(fault.message, original_error=fault)]
            self._is_refused = True
        yield

    def get_results(self) -> dict[str, Any]:
        """What the answer says beside its data."""
        execution = self.execution_context
        if self._cost is None:
            return {}
        if execution.operation_type is OperationType.SUBSCRIPTION and not self._is_refused:
            return {}
        data = getattr(execution.result, "data", None)
        return {"cost": shown_cost(self._cost, data, execution.context.meter.latest)}
