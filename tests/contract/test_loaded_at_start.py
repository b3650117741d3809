"""A process starts without the libraries that few requests need: the first of those requests loads them."""

import subprocess
import sys

import pytest

from services.running.registry import CLASSES
from tests.support.markdown import ROOT

# Of workbooks, Word, web pages, PDFs, Traditional signs, pictures, links, the store of files, migrations, the calendar:
# a quarter of a start, if all came.
AT_FIRST_USE = {
    *("PIL", "chinese_calendar", "docx", "limits", "lxml", "obstore", "opencc", "openpyxl", "pypdfium2", "segno"),
    *("sqlparse", "yoyo"),
}
ENTRIES = ("services.cli", "services.running.embedded", *sorted({path.partition(":")[0] for path in CLASSES.values()}))


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The libraries of an interpreter that has imported what every way to run begins with."""
    program = f"import sys, {', '.join(ENTRIES)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_process_starts_without_what_only_few_requests_need(loaded):
    assert loaded & AT_FIRST_USE == set()


def test_the_entries_are_those_of_all_processes(loaded):
    assert {"services", "shared", "flask", "marshmallow", "psycopg2", "waitress"} <= loaded
