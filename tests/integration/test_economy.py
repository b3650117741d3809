"""The economy beside employment: who plays which part, what the page shows, and townships, now and as of a moment."""

import datetime as dt

import pytest

from services.stats.economy import reading
from services.stats.economy.roles import Role
from shared.errors import Conflict, Forbidden, Invalid
from shared.events import UnitChanged
from tests.support.economy import SOURCE, choices, in_roles, published
from tests.support.figures import a_fact, a_round, an_indicator, recorded
from tests.support.stats import COUNTY, HUICHENG, SHENDU, SHIMEN, call, received, take

MONTHS = range(1, 13)


@pytest.fixture
def indicators(stats):
    return in_roles(stats.database)


@pytest.fixture
def chosen(stats, indicators):
    call(stats, "set_economy_roles", {"version": 0, "roles": choices(indicators)}, as_="lead")
    return indicators


def page(stats, **more):
    return call(stats, "economy", more, as_="leader")


def townships(stats, **more):
    return call(stats, "benefits_and_coverage", more, as_="leader")


def jobs_of(year, indicator_id, *each):
    """So many new jobs in each month of a year, at one unit after the other."""
    units = (HUICHENG, SHENDU)[: len(each)]
    return [
        a_fact(indicator_id, unit, f"{year}-{month:02}", number)
        for unit, number in zip(units, each, strict=True)
        for month in MONTHS
    ]


def entered(stats, chosen):
    """Three years of an economy that grew by 5 % and then by 0.5 %; returns since when that is known."""
    return recorded(
        stats.database,
        *published(chosen[Role.GDP], COUNTY, y2023="240", y2024="250", y2025="252"),
        *published(chosen[Role.GDP_GROWTH], COUNTY, y2024="5.0", y2025="0.5"),
        *published(chosen[Role.EMPLOYED], COUNTY, y2023="200000", y2024="202000", y2025="201000"),
        *jobs_of(2024, chosen[Role.NEW_JOBS], "100", "50"),
        *jobs_of(2025, chosen[Role.NEW_JOBS], "110"),
    )


def test_before_anything_is_chosen_the_page_says_which_parts_are_unset(stats):
    found = page(stats)

    assert (found["version"], found["series"], found["years"]) == (0, [], [])
    assert [one["role"] for one in found["unset"]] == [role.value for role in Role]
    assert found["curves"]["base_year"] is None


def test_elasticity_is_given_by_two_methods_and_refused_where_growth_is_near_zero(stats, chosen):
    entered(stats, chosen)

    found = {one["year"]: one for one in page(stats)["elasticity"]}

    assert found[2024] == {
        "year": 2024,
        "output_growth": "0.0500",
        "people_growth": "0.0100",
        "point": "0.20",
        "arc": "0.20",
        "why": None,
    }
    assert (found[2025]["point"], found[2025]["arc"], found[2025]["why"]) == (None, None, "near_zero")


def test_jobs_stand_beside_money_and_new_beside_net(stats, chosen):
    entered(stats, chosen)

    found = page(stats)

    assert [(one["year"], one["value"], one["why"]) for one in found["intensity"]] == [
        (2024, "7.2", None),
        (2025, "5.2", None),
    ]
    net = {one["year"]: (one["new_jobs"], one["employed"], one["why_employed"]) for one in found["net"]}
    assert net == {2024: ("1800", "2000", None), 2025: ("1320", "-1000", None)}


def test_every_series_says_its_source_and_since_when_it_is_known(stats, chosen):
    since = entered(stats, chosen)

    series = {one["role"]: one for one in page(stats)["series"]}

    gdp = series["gdp"]
    assert [(cell["year"], cell["value"], cell["growth"]) for cell in gdp["cells"]] == [
        (2023, "240.00", None),
        (2024, "250.00", "0.0417"),
        (2025, "252.00", "0.0080"),
    ]
    assert (gdp["source"], gdp["source_period"], gdp["known_since"]) == (SOURCE, "2025", since.isoformat())
    assert (series["new_jobs"]["source"], series["new_jobs"]["known_since"]) == ("", None)
    assert series["gdp_growth"]["cells"][1]["growth"] is None


def test_what_is_not_whole_is_counted_nowhere(stats, chosen):
    entered(stats, chosen)
    a_round(stats.database, [chosen[Role.NEW_JOBS]], "2025-12", [HUICHENG, SHENDU])

    found = page(stats)

    assert [(one["year"], one["why"]) for one in found["intensity"]] == [(2024, None), (2025, "incomplete")]
    assert {one["year"]: one["new_jobs"] for one in found["net"]}[2025] is None


