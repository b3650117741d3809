"""History out of a file: everything wrong is said before anything is stored, and what is stored came in whole."""

import pytest

from services.stats.past import importing
from shared.errors import Conflict, Invalid, NotFound
from shared.events import UnitChanged
from tests.support.checklists import fetch, run
from tests.support.figures import a_fact, a_round, an_indicator, own_and_sums, recorded
from tests.support.stats import COUNTY, SHENDU, SHIMEN, call, received, take

SOURCE = "人社局统计年报"


@pytest.fixture
def jobs(stats):
    return an_indicator(stats.database, "XZJY", decimals=0, may_be_negative=False)


def a_cell(number, unit="石门乡", period="2024-01", typed="5", code="XZJY"):
    return [f"Sheet1!D{number}", code, unit, period, typed]


def lines(cells):
    return "\n".join("\t".join(cell) for cell in cells)


def staged(stats, *cells, source=SOURCE, chunk=2000):
    """A new import with these cells, checked; returns its state."""
    run_id = call(stats, "begin_import", {"source": source}, as_="lead")["run_id"]
    for start in range(0, len(cells), chunk):
        more = {"run_id": run_id, "first": start + 1, "lines": lines(cells[start : start + chunk])}
        call(stats, "add_import_cells", more, as_="lead")
    return call(stats, "check_import", {"run_id": run_id}, as_="lead")


def applied(stats, run_id):
    return call(stats, "apply_import", {"run_id": run_id}, as_="lead")


def problems(state):
    return [(one["place"], one["problem"]["zh"]) for one in state["problems"]]


def test_a_file_without_problems_becomes_facts_with_their_source(stats, jobs):
    state = staged(stats, a_cell(2), a_cell(3, unit="341021101", typed="无数：未统计"), a_cell(4, period="2024年2月"))

    assert (state["state"], state["cells"], state["wrong"]) == ("checked", 3, 0)
    assert not fetch(stats.database, "SELECT 1 AS one FROM fact")
    done = applied(stats, state["run_id"])

    assert (done["state"], done["applied"]) == ("applied", 3)
    facts = fetch(stats.database, "SELECT DISTINCT origin, source, import_id, person_unit FROM fact")
    assert [tuple(fact) for fact in facts] == [("import", SOURCE, state["run_id"], "县人社局")]
    assert own_and_sums(stats.database, jobs, "2024-01")[COUNTY] == (None, 5, 1, 1)
    assert not fetch(stats.database, "SELECT 1 AS one FROM import_cell")


def test_all_problems_are_said_at_their_places_and_nothing_is_stored(stats, jobs):
    state = staged(
        stats,
        a_cell(2),
        a_cell(3, unit="石门镇"),
        a_cell(4, code="ABC"),
        a_cell(5, typed="3.2万"),
        a_cell(6, period="2024"),
        a_cell(7),
        a_cell(8, unit=""),
        a_cell(9, typed="-1"),
        a_cell(10, code=""),
    )

    found = dict(problems(state))
    assert state["wrong"] == 8
    assert "没有找到单位“石门镇”" in found["Sheet1!D3"]
    assert "没有代码为“ABC”的指标" in found["Sheet1!D4"]
    assert "带了“万”" in found["Sheet1!D5"]
    assert "不是这项指标的期" in found["Sheet1!D6"]
    assert "在 Sheet1!D2 已经有一个数" in found["Sheet1!D7"]
    assert "没有单位" in found["Sheet1!D8"]
    assert "不能是负数" in found["Sheet1!D9"]
    assert "没有指标代码" in found["Sheet1!D10"]
    with pytest.raises(Invalid, match="nothing was imported"):
        applied(stats, state["run_id"])
    assert not fetch(stats.database, "SELECT 1 AS one FROM fact")


def test_a_name_that_two_units_have_needs_the_code(stats, jobs):
    take(stats, [received(UnitChanged(77, "341021999", "石门乡", "village", SHENDU, is_active=True, version=1))])

    state = staged(stats, a_cell(2), a_cell(3, unit="341021999"))

    assert problems(state) == [("Sheet1!D2", "叫“石门乡”的单位有 2 个，请写单位代码。")]


def test_what_was_reported_is_touched_by_no_import_unless_it_says_the_same(stats, jobs):
    recorded(stats.database, a_fact(jobs, SHIMEN, "2024-01", "5"), a_fact(jobs, SHENDU, "2024-01", "7"))

    state = staged(stats, a_cell(2), a_cell(3, unit="深渡镇", typed="8"))

    ((place, sentence),) = problems(state)
    assert place == "Sheet1!D3"
    assert "（7）" in sentence


