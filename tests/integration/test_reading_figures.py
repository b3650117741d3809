"""Figures as they are read: rolled up by their rules, with who is in and who is missing, now and as of any moment."""

import datetime as dt
import threading

import pytest

from services.stats.figures import single, tables
from services.stats.figures.records import Origin
from services.stats.indicators.queries import in_use
from shared.errors import Forbidden, Invalid, NotFound
from shared.events import UnitChanged
from tests.support.figures import a_fact, a_round, an_indicator, recorded
from tests.support.stats import COUNTY, HUICHENG, LEAD, SHENDU, SHIMEN, TODAY, VILLAGE, call, received, take

MAY = "2026-05"


@pytest.fixture
def jobs(stats):
    return an_indicator(stats.database, "XZJY", decimals=0)


@pytest.fixture
def people(stats):
    return an_indicator(stats.database, "LDL", type="stock", decimals=0)


def number(stats, indicator_id, unit_id=COUNTY, period=MAY, *, as_="leader", **more):
    return call(
        stats, "get_figure", {"indicator_id": indicator_id, "unit_id": unit_id, "period": period, **more}, as_=as_
    )


def value(stats, *args, **more):
    return number(stats, *args, **more)["figure"]["value"]


def test_a_sum_says_how_many_units_are_in_and_names_the_missing(stats, jobs):
    a_round(stats.database, [jobs], MAY, [HUICHENG, SHENDU, SHIMEN])
    recorded(stats.database, a_fact(jobs, HUICHENG, MAY, "3"), a_fact(jobs, SHIMEN, MAY, None))

    found = number(stats, jobs)

    figure = found["figure"]
    assert (figure["value"], figure["units"], figure["missing"], figure["without"]) == ("3", 3, 1, 1)
    assert [unit["name"] for unit in found["missing"]] == ["深渡镇"]
    assert [(cell["unit"], cell["value"], cell["no_figure"]) for cell in found["cells"]] == [
        ("徽城镇", "3", ""),
        ("石门乡", None, "本期没有"),
    ]


def test_without_a_round_those_who_reported_are_all(stats, jobs):
    recorded(stats.database, a_fact(jobs, HUICHENG, "2023-05", "3"))

    figure = number(stats, jobs, period="2023-05")["figure"]

    assert (figure["value"], figure["units"], figure["missing"], figure["expected"]) == ("3", 1, 0, 0)


def test_a_unit_that_is_expected_no_more_but_reported_counts(stats, jobs):
    a_round(stats.database, [jobs], MAY, [HUICHENG])
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "4"))

    figure = number(stats, jobs)["figure"]

    assert (figure["value"], figure["units"], figure["missing"]) == ("4", 2, 1)


def test_a_flow_adds_up_over_a_quarter_and_over_the_year_so_far(stats, jobs):
    months = [f"2026-0{month}" for month in range(1, 6)]
    recorded(stats.database, *(a_fact(jobs, SHIMEN, month, "2") for month in months))

    assert value(stats, jobs, period="2026-Q1") == "6"
    assert value(stats, jobs, period=MAY, is_to_date=True) == "10"


def test_a_quarter_that_lacks_a_month_is_no_figure_and_names_who_lacks_it(stats, jobs):
    for month in ("2026-04", "2026-05", "2026-06"):
        a_round(stats.database, [jobs], month, [SHIMEN, SHENDU])
    recorded(stats.database, a_fact(jobs, SHIMEN, "2026-04", "2"), a_fact(jobs, SHIMEN, "2026-05", "2"))

    found = number(stats, jobs, period="2026-Q2")

    assert found["figure"]["value"] is None
    assert found["figure"]["missing"] == 2


def test_a_stock_of_a_quarter_is_that_of_its_last_month_and_says_so(stats, people):
    recorded(stats.database, *(a_fact(people, SHIMEN, f"2026-0{month}", str(month)) for month in (1, 2, 3)))

    found = number(stats, people, period="2026-Q1")

    assert found["figure"]["value"] == "3"
    assert "最后一期" in found["note"]["zh"]


def test_a_share_of_the_county_is_the_sum_of_numerators_over_that_of_denominators(stats, jobs, people):
    share = an_indicator(
        stats.database, "LYL", type="ratio", decimals=1, numerator_id=jobs, denominator_id=people, unit_of_measure="%"
    )
    recorded(
        stats.database,
        *(a_fact(jobs, unit, MAY, value) for unit, value in ((SHIMEN, "1"), (SHENDU, "9"))),
        *(a_fact(people, unit, MAY, value) for unit, value in ((SHIMEN, "10"), (SHENDU, "20"))),
    )

    found = number(stats, share)

    assert found["figure"]["value"] == "33.3"
    assert [(one["indicator"], one["value"]) for one in found["inputs"]] == [("指标XZJY", "10"), ("指标LDL", "30")]
    assert value(stats, share, SHIMEN) == "10.0"


