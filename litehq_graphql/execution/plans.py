"""Plans: a query's document, read once, and executed without walking it again.

A plan resolves the root fields with their own resolvers, as the standard executor does, and
completes their values with compiled functions (``execution.completion``). What it cannot say -
null where none may be, a value that no scalar can write, any exception - it leaves to the standard
executor, to which it hands what the root fields came to: nothing is read twice but what came
formed, and nothing is answered that graphql-core would not answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, cast

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationType,
    get_argument_values,
    get_named_type,
    get_variable_values,
    is_object_type,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_awaitable

from litehq_core.domain.forms import PageForm
from litehq_graphql.context import Context, Info
from litehq_graphql.execution.completion import Complete, Completion, FieldCall, Later, Unsaid
from litehq_graphql.execution.forms import Forms
from litehq_graphql.execution.prepared import Operations, Plan, Prepared
from litehq_graphql.execution.selecting import Selecting
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.recorded import Related

logger = logging.getLogger("litehq.graphql")

# One for each way in which the variables of a document decide about its directives.
PLANS_OF_A_DOCUMENT = 16


class Plans:
    """The plans of a schema, kept with its operations."""

    def __init__(self, schema: GraphQLSchema, operations: Operations) -> None:
        self._schema = schema
        self._query = cast("GraphQLObjectType", schema.query_type)
        self._operations = operations

    async def run(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        context: Context,
    ) -> tuple[dict[str, Any] | None, Mapping[str, Any]]:
        """The operation's data, instants still as such; None if it is not for a plan to say.

        Beside it what the root fields came to, values and exceptions, by response key: for the
        standard executor, if it must go on.
        """
        prepared = self._operations.of(
            query, operation_name, introspection=context.options.introspection
        )
        if prepared is None or prepared.operation.operation is not OperationType.QUERY:
            return None, {}
        values = self._values(prepared, variables or {})
        if values is None:
            return None, {}
        plan = self._plan(prepared, values)
        if plan is None:
            return None, {}
        run = _Run(self._schema, prepared, plan, values, context)
        came = await run.roots()
        data = await run.completed(came)
        if data is None:
            came = {key: value for key, value in came.items() if not _is_formed(value)}
        return data, came

    def _values(self, prepared: Prepared, given: Mapping[str, Any]) -> VariableValues | None:
        """The operation's variables; None if one of them is refused."""
        values = prepared.variables.coerced(given)
        if values is not None:
            return values
        found = get_variable_values(
            self._schema, prepared.operation.variable_definitions or (), dict(given)
        )
        return found if isinstance(found, VariableValues) else None

    def _plan(self, prepared: Prepared, values: VariableValues) -> Plan | None:
        flags = tuple(bool(values.coerced.get(name)) for name in prepared.deciding)
        if flags not in prepared.plans:
            if len(prepared.plans) >= PLANS_OF_A_DOCUMENT:
                prepared.plans.clear()
            prepared.plans[flags] = self._compile(prepared, values)
        return prepared.plans[flags]

    def _compile(self, prepared: Prepared, values: VariableValues) -> Plan | None:
        selecting = Selecting(self._schema, prepared.fragments, values.coerced)
        selected = selecting.on(self._query, [prepared.operation.selection_set])
        try:
            calls = Completion(self._schema, selecting).calls(self._query, selected)
        except Unsaid:
            return None
        except Exception:
            logger.exception("a document cannot be compiled; it is executed the standard way")
            return None
        return Plan(prepared.operation, calls, _forms(selecting, calls))


def _is_formed(value: object) -> bool:
    """What is of no use to the standard executor, which then reads the root field again."""
    return isinstance(value, Connection) and value.page.formed is not None


def _forms(selecting: Selecting, calls: list[FieldCall]) -> dict[int, PageForm]:
    """Of an operation with one root field: nothing else of it can then fail for another."""
    if len(calls) != 1:
        return {}
    [call] = calls
    named = get_named_type(call.definition.type)
    form = Forms(selecting).of(named, call.nodes) if is_object_type(named) else None
    return {} if form is None else {id(call.nodes): form}


