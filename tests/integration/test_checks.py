"""Checks on the real database: made, tried, switched on, failed, explained, and not asked again for a while."""

from decimal import Decimal

import pytest

from services.stats.checks import explaining
from services.stats.checks.running import failures
from shared.actor import Actor, Role
from shared.calling.calls import Context
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch
from tests.support.figures import a_fact, a_round, an_indicator, recorded
from tests.support.stats import HUICHENG, SHIMEN, call

MAY = "2026-05"
AS_STAFF = Context(Actor(5, HUICHENG, frozenset({Role.UNIT_STAFF}), post="填报员", unit="徽城镇"), "test")


@pytest.fixture
def report(stats, stats_db):
    """A report with two figures and a round of May; ids by code."""
    ids = {code: an_indicator(stats_db, code, decimals=0, may_be_negative=False) for code in ("JY01", "JY02")}
    ids["report"] = a_round(stats_db, [ids["JY01"], ids["JY02"]], MAY, [HUICHENG, SHIMEN])
    return ids


def content(report, **changes):
    return {
        "report_id": report["report"],
        "name": "部分不超过整体",
        "kind": "formula",
        "condition": "JY02 ≤ JY01",
        "strictness": "hard",
        "sentence_zh": "其中 {JY02} 不能多于 {JY01}，多了 {JY02 − JY01}。",
    } | changes


def a_check(stats, report, *, state="on", **changes):
    made = call(stats, "save_check", content(report, **changes), as_="lead")
    if state != "draft":
        key = {"check_id": made["check_id"], "version": made["version"], "state": state}
        made = call(stats, "switch_check", key, as_="lead")
    return made


def failed(stats, report, *, unit_id=HUICHENG, period=MAY, **values):
    by_id = {report[code]: None if value is None else Decimal(value) for code, value in values.items()}
    with stats.database.transaction() as cur:
        return failures(cur, report_id=report["report"], unit_id=unit_id, period=period, values=by_id)


def explain(cur, submission_id, check, text):
    more = {"submission_id": submission_id, "unit_id": HUICHENG, "period": MAY}
    explaining.explain(cur, AS_STAFF, check_id=check["check_id"], text=text, **more)


def submission_of(stats_db, unit_id=HUICHENG):
    return fetch(stats_db, "SELECT id FROM submission WHERE unit_id = %s", (unit_id,))[0][0]


def test_a_failed_check_says_its_numbers(stats, report):
    a_check(stats, report)

    (failure,) = failed(stats, report, JY01=30, JY02=42)

    assert failure.is_hard
    assert failure.sentence.zh == "其中 42 人 不能多于 30 人，多了 12。"
    assert "JY01 = 30" in failure.sentence.en
    assert failure.indicator_ids == (report["JY01"], report["JY02"])


@pytest.mark.parametrize("values", [{"JY01": 30, "JY02": 30}, {"JY01": 30}, {"JY01": None, "JY02": 42}, {}])
def test_what_holds_or_lacks_a_value_is_passed(stats, report, values):
    a_check(stats, report)

    assert failed(stats, report, **values) == []


@pytest.mark.parametrize("state", ["draft", "off"])
def test_only_a_check_that_is_on_is_asked(stats, report, state):
    a_check(stats, report, state=state)

    assert failed(stats, report, JY01=30, JY02=42) == []


def test_values_of_other_periods_are_those_that_are_known(stats, stats_db, report):
    """上期, 累计 and 上年同期 come from the unit's own facts, the rest of the year's sum from the form."""
    a_check(
        stats,
        report,
        condition="累计(JY01) ≤ 100 且 JY01 ≥ 上期(JY01) 且 JY01 ≠ 上年同期(JY01)",
        sentence_zh="{累计(JY01)}",
    )
    months = {"2026-01": "20", "2026-02": "20", "2026-03": "20", "2026-04": "30", "2025-05": "8"}
    recorded(stats_db, *(a_fact(report["JY01"], HUICHENG, period, value) for period, value in months.items()))
    recorded(stats_db, a_fact(report["JY01"], SHIMEN, "2026-04", "1"))

    assert failed(stats, report, JY01=10)[0].sentence.zh == "100 人"
    assert failed(stats, report, JY01=31)[0].sentence.zh == "121 人"
    assert failed(stats, report, JY01=10, unit_id=SHIMEN) == []


