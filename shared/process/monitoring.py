"""The monitoring port of a process: /healthz, /readyz and /metrics, and nothing that belongs to the product's users.

Under eventlet the same code runs on the hub, so a stuck hub answers no probe, which is what a probe is for.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from shared.process import metrics
from shared.process.addresses import MONITOR_PORT
from shared.process.health import Pulse
from shared.process.needs import Needs
from shared.process.readiness import Check, Readiness, WorkCheck
from shared.process.release import VERSION
from shared.process.server_checks import BrokerCheck, DatabaseCheck, SchemaCheck
from shared.process.settings import SettingError

log = logging.getLogger(__name__)

# A scraper is quick; whoever is slower holds a thread.
SLOW_CLIENT_SECONDS = 5
LOOK_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request to the monitoring port gets."""

    status: int
    content_type: str
    body: bytes

    @classmethod
    def of_text(cls, status: int, text: str) -> Answer:
        """One line of plain text."""
        return cls(status, "text/plain; charset=utf-8", f"{text}\n".encode())


class Monitor:
    """Runs the checks, and serves what they found, from `start` to `stop`; without an address it serves nothing.

    Raises SettingError when the port cannot be used.
    """

    def __init__(self, address: tuple[str, int] | None, readiness: Readiness) -> None:
        self.readiness = readiness
        self._stopping = threading.Event()
        self._accepting: threading.Thread | None = None
        self._server = _listen(address, readiness) if address else None
        metrics.BUILD.labels(VERSION).set(1)

    @property
    def port(self) -> int:
        """The port that is listened on; 0 without a server."""
        return int(self._server.server_address[1]) if self._server else 0

    def start(self) -> Monitor:
        """Begin to look and to answer, each in threads of its own."""
        self.readiness.look_until(self._stopping)
        if self._server:
            accept = self._server.accept_until
            self._accepting = threading.Thread(target=accept, args=(self._stopping,), name="monitor", daemon=True)
            self._accepting.start()
        return self

    def stop(self) -> None:
        """Let go of the port."""
        self._stopping.set()
        if self._accepting:
            # The kernel keeps the port as long as a thread waits on it.
            self._accepting.join(2 * LOOK_UP_SECONDS)
        if self._server:
            self._server.server_close()


def watch_process(needs: Needs, *, pulse: Pulse, limits: Mapping[str, float], works: Sequence[str]) -> Monitor:
    """Start the checks and the monitoring server of a process that has `needs`; `works` are the parts at work."""
    checks: list[Check] = [
        DatabaseCheck(needs.database_url, setting=needs.setting),
        SchemaCheck(needs.database_url, needs.folders, setting=needs.setting),
    ]
    if needs.broker_url:
        checks.append(BrokerCheck(needs.broker_url, needs.queues, exchange=needs.exchange))
    checks.append(WorkCheck(pulse, works))
    return Monitor(needs.monitor, Readiness(checks, pulse=pulse, limits=limits)).start()


def answer(path: str, readiness: Readiness) -> Answer:
    """What a GET of `path` is answered; /readyz?self looks past the servers, see `Readiness.takes_requests`."""
    if path == "/healthz":
        part = readiness.stuck_part()
        return Answer.of_text(503, f"{part} stands still") if part else Answer.of_text(200, "ok")
    if path == "/readyz?self":
        return Answer.of_text(200, "ok") if readiness.takes_requests else Answer.of_text(503, "starting or stopping")
    if path == "/readyz":
        body = json.dumps(readiness.as_dict(), ensure_ascii=False).encode()
        return Answer(200 if readiness.is_ready else 503, "application/json", body)
    if path == "/metrics":
        return Answer(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
    return Answer.of_text(404, "There are /healthz, /readyz and /metrics.")


def _listen(address: tuple[str, int], readiness: Readiness) -> _Server:
    try:
        return _Server(address, readiness)
    except OSError as error:
        host, port = address
        raise SettingError.of(
            f"监控地址 {host}:{port} 不能使用（{error.strerror}）。"
            f"请用 QINGDAN_MONITOR_HOST 和 QINGDAN_MONITOR_PORT 另选；默认值是 127.0.0.1 和 {MONITOR_PORT}。",
            f"The monitoring address {host}:{port} cannot be used: {error.strerror}. Choose another with "
            f"QINGDAN_MONITOR_HOST and QINGDAN_MONITOR_PORT; the defaults are 127.0.0.1 and {MONITOR_PORT}.",
        ) from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The default of five is too few when a whole fleet of scrapers comes back at once.
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], readiness: Readiness) -> None:
        self.readiness = readiness
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.socket.settimeout(LOOK_UP_SECONDS)

    def accept_until(self, stopping: threading.Event) -> None:
        """Take requests. Not `serve_forever`: its selector may be one from before eventlet's patch, and block."""
        while not stopping.is_set():
            try:
                request, address = self.get_request()
            except TimeoutError:
                continue
            except OSError:
                # Out of file handles: asking at once again would take the whole processor.
                stopping.wait(LOOK_UP_SECONDS)
                continue
            self.process_request(request, address)

    def handle_error(self, _request: Any, client_address: Any) -> None:
        """A prober that hung up, mostly; socketserver would print a page."""
        log.debug("monitoring request failed", extra={"client": str(client_address), "cause": repr(sys.exception())})


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SLOW_CLIENT_SECONDS
    server_version = "Qingdan"
    sys_version = ""

    def do_GET(self) -> None:
        found = answer(self.path, self.server.readiness)
        self.send_response(found.status)
        self.send_header("Content-Type", found.content_type)
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    def log_message(self, *_: object) -> None:
        """Probes come every few seconds and say nothing new."""
