"""The outbox in every store, and the duty that empties it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.errors import AuthScopeInsufficient, NotFound, ValidationFailed
from litehq_core.domain.mail import (
    LEASE,
    RETENTION,
    RETRY_AFTER,
    Mail,
    Mailbox,
    MailKind,
    MailStatus,
)
from litehq_core.ports.mailer import MailDeferred, MailRejected
from litehq_core.ports.reads import Duty
from litehq_core.testing import Clock, MemoryMailer
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.duties.send_mail import send_mail
from litehq_core.use_cases.mail.read_outbox import get_mail, list_mails
from tests.contract.house import House, undone
from tests.domain import samples
from tests.domain.samples import NOW

SECOND = timedelta(seconds=1)


class Post:
    """A house with a mailer of its own, and what could not be sent."""

    def __init__(self, house: House) -> None:
        self.mailer = MemoryMailer()
        self.house = replace(house, ports=replace(house.ports, mailer=self.mailer))
        self.failures: list[tuple[str, Exception]] = []

    async def queue(self, **fields: Any) -> Mail:
        """A mail in the outbox."""
        async with self.house.begin() as tx:
            return await tx.mails.add(samples.mail_draft(**fields))

    async def stored(self, mail: Mail) -> Mail:
        """How far it has got by now."""
        async with self.house.begin() as tx:
            found = await tx.mails.get(mail.id)
        assert found is not None
        return found

    async def run(self) -> int:
        """One round of the duty."""
        return await send_mail(
            self.house.ports, lambda mail, error: self.failures.append((mail.id, error))
        )

    @property
    def sent(self) -> Counter[str]:
        """How often each mail of this house was sent; others' lie in the same store."""
        mine = self.house.workspace.id
        return Counter(mail.id for mail in self.mailer.sent if mail.workspace_id == mine)


@pytest.fixture
async def post(house: House) -> AsyncIterator[Post]:
    """The outbox under test, emptied afterwards: the duty looks into every workspace."""
    yield Post(house)
    async with house.begin() as tx:
        for mail in await tx.mails.latest(1000):
            await tx.mails.remove(mail.id)


async def test_every_field_of_a_mail_comes_back(post: Post, house: House) -> None:
    async with house.begin() as tx:
        plain = await tx.mails.add(samples.mail_draft())
        full = await tx.mails.add(
            samples.mail_draft(
                html="<p>ü</p>", calendar="BEGIN:VCALENDAR\r\n ü", not_before=NOW + LEASE
            )
        )
    expected = samples.mail(id=plain.id, workspace_id=house.workspace.id)
    assert plain == expected
    assert await post.stored(plain) == plain
    assert await post.stored(full) == full
    changed = replace(
        full,
        status=MailStatus.FAILED,
        attempts=3,
        last_error="550 no",
        text="",
        html=None,
        recipient=Mailbox(address="bob@example.com"),
        kind=MailKind.MEMBER_INVITED,
        updated_at=NOW + SECOND,
    )
    async with house.begin() as tx:
        await tx.mails.save(changed)
    assert await post.stored(full) == changed
    async with house.begin() as tx:
        await tx.mails.remove(full.id)
        await tx.mails.remove("mail_none")
        assert await tx.mails.get(full.id, lock=True) is None
        assert await tx.mails.get(plain.id, lock=True) == plain


async def test_a_mail_goes_with_the_change_that_it_tells_of(post: Post, house: House) -> None:
    async with undone(house.begin()) as tx:
        lost = await tx.mails.add(samples.mail_draft())
    async with house.begin() as tx:
        async with undone(tx.savepoint()):
            lost_too = await tx.mails.add(samples.mail_draft())
        kept = await tx.mails.add(samples.mail_draft())
    async with house.begin() as tx:
        assert await tx.mails.get(lost.id) is None
        assert await tx.mails.get(lost_too.id) is None
    await post.run()
    assert post.sent == {kept.id: 1}


