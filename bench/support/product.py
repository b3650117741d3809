"""The running product: with the example, or with a county of its own and one person of its lead bureau at its pages.

Called by the module's name, for the reason that `ground` names.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from bench.support.clerks import cursor
from services.tasks.directory.passwords import hash_password
from tests.flow.conftest import ROOT, environment_of, start
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

PASSWORD = "bench-bench-bench"
INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE = (re.compile(rf' {name}="([^"]*)"') for name in ("name", "value"))


@dataclass(slots=True)
class Lead:
    """A person of the lead bureau, signed in; `page` is the last page, at the address `place`."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    page: bytes = b""
    place: str = ""

    def open(self, address: str) -> bytes:
        return self._ask("GET", address, None, "")

    def send(self, address: str, **fields: Any) -> bytes:
        """Send a form to `address` with what the last page holds in hidden fields; bytes are a file of that name."""
        given = {**self._hidden(), **fields}
        if any(isinstance(value, bytes) for value in given.values()):
            return self._ask("POST", address, *_multipart(given))
        return self._ask("POST", address, urlencode(given).encode(), "application/x-www-form-urlencoded")

    def _hidden(self) -> dict[str, str]:
        found = {}
        for tag in INPUT.findall(self.page.decode("utf-8", "replace")):
            if 'type="hidden"' in tag and (name := NAME.search(tag)) and (value := VALUE.search(tag)):
                found[name[1]] = unescape(value[1])
        return found

    def _ask(self, method: str, address: str, body: bytes | None, kind: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, address, body, {"Cookie": cookie} | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        content = answer.read()
        connection.close()
        assert answer.status < 400, f"{method} {address}: {answer.status} {content[:300]!r}"
        if answer.status in (302, 303):
            return self.open(urlsplit(answer.headers["Location"]).path)
        if answer.headers.get_content_type() == "text/html":
            self.page, self.place = content, address
        return content


@dataclass(frozen=True, slots=True)
class Product:
    """A running product with `units` below one of its own at the top."""

    home: Path
    lead: Lead
    top_id: int
    unit_ids: tuple[int, ...]

    def cursor(self, service: str):
        return cursor(self.home, service)


def shared_as(mode: str) -> str:
    """The variable by which one product in this mode is lent to several benches: its port and its folder."""
    return f"BENCH_{mode.upper()}"


@contextmanager
def example(mode: str) -> Iterator[tuple[Path, int]]:
    """The folder and the port of a running product with the example in it, gone afterwards, or of the one lent."""
    if lent := os.environ.get(shared_as(mode)):
        port, _, folder = lent.partition(" ")
        yield Path(folder), int(port)
        return
    home, own = make_folder(f"bench-{mode}"), reserve_port()
    # What a bench prints is its line alone.
    with redirect_stdout(sys.stderr):
        process = start(mode, home, own)
    try:
        yield home, own
    finally:
        process.terminate(signal.SIGTERM, within=60)
        release_port(own)
        remove_folder(home)


@contextmanager
def running_product(units: int) -> Iterator[Product]:
    """Start it, with so many units that report, and end it."""
    home, port = make_folder("bench-product"), reserve_port()
    process = ServerProcess(
        [sys.executable, "-W", "ignore", "-m", "services.cli", "run", "--no-example"],
        folder=ROOT,
        log=home / "console.log",
        environment=environment_of(home, port),
    )
    wait_until_ready(process, lambda: "Ctrl-C" in process.log_tail(60), name="Qingdan", within=120)
    try:
        yield with_county(home, port, units)
    finally:
        process.terminate(signal.SIGTERM, within=60)
        release_port(port)
        remove_folder(home)


def with_county(home: Path, port: int, units: int) -> Product:
    """Make the county in a running product, once, and sign its person in."""
    top_id, unit_ids = _county(home, units)
    lead = Lead(port)
    lead.open("/sign-in")
    lead.send("/sign-in", sign_in_name="bench-lead", password=PASSWORD)
    return Product(home, lead, top_id, unit_ids)


def _county(home: Path, units: int) -> tuple[int, tuple[int, ...]]:
    """A unit at the top with units below it and a person of its lead bureau, as both services know them."""
    with cursor(home, "tasks") as cur:
        cur.execute("INSERT INTO unit (code, name, kind) VALUES ('0BENCH', '试验县', 'county') RETURNING id")
        top_id = cur.fetchone()[0]
        cur.execute(
            """
            INSERT INTO unit (code, name, kind, parent_id)
            SELECT '0B' || n, '填报单位' || n, 'township', %s FROM generate_series(1, %s) AS n RETURNING id
            """,
            (top_id, units),
        )
        unit_ids = tuple(found for (found,) in cur.fetchall())
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            VALUES ('bench-lead', 'bench-lead', '统计股', %s, '{lead_bureau}', %s, false) RETURNING id
            """,
            (top_id, hash_password(PASSWORD)),
        )
        person_id = cur.fetchone()[0]
        cur.execute("SELECT id, code, name, kind, parent_id, is_active, 1 FROM unit WHERE code LIKE '0B%'")
        found = cur.fetchall()
    with cursor(home, "stats") as cur:
        for unit in found:
            cur.execute("INSERT INTO unit VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", unit)
        cur.execute(
            "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES (%s, %s, '{lead_bureau}', true, 1)",
            (person_id, top_id),
        )
    return top_id, unit_ids


def indicators(cur: Any, number: int) -> list[int]:
    """The first so many monthly flows of the county, made where they are not there; returns their ids."""
    cur.execute(
        """
        INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)
        SELECT 'BENCH' || n, '指标' || n, '口径', '人', 1, 'month', 'flow', '2020-01-01'
        FROM generate_series(1, %(number)s) AS n ON CONFLICT DO NOTHING;
        SELECT id FROM indicator JOIN generate_series(1, %(number)s) AS n ON code = 'BENCH' || n ORDER BY n
        """,
        {"number": number},
    )
    return [found for (found,) in cur.fetchall()]


def _multipart(fields: dict[str, Any]) -> tuple[bytes, str]:
    boundary = uuid4().hex
    parts = []
    for name, value in fields.items():
        is_file = isinstance(value, bytes)
        about = f'form-data; name="{name}"' + ('; filename="file.xlsx"' if is_file else "")
        content = value if is_file else str(value).encode()
        parts.append(f"--{boundary}\r\nContent-Disposition: {about}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
