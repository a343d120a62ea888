"""The documents that the GraphQL caller sends about the catalogue: every field that REST shows."""

from __future__ import annotations

from typing import Final

from tests.behaviour.drivers.graphql_documents import REFUSAL

_HOURS: Final = "{ weekly { opens closes } exceptions { date spans { opens closes } } }"
LOCATION: Final = f"{{ id version name timezone currency openingHours {_HOURS} }}"
_QUOTAS: Final = "{ measure limit holder scope }"
_RULE_NAMES: Final = "minMinutes maxMinutes leadMinutes horizonDays editWindowMinutes minGapMinutes"
ROOM: Final = f"""{{
  id version name locationId timezone capacity slotMinutes bufferMinutes active shared
  parts {{ id }} openingHours {_HOURS}
  rules {{
    {_RULE_NAMES} quotas {_QUOTAS} allowedTiers
    tiers {{ tier {_RULE_NAMES} quotas {_QUOTAS} }} custom {{ name options }}
  }}
}}"""
BLACKOUT: Final = """{
  id version roomId locationId startAt endAt reason createdAt room { id } location { id }
}"""
CARD: Final = """{
  id version roomId room { id } currency effectiveFrom hourlyMinor tokensPerHour billingModes
  createdAt cancellation { name steps { minutesBefore refundPercent } }
  rules {
    bands { name weekdays opens closes hourlyMinor tokensPerHour }
    fixedPrices { minutes amountMinor } dayCapMinor minimumMinor tierDiscounts { tier percent }
    tax { name basisPoints inclusive } custom { name options }
  }
}"""


def _mutation(name: str, shown: str) -> str:
    title = name[0].upper() + name[1:]
    return f"""mutation ($input: {title}Input!) {{
  result: {name}(input: $input) {{
    __typename
    ... on {title}Payload {{ {shown} }}
    ... on Refusal {REFUSAL}
  }}
}}"""


CREATE_LOCATION: Final = _mutation("createLocation", f"location {LOCATION}")
UPDATE_LOCATION: Final = _mutation("updateLocation", f"location {LOCATION}")
CREATE_ROOM: Final = _mutation("createRoom", f"room {ROOM}")
CREATE_BLACKOUT: Final = _mutation(
    "createBlackout", f"blackout {BLACKOUT} conflictingBookingIds conflictingCount"
)
DELETE_BLACKOUT: Final = _mutation("deleteBlackout", f"blackout {BLACKOUT}")
CREATE_RATE_CARD: Final = _mutation("createRateCard", f"rateCard {CARD}")
_PAGE: Final = "edges { cursor } pageInfo { hasNextPage endCursor }"
_BLACKOUTS: Final = f"blackouts(first: $first, after: $after) {{ nodes {BLACKOUT} {_PAGE} }}"
ROOM_BLACKOUTS: Final = f"""query ($id: ID!, $first: Int, $after: String) {{
  result: room(id: $id) {{ {_BLACKOUTS} }}
}}"""
LOCATION_BLACKOUTS: Final = f"""query ($id: ID!, $first: Int, $after: String) {{
  result: location(id: $id) {{ {_BLACKOUTS} }}
}}"""
RATE_CARD: Final = f"query ($id: ID!) {{ result: rateCard(id: $id) {CARD} }}"
RATE_CARDS: Final = f"""query ($first: Int, $after: String, $roomId: ID) {{
  result: rateCards(first: $first, after: $after, roomId: $roomId) {{ nodes {CARD} {_PAGE} }}
}}"""
