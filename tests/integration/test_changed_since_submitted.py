"""Accepting records what the unit said: what means something else by now is told to the reviewer first."""

import datetime as dt
import threading

import pytest

from services.stats.figures import recording
from shared.actor import Signature
from shared.errors import Invalid
from tests.support.checklists import fetch, run
from tests.support.figures import a_fact
from tests.support.stats import HUICHENG, call
from tests.support.submissions import (
    a_round,
    accept,
    act,
    counted_statements,
    facts,
    known_before,
    line,
    open_round,
    save,
    submit,
    the_form,
)

MONTHS = {f"2026-0{month}": {"JOBS": "10", "LOANS": "1.5", "POSTS": "1"} for month in range(1, 5)}


@pytest.fixture
def made(stats, stats_db):
    made = a_round(stats_db)
    known_before(stats_db, made, HUICHENG, MONTHS)
    return made


def defined_as(stats, made, code, **fields):
    """Save the definition of an indicator of the round with these fields, and keep the version."""
    return call(stats, "save_indicator", wanted(stats, made, code) | fields, as_="lead")


def wanted(stats, made, code):
    """The parameters that save the indicator as it is."""
    found = call(stats, "get_indicator", {"indicator_id": made.indicators[code]}, as_="lead")
    left_out = {"is_asked", "rules", "parts", "users", "reports", "versions"}
    return {name: value for name, value in found.items() if name not in left_out}


def accept_knowing(stats, made, definition):
    """Accept as the page of one submission does, with the definition that it showed."""
    (row,) = fetch(stats.database, f"SELECT id, version FROM submission WHERE id = {made.submissions[HUICHENG]}")
    wanted = [{"submission_id": row.id, "version": row.version, "definition": definition}]
    (result,) = call(stats, "accept_submissions", {"submissions": wanted}, as_="lead")["results"]
    return result


def test_figures_that_are_defined_anew_are_not_accepted_unread(stats, stats_db, made):
    defined_as(stats, made, "JOBS", definition="全部")
    submit(stats, made)
    defined_as(stats, made, "JOBS", definition="只算城镇户籍")

    (result,) = accept(stats, made, HUICHENG)

    assert result["outcome"] == "conflict"
    name = line(the_form(stats, made), made, "JOBS")["name"]
    assert f"“{name}”的口径在提交之后改过" in result["text"]["zh"]
    assert facts(stats_db) == []


def test_whoever_has_read_the_new_definition_may_accept_the_figures(stats, stats_db, made):
    defined_as(stats, made, "JOBS", definition="全部")
    submit(stats, made)
    before = the_form(stats, made, as_="lead")
    assert before["changed_since"] == []
    defined_as(stats, made, "JOBS", definition="只算城镇户籍")
    assert accept_knowing(stats, made, before["definition"])["outcome"] == "conflict"

    shown = the_form(stats, made, as_="lead")

    assert "口径在提交之后改过" in shown["changed_since"][0]["zh"]
    assert accept_knowing(stats, made, shown["definition"])["outcome"] == "accepted"


def test_another_owner_of_an_indicator_makes_no_other_figure_of_it(stats, stats_db, made):
    defined_as(stats, made, "JOBS", definition="全部")
    submit(stats, made)
    defined_as(stats, made, "JOBS", owner="就业股")

    (result,) = accept(stats, made, HUICHENG)

    assert result["outcome"] == "accepted"


def test_submitting_again_is_by_the_definition_of_then(stats, stats_db, made):
    defined_as(stats, made, "JOBS", definition="全部")
    submit(stats, made)
    defined_as(stats, made, "JOBS", definition="只算城镇户籍")
    act(stats, "return_submission", made, as_="lead", reason="口径改了")

    submit(stats, made)

    assert the_form(stats, made, as_="lead")["changed_since"] == []
    assert [result["outcome"] for result in accept(stats, made, HUICHENG)] == ["accepted"]


