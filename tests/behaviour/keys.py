"""The bearer secrets of the house's keys. What each may do stands in ``house.py``."""

from __future__ import annotations

FULL = "sk_live_full"
# Full as well, so that a key's own rows can be told from those of another one.
SECOND = "sk_live_second"
READ_ONLY = "sk_live_read_only"
MEMBERS_ONLY = "sk_live_members_only"
LINA = "sk_live_lina"
LINA_WITH_OVERRIDE = "sk_live_lina_override"
NORTHWIND = "sk_live_northwind"
EXPIRED = "sk_live_expired"
REVOKED = "sk_live_revoked"
STRANGER = "sk_live_stranger"
# No key has this secret.
UNKNOWN = "sk_live_unknown"
