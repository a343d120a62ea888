"""A real server in a process of its own, for tests that hammer it, kill it and start it again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY = "sk_test_campaign_0123456789"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that listens; ``url`` is its base address."""

    url: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        """What a client of the demo workspace sends."""
        return {"Authorization": f"Bearer {KEY}"}


@contextmanager
def serving(database_url: str, folder: Path, *options: str) -> Iterator[Served]:
    """``litehq serve`` on a free port, ended in good order unless it was killed before."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LITEHQ_")},
        "LITEHQ_DEMO_KEY": KEY,
        "LITEHQ_VAULT_KEY_FILE": str(folder / "vault.key"),
        "LITEHQ_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "litehq_app", "serve", "--port", "0"]
    with (
        (folder / "server.log").open("a") as log,
        subprocess.Popen(
            [*command, "--database", database_url, *options],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield Served(url=_address(process, folder), process=process)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise


def _address(process: subprocess.Popen[str], folder: Path) -> str:
    if process.stdout is None:
        raise RuntimeError("the server's output is not read")
    for line in process.stdout:
        if found := _ADDRESS.search(line):
            return found.group()
    raise RuntimeError((folder / "server.log").read_text())
