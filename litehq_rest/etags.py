"""Optimistic locking: ``If-Match`` against the resource's ``version``."""

from __future__ import annotations

import re
from collections.abc import Sequence

# No resource is ever at this version, so naming it is refused as stale, in the core's own order.
NO_VERSION = 0

_TAG = re.compile(r'"([1-9][0-9]{0,8})"', re.ASCII)


def expected_version(headers: Sequence[str]) -> int | None:
    """The version that ``If-Match`` insists on; None if it does not insist on any.

    ``*`` matches whatever there is. A weak tag never matches (RFC 9110, 13.1.1), nor does what
    is no tag of ours; several tags are more than one version can satisfy.
    """
    if not headers or [header.strip() for header in headers] == ["*"]:
        return None
    tag = _TAG.fullmatch(headers[0].strip()) if len(headers) == 1 else None
    return int(tag[1]) if tag else NO_VERSION
