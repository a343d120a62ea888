"""Series as they are kept."""

from __future__ import annotations

import json

from litehq_core.domain.series_view import occurrence_from_json, occurrence_json
from tests.domain import samples


def test_occurrences_are_read_back_as_they_were_kept() -> None:
    for occurrence in samples.series().occurrences:
        kept = json.loads(json.dumps(occurrence_json(occurrence)))
        assert occurrence_from_json(kept) == occurrence
