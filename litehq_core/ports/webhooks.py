"""What a store keeps of webhooks: endpoints, deliveries, and how far the log has been relayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery


@dataclass(frozen=True, slots=True, order=True)
class EndpointKey:
    """An endpoint of whatever workspace."""

    workspace_id: str
    webhook_id: str


class Webhooks(Protocol):
    """Endpoints by id. Whoever writes several deliveries of one has its lock."""

    async def get(self, webhook_id: str, *, lock: bool = False) -> WebhookEndpoint | None:
        """An endpoint; with ``lock`` nobody else changes it until the transaction ends."""

    async def add(self, endpoint: WebhookEndpoint) -> None:
        """Insert a new endpoint."""

    async def save(self, endpoint: WebhookEndpoint) -> None:
        """Write all of an endpoint that exists."""

    async def remove(self, endpoint: WebhookEndpoint) -> None:
        """Take away an endpoint that exists, and its deliveries."""

    async def count(self) -> int:
        """How many there are."""

    async def listening(self) -> Sequence[WebhookEndpoint]:
        """Those that are active, by id. None of them goes away until the transaction ends."""


class Deliveries(Protocol):
    """Deliveries by id. There is one of each event for each endpoint, at most."""

    async def get(self, delivery_id: str, *, lock: bool = False) -> Delivery | None:
        """A delivery; with ``lock`` nobody else changes it until the transaction ends."""

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Insert new deliveries; of an event that its endpoint has a delivery of, none."""

    async def save(self, delivery: Delivery) -> None:
        """Write all of a delivery that exists."""

    async def claimable(self, webhook_id: str, limit: int) -> Sequence[Delivery]:
        """What is due, longest due first, locked; what somebody else has locked is left out."""

    async def former(self, delivery: Delivery) -> Delivery | None:
        """The first pending delivery to the same endpoint about the same thing that is older."""

    async def wake_next(self, delivery: Delivery) -> None:
        """What waits behind ``delivery`` and was never tried is due at once."""

    async def bury(self, webhook_id: str) -> None:
        """All that is pending for an endpoint is dead."""

    async def requeue_dead(self, webhook_id: str) -> int:
        """All that is dead is replayed (``domain.webhook_delivery.replayed``); how many."""

    async def replay(self, deliveries: Sequence[Delivery]) -> None:
        """Insert deliveries; where there is one of the event already, that one is replayed."""

    async def tally(self, webhook_id: str) -> tuple[int, int]:
        """How many are pending for an endpoint, and how many dead."""

    async def prune(self, webhook_id: str, before: datetime, limit: int) -> int:
        """Take away what came to its end before an instant; how many, ``limit`` at most."""


class Relays(Protocol):
    """How far a follower of the workspace's log has got, by the follower's name.

    A position is moved in the transaction that writes what was made of the events up to it.
    """

    async def begin(self, name: str) -> None:
        """Follow the log from its present end on, unless it is followed already."""

    async def lock(self, name: str) -> int | None:
        """The position, which nobody else moves until the transaction ends; None: not followed."""

    async def move(self, name: str, position: int) -> None:
        """Write the position of a log that is followed."""

    async def needed_after(self) -> int | None:
        """The position after which somebody still needs the log; None: nobody follows it.

        What is told once more to an endpoint counts.
        """


class WebhookReads(Protocol):
    """What there is to do, in every workspace, outside any transaction."""

    async def behind(self, name: str, limit: int) -> Sequence[str]:
        """Workspaces, by id, whose log has grown beyond the position of a follower."""

    async def position(self, workspace_id: str, name: str) -> int | None:
        """The position of a follower; None: it does not follow this log."""

    async def due(self, now: datetime, limit: int) -> Sequence[EndpointKey]:
        """Active endpoints for which a delivery is due at ``now``, longest due first."""

    async def replaying(self, limit: int) -> Sequence[EndpointKey]:
        """Endpoints that are being told of a part of the log once more."""

    async def prunable(self, before: datetime, limit: int) -> Sequence[EndpointKey]:
        """Endpoints with deliveries that came to their end before an instant."""

    async def endpoint(self, workspace_id: str, webhook_id: str) -> WebhookEndpoint | None:
        """An endpoint as it is at this moment."""
