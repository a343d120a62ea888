"""Optimistic locking: ``If-Match`` against the resource's ``version``."""

from __future__ import annotations

import re
from collections.abc import Sequence

# No resource is ever at this version, so naming it is refused as stale, in the core's own order.
NO_VERSION = 0

# RFC 9110, 8.8.3: in the quotes anything but controls, blanks and quotes, commas too.
_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[!\x23-\x7e\x80-\xff]*)"')
_GAP = re.compile(r"[ \t]*(?:,[ \t]*)+")
_VERSION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def expected_version(headers: Sequence[str]) -> int | None:
    """The version that ``If-Match`` insists on; None if it does not insist on any.

    ``*`` matches whatever there is. Of a list, which several headers make as well as one, the
    tags count that can match at all: a weak one never does (RFC 9110, 13.1.1), nor one that is
    none of ours. Two different versions in one list are more than a change can insist on.
    """
    listed = ",".join(headers).strip(" \t")
    if not headers or listed == "*":
        return None
    versions = {int(tag) for tag in _strong_tags(listed) if _VERSION.fullmatch(tag)}
    return versions.pop() if len(versions) == 1 else NO_VERSION


def _strong_tags(listed: str) -> list[str]:
    """What stands in the strong tags of a list; nothing if it is none."""
    found, at = [], 0
    while at < len(listed):
        if gap := _GAP.match(listed, at):
            at = gap.end()
            continue
        tag = _TAG.match(listed, at)
        if tag is None:
            return []
        if not tag["weak"]:
            found.append(tag["opaque"])
        at = tag.end()
    return found
