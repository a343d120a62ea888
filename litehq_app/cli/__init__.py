"""The command line. Commands import what they need when they run: ``--help`` answers at once."""

from __future__ import annotations

import sys

import rich_click as click

from litehq_app.cli.development import listen, trigger
from litehq_app.cli.ledger import ledger
from litehq_app.cli.migrate import migrate
from litehq_app.cli.schema import schema
from litehq_app.cli.serve import serve
from litehq_app.cli.settings import settings
from litehq_app.cli.token import token
from litehq_app.cli.webhooks import webhooks
from litehq_app.cli.workspace import workspace

FAILED = 1
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="litehq-gateway", prog_name="litehq")
def litehq() -> None:
    """LiteHQ, the booking back end of a coworking business.

    Every setting is a LITEHQ_… variable: `litehq settings` lists them.
    """


COMMANDS = (
    *(serve, migrate, workspace, token, webhooks),
    *(ledger, schema, settings, listen, trigger),
)
for command in COMMANDS:
    litehq.add_command(command)


def main() -> None:
    """Run the command line: exit code 0 if all went well, 1 if not, 2 if it was called wrongly."""
    try:
        # Given back by --help and --version; commands give back nothing.
        code = litehq.main(prog_name="litehq", standalone_mode=False)
    except click.ClickException as wrong:
        click.echo(f"litehq: {wrong.format_message()}", err=True)
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        click.echo(f"litehq: {reason}", err=True)
        sys.exit(FAILED)
    sys.exit(code or 0)


def _reason(error: Exception) -> str | None:
    """One line about an error that is nobody's defect; None for one that is ours."""
    from pydantic import ValidationError

    from litehq_core.domain.errors import Refusal

    if isinstance(error, ValidationError):
        # Without the input: it may be a secret.
        return "; ".join(
            f"LITEHQ_{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg']}"
            for one in error.errors()
        )
    if isinstance(error, Refusal):
        return error.message
    if isinstance(error, (OSError, ValueError)):
        return str(error)
    return None