def test_a_derived_figure_is_computed_from_rolled_up_inputs(stats, jobs):
    growth = an_indicator(stats.database, "ZZ", decimals=2, formula="XZJY - lastyear(XZJY)", unit_of_measure="人")
    recorded(
        stats.database,
        *(
            a_fact(jobs, unit, period, amount)
            for unit, period, amount in (
                (SHIMEN, MAY, "5"),
                (SHENDU, MAY, "7"),
                (SHIMEN, "2025-05", "4"),
                (SHENDU, "2025-05", "1"),
            )
        ),
    )

    assert value(stats, growth) == "7.00"


def test_levels_of_units_are_not_added_and_the_sentence_says_why(stats):
    level = an_indicator(stats.database, "SYL", type="ceiling", unit_of_measure="%")
    recorded(stats.database, a_fact(level, SHIMEN, MAY, "3.5"))

    assert value(stats, level, SHIMEN) == "3.50"
    figure = number(stats, level)["figure"]
    assert figure["value"] is None
    assert "不能相加" in figure["why"]["zh"]


def test_a_level_that_one_unit_alone_is_asked_for_is_that_of_those_above_it(stats):
    level = an_indicator(stats.database, "DJSYL", type="ceiling", unit_of_measure="%")
    a_round(stats.database, [level], MAY, [LEAD])
    recorded(stats.database, a_fact(level, LEAD, MAY, "2.8"))

    assert value(stats, level) == "2.80"


def test_a_month_of_what_is_reported_by_quarter_says_so(stats):
    quarterly = an_indicator(stats.database, "JD", period_kind="quarter")

    assert "不按这样短的期" in number(stats, quarterly)["figure"]["why"]["zh"]


def test_any_number_is_what_was_known_at_a_moment(stats, jobs):
    before = recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "3"), a_fact(jobs, VILLAGE, MAY, "2"))
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "8"), a_fact(jobs, SHENDU, MAY, "1"))

    then = number(stats, jobs, as_of=before.isoformat())

    assert then["figure"]["value"] == "5"
    assert then["figure"]["units"] == 2
    assert [cell["value"] for cell in then["cells"]] == ["2", "3"]
    assert value(stats, jobs) == "11"


def test_a_moment_to_come_is_refused(stats, jobs):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)

    with pytest.raises(Invalid, match="still to come"):
        number(stats, jobs, as_of=soon.isoformat())


def test_an_adjustment_shows_in_every_sum_with_author_and_reason_and_changes_no_units_figure(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    adjustment = {"indicator_id": jobs, "unit_id": HUICHENG, "period": MAY, "amount": "-1", "reason": "重复统计"}
    call(stats, "save_adjustment", adjustment, as_="lead")

    county, village = number(stats, jobs), number(stats, jobs, VILLAGE)

    assert (county["figure"]["value"], county["figure"]["is_adjusted"]) == ("2", True)
    (shown,) = county["adjustments"]
    assert (shown["amount"], shown["reason"], shown["unit"], shown["by_unit"]) == (
        "-1",
        "重复统计",
        "徽城镇",
        "县人社局",
    )
    assert (village["figure"]["value"], village["figure"]["is_adjusted"], village["adjustments"]) == ("3", False, [])


def test_an_adjustment_is_taken_back_by_its_opposite(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, None))
    for amount in ("2.5", "-2.5"):
        with pytest.raises(Invalid, match="whole number"):
            adjust(stats, jobs, amount)
    for amount in ("2", "-2"):
        adjust(stats, jobs, amount)

    found = number(stats, jobs)

    assert found["figure"]["value"] is None
    assert [shown["amount"] for shown in found["adjustments"]] == ["-2", "2"]


def test_what_a_unit_reports_itself_is_not_adjusted(stats, jobs):
    recorded(stats.database, a_fact(jobs, HUICHENG, MAY, "3"), a_fact(jobs, SHIMEN, MAY, "4"))

    with pytest.raises(Invalid, match="no sum"):
        adjust(stats, jobs, "2")

    assert number(stats, jobs, HUICHENG)["why_not_adjusted"]["zh"].startswith("这是徽城镇自己报的数")
    assert number(stats, jobs)["why_not_adjusted"] is None
    assert adjust(stats, jobs, "2", COUNTY)


