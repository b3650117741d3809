"""Indicators are defined by the lead bureau, read by everybody, and come out of sheets whole or not at all."""

import pytest

from shared.errors import Conflict, Invalid, NotFound
from tests.support.checklists import fetch, run
from tests.support.reports import a_started_report
from tests.support.stats import call

PLAIN = {
    "code": "new_jobs",
    "name": "城镇新增就业人数",
    "definition": "报告期内城镇累计新就业人数减去自然减员人数。",
    "unit_of_measure": "人",
    "period_kind": "month",
    "type": "flow",
    "valid_from": "2026-01-01",
}


def save(stats, **fields):
    return call(stats, "save_indicator", PLAIN | fields, as_="lead")


def changed(stats, indicator, **fields):
    kept = {name: found for name, found in indicator.items() if name not in NOT_SAVED}
    return call(stats, "save_indicator", kept | fields, as_="lead")


NOT_SAVED = {"is_asked", "rules", "parts", "users", "reports", "versions"}


def get(stats, indicator, *, as_="lead"):
    return call(stats, "get_indicator", {"indicator_id": indicator["indicator_id"]}, as_=as_)


def test_each_change_is_a_version_with_who_made_it_and_what_it_changed(stats):
    made = save(stats)

    saved = changed(stats, made, name="新增就业", decimals=1)
    changed(stats, saved)

    found = get(stats, made, as_="staff")
    assert [one["version"] for one in found["versions"]] == [2, 1]
    newest, first = found["versions"]
    assert newest["changes"] == [
        {"field": "name", "before": "城镇新增就业人数", "after": "新增就业"},
        {"field": "decimals", "before": "0", "after": "1"},
    ]
    assert (newest["person_post"], newest["person_unit"], first["changes"]) == ("岗位", "县人社局", [])


def test_a_stale_version_a_taken_code_and_a_gone_one_are_refused(stats):
    made = save(stats)
    changed(stats, made, name="新增就业")

    with pytest.raises(Conflict) as conflict:
        changed(stats, made, name="别的")
    with pytest.raises(Invalid, match="with this code"):
        save(stats)
    with pytest.raises(NotFound):
        save(stats, indicator_id=999, version=1)

    assert conflict.value.details["current"]["name"] == "新增就业"


def test_a_ratio_shows_what_it_is_made_of_and_its_parts_show_it(stats):
    above = save(stats)
    below = save(stats, code="jobless", name="失业人数", type="stock")

    ratio = save(
        stats,
        code="share",
        name="就业比",
        type="ratio",
        unit_of_measure="%",
        decimals=1,
        numerator="new_jobs",
        denominator="jobless",
    )

    assert [part["code"] for part in ratio["parts"]] == ["new_jobs", "jobless"]
    assert [user["name"] for user in get(stats, above)["users"]] == ["就业比"]
    assert "分子合计除以分母合计" in ratio["rules"][0]["zh"]
    with pytest.raises(Invalid, match="would be wrong"):
        changed(stats, below, unit_of_measure="户")


def test_a_circle_of_formulas_is_refused_by_name(stats):
    save(stats)
    one = save(stats, code="one", formula="new_jobs × 2")
    save(stats, code="two", formula="one + new_jobs")

    with pytest.raises(Invalid) as refused:
        changed(stats, one, formula="two + new_jobs")

    assert "one → two → one" in refused.value.text.zh


def test_with_figures_the_type_stands(stats, stats_db):
    made = save(stats)
    run(
        stats_db,
        "INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin)"
        " VALUES (%s, 3, '2026-01', 5, now(), 'import')",
        (made["indicator_id"],),
    )

    with pytest.raises(Invalid) as refused:
        changed(stats, made, type="stock", unit_of_measure="户")

    assert sorted(refused.value.details["fields"]) == ["type", "unit_of_measure"]
    assert changed(stats, made, name="新增就业")["version"] == 2


def test_what_a_report_asks_cannot_become_what_is_asked_of_nobody(stats):
    made = save(stats)
    a_started_report(stats, [made["indicator_id"]])

    with pytest.raises(Invalid) as refused:
        changed(stats, made, type="external", source="省统计局")

    assert "歙就统1表" in refused.value.text.zh
    assert [report["name"] for report in get(stats, made)["reports"]] == ["就业月报"]


