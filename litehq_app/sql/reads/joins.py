"""From attributes to columns, joining a relation only when one of its attributes is asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from litehq_app.sql.reads.maps import MAPS, Computed, Through
from litehq_core.domain.attributes import READABLE, Noun


class Joins:
    """The tables of one statement: the noun's own, and those joined to it so far."""

    def __init__(self, noun: Noun) -> None:
        self._noun = noun
        self.own = MAPS[noun].table
        self.joined: FromClause = self.own
        self._aliases: dict[str, FromClause] = {"": self.own}

    @property
    def only(self) -> ColumnElement[bool] | None:
        """Which rows of its table the noun has; None: all."""
        only = MAPS[self._noun].only
        return only(self.own) if only else None

    def column(self, attribute: str) -> ColumnElement[Any]:
        """The column of ``name`` or ``relation.name``.

        Raises:
            KeyError: the noun has no such attribute.
        """
        relation, _, name = attribute.rpartition(".")
        return self._find(relation, self._noun_at(relation), name)

    def _noun_at(self, path: str) -> Noun:
        noun = self._noun
        for step in path.split(".") if path else ():
            noun, _ = READABLE[noun].relations[step]
        return noun

    def _find(self, path: str, noun: Noun, name: str) -> ColumnElement[Any]:
        match MAPS[noun].attributes[name]:
            case Through(relation, borrowed):
                target, _ = READABLE[noun].relations[relation]
                return self._find(f"{path}.{relation}".lstrip("."), target, borrowed)
            case Computed(expression):
                return expression(self._alias(path))
            case column:
                found: ColumnElement[Any] = self._alias(path).c[column]
                return found

    def _alias(self, path: str) -> FromClause:
        """The table at the end of a path of relations, joined on first use."""
        if path not in self._aliases:
            before, _, relation = path.rpartition(".")
            source = self._alias(before)
            noun, by = READABLE[self._noun_at(before)].relations[relation]
            table = MAPS[noun].table.alias(path.replace(".", "_"))
            # LEFT: a booking without a member is still a booking.
            self.joined = self.joined.outerjoin(
                table,
                and_(table.c.workspace_id == source.c.workspace_id, table.c.id == source.c[by]),
            )
            self._aliases[path] = table
        return self._aliases[path]
