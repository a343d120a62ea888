"""How many things whole lists have, of which pages were read."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import Condition, Op, Page
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Reads
from litehq_core.steps.visible import READ_SCOPE, reach

# Of lists that differ in one value: the noun, the attribute that has it, and all other conditions.
_Family = tuple[Noun, str, tuple[Condition, ...]]


async def count_listed(ports: Ports, actor: Actor, pages: Sequence[Page]) -> list[int]:
    """The length of the list that each page is a part of, as things are now.

    Lists that differ only in what they belong to are counted in one statement, such as the
    blackouts of each room of a page.

    Raises:
        AuthScopeInsufficient: needs the read scope of each noun.
    """
    counts: dict[int, int] = {}
    # Which of the pages there are of each family, and the values that tell their lists apart.
    families: dict[_Family, dict[int, str]] = {}
    for number, page in enumerate(pages):
        noun = page.query.noun
        actor.require(READ_SCOPE[noun])
        # Whoever read the page: nobody counts what lies beyond his own reach.
        where = tuple(dict.fromkeys((*page.query.where, *reach(actor, noun))))
        if where and where[0].op is Op.EQUAL and isinstance(where[0].value, str):
            family = (noun, where[0].attribute, where[1:])
            families.setdefault(family, {})[number] = where[0].value
        else:
            counts[number] = await ports.reads.lists.count(actor.workspace_id, noun, where)
    for family, values in families.items():
        found = await _counted(ports.reads, actor.workspace_id, family, sorted({*values.values()}))
        counts |= {number: found[value] for number, value in values.items()}
    return [counts[number] for number in range(len(pages))]


async def _counted(
    reads: Reads, workspace_id: str, family: _Family, values: Sequence[str]
) -> dict[str, int]:
    noun, by, others = family
    if len(values) > 1:
        return await reads.lists.count_each(workspace_id, noun, others, by, values)
    where = (Condition(by, Op.EQUAL, values[0]), *others)
    return {values[0]: await reads.lists.count(workspace_id, noun, where)}
