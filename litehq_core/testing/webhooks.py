"""Webhooks in memory, and a sender that answers what it is told to, and remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from litehq_core.domain.attributes import Record
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery, DeliveryStatus, replayed
from litehq_core.domain.webhook_words import webhook_record
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.webhook_sender import WebhookAnswer, WebhookRequest
from litehq_core.ports.webhooks import EndpointKey
from litehq_core.testing.table import MemoryDefect, Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryWebhooks(Shelf[WebhookEndpoint]):
    """Endpoints. The store has one writer, so that every one is locked already."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.webhooks, workspace_id)
        self._tables = tables
        self._home = workspace_id

    async def get(self, webhook_id: str, *, lock: bool = False) -> WebhookEndpoint | None:
        """An endpoint; the one writer is lock enough."""
        return await super().get(webhook_id)

    async def remove(self, endpoint: WebhookEndpoint) -> None:
        """Take away an endpoint that exists, and its deliveries."""
        for delivery in self._tables.deliveries.scan(self._home):
            if delivery.webhook_id == endpoint.id:
                self._tables.deliveries.delete((self._home, delivery.id))
        self._tables.webhooks.delete((self._home, endpoint.id))

    async def count(self) -> int:
        """How many there are."""
        return len(self.all())

    async def listening(self) -> Sequence[WebhookEndpoint]:
        """Those that are active, by id."""
        return [endpoint for endpoint in self.all() if endpoint.is_active]


class MemoryDeliveries(Shelf[Delivery]):
    """Deliveries. The store has one writer, so that every one is locked already."""

    def __init__(self, tables: MemoryTables, workspace_id: str, now: datetime) -> None:
        super().__init__(tables.deliveries, workspace_id)
        self._tables = tables
        self._home = workspace_id
        self._now = now

    async def get(self, delivery_id: str, *, lock: bool = False) -> Delivery | None:
        """A delivery; the one writer is lock enough."""
        return await super().get(delivery_id)

    async def add(self, deliveries: Sequence[Delivery]) -> None:  # type: ignore[override]
        """Insert new deliveries; of an event that its endpoint has a delivery of, none."""
        for delivery in deliveries:
            if self._tables.webhooks.get((self._home, delivery.webhook_id)) is None:
                raise MemoryDefect(
                    f"{delivery.id} is for {delivery.webhook_id}, which is not there"
                )
            if self._of(delivery.webhook_id, event_id=delivery.event_id) == []:
                await super().add(delivery)

    async def claimable(self, webhook_id: str, limit: int) -> Sequence[Delivery]:
        """What is due, longest due first."""
        waiting = self._of(webhook_id, status=DeliveryStatus.PENDING)
        due = [delivery for delivery in waiting if delivery.next_attempt_at <= self._now]
        return sorted(due, key=lambda d: (d.next_attempt_at, d.position, d.id))[:limit]

    async def former(self, delivery: Delivery) -> Delivery | None:
        """The first pending delivery to the same endpoint about the same thing that is older."""
        older = [d for d in self._queue_of(delivery) if d.position < delivery.position]
        return min(older, key=lambda d: (d.position, d.id), default=None)

    async def wake_next(self, delivery: Delivery) -> None:
        """What waits behind ``delivery`` and was never tried is due at once."""
        for waiting in self._queue_of(delivery):
            if waiting.position > delivery.position and waiting.tries == 0:
                await self.save(replace(waiting, next_attempt_at=self._now, updated_at=self._now))

    async def bury(self, webhook_id: str) -> None:
        """All that is pending for an endpoint is dead."""
        for delivery in self._of(webhook_id, status=DeliveryStatus.PENDING):
            await self.save(replace(delivery, status=DeliveryStatus.DEAD, updated_at=self._now))

    async def requeue_dead(self, webhook_id: str) -> int:
        """All that is dead is replayed; how many."""
        dead = self._of(webhook_id, status=DeliveryStatus.DEAD)
        for delivery in dead:
            await self.save(replayed(delivery, self._now))
        return len(dead)

    async def replay(self, deliveries: Sequence[Delivery]) -> None:
        """Insert deliveries; where there is one of the event already, that one is replayed."""
        for delivery in deliveries:
            known = self._of(delivery.webhook_id, event_id=delivery.event_id)
            for one in known:
                if one.status is not DeliveryStatus.PENDING:
                    await self.save(replayed(one, self._now))
            if not known:
                await self.add([delivery])

    async def tally(self, webhook_id: str) -> tuple[int, int]:
        """How many are pending for an endpoint, and how many dead."""
        statuses = [delivery.status for delivery in self._of(webhook_id)]
        return statuses.count(DeliveryStatus.PENDING), statuses.count(DeliveryStatus.DEAD)

    async def prune(self, webhook_id: str, before: datetime, limit: int) -> int:
        """Take away what came to its end before an instant; how many, ``limit`` at most."""
        ended = [d for d in self._of(webhook_id) if _ended_before(d, before)]
        for delivery in sorted(ended, key=lambda d: (d.updated_at, d.id))[:limit]:
            self._tables.deliveries.delete((self._home, delivery.id))
        return min(len(ended), limit)

    def _queue_of(self, delivery: Delivery) -> list[Delivery]:
        pending = self._of(delivery.webhook_id, status=DeliveryStatus.PENDING)
        return [d for d in pending if d.subject_id == delivery.subject_id and d.id != delivery.id]

    def _of(
        self,
        webhook_id: str,
        *,
        status: DeliveryStatus | None = None,
        event_id: str | None = None,
    ) -> list[Delivery]:
        return [
            delivery
            for delivery in self.all()
            if delivery.webhook_id == webhook_id
            and status in (None, delivery.status)
            and event_id in (None, delivery.event_id)
        ]


