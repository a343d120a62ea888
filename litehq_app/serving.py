"""Running the server: the socket, the greeting, one process or several, and a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from litehq_app.asgi import create_app
from litehq_app.bootstrap import Installation, database_text, open_installation
from litehq_app.demo.example import curl, open_start
from litehq_app.demo.prepare import prepare_demo
from litehq_app.edge.protocol import HttpProtocol
from litehq_app.settings import PREFIX, Settings

STOP_SECONDS = 3
BACKLOG = 2048
MAX_MESSAGE_BYTES = 1024 * 1024

Say = Callable[[str], None]


@contextmanager
def listen(settings: Settings) -> Iterator[tuple[socket.socket, Settings]]:
    """The socket, listening already, and the settings with the port that it really has.

    Whoever reads the greeting can call at once: what comes before the server runs is queued.

    Raises:
        OSError: the address is taken or not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise OSError(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}. "
                "Choose another address with --host or --port."
            ) from None
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
        yield listener, settings.model_copy(update={"port": listener.getsockname()[1]})


def serve_alone(settings: Settings, listener: socket.socket, say: Say) -> None:
    """Serve in this process until SIGINT or SIGTERM."""
    ending = _Ending()

    async def run() -> None:
        ending.watch_start()
        async with open_installation(settings) as installation:
            app = create_app(settings, lambda _: nullcontext(installation))
            await greet(settings, installation, say)
            server = _Server(_config(app), app.state.stopping)
            ending.is_in_hand = True
            await server.serve(sockets=[listener])

    loop_factory = Config("", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        try:
            runner.run(run())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def serve_together(settings: Settings, listener: socket.socket, workers: int, say: Say) -> None:
    """Serve in several processes; this one migrates, furnishes and watches over them."""
    ending = _Ending()

    async def prepare() -> None:
        async with open_installation(settings) as installation:
            await greet(settings, installation, say)

    asyncio.run(prepare())
    # They are started afresh, so what the options said must reach them as variables.
    for name in ("host", "port", "database_url", "demo"):
        os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))
    config = _config("litehq_app.asgi:app_from_environment", factory=True, workers=workers)
    ending.is_in_hand = True
    Multiprocess(config, sockets=[listener]).run()


class _Server(Server):
    """Tells the streams of events to end, which would hold up the stop for its whole grace."""

    def __init__(self, config: Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once the server should stop."""
        self._stopping.set()
        await super().shutdown(sockets)


class _Ending:
    """Ends the process on a signal while it starts; from then on the server deals with them.

    The server raises a signal again after it has stopped in good order. That must not turn a
    clean end into a failure.
    """

    def __init__(self) -> None:
        self.is_in_hand = False
        self._cancel: Callable[[], object] | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def watch_start(self) -> None:
        """From within the task that starts: a signal cancels it, so that it closes what it has."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is not None:
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)

    def _on_signal(self, *_: object) -> None:
        if self.is_in_hand:
            return
        if self._cancel is None:
            raise KeyboardInterrupt
        self._cancel()


def _config(app: object, *, factory: bool = False, workers: int = 1) -> Config:
    return Config(
        app,  # type: ignore[arg-type]
        factory=factory,
        workers=workers,
        http=HttpProtocol,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        ws_max_size=MAX_MESSAGE_BYTES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


async def greet(settings: Settings, installation: Installation, say: Say) -> None:
    """See to the demo workspace, then print the addresses, its key and a command that works."""
    secret = await prepare_demo(settings, installation)
    base = settings.base_url
    say(f"LiteHQ, with {database_text(settings)}\n")
    for name, path in (
        ("Start page", "/"),
        ("REST", "/v1"),
        ("Reference", "/docs"),
        ("OpenAPI", "/openapi.json"),
        ("GraphQL", "/graphql"),
        ("SDL", "/schema.graphql"),
    ):
        say(f"  {name:<11} {base}{path}")
    if secret is not None:
        say(f"  {'Demo key':<11} {secret}\n")
        say("Lina books the Atrium with her tokens:\n")
        say(curl(base, secret, await open_start(installation.ports)))
    elif settings.demo:
        say("\nThe database holds no demo workspace, or its key was revoked.")
    say("\nCtrl-C ends it.")
    sys.stdout.flush()
