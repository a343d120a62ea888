"""Logging: structlog's events and the standard library's records, as one stream on stderr."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor


def configure_logs(level: str, form: Literal["text", "json"]) -> None:
    """Set up logging for a process. Called once, by the command that starts it.

    Our own events take structlog's short way to stderr; the detour through ``logging`` would
    cost as much as a fast request. Libraries write to ``logging``, so that is rendered alike.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
        if form == "json"
        else [_console()]
    )
    structlog.configure(
        processors=[*shared, *renderers],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, *renderers],
            foreign_pre_chain=[*shared, _name_source],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(least)
    # At lower levels it writes addresses with their query, and a query may hold a key.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    for noisy in ("alembic", "asyncio", "httpx", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(max(least, logging.WARNING))


def _console() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        pad_event_to=20,
        # The prettier ones print local variables, and those may hold keys.
        exception_formatter=structlog.dev.plain_traceback,
    )


def _name_source(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Our own loggers carry their name as a bound value; a library's stands in its record."""
    event["logger_name"] = event["_record"].name
    return event


def _json(event: object, **_: object) -> str:
    return orjson.dumps(event, default=repr).decode()
