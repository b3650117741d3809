import os
import socket
import subprocess
import sys

import pytest

from services.running.ports import free_ports, let_go
from tests.support import ports
from tests.support.ports import release_port, reserve_port


def test_reserved_ports_differ_and_lie_below_those_of_outgoing_connections():
    reserved = [reserve_port() for _ in range(50)]

    assert len(set(reserved)) == 50
    assert max(reserved) < 32768
    for port in reserved:
        release_port(port)


def test_a_port_that_is_listened_on_is_not_given_away(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "LOWEST", port)
        monkeypatch.setattr(ports, "HIGHEST", port)

        with pytest.raises(RuntimeError, match="is in use"):
            reserve_port()


def test_another_process_cannot_reserve_the_same_port_until_it_is_released(monkeypatch):
    port = reserve_port()

    assert _reserve_elsewhere(port) != 0
    release_port(port)
    assert _reserve_elsewhere(port) == 0


def test_two_clusters_that_start_at_the_same_moment_choose_different_ports():
    """Nobody listens yet on what either has chosen, and both may look from the same port on."""
    chosen = free_ports(3)
    program = "import os, sys; os.getpid = lambda: int(sys.argv[1]); from services.running.ports import free_ports; "
    command = [sys.executable, "-c", f"{program}print(*free_ports(3))", str(os.getpid())]
    other = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()

    assert len({*chosen, *map(int, other)}) == 6
    assert _reserve_elsewhere(chosen[0]) != 0
    for port in chosen:
        let_go(port)


def _reserve_elsewhere(port: int) -> int:
    program = f"from tests.support import ports; ports.LOWEST = ports.HIGHEST = {port}; ports.reserve_port()"
    return subprocess.run([sys.executable, "-c", program], stderr=subprocess.DEVNULL, check=False).returncode