class _Run:
    """One execution of a plan."""

    def __init__(
        self,
        schema: GraphQLSchema,
        prepared: Prepared,
        plan: Plan,
        values: VariableValues,
        context: Context,
    ) -> None:
        self._schema = schema
        self._fragments = prepared.fragments
        self._plan = plan
        self._values = values
        self._context = context.for_plan(plan.projections, plan.forms)
        self._later: list[Later] = []
        self._any_later = False
        self.related: Related = self._context.related

    async def roots(self) -> dict[str, Any]:
        """What each root field comes to: a value or an exception. All at the same time."""
        calls = self._plan.calls
        if len(calls) == 1:
            return {calls[0].key: await self._root(calls[0])}
        values = await asyncio.gather(*(self._root(call) for call in calls))
        return {call.key: value for call, value in zip(calls, values, strict=True)}

    async def _root(self, call: FieldCall) -> Any:
        try:
            value = self._resolved(call, None)
            return await value if is_awaitable(value) else value
        except Exception as error:
            return error

    async def completed(self, came: Mapping[str, Any]) -> dict[str, Any] | None:
        """The data; None if the standard executor must say it."""
        if any(isinstance(value, Exception) for value in came.values()):
            return None
        try:
            data = {call.key: call.complete(came[call.key], self) for call in self._plan.calls}
            while self._later:
                await self._fill()
        except Exception:
            # Whatever it was, graphql-core meets it again, and says where.
            self._give_up()
            return None
        return _filled(data) if self._any_later else data

    def later(self, complete: Complete, value: Awaitable[Any]) -> Later:
        """A place in the answer for what ``value`` turns out to be, completed."""
        self._any_later = True
        place = Later(value, complete)
        self._later.append(place)
        return place

    def resolve(self, call: FieldCall, source: object) -> Any:
        """The value of a field that takes arguments, the operation's info, or time; completed."""
        value = self._resolved(call, source)
        if is_awaitable(value):
            return self.later(call.complete, value)
        return call.complete(value, self)

    def _give_up(self) -> None:
        """End what nobody will wait for. A loader's future is its loader's; it ends by itself."""
        for place in self._later:
            if isinstance(place.value, Coroutine):
                place.value.close()

    async def _fill(self) -> None:
        """One level: everything that is waited for is waited for together, as loaders like it."""
        places, self._later = self._later, []
        values = await asyncio.gather(*(place.value for place in places), return_exceptions=True)
        for place, value in zip(places, values, strict=True):
            if isinstance(value, BaseException):
                raise value
            place.answer = place.complete(value, self)
            if place.answer is None and place.required:
                raise Unsaid

    def _resolved(self, call: FieldCall, source: object) -> Any:
        direct, info = call.direct, self._info(call)
        known = direct.arguments if direct else None
        given = known.coerced(self._values) if known else None
        if direct is None or given is None:
            arguments = get_argument_values(call.definition, call.nodes[0], self._values)
            if direct is None:
                resolve = cast("Callable[..., Any]", call.definition.resolve)
                return resolve(source, info, **arguments)
            given = {direct.names[name]: value for name, value in arguments.items()}
        if direct.info_name is not None:
            given[direct.info_name] = Info(_raw_info=info, _field=direct.field)
        return direct.function(source, **given)

    def _info(self, call: FieldCall) -> GraphQLResolveInfo[Context]:
        return GraphQLResolveInfo(
            call.nodes[0].name.value,
            call.nodes,
            call.definition.type,
            call.parent_type,
            Path(None, call.key, call.parent_type.name),
            self._schema,
            self._fragments,
            None,
            self._plan.operation,
            # As Strawberry has it: resolvers are handed the plain coerced values.
            cast("Any", self._values.coerced),
            self._context,
            is_awaitable,
            None,
            cast("Any", None),
        )


def _filled(value: Any) -> Any:
    """The answer, every place in it replaced by what came there."""
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return _filled(value.answer) if isinstance(value, Later) else value