def test_curves_begin_together_and_gdp_is_drawn_without_its_prices(stats, chosen):
    entered(stats, chosen)

    found = page(stats)["curves"]

    lines = {one["role"]: (one["is_comparable"], one["values"]) for one in found["lines"]}
    assert (found["base_year"], found["years"]) == (2024, [2023, 2024, 2025])
    assert lines == {
        "gdp": (True, ["95.2", "100.0", "100.5"]),
        "employed": (False, ["99.0", "100.0", "99.5"]),
        "new_jobs": (False, [None, "100.0", "73.3"]),
    }
    assert [one["role"] for one in found["left_out"]] == ["investment"]


def test_quarters_that_are_published_since_the_beginning_of_the_year_are_held_against_jobs_since_then(stats, chosen):
    investment, jobs = chosen[Role.INVESTMENT], chosen[Role.NEW_JOBS]
    grown = (5, 9, 2, 7, 3, 8)
    first, second = ("y2024_Q1", "y2024_Q2", "y2024_Q3", "y2024_Q4"), ("y2025_Q1", "y2025_Q2", "y2025_Q3", "y2025_Q4")
    recorded(
        stats.database,
        *published(investment, COUNTY, **dict.fromkeys((*first,), "100")),
        *published(investment, COUNTY, **{name: str(100 + more) for name, more in zip(second, grown, strict=False)}),
        *jobs_of(2024, jobs, "10"),
        *jobs_of(2025, jobs, "11"),
    )

    (found,) = page(stats)["correlations"]

    assert (found["output"]["role"], found["people"]["role"], found["period_kind"]) == (
        *("investment", "new_jobs"),
        "quarter",
    )
    assert [(one["lag"], one["points"], one["why"]) for one in found["lags"]] == [
        (0, 4, "no_spread"),
        (1, 3, "few_points"),
        (2, 2, "few_points"),
        (3, 1, "few_points"),
    ]
    recorded(stats.database, a_fact(jobs, SHIMEN, "2025-01", "30"))
    # 63, 96, 129 and 162 since the beginning of the year after 30, 60, 90 and 120.
    assert page(stats)["correlations"][0]["lags"][0]["value"] == "-0.02"


def test_as_of_a_moment_only_what_was_known_then_counts(stats, chosen):
    since = entered(stats, chosen)
    recorded(stats.database, *published(chosen[Role.GDP_GROWTH], COUNTY, y2025="4.0"))

    now, then = page(stats), page(stats, as_of=since.isoformat())
    long_ago = page(stats, as_of="2020-01-01T00:00:00+08:00")

    assert [one["why"] for one in now["elasticity"]] == [None, None]
    assert [one["why"] for one in then["elasticity"]] == [None, "near_zero"]
    known = [
        next(one["known_since"] for one in found["series"] if one["role"] == "gdp_growth") for found in (then, now)
    ]
    assert known[0] == since.isoformat() < known[1]
    assert (long_ago["years"], long_ago["elasticity"], long_ago["intensity"]) == ([], [], [])
    with pytest.raises(Invalid, match="still to come"):
        page(stats, as_of="2098-01-01T00:00:00+08:00")


def test_one_year_alone_has_no_growth(stats, chosen):
    recorded(
        stats.database,
        *published(chosen[Role.GDP_GROWTH], COUNTY, y2025="5"),
        *published(chosen[Role.EMPLOYED], COUNTY, y2025="200000"),
    )

    (found,) = page(stats)["elasticity"]

    assert (found["point"], found["why"]) == (None, "missing")


def test_townships_stand_in_the_order_of_the_directory_and_who_parted_is_listed(stats, chosen):
    money, people = chosen[Role.BENEFITS], chosen[Role.COVERED]
    recorded(
        stats.database,
        *published(money, SHIMEN, y2024="10", y2025="30"),
        *published(people, SHIMEN, y2024="1000", y2025="1005"),
        *published(money, HUICHENG, y2024="100", y2025="120"),
        *published(people, HUICHENG, y2024="9000", y2025="9500"),
        *published(people, SHENDU, y2025="100"),
    )

    found = townships(stats)

    assert (found["before"], found["after"], found["years"]) == (2024, 2025, [2024, 2025])
    assert [one["unit"] for one in found["rows"]] == ["徽城镇", "深渡镇", "石门乡"]
    assert [(one["unit"], one["money_change"], one["people_change"]) for one in found["parted"]] == [
        ("石门乡", "2.0000", "0.0050")
    ]
    assert [(one["money_move"], one["people_move"]) for one in found["rows"]] == [
        ("up", "up"),
        ("unknown", "unknown"),
        ("up", "still"),
    ]
    assert found["parted_total"] == 1