def test_a_unit_below_that_is_asked_makes_it_a_sum_before_it_reports(stats, jobs):
    a_round(stats.database, [jobs], MAY, [VILLAGE])

    assert adjust(stats, jobs, "2")


def test_what_was_added_is_taken_back_although_the_units_below_were_moved_away(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    adjust(stats, jobs, "2")
    moved = UnitChanged(VILLAGE, "341021100201", "古关村", "village", SHENDU, is_active=True, version=2)
    take(stats, [received(moved)])

    for amount in ("1", "-1", "-3"):
        with pytest.raises(Invalid, match="no sum"):
            adjust(stats, jobs, amount)
    assert number(stats, jobs, HUICHENG)["to_take_back"] == "-2"
    assert adjust(stats, jobs, "-2")
    assert number(stats, jobs, HUICHENG)["to_take_back"] is None


def test_of_two_who_take_the_same_back_at_once_one_is_refused(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    adjust(stats, jobs, "2")
    take(
        stats, [received(UnitChanged(VILLAGE, "341021100201", "古关村", "village", SHENDU, is_active=True, version=2))]
    )
    refused, together = [], threading.Barrier(4)

    def take_back():
        together.wait()
        try:
            adjust(stats, jobs, "-2")
        except Invalid as error:
            refused.append(error)

    threads = [threading.Thread(target=take_back) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    assert [one["amount"] for one in number(stats, jobs, HUICHENG)["adjustments"]] == ["-2", "2"]


def test_where_nobody_reports_anything_there_is_no_sum_and_nobodys_own_figure(stats, jobs):
    assert number(stats, jobs)["why_not_adjusted"]["zh"].startswith("下级单位还没有报这项数，也没有要求报")

    a_round(stats.database, [jobs], MAY, [SHIMEN])

    assert number(stats, jobs, SHIMEN)["why_not_adjusted"]["zh"].startswith("这是石门乡自己报的数")


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_nothing_is_no_adjustment(stats, jobs, amount):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    with pytest.raises(Invalid, match="cannot be 0"):
        adjust(stats, jobs, amount)


def adjust(stats, indicator_id, amount, unit_id=HUICHENG, period=MAY):
    params = {"indicator_id": indicator_id, "unit_id": unit_id, "period": period, "amount": amount, "reason": "核对"}
    return call(stats, "save_adjustment", params, as_="lead")


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("-9999", "徽城镇的“指标XZJY”会从 3 变成 -9996，这项指标不能是负数"),
        ("3.2万", "请按“人”填写全部数字，例如 32000"),
        ("1.5", "要填整数"),
        ("9999999999999999", "数字太大"),
        ("很多", "“很多”不是数字。请只填数字。"),
        ("", "请填写调整数"),
    ],
)
def test_an_adjustment_is_read_and_checked_as_a_figure_of_its_indicator_is(stats, jobs, amount, sentence):
    with stats.database.transaction() as cur:
        cur.execute("UPDATE indicator SET may_be_negative = false, unit_of_measure = '人'")
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    about = {
        "indicator_id": jobs,
        "unit_id": HUICHENG,
        "period": MAY,
        "amount": amount,
    }

    for operation, more in (("weigh_adjustment", {}), ("save_adjustment", {"reason": "核对"})):
        with pytest.raises(Invalid) as refused:
            call(stats, operation, about | more, as_="lead")
        assert sentence in refused.value.details["fields"]["amount"]["zh"]
    assert number(stats, jobs)["adjustments"] == []


def test_neither_a_sum_above_nor_what_is_computed_becomes_what_it_may_not_be(stats, jobs):
    with stats.database.transaction() as cur:
        cur.execute("UPDATE indicator SET may_be_negative = false")
    all_, share = (
        an_indicator(stats.database, "QB", decimals=0),
        an_indicator(stats.database, "CE", formula="XZJY - 2", decimals=0, may_be_negative=False),
    )
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "9"), a_fact(all_, VILLAGE, MAY, "9"))
    adjust(stats, jobs, "-5", COUNTY)

    with pytest.raises(Invalid, match="歙县 would go from 4 to -2"):
        adjust(stats, jobs, "-6")
    with pytest.raises(Invalid, match="“指标CE” of 歙县 would go from 2 to -1"):
        adjust(stats, jobs, "-3")
    seen = call(
        stats,
        "weigh_adjustment",
        {"indicator_id": jobs, "unit_id": HUICHENG, "period": MAY, "amount": "－１"},
        as_="lead",
    )

    assert [(one["indicator_id"], one["unit"], one["before"], one["after"]) for one in seen["effects"]] == [
        (jobs, "徽城镇", "9", "8"), (jobs, "歙县", "4", "3"), (share, "徽城镇", "7", "6"), (share, "歙县", "2", "1"),
    ]  # fmt: skip
    assert number(stats, jobs, HUICHENG)["figure"]["value"] == "9"