@pytest.mark.parametrize(("field", "to"), [("unit_of_measure", "万人"), ("type", "stock"), ("period_kind", "quarter")])
def test_what_units_are_typing_stands_as_its_figures_do(stats, stats_db, field, to):
    made = a_round(stats_db)
    save(stats, the_form(stats, made), made, JOBS="12")
    run(stats_db, "DELETE FROM report_line")

    with pytest.raises(Invalid) as caught:
        defined_as(stats, made, "JOBS", **{field: to})

    assert "已有单位在填" in caught.value.details["fields"][field]["zh"]


def test_what_nobody_has_typed_yet_may_still_become_another_indicator(stats, stats_db):
    made = a_round(stats_db)
    save(stats, the_form(stats, made), made, JOBS="12")
    save(stats, the_form(stats, made), made, JOBS="")

    assert defined_as(stats, made, "JOBS", unit_of_measure="户")["unit_of_measure"] == "户"


def test_a_cumulative_that_means_another_value_by_now_is_not_accepted(stats, stats_db, made):
    submit(stats, made, JOBS={"typed_total": "52"}, LOANS="30.50", POSTS="7")
    known_before(stats_db, made, HUICHENG, {"2026-01": {"JOBS": "15"}})

    shown = the_form(stats, made, as_="lead")
    results = [*accept(stats, made, HUICHENG), accept_knowing(stats, made, shown["definition"])]

    assert "按累计填的" in shown["changed_since"][0]["zh"]
    assert [result["outcome"] for result in results] == ["conflict", "conflict"]
    assert f"“{line(shown, made, 'JOBS')['name']}”是按累计填的" in results[0]["text"]["zh"]
    assert facts(stats_db) == []


def test_value_and_cumulative_that_contradict_each_other_by_now_are_not_accepted(stats, stats_db, made):
    submit(stats, made, JOBS={"typed": "12", "typed_total": "52"}, LOANS="30.50", POSTS="7")
    known_before(stats_db, made, HUICHENG, {"2026-01": {"JOBS": "15"}})

    assert [result["outcome"] for result in accept(stats, made, HUICHENG)] == ["conflict"]


def test_a_value_that_was_typed_as_such_is_accepted_whatever_came_before(stats, stats_db, made):
    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="7")
    known_before(stats_db, made, HUICHENG, {"2026-01": {"JOBS": "15"}})

    assert [result["outcome"] for result in accept(stats, made, HUICHENG)] == ["accepted"]


def test_of_two_months_that_are_accepted_at_once_the_later_goes_by_the_earlier(stats, stats_db, made):
    """The correction of May makes another figure of June's cumulative, though both are ticked on one page."""
    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="7")
    accept(stats, made, HUICHENG)
    june = open_round(
        stats_db, made, [HUICHENG], period="2026-06", days=(dt.date(2026, 6, 1), *[dt.date(2026, 7, 9)] * 2)
    )
    submit(stats, june, JOBS={"typed_total": "60"}, LOANS="1", POSTS="7")
    act(stats, "correct_submission", made, as_="staff", reason="少算一人")
    submit(stats, made, JOBS="13", LOANS="30.50", POSTS="7")
    rows = fetch(
        stats_db, "SELECT id AS submission_id, version FROM submission WHERE state = 'at_lead' ORDER BY id DESC"
    )

    found = call(stats, "accept_submissions", {"submissions": [row._asdict() for row in rows]}, as_="lead")["results"]

    assert [(one["submission_id"], one["outcome"]) for one in found] == [
        (june.submissions[HUICHENG], "conflict"), (made.submissions[HUICHENG], "accepted")
    ]  # fmt: skip


