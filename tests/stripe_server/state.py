"""What Stripe knows: accounts, each with its own objects and events."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

Object = dict[str, Any]

API_VERSION = "2026-10-28.endive"


class StripeFault(Exception):
    """An error that is answered as Stripe answers it."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}
        super().__init__(message)


def invalid(message: str, **more: Any) -> StripeFault:
    """A request that makes no sense here."""
    return StripeFault(400, "invalid_request_error", message, **more)


@dataclass(slots=True)
class Ledger:
    """The objects of one account, by id, and its events, oldest first."""

    objects: dict[str, Object] = field(default_factory=dict)
    events: list[Object] = field(default_factory=list)

    def of(self, kind: str) -> list[Object]:
        """Every object of a kind, the newest first."""
        return [thing for thing in reversed(self.objects.values()) if thing["object"] == kind]


class World:
    """All accounts of one platform. ``clock`` is Stripe's own."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.accounts: dict[str, Object] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._disconnected: set[str] = set()
        self._numbers = count(1)
        # While it is, nothing that happens is an event: nobody will ever tell.
        self.is_silent = False
        # Told of every event that is to be delivered.
        self.on_event: Callable[[Object], None] = lambda event: None

    @property
    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock().timestamp())

    def new_id(self, prefix: str) -> str:
        """An id that nobody has had."""
        return f"{prefix}_{next(self._numbers):06d}"

    def ledger(self, account_id: str) -> Ledger:
        """What belongs to an account.

        Raises:
            StripeFault: there is none, or its owner has disconnected it.
        """
        if account_id not in self.accounts or account_id in self._disconnected:
            raise StripeFault(
                403,
                "invalid_request_error",
                f"The provided key does not have access to account '{account_id}'.",
                code="account_invalid",
            )
        return self._ledgers.setdefault(account_id, Ledger())

    def everything(self, account_id: str) -> Ledger:
        """What belongs to an account, whoever may ask for it."""
        return self._ledgers.setdefault(account_id, Ledger())

    def add(self, account_id: str, thing: Object) -> Object:
        """A new object of an account."""
        self.ledger(account_id).objects[thing["id"]] = thing
        return thing

    def get(self, account_id: str, kind: str, thing_id: str) -> Object:
        """An object of an account.

        Raises:
            StripeFault: it has none such.
        """
        found = self.ledger(account_id).objects.get(thing_id)
        if found is None or found["object"] != kind:
            raise StripeFault(
                404,
                "invalid_request_error",
                f"No such {kind}: '{thing_id}'",
                code="resource_missing",
            )
        return found

    def emit(self, account_id: str, kind: str, thing: Object) -> Object:
        """An event about an object as it is now."""
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "account": account_id,
            "api_version": API_VERSION,
            "created": self.now,
            "data": {"object": deepcopy(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        if not self.is_silent:
            self.everything(account_id).events.append(event)
            self.on_event(event)
        return event

    def disconnect(self, account_id: str) -> None:
        """The owner takes the platform's access away."""
        application = {"id": "ca_litehq", "object": "application", "name": "LiteHQ"}
        self.emit(account_id, "account.application.deauthorized", application)
        self._disconnected.add(account_id)
