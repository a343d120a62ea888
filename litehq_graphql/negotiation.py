"""Which media type an answer has: what the client likes best of what we can write."""

from __future__ import annotations

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"


def preferred(accept: str, *offers: str) -> str:
    """The best liked of ``offers``; the first of them if none is named (RFC 9110, 12.5.1).

    Wildcards name nothing: the older ``application/json`` is what such clients understand.
    """
    best, liking = offers[0], 0.0
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if name in offers and quality > liking:
            best, liking = name, quality
    return best


def _quality(text: str) -> float:
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else 0.0
