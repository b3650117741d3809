"""What `make audit` says of findings, of a service that is away, and what its list of packages holds."""

import json
import re
from pathlib import Path

import pytest

from deploy.audit import __main__ as audit
from deploy.audit import contents, findings, known_faults
from deploy.audit.constants import put_in
from deploy.audit.findings import Finding
from deploy.audit.outcome import REQUIREMENTS, Outcome
from shared.process.release import VERSION

LOCKED = dict(re.findall(r"^([\w.-]+)==([\w.]+)", REQUIREMENTS.read_text("utf-8"), re.MULTILINE))


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


RIGHT = {"name": "flask", "version": "1", "vulns": []}
FAULTY = {"name": "pillow", "version": "2", "vulns": [{"id": "CVE-2099-1"}]}
PASSED_OVER = {"name": "kombu", "skip_reason": "Dependency not found on PyPI and could not be audited: kombu (3)"}


@pytest.mark.parametrize("said", ["", "Traceback", "[]", answer(), answer(PASSED_OVER)])
def test_a_service_that_is_away_is_said_and_is_no_pass(said: str):
    """pip-audit itself says "No known vulnerabilities found" and ends with 0 where it knows none of the packages."""
    outcome = known_faults.judged(said)

    assert outcome == Outcome(2, known_faults.AWAY)
    assert "NOT checked" in outcome.said


def test_a_package_that_was_passed_over_is_named_and_is_no_pass():
    outcome = known_faults.judged(answer(RIGHT, PASSED_OVER))

    assert outcome.code == 2
    assert "kombu" in outcome.said


def test_a_known_fault_is_named_with_its_package():
    outcome = known_faults.judged(answer(RIGHT, FAULTY, PASSED_OVER))

    assert outcome.code == 1
    assert "pillow 2: CVE-2099-1" in outcome.said
    assert "kombu" in outcome.said


def test_packages_without_known_faults_pass():
    assert known_faults.judged(answer(RIGHT)).code == 0


def test_what_is_wrong_comes_before_what_could_not_be_looked_at():
    right, wrong, away = Outcome(0, ""), Outcome(1, ""), Outcome(2, "")

    assert audit.worst([right, right]) == 0
    assert audit.worst([right, away]) == 2
    assert audit.worst([away, wrong, right]) == 1


def test_a_finding_needs_an_exception_and_an_exception_a_finding():
    one, other = Finding("B603", "services/a.py", "run()"), Finding("B603", "services/b.py", "run()")

    assert findings.judged([one], [one]).code == 0
    assert "services/a.py: B603: run()" in findings.judged([one, other], [other]).said
    assert findings.judged([one, other], [other]).code == 1
    assert "services/b.py: an exception from B603 fits nothing" in findings.judged([one], [one, other]).said


def test_an_exception_without_a_reason_is_refused():
    listed = {"exception": [{"test": "B101", "file": "a.py", "line": "assert x", "reason": " "}]}

    with pytest.raises(ValueError, match="without a reason"):
        findings.excepted(listed)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", 'f"SELECT {COLUMNS} FROM duty"'),
        ("", "f\"SELECT id FROM duty {'FOR UPDATE' if known else ''}\""),
        ("table = 'a' if known else 'b'", 'f"SELECT id FROM {table}"'),
        ("", "f\"SELECT {', '.join(f'x.{name}' for name in Row._fields)} FROM duty\""),
        ("", 'f"SELECT id FROM {TABLES[known]}"'),
    ],
)
def test_sql_of_constants_needs_no_exception(given: str, text: str):
    assert put_in(f"def read(cur, known):\n    {given}\n    cur.execute({text})\n", 3) == []


@pytest.mark.parametrize(
    ("given", "text", "foreign"),
    [
        ("", 'f"SELECT id FROM {known}"', "known"),
        ("table = known", 'f"SELECT id FROM {table}"', "table"),
        ("table = 'a'; table = known", 'f"SELECT id FROM {table}"', "table"),
        ("", "f\"SELECT {', '.join(f'x.{name}' for name in known)} FROM duty\"", "', '.join"),
        ("table = 'a'; table += known", 'f"SELECT id FROM {table}"', "table"),
        ("table = 'a'; (table := known)", 'f"SELECT id FROM {table}"', "table"),
        ("table = 'a'; [0 for table in known]", 'f"SELECT id FROM {table}"', "table"),
        ("", 'f"SELECT id FROM {made(known)}"', "made(known)"),
        ("", '"SELECT id FROM " + known', "known"),
    ],
)
def test_what_is_put_into_sql_and_is_no_constant_is_named(given: str, text: str, foreign: str):
    where, *found = put_in(f"def read(cur, known):\n    {given}\n    cur.execute({text})\n", 3)

    assert where == "read"
    assert foreign in found[0]


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("bill") / "bill.json"
    assert contents.write(to).code == 0
    return to


def test_the_list_holds_every_package_with_version_and_hashes(bill: Path):
    known = json.loads(bill.read_text("utf-8"))
    components = {one["name"]: one for one in known["components"]}

    assert len(LOCKED) > 50
    assert {name: components[name]["version"] for name in LOCKED} == LOCKED
    assert [one["name"] for one in components.values() if not _hashes(one)] == []
    assert set(components) - set(LOCKED) == {"echarts", "tslib", "zrender"}
    assert known["metadata"]["component"]["version"] == VERSION


def _hashes(component: dict[str, list[dict[str, list[str]]]]) -> list[object]:
    return [one for place in (component, *component.get("externalReferences", [])) for one in place.get("hashes", [])]


def test_the_list_is_the_same_each_time(bill: Path):
    text = bill.read_text("utf-8")

    assert json.loads(text) == contents.bill_of_materials()
    assert "timestamp" not in text
    assert "serialNumber" not in text


def test_the_code_has_no_finding_without_an_exception_and_no_exception_without_a_finding():
    outcome = findings.look()

    assert outcome.code == 0, outcome.said
