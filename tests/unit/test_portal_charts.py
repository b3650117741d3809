"""What a chart says to the script that draws it, and which pages let that script run."""

import json

import pytest
from flask import Flask

from services.portal import charts, filters, language, security
from services.portal.charts import NOW, Line
from services.portal.views import BLUEPRINTS

TARGET = {
    "comparator": "at_least",
    "value": "8000",
    "indicator": {"type": "flow", "unit_of_measure": "人"},
    "rows": [
        {"period": "2026-01", "reached": "212", "expected": "180.5"},
        {"period": "2026-02", "reached": None, "expected": "361"},
    ],
}


@pytest.fixture
def page():
    app = Flask(__name__)
    app.secret_key = "x"
    language.install(app)
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        yield


@pytest.mark.usefixtures("page")
def test_a_target_is_what_was_reached_what_should_have_been_and_itself():
    chart = json.loads(charts.of_target(TARGET))

    assert [(line["name"], line["kind"], line["values"]) for line in chart["lines"]] == [
        ("累计", "now", [212]),
        ("应到", "expected", [180.5, 361]),
        ("目标值", "goal", [8000]),
    ]
    assert chart["labels"] == [str(filters.period(period)) for period in ("2026-01", "2026-02")]
    assert (chart["unit"], chart["fromZero"]) == ("人", True)


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("changed", [{"comparator": "rising"}, {"value": None}])
def test_a_target_without_a_number_has_no_line_of_its_own(changed):
    chart = json.loads(charts.of_target(TARGET | changed))

    assert [line["kind"] for line in chart["lines"]] == ["now", "expected"]


@pytest.mark.usefixtures("page")
def test_a_level_does_not_begin_at_nothing():
    chart = json.loads(charts.of_target(TARGET | {"indicator": {"type": "stock", "unit_of_measure": "%"}}))

    assert chart["lines"][0]["name"] == "现在"
    assert not chart["fromZero"]


@pytest.mark.usefixtures("page")
def test_curves_are_series_of_their_own_with_gaps_where_a_year_has_no_figure():
    name = {"zh": "地区生产总值", "en": "GDP"}
    found = {"years": [2023, 2024], "lines": [{"name": name, "values": ["100", None]}], "base_year": 2023}

    chart = json.loads(charts.of_curves(found))

    assert chart["labels"] == ["2023", "2024"]
    assert chart["lines"] == [{"name": "地区生产总值", "kind": "series", "values": [100, None]}]
    assert (chart["unit"], chart["fromZero"]) == ("", False)


def test_what_a_chart_says_cannot_end_its_attribute():
    said = charts.chart(["'\"><b", "&#39;"], [Line("'", NOW, ["1", "1.5"])], unit="人", from_zero=False)

    assert not set(said) & set("'<>&")
    assert json.loads(said)["labels"] == ["'\"><b", "&#39;"]
    assert json.loads(said)["lines"][0]["values"] == [1, 1.5]


def test_the_pages_that_let_the_script_run_are_there():
    app = Flask(__name__)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= security.OF_CHARTS
