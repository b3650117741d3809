"""Submitting and accepting killed with -9 before each statement: all of it happened or none, and again is once."""

import os
import signal
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg2.extensions
import pytest

from services.stats.figures import store
from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap
from shared.database import Cursor, Database
from shared.migrations import migrate
from tests.support.checklists import fetch
from tests.support.figures import figures
from tests.support.stats import HUICHENG, MIGRATIONS, PEOPLE, SHENDU, TODAY, an_example, take
from tests.support.submissions import a_round, cells, the_form

# More than either command needs: the last child comes to its end.
MOST_STATEMENTS = 80


@pytest.fixture
def stats(postgres_server):
    """The service on a database of its own; each child opens its own connections."""
    dsn = postgres_server.create_database("killed_reporting")
    migrate(dsn, MIGRATIONS)
    database = Database(dsn)
    service = StatsService(database)
    service.today = lambda: TODAY
    take(service, an_example())
    yield service
    database.close()
    postgres_server.drop_database("killed_reporting")


def call_and_die(dsn: str, statement: int, operation: str, call: Call) -> bool:
    """Carry out a call in a child that kills itself before its n-th statement; whether it came to its end."""
    child = os.fork()
    if child == 0:
        _die_before(statement)
        service = StatsService(Database(dsn, size=1))
        service.today = lambda: TODAY
        answer = service.perform(operation, call.as_dict())
        os._exit(0 if "answer" in answer else 7)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def _die_before(number: int) -> None:
    plain = psycopg2.extensions.cursor.execute
    left = number

    def execute(cur: Cursor, statement: Any, values: Any = None) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        plain(cur, statement, values)

    Cursor.execute = execute  # type: ignore[method-assign] - of the child alone


def killed_at_each_step(
    stats: StatsService, operation: str, params: dict[str, Any], who: str, seen: Callable[[], object]
) -> set[object]:
    """What is to be seen after each death, until a child lives; all with one command id, as a person's resend has."""
    call = Call(params, PEOPLE[who][0], uuid4(), "test")
    found = set()
    for statement in range(1, MOST_STATEMENTS):
        is_done = call_and_die(stats.database.dsn, statement, operation, call)
        found.add(seen())
        if is_done:
            return found
    raise AssertionError("no child came to its end")


def test_a_report_is_submitted_and_accepted_whole_or_not_at_all(stats):
    made = a_round(stats.database, HUICHENG, SHENDU)
    form = the_form(stats, made)
    params = {
        "submission_id": form["submission_id"],
        "version": form["version"],
        "definition": form["definition"],
        "cells": cells(form, made, JOBS="12", LOANS="30.50", POSTS="7"),
    }

    def count(table: str) -> int:
        return fetch(stats.database, f"SELECT count(*) FROM {table}")[0][0]

    def submitted() -> tuple[Any, ...]:
        (row,) = fetch(stats.database, f"SELECT state, version FROM submission WHERE id = {form['submission_id']}")
        return row.state, row.version, count("submission_cell"), count("submission_history"), count("outbox")

    begun = submitted()
    after_submitting = killed_at_each_step(stats, "submit_submission", params, "staff", submitted)
    version = submitted()[1]
    assert after_submitting == {begun, ("at_lead", version, 3, begun[3] + 1, begun[4] + 1)}

    def accepted() -> tuple[Any, ...]:
        return count("fact"), count("outbox"), submitted()[0], len(figures(stats.database))

    waiting = accepted()
    wanted = {"submissions": [{"submission_id": form["submission_id"], "version": version}]}
    after_accepting = killed_at_each_step(stats, "accept_submissions", wanted, "lead", accepted)
    done = accepted()
    assert after_accepting == {waiting, done}
    assert (done[0], done[2]) == (3, "accepted")

    kept = figures(stats.database)
    with stats.database.transaction() as cur:
        store.count_anew(cur)
    assert figures(stats.database) == kept
    again = unwrap(stats.perform("accept_submissions", Call(wanted, PEOPLE["lead"][0], uuid4(), "test").as_dict()))
    assert again["results"][0]["outcome"] in ("already", "conflict")
    assert count("fact") == 3
