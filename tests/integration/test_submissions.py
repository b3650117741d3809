"""A unit's report from the first figure typed to the fact, on the real database."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from services.stats.submissions import queries
from shared.actor import Role
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch, run
from tests.support.stats import COUNTY, HUICHENG, LEAD, PEOPLE, SHENDU, VILLAGE, call
from tests.support.submissions import (
    LINES,
    LOCK,
    PERIOD,
    a_check,
    a_round,
    accept,
    act,
    by_code,
    counted_statements,
    facts,
    known_before,
    line,
    open_round,
    save,
    state,
    submit,
    the_form,
    unlock,
    want_head,
)

NONE = {"no_figure": "没有统计"}
EARLIER = {f"2026-0{month}": {"JOBS": "10", "LOANS": "1.5", "POSTS": str(month)} for month in range(1, 5)}


def person(database, person_id, unit_id, *roles):
    """Somebody who is in no table of the small county."""
    run(
        database,
        "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES (%s, %s, %s, true, 1)",
        (person_id, unit_id, [role.value for role in roles]),
    )
    return person_id


@pytest.fixture
def made(stats, stats_db):
    made = a_round(stats_db)
    known_before(stats_db, made, HUICHENG, EARLIER)
    return made


def test_a_form_shows_the_past_beside_each_field(stats, stats_db, made):
    known_before(stats_db, made, HUICHENG, {"2025-05": {"JOBS": "8"}, "2026-04": {"POSTS": None}})

    form = the_form(stats, made)

    jobs, posts = line(form, made, "JOBS"), line(form, made, "POSTS")
    assert [one["name"] for one in form["lines"]] == [f"指标{one['code']}" for one in form["lines"]]
    assert jobs["last"] == {"period": "2026-04", "value": "10", "no_figure": ""}
    assert [one["period"] for one in jobs["past"]] == ["2025-05", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert jobs["year_ago"]["value"] == "8"
    assert (jobs["has_total"], posts["has_total"]) == (True, False)
    assert posts["last"] == {"period": "2026-04", "value": None, "no_figure": "本期没有发生"}
    assert form["actions"] == ["save_submission", "submit_submission"]


def test_what_is_typed_is_kept_raw_even_when_it_is_wrong(stats, made):
    saved = save(
        stats, the_form(stats, made), made, JOBS="3.2万", LOANS="１，２３４．５", POSTS={"no_figure": "没有统计"}
    )

    form = the_form(stats, made)
    assert (saved["state"], saved["version"], form["version"]) == ("draft", 2, 2)
    assert [one["indicator_id"] for one in saved["problems"]] == [made.indicators["JOBS"]]
    assert line(form, made, "JOBS")["typed"] == "3.2万"
    assert "32000" in line(form, made, "JOBS")["problem"]["zh"]
    assert line(form, made, "LOANS")["value"] == "1234.50"
    assert line(form, made, "POSTS")["no_figure"] == "没有统计"


def test_saving_the_same_again_is_no_change(stats, stats_db, made):
    save(stats, the_form(stats, made), made, JOBS="12")

    saved = save(stats, the_form(stats, made), made, JOBS="12")

    assert saved["version"] == 2
    assert len(fetch(stats_db, "SELECT id FROM submission_history")) == 1


def test_the_cumulative_and_the_periods_value_are_computed_from_each_other(stats, made):
    save(stats, the_form(stats, made), made, JOBS={"typed_total": "52"}, LOANS="2.25")

    form = the_form(stats, made)
    assert (line(form, made, "JOBS")["value"], line(form, made, "JOBS")["total"]) == ("12", "52")
    assert (line(form, made, "LOANS")["value"], line(form, made, "LOANS")["total"]) == ("2.25", "8.25")


def test_a_cumulative_that_contradicts_is_a_sentence_at_the_cell(stats, made):
    saved = save(
        stats, the_form(stats, made), made, JOBS={"typed": "12", "typed_total": "53"}, LOANS={"typed_total": "1"}
    )

    sentences = {one["indicator_id"]: one["text"]["zh"] for one in saved["problems"]}
    assert "应为 52" in sentences[made.indicators["JOBS"]]
    assert "6.00" in sentences[made.indicators["LOANS"]]


def test_without_the_periods_before_a_cumulative_alone_is_not_enough(stats, made):
    person(stats.database, 90, SHENDU, Role.UNIT_STAFF)
    form = the_form(stats, made, SHENDU, as_=90)

    saved = save(stats, form, made, as_=90, JOBS={"typed_total": "52"})

    assert "2026-01" in saved["problems"][0]["text"]["zh"]


def test_submitting_hands_it_to_the_lead_bureau_and_accepting_makes_facts(stats, stats_db, made):
    outcome = submit(stats, made)
    assert (outcome["outcome"], outcome["state"]) == ("submitted", "at_lead")
    assert facts(stats_db) == []

    (result,) = accept(stats, made, HUICHENG)

    assert result["outcome"] == "accepted"
    assert facts(stats_db) == [
        (HUICHENG, PERIOD, Decimal(12), "", "report", ""),
        (HUICHENG, PERIOD, Decimal("30.50"), "", "report", ""),
        (HUICHENG, PERIOD, Decimal(7), "", "report", ""),
    ]
    told = fetch(stats_db, "SELECT payload FROM outbox WHERE type = 'submission.changed.v1' ORDER BY seq")
    assert [row.payload["state"] for row in told] == ["at_lead", "accepted"]
    assert [row.payload["version"] for row in told] == [2, 3]


def test_what_is_empty_is_not_submitted_and_not_lost(stats, stats_db, made):
    outcome = submit(stats, made, JOBS="12")

    assert outcome["outcome"] == "incomplete"
    assert [one["indicator_id"] for one in outcome["problems"]] == [made.indicators["LOANS"], made.indicators["POSTS"]]
    assert (state(stats_db, made), line(the_form(stats, made), made, "JOBS")["typed"]) == ("draft", "12")


def test_a_hard_check_stops_it_whatever_is_explained(stats, stats_db, made):
    check_id = a_check(stats_db, made, "POSTS <= JOBS", strictness="hard", sentence="岗位多于就业人数")

    outcome = submit(stats, made, explanations={check_id: "确实如此"}, JOBS="5", LOANS="1", POSTS="7")

    assert outcome["outcome"] == "incomplete"
    assert [(one["is_hard"], one["text"]["zh"]) for one in outcome["failures"]] == [(True, "岗位多于就业人数")]
    assert state(stats_db, made) == "draft"


def test_a_soft_check_wants_an_explanation_which_is_judged_with_the_figures(stats, stats_db, made):
    check_id = a_check(stats_db, made, "POSTS <= JOBS")
    figures = {"JOBS": "5", "LOANS": "1", "POSTS": "7"}
    assert submit(stats, made, **figures)["outcome"] == "incomplete"

    assert submit(stats, made, explanations={check_id: "新设两个园区"}, **figures)["outcome"] == "submitted"

    (said,) = the_form(stats, made, as_="lead")["explanations"]
    assert (said["text"], said["state"]) == ("新设两个园区", "given")
    accept(stats, made, HUICHENG)
    assert the_form(stats, made, as_="lead")["explanations"][0]["state"] == "accepted"


def test_two_people_fill_in_one_form_and_both_are_kept(stats, made):
    opened = the_form(stats, made)
    save(stats, opened, made, as_="head", LOANS="2")

    saved = save(stats, opened, made, JOBS="12")

    form = the_form(stats, made)
    assert [line(form, made, code)["typed"] for code in ("JOBS", "LOANS")] == ["12", "2"]
    assert saved["version"] == form["version"] == 3


def test_a_cell_that_both_changed_is_shown_with_both_and_nothing_is_saved(stats, made):
    opened = the_form(stats, made)
    save(stats, opened, made, as_="head", JOBS="11")

    with pytest.raises(Conflict) as caught:
        save(stats, opened, made, JOBS="12", POSTS="3")

    (clash,) = caught.value.details["cells"]
    assert (clash["mine"]["typed"], clash["theirs"]["typed"]) == ("12", "11")
    assert line(the_form(stats, made), made, "POSTS")["typed"] == ""


def test_a_form_without_its_past_is_merged_by_its_version(stats, made):
    """A workbook knows the version that it was made from, and not what every cell said."""
    opened = the_form(stats, made)
    save(stats, opened, made, as_="head", JOBS="11")
    cell = {"indicator_id": made.indicators["JOBS"], "typed": "12"}
    params = {"submission_id": opened["submission_id"], "version": 1, "cells": [cell]}

    with pytest.raises(Conflict):
        call(stats, "save_submission", params, as_="staff")

    assert call(stats, "save_submission", params | {"version": 2}, as_="staff")["version"] == 3


def test_a_definition_that_changed_is_told_and_what_was_typed_is_kept(stats, stats_db, made):
    opened = the_form(stats, made)
    run(
        stats_db,
        "UPDATE indicator SET version = 2, definition = '只算城镇户籍' WHERE id = %s",
        (made.indicators["JOBS"],),
    )
    run(stats_db, "DELETE FROM round_line WHERE indicator_id = %s", (made.indicators["POSTS"],))

    outcome = submit(stats, made, form=opened)

    assert outcome["outcome"] == "changed"
    assert any("只算城镇户籍" in text["zh"] for text in outcome["changes"])
    assert any("1 项指标不再填报" in text["zh"] for text in outcome["changes"])
    assert line(the_form(stats, made), made, "JOBS")["typed"] == "12"
    assert submit(stats, made, JOBS="12", LOANS="1")["outcome"] == "submitted"


def test_a_cell_of_another_report_is_refused(stats, stats_db, made):
    other = a_round(stats_db, HUICHENG)
    cell = {"indicator_id": other.indicators["JOBS"], "typed": "5"}
    params = {"submission_id": made.submissions[HUICHENG], "version": 1, "cells": [cell]}

    with pytest.raises(Invalid):
        call(stats, "save_submission", params, as_="staff")


@pytest.mark.parametrize("operation", ["save_submission", "submit_submission"])
@pytest.mark.parametrize("who", ["shimen", "lead"])
def test_another_units_form_is_refused(stats, stats_db, made, operation, who):
    run(stats_db, "UPDATE person SET roles = roles || '{unit_staff}' WHERE id = %s", (PEOPLE["lead"][0],))

    with pytest.raises(Forbidden):
        act(stats, operation, made, as_=who)


def test_a_unit_below_is_looked_at_and_not_written(stats, stats_db, made):
    below = open_round(stats_db, made, [VILLAGE], period="2026-06")

    assert the_form(stats, below, VILLAGE)["actions"] == []
    with pytest.raises(Forbidden):
        act(stats, "save_submission", below, VILLAGE, as_="staff")
    with pytest.raises(Forbidden):
        the_form(stats, made, HUICHENG, as_="shimen")
    with pytest.raises(NotFound):
        call(stats, "get_form", {"submission_id": 999}, as_="lead")


def test_a_period_that_is_not_over_and_one_that_is_locked_are_sentences(stats, stats_db, made):
    future = open_round(
        stats_db, made, [HUICHENG], period="2026-06", days=(dt.date(2026, 7, 1), dt.date(2026, 7, 10), LOCK)
    )
    with pytest.raises(Invalid, match="not over yet"):
        act(stats, "save_submission", future, as_="staff")
    stats.today = lambda: LOCK + dt.timedelta(days=1)
    with pytest.raises(Invalid, match="locked"):
        submit(stats, made)

    unlock(stats_db, made, HUICHENG, LOCK + dt.timedelta(days=1))

    assert submit(stats, made)["outcome"] == "submitted"


def test_one_that_is_not_expected_any_more_is_not_filled_in(stats, stats_db, made):
    run(stats_db, "UPDATE submission SET is_expected = false")

    assert the_form(stats, made)["actions"] == []
    with pytest.raises(Invalid, match="not asked"):
        act(stats, "save_submission", made, as_="staff")


def test_the_head_agrees_first_where_the_unit_wants_it(stats, stats_db, made):
    want_head(stats_db, HUICHENG)
    assert submit(stats, made)["state"] == "at_head"
    assert accept(stats, made, HUICHENG)[0]["outcome"] == "conflict"
    with pytest.raises(Forbidden):
        act(stats, "confirm_submission", made, as_="staff")

    assert act(stats, "confirm_submission", made, as_="head")["state"] == "at_lead"

    assert accept(stats, made, HUICHENG)[0]["outcome"] == "accepted"


def test_a_head_does_not_agree_to_what_he_submitted_himself(stats, stats_db, made):
    want_head(stats_db, HUICHENG)
    person(stats_db, 91, HUICHENG, Role.UNIT_HEAD)
    submit(stats, made, as_="head")

    with pytest.raises(Forbidden, match="yourself"):
        act(stats, "confirm_submission", made, as_="head")

    assert act(stats, "confirm_submission", made, as_=91)["state"] == "at_lead"


def test_a_head_who_stands_in_for_a_clerk_does_not_agree_to_what_he_submitted_there(stats, stats_db, made):
    """The account of the post is another one, the human being is the same: he is no second head either."""
    want_head(stats_db, HUICHENG)
    person(stats_db, 91, HUICHENG, Role.UNIT_STAFF)
    run(stats_db, "UPDATE person SET same_as = %s WHERE id = 91", (PEOPLE["head"][0],))

    assert submit(stats, made, as_=91)["state"] == "at_lead"
    person(stats_db, 92, LEAD, Role.LEAD_BUREAU)
    run(stats_db, "UPDATE person SET same_as = 92 WHERE id = 91")
    assert accept(stats, made, HUICHENG, as_=92)[0]["outcome"] == "conflict"
    assert accept(stats, made, HUICHENG)[0]["outcome"] == "accepted"


def test_without_another_head_it_goes_on_and_the_history_says_so(stats, stats_db, made):
    want_head(stats_db, HUICHENG)

    assert submit(stats, made, as_="head")["state"] == "at_lead"

    history = call(stats, "submission_history", {"submission_id": made.submissions[HUICHENG]}, as_="lead")["history"]
    assert history[-1]["has_skipped_head"]


def test_units_above_that_are_asked_themselves_look_at_it_nearest_first(stats, stats_db):
    made = a_round(stats_db, VILLAGE, HUICHENG, COUNTY)
    clerk = person(stats_db, 92, VILLAGE, Role.UNIT_STAFF)
    county = person(stats_db, 93, COUNTY, Role.UNIT_STAFF)
    submit(stats, made, VILLAGE, as_=clerk)
    assert the_form(stats, made, VILLAGE, as_="staff")["waits_for"] == "徽城镇"
    with pytest.raises(Forbidden):
        act(stats, "pass_submission", made, VILLAGE, as_=county)

    act(stats, "pass_submission", made, VILLAGE, as_="staff")
    with pytest.raises(Conflict, match="looked at"):
        act(stats, "take_back_submission", made, VILLAGE, as_=clerk)
    act(stats, "pass_submission", made, VILLAGE, as_=county)

    assert state(stats_db, made, VILLAGE) == "at_lead"


def test_nobody_accepts_what_he_submitted_whichever_roles_he_holds(stats, stats_db):
    made = a_round(stats_db, LEAD)
    both = person(stats_db, 94, LEAD, Role.UNIT_STAFF, Role.LEAD_BUREAU)
    submit(stats, made, LEAD, as_=both)

    (refused,) = accept(stats, made, LEAD, as_=both)
    assert refused["outcome"] == "conflict"
    assert "另一位同事" in refused["text"]["zh"]
    assert facts(stats_db) == []

    assert accept(stats, made, LEAD)[0]["outcome"] == "accepted"


def test_a_return_names_cells_and_the_unit_mends_them(stats, stats_db, made):
    submit(stats, made)
    returned = [{"indicator_id": made.indicators["LOANS"], "reason": "单位是万元"}]

    act(stats, "return_submission", made, as_="lead", reason="请核对", cells=returned)

    form = the_form(stats, made)
    assert (form["state"], form["returned_reason"]) == ("returned", "请核对")
    assert [one["returned_reason"] for one in form["lines"]] == ["", "单位是万元", ""]
    save(stats, form, made, LOANS="0.3")
    assert line(the_form(stats, made), made, "LOANS")["returned_reason"] == ""
    assert state(stats_db, made) == "returned"
    assert submit(stats, made, JOBS="12")["state"] == "at_lead"


def test_the_head_returns_too(stats, stats_db, made):
    want_head(stats_db, HUICHENG)
    submit(stats, made)

    act(stats, "return_submission", made, as_="head", reason="请再核对")

    assert state(stats_db, made) == "returned"
    with pytest.raises(Conflict):
        act(stats, "return_submission", made, as_="head", reason="再来")


def test_taking_back_is_for_the_unit_while_nobody_has_looked(stats, stats_db, made):
    submit(stats, made)
    with pytest.raises(Forbidden):
        act(stats, "take_back_submission", made, as_="shimen")

    act(stats, "take_back_submission", made, as_="head")

    (row,) = fetch(stats_db, "SELECT state, first_submitted_at FROM submission WHERE unit_id = 3")
    assert (row.state, row.first_submitted_at) == ("draft", None)


def test_a_correction_adds_facts_with_its_reason_and_changes_none(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)
    with pytest.raises(Invalid):
        act(stats, "correct_submission", made, as_="staff", reason=" ")

    act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")
    assert submit(stats, made, JOBS="15")["outcome"] == "submitted"
    assert len(facts(stats_db)) == 3
    accept(stats, made, HUICHENG)

    assert facts(stats_db)[3:] == [(HUICHENG, PERIOD, Decimal(15), "", "correction", "漏了一家企业")]


def test_a_correction_that_corrects_nothing_is_kept_and_not_submitted(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)
    act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")

    outcome = submit(stats, made, LOANS="30.50")

    assert (outcome["outcome"], outcome["state"]) == ("incomplete", "draft")
    assert "放弃更正" in outcome["refusal"]["zh"]
    assert "give the correction up" in outcome["refusal"]["en"]
    assert submit(stats, made, POSTS={"typed": "", **NONE})["outcome"] == "submitted"


def test_whoever_reviews_a_correction_sees_what_was_accepted_beside_it(stats, stats_db, made):
    submit(stats, made)
    assert line(the_form(stats, made, as_="lead"), made, "JOBS")["recorded"] is None
    accept(stats, made, HUICHENG)
    act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")
    submit(stats, made, JOBS="15")

    form = the_form(stats, made, as_="lead")

    seen = {code: (line(form, made, code)["recorded"]["value"], line(form, made, code)["value"]) for code in LINES}
    assert seen == {"JOBS": ("12", "15"), "LOANS": ("30.50", "30.50"), "POSTS": ("7", "7")}


def test_after_the_lock_day_a_correction_needs_the_exception(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)
    stats.today = lambda: LOCK + dt.timedelta(days=2)
    with pytest.raises(Invalid, match="locked"):
        act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")

    unlock(stats_db, made, HUICHENG, LOCK + dt.timedelta(days=5))

    assert act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")["state"] == "draft"


def test_the_lead_bureau_asks_for_a_correction_of_what_it_accepted(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)

    act(stats, "return_submission", made, as_="lead", reason="与社保数据不符")

    assert len(facts(stats_db)) == 3
    submit(stats, made, JOBS="9")
    accept(stats, made, HUICHENG)
    assert facts(stats_db)[3:] == [(HUICHENG, PERIOD, Decimal(9), "", "correction", "与社保数据不符")]


WHOLE = {
    "submission": """SELECT state, is_correction, reason, returned_reason, first_submitted_at, submitted_at,
        submitted_by, accepted_at, definition FROM submission WHERE unit_id = 3""",
    "cells": "SELECT * FROM submission_cell ORDER BY indicator_id",
    "explanations": "SELECT * FROM explanation ORDER BY id",
    "facts": "SELECT * FROM fact ORDER BY id",
}


def whole(stats_db):
    """All that a submission is made of."""
    return {name: [tuple(row) for row in fetch(stats_db, rows)] for name, rows in WHOLE.items()}


def test_a_correction_that_is_given_up_leaves_what_was_accepted(stats, stats_db, made):
    check_id = a_check(stats_db, made, "POSTS ≤ 5")
    submit(stats, made, JOBS={"typed_total": "52"}, LOANS="30.50", POSTS="7", explanations={check_id: "新设园区"})
    accept(stats, made, HUICHENG)
    before = whole(stats_db)
    act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")
    typed = {"JOBS": {"typed": "15", "typed_total": ""}, "LOANS": {"typed": "", "no_figure": "没有统计"}, "POSTS": "9"}
    assert submit(stats, made, explanations={check_id: "又设一个"}, **typed)["outcome"] == "submitted"
    act(stats, "return_submission", made, as_="lead", reason="不像", cells=[{"indicator_id": made.indicators["JOBS"]}])
    assert "give_up_correction" in the_form(stats, made)["actions"]

    act(stats, "give_up_correction", made, as_="head")

    assert whole(stats_db) == before
    history = call(stats, "submission_history", {"submission_id": made.submissions[HUICHENG]}, as_="staff")["history"]
    assert [(step["action"], step["state"]) for step in history[-4:]] == [
        ("corrected", "draft"), ("submitted", "at_lead"), ("returned", "returned"), ("given_up", "accepted")
    ]  # fmt: skip
    told = fetch(stats_db, "SELECT payload FROM outbox WHERE type = 'submission.changed.v1' ORDER BY seq DESC LIMIT 1")
    assert (told[0].payload["state"], told[0].payload["is_correction"]) == ("accepted", False)


def test_a_second_correction_that_is_given_up_leaves_the_first(stats, stats_db, made):
    for reason, jobs in ((None, "12"), ("漏了一家企业", "13")):
        if reason:
            act(stats, "correct_submission", made, as_="staff", reason=reason)
        submit(stats, made, JOBS=jobs, LOANS="30.50", POSTS="7")
        accept(stats, made, HUICHENG)
    before = whole(stats_db)

    act(stats, "correct_submission", made, as_="staff", reason="又漏了一家")
    save(stats, the_form(stats, made), made, JOBS="14")
    act(stats, "give_up_correction", made, as_="staff")

    assert whole(stats_db) == before
    assert the_form(stats, made)["correction_reason"] == "漏了一家企业"


def test_giving_up_changes_no_figure_and_so_goes_on_after_the_lock(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)
    act(stats, "correct_submission", made, as_="staff", reason="漏了一家企业")
    stats.today = lambda: LOCK + dt.timedelta(days=2)

    assert the_form(stats, made)["actions"] == ["give_up_correction"]
    assert act(stats, "give_up_correction", made, as_="staff")["state"] == "accepted"


def test_what_the_lead_bureau_gave_back_is_answered_and_not_given_up(stats, stats_db, made):
    submit(stats, made)
    accept(stats, made, HUICHENG)
    act(stats, "return_submission", made, as_="lead", reason="与社保数据不符")

    with pytest.raises(Conflict, match="asked for this correction"):
        act(stats, "give_up_correction", made, as_="staff")
    assert "give_up_correction" not in the_form(stats, made)["actions"]


def test_a_draft_that_corrects_nothing_is_not_given_up(stats, stats_db, made):
    save(stats, the_form(stats, made), made, JOBS="14")

    with pytest.raises(Conflict):
        act(stats, "give_up_correction", made, as_="staff")
    with pytest.raises(Forbidden):
        act(stats, "give_up_correction", made, as_="shimen")


def by_proxy(stats, made, *, as_="lead", **more):
    form = the_form(stats, made, as_="lead")
    typed = {"JOBS": "4", "LOANS": "1", "POSTS": "2"}
    sent = [{"indicator_id": made.indicators[code], "typed": value} for code, value in typed.items()]
    params = {"submission_id": form["submission_id"], "version": form["version"], "cells": sent}
    paper = {"reason": "停电，送来纸质表", "paper_on": "2026-06-08"}
    return call(stats, "enter_by_proxy", params | paper | more, as_=as_)


def test_a_proxy_entry_is_named_for_ever_and_accepted_by_somebody_else(stats, stats_db, made):
    person(stats_db, 95, LEAD, Role.LEAD_BUREAU)

    assert by_proxy(stats, made)["state"] == "at_lead"

    assert accept(stats, made, HUICHENG)[0]["outcome"] == "conflict"
    assert accept(stats, made, HUICHENG, as_=95)[0]["outcome"] == "accepted"
    assert {fact[4:] for fact in facts(stats_db)} == {("proxy", "停电，送来纸质表")}
    form = the_form(stats, made)
    assert "县人社局" in form["proxy_by"]
    assert form["proxy_paper_on"] == "2026-06-08"


def test_a_proxy_entry_is_refused_once_the_unit_typed_anything(stats, made):
    save(stats, the_form(stats, made), made, JOBS="1")

    with pytest.raises(Conflict, match="filled in something itself"):
        by_proxy(stats, made)


def test_a_proxy_entry_that_is_incomplete_leaves_nothing_behind(stats, stats_db, made):
    outcome = by_proxy(stats, made, cells=[])

    assert outcome["outcome"] == "incomplete"
    assert fetch(stats_db, "SELECT 1 AS x FROM submission_cell") == []
    with pytest.raises(Invalid, match="after today"):
        by_proxy(stats, made, paper_on="2026-06-11")


def test_what_was_entered_for_a_unit_and_returned_is_its_own_from_then_on(stats, stats_db, made):
    by_proxy(stats, made)
    with pytest.raises(Conflict, match="entered for the unit"):
        act(stats, "take_back_submission", made, as_="staff")
    act(stats, "return_submission", made, as_="lead", reason="请自己填")

    submit(stats, made)
    accept(stats, made, HUICHENG)

    assert {fact[4] for fact in facts(stats_db)} == {"report"}


def test_many_are_accepted_at_once_each_for_itself(stats, stats_db, made):
    person(stats_db, 90, SHENDU, Role.UNIT_STAFF)
    submit(stats, made)
    submit(stats, made, SHENDU, as_=90)
    rows = fetch(stats_db, "SELECT id, version FROM submission ORDER BY id")
    wanted = [
        {"submission_id": row.id, "version": row.version - stale} for row, stale in zip(rows, (0, 1), strict=True)
    ]

    results = call(stats, "accept_submissions", {"submissions": wanted}, as_="lead")["results"]

    assert [one["outcome"] for one in results] == ["accepted", "conflict"]
    assert {fact[0] for fact in facts(stats_db)} == {HUICHENG}
    assert [one["outcome"] for one in accept(stats, made, HUICHENG, SHENDU)] == ["already", "accepted"]


def test_the_unit_sees_what_it_owes_and_then_what_was_accepted(stats, stats_db, made):
    april = open_round(
        stats_db,
        made,
        [HUICHENG],
        period="2026-04",
        days=(dt.date(2026, 5, 1), dt.date(2026, 5, 13), dt.date(2026, 6, 30)),
    )

    owed = call(stats, "owed_submissions", as_="staff")

    assert [(one["period"], one["light"]) for one in owed["owed"]] == [("2026-04", "overdue"), (PERIOD, "due_soon")]
    submit(stats, april)
    accept(stats, april, HUICHENG)
    owed = call(stats, "owed_submissions", as_="head")
    assert [one["period"] for one in owed["owed"]] == [PERIOD]
    assert [(one["period"], one["light"]) for one in owed["accepted"]] == [("2026-04", "done_late")]
    with pytest.raises(Forbidden):
        call(stats, "owed_submissions", {"unit_id": HUICHENG}, as_="shimen")


def test_each_sees_what_waits_for_them(stats, stats_db, made):
    want_head(stats_db, HUICHENG)
    submit(stats, made)
    assert call(stats, "count_waiting_submissions", as_="head") == {"at_head": 1, "at_upper": 0, "at_lead": 0}
    assert call(stats, "waiting_submissions", as_="staff")["total"] == 0
    assert call(stats, "waiting_submissions", as_="lead")["submissions"] == []

    act(stats, "confirm_submission", made, as_="head")

    assert call(stats, "count_waiting_submissions", as_="lead")["at_lead"] == 1
    assert call(stats, "waiting_submissions", {"text": "徽城"}, as_="lead")["total"] == 1
    assert call(stats, "waiting_submissions", {"text": "石门"}, as_="lead")["total"] == 0


@pytest.mark.parametrize("waits_at", ["head", "upper"])
def test_what_waits_at_a_unit_that_was_closed_is_the_lead_bureaus(stats, stats_db, waits_at):
    """As a difficulty with which a closed unit was asked to help: nobody else is there any more."""
    made = a_round(stats_db, VILLAGE, HUICHENG)
    clerk = person(stats_db, 92, VILLAGE, Role.UNIT_STAFF)
    if waits_at == "head":
        person(stats_db, 95, VILLAGE, Role.UNIT_HEAD)
        want_head(stats_db, VILLAGE)
    assert submit(stats, made, VILLAGE, as_=clerk)["state"] == f"at_{waits_at}"
    assert call(stats, "waiting_submissions", as_="lead")["total"] == 0

    run(stats_db, "UPDATE unit SET is_active = false WHERE id = %s", (VILLAGE if waits_at == "head" else HUICHENG,))

    (waiting,) = call(stats, "waiting_submissions", as_="lead")["submissions"]
    assert (waiting["unit"]["name"], waiting["state"], waiting["waits_for"]) == ("古关村", "at_lead", "")
    assert call(stats, "count_waiting_submissions", as_="lead")["at_lead"] == 1
    assert accept(stats, made, VILLAGE)[0]["outcome"] == "accepted"


def test_a_unit_above_that_is_closed_is_passed_over(stats, stats_db):
    made = a_round(stats_db, VILLAGE, HUICHENG)
    run(stats_db, "UPDATE unit SET is_active = false WHERE id = %s", (HUICHENG,))

    assert submit(stats, made, VILLAGE, as_=person(stats_db, 92, VILLAGE, Role.UNIT_STAFF))["state"] == "at_lead"


def test_what_nobody_has_begun_has_no_history(stats, made):
    params = {"submission_id": made.submissions[HUICHENG]}

    assert call(stats, "submission_history", params, as_="staff")["history"] == []


def test_savings_in_a_row_are_one_line_of_the_history(stats, made):
    for figure in ("1", "2", "3"):
        save(stats, the_form(stats, made), made, JOBS=figure)
    submit(stats, made)

    history = call(stats, "submission_history", {"submission_id": made.submissions[HUICHENG]}, as_="staff")["history"]

    assert [step["action"] for step in history] == ["saved", "submitted"]
    assert {step["unit"] for step in history} == {"徽城镇"}


def test_the_history_comes_in_pages_and_the_last_one_is_the_first_to_be_read(stats, stats_db, made, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(2):
        for figure in ("1", "2"):
            save(stats, the_form(stats, made), made, JOBS=figure)
        submit(stats, made)
        act(stats, "return_submission", made, as_="lead", reason=f"第{number}次", cells=[])
    params = {"submission_id": made.submissions[HUICHENG]}

    pages = [call(stats, "submission_history", params | {"page": page}, as_="staff") for page in (1, 2, 3, 9)]

    assert [[step["action"] for step in one["history"]] for one in pages] == [
        ["saved", "submitted"], ["returned", "saved"], ["submitted", "returned"], ["submitted", "returned"]
    ]  # fmt: skip
    assert call(stats, "submission_history", params, as_="staff") == pages[2]
    assert [(one["page"], one["pages"]) for one in pages] == [(1, 3), (2, 3), (3, 3), (3, 3)]


def test_what_lacks_an_indicator_that_was_added_after_submitting_is_not_accepted_as_whole(stats, stats_db, made):
    save(stats, the_form(stats, made), made, POSTS="7")
    save(stats, the_form(stats, made), made, POSTS="")
    run(stats_db, "DELETE FROM round_line WHERE indicator_id = %s", (made.indicators["POSTS"],))
    assert submit(stats, made, JOBS="12", LOANS="1")["outcome"] == "submitted"
    run(
        stats_db,
        "INSERT INTO round_line (round_id, position, indicator_id) VALUES (%s, 9, %s)",
        (made.round_id, made.indicators["POSTS"]),
    )

    (result,) = accept(stats, made, HUICHENG)

    assert (result["outcome"], facts(stats_db)) == ("conflict", [])


def test_many_at_once_at_one_form_wait_for_each_other_and_every_cell_is_kept(stats, stats_db):
    lines = {f"LINE{number:02}N": dict(LINES["JOBS"]) for number in range(12)}
    made = a_round(stats_db, lines=lines)
    opened = the_form(stats, made)

    with ThreadPoolExecutor(6) as pool:
        saved = list(pool.map(lambda code: save(stats, opened, made, **{code: "5"}), lines))

    assert sorted(one["version"] for one in saved) == list(range(2, 14))
    assert set(by_code(stats_db, made, HUICHENG).values()) == {"5"}


def test_of_two_who_submit_at_once_one_does_and_the_other_is_told(stats, stats_db, made):
    opened = the_form(stats, made)

    def attempt(who):
        try:
            return submit(stats, made, as_=who, form=opened)["outcome"]
        except Conflict as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, ("staff", "head")), key=len)

    assert outcomes[0] == "submitted"
    assert "waiting for the lead bureau" in outcomes[1]
    assert len(fetch(stats_db, "SELECT id FROM submission_history WHERE action = 'submitted'")) == 1


# One of each transaction asks which calendar of working days, and which rule of lights, it counts by.
FEW = {"submit_submission": 19, "save_submission": 16, "accept_submissions": 24, "get_form": 8}


@pytest.mark.parametrize("operation", FEW)
def test_a_call_takes_few_statements_however_long_the_form(stats, stats_db, operation):
    many = {f"LINE{number:02}N": dict(LINES["JOBS"]) for number in range(30)}
    made = a_round(stats_db, lines=many)
    figures = dict.fromkeys(many, "5")
    form = the_form(stats, made)
    if operation == "accept_submissions":
        submit(stats, made, **figures)

    with counted_statements() as statements:
        {
            "submit_submission": lambda: submit(stats, made, form=form, **figures),
            "save_submission": lambda: save(stats, form, made, **figures),
            "accept_submissions": lambda: accept(stats, made, HUICHENG),
            "get_form": lambda: the_form(stats, made),
        }[operation]()

    assert len(statements) <= FEW[operation], statements


def test_what_was_said_of_a_figure_that_is_another_one_now_does_not_reach_the_reviewer(stats, stats_db, made):
    """The clerk explained 800, took it back, and submits the usual 8: there is nothing to judge any more."""
    check_id = a_check(stats_db, made, "POSTS ≤ 10")
    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="800", explanations={check_id: "集中培训一次"})
    act(stats, "take_back_submission", made, as_="staff")

    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="8")

    form = the_form(stats, made)
    assert (form["state"], form["explanations"], form["is_explained"]) == ("at_lead", [], False)


def test_what_is_said_of_a_figure_that_is_still_doubted_stays_for_the_reviewer(stats, stats_db, made):
    check_id = a_check(stats_db, made, "POSTS ≤ 10")
    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="800", explanations={check_id: "集中培训一次"})
    act(stats, "take_back_submission", made, as_="staff")

    submit(stats, made, JOBS="12", LOANS="30.50", POSTS="801")

    form = the_form(stats, made)
    assert [one["text"] for one in form["explanations"]] == ["集中培训一次"]
    assert form["is_explained"]


def test_the_reviewer_sees_the_figure_that_the_unit_submitted(stats, stats_db, made):
    """Only the cumulative was typed; a month before it is corrected while the form waits for the lead bureau."""
    months = {f"2026-0{month}": {"JOBS": "10"} for month in range(1, 5)}
    known_before(stats_db, made, HUICHENG, months)
    submit(stats, made, JOBS={"typed": "", "typed_total": "60"}, LOANS="30.50", POSTS="7")
    known_before(stats_db, made, HUICHENG, {"2026-01": {"JOBS": "15"}})

    shown = line(the_form(stats, made, as_="lead"), made, "JOBS")

    assert (shown["value"], shown["total"], shown["problem"]) == ("20", "65", None)
