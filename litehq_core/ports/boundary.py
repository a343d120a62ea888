"""The line between a transaction and the outside world.

Nothing slow or irreversible happens inside a transaction, and none is opened inside another. A
context variable turns a breach into an error at once, rather than into a deadlock later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_inside: ContextVar[bool] = ContextVar("litehq_inside_transaction", default=False)


def require_outside(what: str) -> None:
    """Raise if a transaction is open in this task.

    Raises:
        RuntimeError: ``what`` was attempted inside a transaction: a defect of the caller.
    """
    if _inside.get():
        raise RuntimeError(f"{what} inside an open transaction")


@contextmanager
def transaction_boundary() -> Iterator[None]:
    """Mark the block as a transaction. Every store's ``begin`` wraps itself in it."""
    require_outside("a second transaction")
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
