"""Events reach endpoints: as deliveries that are sent, tried again, given up (issue 7)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import Actor, Scope, system_actor
from litehq_core.domain.mail import MailKind
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery, DeliveryStatus
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.relay_names import relayed_through
from litehq_core.testing import MemoryWebhookSender
from litehq_core.use_cases.duties.deliver_webhooks import deliver_webhooks, prune_deliveries
from litehq_core.use_cases.duties.prune_events import prune_events
from litehq_core.use_cases.duties.relay_events import relay_events
from tests.behaviour.drivers.webhooks import PythonWebhookDriver
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.domain import samples

URL, OTHER_URL = "https://hooks.example.com/a", "https://hooks.example.com/b"
SECRET = "a-secret-of-our-own"


class Post:
    """A house with its workers for webhooks, and what is behind the URLs."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.faults: list[tuple[str, Exception]] = []
        self._sequences: Counter[str] = Counter()
        assert isinstance(house.ports.webhook_sender, MemoryWebhookSender)
        self.receiver = house.ports.webhook_sender

    async def register(self, url: str = URL, **wish: Any) -> str:
        """An active endpoint."""
        wish = {"events": ["*"], "secret": SECRET, **wish}
        outcome, body = await PythonWebhookDriver(self.house.ports).create(url=url, **wish)
        assert outcome == "ok"
        self.receiver.sent.clear()
        found: str = body["id"]
        return found

    async def happen(self, *subjects: str, fails: bool = False) -> None:
        """Something happens to each, in one transaction."""
        try:
            async with self.house.ports.begin(system_actor(WORKSPACE)) as tx:
                for subject in subjects:
                    self._sequences[subject] += 1
                    tx.emit(samples.draft(subject, self._sequences[subject]))
                if fails:
                    raise KeyError
        except KeyError:
            return

    async def relay(self) -> int:
        """One round of the relay."""
        return await relay_events(self.house.ports, lambda *fault: self.faults.append(fault))

    async def deliver(self) -> int:
        """One round of deliveries."""
        return await deliver_webhooks(self.house.ports, lambda *fault: self.faults.append(fault))

    async def run(self) -> None:
        """Rounds until nothing is due."""
        while await self.relay() + await self.deliver():
            assert self.faults == []

    def deliveries(self, webhook_id: str | None = None) -> list[Delivery]:
        """All of them, in the order of the log."""
        found = self.house.tables.deliveries.committed().values()
        return sorted(
            (d for d in found if webhook_id in (None, d.webhook_id)),
            key=lambda d: (d.position, d.id),
        )

    def endpoint(self, webhook_id: str) -> WebhookEndpoint:
        """An endpoint as it is stored."""
        return self.house.tables.webhooks.committed()[WORKSPACE, webhook_id]

    def subjects(self, url: str = URL) -> list[str]:
        """What the URL was told of, in order."""
        return [
            json.loads(request.body)["data"]["object"]["id"] for request in self.receiver.to(url)
        ]


@pytest.fixture
def post(house: House) -> Post:
    """Over the furnished house."""
    return Post(house)


async def test_what_happens_is_told_once_to_whoever_asked(post: Post) -> None:
    everything = await post.register()
    await post.register(OTHER_URL, events=["room.*"])
    await post.happen("bk_1", "bk_2")
    await post.run()
    # Its own registration as well: it was active when that was written.
    assert post.subjects() == [everything, *post.subjects()[1:2], "bk_1", "bk_2"]
    assert post.subjects(OTHER_URL) == []
    request = post.receiver.to(URL)[-1]
    assert json.loads(request.body)["id"] == request.headers["webhook-id"]
    assert [d.status for d in post.deliveries(everything)] == [DeliveryStatus.DELIVERED] * 4
    assert await post.relay() == 0


async def test_nobody_is_told_of_what_was_rolled_back(post: Post) -> None:
    await post.register(events=["booking.*"])
    await post.happen("bk_1", fails=True)
    await post.run()
    assert post.subjects() == []


async def test_who_is_not_active_is_told_of_nothing(post: Post) -> None:
    """contract.md: "Unverified endpoints get nothing"."""
    hooks = PythonWebhookDriver(post.house.ports)
    webhook_id = await post.register(events=["booking.*"])
    await hooks.update(webhook_id, url=OTHER_URL)
    await post.happen("bk_1")
    await post.run()
    assert post.deliveries() == []
    post.house.clock.advance(seconds=5)
    await hooks.verify(webhook_id)
    post.receiver.sent.clear()
    await post.happen("bk_2")
    await post.run()
    assert post.subjects(OTHER_URL) == ["bk_2"]