def test_one_adjustment_is_taken_back_once_by_an_entry_that_names_it(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    first = adjust(stats, jobs, "2")["adjustment_id"]
    adjust(stats, jobs, "4")
    about = {"indicator_id": jobs, "unit_id": HUICHENG, "period": MAY, "takes_back_id": first}
    weighed = call(stats, "weigh_adjustment", about, as_="lead")
    assert (weighed["amount"], weighed["effects"][0]["after"], weighed["taken_back"]["reason"]) == ("-2", "7", "核对")

    back = call(stats, "save_adjustment", about | {"reason": "记重了"}, as_="lead")["adjustment_id"]

    found = number(stats, jobs)
    assert found["figure"]["value"] == "7"
    assert [(one["amount"], one["takes_back_id"], one["is_taken_back"]) for one in found["adjustments"]] == [
        ("-2", first, False), ("4", None, False), ("2", None, True),
    ]  # fmt: skip
    for again in (first, back):
        with pytest.raises(Invalid, match=r"taken back already|takes another one back itself"):
            call(stats, "save_adjustment", about | {"takes_back_id": again, "reason": "记重了"}, as_="lead")
    with pytest.raises(NotFound):
        call(stats, "weigh_adjustment", about | {"unit_id": COUNTY}, as_="lead")


def test_many_adjustments_come_a_page_at_a_time(stats, jobs, monkeypatch):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    monkeypatch.setattr(single, "ADJUSTMENTS_PER_PAGE", 2)
    for amount in ("1", "2", "3"):
        adjust(stats, jobs, amount)

    pages = [number(stats, jobs, added_page=page) for page in (1, 2, 9)]

    assert [[one["amount"] for one in page["adjustments"]] for page in pages] == [["3", "2"], ["1"], ["1"]]
    assert [(page["added_page"], page["added_pages"], page["adjustments_total"]) for page in pages] == [
        (1, 2, 3), (2, 2, 3), (2, 2, 3),
    ]  # fmt: skip


def test_what_is_computed_is_not_adjusted(stats, jobs):
    derived = an_indicator(stats.database, "BJ", formula="XZJY * 2")

    with pytest.raises(Invalid, match="is computed"):
        adjust(stats, derived, "2")
    with pytest.raises(Invalid, match="periods of"):
        adjust(stats, jobs, "2", period="2026-Q1")


def test_an_external_figure_is_entered_with_its_source_for_the_top_unit(stats, jobs):
    gdp = an_indicator(stats.database, "GDP", type="external", decimals=1, unit_of_measure="亿元")
    external = {"indicator_id": gdp, "period": MAY, "typed": "１,234.5", "source": "市统计局公报"}
    call(stats, "record_external", external, as_="lead")

    assert value(stats, gdp) == "1234.5"
    with pytest.raises(Invalid, match="reported by units"):
        call(stats, "record_external", external | {"indicator_id": jobs}, as_="lead")
    with pytest.raises(Invalid, match="no number"):
        call(stats, "record_external", external | {"typed": "很多"}, as_="lead")
    with pytest.raises(Invalid) as early:
        call(stats, "record_external", external | {"period": f"{TODAY:%Y-%m}"}, as_="lead")
    assert "还没有结束" in early.value.details["fields"]["period"]["zh"]
    for nothing in ("　", "\u200b", "\u3164\ufeff", " \u2800"):
        with pytest.raises(Invalid) as caught:
            call(stats, "record_external", external | {"typed": nothing}, as_="lead")
        assert "数值" in caught.value.details["fields"]["typed"]["zh"]


def test_a_cells_history_says_who_when_from_what_to_what_and_why(stats, jobs):
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "3"))
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, None, origin=Origin.CORRECTION, reason="抄错了"))

    cell = {"indicator_id": jobs, "unit_id": SHIMEN, "period": MAY}
    newest, first = call(stats, "cell_history", cell, as_="shimen")["facts"]

    assert (newest["was_value"], newest["value"], newest["no_figure"]) == ("3", None, "本期没有")
    assert (newest["origin"], newest["reason"]) == ("correction", "抄错了")
    assert (newest["by_post"], newest["by_unit"]) == ("科员", "县人社局")
    assert (first["is_first"], newest["is_first"]) == (True, False)