def june_beside_a_correction_of_may(stats, stats_db, made, *, june_total):
    """June is submitted as a cumulative; May, accepted with 12, is corrected to 13 and its definition changed then."""
    defined_as(stats, made, "POSTS", definition="全部")
    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="7")
    accept(stats, made, HUICHENG)
    june = open_round(
        stats_db, made, [HUICHENG], period="2026-06", days=(dt.date(2026, 6, 1), *[dt.date(2026, 7, 9)] * 2)
    )
    submit(stats, june, JOBS={"typed_total": june_total}, LOANS="1", POSTS="7")
    act(stats, "correct_submission", made, as_="staff", reason="少算一人")
    submit(stats, made, JOBS="13", LOANS="30.50", POSTS="7")
    defined_as(stats, made, "POSTS", definition="只算城镇户籍")
    return june


@pytest.mark.parametrize(
    ("reads_may", "outcomes"), [(False, ["conflict", "accepted"]), (True, ["accepted", "conflict"])]
)
def test_what_is_held_up_itself_changes_nothing_for_the_months_after_it(stats, stats_db, made, reads_may, outcomes):
    """June's cumulative was typed beside May's 12; as long as May stays 12, it is what the unit said."""
    june = june_beside_a_correction_of_may(stats, stats_db, made, june_total="60")
    shown = {one.period: the_form(stats, one, as_="lead")["definition"] for one in (made, june)}
    rows = fetch(stats_db, "SELECT id AS submission_id, version, period FROM submission ORDER BY period")
    knowing = {june.period, made.period} if reads_may else {june.period}
    wanted = [
        {"submission_id": row.submission_id, "version": row.version}
        | ({"definition": shown[row.period]} if row.period in knowing else {})
        for row in rows
        if row.submission_id in (made.submissions[HUICHENG], june.submissions[HUICHENG])
    ]

    found = call(stats, "accept_submissions", {"submissions": wanted}, as_="lead")["results"]

    assert [one["outcome"] for one in found] == outcomes


def test_what_was_not_asked_when_it_was_submitted_is_not_accepted_as_complete(stats, stats_db, made):
    """A process of before let a round change beside a first submission that had not committed."""
    submit(stats, made)
    run(
        stats_db,
        "UPDATE submission SET definition = %s WHERE id = %s",
        (f"{made.indicators['JOBS']}:1", made.submissions[HUICHENG]),
    )
    shown = the_form(stats, made, as_="lead")

    assert "是提交之后才要求填报的" in shown["changed_since"][0]["zh"]
    assert accept_knowing(stats, made, shown["definition"])["outcome"] == "conflict"
    assert facts(stats_db) == []


def test_a_correction_that_commits_meanwhile_is_waited_for(stats, stats_db, made):
    """Whoever accepts goes by what is known then, not by what was when he began to look."""
    submit(stats, made, JOBS={"typed_total": "52"}, LOANS="30.50", POSTS="7")
    results = []
    with stats_db.transaction() as cur:
        recording.record(
            cur,
            [a_fact(made.indicators["JOBS"], HUICHENG, "2026-01", "15", origin=recording.Origin.CORRECTION)],
            who=Signature(None),
            correlation_id="test",
        )
        accepting = threading.Thread(target=lambda: results.extend(accept(stats, made, HUICHENG)))
        accepting.start()
        accepting.join(0.3)
        assert results == []
    accepting.join()

    assert [one["outcome"] for one in results] == ["conflict"]


def test_many_forms_are_read_with_as_many_statements_as_one(stats, stats_db, made):
    def statements():
        with counted_statements() as found:
            forms = call(stats, "untyped_forms", {"round_id": made.round_id}, as_="lead")["forms"]
        return len(forms), len(found)

    (few, with_few), run_more = statements(), range(100, 140)
    for unit_id in run_more:
        run(
            stats_db,
            "INSERT INTO submission (round_id, report_id, unit_id, period) VALUES (%s, %s, %s, %s)",
            (made.round_id, made.report_id, unit_id, made.period),
        )

    assert (few, statements()) == (2, (42, with_few))
