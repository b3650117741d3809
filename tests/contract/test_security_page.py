"""What docs/security.md names is there: each file, and each test in it. A map that rots says that a gap is closed."""

import re

import pytest

from shared.process.settings import KNOWN
from tests.support.markdown import ROOT, code_in, page, tables
from tests.support.sources import tree_of

PAGE = page(ROOT / "docs" / "security.md")
NAMED = sorted({one for one in PAGE.code() if "/" in one})
STATES = {"met", "partly", "gap", "not applicable"}


def is_there(named: str) -> bool:
    """Whether `file` exists, or `file::test` is a test of it."""
    file, _, test = named.partition("::")
    if not (ROOT / file).exists():
        return named == "build/"
    return not test or test in {getattr(one, "name", "") for one in tree_of(ROOT / file).body}


@pytest.mark.parametrize("named", NAMED)
def test_what_the_map_names_is_there(named: str):
    assert is_there(named)


@pytest.mark.parametrize(
    "named", ["services/nowhere.py", "tests/unit/test_audit.py::test_of_nothing", "tests/unit/nowhere.py::test_one"]
)
def test_what_is_not_there_would_be_noticed(named: str):
    assert not is_there(named)


def test_every_setting_that_it_names_is_one():
    named = {found for one in PAGE.code() for found in re.findall(r"QINGDAN_[A-Z_]+", one)}

    assert named
    assert named <= KNOWN


def test_every_line_has_a_state_and_what_is_met_names_its_code():
    rows = [row for table in tables(PAGE.prose) for row in table.rows]

    assert len(rows) > 80
    assert {row[2] for row in rows} == STATES
    assert [row[0] for row in rows if row[2] == "met" and not code_in(row[3])] == []
    assert [row[0] for row in rows if row[2] != "met" and not row[4].strip()] == []


def test_every_chapter_of_the_standard_is_there():
    chapters = [int(found) for found in re.findall(r"^### V(\d+) ", PAGE.text, re.MULTILINE)]

    assert chapters == list(range(1, 18))