def test_a_year_that_lacks_a_month_has_no_sum(stats, stats_db, report):
    a_check(stats, report, condition="累计(JY01) ≤ 10")
    recorded(stats_db, a_fact(report["JY01"], HUICHENG, "2026-04", "30"))

    assert failed(stats, report, JY01=50) == []


def test_a_figure_unlike_the_units_own_past_asks_for_an_explanation(stats, stats_db, report):
    a_check(stats, report, kind="outlier", indicator_id=report["JY01"], strictness="soft", condition="", sentence_zh="")
    months = [f"2025-{month:02}" for month in range(6, 13)] + ["2026-01", "2026-02", "2026-03", "2026-04"]
    recorded(stats_db, *(a_fact(report["JY01"], HUICHENG, period, "30") for period in months))

    (failure,) = failed(stats, report, JY01=300)

    assert not failure.is_hard
    assert "300 人" in failure.sentence.zh
    assert failed(stats, report, JY01=33) == []
    assert failed(stats, report, JY01=300, unit_id=SHIMEN) == []


def test_an_explanation_that_was_accepted_is_not_asked_for_again_until_its_end(stats, stats_db, report):
    check = a_check(stats, report, strictness="soft")
    submission_id = submission_of(stats_db)
    with stats.database.transaction() as cur:
        explain(cur, submission_id, check, "企业集中招工")
    (given,) = failed(stats, report, JY01=30, JY02=42)
    assert (given.explanation, given.explanation_state) == ("企业集中招工", "given")

    with stats.database.transaction() as cur:
        explaining.judge(cur, submission_id=submission_id, period=MAY, until={check["check_id"]: "2026-07"})

    assert [bool(failed(stats, report, period=period, JY01=30, JY02=42)) for period in (MAY, "2026-07", "2026-08")] == [
        False,
        False,
        True,
    ]
    assert len(failed(stats, report, unit_id=SHIMEN, JY01=30, JY02=42)) == 1


@pytest.mark.parametrize("end", ["2026-04", "2027-06", "2026-Q3", "", "x"])
def test_an_explanation_ends_within_a_year(stats, stats_db, report, end):
    check = a_check(stats, report, strictness="soft")
    submission_id = submission_of(stats_db)

    with stats.database.transaction() as cur:
        explain(cur, submission_id, check, "属实")
        with pytest.raises(Invalid):
            explaining.judge(cur, submission_id=submission_id, period=MAY, until={check["check_id"]: end})


def test_an_explanation_that_was_refused_is_asked_for_again(stats, stats_db, report):
    check = a_check(stats, report, strictness="soft")
    submission_id = submission_of(stats_db)
    with stats.database.transaction() as cur:
        explain(cur, submission_id, check, "属实")
        explaining.refuse(cur, submission_id=submission_id, reason="请写具体")

    (failure,) = failed(stats, report, JY01=30, JY02=42)

    assert (failure.explanation, failure.explanation_state) == ("属实", "refused")


def test_trying_lists_whom_a_check_would_have_stopped_and_stores_nothing(stats, stats_db, report):
    recorded(
        stats_db,
        *(
            a_fact(report[code], unit_id, "2026-04", value)
            for unit_id, numbers in ((HUICHENG, ("30", "42")), (SHIMEN, ("9", "3")))
            for code, value in zip(("JY01", "JY02"), numbers, strict=True)
        ),
    )

    trial = call(stats, "try_check", content(report), as_="lead")

    assert (trial["period"], trial["units"]) == ("2026-04", 2)
    assert [one["unit"] for one in trial["stopped"]] == ["徽城镇"]
    assert fetch(stats_db, "SELECT count(*) FROM check_rule")[0][0] == 0


