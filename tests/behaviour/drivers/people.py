"""The three callers, for companies and members together."""

from __future__ import annotations

from typing import Protocol

from tests.behaviour.drivers.companies import (
    CompanyDriver,
    GraphQLCompanyDriver,
    PythonCompanyDriver,
    RestCompanyDriver,
)
from tests.behaviour.drivers.members import (
    GraphQLMemberDriver,
    MemberDriver,
    PythonMemberDriver,
    RestMemberDriver,
)


class PeopleDriver(MemberDriver, CompanyDriver, Protocol):
    """A caller who looks after companies and members."""


class PythonPeopleDriver(PythonMemberDriver, PythonCompanyDriver):
    """Calls the use cases."""


class RestPeopleDriver(RestMemberDriver, RestCompanyDriver):
    """Speaks HTTP."""


class GraphQLPeopleDriver(GraphQLMemberDriver, GraphQLCompanyDriver):
    """Speaks GraphQL over HTTP."""