def test_a_township_that_was_closed_keeps_its_row_while_it_has_figures_and_is_compared_with_nothing(stats, chosen):
    money, people = chosen[Role.BENEFITS], chosen[Role.COVERED]
    recorded(
        stats.database,
        *published(money, SHIMEN, y2024="10"),
        *published(people, SHIMEN, y2024="1000"),
        *published(money, HUICHENG, y2024="10", y2025="10"),
        *published(people, HUICHENG, y2024="10", y2025="20"),
    )
    for unit_id, name in ((SHIMEN, "石门乡"), (SHENDU, "深渡镇")):
        code = f"3410212{unit_id}"
        closed = UnitChanged(unit_id, code, name, "township", COUNTY, is_active=False, version=2)
        take(stats, [received(closed, at=dt.datetime(2026, 6, 11, tzinfo=dt.UTC))])

    found = townships(stats)

    assert [(one["unit"], one["is_active"], one["money_move"]) for one in found["rows"]] == [
        ("徽城镇", True, "still"),
        ("石门乡", False, "unknown"),
    ]
    assert [one["unit"] for one in found["parted"]] == ["徽城镇"]


def test_other_years_are_compared_when_asked_and_nothing_is_known_before_the_beginning(stats, chosen):
    entered(stats, chosen)
    recorded(stats.database, *published(chosen[Role.COVERED], HUICHENG, y2022="5", y2023="6", y2025="7"))

    assert townships(stats, before=2022, after=2025)["rows"][0]["people_change"] == "0.4000"
    assert townships(stats)["before"] == 2023
    nothing = townships(stats, as_of="2020-01-01T00:00:00+08:00")
    assert (nothing["years"], nothing["before"], nothing["parted"]) == ([], None, [])


def test_only_who_reads_everything_sees_the_page_and_only_the_lead_bureau_sets_it(stats, indicators):
    for operation in ("economy", "benefits_and_coverage"):
        with pytest.raises(Forbidden):
            call(stats, operation, {}, as_="staff")
    with pytest.raises(Forbidden):
        call(stats, "set_economy_roles", {"version": 0, "roles": choices(indicators)}, as_="leader")


def test_roles_are_refused_one_by_one_with_what_would_fit(stats, indicators):
    wrong = indicators | {Role.EMPLOYED: indicators[Role.NEW_JOBS], Role.GDP: 999_999}

    with pytest.raises(Invalid) as refused:
        call(stats, "set_economy_roles", {"version": 0, "roles": choices(wrong)}, as_="lead")

    fields = refused.value.details["fields"]
    assert set(fields) == {"employed", "gdp"}
    assert "要选期末的时点数" in fields["employed"]["zh"]
    assert call(stats, "economy_roles", as_="lead")["version"] == 0


def test_roles_are_versions_and_a_stale_change_is_a_conflict(stats, chosen):
    firms = an_indicator(stats.database, "QY", type="stock", unit_of_measure="户")
    change = {"version": 1, "roles": [{"role": "firms", "indicator_id": firms}, {"role": "insured"}]}

    assert call(stats, "set_economy_roles", change, as_="lead") == {"version": 2}
    assert call(stats, "set_economy_roles", change | {"version": 2}, as_="lead") == {"version": 2}
    with pytest.raises(Conflict):
        call(stats, "set_economy_roles", change, as_="lead")
    offered = {one["role"]: one for one in call(stats, "economy_roles", as_="lead")["roles"]}
    assert (offered["firms"]["indicator_id"], offered["insured"]["indicator_id"]) == (firms, None)
    assert [one["indicator_id"] for one in offered["firms"]["fitting"]] == [firms]
    acts = call(stats, "list_reporting_audit", {"kind": "settings"}, as_="auditor")["entries"]
    assert [one["action"] for one in acts] == ["economy.saved", "economy.saved"]


