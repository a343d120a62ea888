"""The workspace's own account at the payment provider, and how far its onboarding has got."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.wall_clock import instant_text

# How often the provider is asked for what no event has told us.
POLL_EVERY = timedelta(minutes=5)
# How far back it is asked: its clock is not ours, and its events are not always in order.
POLL_OVERLAP = timedelta(minutes=15)


class ConnectStatus(StrEnum):
    """``onboarding``: there is an account that cannot take payments yet."""

    NOT_CONNECTED = "not_connected"
    ONBOARDING = "onboarding"
    COMPLETE = "complete"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """An account as the provider shows it; ``requirements``: what it still wants to know."""

    account_id: str
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingLink:
    """Where the operator goes on with the onboarding, until ``expires_at``."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectAccount:
    """The account that a workspace's payments go to, one of each workspace at most.

    Attributes:
        disconnected_at: since when the operator has taken our access away.
        polled_at: when the provider was last asked for its events.
        next_poll_at: when the provider is asked for more.
        sequence: how many events it has had in our own log; ``version`` counts its changes.
    """

    workspace_id: str
    state: AccountState
    disconnected_at: datetime | None = None
    polled_at: datetime | None = None
    next_poll_at: datetime
    version: int = 1
    sequence: int = 0
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> ConnectStatus:
        """How far it has got."""
        if self.disconnected_at is not None:
            return ConnectStatus.DISCONNECTED
        return ConnectStatus.COMPLETE if self.state.charges_enabled else ConnectStatus.ONBOARDING

    @property
    def poll_since(self) -> datetime:
        """From when on the provider is asked for its events."""
        return (self.polled_at or self.created_at) - POLL_OVERLAP

    @property
    def takes_payments(self) -> bool:
        """Whether checkouts can be opened on it."""
        return self.status is ConnectStatus.COMPLETE


def connected(workspace_id: str, state: AccountState, now: datetime) -> ConnectAccount:
    """A workspace's new account."""
    return ConnectAccount(
        workspace_id=workspace_id,
        state=state,
        next_poll_at=now + POLL_EVERY,
        created_at=now,
        updated_at=now,
    )


def after_report(
    account: ConnectAccount, state: AccountState | None, now: datetime
) -> tuple[ConnectAccount, EventDraft | None]:
    """The account once the provider has told its state, and the event if that is any news.

    Args:
        state: None: the operator has taken our access away.
    """
    if state is None:
        changed = replace(account, disconnected_at=account.disconnected_at or now)
    else:
        changed = replace(account, state=state, disconnected_at=None)
    if changed == account:
        return account, None
    changed = replace(
        changed, version=account.version + 1, sequence=account.sequence + 1, updated_at=now
    )
    return changed, EventDraft(
        type=EventType.CONNECT_UPDATED,
        subject_id=changed.state.account_id,
        sequence=changed.sequence,
        object=_words(changed),
        previous={"status": account.status.value},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How a workspace is connected to the provider, and a link to go on with, if one was made.

    ``needs_account``: whether payments need one at all.
    """

    workspace_id: str
    provider: str
    needs_account: bool
    account: ConnectAccount | None
    link: OnboardingLink | None = None

    @property
    def status(self) -> ConnectStatus:
        """How far it has got; where no account is needed, there is nothing left to do."""
        if not self.needs_account:
            return ConnectStatus.COMPLETE
        return self.account.status if self.account else ConnectStatus.NOT_CONNECTED


def connect_record(connection: Connection) -> dict[str, Any]:
    """What the façades show of a connection."""
    account, link = connection.account, connection.link
    state = account.state if account else None
    return {
        "provider": connection.provider,
        "status": connection.status.value,
        "account_id": state.account_id if state else None,
        "charges_enabled": bool(state and state.charges_enabled),
        "payouts_enabled": bool(state and state.payouts_enabled),
        "details_submitted": bool(state and state.details_submitted),
        "requirements": list(state.requirements) if state else [],
        "onboarding_url": link.url if link else None,
        "onboarding_expires_at": instant_text(link.expires_at) if link else None,
    }


def _words(account: ConnectAccount) -> dict[str, Any]:
    """An account as events show it."""
    state = account.state
    return {
        "id": state.account_id,
        "object": "connect_account",
        "status": account.status.value,
        "charges_enabled": state.charges_enabled,
        "payouts_enabled": state.payouts_enabled,
        "details_submitted": state.details_submitted,
        "requirements": list(state.requirements),
    }