async def test_what_is_queued_can_be_taken_back(post: Post, house: House, clock: Clock) -> None:
    later = NOW + timedelta(hours=1)
    sent = await post.queue()
    await post.run()
    mine = await post.queue(not_before=later)
    others = [
        await post.queue(not_before=later, subject_id="bk_2"),
        await post.queue(not_before=later, kind=MailKind.BOOKING_CANCELLED),
    ]
    clock.advance(seconds=1)
    async with house.begin() as tx:
        kinds = (MailKind.BOOKING_CONFIRMED, MailKind.BOOKING_CHANGED)
        assert await tx.mails.suppress("bk_1", kinds) == 1
        assert await tx.mails.suppress("bk_1", kinds) == 0
        assert await tx.mails.suppress("bk_1", ()) == 0
    assert await post.stored(mine) == replace(
        mine, status=MailStatus.SUPPRESSED, updated_at=NOW + SECOND
    )
    assert (await post.stored(sent)).status is MailStatus.SENT
    clock.now = later
    await post.run()
    assert post.sent == Counter([sent.id, *(other.id for other in others)])


async def test_the_newest_come_first_a_page_at_a_time(
    post: Post, house: House, clock: Clock
) -> None:
    mails = []
    for seconds in (0, 0, 5, 3):
        clock.now = NOW + seconds * SECOND
        mails.append(await post.queue())
    newest_first = sorted(mails, key=lambda mail: (mail.created_at, mail.id), reverse=True)
    ports, actor = house.ports, house.actor
    first = await list_mails(ports, actor, limit=3)
    assert list(first) == newest_first[:3]
    assert list(await list_mails(ports, actor, limit=3, before_id=first[-1].id)) == newest_first[3:]
    assert await get_mail(ports, actor, mails[0].id) == mails[0]


async def test_the_outbox_is_the_operators(post: Post, house: House) -> None:
    mail = await post.queue()
    ports = house.ports
    with pytest.raises(NotFound):
        await get_mail(ports, house.actor, "mail_none")
    with pytest.raises(NotFound):
        await list_mails(ports, house.actor, limit=1, before_id="mail_none")
    with pytest.raises(ValidationFailed):
        await list_mails(ports, house.actor, limit=0)
    for actor in (
        replace(house.actor, scopes=frozenset()),
        replace(house.actor, member_id=house.member.id),
    ):
        with pytest.raises(AuthScopeInsufficient):
            await get_mail(ports, actor, mail.id)
        with pytest.raises(AuthScopeInsufficient):
            await list_mails(ports, actor, limit=1)


async def test_a_mail_that_cannot_go_now_is_tried_again(post: Post, clock: Clock) -> None:
    mail, trouble = await post.queue(), MailDeferred("451 4.3.0 later")
    post.mailer.fail_once(trouble)
    assert await post.run() == 1
    assert post.failures == [(mail.id, trouble)]
    waiting = await post.stored(mail)
    assert (waiting.status, waiting.attempts) == (MailStatus.QUEUED, 1)
    assert waiting.last_error == "451 4.3.0 later"
    clock.now = NOW + RETRY_AFTER[0] - SECOND
    assert await post.run() == 0
    clock.now = NOW + RETRY_AFTER[0]
    assert await post.run() == 1
    assert post.sent == {mail.id: 1}
    assert (await post.stored(mail)).status is MailStatus.SENT


async def test_a_mail_that_will_never_go_is_let_go(post: Post, clock: Clock) -> None:
    mail = await post.queue()
    post.mailer.fail_once(MailRejected("550 no such user"))
    await post.run()
    assert (await post.stored(mail)).status is MailStatus.FAILED
    clock.now = NOW + timedelta(days=3)
    assert await post.run() == 0


