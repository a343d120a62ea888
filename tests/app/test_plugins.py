"""Rules that installed packages bring: found, used by a served application, and missed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from litehq_app.asgi import create_app
from litehq_app.bootstrap import open_ports
from litehq_app.demo.catalogue import catalogue
from litehq_app.plugins import load_plugins
from litehq_core import (
    BookingRules,
    CustomRule,
    PriceRules,
    RateCard,
    Room,
    ValidationFailed,
    import_catalogue,
    system_actor,
)
from litehq_core.domain.plugins import NO_PLUGINS
from litehq_core.ports.transaction import Catalogued
from tests.app.installations import DEMO_KEY, client_of, settings_of

ACTOR = system_actor("ws_demo")
EARLY_BIRD = CustomRule(name="early_bird", options={"until": 540, "percent": 25})
QUIET_FRIDAYS = CustomRule(name="quiet_fridays", options={"hour": 12})


@pytest.fixture(scope="session")
def sample_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the sample package was really installed, by pip, from its own project."""
    folder = tmp_path_factory.mktemp("sample")
    project = shutil.copytree(Path(__file__).parents[1] / "plugin_sample", folder / "project")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--target", str(folder / "site")]
    subprocess.run([*pip, *alone, str(project)], check=True, timeout=100)
    return folder / "site"


