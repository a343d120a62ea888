"""Two hundred documents that nobody means well with, in families."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A document, and the variables that make it worse."""

    family: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)


_BOOKING = 'booking(id: "bk_x")'
_ROOM = 'room(id: "rm_atrium")'
_PAGE = "nodes { id room { name } member { name } company { name } price { amountMinor } }"
_WIDEST = 'bookings(first: 200, from: "2026-01-01T00:00:00Z")'


def _deep() -> Iterator[str]:
    """A room's parts are rooms."""
    for depth in (13, 14, 16, 20, 24, 28, 32, 36, 40, 48):
        yield "{ " + _ROOM + " { parts" * depth + " { id }" + " }" * depth + " }"


def _lists_in_lists() -> Iterator[str]:
    """Within the depth that is allowed, but three to the power of it."""
    for fields in (
        "id",
        "id name",
        "name",
        "__typename",
        "id timezone",
        "capacity",
        "location { id }",
        "location { name }",
        "rules { minMinutes }",
        "openingHours { __typename }",
    ):
        yield "{ " + _ROOM + " { parts" * 9 + f" {{ {fields} }}" + " }" * 9 + " }"


def _multiplying_fragments() -> Iterator[str]:
    """Each spreads the next twice, under two aliases."""
    for depth in (7, 8, 9, 10):
        body = " ".join(
            f"fragment F{n} on Room {{ "
            f"a{n}: parts {{ ...F{n + 1} }} b{n}: parts {{ ...F{n + 1} }} }}"
            for n in range(depth)
        )
        yield f"{{ {_ROOM} {{ ...F0 }} }} {body} fragment F{depth} on Room {{ id }}"
    for width in (2, 3, 4, 5, 6, 7):
        body = " ".join(
            f"fragment F{n} on Room {{ " + f"... {{ ...F{n + 1} }} " * width + "}"
            for n in range(40 // width)
        )
        yield f"{{ {_ROOM} {{ ...F0 }} }} {body} fragment F{40 // width} on Room {{ x: id y: id }}"


def _circular_fragments() -> Iterator[str]:
    """Round in a ring of many, or of one."""
    for length in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89):
        body = " ".join(
            f"fragment F{n} on Room {{ id parts {{ ...F{(n + 1) % length} }} }}"
            for n in range(length)
        )
        yield f"{{ {_ROOM} {{ ...F0 }} }} {body}"


def _chained_fragments() -> Iterator[str]:
    """One within the other within the other."""
    for length in (52, 56, 60, 70, 80, 90, 100, 110, 120, 150, 180, 200):
        body = " ".join(f"fragment F{n} on Room {{ id ...F{n + 1} }}" for n in range(length))
        yield f"{{ {_ROOM} {{ ...F0 }} }} {body} fragment F{length} on Room {{ id }}"


def _huge_lists() -> Iterator[str]:
    """The widest page, again and again."""
    for times in (11, 12, 13, 15, 18, 20, 25, 30, 40, 50):
        pages = " ".join(f"a{n}: {_WIDEST} {{ {_PAGE} }}" for n in range(times))
        yield f"{{ {pages} }}"


def _too_many_aliases() -> Iterator[str]:
    """Of something cheap."""
    for times in (101, 110, 120, 135, 150, 175, 200, 250, 300, 320, 350):
        yield "{ " + " ".join(f"a{n}: viewer {{ keyId }}" for n in range(times)) + " }"


def _nested_connections() -> Iterator[str]:
    """Two hundred series with all their dates, and what each of them leads to."""
    for inner in (
        "id room { parts { id } }",
        "id room { name }",
        "id room { name } member { name }",
        "price { lines { amountMinor } }",
        "room { location { name } }",
        "room { openingHours { weekly { opens } } }",
        "bookedBy { ... on Member { company { name } } }",
        "member { company { id } }",
        "cancellation { policy { steps { until } } }",
        "room { rules { quotas { limit } } }",
    ):
        yield (
            "{ bookingSeriesList(first: 200) { edges { node { occurrences { booking { "
            f"{inner} }} }} }} }} }} }}"
        )


def _directives() -> Iterator[str]:
    """More decisions than answers."""
    for times in (51, 75, 100, 150, 200):
        yield "{ viewer { " + "keyId @skip(if: false) " * times + "} }"
        yield "{ viewer { keyId " + "@include(if: true) " * times + "} }"
        yield "{ viewer { keyId " + " ".join(f"@x{n}" for n in range(times)) + "} }"
        yield "{ viewer { " + "... @include(if: true) { keyId } " * times + "} }"


