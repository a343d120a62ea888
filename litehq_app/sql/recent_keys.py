"""API keys that were read a moment ago, so that not every request has to ask for its own again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from litehq_core.domain.api_key import ApiKey

# contract.md: a revocation counts at once here, and within 30 s everywhere. What this process
# commits empties the cache; what another one does is seen after so long.
SECONDS_KEPT = 2.0
KEYS_KEPT = 10_000


class RecentKeys:
    """Keys by the hash of their secret. A key that does not exist is never remembered.

    Args:
        monotonic: seconds that only ever grow.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._kept: OrderedDict[str, tuple[float, ApiKey]] = OrderedDict()
        self._cleared = 0

    @property
    def cleared(self) -> int:
        """How often the cache was emptied; to be noted before a key is read."""
        return self._cleared

    def get(self, secret_hash: str) -> ApiKey | None:
        """The key, if it was read within the last two seconds."""
        until, key = self._kept.get(secret_hash, (0.0, None))
        return key if key is not None and self._monotonic() < until else None

    def put(self, key: ApiKey, cleared: int) -> None:
        """Remember a key.

        Args:
            cleared: as it stood before the key was read. A key that changed while it was read
                is not remembered as it was before.
        """
        if cleared != self._cleared:
            return
        self._kept[key.secret_hash] = (self._monotonic() + SECONDS_KEPT, key)
        self._kept.move_to_end(key.secret_hash)
        if len(self._kept) > KEYS_KEPT:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: some key has changed."""
        self._kept.clear()
        self._cleared += 1