def test_a_cells_history_comes_in_pages_each_fact_with_what_was_before_it(stats, jobs, monkeypatch):
    monkeypatch.setattr(single, "FACTS_PER_PAGE", 2)
    for figure in ("1", "2", "3"):
        recorded(stats.database, a_fact(jobs, SHIMEN, MAY, figure, origin=Origin.CORRECTION))
    cell = {"indicator_id": jobs, "unit_id": SHIMEN, "period": MAY}

    pages = [call(stats, "cell_history", cell | {"page": page}, as_="shimen") for page in (1, 2, 3)]

    assert [[(fact["was_value"], fact["value"]) for fact in one["facts"]] for one in pages] == [
        [("2", "3"), ("1", "2")], [(None, "1")], [(None, "1")]
    ]  # fmt: skip
    assert [(one["page"], one["pages"]) for one in pages] == [(1, 2), (2, 2), (2, 2)]


@pytest.mark.parametrize("lacking", ["without", "missing"])
@pytest.mark.parametrize("is_then", [False, True])
def test_a_share_leaves_out_the_units_that_gave_a_part_only_and_says_so(stats, jobs, people, lacking, is_then):
    share = an_indicator(
        stats.database, "LYL", type="ratio", decimals=1, numerator_id=jobs, denominator_id=people, unit_of_measure="%"
    )
    a_round(stats.database, [jobs, people], MAY, [SHIMEN, SHENDU])
    recorded(
        stats.database,
        a_fact(jobs, SHIMEN, MAY, "4"),
        a_fact(jobs, SHENDU, MAY, "9"),
        a_fact(people, SHENDU, MAY, "20"),
        *([a_fact(people, SHIMEN, MAY, None)] if lacking == "without" else []),
    )
    as_of = {"as_of": dt.datetime.now(dt.UTC).isoformat()} if is_then else {}

    figure = number(stats, share, **as_of)["figure"]

    assert (figure["value"], figure["left_out"]) == ("45.0", 1)
    assert value(stats, share, SHIMEN, **as_of) is None
    assert value(stats, jobs, **as_of) == "13"


@pytest.mark.parametrize("form", ["ratio", "formula"])
@pytest.mark.parametrize("below", ["external", "another unit"])
def test_a_share_whose_parts_come_from_different_units_is_of_all_of_them(stats, jobs, form, below):
    """Townships report the numerator; the denominator is one bureau's, or another source's for the whole county."""
    kind = {"type": "external", "source": "统计局"} if below == "external" else {}
    people = an_indicator(stats.database, "RK", decimals=0, **kind)
    made_of = (
        {"type": "ratio", "numerator_id": jobs, "denominator_id": people}
        if form == "ratio"
        else {"formula": "XZJY / RK * 100"}
    )
    share = an_indicator(stats.database, "BL", decimals=1, unit_of_measure="%", **made_of)
    a_round(stats.database, [jobs], MAY, [SHIMEN, SHENDU])
    whose = COUNTY if below == "external" else LEAD
    recorded(
        stats.database,
        a_fact(jobs, SHIMEN, MAY, "4"),
        a_fact(jobs, SHENDU, MAY, "6"),
        a_fact(people, whose, MAY, "100"),
    )

    figure = number(stats, share)["figure"]

    assert (figure["value"], figure["left_out"]) == ("10.0", 0)


def test_a_share_of_the_year_so_far_counts_each_unit_for_the_months_of_which_it_gave_both_parts(stats, jobs):
    """One joined in March, one gave nothing of February, one gave a part of February only."""
    people = an_indicator(stats.database, "RK", decimals=0)
    share = an_indicator(
        stats.database, "BL", type="ratio", decimals=1, numerator_id=jobs, denominator_id=people, unit_of_measure="%"
    )
    months = {
        "2026-01": [SHENDU, HUICHENG],
        "2026-02": [SHENDU, HUICHENG],
        "2026-03": [SHIMEN, SHENDU, HUICHENG],
    }
    for month, units in months.items():
        a_round(stats.database, [jobs, people], month, units)
        for unit in units:
            if (month, unit) != ("2026-02", SHENDU):
                recorded(stats.database, a_fact(jobs, unit, month, "5"))
                if (month, unit) != ("2026-02", HUICHENG):
                    recorded(stats.database, a_fact(people, unit, month, "10"))

    figure = number(stats, share, period="2026-03", is_to_date=True)["figure"]

    # In February nobody gave both parts, so the year lacks a month.
    assert (figure["value"], figure["left_out"]) == (None, 1)
    recorded(stats.database, a_fact(jobs, SHENDU, "2026-02", "1"), a_fact(people, SHENDU, "2026-02", "20"))
    figure = number(stats, share, period="2026-03", is_to_date=True)["figure"]
    assert (figure["value"], figure["left_out"]) == ("37.1", 1)


