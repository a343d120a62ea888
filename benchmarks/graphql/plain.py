"""The same page as most would write it: Strawberry over SQLModel entities, one statement.

Usage: python plain.py FILE
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import strawberry
import uvicorn
from litestar import Litestar
from sqlalchemy import and_
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import foreign, joinedload
from sqlmodel import Field, Relationship, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.litestar import make_graphql_controller


class RoomRow(SQLModel, table=True):
    """A room."""

    __tablename__ = "rooms"
    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    capacity: int


class MemberRow(SQLModel, table=True):
    """A member."""

    __tablename__ = "members"
    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    email: str


class BookingRow(SQLModel, table=True):
    """A booking."""

    __tablename__ = "bookings"
    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    status: str
    start_at: int
    end_at: int
    room_id: str
    member_id: str | None

    room: RoomRow = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": lambda: and_(
                foreign(BookingRow.room_id) == RoomRow.id,
                BookingRow.workspace_id == RoomRow.workspace_id,
            ),
            "viewonly": True,
            "uselist": False,
        }
    )
    member: MemberRow = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": lambda: and_(
                foreign(BookingRow.member_id) == MemberRow.id,
                BookingRow.workspace_id == MemberRow.workspace_id,
            ),
            "viewonly": True,
            "uselist": False,
        }
    )


@strawberry.type
class Room:
    """A room."""

    id: strawberry.ID
    name: str
    capacity: int


@strawberry.type
class Member:
    """A member."""

    id: strawberry.ID
    name: str
    email: str


@strawberry.type
class Booking:
    """A booking."""

    id: strawberry.ID
    status: str
    row: strawberry.Private[BookingRow]

    @strawberry.field
    async def start_at(self) -> datetime:
        """When it begins."""
        return datetime.fromtimestamp(self.row.start_at, UTC)

    @strawberry.field
    async def end_at(self) -> datetime:
        """When it ends."""
        return datetime.fromtimestamp(self.row.end_at, UTC)

    @strawberry.field
    async def room(self) -> Room:
        """Where."""
        row = self.row.room
        return Room(id=strawberry.ID(row.id), name=row.name, capacity=row.capacity)

    @strawberry.field
    async def member(self) -> Member | None:
        """Who."""
        row = self.row.member
        return row and Member(id=strawberry.ID(row.id), name=row.name, email=row.email)


@strawberry.type
class Connection:
    """A page."""

    nodes: list[Booking]


engine = create_async_engine(f"sqlite+aiosqlite:///{sys.argv[1]}")


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def bookings(
        self,
        first: int,
        from_: Annotated[datetime, strawberry.argument(name="from")],
        to: datetime,
    ) -> Connection:
        """Bookings by start."""
        query = (
            select(BookingRow)
            .options(joinedload(BookingRow.room), joinedload(BookingRow.member))
            .where(
                BookingRow.workspace_id == "ws_bench",
                BookingRow.start_at >= int(from_.timestamp()),
                BookingRow.start_at < int(to.timestamp()),
            )
            .order_by(BookingRow.start_at, BookingRow.id)
            .limit(first)
        )
        async with AsyncSession(engine) as session:
            rows = (await session.exec(query)).all()
        return Connection(
            nodes=[Booking(id=strawberry.ID(row.id), status=row.status, row=row) for row in rows]
        )


app = Litestar(
    route_handlers=[make_graphql_controller(strawberry.Schema(query=Query), path="/graphql")]
)

if __name__ == "__main__":
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", loop="uvloop")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    print(f"http://127.0.0.1:{socket.getsockname()[1]}", flush=True)
    server.run(sockets=[socket])
