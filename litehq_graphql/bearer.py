"""The ``Authorization`` header, wherever it stands."""

from __future__ import annotations


def bearer_secret(authorization: object) -> str | None:
    """The secret of ``Bearer sk_…`` (RFC 6750; the scheme in any case); None for all else."""
    if not isinstance(authorization, str):
        return None
    scheme, _, secret = authorization.strip().partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None
