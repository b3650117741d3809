"""People at their browsers: signed in over HTTP, each on a connection of its own, who press at random moments."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from services.tasks.directory.passwords import hash_password

PASSWORD = "bench-bench-bench"
INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE = (re.compile(rf' {name}="([^"]*)"') for name in ("name", "value"))


@dataclass(slots=True)
class Clerk:
    """One connection, signed in; `fields` are those of the last page that was read."""

    connection: http.client.HTTPConnection
    cookie: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def read(self, address: str) -> str:
        page = self.ask("GET", address)
        self.fields = fields_of(page)
        return page

    def ask(self, method: str, address: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, address, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            kept = dict(part.split("=", 1) for part in self.cookie.split("; ") if part)
            self.cookie = "; ".join(f"{key}={held}" for key, held in {**kept, name: value}.items())
        body = answer.read().decode()
        assert answer.status < 400, f"{method} {address}: {answer.status} {body[:300]}"
        return body


def fields_of(page: str) -> dict[str, str]:
    found = {}
    for tag in INPUT.findall(page):
        if name := NAME.search(tag):
            value = VALUE.search(tag)
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def signed_in(port: int, name: str) -> Clerk:
    clerk = Clerk(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    clerk.read("/sign-in")
    clerk.ask("POST", "/sign-in", {**clerk.fields, "sign_in_name": name, "password": PASSWORD})
    return clerk


def spread(
    clerks: Sequence[Clerk], work: Callable[[Clerk, int], None], *, seconds: float, times: int = 1
) -> list[float]:
    """Seconds from the moment that each request was due to its answer, every clerk's `times` of them on its own.

    `work` is told which of its requests it is. A clerk who waits for an answer is late with the next, which counts.
    """
    chance = random.Random(1)
    begun = time.monotonic() + 0.2
    found: list[float] = []

    def press(clerk: Clerk, dues: list[float]) -> None:
        for number, due in enumerate(dues):
            time.sleep(max(0.0, due - time.monotonic()))
            work(clerk, number)
            found.append(time.monotonic() - due)

    threads = [
        threading.Thread(target=press, args=(clerk, sorted(begun + chance.uniform(0, seconds) for _ in range(times))))
        for clerk in clerks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(clerks) * times, "a request failed"
    return found


def people(home: Path, number: int) -> list[tuple[int, int]]:
    """Townships with a person each, who signs in as b0, b1, …: (person, unit)."""
    with cursor(home, "tasks") as cur:
        cur.execute(
            """
            WITH unit AS (
                INSERT INTO unit (code, name, kind, parent_id)
                SELECT 'B' || n, '填报单位' || n, 'township', (SELECT id FROM unit WHERE code = '341021')
                FROM generate_series(0, %s - 1) AS n RETURNING id, code
            )
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            SELECT lower(code), code, '填报员', id, '{unit_staff}', %s, false FROM unit
            RETURNING id, unit_id
            """,
            (number, hash_password(PASSWORD)),
        )
        return cur.fetchall()


def dsn(home: Path, service: str) -> str:
    return f"host={home / 'postgres'} user=postgres dbname=qingdan_{service}"


def cursor(home: Path, service: str) -> Any:
    connection = psycopg2.connect(dsn(home, service))
    connection.autocommit = True
    return connection.cursor()
