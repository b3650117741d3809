"""The proxy in front of an echo server: what each fault looks like to a client."""

import socket
import threading

import pytest

from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.proxy import Proxy


@pytest.fixture
def echo_port():
    port = reserve_port()
    server = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=_serve, args=(server,), daemon=True).start()
    yield port
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    release_port(port)


@pytest.fixture
def proxy(echo_port):
    with Proxy(echo_port) as proxy:
        yield proxy


def test_passes_bytes_both_ways(proxy):
    with _connect(proxy) as client:
        assert _echo(client, b"hello") == b"hello"


def test_the_last_words_arrive_when_an_end_closes_in_order(proxy):
    with _connect(proxy) as client:
        client.sendall(b"bye" * 100_000)
        client.shutdown(socket.SHUT_WR)

        assert _read_all(client) == b"bye" * 100_000

    eventually(lambda: proxy.connections == 0)


def test_cut_resets_what_is_connected_and_serves_new_callers(proxy):
    with _connect(proxy) as client:
        _echo(client, b"before")

        proxy.cut()

        assert _is_lost(client)
    with _connect(proxy) as client:
        assert _echo(client, b"after") == b"after"


def test_refuse_turns_callers_away_until_resume(proxy):
    proxy.refuse()

    with pytest.raises(ConnectionRefusedError):
        _connect(proxy)
    proxy.resume()
    with _connect(proxy) as client:
        assert _echo(client, b"back") == b"back"


def test_stall_holds_bytes_back_and_resume_delivers_them(proxy):
    with _connect(proxy) as client:
        _echo(client, b"before")
        proxy.stall()
        client.settimeout(0.2)

        with pytest.raises(TimeoutError):
            _echo(client, b"held")

        client.settimeout(5)
        proxy.resume()
        assert client.recv(10) == b"held"


def test_a_server_that_is_away_resets_the_caller():
    port = reserve_port()
    with Proxy(port) as proxy, pytest.raises(ConnectionResetError), _connect(proxy) as client:
        client.recv(1)
    release_port(port)


def _is_lost(client: socket.socket) -> bool:
    """Reset, or ended: which of the two depends on whether a thread of the proxy was just reading."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def _serve(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_echo_back, args=(client,), daemon=True).start()


def _echo_back(client: socket.socket) -> None:
    with client:
        try:
            while data := client.recv(65536):
                client.sendall(data)
        except OSError:
            return


def _connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def _echo(client: socket.socket, data: bytes) -> bytes:
    client.sendall(data)
    return client.recv(len(data))


def _read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))
