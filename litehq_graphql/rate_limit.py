"""What operations draw on the workspace's rate limit."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.use_cases.rate_limits.draw_for import draw_for
from litehq_graphql.context import Context
from litehq_graphql.errors import RequestFault
from litehq_graphql.execution.costed import tokens_of
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.options import Options
from litehq_graphql.schema import cost_of


def tokens_for(asked: GraphQLRequest | RequestFault, options: Options) -> int:
    """What an operation draws; what is refused before it runs draws one token, as any call."""
    if isinstance(asked, RequestFault):
        return 1
    cost = cost_of(asked, options)
    return 1 if cost is None or cost.requested > options.max_cost else tokens_of(cost)


async def draw_for_operations(
    context: Context, operations: Sequence[GraphQLRequest | RequestFault], *, drawn: int
) -> None:
    """Draw what the operations of one request cost together: all of them run, or none.

    Args:
        drawn: the tokens that the request has drawn already.

    Raises:
        RateLimited: there are not enough.
    """
    tokens = sum(tokens_for(asked, context.options) for asked in operations)
    if tokens > drawn:
        await draw_for(context.ports, context.actor, context.meter, tokens, drawn=drawn)
