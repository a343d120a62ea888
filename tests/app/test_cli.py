"""The command line, as a shell sees it (contract.md, Command line)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from litehq_app.bootstrap import open_ports
from litehq_core import EVERY_SCOPE, authenticate
from litehq_core.domain.errors import AuthInvalid
from tests.app.installations import settings_of


def litehq(folder: Path, *arguments: str, expected: int = 0, **variables: str) -> tuple[str, str]:
    """Run a command in ``folder``; what it wrote to stdout and to stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "litehq_app", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.getcwd(), "HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == expected, done.stderr
    return done.stdout, done.stderr


def url_of(folder: Path) -> str:
    """The database of a folder."""
    return f"sqlite:///{folder}/litehq.db"


async def furnished(folder: Path) -> None:
    """A demo workspace in the folder's database."""
    from litehq_app.bootstrap import open_installation
    from litehq_app.demo.prepare import prepare_demo

    settings = settings_of(database_url=url_of(folder))
    async with open_installation(settings) as installation:
        await prepare_demo(settings, installation)


def test_help_and_version(tmp_path: Path) -> None:
    commands, _ = litehq(tmp_path, "--help")
    assert all(name in commands for name in ("serve", "migrate", "token", "schema", "settings"))
    assert "LITEHQ_" in litehq(tmp_path, "serve", "--help")[0]
    assert litehq(tmp_path, "--version")[0].startswith("litehq, version ")
    assert list(tmp_path.iterdir()) == []


def test_settings_lists_every_variable(tmp_path: Path) -> None:
    listed, _ = litehq(tmp_path, "settings")
    assert "LITEHQ_DATABASE_URL  (sqlite:///./litehq.db)" in listed
    assert "LITEHQ_HOLD_MINUTES  (30)" in listed


def test_migrate_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        litehq(tmp_path, "migrate")
    assert (tmp_path / "litehq.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nonsense"], 2, "nonsense"),
        (["serve", "--port", "http"], 2, "--port"),
        (["serve", "--workers", "2"], 2, "SQLite file belongs to one process"),
        (["token", "create", "--expires-in", "1d"], 2, "--scopes"),
        (["token", "create", "--scopes", "a:b", "--expires-in", "1d"], 2, "a:b is not a scope"),
        (["token", "create", "--scopes", "all", "--expires-in", "soon"], 2, "soon is no length"),
        (["token", "create", "--scopes", "all", "--expires-in", "1d"], 1, "no such workspace"),
        (["token", "revoke", "tok_1"], 1, "no such API token"),
        (["workspace", "create"], 2, "--name"),
        (["workspace", "create", "--name", ""], 1, "characters"),
        (["workspace", "create", "--name", "x", "--expires-in", "soon"], 2, "soon is no length"),
        (["listen"], 2, "--forward-to"),
        (["listen", "--forward-to", "localhost:3000", "--key", "k"], 2, "--forward-to"),
        (["listen", "--forward-to", "http://localhost:1/"], 2, "--key"),
        (["trigger", "booking.completed"], 2, "cannot be triggered"),
        (["trigger", "booking.created"], 2, "--key"),
        (["trigger", "booking.created", "--key", "k", "--api", "http://127.0.0.1:1"], 1, "serve"),
        (["migrate", "--database", "mysql://db/x"], 1, "sqlite or postgresql"),
        (["migrate", "--database", "sqlite:////proc/none/x.db"], 1, ""),
    ],
)
def test_errors_are_one_line(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    out, err = litehq(tmp_path, *arguments, expected=code)
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("litehq: ")
    assert words in err


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    _, err = litehq(tmp_path, "migrate", expected=1, LITEHQ_DEMO_KEY="hunter2")
    assert err.startswith("litehq: LITEHQ_DEMO_KEY: ")
    assert "hunter2" not in err


async def test_a_token_is_made_and_revoked(tmp_path: Path) -> None:
    await furnished(tmp_path)
    settings = settings_of(database_url=url_of(tmp_path))
    out, err = litehq(
        tmp_path,
        "token",
        "create",
        "--scopes",
        "calendar:write,members:read",
        "--expires-in",
        "90d",
        "--member",
        "mem_lina_p",
        "--name",
        "Lina's phone",
    )
    secret = out.strip()
    assert secret.startswith("sk_test_")
    async with open_ports(settings) as ports:
        actor = await authenticate(ports, secret)
        assert actor.member_id == "mem_lina_p"
        assert sorted(actor.scopes) == ["calendar:write", "members:read"]
    token_id = err.split()[0]
    assert token_id.startswith("tok_")
    out, _ = litehq(tmp_path, "token", "revoke", token_id)
    assert out == f"{token_id} is revoked.\n"
    async with open_ports(settings) as ports:
        with pytest.raises(AuthInvalid):
            await authenticate(ports, secret)


async def test_an_operator_begins_without_the_demo(tmp_path: Path) -> None:
    """contract.md, Words: "Test and live are two workspaces"; a key opens its own alone."""
    made = litehq(tmp_path, "workspace", "create", "--name", "Soho Works", "--test-twin")
    opened = {}
    for line, mode in zip(made[0].splitlines(), ("live", "test"), strict=True):
        workspace_id, told, secret = line.split()
        assert told == mode
        assert workspace_id.startswith("ws_")
        assert secret.startswith(f"sk_{mode}_")
        async with open_ports(settings_of(database_url=url_of(tmp_path))) as ports:
            actor = await authenticate(ports, secret)
        assert (actor.workspace_id, actor.scopes) == (workspace_id, EVERY_SCOPE)
        opened[workspace_id] = secret
        listed, _ = litehq(tmp_path, "token", "list", "--workspace", workspace_id)
        assert listed.startswith(f"{actor.key_id} …{secret[-4:]} until ")
        assert secret not in listed
    assert len(opened) == 2
    listed, _ = litehq(tmp_path, "workspace", "list")
    assert sorted(line.split()[0] for line in listed.splitlines()) == sorted(opened)
    assert all(line.endswith(" Soho Works") for line in listed.splitlines())


def test_schemas_are_exported_without_a_database(tmp_path: Path) -> None:
    out, _ = litehq(tmp_path, "schema", "export")
    assert "/v1/bookings" in json.loads(out)["paths"]
    assert "type Query" in litehq(tmp_path, "schema", "export", "--sdl")[0]
    assert '@key(fields: "id")' in litehq(tmp_path, "schema", "export", "--federation")[0]
    out, _ = litehq(tmp_path, "schema", "export", "--openapi", "api.json", "--sdl", "api.graphql")
    assert out == ""
    assert json.loads((tmp_path / "api.json").read_text())["openapi"].startswith("3.1")
    assert "type Query" in (tmp_path / "api.graphql").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["api.graphql", "api.json"]
