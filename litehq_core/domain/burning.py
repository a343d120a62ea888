"""Tokens that bookings burn and give back, lot by lot."""

from __future__ import annotations

from litehq_core.domain.booking import Booking
from litehq_core.domain.decision import BookingContext, NewId
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import (
    Transfer,
    TransferKind,
    end_hold,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.lots import last_burnt
from litehq_core.domain.price import Price


def spend_tokens(context: BookingContext, price: Price, booking_id: str) -> tuple[Transfer, ...]:
    """A hold on each lot that gives tokens, and its posting at once: what a token booking writes.

    Raises:
        InsufficientTokens: what can be spent on the room does not cover the price.
    """
    if not price.tokens or context.member is None:
        return ()
    holds = tuple(
        Transfer(
            id=context.new_id(Prefix.TRANSFER),
            kind=TransferKind.HOLD,
            debit=wallet_of(context.member.id),
            credit=redeemed_at(context.workspace.id),
            amount=share.tokens,
            cause="booking",
            booking_id=booking_id,
            lot_id=share.lot_id,
        )
        for share in context.wallet.burn(price.tokens, context.now, context.calendar.room.id)
    )
    return holds + tuple(
        end_hold(hold, TransferKind.POST, context.new_id(Prefix.TRANSFER)) for hold in holds
    )


def return_tokens(booking: Booking, tokens: int, cause: str, new_id: NewId) -> tuple[Transfer, ...]:
    """Burnt tokens back into the lots they came from, what was burnt last first.

    They go back to a lot that has expired meanwhile as well: nobody can spend them there.
    """
    if booking.member_id is None:
        return ()
    return tuple(
        Transfer(
            id=new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            debit=redeemed_at(booking.workspace_id),
            credit=wallet_of(booking.member_id),
            amount=share.tokens,
            cause=cause,
            booking_id=booking.id,
            lot_id=share.lot_id,
        )
        for share in last_burnt(booking.token_lots, tokens)
    )