def test_growth_is_of_the_units_that_have_both_years(stats, jobs):
    """One gave this year's figure alone: asked for last year's and silent, or not asked then at all."""
    growth = an_indicator(stats.database, "ZS", decimals=1, formula="XZJY / lastyear(XZJY)")
    for period in (MAY, "2025-05"):
        a_round(stats.database, [jobs], period, [SHIMEN, SHENDU])
    a_round(stats.database, [jobs], "2026-04", [HUICHENG])
    recorded(
        stats.database,
        a_fact(jobs, SHIMEN, MAY, "10"),
        a_fact(jobs, SHIMEN, "2025-05", "5"),
        a_fact(jobs, SHENDU, MAY, "10"),
        a_fact(jobs, HUICHENG, MAY, "30"),
    )

    figure = number(stats, growth)["figure"]

    assert (figure["value"], figure["left_out"]) == ("2.0", 2)


def test_a_flow_over_a_level_is_of_the_units_that_gave_both(stats, jobs, people):
    share = an_indicator(
        stats.database, "BL", type="ratio", decimals=1, numerator_id=jobs, denominator_id=people, unit_of_measure="%"
    )
    for month in ("2026-01", "2026-02"):
        a_round(stats.database, [jobs, people], month, [SHIMEN, SHENDU])
        recorded(stats.database, *(a_fact(jobs, unit, month, "5") for unit in (SHIMEN, SHENDU)))
        recorded(stats.database, a_fact(people, SHIMEN, month, "100"))

    figure = number(stats, share, period="2026-02", is_to_date=True)["figure"]

    assert (figure["value"], figure["left_out"]) == ("10.0", 1)


def test_a_gap_of_long_ago_holds_no_level_back(stats, people):
    for month in range(1, 7):
        a_round(stats.database, [people], f"2026-0{month}", [SHIMEN, SHENDU])
    recorded(
        stats.database,
        *(
            a_fact(people, unit, f"2026-0{month}", str(10 * month))
            for month in range(1, 7)
            for unit in (SHIMEN, SHENDU)
            if (month, unit) != (2, SHIMEN)
        ),
    )

    table = call(stats, "figures_table", {"year": 2026, "indicator_id": people}, as_="leader")

    newest = table["rows"][0]["cells"][-1]
    assert (newest["period"], newest["value"], newest["missing"]) == ("2026-06", "120", 0)


def test_a_level_of_the_year_so_far_is_the_newest_that_nobody_is_missing_in(stats, people):
    for month in ("2026-01", "2026-02"):
        a_round(stats.database, [people], month, [SHIMEN, SHENDU])
    recorded(
        stats.database,
        *(a_fact(people, unit, "2026-01", "10") for unit in (SHIMEN, SHENDU)),
        a_fact(people, SHIMEN, "2026-02", "11"),
    )

    table = call(stats, "figures_table", {"year": 2026, "indicator_id": people}, as_="leader")

    to_date = {row["unit"]: (row["cells"][-1]["period"], row["cells"][-1]["value"]) for row in table["rows"]}
    assert (to_date["歙县"], to_date["石门乡"], to_date["深渡镇"]) == (
        ("2026-01", "20"), ("2026-02", "11"), ("2026-01", "10"),
    )  # fmt: skip


@pytest.mark.parametrize("unit_id", [COUNTY, SHENDU])
@pytest.mark.parametrize("operation", ["get_figure", "cell_history", "figures_table", "year_table"])
def test_a_unit_sees_itself_and_those_below_it_and_nobody_else(stats, jobs, operation, unit_id):
    params = {
        "get_figure": {"indicator_id": jobs, "period": MAY},
        "cell_history": {"indicator_id": jobs, "period": MAY},
        "figures_table": {"year": 2026},
        "year_table": {"year": 2026},
    }[operation]

    call(stats, operation, params | {"unit_id": VILLAGE}, as_="head")
    with pytest.raises(Forbidden):
        call(stats, operation, params | {"unit_id": unit_id}, as_="head")


def test_units_begin_at_themselves_and_readers_at_the_top(stats, jobs):
    assert number(stats, jobs, None, as_="staff")["unit"]["name"] == "徽城镇"
    assert number(stats, jobs, None, as_="auditor")["unit"]["name"] == "歙县"
    assert number(stats, jobs, VILLAGE, as_="staff")["above"][0]["name"] == "徽城镇"


