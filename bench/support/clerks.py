"""People at their browsers: signed in over HTTP, each on a connection of its own, who press at random moments."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg2
from psycopg2.extras import execute_values

from services.tasks.directory.passwords import hash_password

PASSWORD = "bench-bench-bench"
INPUT = re.compile(r"<input[^>]*>")
_calls = count(1)
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


def signed_in(port: int, name: str, *, password: str = PASSWORD) -> Clerk:
    clerk = Clerk(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    clerk.read("/sign-in")
    clerk.ask("POST", "/sign-in", {**clerk.fields, "sign_in_name": name, "password": password})
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


class Member(NamedTuple):
    """The one person of a unit."""

    person_id: int
    unit_id: int
    name: str


def people(home: Path, number: int) -> list[Member]:
    """New townships with a person each, who signs in by `name`."""
    with cursor(home, "tasks") as cur:
        cur.execute(
            """
            WITH unit AS (
                INSERT INTO unit (code, name, kind, parent_id)
                SELECT %(stem)s || n, '单位' || %(stem)s || n, 'township', (SELECT id FROM unit WHERE code = '341021')
                FROM generate_series(0, %(number)s - 1) AS n RETURNING id, code
            )
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            SELECT lower(code), code, '填报员', id, '{unit_staff}', %(hash)s, false FROM unit
            RETURNING id AS person_id, unit_id, sign_in_name AS name
            """,
            {"stem": f"B{os.getpid()}-{next(_calls)}-", "number": number, "hash": hash_password(PASSWORD)},
        )
        members = [Member(*found) for found in cur.fetchall()]
        cur.execute(
            "SELECT id, code, name, kind, parent_id, true, 1 FROM unit WHERE id = ANY (%s)",
            ([member.unit_id for member in members],),
        )
        units = cur.fetchall()
    # As their events would have it: to whom nobody has told of a person, that person is refused on each page.
    for service in ("notifications", "stats"):
        with cursor(home, service) as cur:
            execute_values(
                cur, "INSERT INTO unit (id, code, name, kind, parent_id, is_active, version) VALUES %s", units
            )
            execute_values(
                cur,
                "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES %s",
                [(member.person_id, member.unit_id, ["unit_staff"], True, 1) for member in members],
            )
    return members


def dsn(home: Path, service: str) -> str:
    password = json.loads((home / "secrets.json").read_text())["postgres"]
    return f"host={home / 'postgres'} user=postgres password={password} dbname=qingdan_{service}"


def cursor(home: Path, service: str) -> Any:
    connection = psycopg2.connect(dsn(home, service))
    connection.autocommit = True
    return connection.cursor()