def test_trying_without_figures_says_so(stats, report):
    assert call(stats, "try_check", content(report), as_="lead") == {"period": None, "units": 0, "stopped": []}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("condition", {"condition": ""}),
        ("condition", {"condition": "JY02 + JY01"}),
        ("condition", {"condition": "JY02 ≤ JY99"}),
        ("condition", {"condition": "__import__('os').system('x')"}),
        ("sentence_zh", {"sentence_zh": ""}),
        ("sentence_zh", {"sentence_zh": "{JY99}"}),
        ("sentence_en", {"sentence_en": "{JY99}"}),
        ("indicator_id", {"kind": "outlier", "strictness": "soft"}),
        ("name", {"name": ""}),
        ("strictness", {"strictness": "maybe"}),
    ],
)
def test_a_check_that_cannot_be_asked_is_refused_by_its_field(stats, report, field, changes):
    with pytest.raises(Invalid) as refused:
        call(stats, "save_check", content(report, **changes), as_="lead")

    assert field in refused.value.details["fields"]


def test_a_comparison_with_the_past_cannot_stop_anybody(stats, report):
    with pytest.raises(Invalid) as refused:
        call(stats, "save_check", content(report, kind="outlier", indicator_id=report["JY01"]), as_="lead")

    assert "strictness" in refused.value.details["fields"]


def test_units_of_measure_must_fit(stats, stats_db, report):
    an_indicator(stats_db, "BS01", unit_of_measure="笔")

    with pytest.raises(Invalid) as refused:
        call(stats, "save_check", content(report, condition="JY01 ≥ BS01"), as_="lead")

    assert "笔" in refused.value.details["fields"]["condition"]["zh"]


def test_a_stale_change_shows_the_check_as_it_is(stats, report):
    made = a_check(stats, report)

    with pytest.raises(Conflict) as refused:
        call(stats, "save_check", content(report, check_id=made["check_id"], version=1), as_="lead")

    assert refused.value.details["current"]["state"] == "on"


def test_what_is_not_there_is_not_found(stats, report):
    for params in ({"check_id": 99, "version": 1}, {"report_id": 99}):
        with pytest.raises(NotFound):
            call(stats, "save_check", content(report, **params), as_="lead")


@pytest.mark.parametrize("who", ["staff", "head", "leader", "auditor", "admin"])
def test_only_the_lead_bureau_writes_checks(stats, report, who):
    made = a_check(stats, report)
    key = {"check_id": made["check_id"], "version": made["version"], "state": "off"}

    for operation, params in (("save_check", content(report)), ("switch_check", key), ("try_check", content(report))):
        with pytest.raises(Forbidden):
            call(stats, operation, params, as_=who)


def test_the_workbook_gets_the_hard_checks_that_it_can_ask(stats, report):
    a_check(stats, report)
    a_check(stats, report, name="软", strictness="soft")
    a_check(stats, report, name="累计", condition="累计(JY01) ≤ 100")
    a_check(stats, report, name="未启用", state="draft")

    (check,) = call(stats, "sheet_checks", {"report_id": report["report"]}, as_="staff")["checks"]

    assert (check["expression"], check["codes"]) == ("({JY02}<={JY01})", ["JY01", "JY02"])
    assert check["text"]["zh"] == "部分不超过整体：应满足 “指标JY02” ≤ “指标JY01”"


def test_accepting_leaves_a_refused_explanation_refused_and_the_same_words_again_are_read_again(
    stats, stats_db, report
):
    check = a_check(stats, report, strictness="soft")
    submission_id = submission_of(stats_db)
    with stats.database.transaction() as cur:
        explain(cur, submission_id, check, "属实")
        explaining.refuse(cur, submission_id=submission_id, reason="请写具体")
        explaining.judge(cur, submission_id=submission_id, period=MAY, until={})
        (refused,) = explaining.of_submissions(cur, [submission_id])[submission_id]
        explain(cur, submission_id, check, "属实")
        (again,) = explaining.of_submissions(cur, [submission_id])[submission_id]

    assert (refused.state, refused.answer) == ("refused", "请写具体")
    assert (again.state, again.answer) == ("given", "")
