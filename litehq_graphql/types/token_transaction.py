"""The token ledger."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.token_posting import account_text
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.member import Member
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, to_one


@strawberry.type(
    description=(
        "A row of the token ledger: `amount` tokens left the debit account for the credit account."
    )
)
class TokenTransaction(Recorded, Node):
    """A row's attributes."""

    noun: ClassVar[Noun | None] = Noun.TOKEN_TRANSACTION

    amount: int = strawberry.field(description="How many tokens, at least 1.")
    member_id: strawberry.ID | None = strawberry.field(
        description="The id of the member whose wallet it touches."
    )
    booking_id: strawberry.ID | None = strawberry.field(
        description="The id of the booking that it is about; null if it is about none."
    )
    lot_id: strawberry.ID | None = strawberry.field(
        description="The lot that the tokens came from or went to."
    )
    cause: str = strawberry.field(description="Why, such as booking, grant or expired.")
    balance_after: int | None = strawberry.field(
        description=(
            "What the member's wallet holds right after this row, reserved and expired tokens "
            "included."
        )
    )
    created_at: datetime = strawberry.field(description="When it was written.")

    @resolved(
        "Where the tokens came from: an owner and what the account is for, as `mem_lina_p/wallet`.",
        needs("debit_owner", "debit_kind"),
    )
    def debit_account(self) -> str:
        """The account as text."""
        return self._account("debit")

    @resolved("Where the tokens went.", needs("credit_owner", "credit_kind"))
    def credit_account(self) -> str:
        """The account as text."""
        return self._account("credit")

    @resolved("The member whose wallet it touches.", to_one("member"))
    def member(self) -> Member | None:
        """Comes with the row."""
        return self.to_one_or_none(Member, "member")

    @resolved("The booking that it is about; null if it is about none.", to_one("booking"))
    def booking(self) -> Booking | None:
        """Comes with the row."""
        return self.to_one_or_none(Booking, "booking")

    def _account(self, side: str) -> str:
        names = (f"{side}_owner", f"{side}_kind")
        return account_text({name: self.read(name) for name in names}, side)
