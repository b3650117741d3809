"""Targets as they are set, changed, split and dropped, and held against the figures now and as of any moment."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.stats.figures import moments
from services.stats.figures.reading import book
from services.stats.figures.recording import record
from services.stats.targets import queries, reading
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.figure_events import PlanStated, StatedTarget
from tests.support.figures import WHO, a_fact, a_round, an_indicator, recorded
from tests.support.stats import HUICHENG, NOON, SHENDU, SHIMEN, TODAY, call, received, take

YEAR = {"first_month": "2026", "last_month": "2026"}


@pytest.fixture
def jobs(stats):
    return an_indicator(stats.database, "XZJY", decimals=0, may_be_negative=False)


def save(stats, indicator_id, *, as_="lead", **more):
    params = {"indicator_id": indicator_id, "comparator": "at_least", "value": "100", **YEAR, **more}
    return call(stats, "save_target", params, as_=as_)


def listed(stats, **more):
    return call(stats, "list_targets", more, as_="leader")["targets"]


def shown(stats, target, **more):
    return call(stats, "get_target", {"target_id": target["target_id"], **more}, as_="auditor")


def refusal(stats, indicator_id, **more):
    with pytest.raises(Invalid) as refused:
        save(stats, indicator_id, **more)
    return {field: text["zh"] for field, text in refused.value.details["fields"].items()}


def test_a_target_is_held_against_the_sum_of_the_county(stats, jobs):
    save(stats, jobs, words="新增就业100人以上")
    recorded(
        stats.database,
        a_fact(jobs, HUICHENG, "2025-12", "90"),
        a_fact(jobs, HUICHENG, "2026-04", "20"),
        a_fact(jobs, SHIMEN, "2026-05", "13"),
    )

    (found,) = listed(stats)

    assert (found["unit"]["name"], found["reached"], found["at"]) == ("歙县", "33", "2026-05")
    assert (found["standing"], found["gap"], found["needed"]) == ("behind", "67", "10")
    assert "到2026年5月共 33 人，是目标 100 人的 33.0%" in found["why"]["zh"]
    assert found["words"] == "新增就业100人以上"


def test_a_month_that_is_not_in_yet_waits_and_is_shown_as_such(stats, jobs):
    target = save(stats, jobs)
    a_round(stats.database, [jobs], "2026-05", [HUICHENG, SHENDU])
    recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "20"), a_fact(jobs, HUICHENG, "2026-05", "3"))

    found = shown(stats, target)

    assert (found["reached"], found["at"]) == ("20", "2026-04")
    may = next(row for row in found["rows"] if row["period"] == "2026-05")
    assert (may["value"], may["reached"], may["missing"], may["is_counted"]) == ("3", None, 1, False)
    assert found["rows"][-1]["expected"] == "100"


def test_a_changed_target_is_a_further_version_and_the_one_before_stays_known(stats, jobs):
    target = save(stats, jobs)
    since = recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "20")).isoformat()
    after = save(stats, jobs, value="200", reason="上级调高", **target)

    assert after == {"target_id": target["target_id"], "version": 2}
    assert save(stats, jobs, value="200", **after) == after
    assert [one["value"] for one in listed(stats)] == ["200"]
    assert [one["value"] for one in listed(stats, as_of=since)] == ["100"]
    versions = shown(stats, target)["versions"]
    assert [(one["version"], one["value"], one["reason"]) for one in versions] == [
        (2, "200", "上级调高"),
        (1, "100", ""),
    ]
    assert versions[0]["by_unit"] == "县人社局"
    with pytest.raises(Conflict):
        save(stats, jobs, value="300", **target)


def test_a_dropped_target_is_listed_no_more_but_known_as_of_before(stats, jobs):
    target = save(stats, jobs)
    part = save(stats, an_indicator(stats.database, "GJN", decimals=0), value="10", whole_id=target["target_id"])
    since = recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "20")).isoformat()

    with pytest.raises(Invalid, match="parts"):
        call(stats, "drop_target", {**target, "reason": "不考核了"}, as_="lead")
    call(stats, "drop_target", {**part, "reason": "不考核了"}, as_="lead")
    call(stats, "drop_target", {**target, "reason": "不考核了"}, as_="lead")

    assert listed(stats) == []
    assert [one["whole_id"] for one in listed(stats, as_of=since)] == [None, target["target_id"]]
    with pytest.raises(NotFound):
        shown(stats, target)
    acts = call(stats, "list_reporting_audit", {"kind": "targets"}, as_="auditor")["entries"]
    assert [one["action"] for one in acts] == ["target.dropped", "target.dropped", "target.saved", "target.saved"]


def test_a_split_goes_by_year_and_by_unit_in_the_order_of_the_directory(stats, jobs):
    target = save(stats, jobs, first_month="2025", value="300")
    lines = "2025 100\n2026 200\n石门乡 120\n341021100 200\n2026 徽城镇 90"
    recorded(
        stats.database,
        a_fact(jobs, HUICHENG, "2025-04", "60"),
        a_fact(jobs, HUICHENG, "2026-04", "45"),
        a_fact(jobs, SHIMEN, "2026-05", "30"),
    )

    target = call(stats, "split_target", {**target, "split": lines}, as_="lead")
    found = shown(stats, target)

    assert [(one["year"], one["reached"], one["share"]) for one in found["years"]] == [
        (2025, "60", "0.6000"),
        (2026, "75", "0.3750"),
    ]
    assert [(one["year"], one["unit"], one["reached"]) for one in found["units"]] == [
        (None, "徽城镇", "105"),
        (None, "石门乡", "30"),
        (2026, "徽城镇", "45"),
    ]
    assert [one["zh"] for one in found["differences"]] == [
        "按年分解合计 300 人，与目标一致。",
        "按单位分解合计 320 人，比目标多 20 人。",
        "2026年按单位分解合计 90 人，比目标少 110 人。",
    ]
    assert next(row["expected"] for row in found["rows"] if row["period"] == "2025-12") == "100"
    again = call(stats, "split_target", {**target, "split": found["split"]}, as_="lead")
    assert again == target
    shorter = save(stats, jobs, value="300", **target)
    assert [one["year"] for one in shown(stats, shorter)["years"]] == [2026]


def test_nobody_is_given_less_than_nothing_of_a_target(stats):
    net = an_indicator(stats.database, "JZ", decimals=0, may_be_negative=True)
    target = save(stats, net)

    with pytest.raises(Invalid) as refused:
        call(stats, "split_target", {**target, "split": "石门乡 -5"}, as_="lead")

    assert "不能是负数" in refused.value.details["fields"]["split"]["zh"]


def test_a_split_over_strangers_is_refused_and_nothing_is_written(stats, jobs):
    target = save(stats, jobs, unit="徽城镇")

    with pytest.raises(Invalid) as refused:
        call(stats, "split_target", {**target, "split": "石门乡 5\n北京市 6\n古关村 7"}, as_="lead")

    said = refused.value.details["fields"]["split"]["zh"]
    assert "“石门乡”不在这个目标的单位之下" in said
    assert "没有单位叫“北京市”" in said
    assert "古关村" not in said
    assert shown(stats, target)["version"] == 1


def test_what_is_wrong_is_said_at_its_field(stats, jobs):
    rate = an_indicator(stats.database, "SYL", type="ceiling", decimals=1, unit_of_measure="%")

    assert "可以用：不高于、左右" in refusal(stats, rate, value="5.5")["comparator"]
    assert "整数" in refusal(stats, jobs, value="1.5")["value"]
    assert "没有单位叫" in refusal(stats, jobs, unit="某某镇")["unit"]
    assert "没有找到这项指标" in refusal(stats, 999_999)["indicator_id"]
    assert "期的写法不对" in refusal(stats, jobs, last_month="年底")["last_month"]
    assert listed(stats) == []


def test_a_level_that_one_unit_reports_is_held_against_its_own_figure(stats):
    pay = an_indicator(stats.database, "JS", type="trend", decimals=0, unit_of_measure="元")
    save(stats, pay, comparator="rising", value=None, baseline="5000", unit="县人社局")
    recorded(stats.database, a_fact(pay, 2, "2026-04", "5100"))

    (found,) = listed(stats)

    assert (found["unit"]["name"], found["reached"], found["standing"]) == ("县人社局", "5100", "on_time")
    assert "高 100 元" in found["why"]["zh"]


def test_a_share_of_flows_is_that_of_the_sums_of_the_year_and_of_all_units(stats, jobs):
    seekers = an_indicator(stats.database, "QZ", decimals=0)
    share = an_indicator(stats.database, "JYL", decimals=1, unit_of_measure="%", formula="XZJY / QZ * 100")
    target = save(stats, share, value="60")
    call(stats, "split_target", {**target, "split": "徽城镇 70\n石门乡 50"}, as_="lead")
    recorded(
        stats.database,
        a_fact(jobs, HUICHENG, "2025-12", "999"),
        a_fact(seekers, HUICHENG, "2025-12", "999"),
        *(
            fact
            for month, found, sought in (("2026-01", "10", "100"), ("2026-02", "90", "100"), ("2026-03", "0", "0"))
            for fact in (a_fact(jobs, HUICHENG, month, found), a_fact(seekers, HUICHENG, month, sought))
        ),
        *(a_fact(jobs, SHIMEN, month, "10") for month in ("2026-01", "2026-02")),
        *(a_fact(seekers, SHIMEN, month, "50") for month in ("2026-01", "2026-02")),
        *(a_fact(one, SHIMEN, "2026-03", "0") for one in (jobs, seekers)),
    )

    found = shown(stats, target)

    # 120 of 300: neither the mean of 10 %, 55 % and nothing, nor their sum.
    assert (found["is_of_year"], found["reached"], found["at"], found["gap"]) == (True, "40.0", "2026-03", "20.0")
    assert (found["standing"], found["needed"], found["share"], found["likelihood"]) == ("behind", None, None, None)
    assert [row["reached"] for row in found["rows"][:4]] == ["13.3", "40.0", "40.0", None]
    assert [(one["unit"], one["reached"]) for one in found["units"]] == [("徽城镇", "50.0"), ("石门乡", "20.0")]
    assert [note["zh"][:9] for note in found["notes"]] == ["这项指标由当年年初", "各期都和目标值比，"]
    assert "不推算可能性" in found["why_not_likely"]["zh"]


def test_a_formula_that_adds_up_is_a_target_as_any_flow(stats, jobs):
    others = an_indicator(stats.database, "ZJY", decimals=0)
    both = an_indicator(stats.database, "HJ", decimals=0, formula="XZJY + ZJY")
    target = save(stats, both, first_month="2025", value="400")
    recorded(
        stats.database,
        *(a_fact(one, HUICHENG, month, "50") for one in (jobs, others) for month in ("2025-12", "2026-01")),
    )

    found = shown(stats, target)

    assert (found["is_of_year"], found["reached"], found["gap"], found["needed"]) == (False, "200", "200", "19")


def test_units_and_administrators_see_no_targets_and_leaders_set_none(stats, jobs):
    for person in ("staff", "head", "admin"):
        with pytest.raises(Forbidden):
            call(stats, "list_targets", {}, as_=person)
    for person in ("leader", "auditor", "staff"):
        with pytest.raises(Forbidden):
            save(stats, jobs, as_=person)


values = st.none() | st.integers(0, 500).map(str)
facts = st.tuples(
    st.sampled_from([HUICHENG, SHENDU, SHIMEN]),
    st.sampled_from(["2025-12", "2026-01", "2026-02", "2026-04", "2026-05"]),
    values,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(facts, min_size=1, max_size=12), place=st.integers(0, 11))
def test_what_is_reached_is_what_a_recount_of_the_facts_gives_now_and_as_of_any_moment(stats, steps, place):
    with stats.database.transaction() as cur:
        cur.execute("SELECT count(*) FROM indicator")
        number = cur.fetchone()[0]
    jobs = an_indicator(stats.database, f"XZJY{number}", decimals=0)
    target_id = save(stats, jobs)["target_id"]
    known = []
    for step in steps:
        with stats.database.transaction() as cur:
            since = record(cur, [a_fact(jobs, *step)], who=WHO, correlation_id="")
        known.append((since, step))
    then = known[place % len(known)][0]

    for as_of in (None, then):
        with stats.database.transaction() as cur:
            if as_of:
                moments.settle(cur, as_of)
            (target,) = [one for one in queries.targets(cur, as_of=as_of) if one.target_id == target_id]
            (found,) = reading.held(cur, book(cur), [target], as_of=as_of, day=TODAY)
        assert found.position.value == recount(known, as_of)


def recount(known, as_of):
    """The plainest way: the last word of each cell up to then, added up over the months of the target."""
    cells = {(unit, period): value for since, (unit, period, value) in known if as_of is None or since <= as_of}
    by_month = defaultdict(list)
    for (_, period), value in cells.items():
        if period.startswith("2026") and value is not None:
            by_month[period].append(Decimal(value))
    return sum((sum(month) for month in by_month.values()), Decimal(0)) if by_month else None


def stated(*targets, at=NOON):
    return received(PlanStated(7, "促进就业三年行动方案", 2025, 1, list(targets)), at=at)


def a_statement(statement_id, name="城镇新增就业", comparator=">=", value="8000", **more):
    figure = None if value is None else Decimal(value)
    return StatedTarget(statement_id, name, f"{name}{value}", comparator, figure, "人", 2027, is_part=False, **more)


def waiting(stats):
    return call(stats, "list_targets", {}, as_="lead")["statements"]


def test_a_target_of_a_notice_waits_until_its_indicator_is_chosen(stats, jobs):
    event = stated(a_statement(51, "指标XZJY"), a_statement(52, "零就业家庭", "=", "0"))
    take(stats, [event])

    first, second = waiting(stats)
    assert (first["indicator_id"], first["comparator"], first["value"]) == (jobs, "at_least", "8000")
    assert (first["first_month"], first["last_month"]) == ("2025-01", "2027-12")
    assert (second["indicator_id"], second["comparator"], second["value"]) == (None, "zero", None)
    made = save(stats, jobs, statement_id=51, value="8000", first_month="2025", last_month="2027")

    assert [one["statement_id"] for one in waiting(stats)] == [52]
    call(stats, "put_statement_aside", {"statement_id": 52}, as_="lead")
    take(stats, [stated(a_statement(51, "指标XZJY"), a_statement(52), at=NOON + dt.timedelta(days=300))])
    assert waiting(stats) == []
    assert [one["target_id"] for one in listed(stats)] == [made["target_id"]]


def test_a_statement_is_dealt_with_once_and_nothing_is_saved_by_whoever_comes_late(stats, jobs):
    take(stats, [stated(a_statement(51))])
    call(stats, "put_statement_aside", {"statement_id": 51}, as_="lead")

    for late in (
        lambda: save(stats, jobs, statement_id=51),
        lambda: call(stats, "put_statement_aside", {"statement_id": 51}, as_="lead"),
    ):
        with pytest.raises(NotFound, match="has been dealt with"):
            late()

    assert listed(stats) == []


def test_what_was_told_later_holds_whichever_comes_first(stats):
    take(stats, [stated(a_statement(51, value="9000"), at=NOON + dt.timedelta(hours=1))])
    take(stats, [stated(a_statement(51, value="8000"))])

    assert [one["value"] for one in waiting(stats)] == ["9000"]


@pytest.mark.parametrize(
    ("sign", "value", "found"),
    [
        (">=", "5", ("at_least", "5")),
        ("<=", "5.5", ("at_most", "5.5")),
        ("~", "5.5", ("around", "5.5")),
        ("=", "100", ("at_least", "100")),
        ("=", "0", ("zero", None)),
        ("rising", None, ("rising", None)),
    ],
)
def test_a_sign_of_a_notice_is_a_comparator(stats, sign, value, found):
    take(stats, [stated(a_statement(51, comparator=sign, value=value))])

    (one,) = waiting(stats)
    assert (one["comparator"], one["value"]) == found
