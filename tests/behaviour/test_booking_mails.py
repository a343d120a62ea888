"""Bookers are told of what is agreed, changed and cancelled: once, and of nothing else."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.mail import Mail, MailStatus
from litehq_core.domain.payment import PaymentOutcome
from tests.behaviour.drivers.protocol import done
from tests.behaviour.drivers.series import SeriesDriver
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, studio, wish

WAITING = MailStatus.QUEUED


def _mails(house: House, status: MailStatus = WAITING) -> list[Mail]:
    found = [m for m in house.tables.mails.committed().values() if m.status is status]
    assert {m.workspace_id for m in found} <= {WORKSPACE}
    return sorted(found, key=lambda mail: mail.id)


def _told(house: House) -> list[tuple[str, str]]:
    return [(mail.kind.value, mail.recipient.address) for mail in _mails(house)]


def _weekly(count: int = 3, **more: Any) -> dict[str, Any]:
    return wish(**more) | {"rule": f"FREQ=WEEKLY;COUNT={count}", "on_conflict": "fail"}


async def test_what_is_confirmed_at_once_is_told_at_once(
    house: House, driver: SeriesDriver
) -> None:
    booking = await booked(driver, wish())
    (mail,) = _mails(house)
    assert (mail.kind.value, mail.subject_id) == ("booking_confirmed", booking["id"])
    assert mail.recipient.address == house.tables.members.get((WORKSPACE, "mem_nadia_n")).email  # type: ignore[union-attr]
    assert "Tuesday 26 May 2026, 15:00–16:00 BST" in mail.text


async def test_a_hold_is_told_when_it_is_paid(house: House, driver: SeriesDriver) -> None:
    hold = await booked(driver, studio(member=None))
    assert _told(house) == []
    await house.pay(hold["checkout_url"])
    assert _told(house) == [("booking_confirmed", "ada@example.com")]
    await house.pay(hold["checkout_url"])
    assert len(_told(house)) == 1


async def test_a_hold_that_ends_is_nobodys_news(house: House, driver: SeriesDriver) -> None:
    lapsing = await booked(driver, studio(member=None))
    cancelled = await booked(driver, studio("2026-05-27 14:00", member=None))
    done(await driver.cancel(cancelled["id"]))
    await house.settle(lapsing["checkout_url"], PaymentOutcome.EXPIRED)
    house.clock.advance(minutes=31)
    await house.run_due()
    assert _told(house) == []


async def test_a_move_is_told_and_takes_the_older_word_back(
    house: House, driver: SeriesDriver
) -> None:
    booking = await booked(driver, wish())
    done(await driver.edit(booking["id"], {"notes": "Bring cake"}))
    assert [kind for kind, _ in _told(house)] == ["booking_confirmed"]
    start = at("2026-05-26 16:00")
    done(await driver.edit(booking["id"], {"start": start}))
    assert [kind for kind, _ in _told(house)] == ["booking_changed"]
    assert "17:00–18:00 BST" in _mails(house)[0].text
    assert [m.kind.value for m in _mails(house, MailStatus.SUPPRESSED)] == ["booking_confirmed"]


async def test_a_cancellation_is_told_unless_nobody_is_to_be(
    house: House, driver: SeriesDriver
) -> None:
    """contract.md, Cancel: ``notify_attendees``, by default true."""
    for start in ("2026-05-26 14:00", "2026-05-27 14:00"):
        booking = await booked(driver, wish(start=start))
        silent = start.startswith("2026-05-27")
        done(await driver.cancel(booking["id"], {"notify_attendees": False} if silent else None))
        done(await driver.cancel(booking["id"]))
    # The confirmation of what was cancelled silently is all that is left of it.
    assert [kind for kind, _ in _told(house)] == ["booking_cancelled", "booking_confirmed"]


async def test_a_series_is_told_in_one_mail(house: House, driver: SeriesDriver) -> None:
    series = done(await driver.create_series(_weekly()))
    (mail,) = _mails(house)
    assert mail.subject_id == series["id"]
    assert mail.text.count("15:00–16:00 BST") == 3
    done(await driver.cancel_series(series["id"]))
    cancelled = _mails(house)[-1]
    assert (cancelled.kind.value, cancelled.subject_id) == ("booking_cancelled", series["id"])
    assert len(_mails(house)) == 2


async def test_a_series_paid_by_card_is_told_when_it_is_paid(
    house: House, driver: SeriesDriver
) -> None:
    series = done(await driver.create_series(_weekly(2, room_id="rm_studio", member="mem_jonas_k")))
    assert _told(house) == []
    await house.pay(series["checkout_url"])
    (mail,) = _mails(house)
    assert mail.subject_id == series["id"]


async def test_what_is_refused_tells_nobody(house: House, driver: SeriesDriver) -> None:
    await booked(driver, wish())
    await driver.create(wish())
    assert len(_told(house)) == 1
