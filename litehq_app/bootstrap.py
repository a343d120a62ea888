"""Puts an installation together. The one place that knows which adapters stand behind the ports."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, monotonic_ns, time

from sqlalchemy import make_url

from litehq_app.accounting.xero import XeroAccounting, XeroConnection
from litehq_app.feed.local import LocalFeed
from litehq_app.mail.address import sender_address, smtp_server
from litehq_app.mail.local import LocalMailer
from litehq_app.mail.smtp import SmtpMailer
from litehq_app.payments.simulated import SimulatedConnect, SimulatedPayments
from litehq_app.pdf.typst_printer import printer
from litehq_app.plugins import load_plugins
from litehq_app.settings import DEMO_KEY_ID, Settings
from litehq_app.sql import SqlStore, migrate
from litehq_app.sql.address import SqliteFile, parse_address
from litehq_app.sql.store import system_clock
from litehq_app.vault import AesGcmVault, load_or_create_key
from litehq_app.webhook_sender.sender import HttpWebhookSender
from litehq_core.domain.errors import ServiceUnavailable, ValidationFailed
from litehq_core.domain.ids import id_source
from litehq_core.domain.plugins import CustomRules, Plugins
from litehq_core.domain.rate_limit import RateLimit
from litehq_core.ports.accounting import Accounting, NoAccounting
from litehq_core.ports.connect import Connect
from litehq_core.ports.mailer import Mailer
from litehq_core.ports.payments import Payments
from litehq_core.ports.ports import Begin, Ports
from litehq_core.steps.leased_rate_limits import LeasedRateLimits

# For a free connection; then it is ServiceUnavailable.
WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a process works with.

    Attributes:
        checkpoint: the store's upkeep, to be called every few seconds.
        is_empty: whether the database holds no workspace at all.
        key: what seals secrets; other keys of the installation are derived from it.
    """

    ports: Ports
    checkpoint: Callable[[], Awaitable[None]]
    is_empty: Callable[[], Awaitable[bool]]
    key: bytes = field(repr=False)


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncIterator[Installation]:
    """Migrate the database and open everything; close all of it in the end.

    Raises:
        ValueError: a setting, or a stored rate card, names something that does not exist here; or
            what an installed package brings cannot be used.
        ServiceUnavailable: the database cannot be reached.
    """
    plugins = load_plugins()
    vault, key = _vault(settings)
    feed = LocalFeed()
    new_id = id_source(lambda: int(time() * 1000), secrets.randbits)
    await migrate(settings.database_url)
    async with AsyncExitStack() as stack:
        store = await SqlStore.open(
            settings.database_url, new_id=new_id, on_events=feed.wake, wait_seconds=WAIT_SECONDS
        )
        stack.push_async_callback(store.close)
        _require_installed(plugins, await store.custom_rules())
        rate_limits = LeasedRateLimits(
            store.rate_buckets,
            rate_limit(settings),
            holder=secrets.token_hex(8),
            clock=system_clock,
            ticks_ms=lambda: monotonic_ns() // 1_000_000,
            exempt=unlimited_keys(settings),
        )
        stack.push_async_callback(_give_back, rate_limits)
        payments, connect = await stack.enter_async_context(_provider(settings, store.begin))
        ports = Ports(
            begin=store.begin,
            reads=store.reads,
            payments=payments,
            connect=connect,
            mailer=_mailer(settings),
            webhook_sender=HttpWebhookSender(settings.webhook_reach),
            feed=feed,
            vault=vault,
            rate_limits=rate_limits,
            clock=system_clock,
            new_id=new_id,
            new_secret=lambda: secrets.token_hex(32),
            plugins=plugins,
            printer=printer(),
            accounting=_accounting(settings),
            invitation_url=f"{settings.base_url}/invitations/{{}}".format,
            pass_url=f"{settings.base_url}/passes/{{}}".format,
        )
        yield Installation(
            ports=ports,
            checkpoint=store.checkpoint,
            is_empty=store.is_empty,
            key=key,
        )


