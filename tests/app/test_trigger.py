"""``litehq trigger``: events that happen because somebody made them happen."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from litehq_app.asgi import create_app
from litehq_app.development.api import Api, ApiFailed, ApiRefused, open_api
from litehq_app.development.walks import WALKS, Walker
from litehq_core.testing import Clock
from tests.app.installations import DEMO_KEY, MemoryInstallation, client_of, settings_of
from tests.app.test_workers import until

WORKSPACE = "ws_demo"
MANY = 10_000
WAIT_SECONDS = 30.0


async def test_every_walk_makes_its_event_happen() -> None:
    """Through the interface alone, in the demo workspace as it is seeded."""
    # The walker looks at the machine's clock, as anybody's client does.
    settings = settings_of(rate_limit_demo=False)
    installation = MemoryInstallation(Clock(datetime.now(UTC)), settings)
    async with client_of(create_app(settings, installation), key=DEMO_KEY) as client:
        reads = installation.ports.reads
        for kind, walk in WALKS.items():
            head = await reads.head(WORKSPACE)
            told: list[str] = []
            await walk(Walker(Api(client), told.append))
            assert told

            async def has_happened(kind: str = kind, head: int = head) -> bool:
                events = await reads.events_after(WORKSPACE, head, MANY)
                return kind in [event.type.value for event in events]

            # Refunds are a worker's business, which gets round to them in a moment.
            await until(has_happened, WAIT_SECONDS)


async def test_what_the_server_refuses_is_told_in_its_words() -> None:
    settings = settings_of()
    app = create_app(settings, MemoryInstallation(Clock(), settings))
    async with client_of(app, key="sk_test_of_nobody_at_all") as client:
        with pytest.raises(ApiRefused, match="auth_invalid: ") as refused:
            await WALKS["booking.created"](Walker(Api(client), print))
        assert refused.value.code == "auth_invalid"


async def test_a_checkout_that_is_no_play_is_left_alone() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="<html>")

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as client:
        walker = Walker(Api(client), print)
        with pytest.raises(ApiFailed, match="cannot be played"):
            await walker.settle({"checkout_url": "https://checkout.example/c/1"}, "pay")
        with pytest.raises(ApiFailed, match="costs nothing"):
            await walker.settle({"checkout_url": None}, "pay")
        with pytest.raises(ApiRefused, match="status_404"):
            await walker.hold()


@pytest.mark.parametrize(
    ("address", "key"), [("http://127.0.0.1:1", "sk_test"), ("nonsense", "k"), ("http://x", "ü")]
)
async def test_a_server_that_is_not_there(address: str, key: str) -> None:
    with pytest.raises(ApiFailed):
        async with open_api(address, key) as api:
            await api.call("GET", "/v1/rooms")


async def test_something_else_that_answers() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text="hello"))
    async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as client:
        with pytest.raises(ApiFailed, match="not as LiteHQ does"):
            await Api(client).call("GET", "/v1/rooms")
