"""The documents that the GraphQL caller sends, written out in full: every field that REST shows."""

from __future__ import annotations

from typing import Final

PRICE: Final = "{ currency amountMinor lines { rule description minutes amountMinor tokens } }"
_CANCELLATION: Final = """{
  refundableUntil
  policy { name steps { minutesBefore refundPercent } }
}"""
_BOOKING: Final = f"""{{
  id status version room {{ id name }} startAt endAt timezone
  memberId bookedBy {{ __typename ... on Member {{ id }} ... on Guest {{ email name }} }}
  companyId attendees notes metadata billingMode price {PRICE}
  tokensCharged checkoutUrl expiresAt cancellation {_CANCELLATION}
  pendingChange {{ startAt endAt roomId price {PRICE} checkoutUrl expiresAt }}
  noShow createdAt updatedAt cancelledAt
  resourceId start durationMinutes
}}"""
_STEP: Final = "{ minutesBefore refundPercent until refundAmountMinor refundTokens }"
_VIOLATIONS: Final = "{ reason message limit }"
_ALTERNATIVES: Final = "{ roomId startAt endAt }"
REFUSAL: Final = f"""{{
  code message docsUrl requestId
  details {{ field reason }}
  violations {_VIOLATIONS}
  conflictingBookingId conflictingBooking {{ id notes }}
  alternatives {_ALTERNATIVES}
  requiredScope currentVersion slotMinutes editWindowMinutes requiredTokens availableTokens
  existingId
  occurrences {{ occurrence reason message violations {_VIOLATIONS} conflictingBookingId }}
}}"""


_ENTRY: Final = """{
  id status version position locationId roomId resourceId from to durationMinutes
  memberId bookedBy { __typename ... on Member { id } ... on Guest { email name } }
  companyId attendees billingMode notes offer { roomId startAt endAt expiresAt }
  bookingId expiresAt createdAt updatedAt
}"""


def _mutation(name: str, shown: str = f"booking {_BOOKING}") -> str:
    title = name[0].upper() + name[1:]
    return f"""mutation ($input: {title}Input!) {{
  result: {name}(input: $input) {{
    __typename
    ... on {title}Payload {{ {shown} }}
    ... on Refusal {REFUSAL}
  }}
}}"""


CREATE: Final = _mutation("createBooking")
UPDATE: Final = _mutation("updateBooking")
CANCEL: Final = _mutation("cancelBooking")
NO_SHOW: Final = _mutation("markBookingNoShow")
JOIN: Final = _mutation("joinWaitlist", f"entry {_ENTRY}")
ACCEPT: Final = _mutation("acceptWaitlistOffer")
LEAVE: Final = _mutation("leaveWaitlist", f"entry {_ENTRY}")

_QUOTAS: Final = "{ measure limit holder scope }"
_RULE_NAMES: Final = "minMinutes maxMinutes leadMinutes horizonDays editWindowMinutes minGapMinutes"
CHANGE_ROOM: Final = f"""mutation ($input: UpdateRoomInput!) {{
  result: updateRoom(input: $input) {{
    __typename
    ... on UpdateRoomPayload {{ room {{
      id version name capacity slotMinutes bufferMinutes active
      rules {{
        {_RULE_NAMES} quotas {_QUOTAS} allowedTiers
        tiers {{ tier {_RULE_NAMES} quotas {_QUOTAS} }} custom {{ name options }}
      }}
      openingHours {{
        weekly {{ opens closes }} exceptions {{ date spans {{ opens closes }} }}
      }}
    }} }}
    ... on Refusal {REFUSAL}
  }}
}}"""

ENTRY: Final = f"query ($id: ID!) {{ result: waitlistEntry(id: $id) {_ENTRY} }}"
ENTRIES: Final = f"""query (
  $first: Int, $after: String, $status: WaitlistStatus, $locationId: ID, $roomId: ID,
  $memberId: ID, $companyId: ID
) {{
  result: waitlistEntries(
    first: $first, after: $after, status: $status, locationId: $locationId, roomId: $roomId,
    memberId: $memberId, companyId: $companyId
  ) {{
    nodes {_ENTRY}
    edges {{ cursor }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
BOOKING: Final = f"query ($id: ID!) {{ result: booking(id: $id) {_BOOKING} }}"
QUOTE: Final = f"""query ($input: CreateBookingInput!) {{
  result: bookingQuote(input: $input) {{
    id valid violations {_VIOLATIONS} conflictingBookingId alternatives {_ALTERNATIVES}
    price {PRICE} tokens billingMode expiresAt
  }}
}}"""
PREVIEW: Final = f"""query ($id: ID!) {{
  result: cancellationPreview(bookingId: $id) {{
    booking {{ id }} bookingId version at cancellable currency
    refundAmountMinor refundTokens refundPercent step {_STEP} schedule {_STEP}
  }}
}}"""
BOOKINGS: Final = f"""query (
  $first: Int, $after: String, $from: DateTime, $to: DateTime, $status: BookingStatus,
  $roomId: ID, $memberId: ID, $companyId: ID
) {{
  result: bookings(
    first: $first, after: $after, from: $from, to: $to, status: $status,
    roomId: $roomId, memberId: $memberId, companyId: $companyId
  ) {{
    nodes {_BOOKING}
    edges {{ cursor node {{ id }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
AVAILABILITY: Final = """query (
  $roomId: ID, $tier: String, $from: DateTime, $to: DateTime, $durationMinutes: Int,
  $attendees: Int, $memberId: ID
) {
  result: availability(
    roomId: $roomId, tier: $tier, from: $from, to: $to, durationMinutes: $durationMinutes,
    attendees: $attendees, memberId: $memberId
  ) {
    rooms {
      roomId free { startAt endAt } busy { startAt endAt kind reason } starts
    }
  }
}"""