async def test_what_is_pending_waits_until_another_url_is_verified(post: Post) -> None:
    hooks = PythonWebhookDriver(post.house.ports)
    webhook_id = await post.register(events=["booking.*"])
    await post.happen("bk_1")
    await post.relay()
    await hooks.update(webhook_id, url=OTHER_URL)
    await post.run()
    assert post.receiver.sent == []
    await hooks.verify(webhook_id)
    post.receiver.sent.clear()
    await post.run()
    assert post.subjects(OTHER_URL) == ["bk_1"]


async def test_an_endpoint_hears_what_its_maker_could_read(post: Post) -> None:
    narrow = await post.house.key(scopes=frozenset({Scope.WEBHOOKS_WRITE}))
    await PythonWebhookDriver(post.house.ports).create(narrow, url=URL, events=["*"], secret=SECRET)
    post.receiver.sent.clear()
    await post.happen("bk_1")
    await post.run()
    assert [s[:3] for s in post.subjects()] == ["whk"]


async def test_a_failure_is_tried_again_with_the_same_id(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    post.receiver.fail(URL, 500, excerpt="sorry")
    await post.happen("bk_1")
    await post.run()
    [failed] = post.deliveries()
    assert (failed.tries, failed.status) == (1, DeliveryStatus.PENDING)
    assert failed.attempts[0].as_json()["excerpt"] == "sorry"
    assert post.endpoint(webhook_id).health.failing_since == post.house.clock.now
    post.receiver.heal(URL)
    post.house.clock.advance(seconds=4)
    await post.run()
    assert len(post.receiver.sent) == 1
    post.house.clock.advance(seconds=2)
    await post.run()
    first, second = post.receiver.sent
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert post.endpoint(webhook_id).health.failing_since is None
    assert post.deliveries()[0].status is DeliveryStatus.DELIVERED


async def test_after_the_last_try_it_is_dead(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    post.receiver.fail(URL, None)
    await post.happen("bk_1")
    await post.run()
    while post.deliveries()[0].status is DeliveryStatus.PENDING:
        post.house.clock.now = post.deliveries()[0].next_attempt_at
        await post.run()
    assert len(post.receiver.sent) == 10
    _, shown = await PythonWebhookDriver(post.house.ports).get(webhook_id)
    assert (shown["health"]["dead"], shown["health"]["pending"]) == (1, 0)
    assert shown["status"] == "active"


async def test_who_asks_to_be_left_alone_is(post: Post) -> None:
    """issue 7: ``Retry-After`` honoured."""
    await post.register(events=["booking.*"])
    post.receiver.fail(URL, 429, retry_after_seconds=600)
    await post.happen("bk_1")
    await post.run()
    [waiting] = post.deliveries()
    assert waiting.next_attempt_at == post.house.clock.now + timedelta(seconds=600)


async def test_gone_disables(post: Post) -> None:
    """issue 7: 410 disables."""
    webhook_id = await post.register(events=["booking.*"], contact_email="ops@example.com")
    post.receiver.fail(URL, 410)
    await post.happen("bk_1", "bk_2", "bk_3", "bk_4", "bk_5", "bk_6")
    await post.run()
    endpoint = post.endpoint(webhook_id)
    assert (endpoint.status.value, endpoint.disabled_reason) == ("disabled", "gone")
    assert {d.status for d in post.deliveries()} == {DeliveryStatus.DEAD}
    assert post.house.types(webhook_id) == ["endpoint.created", "endpoint.disabled"]
    [mail] = post.house.tables.mails.committed().values()
    assert (mail.kind, mail.recipient.address) == (MailKind.WEBHOOK_DISABLED, "ops@example.com")


async def test_five_days_of_failure_disable(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    post.receiver.fail(URL)
    for _ in range(6):
        await post.happen("bk_1")
        await post.run()
        post.house.clock.advance(days=1)
    await post.run()
    endpoint = post.endpoint(webhook_id)
    assert (endpoint.status.value, endpoint.disabled_reason) == ("disabled", "failing")
    assert post.house.tables.mails.committed() == {}


async def test_disabling_gives_up_what_is_pending_and_what_arrives_has_arrived(post: Post) -> None:
    hooks = PythonWebhookDriver(post.house.ports)
    webhook_id = await post.register(events=["booking.*"])

    class Slow(MemoryWebhookSender):
        """Somebody disables the endpoint while a request is under way."""

        async def send(self, *args: Any, **more: Any) -> Any:
            """As ever, but late."""
            await hooks.update(webhook_id, status="disabled")
            return await super().send(*args, **more)

    await post.happen("bk_1")
    await post.relay()
    ports = replace(post.house.ports, webhook_sender=Slow())
    assert await deliver_webhooks(ports, lambda *fault: post.faults.append(fault)) == 1
    assert post.deliveries()[0].status is DeliveryStatus.DELIVERED
    assert post.endpoint(webhook_id).health.last_success_at is None


async def test_in_order_the_next_waits_for_the_former(post: Post) -> None:
    await post.register(events=["booking.*"], ordered=True)
    post.receiver.fail(URL)
    await post.happen("bk_1", "bk_1", "bk_2", "bk_1")
    await post.run()
    assert sorted(post.subjects()) == ["bk_1", "bk_2"]
    post.receiver.heal(URL)
    for _ in range(10):
        post.house.clock.advance(seconds=6)
        await post.run()
    told = [json.loads(r.body) for r in post.receiver.sent]
    of_one = [t["sequence"] for t in told if t["data"]["object"]["id"] == "bk_1"]
    assert of_one == [1, 1, 2, 3]


async def test_a_delivery_that_was_given_up_lets_the_next_go(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"], ordered=True)
    post.receiver.fail(URL)
    await post.happen("bk_1", "bk_1")
    await post.run()
    first = post.deliveries()[0]
    async with post.house.ports.begin(system_actor(WORKSPACE)) as tx:
        await tx.deliveries.save(replace(first, tries=9))
    post.house.clock.now = first.next_attempt_at
    await post.run()
    assert [d.status for d in post.deliveries(webhook_id)] == [
        DeliveryStatus.DEAD,
        DeliveryStatus.PENDING,
    ]
    assert post.deliveries()[1].tries == 1


async def test_one_that_fails_is_probed_by_a_single_delivery(post: Post) -> None:
    await post.register(events=["booking.*"])
    post.receiver.fail(URL)
    await post.happen(*(f"bk_{number}" for number in range(9)))
    await post.relay()
    assert await post.deliver() == 4
    assert await post.deliver() == 1


class Killed(BaseException):
    """The process dies."""


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fatal", range(1, 6))
async def test_a_process_may_die_at_any_commit(post: Post, fatal: int, is_done: bool) -> None:
    """issue 7: workers killed, none lost; what is told twice has the same id."""
    await post.register(events=["booking.*"])
    await post.happen("bk_1", "bk_2")
    real, commits = post.house.ports.begin, 0

    def begin(actor: Actor) -> AbstractAsyncContextManager[Transaction]:
        return dying(actor)

    @asynccontextmanager
    async def dying(actor: Actor) -> AsyncIterator[Transaction]:
        nonlocal commits
        commits += 1
        number = commits
        async with real(actor) as tx:
            yield tx
            if number == fatal and not is_done:
                raise Killed
        if number == fatal:
            raise Killed

    object.__setattr__(post.house.ports, "begin", begin)
    try:
        await post.run()
    except Killed:
        assert commits >= fatal
    object.__setattr__(post.house.ports, "begin", real)
    for _ in range(2):
        post.house.clock.advance(seconds=61)
        await post.run()
    assert set(post.subjects()) == {"bk_1", "bk_2"}
    assert [d.status for d in post.deliveries()] == [DeliveryStatus.DELIVERED] * 2
    ids = {r.headers["webhook-id"] for r in post.receiver.sent}
    assert len(ids) == 2


async def test_what_fails_on_our_side_keeps_nobody_else_waiting(post: Post) -> None:
    await post.register(events=["booking.*"])
    broken = await post.register(OTHER_URL, events=["booking.*"])
    stored = post.endpoint(broken)
    async with post.house.ports.begin(system_actor(WORKSPACE)) as tx:
        await tx.webhooks.save(replace(stored, secret_sealed=b"not sealed at all"))
    await post.happen("bk_1")
    await post.relay()
    await post.deliver()
    assert post.subjects() == ["bk_1"]
    [(delivery_id, _)] = post.faults
    assert post.house.tables.deliveries.committed()[WORKSPACE, delivery_id].webhook_id == broken


async def test_the_log_stays_until_it_is_told(post: Post) -> None:
    """issue 7: "oldest pruned only when delivered"."""
    await post.register(events=["booking.*"])
    await post.run()
    await post.happen("bk_1", "bk_2")
    post.house.clock.advance(days=500)

    async def prune() -> int:
        return await prune_events(
            post.house.ports,
            lambda *fault: post.faults.append(fault),
            retention=timedelta(days=400),
            followers=(relayed_through,),
        )

    told = len(post.house.events()) - 2
    assert await prune() == told
    await post.run()
    assert post.subjects() == ["bk_1", "bk_2"]
    assert await prune() == 2
    await post.happen("bk_3")
    await post.run()
    assert post.subjects()[-1] == "bk_3"


async def test_deliveries_are_kept_for_a_month(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    await post.happen("bk_1")
    await post.run()
    post.house.clock.advance(days=29)
    assert await prune_deliveries(post.house.ports) == 0
    post.house.clock.advance(days=1)
    assert await prune_deliveries(post.house.ports) == 1
    assert post.deliveries(webhook_id) == []