@asynccontextmanager
async def open_ports(settings: Settings) -> AsyncIterator[Ports]:
    """The ports alone: for commands and programs that do not serve."""
    async with open_installation(settings) as installation:
        yield installation.ports


async def migrate_database(settings: Settings) -> None:
    """Bring the database up to the newest schema.

    Raises:
        ValueError: the URL is of no database that we know.
        ServiceUnavailable: it cannot be reached, or its tables are in use.
    """
    await migrate(settings.database_url)


def is_one_process_only(settings: Settings) -> bool:
    """Whether the database belongs to a single process, as a SQLite file does."""
    return isinstance(parse_address(settings.database_url), SqliteFile)


def database_text(settings: Settings) -> str:
    """The database's URL as people may see it: without a password."""
    return make_url(settings.database_url).render_as_string(hide_password=True)


def _require_installed(plugins: Plugins, used: CustomRules) -> None:
    """Rather no start than bookings priced without a rule that their card names."""
    try:
        plugins.require(used)
    except ValidationFailed as wrong:
        raise ValueError(
            f"The database names rules that cannot be used here ({wrong.message}). "
            "Install the packages that bring them, in the versions that know their options."
        ) from None


def rate_limit(settings: Settings) -> RateLimit:
    """The bucket of each workspace."""
    return RateLimit(burst=settings.rate_limit_burst, per_minute=settings.rate_limit_per_minute)


def unlimited_keys(settings: Settings) -> frozenset[str]:
    """The keys that are not held to it: the demo's, if the settings say so."""
    return frozenset() if settings.rate_limit_demo else frozenset({DEMO_KEY_ID})


async def _give_back(rate_limits: LeasedRateLimits) -> None:
    """What the process has at hand is not lost with it, unless the store went first."""
    with suppress(ServiceUnavailable):
        await rate_limits.give_back()


@asynccontextmanager
async def _provider(settings: Settings, begin: Begin) -> AsyncIterator[tuple[Payments, Connect]]:
    """Stripe, if there is a key for it; else the page on which one plays the provider."""
    base = settings.base_url
    if settings.stripe_secret_key is None:
        yield SimulatedPayments(base), SimulatedConnect(base)
        return
    # Here, since the client is large, and most commands never need it.
    from litehq_app.payments.stripe.client import open_client  # noqa: PLC0415
    from litehq_app.payments.stripe.connect import StripeConnect  # noqa: PLC0415
    from litehq_app.payments.stripe.payments import StripePayments  # noqa: PLC0415

    key = settings.stripe_secret_key.get_secret_value()
    async with open_client(key, settings.stripe_api_base) as client:
        yield (
            StripePayments(client, begin=begin, public_url=base),
            StripeConnect(client, public_url=base),
        )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        return LocalMailer()
    server = smtp_server(settings.smtp_url.get_secret_value())
    return SmtpMailer(server, sender_address(settings.mail_from))


def _accounting(settings: Settings) -> Accounting:
    if settings.xero_client_id is None or settings.xero_client_secret is None:
        return NoAccounting()
    connection = XeroConnection(
        workspace_id=settings.xero_workspace,
        client_id=settings.xero_client_id,
        client_secret=settings.xero_client_secret.get_secret_value(),
        tenant_id=settings.xero_tenant_id,
        account_code=settings.xero_account_code,
        api_base=settings.xero_api_base,
        token_url=settings.xero_token_url,
    )
    return XeroAccounting(connection, monotonic)


def _vault(settings: Settings) -> tuple[AesGcmVault, bytes]:
    if settings.vault_key is not None:
        text = settings.vault_key.get_secret_value()
        return AesGcmVault.from_text(text), text.encode()
    key = load_or_create_key(settings.vault_key_file or _key_file(settings.database_url))
    return AesGcmVault([key]), key


def _key_file(database_url: str) -> Path:
    """Beside the SQLite file, so that they move together; else in the user's home."""
    match parse_address(database_url):
        case SqliteFile(path):
            return path.with_name(f"{path.name}.key")
        case _:
            return Path.home() / ".litehq" / "vault-key"
