"""The reader of queries finds what is wrong with one; else the tests of alerts and dashboards would prove nothing."""

import pytest

from tests.support import promql
from tests.support.promql import Selector
from tests.support.watched import faults


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("up", [("up", set())]),
        ('up{job="a",process=~"b|c"} == 0', [("up", {"job", "process"})]),
        ("time() - max by (service, tick) (last_seconds)", [("last_seconds", set())]),
        (
            "sum(rate(a_total[5m])) / sum by (x) (rate(b_total[$__rate_interval]))",
            [("a_total", set()), ("b_total", set())],
        ),
        ('(count(a{b="and"}) or vector(0)) < 1', [("a", {"b"})]),
        ("a / on (job) group_left (version) b", [("a", set()), ("b", set())]),
        ("sum(a) by (b)", [("a", set())]),
    ],
)
def test_series_of_a_query_are_found(expr, expected):
    assert promql.selectors(expr) == [Selector(name, frozenset(labels)) for name, labels in expected]


def test_labels_of_each_aggregation_go_with_what_it_aggregates():
    found = list(promql.groupings("max by (a, b) (rate(c[5m])) / sum by (d) (e)"))

    assert found == [
        (frozenset("ab"), [Selector("c", frozenset())]),
        (frozenset("d"), [Selector("e", frozenset())]),
    ]


def test_an_alert_is_made_to_answer_when_all_is_well():
    assert promql.with_bool("time() - max(a) > 60") == "time() - max(a) > bool 60"
    assert promql.with_bool("(count(a == 1) or vector(0)) < 1") == "(count(a == 1) or vector(0)) < bool 1"


@pytest.mark.parametrize(
    "expr",
    [
        "up",
        "up == 0 or down == 1",
        "a or b > 1",
        "a > b",
        "1 < a",
        "a > 1 > 2",
        "absent(a) > 0",
        "a > 1 and b > 1",
        "a > bool 1",
        "(a > 1)",
        "a > 1 unless b",
    ],
)
def test_an_alert_of_another_form_is_refused(expr):
    with pytest.raises(ValueError, match=r"allowed|is `<vector>|needs brackets"):
        promql.comparison(expr)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("max by (database) (qingdan_relay_active)", []),
        ('rate(qingdan_call_seconds_bucket{service="a",le="1"}[5m])', []),
        ('up{job="qingdan",process="a"}', []),
        ("qingdan_relay_activ", ["there is no series qingdan_relay_activ"]),
        ("qingdan_call_seconds", ["there is no series qingdan_call_seconds"]),
        ('qingdan_relay_active{service="a"}', ["qingdan_relay_active has no label service"]),
        ("sum by (queue) (qingdan_relay_active)", ["qingdan_relay_active has no label queue"]),
    ],
)
def test_an_unknown_series_or_label_is_a_fault(expr, expected):
    assert faults(expr) == expected


def test_a_text_that_is_no_query_is_refused():
    with pytest.raises(ValueError, match="no PromQL"):
        promql.tokens("up ; down")