def test_a_table_of_one_indicator_has_a_unit_and_those_right_below_it(stats, jobs):
    recorded(stats.database, a_fact(jobs, SHIMEN, "2026-01", "3"), a_fact(jobs, VILLAGE, "2026-01", "2"))

    table = call(stats, "figures_table", {"year": 2026, "indicator_id": jobs}, as_="leader")

    assert [row["unit"] for row in table["rows"]] == ["歙县", "县人社局", "徽城镇", "深渡镇", "石门乡"]
    assert [row["cells"][0]["value"] for row in table["rows"]] == ["5", None, "2", None, "3"]
    assert table["columns"][-1] == {"period": "2026-01", "is_to_date": True}
    assert table["rows"][0]["cells"][-1]["value"] == "5"
    assert [row["is_sum"] for row in table["rows"]] == [True, False, False, False, False]


def test_whoever_has_not_given_the_newest_month_yet_shows_the_year_up_to_the_one_before(stats, jobs):
    for month in ("2026-01", "2026-02", "2026-03"):
        a_round(stats.database, [jobs], month, [SHIMEN, SHENDU])
    recorded(
        stats.database,
        *(a_fact(jobs, SHENDU, f"2026-0{month}", "5") for month in (1, 2, 3)),
        *(a_fact(jobs, SHIMEN, f"2026-0{month}", "2") for month in (1, 2)),
    )

    table = call(stats, "figures_table", {"year": 2026, "indicator_id": jobs}, as_="leader")

    to_date = {row["unit"]: (row["cells"][-1]["period"], row["cells"][-1]["value"]) for row in table["rows"]}
    assert to_date["深渡镇"] == ("2026-03", "15")
    assert to_date["石门乡"] == ("2026-02", "4")
    assert to_date["歙县"] == ("2026-03", "19")


def test_the_year_so_far_of_what_is_reported_by_quarter_says_up_to_which_quarter_it_is(stats, jobs):
    quarterly = an_indicator(stats.database, "JD", period_kind="quarter", decimals=0)
    a_round(stats.database, [quarterly], "2026-Q3", [SHIMEN])
    quarters = [a_fact(quarterly, SHIMEN, f"2026-Q{number}", "7") for number in (1, 2)]
    to_date = []
    for month in ("2026-08", "2026-09"):
        recorded(stats.database, a_fact(jobs, SHIMEN, month, "3"), *quarters)
        rows = call(stats, "figures_table", {"year": 2026, "unit_id": SHIMEN}, as_="leader")["rows"]
        cell = next(row for row in rows if row["indicator_id"] == quarterly)["cells"][-1]
        to_date.append((cell["period"], cell["value"]))

    assert to_date == [("2026-Q2", "14")] * 2


def test_what_was_added_and_taken_back_leaves_no_empty_sum_where_its_unit_moves(stats, jobs):
    recorded(stats.database, a_fact(jobs, VILLAGE, MAY, "3"))
    for amount in ("2", "-2"):
        adjust(stats, jobs, amount)
    take(
        stats, [received(UnitChanged(VILLAGE, "341021100201", "古关村", "village", SHIMEN, is_active=True, version=2))]
    )

    take(stats, [received(UnitChanged(HUICHENG, "341021100", "徽城镇", "township", SHENDU, is_active=True, version=2))])

    with stats.database.transaction() as cur:
        cur.execute("SELECT unit_id FROM figure WHERE own_fact_id IS NULL AND reporting + without = 0 AND adjusted = 0")
        assert cur.fetchall() == []


def test_a_year_of_too_many_units_says_how_many_are_left_out(stats, jobs, monkeypatch):
    recorded(stats.database, a_fact(jobs, SHIMEN, "2026-01", "3"))
    monkeypatch.setattr(tables, "UNITS_PER_FILE", 2)

    found = call(stats, "year_table", {"year": 2026}, as_="leader")

    assert (len({row["unit_id"] for row in found["rows"]}), found["units_left_out"]) == (1 + 2, 2)


def test_a_share_of_quarters_stands_in_the_month_with_which_its_quarter_ends(stats):
    parts = [an_indicator(stats.database, code, period_kind="quarter", decimals=0) for code in ("SHANG", "XIA")]
    share = an_indicator(
        stats.database,
        "BILI",
        type="ratio",
        period_kind="quarter",
        decimals=1,
        numerator_id=parts[0],
        denominator_id=parts[1],
        unit_of_measure="%",
    )
    recorded(stats.database, *(a_fact(part, SHIMEN, "2026-Q1", "4") for part in parts))

    asked = {"year": 2026, "unit_id": SHIMEN, "indicator_id": share, "period_kind": "month"}
    cells = call(stats, "figures_table", asked, as_="leader")["rows"][0]["cells"]

    assert (cells[2]["value"], cells[2]["period"]) == ("100.0", "2026-Q1")
    assert [cells[place]["value"] for place in (0, 1, 3)] == [None] * 3


