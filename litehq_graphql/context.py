"""What an operation carries with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import strawberry

from litehq_core.domain.api_key import Actor
from litehq_core.domain.forms import PageForm
from litehq_core.domain.rate_limit import Allowance
from litehq_core.ports.ports import Ports
from litehq_graphql.loaders import Loaders
from litehq_graphql.options import EVERYTHING_ON, Options


async def _always_live() -> None:
    """A request over HTTP is over before its key could be revoked."""


def _keep_quiet(allowance: Allowance) -> None:
    """A socket has no headers to tell what is left of the rate limit."""


class Meter:
    """Is told what is left of the rate limit, remembers it, and passes it on.

    Attributes:
        latest: what was last told; None before anything was drawn.
    """

    def __init__(self, tell: Callable[[Allowance], None] = _keep_quiet) -> None:
        self.latest: Allowance | None = None
        self._tell = tell

    def __call__(self, allowance: Allowance) -> None:
        """Called by whoever draws."""
        self.latest = allowance
        self._tell(allowance)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks, and with what.

    Attributes:
        docs_base: the address below which every error code has a page.
        idempotency_key: the header ``Idempotency-Key``, if there was one.
        options: what the installation allows.
        answer_headers: headers for the answer, where there is one to put them on.
        projections: what a plan remembers of its selections, from run to run.
        forms: how a plan wants the nodes of its connections, by its lists of field nodes.
        known: what root fields have come to already, by response key: values and exceptions.
        meter: is told what is left of the rate limit.
        require_live: raises ``AuthInvalid`` once the key no longer opens anything.
    """

    ports: Ports
    actor: Actor
    docs_base: str
    request_id: str | None = None
    idempotency_key: str | None = None
    options: Options = EVERYTHING_ON
    answer_headers: dict[str, str] = field(default_factory=dict)
    projections: dict[Any, frozenset[str]] | None = None
    forms: Mapping[int, PageForm] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    require_live: Callable[[], Awaitable[None]] = _always_live
    related: Loaders

    @classmethod
    def of(cls, ports: Ports, actor: Actor, **rest: Any) -> Context:
        """A context with loaders of its own."""
        return cls(ports=ports, actor=actor, related=Loaders(ports, actor), **rest)

    @property
    def introspection(self) -> bool:
        """Whether the schema may be asked about itself."""
        return self.options.introspection

    def with_new_loaders(self) -> Context:
        """The same for the next operation: one set of loaders each."""
        return replace(self, related=Loaders(self.ports, self.actor))

    def for_plan(
        self, projections: dict[Any, frozenset[str]], forms: Mapping[int, PageForm]
    ) -> Context:
        """The same for one run of a plan, which remembers its projections."""
        related = Loaders(self.ports, self.actor)
        return replace(self, related=related, projections=projections, forms=forms)

    def docs_url(self, code: str) -> str:
        """Where an error code is explained."""
        return docs_url(self.docs_base, code)


Info: TypeAlias = strawberry.Info[Context, None]


def docs_url(docs_base: str, code: str) -> str:
    """Where an error code is explained."""
    return f"{docs_base.rstrip('/')}/{code}"
