"""What a round asks is what its report asked when it opened: a past round is not another one because of a change."""

import datetime as dt
import threading

import pytest

from services.stats.submissions import filling
from tests.support.checklists import fetch, run
from tests.support.reports import TOWNSHIPS, a_started_report, again, an_indicator, get
from tests.support.stats import HUICHENG, call

JULY = dt.date(2026, 7, 1)


@pytest.fixture
def jobs(stats, stats_db):
    return an_indicator(stats_db)


@pytest.fixture
def posts(stats, stats_db):
    return an_indicator(stats_db, "posts", name="岗位数", type_="stock")


def asked(stats_db):
    """The indicators that each round asks, by period."""
    rows = fetch(
        stats_db,
        """
        SELECT period, array_agg(indicator_id ORDER BY position) AS ids
        FROM round JOIN round_line ON round_id = round.id GROUP BY period ORDER BY period
        """,
    )
    return {row.period: row.ids for row in rows}


def form_of(stats, stats_db, period, unit_id=HUICHENG):
    (row,) = fetch(stats_db, f"SELECT id FROM submission WHERE period = '{period}' AND unit_id = {unit_id}")
    return call(stats, "get_form", {"submission_id": row.id}, as_="lead")


def type_one(stats, stats_db, period):
    form = form_of(stats, stats_db, period)
    cells = [{"indicator_id": form["lines"][0]["indicator_id"], "typed": "5"}]
    params = {"submission_id": form["submission_id"], "version": form["version"], "cells": cells}
    call(stats, "save_submission", params, as_="staff")


def lines_of(*indicator_ids):
    return [{"section": "二、岗位", "indicator_id": indicator_id} for indicator_id in indicator_ids]


def test_a_report_that_is_changed_asks_otherwise_from_its_next_round_on(stats, stats_db, jobs, posts):
    report = a_started_report(stats, [jobs])
    stats.keep_rounds()
    type_one(stats, stats_db, "2026-05")

    call(stats, "save_report", again(get(stats, report), lines=lines_of(posts, jobs)), as_="lead")
    stats.today = lambda: JULY
    stats.keep_rounds()

    assert asked(stats_db) == {
        "2026-03": [jobs], "2026-04": [jobs], "2026-05": [jobs], "2026-06": [posts, jobs]
    }  # fmt: skip
    now, before = form_of(stats, stats_db, "2026-06"), form_of(stats, stats_db, "2026-05")
    assert [line["section"] for line in now["lines"]] == ["二、岗位", "二、岗位"]
    assert [(line["indicator_id"], line["section"]) for line in before["lines"]] == [(jobs, "一、就业")]


def test_a_round_that_nobody_has_begun_follows_its_report(stats, stats_db, jobs, posts):
    """What was forgotten when the report was started is put right before anybody has filled it in."""
    report = a_started_report(stats, [jobs])

    call(stats, "save_report", again(get(stats, report), lines=lines_of(jobs, posts)), as_="lead")

    assert asked(stats_db) == {"2026-05": [jobs, posts]}


def test_a_round_that_somebody_is_beginning_is_not_changed_under_him(stats, stats_db, jobs, posts, monkeypatch):
    report = a_started_report(stats, [jobs], first_period="2026-05")
    form = form_of(stats, stats_db, "2026-05")
    at, go, outcomes = threading.Event(), threading.Event(), []
    judge = filling.judge

    def slow(*arguments):
        at.set()
        go.wait()
        return judge(*arguments)

    monkeypatch.setattr(filling, "judge", slow)
    params = {
        "submission_id": form["submission_id"],
        "version": form["version"],
        "definition": form["definition"],
        "cells": [{"indicator_id": jobs, "typed": "5"}],
        "explanations": [],
    }
    lines = again(get(stats, report), lines=lines_of(jobs, posts))
    submitting = threading.Thread(
        target=lambda: outcomes.append(call(stats, "submit_submission", params, as_="staff")["outcome"])
    )
    changing = threading.Thread(target=lambda: call(stats, "save_report", lines, as_="lead"))
    submitting.start()
    at.wait()
    changing.start()
    changing.join(0.3)
    is_waiting = changing.is_alive()
    go.set()
    submitting.join()
    changing.join()

    assert (is_waiting, outcomes) == (True, ["submitted"])
    assert asked(stats_db) == {"2026-05": [jobs]}


def test_coverage_of_a_past_round_counts_what_it_asked(stats, stats_db, jobs, posts):
    report = a_started_report(stats, [jobs])
    stats.keep_rounds()
    call(stats, "save_report", again(get(stats, report), lines=lines_of(posts)), as_="lead")

    def missing(indicator_id):
        found = call(stats, "get_figure", {"indicator_id": indicator_id, "period": "2026-03"}, as_="leader")
        return [unit["unit_id"] for unit in found["missing"]]

    assert missing(jobs) == list(TOWNSHIPS)
    assert missing(posts) == []


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "periods"),
    [
        ("2026-04-30", None, ["2026-04", "2026-05"]),
        ("2026-05-01", None, ["2026-05"]),
        ("2020-01-01", "2026-04-30", ["2026-03", "2026-04"]),
        ("2020-01-01", "2026-04-29", ["2026-03"]),
    ],
)
def test_an_indicator_is_asked_for_the_periods_at_whose_end_it_is_valid(
    stats, stats_db, jobs, posts, valid_from, valid_to, periods
):
    run(
        stats_db,
        "UPDATE indicator SET valid_from = %s, valid_to = %s WHERE id = %s",
        (valid_from, valid_to, posts),
    )

    a_started_report(stats, [jobs, posts])
    stats.keep_rounds()

    assert [period for period, ids in asked(stats_db).items() if posts in ids] == periods


def test_a_round_that_asks_nothing_is_owed_by_nobody(stats, stats_db, jobs):
    run(stats_db, "UPDATE indicator SET valid_from = '2026-05-01' WHERE id = %s", (jobs,))

    a_started_report(stats, [jobs])
    stats.keep_rounds()

    owed = fetch(stats_db, "SELECT DISTINCT period FROM submission")
    assert [row.period for row in owed] == ["2026-05"]
    assert [row.rounds for row in fetch(stats_db, "SELECT count(*) AS rounds FROM round")] == [3]