async def test_a_defect_of_the_mailer_is_no_end_and_keeps_its_words_to_itself(post: Post) -> None:
    mail, other = await post.queue(), await post.queue()
    post.mailer.fail_once(RuntimeError("user:password@host"))
    assert await post.run() == 2
    found = [await post.stored(mail), await post.stored(other)]
    assert {m.status for m in found} == {MailStatus.QUEUED, MailStatus.SENT}
    waiting = next(m for m in found if m.status is MailStatus.QUEUED)
    assert waiting.last_error == "the mailer failed: RuntimeError"


async def test_what_was_taken_back_on_the_way_is_told_as_it_was(post: Post, house: House) -> None:
    """A mail that has left cannot be taken back; one that has not stays taken back."""
    gone, stays = await post.queue(), await post.queue(subject_id="bk_2")

    class Slow(MemoryMailer):
        async def send(self, mail: Mail) -> None:
            async with house.begin() as tx:
                assert await tx.mails.suppress(mail.subject_id, list(MailKind)) == 1
            if mail.id == stays.id:
                raise MailDeferred("451 later")

    slow = replace(house.ports, mailer=Slow())
    assert await send_mail(slow, lambda *_: None) == 2
    assert (await post.stored(gone)).status is MailStatus.SENT
    assert (await post.stored(stays)).status is MailStatus.SUPPRESSED


async def test_a_mail_removed_on_the_way_leaves_nothing(post: Post, house: House) -> None:
    mail = await post.queue()

    class Slow(MemoryMailer):
        async def send(self, mail: Mail) -> None:
            async with house.begin() as tx:
                await tx.mails.remove(mail.id)

    assert await send_mail(replace(house.ports, mailer=Slow()), lambda *_: None) == 1
    async with house.begin() as tx:
        assert await tx.mails.get(mail.id) is None


async def test_two_processes_never_send_one_mail_at_once(post: Post, house: House) -> None:
    """Each of them finds all mails due; between them each mail goes once."""
    mails = [await post.queue() for _ in range(12)]
    rounds = await asyncio.gather(*(post.run() for _ in range(4)))
    assert sum(rounds) == len(mails)
    assert post.sent == Counter(mail.id for mail in mails)


async def test_whoever_dies_on_the_way_is_followed_by_another(post: Post, clock: Clock) -> None:
    mail = await post.queue()
    hung = asyncio.Event()

    class Hanging(MemoryMailer):
        async def send(self, mail: Mail) -> None:
            hung.set()
            await asyncio.Event().wait()

    dying = asyncio.create_task(
        send_mail(replace(post.house.ports, mailer=Hanging()), lambda *_: None)
    )
    await hung.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    clock.now = NOW + LEASE - SECOND
    assert await post.run() == 0
    clock.now = NOW + LEASE
    assert await post.run() == 1
    assert post.sent == {mail.id: 1}
    assert (await post.stored(mail)).attempts == 2


async def test_old_mail_is_removed(post: Post, house: House, clock: Clock) -> None:
    ended, waiting = await post.queue(), await post.queue(not_before=NOW + 2 * RETENTION)
    await post.run()

    async def due() -> list[str]:
        found = await house.ports.reads.due(Duty.PRUNE_MAIL, clock(), 1000)
        return [d.subject_id for d in found if d.workspace_id == house.workspace.id]

    clock.now = NOW + RETENTION - SECOND
    assert await due() == []
    clock.now = NOW + RETENTION
    assert await due() == [ended.id]
    failures: list[object] = []
    await run_due(house.ports, lambda *failure: failures.append(failure), limit=1000)
    assert await due() == failures == []
    async with house.begin() as tx:
        assert await tx.mails.get(ended.id) is None
        assert await tx.mails.get(waiting.id) == waiting


async def test_the_longest_due_goes_first(post: Post, house: House, clock: Clock) -> None:
    late = await post.queue(not_before=NOW + 2 * SECOND)
    soon = await post.queue(not_before=NOW + SECOND)
    clock.now = NOW + 2 * SECOND
    found = await house.ports.reads.due(Duty.SEND_MAIL, clock(), 1000)
    mine = [d.subject_id for d in found if d.workspace_id == house.workspace.id]
    assert mine == [soon.id, late.id]
