"""Webhook requests over a real socket, to receivers of every kind of manners."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from litehq_app.webhook_sender.answering import MAX_BODY_BYTES, MAX_RETRY_AFTER_SECONDS, first_bytes
from litehq_app.webhook_sender.resolving import SystemResolver
from litehq_app.webhook_sender.sender import USER_AGENT, HttpWebhookSender
from litehq_app.webhook_sender.target import Reach
from litehq_core import WebhookAnswer, WebhookRequest, signed_headers, system_actor
from litehq_core.testing import Clock, memory_ports
from tests.app.receiver import Manners, Receiver, answers, receiving, says

REACH = Reach(plain_http=True, loopback=True)
BODY = '{"id":"evt_1","note":"Grüße"}'.encode()
NOW = datetime.datetime(2026, 5, 22, 9, tzinfo=datetime.UTC)
# Read once: it takes longer than most of the tests.
TRUST = httpx.create_ssl_context(trust_env=False)
# Long enough for a machine that is busy, where the answer is awaited.
AMPLE_SECONDS = 15.0


def request(url: str, headers: Mapping[str, str] | None = None) -> WebhookRequest:
    """A request with headers of the core's."""
    return WebhookRequest(
        url=url, headers={"Content-Type": "application/json", **(headers or {})}, body=BODY
    )


async def sent(
    manners: Manners,
    headers: Mapping[str, str] | None = None,
    *,
    timeout_seconds: float = AMPLE_SECONDS,
) -> tuple[WebhookAnswer, Receiver]:
    """What came of one request to a receiver of these manners."""
    sender = HttpWebhookSender(REACH, trust=TRUST, clock=lambda: NOW)
    async with receiving(manners) as receiver:
        answer = await sender.send(request(receiver.url, headers), timeout_seconds=timeout_seconds)
    return answer, receiver


async def test_the_body_arrives_byte_for_byte_with_its_headers() -> None:
    given = signed_headers(["whsec_x"], message_id="evt_1", at=NOW, body=BODY)
    answer, receiver = await sent(answers(body=b"thanks"), given)
    (received,) = receiver.requests
    assert received.line == "POST /hook HTTP/1.1"
    assert received.body == BODY
    assert {name: received.headers[name.lower()] for name in given} == given
    assert received.headers["content-type"] == "application/json"
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["user-agent"] == USER_AGENT
    assert (answer.status, answer.error, answer.excerpt) == (200, None, "thanks")
    assert answer.retry_after_seconds is None
    assert answer.latency_ms >= 0


async def test_the_requests_headers_replace_none_of_ours() -> None:
    hostile = {"hOsT": "127.0.0.1", "Content-length": "5", "transfer-encoding": "chunked"}
    _, receiver = await sent(answers(), hostile)
    (received,) = receiver.requests
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert received.body == BODY
    assert "transfer-encoding" not in received.headers


@pytest.mark.parametrize(
    "status", ["204 No Content", "400 Bad Request", "410 Gone", "429 Too Many", "500 Oh"]
)
async def test_every_status_is_an_answer(status: str) -> None:
    answer, _ = await sent(answers(status, body=b""))
    assert (answer.status, answer.error) == (int(status[:3]), None)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 P"])
async def test_redirects_are_answers_and_not_followed(status: str) -> None:
    async with receiving(answers()) as elsewhere:
        answer, _ = await sent(answers(status, f"Location: {elsewhere.url}"))
        assert elsewhere.connections == 0
    assert answer.status == int(status[:3])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 9, MAX_RETRY_AFTER_SECONDS),
        ("9" * 5_000, MAX_RETRY_AFTER_SECONDS),
        ("²", None),
        (format_datetime(NOW + datetime.timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW - datetime.timedelta(minutes=5), usegmt=True), 0),
        ("Fri, 22 May 2026 09:01:00 -0000", 60),
        ("Friday, 22-May-26 09:01:00 GMT", 60),
        ("Fri, 99 May 2026 09:01:00 GMT", None),
    ],
)
async def test_retry_after_is_read_in_both_forms(value: str, seconds: int | None) -> None:
    answer, _ = await sent(answers("429 Slow down", f"Retry-After: {value}"))
    assert (answer.status, answer.retry_after_seconds) == (429, seconds)


