"""The dashboards: what the generator writes, importable, about series that there are, none about people or units."""

import re
from itertools import combinations

import pytest

from deploy.grafana import DASHBOARDS
from deploy.grafana.rendering import COLUMNS, as_json
from tests.support import promql
from tests.support.watched import DASHBOARDS as FOLDER
from tests.support.watched import PERSONAL, alerts, faults, panel_queries, panels, series
from tests.support.watched import dashboards as stored

CHINESE = re.compile(r"[\u4e00-\u9fff]")

each_dashboard = pytest.mark.parametrize("name", sorted(DASHBOARDS))
each_query = pytest.mark.parametrize("query", panel_queries(), ids=lambda query: query.where)


def test_every_stored_file_has_a_source():
    assert {file.name for file in FOLDER.iterdir()} == set(DASHBOARDS)


@each_dashboard
def test_a_file_is_what_the_generator_writes(name):
    """When it differs: `python -m deploy.grafana`, and look at the difference."""
    assert (FOLDER / name).read_text("utf-8") == as_json(DASHBOARDS[name])


def test_addresses_stay():
    """People keep them; a new uid would be a new dashboard beside the old one."""
    assert {name: dashboard["uid"] for name, dashboard in stored().items()} == {
        "overview.json": "qingdan-overview",
        "requests.json": "qingdan-requests",
        "event-path.json": "qingdan-events",
        "processes.json": "qingdan-processes",
    }


@each_dashboard
def test_every_installation_can_import_it(name):
    """No id of another Grafana, and no data source but the one that is chosen at the top."""
    dashboard = stored()[name]

    assert dashboard["id"] is None
    assert (
        dashboard["templating"]["list"][0] | {"name": "datasource", "type": "datasource"}
        == (dashboard["templating"]["list"][0])
    )
    sources = [panel["datasource"] for panel in panels(dashboard)]
    sources += [target["datasource"] for panel in panels(dashboard) for target in panel["targets"]]
    assert {source["uid"] for source in sources} == {"${datasource}"}


@each_dashboard
def test_panels_lie_beside_one_another(name):
    places = [panel["gridPos"] for panel in stored()[name]["panels"]]
    numbers = [panel["id"] for panel in stored()[name]["panels"]]

    assert len(set(numbers)) == len(numbers)
    assert all(place["x"] + place["w"] <= COLUMNS for place in places)
    assert not [pair for pair in combinations(places, 2) if overlap(*pair)]


def overlap(one, other):
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


@each_dashboard
def test_titles_are_chinese_and_descriptions_english(name):
    dashboard = stored()[name]

    for part in [dashboard, *dashboard["panels"]]:
        assert CHINESE.search(part["title"]), part["title"]
        assert part["description"]
        assert not CHINESE.search(part["description"])


@each_dashboard
def test_every_variable_of_a_query_is_one_of_the_dashboard(name):
    dashboard = stored()[name]
    offered = {variable["name"] for variable in dashboard["templating"]["list"]} | {"__rate_interval"}

    for panel in panels(dashboard):
        for target in panel["targets"]:
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= offered


@each_query
def test_a_query_asks_only_for_series_and_labels_that_there_are(query):
    assert faults(query.expr) == []


@each_query
def test_nobody_is_watched(query):
    asked = set().union(*(one.labels for one in promql.selectors(query.expr)))
    asked = asked.union(*(labels for labels, _ in promql.groupings(query.expr)))

    assert not asked & PERSONAL


@each_dashboard
def test_the_names_of_lines_are_made_of_labels_that_the_query_keeps(name):
    for panel in panels(stored()[name]):
        for target in panel["targets"]:
            kept = set().union(*(labels for labels, _ in promql.groupings(target["expr"])))
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= kept, panel["title"]


def test_everything_that_is_measured_is_shown():
    """A metric that no panel and no alert asks for is measured for nobody."""
    asked = {
        one.name
        for expr in [*(query.expr for query in panel_queries()), *(alert.expr for alert in alerts())]
        for one in promql.selectors(expr)
    }

    assert {metric_of(name) for name in series()} == {metric_of(name) for name in asked}


def metric_of(name):
    return re.sub(r"_(bucket|count|sum)$", "", name)
