"""A wire that can be cut: a TCP proxy in threads, between the code under test and RabbitMQ or PostgreSQL.

It starts out passing everything. `cut` breaks what is connected, `refuse` also turns new callers away, `stall` keeps
connections open and silent, `resume` passes everything again, including what was held back.
"""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

from tests.support.ports import release_port, reserve_port

CHUNK = 65536
Pair = tuple[socket.socket, socket.socket]

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on its own `port` on loopback and connects each caller to `target_port`. Use it in a `with`."""

    def __init__(self, target_port: int) -> None:
        self.port = reserve_port()
        self.accepted = 0
        self._target = ("127.0.0.1", target_port)
        self._lock = threading.Lock()
        self._pairs: dict[Pair, int] = {}  # how many directions still flow
        self._to_server = _Gate()
        self._to_client = _Gate()
        self._listener = self._listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._pairs)

    def cut(self) -> None:
        """Reset every open connection, what is under way is lost. New callers are served."""
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._break(pair)

    def refuse(self) -> None:
        """Reset every open connection and refuse new ones, as a stopped server does."""
        self._stop_listening()
        self.cut()

    def stall(self, *, replies_only: bool = False) -> None:
        """Hold back all bytes and keep all connections open, as a frozen server does.

        With `replies_only` the server gets everything and acts, but nobody hears of it: a lost confirmation.
        """
        self._to_client.shut()
        if not replies_only:
            self._to_server.shut()

    def resume(self) -> None:
        self._to_server.open()
        self._to_client.open()
        if self._listener is None:
            self._listener = self._listen()

    def close(self) -> None:
        self.refuse()
        self._to_server.open()
        self._to_client.open()
        release_port(self.port)

    def _listen(self) -> socket.socket | None:
        listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name=f"proxy-{self.port}").start()
        return listener

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # Only a shutdown wakes the thread that waits in accept; a close alone leaves it listening.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(client)
            return
        server.settimeout(None)
        pair = (client, server)
        with self._lock:
            self._pairs[pair] = 2
        for source, sink, gate in ((client, server, self._to_server), (server, client, self._to_client)):
            threading.Thread(target=self._pump, args=(pair, source, sink, gate), daemon=True).start()

    def _pump(self, pair: Pair, source: socket.socket, sink: socket.socket, gate: "_Gate") -> None:
        try:
            while data := source.recv(CHUNK):
                gate.pass_through()
                sink.sendall(data)
            gate.pass_through()
            # An end in order, not a reset: the last words before it, such as a refusal, must still arrive.
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._break(pair)
        else:
            self._finish_direction(pair)

    def _finish_direction(self, pair: Pair) -> None:
        with self._lock:
            remaining = self._pairs.get(pair, 0) - 1
            if remaining > 0:
                self._pairs[pair] = remaining
                return
            self._pairs.pop(pair, None)
        for end in pair:
            end.close()

    def _break(self, pair: Pair) -> None:
        with self._lock:
            if self._pairs.pop(pair, None) is None:
                return
        for end in pair:
            _reset(end)


class _Gate:
    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()

    def open(self) -> None:
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def pass_through(self) -> None:
        self._open.wait()


def _reset(end: socket.socket) -> None:
    """Close with RST instead of FIN, and wake a thread that reads from it."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RD)
    end.close()
