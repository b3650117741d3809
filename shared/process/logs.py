"""One line per state change on standard error, a constant message with values as fields: JSON, or for an operator."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

from shared.text import Text

# A busy county writes some megabytes a day; what went wrong yesterday is still there.
FILE_BYTES = 5_000_000
FILES = 4

# What the crowd at the door does to a server is said once a minute, with how often it was not said.
DAMPED = ("waitress", "waitress.queue", "services.portal.admitting")
DAMPED_SECONDS = 60.0
MOST_DAMPED = 1000
QUIET = ("amqp", "kombu", "nameko", "yoyo")
SILENT = ("pika",)  # writes a page for every failed connection; our own line has the cause


def configure(process: str, *, level: int = logging.INFO) -> None:
    """Send all logging of this process to standard error as JSON; `process` is a field of every line."""

    def name_process(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["process"] = process
        return event

    renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    _configure([name_process, structlog.processors.format_exc_info, _time_first], renderer, level)


def configure_screen(words: Mapping[str, Text]) -> None:
    """Show what needs attention on the operator's screen, by `words` for each message, for people to read."""

    def say(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        if said := words.get(str(event["event"])):
            # A field that a line of another release lacks leaves its place empty.
            fields = defaultdict(str, event)
            event["event"] = f"{said.zh.format_map(fields)} / {said.en.format_map(fields)}"
        return event

    renderer = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )
    _configure([say], renderer, logging.WARNING)


def configure_file(path: Path) -> None:
    """Beside the screen, keep everything as JSON in a file, which never takes more than FILES times FILE_BYTES."""
    path.parent.mkdir(exist_ok=True)
    handler = _InTurns(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    handler.setFormatter(_formatter([structlog.processors.format_exc_info, _time_first], renderer))
    root = logging.getLogger()
    for other in root.handlers:
        other.setLevel(logging.WARNING)
    root.addHandler(handler)
    root.setLevel(logging.INFO)


class _InTurns(RotatingFileHandler):
    """A file after the other; each line is made once, where the base makes it to know its length and again to write."""

    _made: tuple[logging.LogRecord, str] | None = None

    def format(self, record: logging.LogRecord) -> str:
        # Under the lock of the handler, as all that writes to it.
        if self._made is None or self._made[0] is not record:
            self._made = record, super().format(record)
        return self._made[1]


class OnceAMinute(logging.Filter):
    """Lets a warning with the same words pass once in `DAMPED_SECONDS`, and says then how many were `left_out`."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        if record.levelno < logging.WARNING:
            return True
        key, now = (record.name, str(record.msg)), time.monotonic()
        with self._lock:
            at, left_out = self._said.get(key, (now - DAMPED_SECONDS, 0))
            if now - at < DAMPED_SECONDS:
                self._said[key] = (at, left_out + 1)
                return False
            if len(self._said) >= MOST_DAMPED:
                self._said.clear()
            self._said[key] = (now, 0)
        if left_out:
            record.left_out = left_out
        return True


def bind(**fields: str) -> None:
    """Put `fields` on every line of this thread, or green thread, until `unbind`."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**fields)


def unbind() -> None:
    """Forget what this context's log lines were about."""
    structlog.contextvars.clear_contextvars()


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Put `fields` on every line of the block."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def _time_first(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """So that `sort` puts the lines of several processes in order."""
    return {"timestamp": event.pop("timestamp"), **event}


def _formatter(
    processors: list[structlog.types.Processor], renderer: structlog.types.Processor
) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *processors,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ]
    )


def _configure(processors: list[structlog.types.Processor], renderer: structlog.types.Processor, level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(processors, renderer))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in DAMPED:
        logging.getLogger(name).filters[:] = [OnceAMinute()]
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
