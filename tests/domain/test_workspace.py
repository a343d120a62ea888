"""What a workspace's settings may be."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.workspace import Mode, Workspace
from tests.domain.samples import NOW


def workspace(**fields: Any) -> Workspace:
    return Workspace(
        **{"id": "ws_1", "name": "Soho", "mode": Mode.LIVE, "created_at": NOW, **fields}
    )


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("hold_minutes", 1, 10_080), ("offer_minutes", 1, 10_080), ("invoice_due_days", 0, 365)],
)
def test_each_setting_lies_within_its_bounds(field: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(workspace(**{field: value}), field) == value
    for value in (least - 1, most + 1):
        with pytest.raises(ValidationFailed) as refused:
            workspace(**{field: value})
        assert [error.field for error in refused.value.errors] == [field]