def test_the_list_is_searched_paged_and_had_whole(stats):
    for number in range(60):
        save(stats, code=f"i{number:02}", name=f"指标{number}", definition="返乡创业" if number == 7 else "口径")

    first = call(stats, "list_indicators", {}, as_="staff")
    last = call(stats, "list_indicators", {"page": 9}, as_="auditor")
    whole = call(stats, "list_indicators", {"is_whole": True}, as_="leader")
    found = call(stats, "list_indicators", {"text": "返乡"}, as_="head")

    assert (len(first["indicators"]), first["pages"], first["count"]) == (50, 2, 60)
    assert (last["page"], len(last["indicators"])) == (2, 10)
    assert len(whole["indicators"]) == 60
    assert [one["code"] for one in found["indicators"]] == ["i07"]


# --- sheets ---


def rows(*cells):
    return [{"line": number, "cells": found} for number, found in enumerate(cells, start=2)]


def preview(stats, found):
    return call(stats, "preview_indicators", {"rows": found}, as_="lead")


def test_a_sheet_is_shown_and_then_taken_over_as_it_was_shown(stats):
    made = save(stats)
    sheet = rows(
        {"code": "new_jobs", "name": "新增就业"},
        PLAIN
        | {"code": "share", "type": "ratio", "unit_of_measure": "%", "numerator": "new_jobs", "denominator": "all"},
        PLAIN | {"code": "all", "name": "就业人数", "type": "stock"},
    )

    shown = preview(stats, sheet)
    counts = call(stats, "import_indicators", {"rows": sheet, "seen": shown["fingerprint"]}, as_="lead")

    assert [line["code"] for line in shown["new"]] == ["share", "all"]
    (line,) = shown["changed"]
    assert line["changes"] == [{"field": "name", "before": "城镇新增就业人数", "after": "新增就业"}]
    assert counts == {"created": 2, "changed": 1}
    assert get(stats, made)["definition"] == PLAIN["definition"]
    assert preview(stats, sheet)["unchanged"] == 3


def test_a_sheet_with_errors_says_all_of_them_by_cell_and_stores_nothing(stats, stats_db):
    sheet = rows(
        PLAIN | {"valid_from": "2026-02-31", "type": "flowing"},
        {key: found for key, found in PLAIN.items() if key != "unit_of_measure"} | {"code": "b"},
        PLAIN | {"code": "c", "colour": "red"},
        PLAIN | {"code": "d"},
        PLAIN | {"code": "d"},
    )

    with pytest.raises(Invalid) as refused:
        preview(stats, sheet)

    found = {(row["line"], row["column"]) for row in refused.value.details["rows"]}
    assert found == {(2, "valid_from"), (2, "type"), (3, "unit_of_measure"), (4, "colour"), (5, "code"), (6, "code")}
    with pytest.raises(Invalid):
        call(stats, "import_indicators", {"rows": sheet, "seen": ""}, as_="lead")
    assert fetch(stats_db, "SELECT id FROM indicator") == []


def test_rules_between_lines_are_told_at_their_cells(stats):
    save(stats, code="old", unit_of_measure="户")
    sheet = rows(
        PLAIN | {"code": "one", "formula": "two"},
        PLAIN | {"code": "two", "formula": "one"},
        PLAIN | {"code": "sum", "formula": "one + old"},
    )

    with pytest.raises(Invalid) as refused:
        preview(stats, sheet)

    said = {(row["line"], row["column"]): row["text"]["zh"] for row in refused.value.details["rows"]}
    assert "one → two → one" in said[2, "formula"]
    assert "two → one → two" in said[3, "formula"]
    assert "计量单位不同" in said[4, "formula"]


def test_a_sheet_that_would_do_something_else_by_now_is_shown_anew(stats):
    made = save(stats)
    sheet = rows({"code": "new_jobs", "name": "新增就业"})
    shown = preview(stats, sheet)
    changed(stats, made, name="就业")

    with pytest.raises(Conflict) as conflict:
        call(stats, "import_indicators", {"rows": sheet, "seen": shown["fingerprint"]}, as_="lead")

    current = conflict.value.details["current"]
    assert current["changed"][0]["changes"][0]["before"] == "就业"
    call(stats, "import_indicators", {"rows": sheet, "seen": current["fingerprint"]}, as_="lead")
    assert get(stats, made)["name"] == "新增就业"


@pytest.mark.parametrize(
    ("bound", "found"),
    [("１,500.5", "1500.5"), ("3.2万", "填写全部数字，例如 32000"), ("四成", "上限"), ("1e3", "科学计数法")],
)
def test_a_bound_is_read_as_a_figure_of_a_form_is(stats, bound, found):
    ceiling = {"code": "rate", "name": "失业率", "type": "ceiling", "unit_of_measure": "%", "decimals": 1}
    try:
        said = save(stats, **ceiling, bound=bound)["bound"]
    except Invalid as refused:
        said = refused.details["fields"]["bound"]["zh"]

    assert found in said
