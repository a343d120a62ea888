"""An SMTP server on loopback that keeps what it is given, and misbehaves when it is told to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

# Instead of the next answer: said just before the connection is dropped, or never answered.
DROP = "drop"
HANG = "hang"


@dataclass
class Sink:
    """What the server was given, and how it answers.

    Attributes:
        answers: what it says to a command, by its verb, in place of yes; ``DATA.`` is the end of
            the text. :data:`DROP` and :data:`HANG` are no answers.
        logins: AUTH PLAIN arguments as they came.
        encrypted: for each mail, whether the connection was.
    """

    answers: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    extensions: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    port: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted = writer.get_extra_info("ssl_object") is not None
        if not await self._answer(writer, "CONNECT", "220 sink ready"):
            return
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            self.commands.append(command)
            verb = command.split(" ")[0].upper()
            if verb == "DATA":
                if not await self._answer(writer, verb, "354 go on"):
                    return
                if self.answers.get(verb, "3").startswith("3"):
                    text = await reader.readuntil(b"\r\n.\r\n")
                    if "DATA." not in self.answers:
                        self.messages.append(text[:-3])
                        self.encrypted.append(encrypted)
                    if not await self._answer(writer, "DATA.", "250 taken"):
                        return
                continue
            if verb == "AUTH":
                self.logins.append(command.split(" ")[-1])
            if not await self._answer(writer, verb, self._plain_answer(verb, encrypted)):
                return
            if verb == "STARTTLS" and self.tls and verb not in self.answers:
                await writer.start_tls(self.tls)
                encrypted = True
            if verb == "QUIT":
                return

    def _plain_answer(self, verb: str, encrypted: bool) -> str:
        if verb != "EHLO":
            return {"AUTH": "235 welcome", "STARTTLS": "220 go on", "QUIT": "221 bye"}.get(
                verb, "250 yes"
            )
        offered = ["sink", *self.extensions, "AUTH PLAIN"]
        if self.tls and not encrypted:
            offered.append("STARTTLS")
        return "\r\n".join(
            [*(f"250-{one}" for one in ("sink", *offered[:-1])), f"250 {offered[-1]}"]
        )

    async def _answer(self, writer: asyncio.StreamWriter, verb: str, plain: str) -> bool:
        """Answer; False if the connection is over."""
        answer = self.answers.get(verb, plain)
        if answer == HANG:
            await self.over.wait()
        if answer in (DROP, HANG):
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def sink(
    *, tls: ssl.SSLContext | None = None, implicit_tls: bool = False, **fields: object
) -> AsyncIterator[Sink]:
    """A server that runs while the block does.

    Args:
        tls: what it encrypts with, after STARTTLS or, with ``implicit_tls``, from the first byte.
    """
    found = Sink(tls=None if implicit_tls else tls, **fields)  # type: ignore[arg-type]
    talks: list[asyncio.Task[None]] = []

    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(found.serve(reader, writer)))

    server = await asyncio.start_server(
        talk, "127.0.0.1", 0, ssl=tls if implicit_tls else None, limit=2**22
    )
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        found.over.set()
        await asyncio.gather(*talks)
