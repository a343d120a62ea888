"""Types whose fields are read straight from a record of the core.

A value of such a type is only a view: it holds the row as the store answered it, and a prefix
that says which part of the row it shows. ``Booking.room`` of a joined row is the same row seen
through ``room.``. What did not come with the row is loaded in batches.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar, cast

from litehq_core.domain.attributes import READABLE, Noun, Record
from litehq_core.domain.errors import AuthScopeInsufficient
from litehq_core.domain.query import Page
from litehq_core.steps.visible import READ_SCOPE
from litehq_core.use_cases.records.list_records import ListRecords

Part = TypeVar("Part", bound="Recorded")
Target = TypeVar("Target", bound="Recorded")

NEEDS = "needs"
RELATION = "relation"
TO_ONE = "to_one"
WITHIN = "within"


class Related(Protocol):
    """Where things are found that did not come with a row."""

    def may_read(self, noun: Noun) -> bool:
        """Whether the caller may read more of a noun than its ids."""

    def load(self, noun: Noun, record_id: str) -> Future[Any]:
        """What has this id, as a value of the schema; None if nothing within reach has it."""

    def load_balance(self, member_id: str) -> Future[int]:
        """What a member can spend."""

    async def page(self, query: ListRecords) -> Page:
        """A page of what belongs to something, each row with all of its own attributes."""

    def count(self, page: Page) -> Future[int]:
        """How long the list is that a page is a part of."""


def needs(*attributes: str) -> Mapping[str, Any]:
    """Field metadata: the attributes that the field's resolver reads.

    A field without it that is read straight from the record needs the attribute of its name.
    """
    return {NEEDS: attributes}


def within(*attributes: str) -> Mapping[str, Any]:
    """Field metadata: what is selected below this field is read from the same record."""
    return {NEEDS: attributes, WITHIN: True}


def relation(name: str) -> Mapping[str, Any]:
    """Field metadata: a to-one relation of ``READABLE``, which comes with the row."""
    return {RELATION: name}


def to_one(name: str) -> Mapping[str, Any]:
    """As :func:`relation`; and the field's resolver does nothing but follow it.

    So a compiled plan may follow it by itself, as ``Recorded.to_one_or_none`` does.
    """
    return {RELATION: name, TO_ONE: name}


def attribute_place(prefix: str, name: str) -> str:
    """Where a view with ``prefix`` finds an attribute in its record: as ``Recorded.read``."""
    return f"{prefix[:-1]}_id" if prefix and name == "id" else prefix + name


class Recorded:
    """A view of a record.

    Attributes:
        noun: what the type shows; None for a mere part of something, such as a price.
        part_prefix: what the names of a part's attributes begin with.
        joined: the row was read for this operation, so that it carries what was selected of
            its relations.
    """

    noun: ClassVar[Noun | None] = None
    part_prefix: ClassVar[str] = ""

    _record: Record
    _related: Related
    _prefix: str
    _joined: bool

    @classmethod
    def of(
        cls, record: Record, related: Related, *, prefix: str = "", joined: bool = False
    ) -> Self:
        """A view of ``record``. The fields themselves are never copied."""
        view = cls.__new__(cls)
        view._record = record
        view._related = related
        view._prefix = prefix + cls.part_prefix
        view._joined = joined
        return view

    def read(self, name: str) -> Any:
        """The value of an attribute.

        Raises:
            AuthScopeInsufficient: the core left it out, because the caller may not read it.
        """
        prefix = self._prefix
        if not prefix:
            return self._record[name]
        if name == "id":
            # A relation's own id stands on the row that refers to it.
            return self._record[f"{prefix[:-1]}_id"]
        if prefix + name not in self._record and self.noun is not None:
            raise AuthScopeInsufficient(READ_SCOPE[self.noun])
        return self._record[prefix + name]

    def part(self, part: type[Part]) -> Part:
        """Another view of the same record."""
        return part.of(self._record, self._related, prefix=self._prefix)

    def load(self, noun: Noun, record_id: str) -> Future[Any]:
        """What has this id, wherever it stands; for what is no to-one relation."""
        return self._related.load(noun, record_id)

    def load_balance(self, member_id: str) -> Future[int]:
        """What a member can spend, read together with the others of the operation."""
        return self._related.load_balance(member_id)

    async def page(self, query: ListRecords) -> Page:
        """A page of what belongs to this."""
        return await self._related.page(query)

    def to_one(self, target: type[Target], name: str) -> Target:
        """As :meth:`to_one_or_none`, for a relation that everything of this noun has."""
        found = self.to_one_or_none(target, name)
        if found is None:
            raise LookupError(f"{type(self).__name__} without {name}")
        return found

    def to_one_or_none(self, target: type[Target], name: str) -> Target | None:
        """What a relation refers to: from the row itself if it was joined, else loaded."""
        if self.noun is None:
            raise TypeError(f"{type(self).__name__} is a part; relations belong to nouns")
        noun, id_attribute = READABLE[self.noun].relations[name]
        related_id = self.read(id_attribute)
        if related_id is None:
            return None
        if self._joined or not self._related.may_read(noun):
            return target.of(self._record, self._related, prefix=f"{self._prefix}{name}.")
        # A future of the very type; graphql-core awaits it with the others of its kind.
        return cast("Target | None", self._related.load(noun, related_id))


def read_field(source: object, name: str) -> Any:
    """How a field without a resolver gets its value, for every type of the schema."""
    return source.read(name) if isinstance(source, Recorded) else getattr(source, name)
