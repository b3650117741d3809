"""Free TCP ports for throw-away servers, reserved for the life of this process.

Ports stay below 32768, where Linux starts to hand out ports to outgoing connections: otherwise a client may take
a stopped server's port, and the server cannot come back.
"""

import random
import socket
from contextlib import suppress

from services.running.ports import name_of

LOWEST = 20000
HIGHEST = 32767

# As the product holds what it starts: what it chooses for itself is nobody's here.
_reservations: dict[int, socket.socket] = {}


def reserve_port() -> int:
    """Reserve a port that nobody listens on and that no other test process reserves."""
    for port in random.sample(range(LOWEST, HIGHEST + 1), k=HIGHEST - LOWEST + 1):
        with suppress(OSError):
            _reserve(port)
            return port
    raise RuntimeError(f"Every port from {LOWEST} to {HIGHEST} is in use. End the servers that you do not need.")


def release_port(port: int) -> None:
    """Let others reserve the port. Releasing what is not reserved does nothing."""
    reservation = _reservations.pop(port, None)
    if reservation is not None:
        reservation.close()


def _reserve(port: int) -> None:
    reservation = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        reservation.bind(name_of(port))
        _refuse_if_in_use(port)
    except OSError:
        reservation.close()
        raise
    _reservations[port] = reservation


def _refuse_if_in_use(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without it, connections of an earlier server that linger in TIME_WAIT would count as "in use".
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("", port))
