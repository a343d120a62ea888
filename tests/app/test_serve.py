"""`litehq serve`, as a newcomer meets it: one command, a key, and a `curl` that works."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

START_SECONDS = 30


class Server:
    """A server in a process of its own, and what it greeted with."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.greeting = self._read_greeting()
        self.url = self._found(r"http://\S+:\d+")
        self.key = self._found(r"sk_test_\w+")

    def _read_greeting(self) -> str:
        assert self.process.stdout
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                return "".join(lines)
        raise AssertionError("".join(lines))

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.greeting)
        return found[0] if found else ""

    @property
    def curl(self) -> list[str]:
        """The command of the greeting, in words."""
        return shlex.split(self.greeting[self.greeting.index("curl ") :].split("\n\n")[0])

    def stop(self, number: signal.Signals, seconds: float = 5.0) -> int:
        """Signal the end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def serving(folder: Path, *arguments: str, **variables: str) -> Iterator[Server]:
    """A server on a free port, ended whatever happens."""
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "litehq_app", "serve", "--port", "0", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.getcwd(), **variables},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with process:
            try:
                yield Server(process)
            finally:
                if process.poll() is None:
                    process.kill()


def send(command: list[str]) -> httpx.Response:
    """Do what the ``curl`` does."""
    headers = dict(command[i + 1].split(": ", 1) for i, word in enumerate(command) if word == "-H")
    body = command[command.index("-d") + 1]
    assert command[:2] == ["curl", "-s"]
    return httpx.post(command[2], headers=headers, content=body)


def test_the_greeting_holds_and_a_restart_keeps_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        # At once: the socket listens before the greeting is printed.
        made = send(server.curl)
        assert made.status_code == 201
        assert made.json()["status"] == "confirmed"
        assert made.json()["tokens_charged"] == 3
        for path in ("/", "/openapi.json", "/schema.graphql", "/readyz"):
            assert httpx.get(server.url + path).status_code == 200
            assert path == "/readyz" or server.url + path in server.greeting
        first_key = server.key
        assert server.stop(signal.SIGINT) == 0
    assert first_key not in (tmp_path / "log").read_text()
    with serving(tmp_path) as server:
        assert server.key == first_key
        found = httpx.get(
            f"{server.url}/v1/bookings/{made.json()['id']}",
            headers={"Authorization": f"Bearer {server.key}"},
        )
        assert found.status_code == 200
        # The ports differ from run to run; nothing else does.
        assert found.json() == made.json()
        # The example has moved on to a day that is free.
        assert send(server.curl).status_code == 201
        assert server.stop(signal.SIGTERM) == 0


async def test_open_sockets_do_not_delay_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, LITEHQ_DEMO_KEY="sk_test_given_by_me") as server:
        assert server.key == "sk_test_given_by_me"
        async with connect(
            server.url.replace("http", "ws") + "/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
        ) as socket_:
            await socket_.send(
                json.dumps(
                    {
                        "type": "connection_init",
                        "payload": {"Authorization": f"Bearer {server.key}"},
                    }
                )
            )
            assert json.loads(await socket_.recv())["type"] == "connection_ack"
            query = "subscription { bookingEvents { id } }"
            await socket_.send(
                json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}})
            )
            await asyncio.sleep(0.3)
            began = time.monotonic()
            assert await asyncio.to_thread(server.stop, signal.SIGINT) == 0
            assert time.monotonic() - began < 5
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_no_demo_leaves_the_database_empty(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-demo") as server:
        assert "curl" not in server.greeting
        assert server.key == ""
        assert httpx.get(server.url + "/readyz").status_code == 200
        assert server.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "litehq_app", "serve", "--port", str(taken.getsockname()[1])],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot listen on 127.0.0.1" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "litehq.db").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_log_holds_no_key(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, LITEHQ_LOG_FORMAT="json") as server:
        headers = {"Authorization": f"Bearer {server.key}"}
        assert httpx.get(server.url + "/v1/rooms", headers=headers).status_code == 200
        httpx.get(server.url + f"/v1/calendar.ics?token={server.key}")
        assert server.stop(number) == 0
    lines = (tmp_path / "log").read_text().splitlines()
    requests = [entry for entry in map(json.loads, lines) if entry["event"] == "request"]
    assert [entry["path"] for entry in requests] == ["/v1/rooms", "/v1/calendar.ics"]
    assert server.key not in "".join(lines)
