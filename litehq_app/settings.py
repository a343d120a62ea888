"""What an installation can be told: ``LITEHQ_*`` variables, read once at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from litehq_app.mail.address import sender_address, smtp_server
from litehq_app.webhook_sender.target import Reach

PREFIX = "LITEHQ_"
# The id of the demo workspace's key, by which a setting may except it from the rate limit.
DEMO_KEY_ID = "tok_demo"
_EVERY_INTERFACE = ("0.0.0.0", "::")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _words(value: object) -> object:
    """A list that may come as one text with commas, as variables do."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


class Settings(BaseSettings):
    """Every setting, with its default. An empty variable counts as one that is not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # It may be a secret.
        hide_input_in_errors=True,
    )

    database_url: str = Field(
        "sqlite:///./litehq.db",
        description="Where everything is kept: sqlite:///FILE or postgresql://USER@HOST/NAME.",
    )
    host: str = Field("127.0.0.1", description="The address that the server listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="Its port; 0 takes any that is free.")
    public_url: str = Field(
        "",
        description="The address by which clients reach the server, for checkout and "
        "documentation links. By default http://HOST:PORT.",
    )
    demo: bool = Field(
        True, description="Whether an empty database is furnished with the demo workspace."
    )
    demo_key: SecretStr | None = Field(
        None,
        description="The API key of the demo workspace, sk_… of 12 to 200 characters. By default "
        "one that belongs to this installation; `litehq serve` prints it.",
    )
    hold_minutes: int = Field(
        30,
        ge=1,
        le=24 * 60,
        description="How long an unpaid booking keeps its slot, in a new demo workspace.",
    )
    rate_limit_burst: int = Field(
        500,
        ge=1,
        le=1_000_000,
        description="How many requests a workspace may make at once, over REST and GraphQL "
        "together; requests without a key likewise, by address.",
    )
    rate_limit_per_minute: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description="How many more it may make in each minute.",
    )
    rate_limit_demo: bool = Field(
        True, description="Whether the demo key is held to these limits too."
    )
    event_retention_days: int = Field(
        400,
        ge=7,
        le=36_500,
        description="How long events are kept at least, for whoever reads the log after a cursor. "
        "Older ones go once everybody has been told who must be.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        (),
        description="The web origins whose pages may call this server, over HTTP and sockets, "
        "separated by commas; * is any. By default only the server's own.",
    )
    graphql_introspection: bool | None = Field(
        None,
        description="Whether the GraphQL schema may be asked about itself. By default as `demo`.",
    )
    graphql_suggestions: bool | None = Field(
        None,
        description="Whether GraphQL errors may say what the client perhaps meant. By default as "
        "`demo`.",
    )
    graphql_graphiql: bool | None = Field(
        None,
        description="Whether /graphiql is served, once `make graphiql` has installed it. By "
        "default as `demo`.",
    )
    graphql_batch_limit: int = Field(
        0,
        ge=0,
        le=50,
        description="How many GraphQL operations one HTTP request may carry as a list; 0 takes "
        "no lists.",
    )
    graphql_max_cost: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="The most points that one GraphQL operation may come to. 100 points draw one "
        "token of the rate limit.",
    )
    graphql_documents: Path | None = Field(
        None,
        description="A JSON manifest of GraphQL documents by id. If there is one, these are the "
        "only documents that are executed.",
    )
    graphql_plans: bool = Field(
        True,
        description="Whether GraphQL queries are completed by compiled plans. Off changes nothing "
        "but how long they take.",
    )
    graphql_federation: bool = Field(
        False,
        description="Whether the GraphQL endpoint is a subgraph of Apollo Federation 2 as well.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="The server that mail goes out through: smtp://USER:PASSWORD@HOST:587 or "
        "smtps://…. STARTTLS is required unless the server is on this machine; "
        "?starttls=required|optional|off and ?timeout=SECONDS may follow. By default mail goes "
        "nowhere and stays in the outbox.",
    )
    mail_from: str = Field(
        "",
        validate_default=True,
        description="Whom mail comes from, such as Soho Works <bookings@example.com>.",
    )
    dev_mail: bool | None = Field(
        None,
        description="Whether /dev/mail shows everybody the outbox of the demo workspace. By "
        "default in the demo, where only this machine reaches the server.",
    )
    webhooks_allow_loopback: bool | None = Field(
        None,
        description="Whether webhooks may go to this machine itself, such as to a receiver that is "
        "being written. For the demo alone, and there by default where only this machine reaches "
        "the server.",
    )
    xero_client_id: str | None = Field(
        None,
        description="The client id of a custom connection to Xero, which then keeps the books of "
        "one workspace. By default nobody keeps books.",
    )
    xero_client_secret: SecretStr | None = Field(
        None, validate_default=True, description="Its secret."
    )
    xero_workspace: str = Field(
        "", validate_default=True, description="The workspace whose books it keeps, a ws_…."
    )
    xero_tenant_id: str = Field(
        "", description="The organisation in Xero; a custom connection has but one."
    )
    xero_account_code: str = Field(
        "200", description="The account in Xero that invoices are booked on."
    )
    xero_api_base: str = Field(
        "https://api.xero.com/api.xro/2.0", description="Where Xero's accounting API is."
    )
    xero_token_url: str = Field(
        "https://identity.xero.com/connect/token", description="Where Xero gives tokens."
    )
    stripe_secret_key: SecretStr | None = Field(
        None,
        description="The platform's secret key at Stripe, sk_…. By default payments are simulated.",
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None,
        description="What Stripe signs the events with that it sends to /stripe/events, whsec_…. "
        "Without it none is taken, and all is found out by asking, within minutes.",
    )
    stripe_api_base: str = Field(
        "https://api.stripe.com",
        description="Where Stripe's API is: for tests against a server that plays it.",
    )
    vault_key: SecretStr | None = Field(
        None,
        description="The key that seals stored secrets: 32 bytes in base64, the same for all "
        "processes. Several are separated by commas: the first seals, all unseal.",
    )
    vault_key_file: Path | None = Field(
        None,
        description="A file that holds that key, made at the first start. By default beside the "
        "SQLite file, and ~/.litehq/vault-key with PostgreSQL.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe message that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or one JSON object a line."
    )

    @field_validator("demo_key")
    @classmethod
    def _is_a_bearer_key(cls, key: SecretStr | None) -> SecretStr | None:
        text = key.get_secret_value() if key else "sk_test_unset"
        if not (text.startswith("sk_") and 12 <= len(text) <= 200 and text.isascii()):
            raise ValueError("must begin with sk_ and have 12 to 200 ASCII characters")
        if not all(c.isprintable() and c != " " for c in text):
            raise ValueError("must not hold spaces or control characters")
        return key

    @field_validator("public_url", "stripe_api_base")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            smtp_server(url.get_secret_value())
        return url

    @field_validator("xero_client_secret", "xero_workspace")
    @classmethod
    def _completes_the_connection(
        cls, value: SecretStr | str | None, info: ValidationInfo
    ) -> SecretStr | str | None:
        if not value and info.data.get("xero_client_id") is not None:
            raise ValueError("must be set, as LITEHQ_XERO_CLIENT_ID is")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, text: str, info: ValidationInfo) -> str:
        if text:
            sender_address(text)
        elif info.data.get("smtp_url") is not None:
            raise ValueError("must say whom mail comes from, as LITEHQ_SMTP_URL is set")
        return text

    @field_validator("webhooks_allow_loopback")
    @classmethod
    def _is_for_the_demo(cls, allowed: bool | None, info: ValidationInfo) -> bool | None:
        if allowed and not info.data.get("demo"):
            raise ValueError("is for the demo alone; tenants' webhooks must not lead inwards")
        return allowed

    @property
    def base_url(self) -> str:
        """``public_url``, or the address that the server listens on."""
        host = "127.0.0.1" if self.host in _EVERY_INTERFACE else self.host
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in _LOOPBACK

    @property
    def shows_mail(self) -> bool:
        """Whether ``/dev/mail`` is served."""
        return self.demo and self.is_local if self.dev_mail is None else self.dev_mail

    @property
    def webhook_reach(self) -> Reach:
        """How far webhooks may go: to public addresses by HTTPS, and in the demo further."""
        loopback = self.webhooks_allow_loopback
        return Reach(
            plain_http=self.demo,
            loopback=self.demo and self.is_local if loopback is None else loopback,
        )

    @property
    def shows_webhooks(self) -> bool:
        """Whether ``/dev/webhooks`` is served: to nobody but the owner of this machine."""
        return self.demo and self.is_local
