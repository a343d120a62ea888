"""What operations draw on the workspace's rate limit."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.use_cases.rate_limits.draw_for import draw_for
from litehq_graphql.context import Context
from litehq_graphql.errors import RequestFault
from litehq_graphql.messages import GraphQLRequest

COST_OF_A_TOKEN = 100


def operation_cost(asked: GraphQLRequest) -> int:
    """What an operation costs, in points. For now all cost the same."""
    return 1


def tokens_for(asked: GraphQLRequest | RequestFault) -> int:
    """``max(1, ceil(cost / 100))`` (``contract.md``, Rate limit); a mistake is not cheaper."""
    if isinstance(asked, RequestFault):
        return 1
    return max(1, -(-operation_cost(asked) // COST_OF_A_TOKEN))


async def draw_for_operations(
    context: Context, operations: Sequence[GraphQLRequest | RequestFault], *, drawn: int
) -> None:
    """Draw what the operations of one request cost together: all of them run, or none.

    Args:
        drawn: the tokens that the request has drawn already.

    Raises:
        RateLimited: there are not enough.
    """
    tokens = sum(map(tokens_for, operations))
    if tokens > drawn:
        await draw_for(context.ports, context.actor, context.tell, tokens, drawn=drawn)
