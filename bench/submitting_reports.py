"""A hundred clerks submit a report of 20 figures over HTTP, in the embedded mode.

Each clerk of a unit of its own is signed in and has its form open before the clock runs. Their requests are sent at
random moments of a stretch of time, as a hundred clerks on the due day would; a request's time runs from the moment it
was due, so a queue shows. The baseline is the same clerks' reading of the form, in the same stretch.
"""

from __future__ import annotations

import http.client
import random
import re
import signal
import sys
import threading
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg2

from bench.support.nodes import line
from bench.support.size import size
from services.tasks.directory.passwords import hash_password
from tests.flow.conftest import start
from tests.support.ports import reserve_port
from tests.support.processes import make_folder, remove_folder

CLERKS = size(100, tiny=3)
FIGURES = 20
# As long as it takes until each of a hundred has pressed once; on one machine the clerks' own work counts too.
STRETCH_SECONDS = size(5, tiny=1)
GOAL_MS = 100
PASSWORD = "bench-bench-bench"
INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE = (re.compile(rf' {name}="([^"]*)"') for name in ("name", "value"))


@dataclass(slots=True)
class Clerk:
    """One connection, signed in, with its form open."""

    connection: http.client.HTTPConnection
    cookie: str
    address: str
    fields: dict[str, str]


def main() -> str:
    home, port = make_folder("bench-submitting"), reserve_port()
    with redirect_stdout(sys.stderr):
        process = start("embedded", home, port)
    try:
        submissions = _prepare(home)
        clerks = [_signed_in(port, number, submission_id) for number, submission_id in enumerate(submissions)]
        reading = _spread(clerks, _read)
        submitting = _spread(clerks, _submit)
        _check(home)
    finally:
        process.terminate(signal.SIGTERM, within=60)
        remove_folder(home)
    value = median(submitting) * 1000
    return line(
        f"milliseconds to submit a report of {FIGURES} figures over HTTP, median of {CLERKS} clerks within"
        f" {STRETCH_SECONDS} s; the baseline is opening the form",
        value,
        "ms",
        baseline=median(reading) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS,
    )


def _prepare(home: Path) -> list[int]:
    """Units with a person each, and a round in which each owes 20 figures; returns the submissions by unit."""
    hashed = hash_password(PASSWORD)
    with _cursor(home, "tasks") as cur:
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
            (CLERKS, hashed),
        )
        people = cur.fetchall()
    with _cursor(home, "stats") as cur:
        for person_id, unit_id in people:
            cur.execute(
                """
                INSERT INTO unit (id, code, name, kind, parent_id, is_active, version)
                VALUES (%(unit)s, 'B' || %(unit)s, '填报单位', 'township', (SELECT id FROM unit WHERE code = '341021'),
                    true, 1);
                INSERT INTO person (id, unit_id, roles, is_active, version)
                VALUES (%(person)s, %(unit)s, '{unit_staff}', true, 1)
                """,
                {"unit": unit_id, "person": person_id},
            )
        cur.execute(
            """
            INSERT INTO report (table_number, name, period_kind, due_rule, due_days, lock_rule, lock_days, first_period)
            VALUES ('BENCH', '负荷月报', 'month', 'workdays', 5, 'workdays', 9, '2026-01') RETURNING id
            """
        )
        report_id = cur.fetchone()[0]
        cur.execute(
            """
            WITH indicator AS (
                INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)
                SELECT 'BENCH' || n, '指标' || n, '口径', '人', 0, 'month', 'flow', '2020-01-01'
                FROM generate_series(1, %s) AS n RETURNING id
            )
            INSERT INTO report_line (report_id, position, indicator_id)
            SELECT %s, row_number() OVER (ORDER BY id), id FROM indicator
            """,
            (FIGURES, report_id),
        )
        cur.execute(
            """
            INSERT INTO round (report_id, period, opens_on, due_on, lock_on)
            VALUES (%s, '2026-01', '2026-02-01', '2026-02-09', now()::date + 30) RETURNING id
            """,
            (report_id,),
        )
        round_id = cur.fetchone()[0]
        cur.execute(
            """
            INSERT INTO round_line (round_id, position, indicator_id)
            SELECT %s, position, indicator_id FROM report_line WHERE report_id = %s
            """,
            (round_id, report_id),
        )
        cur.execute(
            """
            INSERT INTO submission (round_id, report_id, unit_id, period)
            SELECT %s, %s, unit_id, '2026-01' FROM unnest(%s::bigint[]) AS unit_id RETURNING id
            """,
            (round_id, report_id, [unit_id for _, unit_id in people]),
        )
        return [found for (found,) in cur.fetchall()]


def _signed_in(port: int, number: int, submission_id: int) -> Clerk:
    clerk = Clerk(http.client.HTTPConnection("127.0.0.1", port, timeout=60), "", f"/submissions/{submission_id}", {})
    form = _fields(_ask(clerk, "GET", "/sign-in"))
    _ask(clerk, "POST", "/sign-in", {**form, "sign_in_name": f"b{number}", "password": PASSWORD})
    _read(clerk)
    return clerk


def _read(clerk: Clerk) -> None:
    clerk.fields = _fields(_ask(clerk, "GET", clerk.address))


def _submit(clerk: Clerk) -> None:
    typed = {name: "12" if re.fullmatch(r"v\d+", name) else value for name, value in clerk.fields.items()}
    _ask(clerk, "POST", clerk.address, {**typed, "do": "submit"})


def _spread(clerks: list[Clerk], work) -> list[float]:
    """Seconds from the moment that each clerk's request was due to its answer."""
    chance = random.Random(1)
    begun = time.monotonic() + 0.2
    seconds: list[float] = []

    def press(clerk: Clerk, due: float) -> None:
        time.sleep(max(0.0, due - time.monotonic()))
        work(clerk)
        seconds.append(time.monotonic() - due)

    threads = [
        threading.Thread(target=press, args=(clerk, begun + chance.uniform(0, STRETCH_SECONDS))) for clerk in clerks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seconds) == len(clerks), "a request failed"
    return seconds


def _check(home: Path) -> None:
    with _cursor(home, "stats") as cur:
        cur.execute("SELECT count(*) FROM submission WHERE period = '2026-01' AND state = 'at_lead'")
        found = cur.fetchone()[0]
    assert found == CLERKS, f"{found} of {CLERKS} were submitted"


def _ask(clerk: Clerk, method: str, address: str, fields: dict[str, str] | None = None) -> str:
    headers = {"Cookie": clerk.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    clerk.connection.request(method, address, urlencode(fields) if fields else None, headers)
    answer = clerk.connection.getresponse()
    for cookie in answer.headers.get_all("Set-Cookie") or ():
        name, _, value = cookie.partition(";")[0].partition("=")
        kept = dict(part.split("=", 1) for part in clerk.cookie.split("; ") if part)
        clerk.cookie = "; ".join(f"{key}={held}" for key, held in {**kept, name: value}.items())
    body = answer.read().decode()
    assert answer.status < 400, f"{method} {address}: {answer.status} {body[:300]}"
    return body


def _fields(page: str) -> dict[str, str]:
    found = {}
    for tag in INPUT.findall(page):
        if name := NAME.search(tag):
            value = VALUE.search(tag)
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def _cursor(home: Path, service: str):
    connection = psycopg2.connect(host=str(home / "postgres"), user="postgres", dbname=f"qingdan_{service}")
    connection.autocommit = True
    return connection.cursor()


if __name__ == "__main__":
    print(main())