def test_the_page_takes_as_many_statements_whatever_is_chosen(stats, chosen):
    entered(stats, chosen)
    with stats.database.transaction() as cur:
        book = reading.figures.book(cur)
        playing, _ = reading.chosen(cur, book)
        lines = reading.lines(cur, book, playing, COUNTY, as_of=None, day=dt.date(2026, 6, 10))

    assert [line.role for line in lines] == [role for role in playing if role not in reading.OF_TOWNSHIPS]
    assert next(line for line in lines if line.role is Role.GDP).values.keys() == {2023, 2024, 2025}


def test_the_source_is_that_of_the_last_number_shown_whatever_came_in_after_it(stats, chosen):
    entered(stats, chosen)
    investment = chosen[Role.INVESTMENT]
    recorded(stats.database, *published(investment, COUNTY, y2025_Q4="108.9", y2026_Q1="20"))

    found = next(one for one in page(stats)["series"] if one["role"] == "investment")

    assert [cell["year"] for cell in found["cells"] if cell["value"] is not None] == [2025]
    assert found["source_period"] == "2025-Q4"


def test_figures_of_one_period_are_entered_at_once_and_their_source_is_remembered(stats, chosen):
    period = {"period": "2025", "source": "县统计局2025年公报"}
    cells = [
        {"indicator_id": chosen[Role.GDP], "unit_id": COUNTY, "typed": "２５２．１"},
        {"indicator_id": chosen[Role.EMPLOYED], "unit_id": COUNTY, "typed": "201,000"},
        {"indicator_id": chosen[Role.GDP_GROWTH], "unit_id": COUNTY, "typed": ""},
    ]

    assert call(stats, "record_externals", {**period, "figures": cells}, as_="lead")["recorded"] == 2
    assert call(stats, "record_externals", {**period, "figures": cells}, as_="lead")["recorded"] == 0
    offered = call(stats, "external_period", {"period": "2025年"}, as_="lead")
    known = {one["indicator"]["indicator_id"]: one["value"] for one in offered["entries"]}
    assert offered["source"] == "县统计局2025年公报"
    assert (known[chosen[Role.GDP]], known[chosen[Role.EMPLOYED]], known[chosen[Role.GDP_GROWTH]]) == (
        *("252.10", "201000"),
        None,
    )
    assert chosen[Role.INVESTMENT] not in known
    of_units = call(stats, "external_period", {"period": "2025", "indicator_id": chosen[Role.COVERED]}, as_="lead")
    assert [one["unit"]["name"] for one in of_units["entries"]] == ["徽城镇", "深渡镇", "石门乡"]


def test_one_wrong_figure_keeps_all_of_them_out_and_a_correction_needs_its_reason(stats, chosen):
    gdp, jobs = chosen[Role.GDP], chosen[Role.NEW_JOBS]
    sent = {"period": "2025", "source": "公报"}

    def send(*typed, **more):
        figures = [{"indicator_id": one, "unit_id": COUNTY, "typed": text} for one, text in typed]
        return call(stats, "record_externals", {**sent, "figures": figures, **more}, as_="lead")

    with pytest.raises(Invalid) as refused:
        send((gdp, "252"), (chosen[Role.EMPLOYED], "约20万"), (jobs, "5"))
    assert set(refused.value.details["fields"]) == {f"typed-{one}-{COUNTY}" for one in (chosen[Role.EMPLOYED], jobs)}
    with pytest.raises(Invalid, match="at least one"):
        send((gdp, " "))
    send((gdp, "252"))
    with pytest.raises(Invalid) as refused:
        send((gdp, "253"))
    assert set(refused.value.details["fields"]) == {"reason"}
    assert send((gdp, "253"), reason="核实后修订")["recorded"] == 1
    with pytest.raises(Invalid):
        call(stats, "external_period", {"period": "2025", "indicator_id": jobs}, as_="lead")


def test_published_figures_come_out_of_a_file_of_history_with_its_source(stats, chosen):
    run = call(stats, "begin_import", {"source": "统计年鉴2024"}, as_="lead")
    lines = "\n".join(
        "\t".join(one)
        for one in (("Sheet1!D2", "GDP", "歙县", "2023年", "240"), ("Sheet1!D3", "COVERED", "徽城镇", "2023", "9000"))
    )
    call(stats, "add_import_cells", {**run, "first": 1, "lines": lines}, as_="lead")
    state = call(stats, "check_import", run, as_="lead")
    call(stats, "apply_import", run, as_="lead")

    assert (state["wrong"], page(stats)["series"][0]["source"]) == (0, "统计年鉴2024")
    assert page(stats)["series"][0]["cells"][0]["value"] == "240.00"