def test_what_is_reported_between_check_and_import_stays_and_is_listed(stats, jobs):
    state = staged(stats, a_cell(2), a_cell(3, unit="深渡镇"))
    recorded(stats.database, a_fact(jobs, SHIMEN, "2024-01", "9"))

    done = applied(stats, state["run_id"])

    assert (done["state"], done["applied"], done["wrong"]) == ("applied", 1, 1)
    assert problems(done)[0][0] == "Sheet1!D2"
    assert own_and_sums(stats.database, jobs, "2024-01")[COUNTY] == (None, 14, 2, 0)


def test_a_figure_that_the_unit_confirmed_is_its_own_and_no_second_import_changes_it(stats, jobs):
    """It reports what was imported, letter for letter: from then on the figure came from the unit."""
    applied(stats, staged(stats, a_cell(2))["run_id"])
    recorded(stats.database, a_fact(jobs, SHIMEN, "2024-01", "5"))

    again = staged(stats, a_cell(2, typed="200"))

    assert "（5）" in problems(again)[0][1]
    assert [row.origin for row in fetch(stats.database, "SELECT origin FROM fact ORDER BY id")] == ["import", "report"]
    assert own_and_sums(stats.database, jobs, "2024-01")[COUNTY] == (None, 5, 1, 0)


def test_what_a_report_asks_of_the_unit_is_not_imported_in_its_place(stats, jobs):
    """Or the lead bureau would report for it without a name, a reason and a paper."""
    a_round(stats.database, [jobs], "2024-01", [SHIMEN])
    # It is no line of the report any more, and the round asks it all the same.
    run(stats.database, "DELETE FROM report_line")

    state = staged(stats, a_cell(2), a_cell(3, unit="深渡镇"), a_cell(4, period="2024-02"))

    ((place, sentence),) = problems(state)
    assert place == "Sheet1!D2"
    assert "代录" in sentence


def test_an_import_goes_on_where_it_stopped(stats, jobs, monkeypatch):
    monkeypatch.setattr(importing, "CELLS_A_CALL", 2)
    state = staged(stats, *(a_cell(number, period=f"2024-0{number}") for number in range(1, 6)))

    seen = [applied(stats, state["run_id"]) for _ in range(4)]

    assert [(one["state"], one["applied"]) for one in seen] == [
        ("applying", 2), ("applying", 4), ("applied", 5), ("applied", 5),
    ]  # fmt: skip
    assert [row.n for row in fetch(stats.database, "SELECT count(*) AS n FROM fact")] == [5]


def test_cells_that_are_sent_twice_are_there_once(stats, jobs):
    run_id = call(stats, "begin_import", {"source": SOURCE}, as_="lead")["run_id"]
    for _ in range(2):
        call(stats, "add_import_cells", {"run_id": run_id, "first": 1, "lines": lines([a_cell(2)])}, as_="lead")

    assert call(stats, "check_import", {"run_id": run_id}, as_="lead")["cells"] == 1
    with pytest.raises(Conflict):
        call(stats, "add_import_cells", {"run_id": run_id, "first": 2, "lines": lines([a_cell(3)])}, as_="lead")


def test_an_import_can_be_discarded_until_it_is_taken_over(stats, jobs):
    state = staged(stats, a_cell(2))
    call(stats, "discard_import", {"run_id": state["run_id"]}, as_="lead")

    with pytest.raises(Conflict):
        applied(stats, state["run_id"])
    again = staged(stats, a_cell(2))
    applied(stats, again["run_id"])
    with pytest.raises(Conflict, match="begun"):
        call(stats, "discard_import", {"run_id": again["run_id"]}, as_="lead")
    states = [one["state"] for one in call(stats, "list_imports", as_="lead")["imports"]]
    assert states == ["applied", "discarded"]


def test_an_empty_import_and_an_unknown_one_are_refused(stats, jobs):
    run_id = call(stats, "begin_import", {"source": SOURCE}, as_="lead")["run_id"]

    with pytest.raises(Invalid, match="no figures"):
        call(stats, "check_import", {"run_id": run_id}, as_="lead")
    with pytest.raises(NotFound):
        call(stats, "import_state", {"run_id": 999}, as_="lead")


def test_signs_that_no_database_takes_are_a_problem_of_their_cell(stats, jobs):
    state = staged(stats, a_cell(2, unit="石门\x00乡"), a_cell(3, typed="x" * 300), a_cell(4, period="\ud800"))

    assert [place for place, _ in problems(state)] == ["Sheet1!D2", "Sheet1!D3", "Sheet1!D4"]


@pytest.mark.parametrize("wrong", ["", "a\tb", "a\tb\tc\td\te\n", "a\tb\tc\td\te\tf"])
def test_lines_of_another_shape_are_refused(stats, jobs, wrong):
    run_id = call(stats, "begin_import", {"source": SOURCE}, as_="lead")["run_id"]

    with pytest.raises(Invalid):
        call(stats, "add_import_cells", {"run_id": run_id, "first": 1, "lines": wrong}, as_="lead")
