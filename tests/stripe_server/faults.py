"""What can go wrong between us and Stripe, planted for calls to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """``before`` and ``after`` say whether the call has had its effect."""

    DROPPED_BEFORE = "dropped_before"
    DROPPED_AFTER = "dropped_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    RATE_LIMITED = "rate_limited"
    LOCK_TIMEOUT = "lock_timeout"
    KEY_IN_USE = "key_in_use"
    UNAVAILABLE = "unavailable"
    DECLINED = "declined"
    REQUIRES_ACTION = "requires_action"


# Those that only a call which charges a card can meet.
OF_CARDS = frozenset({Fault.DECLINED, Fault.REQUIRES_ACTION})


@dataclass(slots=True)
class Faults:
    """The faults that wait for a call whose method and path begin so, in the order planted."""

    planted: list[tuple[str, Fault]] = field(default_factory=list)
    met: list[tuple[str, Fault]] = field(default_factory=list)

    def plant(self, call: str, *faults: Fault) -> None:
        """Let the next calls of ``call``, such as ``POST /v1/refunds``, fail so."""
        self.planted.extend((call, fault) for fault in faults)

    def next(self, call: str) -> Fault | None:
        """The fault that this call meets, if one was planted for it."""
        for number, (wanted, fault) in enumerate(self.planted):
            if call.startswith(wanted):
                self.met.append((call, self.planted.pop(number)[1]))
                return fault
        return None
