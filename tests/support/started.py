"""A server as long as somebody needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Server(Protocol):
    def start(self) -> None: ...
    def remove(self) -> None: ...


Any = TypeVar("Any", bound=Server)


@contextmanager
def started(server: Any) -> Iterator[Any]:
    """Started at the beginning, gone at the end, also where it did not start."""
    try:
        server.start()
        yield server
    finally:
        server.remove()
