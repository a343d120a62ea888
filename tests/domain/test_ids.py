"""Ids: opaque, prefixed, sorting by time (contract.md, Ids and time)."""

from __future__ import annotations

import re
from uuid import RFC_4122, UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litehq_core.domain.ids import (
    MAX_ID_LENGTH,
    NO_ID,
    Prefix,
    id_of,
    id_source,
    normalise_id,
    uuid7,
)

prefixes = st.sampled_from(Prefix)
uuids = st.uuids()


def test_the_prefixes_of_the_contract() -> None:
    text = "bk_ rm_ mem_ co_ loc_ inv_ vis_ whk_ whd_ evt_ tok_ ttx_ rc_ blk_ ws_ qt_"
    assert set(text.split()) <= {f"{prefix}_" for prefix in Prefix}


@pytest.mark.parametrize(
    ("uuid", "text"),
    [
        # The TypeID specification's valid examples.
        ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
        ("00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"),
        ("00000000-0000-0000-0000-000000000020", "00000000000000000000000010"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        ("0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"),
        ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
    ],
)
def test_the_text_is_a_typeid(uuid: str, text: str) -> None:
    assert id_of(Prefix.BOOKING, UUID(uuid)) == f"bk_{text}"
    assert normalise_id(Prefix.BOOKING, uuid) == f"bk_{text}"


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_a_new_uuid_is_version_7(unix_ms: int, bits: int) -> None:
    """RFC 9562, 5.7."""
    uuid = uuid7(unix_ms, bits)
    assert (uuid.version, uuid.variant) == (7, RFC_4122)
    assert uuid.int >> 80 == unix_ms
    rand = (((uuid.int >> 64) & 0xFFF) << 62) | (uuid.int & (2**62 - 1))
    assert rand == bits


@given(prefixes, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**74 - 2**20))))
def test_new_ids_rise_even_within_a_millisecond_and_when_the_clock_goes_back(
    prefix: Prefix, draws: list[tuple[int, int]]
) -> None:
    """contract.md: new ids sort by time."""
    clock, bits = iter([ms for ms, _ in draws]), iter([bits for _, bits in draws])
    new_id = id_source(lambda: next(clock), lambda wanted: next(bits))
    made = [new_id(prefix) for _ in draws]
    assert made == sorted(set(made))
    for text in made:
        assert re.fullmatch(rf"{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}", text)
        assert len(text) <= MAX_ID_LENGTH
        assert normalise_id(prefix, text) == text


def test_an_id_source_asks_for_74_random_bits() -> None:
    asked: list[int] = []

    def bits(wanted: int) -> int:
        asked.append(wanted)
        return 0

    new_id = id_source(lambda: 1_000, bits)
    assert new_id(Prefix.ROOM) < new_id(Prefix.ROOM)
    assert set(asked) == {74}


@given(prefixes, uuids)
def test_the_bare_uuid_of_any_id_is_that_id(prefix: Prefix, uuid: UUID) -> None:
    """contract.md: on input also accept the bare UUID of any id."""
    wanted = id_of(prefix, uuid)
    for text in (str(uuid), str(uuid).upper(), uuid.hex, wanted):
        assert normalise_id(prefix, text) == wanted


@given(st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True))
def test_bkg_is_a_booking_too(rest: str) -> None:
    """contract.md: on input also accept ``bkg_…`` for a booking."""
    assert normalise_id(Prefix.BOOKING, f"bkg_{rest}") == f"bk_{rest}"
    assert normalise_id(Prefix.ROOM, f"bkg_{rest}") == NO_ID


@pytest.mark.parametrize("text", ["rm_atrium", "rm_A-1_b", "rm_1", "rm_" + "x" * 60])
def test_imported_rows_may_have_any_id_of_the_right_prefix(text: str) -> None:
    """contract.md: ``rm_atrium``."""
    assert normalise_id(Prefix.ROOM, text) == text
    assert normalise_id(Prefix.MEMBER, text) == NO_ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rm_",
        "rm",
        "_x",
        "RM_atrium",
        "rm_" + "x" * 62,
        "rm_a b",
        "rm_a\n",
        "rm_a\0",
        "rm_é",
        "rm_٣",
        "rm_a/../b",
        "rm_'--",
        " rm_a",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a805",
        "01890a5d-ac96-774b-bcce-b302099a8057\n",
        "rm_\ud800",
    ],
)
def test_hostile_text_is_the_id_of_nothing(text: str) -> None:
    assert normalise_id(Prefix.ROOM, text) == NO_ID


@given(prefixes, st.text())
@example(Prefix.BOOKING, "bkg_" + "x" * 61)
@example(Prefix.BOOKING, "bkg_01890a5d-ac96-774b-bcce-b302099a8057")
def test_whatever_comes_in_an_id_or_nothing_goes_out(prefix: Prefix, text: str) -> None:
    found = normalise_id(prefix, text)
    assert found == NO_ID or (
        found.startswith(f"{prefix}_")
        and len(found) <= MAX_ID_LENGTH
        and re.fullmatch(r"[a-z]{2,4}_[A-Za-z0-9_-]+", found)
    )
    assert found == NO_ID or normalise_id(prefix, found) == found
