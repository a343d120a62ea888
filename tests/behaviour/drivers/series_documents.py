"""The documents about series that the GraphQL caller sends: every field that REST shows."""

from __future__ import annotations

from typing import Final

from tests.behaviour.drivers.graphql_documents import PRICE, REFUSAL

_WHY: Final = "reason message violations { reason message limit } conflictingBookingId"
_SERIES: Final = f"""{{
  id status version room {{ id name }} startAt durationMinutes timezone
  rule {{
    rrule frequency interval weekdays monthDay nthWeekday {{ nth weekday }}
    count until untilAt exceptions
  }}
  memberId bookedBy {{ __typename ... on Member {{ id }} ... on Guest {{ email name }} }}
  companyId attendees notes metadata billingMode onConflict price {PRICE}
  tokensCharged checkoutUrl expiresAt createdAt updatedAt cancelledAt
  occurrences {{
    occurrence outcome bookingId status startAt endAt roomId amountMinor tokensCharged {_WHY}
    lastEdit {{ result {_WHY} }}
    booking {{ id series {{ id }} }}
  }}
}}"""


def _mutation(name: str) -> str:
    title = name[0].upper() + name[1:]
    return f"""mutation ($input: {title}Input!) {{
  result: {name}(input: $input) {{
    __typename
    ... on {title}Payload {{ series {_SERIES} }}
    ... on Refusal {REFUSAL}
  }}
}}"""


CREATE: Final = _mutation("createBookingSeries")
UPDATE: Final = _mutation("updateBookingSeries")
CANCEL: Final = _mutation("cancelBookingSeries")
RETRY: Final = _mutation("retryBookingSeries")
ONE: Final = f"query ($id: ID!) {{ result: bookingSeries(id: $id) {_SERIES} }}"
QUOTE: Final = f"""query ($input: CreateBookingSeriesInput!) {{
  result: bookingSeriesQuote(input: $input) {{
    valid billingMode tokensCharged price {PRICE}
    occurrences {{
      occurrence outcome startAt endAt roomId amountMinor tokensCharged {_WHY}
    }}
  }}
}}"""
LIST: Final = f"""query (
  $first: Int, $after: String, $roomId: ID, $memberId: ID, $companyId: ID
) {{
  result: bookingSeriesList(
    first: $first, after: $after, roomId: $roomId, memberId: $memberId, companyId: $companyId
  ) {{
    nodes {_SERIES}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
