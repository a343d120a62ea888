"""What a series would come to: told date by date, with nothing booked or held."""

from __future__ import annotations

from tests.behaviour.drivers.protocol import done
from tests.behaviour.drivers.series import RestSeriesDriver, SeriesDriver
from tests.behaviour.house import House
from tests.behaviour.keys import READ_ONLY
from tests.behaviour.scenario import refusal, studio, wrong_fields
from tests.behaviour.series_scenario import WEEKLY, in_the_way, outcomes, weekly


async def test_a_quote_says_what_would_come_of_each_date(
    house: House, driver: SeriesDriver
) -> None:
    blocker = await in_the_way(driver)
    with house.unchanged():
        quote = done(await driver.quote_series(weekly(), key=READ_ONLY))
    assert quote["valid"] is False
    assert outcomes(quote) == ["booked", "skipped", "booked", "booked"]
    assert quote["occurrences"][1]["conflicting_booking_id"] == blocker["id"]
    assert (quote["billing_mode"], quote["price"]["amount_minor"]) == ("invoice", 3 * 4000)
    made = done(await driver.create_series(weekly(on_conflict="skip")))
    assert [o["amount_minor"] for o in quote["occurrences"]] == [
        occurrence["amount_minor"] for occurrence in made["occurrences"]
    ]


async def test_a_quote_of_what_cannot_be_had_is_given_all_the_same(
    house: House, driver: SeriesDriver
) -> None:
    with house.unchanged():
        quote = done(await driver.quote_series(weekly(start="2026-05-12 14:00")))
        wrong = weekly("FREQ=WEEKLY")
        assert await wrong_fields(house, driver.quote_series(wrong)) == {"rule.count"}
        await refusal(house, driver.quote_series(weekly(room_id="rm_none")), "not_found")
    assert outcomes(quote) == ["skipped", "skipped", "booked", "booked"]
    paid = {**studio(), "rule": WEEKLY}
    with house.unchanged():
        assert done(await driver.quote_series(paid))["price"]["amount_minor"] == 4 * 8400


async def test_a_quote_is_repeated_under_its_key(house: House, rest: RestSeriesDriver) -> None:
    """A query in GraphQL has no key: nothing happens that could happen twice."""
    first = await rest.quote_series(weekly(), once="k1")
    await in_the_way(rest)
    again = await rest.quote_series(weekly(), once="k1")
    assert (done(again), again.replayed) == (done(first), True)
    assert done(await rest.quote_series(weekly()))["valid"] is False