def _repeats() -> Iterator[str]:
    """Every two fields of one key have to agree: that is a square."""
    for times in (51, 100, 200, 400, 900, 1900):
        yield "{ viewer { " + "keyId " * times + "} }"
    for times in (8, 20, 40):
        yield "{ " + (_ROOM + " { " + "id " * (400 // times) + "} ") * times + "}"
    for times in (60, 100):
        fragments = " ".join(f"fragment F{n} on Viewer {{ keyId }}" for n in range(times))
        spreads = " ".join(f"...F{n}" for n in range(times))
        yield f"{{ viewer {{ {spreads} }} }} {fragments}"


def _long_names() -> Iterator[str]:
    """Names that come back with every row, and names of nothing."""
    for length in (129, 1_000, 10_000, 60_000):
        name = "n" * length
        yield f"{{ {_WIDEST} {{ nodes {{ {name}: id }} }} }}"
        yield f"{{ {name} }}"
        yield f"{{ viewer {{ ...{name} }} }}"


def _deep_inputs() -> Iterator[str]:
    """Objects and lists in objects and lists."""
    for depth in (20, 60, 90, 99, 120, 300, 450):
        yield (
            "mutation { createBooking(input: "
            + "{ bookedBy: " * depth
            + "1"
            + " }" * depth
            + ") { __typename } }"
        )
        yield f"{{ rooms(locationId: {'[' * depth}{']' * depth}) {{ nodes {{ id }} }} }}"


def _huge_texts() -> Iterator[str]:
    """Longer than any document may be, by what says nothing."""
    yield f'{{ room(id: "{"x" * 66_000}") {{ id }} }}'
    yield f'{{ room(id: """{"x" * 66_000}""") {{ id }} }}'
    yield "#" * 66_000 + "\n{ viewer { keyId } }"
    yield " " * 66_000 + "{ viewer { keyId } }"
    yield "," * 66_000 + "{ viewer { keyId } }"
    yield "{ viewer { keyId } }" + "\n" * 66_000


def _unicode() -> Iterator[str]:
    """What looks like a name, a space or a bracket, and is none."""
    for text in (
        "\ud7ff",
        "\u200b",
        "\u00a0",
        "\u2028",
        "\u202e",
        "é",
        "𝒌𝒆𝒚",
        "👾",
        "\x00",
        "\x07",
        "\ufffe",
        "ｋｅｙＩｄ",
    ):
        yield f"{{ viewer {{ keyId {text} }} }}"


def _syntax() -> Iterator[str]:
    """No documents at all."""
    yield "{" * 2_500
    yield "{" * 60_000
    yield "[" * 60_000
    yield "{a(b:" * 12_000
    yield "{a" * 30_000
    yield "{ a(b: " + "[" * 900 + "]" * 900 + ") }"
    yield "query " + "($a: [[[[[" * 150
    yield "query Q($a: " + "[" * 800 + "Int" + "]" * 800 + ") { viewer { keyId } }"
    yield '{ a(b: "' + "\\" * 60_000 + '") }'
    yield '{ a(b: """' + '\\"""' * 12_000
    yield '"' * 60_000
    yield "..." * 20_000
    yield "@" * 60_000
    yield "$" * 60_000
    yield "fragment " * 8_000
    yield "{ a(b: " + "9" * 60_000 + ") }"
    yield "{ a(b: 1e" + "9" * 60_000 + ") }"
    yield "{ rooms(first: " + "9" * 5_000 + ") { nodes { id } } }"
    yield "} { viewer { keyId } }"
    yield "{ viewer { keyId }"


def _operations() -> Iterator[str]:
    """Many in one document, and none that is meant."""
    yield " ".join(f"query Q{n} {{ viewer {{ keyId }} }}" for n in range(200))
    yield "{ viewer { keyId } } " * 200
    yield "query A { viewer { keyId } } mutation B { __typename }"
    yield "subscription { bookingEvents { id } }"
    yield "subscription { a: bookingEvents { id } b: bookingEvents { id } }"
    yield "type Query { viewer: String } { viewer { keyId } }"


def _introspection() -> Iterator[str]:
    """The schema's types have fields, which have types, which have fields."""
    for depth in (4, 6, 8, 12, 20, 40):
        inner = "fields { type { " * depth + "name" + " } }" * depth
        yield f"{{ __schema {{ types {{ {inner} }} }} }}"


FAMILIES: tuple[Callable[[], Iterator[str]], ...] = (
    _deep,
    _lists_in_lists,
    _multiplying_fragments,
    _circular_fragments,
    _chained_fragments,
    _huge_lists,
    _too_many_aliases,
    _nested_connections,
    _directives,
    _repeats,
    _long_names,
    _deep_inputs,
    _huge_texts,
    _unicode,
    _syntax,
    _operations,
    _introspection,
)


def _with_variables() -> Iterator[Hostile]:
    """Good documents, but for what they are given."""
    many = " ".join(f"a{n}: bookings(first: $n) {{ {_PAGE} }}" for n in range(15))
    for query, variables in (
        (f"query Q($n: Int) {{ {many} }}", {"n": 200}),
        (f"query Q($n: Int = 200) {{ {many} }}", {}),
        (f"query Q($n: Int!) {{ {many.replace('first', 'last')} }}", {"n": 200}),
        (f"query Q($n: Int) {{ {many} }}", {"n": 10**30}),
        (f"query Q($n: Int) {{ {many} }}", {"n": "200"}),
        (f"query Q($n: Int) {{ {many} }}", {"n": [200] * 1_000}),
        (f"query Q($n: Int) {{ {many} }}", {"n": {"n": 200}}),
        ("query Q($i: ID!) { room(id: $i) { id } }", {"i": {}}),
        ("query Q($i: ID!) { room(id: $i) { id } }", {}),
        ("query Q($i: CreateBookingInput!) { bookingQuote(input: $i) { __typename } }", {"i": {}}),
        (
            "query Q($i: CreateBookingInput!) { bookingQuote(input: $i) { __typename } }",
            {"i": _nested_json(400)},
        ),
        (
            "query Q(" + " ".join(f"$v{n}: Int" for n in range(400)) + ") { viewer { keyId } }",
            {},
        ),
    ):
        yield Hostile(family="variables", query=query, variables=variables)


def _nested_json(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"metadata": value}
    return value


def hostile_documents() -> list[Hostile]:
    """All of them."""
    plain = [
        Hostile(family=family.__name__.strip("_"), query=query)
        for family in FAMILIES
        for query in family()
    ]
    return [*plain, *_with_variables()]