@pytest.fixture
def sample_rules(sample_packages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The sample package beside LiteHQ, for one test."""
    monkeypatch.syspath_prepend(str(sample_packages))
    yield sample_packages
    for name in [name for name in sys.modules if name.startswith("litehq_sample_rules")]:
        del sys.modules[name]


def _day(weekday: int, hour: int) -> datetime:
    """A day of the week after next, at an hour in UTC; the same hour or the next in London."""
    now = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return now + timedelta(days=14 - now.weekday() + weekday)


def _den(*prices: CustomRule, rules: tuple[CustomRule, ...] = ()) -> list[Catalogued]:
    """A room beside the demo's, at GBP 40.00 an hour by card, with custom rules."""
    items = catalogue(datetime.now(UTC), 30)
    room = next(i for i in items if isinstance(i, Room) and i.id == "rm_studio")
    card = next(i for i in items if isinstance(i, RateCard) and i.room_id == "rm_studio")
    return [
        replace(room, id="rm_den", name="Den", rules=BookingRules(custom=rules)),
        replace(card, id="rc_den", room_id="rm_den", rules=PriceRules(custom=prices)),
    ]


async def test_installed_rules_count_in_what_is_served(sample_rules: Path, tmp_path: Path) -> None:
    """The price's line names the rule and its version; the refusal has the rule's own reason."""
    app = create_app(settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db"))

    def wish(start: datetime) -> dict[str, Any]:
        end = start + timedelta(hours=1)
        return {
            "room_id": "rm_den",
            "start_at": start.isoformat(),
            "end_at": end.isoformat(),
            "booked_by": {"member_id": "mem_jonas_k"},
        }

    async with client_of(app, key=DEMO_KEY) as client:
        den = _den(EARLY_BIRD, rules=(QUIET_FRIDAYS,))
        await import_catalogue(app.state.ports, ACTOR, den)
        quote = (await client.post("/v1/bookings/quote", json=wish(_day(2, 7)))).json()
        booking = (await client.post("/v1/bookings", json=wish(_day(2, 7)))).json()
        refused = await client.post("/v1/bookings", json=wish(_day(4, 13)))
        room = (await client.get("/v1/rooms/rm_den")).json()
    assert booking["price"] == quote["price"]
    assert [(line["rule"], line["amount_minor"]) for line in booking["price"]["lines"]] == [
        ("base_per_hour", 5600),
        ("plugin:early_bird@1.2", 1400),
    ]
    assert refused.status_code == 422
    assert [v["reason"] for v in refused.json()["error"]["violations"]] == ["quiet_friday"]
    assert room["rules"]["custom"] == [{"name": "quiet_fridays", "options": {"hour": 12}}]


async def test_a_rule_that_fails_ends_the_request_and_nothing_else(
    sample_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better no booking than one at a wrong price: `internal_error`, and nothing written."""
    app = create_app(settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db"))
    start = _day(2, 7)
    wish = {
        "resource_id": "rm_den",
        "start": start.isoformat(),
        "duration_minutes": 60,
        "booked_by": "mem_jonas_k",
    }
    async with client_of(app, key=DEMO_KEY) as client:
        await import_catalogue(app.state.ports, ACTOR, _den(EARLY_BIRD))
        brought = app.state.ports.plugins.price_rules["early_bird"]
        monkeypatch.setattr(type(brought), "extras", lambda *_: 1 / 0)
        head = await app.state.ports.reads.head("ws_demo")
        failed = await client.post("/v1/bookings", json=wish)
        assert await app.state.ports.reads.head("ws_demo") == head
        monkeypatch.undo()
        made = await client.post("/v1/bookings", json=wish)
    assert (failed.status_code, failed.json()["error"]["code"]) == (500, "internal_error")
    assert "early" not in failed.text
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (_den(CustomRule(name="late_bird")), "price_rules: late_bird is not installed"),
        (_den(CustomRule(name="early_bird")), "price_rules.early_bird.until"),
        (_den(rules=(CustomRule(name="early_bird"),)), "booking_rules: early_bird is not"),
    ],
)
async def test_what_names_a_rule_that_cannot_be_used_is_refused(
    sample_rules: Path, tmp_path: Path, items: list[Catalogued], reason: str
) -> None:
    """Refused where it is brought in, so that no booking ever meets it."""
    settings = settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db")
    async with open_ports(settings) as ports:
        with pytest.raises(ValidationFailed, match=reason):
            await import_catalogue(ports, ACTOR, items)


async def test_without_a_rule_that_is_in_use_nothing_starts(
    sample_packages: Path, tmp_path: Path
) -> None:
    """Rather no server than one that prices without the rule."""
    url = f"sqlite:///{tmp_path}/litehq.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(sample_packages))
        async with open_ports(settings_of(database_url=url)) as ports:
            den = _den(EARLY_BIRD, rules=(QUIET_FRIDAYS,))
            await import_catalogue(ports, ACTOR, [*catalogue(datetime.now(UTC), 30), *den])
    run = subprocess.run(
        [sys.executable, "-m", "litehq_app", "serve", "--port", "0", "--database", url],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "price_rules: early_bird is not installed" in run.stderr
    assert "booking_rules: quiet_fridays is not installed" in run.stderr
    assert "Install the packages that bring them" in run.stderr
    assert "Traceback" not in run.stderr


GOOD = """
class Rule:
    name, version = "good", "1"
    def require_options(self, options): ...
    def extras(self, question): return ()
rule = Rule()
other = Rule()
other.name = "other"
nameless = object()
odd = Rule()
odd.version = "one two"
"""


def _package(folder: Path, name: str, entry: str) -> None:
    """A package as pip leaves one behind, with one price rule."""
    (folder / f"{name}.py").write_text(GOOD)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[litehq.price_rules]\n{entry}\n")


@pytest.mark.parametrize("entry", ["good = brought:rule", "good = brought:Rule"])
def test_a_rule_or_a_class_that_makes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    _package(tmp_path, "brought", entry)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "brought", raising=False)
    assert list(load_plugins().price_rules) == ["good"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("good = nowhere:rule", r"the entry point good \(litehq.price_rules\) of brought cannot"),
        ("good = brought:nothing", "cannot be loaded"),
        ("good = brought:nameless", "cannot be loaded"),
        ("good = brought:other", "brings a rule that calls itself other"),
    ],
)
def test_what_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, reason: str
) -> None:
    _package(tmp_path, "brought", entry)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "brought", raising=False)
    with pytest.raises(ValueError, match=reason):
        load_plugins()


def test_two_packages_must_not_bring_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("brought", "twice"):
        _package(tmp_path, name, f"good = {name}:rule")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValidationFailed, match="price_rules: two are called good"):
        load_plugins()


def test_a_rule_needs_a_version_that_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands on every line that the rule makes."""
    _package(tmp_path, "brought", "good = brought:odd")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "brought", raising=False)
    with pytest.raises(ValidationFailed, match="needs a name and a version"):
        load_plugins()


def test_nothing_is_installed_by_itself() -> None:
    assert load_plugins() == NO_PLUGINS
