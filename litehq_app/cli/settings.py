"""``litehq settings``: what can be set."""

from __future__ import annotations

import rich_click as click


@click.command()
def settings() -> None:
    """List the LITEHQ_… variables and their defaults."""
    import textwrap

    from litehq_app.settings import PREFIX, Settings

    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, bool):
            shown = "true" if default else "false"
        else:
            shown = "" if default in (None, "", ()) else str(default)
        click.echo(f"{PREFIX}{name.upper()}" + (f"  ({shown})" if shown else ""))
        click.echo(textwrap.indent(textwrap.fill(field.description or "", 84), "    "))
