"""Settings: their variables, their defaults, and what they refuse."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from litehq_app.settings import Settings
from tests.app.installations import settings_of


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITEHQ_DATABASE_URL", "postgresql://litehq@db/litehq")
    monkeypatch.setenv("LITEHQ_HOLD_MINUTES", "45")
    monkeypatch.setenv("LITEHQ_CORS_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("LITEHQ_LOG_LEVEL", "")
    settings = Settings()
    assert settings.database_url == "postgresql://litehq@db/litehq"
    assert settings.hold_minutes == 45
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.log_level == "info"


@pytest.mark.parametrize(
    ("host", "port", "public_url", "base_url"),
    [
        ("127.0.0.1", 8000, "", "http://127.0.0.1:8000"),
        ("0.0.0.0", 9000, "", "http://127.0.0.1:9000"),
        ("::1", 8000, "", "http://[::1]:8000"),
        ("127.0.0.1", 8000, "https://book.example/", "https://book.example"),
    ],
)
def test_the_base_url_follows_from_the_address(
    host: str, port: int, public_url: str, base_url: str
) -> None:
    assert Settings(host=host, port=port, public_url=public_url).base_url == base_url


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 70_000},
        {"hold_minutes": 0},
        {"public_url": "book.example"},
        {"demo_key": "secret-without-prefix"},
        {"demo_key": "sk_test_with blank"},
        {"demo_key": "sk_short"},
        {"log_format": "xml"},
        {"smtp_url": "http://mail.example", "mail_from": "a@b.example"},
        {"smtp_url": "smtp://mail.example"},
        {"smtp_url": "smtp://mail.example", "mail_from": "nobody"},
        {"webhooks_allow_loopback": True, "demo": False},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings_of(**wrong)


def test_secrets_do_not_show() -> None:
    settings = settings_of(
        demo_key="sk_test_do_not_show",
        vault_key="do-not-show-either",
        smtp_url="smtp://me:not_show@127.0.0.1",
        mail_from="me@example.com",
    )
    assert "not_show" not in repr(settings)
    assert "not-show" not in repr(settings)
    with pytest.raises(ValidationError) as wrong:
        settings_of(smtp_url="smtp://me:not_show@mail.example/wrong")
    assert "not_show" not in str(wrong.value)


@pytest.mark.parametrize(
    ("values", "plain_http", "loopback"),
    [
        ({}, True, True),
        ({"host": "0.0.0.0"}, True, False),
        ({"host": "0.0.0.0", "webhooks_allow_loopback": True}, True, True),
        ({"webhooks_allow_loopback": False}, True, False),
        ({"demo": False}, False, False),
    ],
)
def test_webhooks_stay_outside_but_for_the_demo(
    values: dict[str, object], plain_http: bool, loopback: bool
) -> None:
    """Issue 7, 5: "Loopback allowed only in demo mode by setting"."""
    reach = settings_of(**values).webhook_reach
    assert (reach.plain_http, reach.loopback) == (plain_http, loopback)