def test_a_table_of_a_report_has_its_indicators_in_the_order_of_the_form(stats, jobs, people):
    report_id = a_round(stats.database, [people, jobs], MAY, [SHIMEN])
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "3"))

    asked = {"year": 2026, "report_id": report_id, "unit_id": SHIMEN, "period_kind": "quarter"}
    table = call(stats, "figures_table", asked, as_="leader")

    assert [row["indicator_id"] for row in table["rows"]] == [people, jobs]
    assert [column["period"] for column in table["columns"]][:4] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    with pytest.raises(NotFound):
        call(stats, "figures_table", asked | {"report_id": 999}, as_="leader")


def test_a_quarter_stands_in_the_month_with_which_it_ends(stats, jobs):
    quarterly = an_indicator(stats.database, "JD", period_kind="quarter", decimals=0)
    recorded(stats.database, a_fact(jobs, SHIMEN, "2026-01", "3"), a_fact(quarterly, SHIMEN, "2026-Q1", "7"))

    rows = call(stats, "figures_table", {"year": 2026, "unit_id": SHIMEN}, as_="leader")["rows"]

    cells = next(row for row in rows if row["indicator_id"] == quarterly)["cells"]
    assert [(cell["period"], cell["value"]) for cell in cells[:4]] == [
        ("2026-01", None), ("2026-02", None), ("2026-Q1", "7"), ("2026-04", None),
    ]  # fmt: skip


def test_a_year_has_all_indicators_by_unit_and_month(stats, jobs, people):
    quarterly = an_indicator(stats.database, "JD", period_kind="quarter", decimals=0)
    recorded(
        stats.database,
        a_fact(jobs, SHIMEN, "2026-01", "3"),
        a_fact(quarterly, SHIMEN, "2026-Q1", "7"),
        a_fact(people, SHENDU, "2026-02", None),
    )

    found = call(stats, "year_table", {"year": 2026}, as_="leader")
    rows = {(row["indicator_id"], row["unit_id"]): row for row in found["rows"]}

    assert len(rows) == 3 * 5
    assert rows[jobs, COUNTY]["values"][:2] == ["3", None]
    assert rows[quarterly, SHIMEN]["values"][:4] == [None, None, "7", None]
    assert rows[people, SHENDU]["without"][1] == 1
    assert rows[jobs, COUNTY]["is_sum"]
    assert not rows[jobs, LEAD]["is_sum"]


def test_choices_have_the_newest_period_with_figures(stats, jobs):
    quarterly = an_indicator(stats.database, "JD", period_kind="quarter")
    recorded(stats.database, a_fact(jobs, SHIMEN, MAY, "3"), a_fact(quarterly, SHIMEN, "2026-Q1", "3"))

    choices = call(stats, "figure_choices", as_="staff")

    assert choices["newest_period"] == MAY
    assert choices["unit"]["name"] == "徽城镇"
    assert [one["code"] for one in choices["indicators"]] == ["JD", "XZJY"]


def test_what_was_added_with_more_decimals_is_taken_back_when_there_are_fewer(stats):
    shares = an_indicator(stats.database, "BL", decimals=2)
    recorded(stats.database, a_fact(shares, VILLAGE, MAY, None))
    added = {"indicator_id": shares, "unit_id": HUICHENG, "period": MAY, "reason": "口径调整"}
    call(stats, "save_adjustment", {**added, "amount": "0.05"}, as_="lead")
    with stats.database.transaction() as cur:
        cur.execute("UPDATE indicator SET decimals = 1 WHERE id = %s", (shares,))

    with pytest.raises(Invalid, match="decimals"):
        call(stats, "save_adjustment", {**added, "amount": "0.05"}, as_="lead")
    call(stats, "save_adjustment", {**added, "amount": "-0.05"}, as_="lead")


def test_an_indicator_to_which_something_was_added_is_in_use(stats):
    added, untouched = (an_indicator(stats.database, code, decimals=0) for code in ("ADDED", "UNTOUCHED"))
    with stats.database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO adjustment (indicator_id, unit_id, period, amount, reason, known_since)
            VALUES (%s, %s, %s, 5, '口径调整', now())
            """,
            (added, HUICHENG, MAY),
        )

        assert in_use(cur, [added, untouched]) == {added}
