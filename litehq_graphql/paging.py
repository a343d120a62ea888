"""The four arguments of a connection."""

from __future__ import annotations

from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.query import DEFAULT_LIMIT, MAX_LIMIT, Paging


def paging_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Paging:
    """``first`` goes with ``after`` and ``last`` with ``before``.

    Raises:
        ValidationFailed: out of range, or both directions at once.
    """
    wrong = [
        FieldError(name, f"must lie within 1–{MAX_LIMIT}")
        for name, count in (("first", first), ("last", last))
        if count is not None and not 1 <= count <= MAX_LIMIT
    ]
    if first is not None and last is not None:
        wrong.append(FieldError("last", "must not be given together with first"))
    elif last is not None and after is not None:
        wrong.append(FieldError("after", "goes with first, not with last"))
    elif last is None and before is not None:
        wrong.append(FieldError("before", "goes with last"))
    if wrong:
        raise ValidationFailed(*wrong)
    if last is not None:
        return Paging(limit=last, cursor=before, backward=True)
    return Paging(limit=DEFAULT_LIMIT if first is None else first, cursor=after)