async def hangs(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


def drips(raw: bytes) -> Manners:
    """Sends a byte now and then, so that no single read takes long."""

    async def manners(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    return manners


async def resets(writer: asyncio.StreamWriter) -> None:
    """Drops the connection the hard way."""
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    writer.transport.abort()


async def closes(writer: asyncio.StreamWriter) -> None:
    """Drops the connection the soft way."""


@pytest.mark.parametrize(
    "manners",
    [
        hangs,
        drips(b""),
        drips(b"HTTP/1.1 200 OK\r\nX-"),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"),
    ],
    ids=["hang", "drip", "drip-headers", "drip-body", "drip-chunk"],
)
async def test_all_of_it_has_one_limit(manners: Manners) -> None:
    """Issue 7, 3: "15 s limit"; here a shorter one."""
    answer, _ = await sent(manners, timeout_seconds=0.4)
    assert (answer.status, answer.error) == (None, "timeout")


@pytest.mark.parametrize(
    ("manners", "error"),
    [
        (resets, "connection_failed"),
        (closes, "invalid_answer"),
        (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "invalid_answer"),
        (says(b"HTTP/1.1 200 OK\r\n"), "invalid_answer"),
        (says(b"HTTP/1.1 20x OK\r\n\r\n"), "invalid_answer"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "invalid_answer"),
        (answers("200 OK", "Content-Length: 3"), "invalid_answer"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "invalid_answer"),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000), "invalid_answer"),
        (answers(body=b"half", length=8), "invalid_answer"),
        (says(b"\x16\x03\x01\x00\x00" * 9), "invalid_answer"),
    ],
)
async def test_what_is_no_answer_is_told_in_one_word(manners: Manners, error: str) -> None:
    answer, _ = await sent(manners)
    assert answer == WebhookAnswer(
        status=None,
        error=error,
        latency_ms=answer.latency_ms,
        excerpt="",
        retry_after_seconds=None,
    )


async def test_of_an_endless_body_64_kilobytes_are_read() -> None:
    written = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 500 Oh\r\n\r\n")
        while True:
            writer.write(b"all work and no play " * 1_000)
            written += 21_000
            await writer.drain()

    answer, _ = await sent(endless)
    assert answer.status == 500
    assert answer.excerpt == ("all work and no play " * 50)[:1_000]
    # What the buffers of two sockets hold comes on top; without an end it would never stop.
    assert written < 20_000_000


async def test_reading_stops_once_there_is_enough() -> None:
    read = 0

    async def chunks() -> object:
        nonlocal read
        while True:
            read += 1_000
            yield b"x" * 1_000

    assert len(await first_bytes(chunks())) == MAX_BODY_BYTES  # type: ignore[arg-type]
    assert read <= MAX_BODY_BYTES + 1_000


async def test_excerpts_can_be_printed() -> None:
    hostile = b"\x1b[31mred\x00\x07 \xff\xe2\x80\xae " + "é".encode() * 2_000
    answer, _ = await sent(answers(body=hostile))
    assert len(answer.excerpt) == 1_000
    assert answer.excerpt.isprintable()
    assert answer.excerpt.startswith(" [31mred   �  éé")


async def test_compressed_answers_are_not_unpacked() -> None:
    _, receiver = await sent(answers("200 OK", "Content-Encoding: gzip", body=b"\x1f\x8b\x08"))
    assert receiver.requests[0].headers["accept-encoding"] == "identity"


async def test_interim_answers_are_no_answers() -> None:
    raw = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    answer, _ = await sent(says(raw))
    assert answer.status == 200


