"""``Accept``: which of the media types that a route can write a client wants."""

from __future__ import annotations

from collections.abc import Sequence

_NOTHING = (0.0, 0)


def wanted(headers: Sequence[str], *offers: str) -> str:
    """The best liked of ``offers`` (RFC 9110, 12.5.1); among equals, and if none is, the first.

    A type that is named counts for more than a wildcard of the same quality: who names it wants
    it. Whoever refuses them all gets the first, rather than nothing.
    """
    ranges = [_range(text) for header in headers for text in header.lower().split(",")]
    best, liking = offers[0], _NOTHING
    for offer in offers:
        # The most specific range that fits decides about a type, whatever the others say.
        fitting = [(exact, quality) for name, exact, quality in ranges if _fits(name, offer)]
        exactness, quality = max(fitting, default=(0, 0.0))
        if quality > 0 and (quality, exactness) > liking:
            best, liking = offer, (quality, exactness)
    return best


def _range(text: str) -> tuple[str, int, float]:
    """A media range: its name, how exact it is, and its quality; parameters do not count."""
    name, *parameters = (part.strip() for part in text.split(";"))
    exactness = 1 if name == "*/*" else 2 if name.endswith("/*") else 3
    found = (p[2:].strip() for p in parameters if p.startswith("q="))
    return name, exactness, _quality(next(found, "1"))


def _fits(name: str, offer: str) -> bool:
    return name in (offer, "*/*", f"{offer.partition('/')[0]}/*")


def _quality(text: str) -> float:
    """0–1; what is no quality is none at all."""
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 5:
        return 0.0
    return min(float(text), 1.0)