class MemoryRelays:
    """How far followers of the workspace's log have got."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._home = workspace_id

    async def begin(self, name: str) -> None:
        """Follow the log from its present end on, unless it is followed already."""
        key = (self._home, name)
        if self._tables.relays.get(key) is None:
            self._tables.relays.insert(key, _head(self._tables, self._home))

    async def lock(self, name: str) -> int | None:
        """The position; the one writer is lock enough."""
        return self._tables.relays.get((self._home, name))

    async def move(self, name: str, position: int) -> None:
        """Write the position of a log that is followed."""
        self._tables.relays.replace((self._home, name), position)

    async def needed_after(self) -> int | None:
        """The position after which somebody still needs the log; None: nobody follows it."""
        again = [
            endpoint.replay.after
            for endpoint in self._tables.webhooks.scan(self._home)
            if endpoint.replay is not None
        ]
        return min([*self._tables.relays.scan(self._home), *again], default=None)


class MemoryWebhookReads:
    """What there is to do, from the committed rows."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables

    async def behind(self, name: str, limit: int) -> Sequence[str]:
        """Workspaces whose log has grown beyond the position of a follower."""
        return [
            workspace_id
            for (workspace_id, who), position in sorted(self._tables.relays.committed().items())
            if who == name and position < _head(self._tables, workspace_id)
        ][:limit]

    async def position(self, workspace_id: str, name: str) -> int | None:
        """The position of a follower."""
        return self._tables.relays.committed().get((workspace_id, name))

    async def due(self, now: datetime, limit: int) -> Sequence[EndpointKey]:
        """Active endpoints for which a delivery is due, longest due first."""
        endpoints = self._tables.webhooks.committed()
        since: dict[tuple[str, str], datetime] = {}
        for delivery in self._tables.deliveries.committed().values():
            key = (delivery.workspace_id, delivery.webhook_id)
            is_due = delivery.status is DeliveryStatus.PENDING and delivery.next_attempt_at <= now
            if is_due and endpoints[key].is_active:
                since[key] = min(since.get(key, now), delivery.next_attempt_at)
        return [EndpointKey(*key) for key, _ in sorted(since.items(), key=lambda i: (i[1], i[0]))][
            :limit
        ]

    async def replaying(self, limit: int) -> Sequence[EndpointKey]:
        """Endpoints that are being told of a part of the log once more."""
        endpoints = self._tables.webhooks.committed()
        return [EndpointKey(*key) for key, found in sorted(endpoints.items()) if found.replay][
            :limit
        ]

    async def prunable(self, before: datetime, limit: int) -> Sequence[EndpointKey]:
        """Endpoints with deliveries that came to their end before an instant."""
        found = {
            (delivery.workspace_id, delivery.webhook_id)
            for delivery in self._tables.deliveries.committed().values()
            if _ended_before(delivery, before)
        }
        return [EndpointKey(*key) for key in sorted(found)][:limit]

    async def endpoint(self, workspace_id: str, webhook_id: str) -> WebhookEndpoint | None:
        """An endpoint as it is at this moment."""
        return self._tables.webhooks.committed().get((workspace_id, webhook_id))


def counted_record(tables: MemoryTables, endpoint: WebhookEndpoint) -> Record:
    """An endpoint with its deliveries counted."""
    statuses = [
        delivery.status
        for delivery in tables.deliveries.committed().values()
        if (delivery.workspace_id, delivery.webhook_id) == (endpoint.workspace_id, endpoint.id)
    ]
    return webhook_record(
        endpoint,
        pending=statuses.count(DeliveryStatus.PENDING),
        dead=statuses.count(DeliveryStatus.DEAD),
    )


def _head(tables: MemoryTables, workspace_id: str) -> int:
    log = tables.events.get(workspace_id, [])
    return log[-1].position if log else tables.event_floors.get(workspace_id, 0)


def _ended_before(delivery: Delivery, before: datetime) -> bool:
    return delivery.status is not DeliveryStatus.PENDING and delivery.updated_at <= before


OK = WebhookAnswer(status=200, error=None, latency_ms=1, excerpt="ok", retry_after_seconds=None)


class MemoryWebhookSender:
    """Keeps what it is given in ``sent``; says 200 unless ``answer`` was told otherwise."""

    def __init__(self) -> None:
        self.sent: list[WebhookRequest] = []
        self._answers: dict[str, Callable[[], WebhookAnswer]] = {}

    def answer(self, url: str, answer: WebhookAnswer | Callable[[], WebhookAnswer]) -> None:
        """Let requests to ``url`` be answered so from now on."""
        self._answers[url] = (lambda: answer) if isinstance(answer, WebhookAnswer) else answer

    def fail(self, url: str, status: int | None = 500, **more: int | str | None) -> None:
        """Let requests to ``url`` fail from now on; without a status nobody answers."""
        error = "connection_failed" if status is None else None
        self.answer(url, replace(OK, **{"status": status, "error": error, "excerpt": "", **more}))  # type: ignore[arg-type]

    def heal(self, url: str) -> None:
        """Let requests to ``url`` arrive again."""
        self._answers.pop(url, None)

    def to(self, url: str) -> list[WebhookRequest]:
        """What was sent to ``url``, in order."""
        return [request for request in self.sent if request.url == url]

    def require_allowed(self, url: str) -> None:
        """Only ``https`` and ``http`` are.

        Raises:
            ValidationFailed: it is something else.
        """
        if not url.startswith(("https://", "http://")):
            raise ValidationFailed.of("url", "must begin with https://")

    async def send(
        self, request: WebhookRequest, *, timeout_seconds: float = 15.0
    ) -> WebhookAnswer:
        """Take a request."""
        require_outside("sending a webhook")
        self.sent.append(request)
        return self._answers.get(request.url, lambda: OK)()
