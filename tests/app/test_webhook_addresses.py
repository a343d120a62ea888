"""No way inwards: hundreds of URLs, and not one connection to a blocked address."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore
import pytest

from litehq_app.webhook_sender.connecting import MOST_ADDRESSES, AddressNotAllowed, JudgedNetwork
from litehq_app.webhook_sender.public_addresses import Address, is_public
from litehq_app.webhook_sender.resolving import SystemResolver
from litehq_app.webhook_sender.sender import HttpWebhookSender
from litehq_app.webhook_sender.target import Reach, literal_address, parse_target
from litehq_core import ValidationFailed, WebhookRequest
from tests.app.hostile_urls import (
    CRAFTED,
    HOSTILE_URLS,
    INNER_HOSTS,
    INNER_IPV4,
    INNER_NAMES,
    PADDED,
)
from tests.app.receiver import answers, receiving

PUBLIC = ip_address("93.184.216.34")
# Nothing here gets as far as a certificate.
TRUST = ssl.create_default_context()
EVERYTHING = Reach(plain_http=True, loopback=True)


class Names:
    """A resolver that answers differently each time, as the owner of a name may have it."""

    def __init__(self, *answers: Iterable[str]) -> None:
        self._answers = [tuple(ip_address(text) for text in answer) for answer in answers]
        self.asked: list[str] = []

    async def __call__(self, name: str) -> tuple[Address, ...]:
        self.asked.append(name)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]


class Wire(httpcore.AsyncNetworkBackend):
    """A network that notes where connections are wanted to, and opens none."""

    def __init__(self) -> None:
        self.wanted: list[tuple[str, int]] = []

    async def connect_tcp(
        self, host: str, port: int, *_: object, **__: object
    ) -> httpcore.AsyncNetworkStream:
        self.wanted.append((host, port))
        raise httpcore.ConnectError


def request(url: str) -> WebhookRequest:
    """A request to ``url``."""
    return WebhookRequest(url=url, headers={"Content-Type": "application/json"}, body=b"{}")


def test_there_are_enough_of_them() -> None:
    """Issue 7, 5: "at least 250 URL forms"."""
    assert len(set(HOSTILE_URLS)) == len(HOSTILE_URLS) >= 250


@pytest.mark.parametrize("reach", [Reach(), Reach(plain_http=True)], ids=["https", "http"])
def test_what_leads_inwards_is_refused_by_its_field(reach: Reach) -> None:
    sender = HttpWebhookSender(reach, trust=TRUST)
    urls = [*HOSTILE_URLS, *(f"http://{host}/" for host in (*INNER_HOSTS, *PADDED, *INNER_NAMES))]
    passed = [url for url in urls if _refused_fields(sender, url) != ["url"]]
    assert passed == []


def _refused_fields(sender: HttpWebhookSender, url: str) -> list[str]:
    try:
        sender.require_allowed(url)
    except ValidationFailed as refusal:
        return [error.field for error in refusal.errors]
    return []


async def test_no_connection_is_wanted_to_any_of_them() -> None:
    wire, names = Wire(), Names(["127.0.0.1"])
    for reach in (Reach(), Reach(plain_http=True)):
        sender = HttpWebhookSender(reach, resolve=names, network=wire, trust=TRUST)
        for url in HOSTILE_URLS:
            answer = await sender.send(request(url))
            assert (answer.status, answer.error) == (None, "address_not_allowed"), url
    assert (wire.wanted, names.asked) == ([], [])


async def test_the_connect_layer_needs_no_help_from_the_url() -> None:
    """Every host straight to the socket, at the port of a listener that counts."""
    async with receiving(answers()) as here:
        network = JudgedNetwork(Reach(), SystemResolver())
        for host in [*INNER_HOSTS, "localhost", "localhost."]:
            with pytest.raises(AddressNotAllowed):
                await network.connect_tcp(host.strip("[]"), here.port)
        assert here.connections == 0
        # The listener does count, and a reach that goes so far gets there.
        stream = await JudgedNetwork(EVERYTHING, SystemResolver()).connect_tcp(
            "localhost", here.port
        )
        await stream.aclose()
    assert here.connections == 1


@pytest.mark.parametrize("host", INNER_NAMES[7:10])
async def test_names_that_are_answered_inside_are_judged_by_the_answer(host: str) -> None:
    wire = Wire()
    with pytest.raises(AddressNotAllowed):
        await JudgedNetwork(Reach(), Names(["10.0.0.7"]), wire).connect_tcp(host, 443)
    assert wire.wanted == []


async def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    """Rebinding: first public, then inside. Whoever asked again would be led inwards."""
    wire, names = Wire(), Names([str(PUBLIC)], ["127.0.0.1"])
    sender = HttpWebhookSender(Reach(), resolve=names, network=wire, trust=TRUST)
    answer = await sender.send(request("https://rebind.example/hook"))
    assert answer.error == "connection_failed"
    assert names.asked == ["rebind.example"]
    assert wire.wanted == [(str(PUBLIC), 443)]
    # The next attempt is judged anew, whatever the last one was.
    again = await sender.send(request("https://rebind.example/hook"))
    assert again.error == "address_not_allowed"
    assert wire.wanted == [(str(PUBLIC), 443)]


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        [str(PUBLIC), "10.0.0.1"],
        ["fe80::1%1", str(PUBLIC)],
        ["::ffff:93.184.216.34"],
        ["64:ff9b::5db8:d822"],
    ],
)
async def test_absent_names_and_inner_names_answer_alike(addresses: list[str]) -> None:
    """Else a tenant could try names out until one is known inside."""
    wire = Wire()
    sender = HttpWebhookSender(Reach(), resolve=Names(addresses), network=wire, trust=TRUST)
    answer = await sender.send(request("https://db.example/hook"))
    assert (answer.status, answer.error, answer.excerpt) == (None, "address_not_allowed", "")
    assert wire.wanted == []


async def test_every_address_of_a_name_gets_its_chance_up_to_three() -> None:
    wire = Wire()
    addresses = [str(PUBLIC + n) for n in range(5)]
    sender = HttpWebhookSender(Reach(), resolve=Names(addresses), network=wire, trust=TRUST)
    await sender.send(request("https://many.example:8443/"))
    assert wire.wanted == [(text, 8443) for text in addresses[:MOST_ADDRESSES]]


def test_there_is_no_way_to_a_socket_of_this_machine() -> None:
    network = JudgedNetwork(EVERYTHING, SystemResolver())
    with pytest.raises(AddressNotAllowed):
        network.connect_unix_socket("/run/postgresql/.s.PGSQL.5432").send(None)


@pytest.mark.parametrize(
    ("url", "reach", "expected"),
    [
        ("https://hooks.example", Reach(), "https hooks.example 443 /"),
        ("HTTPS://Hooks.Example:443", Reach(), "https hooks.example 443 /"),
        ("https://hooks.example:8443/a/b?c=d", Reach(), "https hooks.example 8443 /a/b?c=d"),
        ("https://hooks.example?x=/y", Reach(), "https hooks.example 443 /?x=/y"),
        ("https://xn--bcher-kva.example/%C3", Reach(), "https xn--bcher-kva.example 443 /%C3"),
        ("https://a_b.example/;x@y", Reach(), "https a_b.example 443 /;x@y"),
        ("https://93.184.216.34/", Reach(), "https 93.184.216.34 443 /"),
        ("https://[2606:4700::1111]/", Reach(), "https 2606:4700::1111 443 /"),
        ("http://hooks.example/", Reach(plain_http=True), "http hooks.example 80 /"),
        ("http://localhost:3000/hooks", EVERYTHING, "http localhost 3000 /hooks"),
        ("http://127.0.0.1:3000/", Reach(loopback=True), "http 127.0.0.1 3000 /"),
        ("http://[::1]:3000/", EVERYTHING, "http ::1 3000 /"),
    ],
)
def test_what_is_allowed_is_read_into_its_parts(url: str, reach: Reach, expected: str) -> None:
    target = parse_target(url, reach)
    assert f"{target.scheme} {target.host} {target.port} {target.path}" == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:3000/",
        "http://[::ffff:127.0.0.1]:3000/",
        "http://2130706433:3000/",
        "http://127.1:3000/",
        "http://localhost:22/",
        "http://127.0.0.1:25/",
        "http://hooks.example:3000/",
        "http://api.localhost:3000/",
    ],
)
def test_loopback_opens_loopback_alone(url: str) -> None:
    with pytest.raises(ValidationFailed):
        parse_target(url, EVERYTHING)


def test_without_loopback_plain_http_stays_outside() -> None:
    with pytest.raises(ValidationFailed):
        parse_target("http://127.0.0.1:3000/", Reach(plain_http=True))
    with pytest.raises(ValidationFailed):
        parse_target("http://hooks.example/", Reach(loopback=True))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "192.0.1.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_what_is_inside_is_not_public_in_any_wrapping() -> None:
    for address in INNER_IPV4:
        assert not is_public(address)
        assert not is_public(IPv6Address(0xFFFF << 32 | int(address)))
    assert not is_public(IPv6Address("2606:4700::1111%eth0"))
    # The edges of the blocks.
    for inside, outside in (
        ("100.64.0.0", "100.63.255.255"),
        ("100.127.255.255", "100.128.0.0"),
        ("172.16.0.0", "172.15.255.255"),
        ("172.31.255.255", "172.32.0.0"),
        ("198.19.255.255", "198.20.0.0"),
        ("224.0.0.0", "223.255.255.255"),
        ("2001:1ff::1", "2001:200::1"),
    ):
        assert not is_public(ip_address(inside))
        assert is_public(ip_address(outside))


def test_literal_addresses_are_told_from_names() -> None:
    assert literal_address("127.0.0.1") == IPv4Address("127.0.0.1")
    assert literal_address("::1") == IPv6Address("::1")
    assert literal_address("example.com") is None
    assert literal_address("::g") is None
    assert len(CRAFTED) > 100
