"""The alert rules: valid, each tested in both directions, each explained in the runbook, none about people or units."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support import promql
from tests.support.watched import (
    ALERT_TESTS,
    ALERTS,
    PERSONAL,
    RUNBOOK,
    RUNBOOK_IN_CHINESE,
    SCRAPED,
    Alert,
    alerts,
    buckets_of,
    faults,
    runbook_sections,
)

each_alert = pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("promtool") is None:
        pytest.fail("promtool is not installed. Run `make servers`, or as root `apt-get install prometheus`.")
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_prometheus_accepts_the_rules():
    result = promtool("check", "rules", str(ALERTS))

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_fires_and_is_silent_when_its_test_says_so():
    result = promtool("test", "rules", *map(str, ALERT_TESTS))

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_has_a_case_of_both():
    """A case without samples is silence, one with samples is an alert that fires."""
    fires, silent = set(), set()
    for test in (one for file in ALERT_TESTS for one in yaml.safe_load(file.read_text("utf-8"))["tests"]):
        name = test["name"].split()[0]
        for case in test["promql_expr_test"]:
            assert f'alertname="{name}",alertstate="firing"' in case["expr"]
            (fires if case.get("exp_samples") else silent).add(name)

    assert fires == silent == {alert.name for alert in alerts()}


def test_names_are_unique_and_ours():
    names = [alert.name for alert in alerts()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"Qingdan[A-Z]\w+", name) for name in names)


@each_alert
def test_it_has_the_form_that_lets_it_be_tried(alert: Alert):
    promql.comparison(alert.expr)


@each_alert
def test_it_asks_only_for_series_and_labels_that_there_are(alert: Alert):
    assert faults(alert.expr) == []


@each_alert
def test_the_limit_of_a_quantile_is_a_bound_of_its_histogram(alert: Alert):
    """Between two bounds a quantile is a guess, and above the last one it is never seen."""
    if "histogram_quantile" in alert.expr:
        metric = promql.selectors(alert.expr)[0].name.removesuffix("_bucket")
        assert promql.comparison(alert.expr).number in buckets_of(metric)


@each_alert
def test_it_says_how_urgent_it_is_and_for_how_long_it_waits(alert: Alert):
    assert set(alert.labels) == {"severity"}
    assert alert.labels["severity"] in {"page", "ticket"}
    assert re.fullmatch(r"[1-9]\d*m", alert.lasting)


@each_alert
def test_it_speaks_chinese_and_english(alert: Alert):
    for name in ("summary", "description"):
        chinese, bar, english = alert.annotations[name].partition(" · ")
        assert bar
        assert CHINESE.search(chinese)
        assert ENGLISH.search(english)
        assert not CHINESE.search(english)


@each_alert
def test_its_text_names_only_labels_that_it_has(alert: Alert):
    """Prometheus puts nothing in the place of a label that is not there, and a sentence with a hole reaches people."""
    named = set(re.findall(r"\$labels\.(\w+)", " ".join(alert.annotations.values())))

    kept = SCRAPED.copy()
    for labels, _ in promql.groupings(alert.expr):
        kept |= labels

    assert named <= kept


@each_alert
def test_nobody_is_watched(alert: Alert):
    asked = set().union(*(one.labels for one in promql.selectors(alert.expr)))
    asked = asked.union(*(labels for labels, _ in promql.groupings(alert.expr)))

    assert not asked & PERSONAL


# How each runbook says how urgent an alert is, and the parts of a section.
RUNBOOKS = {
    RUNBOOK: ({"page": "**Page", "ticket": "**Ticket"}, ("For people", "Look", "Do", "Clears")),
    RUNBOOK_IN_CHINESE: ({"page": "**立即处理", "ticket": "**次日处理"}, ("影响", "查看", "处理", "消除")),
}
each_runbook = pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.name)


@each_alert
def test_it_leads_to_its_section(alert: Alert):
    assert alert.annotations["runbook_url"] == f"docs/operations.md#{alert.name.lower()}"


@each_runbook
@each_alert
def test_the_runbook_has_its_section(alert: Alert, runbook: Path):
    section = runbook_sections(runbook)[alert.name]
    urgencies, parts = RUNBOOKS[runbook]

    assert section.lstrip().startswith(urgencies[alert.labels["severity"]])
    for part in parts:
        assert re.search(rf"\*\*{part}[.。]\*\*", section), part


@each_runbook
def test_the_runbook_has_no_section_without_an_alert(runbook: Path):
    assert set(runbook_sections(runbook)) == {alert.name for alert in alerts()}


@each_runbook
def test_the_runbook_lists_every_alert_by_its_urgency(runbook: Path):
    """Whoever is woken at night finds the section from the head of the chapter."""
    urgencies, _ = RUNBOOKS[runbook]
    text = runbook.read_text("utf-8")

    for severity, word in urgencies.items():
        (listed,) = re.findall(rf"^{re.escape(word)}[:：]\*\*(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
        names = {alert.name.lower() for alert in alerts() if alert.labels["severity"] == severity}
        assert set(re.findall(r"\(#(\w+)\)", listed)) == names
