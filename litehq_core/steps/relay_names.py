"""Who follows the event logs of workspaces, by the name under which his position is kept."""

from __future__ import annotations

WEBHOOKS = "webhooks"
