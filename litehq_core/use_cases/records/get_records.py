"""Read some things of one noun by their ids: what a data loader asks for."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.errors import NotFound
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_series import complete_series, stored_attributes
from litehq_core.steps.visible import READ_SCOPE, reach, visible


async def get_records(
    ports: Ports, actor: Actor, noun: Noun, ids: Sequence[str], attributes: frozenset[str]
) -> dict[str, Record]:
    """What exists within reach, by id, in one statement; the rest is left out.

    Series take a second one: what they are follows from their bookings.

    Raises:
        AuthScopeInsufficient: needs the noun's read scope.
    """
    actor.require(READ_SCOPE[noun])
    wanted = visible(actor, noun, attributes)
    if noun is not Noun.SERIES:
        return await ports.reads.by_ids(actor.workspace_id, noun, ids, wanted, reach(actor, noun))
    stored = stored_attributes(wanted) | {"id"}
    found = await ports.reads.by_ids(actor.workspace_id, noun, ids, stored, reach(actor, noun))
    records = await complete_series(ports.reads, actor, list(found.values()), wanted)
    return {record["id"]: record for record in records}


async def get_record(
    ports: Ports, actor: Actor, noun: Noun, record_id: str, attributes: frozenset[str]
) -> Record:
    """One thing by its id.

    Raises:
        AuthScopeInsufficient: needs the noun's read scope.
        NotFound: there is none within reach.
    """
    found = await get_records(ports, actor, noun, [record_id], attributes)
    if record_id not in found:
        raise NotFound(noun.value.replace("_", " "))
    return found[record_id]