async def test_nothing_is_kept_from_one_request_to_the_next() -> None:
    sender = HttpWebhookSender(REACH, trust=TRUST)
    async with receiving(answers("200 OK", "Set-Cookie: a=b", "Connection: keep-alive")) as here:
        for _ in range(2):
            await sender.send(request(here.url))
        assert here.connections == 2
        assert all("cookie" not in received.headers for received in here.requests)


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(answers("200 OK", body=b"proxy")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        answer, _ = await sent(answers(body=b"receiver"))
        assert (answer.excerpt, proxy.connections) == ("receiver", 0)


async def test_a_port_where_nobody_listens() -> None:
    async with receiving(answers()) as gone:
        url = gone.url
    answer = await HttpWebhookSender(REACH, trust=TRUST).send(request(url))
    assert (answer.status, answer.error) == (None, "connection_failed")


async def test_a_defect_of_ours_is_a_failed_attempt() -> None:
    """ "It never raises": whoever delivers a batch is not brought down by one."""
    with capture_logs() as logged:
        answer, receiver = await sent(answers(), {"X-Note": "two\r\nlines"})
    assert [line["event"] for line in logged] == ["webhook_not_sent"]
    assert (answer.status, answer.error) == (None, "connection_failed")
    assert receiver.requests == []


async def test_one_that_hangs_holds_nobody_up() -> None:
    sender = HttpWebhookSender(REACH, trust=TRUST)
    async with receiving(hangs) as dead, receiving(answers()) as alive:
        waiting = asyncio.create_task(sender.send(request(dead.url), timeout_seconds=60))
        answer = await sender.send(request(alive.url))
        assert answer.status == 200
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_it_is_never_called_inside_a_transaction() -> None:
    ports = memory_ports(clock=Clock())
    async with ports.begin(system_actor("ws_1")):
        with pytest.raises(RuntimeError, match="inside an open transaction"):
            await HttpWebhookSender(REACH, trust=TRUST).send(request("https://hooks.example/"))


class TestTls:
    """Certificates are checked, by the name that the URL has."""

    @pytest.fixture
    def certify(self, tmp_path: Path) -> Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]:
        """What a server of a name encrypts with, and what believes it."""

        def made(name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
            key = ec.generate_private_key(ec.SECP256R1())
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
            today = datetime.datetime.now(datetime.UTC)
            names: list[x509.GeneralName] = [x509.DNSName(name)]
            if name == "127.0.0.1":
                names = [x509.IPAddress(ipaddress.ip_address(name))]
            certificate = (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(subject)
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(today - datetime.timedelta(days=1))
                .not_valid_after(today + datetime.timedelta(days=1))
                .add_extension(x509.SubjectAlternativeName(names), False)
                .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
                .sign(key, hashes.SHA256())
            )
            pem = certificate.public_bytes(serialization.Encoding.PEM)
            both = tmp_path / f"{name}.pem"
            both.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                + pem
            )
            server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.load_cert_chain(both)
            return server, ssl.create_default_context(cadata=pem.decode())

        return made

    @pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
    async def test_the_name_of_the_url_is_the_one_that_counts(
        self, certify: Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]], name: str
    ) -> None:
        server, trust = certify(name)
        asked: list[str | None] = []
        server.sni_callback = lambda _, asked_for, __: asked.append(asked_for)
        sender = HttpWebhookSender(REACH, trust=trust)
        async with receiving(answers(), tls=server) as here:
            answer = await sender.send(request(f"https://{name}:{here.port}/"))
            assert (answer.status, answer.error) == (200, None)
            # The connection went to a number, and TLS nevertheless asked for the name.
            assert asked == (["localhost"] if name == "localhost" else [None])
            assert here.requests[0].headers["host"] == f"{name}:{here.port}"

    @pytest.mark.parametrize("name", ["localhost", "other.example"])
    async def test_who_cannot_prove_his_name_gets_no_request(
        self, certify: Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]], name: str
    ) -> None:
        server, trust = certify(name)
        # By default what browsers believe.
        believed = trust if name != "localhost" else None
        sender = HttpWebhookSender(REACH, trust=believed)
        async with receiving(answers(), tls=server) as here:
            answer = await sender.send(request(f"https://localhost:{here.port}/"))
            assert (answer.status, answer.error) == (None, "tls_failed")
            assert here.requests == []


async def test_looking_names_up_is_bounded_even_when_nobody_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A look-up that was given up still takes its place until its thread ends."""
    resolve = SystemResolver(most_at_once=1)
    release, entered = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*_: object, **__: object) -> list[object]:
        loop.call_soon_threadsafe(entered.set)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(AMPLE_SECONDS)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    given_up = asyncio.create_task(_awaited(resolve("slow.example")))
    await entered.wait()
    given_up.cancel()
    waiting = asyncio.create_task(_awaited(resolve("next.example")))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    release.set()
    assert await waiting == ()


async def test_names_without_an_address_have_none() -> None:
    resolve = SystemResolver()
    assert await resolve("ü.invalid") == ()
    assert {str(address) for address in await resolve("127.0.0.1")} == {"127.0.0.1"}


async def _awaited(what: Awaitable[tuple[object, ...]]) -> tuple[object, ...]:
    return await what
