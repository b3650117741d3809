"""Ports of this machine for what Qingdan starts on it, held so that nothing else that asks here is given them too.

A port is free until somebody listens, and a server takes some seconds until it does. So it is held by a name in Linux's
abstract socket namespace: one holder on the whole machine, whoever the user, and the kernel lets go of it when the
process ends in whatever way.
"""

from __future__ import annotations

import os
import socket

from services.running.home import HomeError

# Above, an outgoing connection can take the port while its server is down.
LOWEST, HIGHEST = 20000, 32767

_held: dict[int, socket.socket] = {}


def hold(port: int) -> bool:
    """Hold the port until this process ends; False when somebody else holds it or listens there."""
    if port in _held:
        return True
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        holder.bind(name_of(port))
        _refuse_if_listened_on(port)
    except OSError:
        holder.close()
        return False
    _held[port] = holder
    return True


def let_go(port: int) -> None:
    """Let others have the port. For one that is not held it does nothing."""
    holder = _held.pop(port, None)
    if holder is not None:
        holder.close()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, held for this process; HomeError when there are not as many."""
    found: list[int] = []
    for port in range(LOWEST + os.getpid() % 9000, HIGHEST + 1):
        if port not in _held and hold(port):
            found.append(port)
        if len(found) == count:
            return found
    raise HomeError(
        f"{LOWEST} 到 {HIGHEST} 之间没有空闲的端口。请停止占用它们的程序再启动。\n"
        f"No free port was found between {LOWEST} and {HIGHEST}. Stop what uses them and start again."
    )


def name_of(port: int) -> str:
    """The name by which a port is held."""
    return f"\0qingdan-port-{port}"


def _refuse_if_listened_on(port: int) -> None:
    with socket.socket() as probe:
        # Without it, connections of an earlier server that linger in TIME_WAIT would count as "in use".
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
