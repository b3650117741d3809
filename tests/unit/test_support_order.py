"""In which order a run takes the tests, which of them share a worker, and what workers do not share."""

from pathlib import Path

import pytest

from tests import conftest


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/flow/test_pages.py::test_a_page[cluster-lead]", "started cluster"),
        ("tests/flow/test_main_job.py::test_the_board[cluster]", "started cluster"),
        ("tests/flow/test_main_job.py::test_the_board[embedded]", "started embedded"),
        ("tests/flow/test_survives.py::test_a_port_that_is_taken_is_named", "tests/flow/test_survives.py"),
        ("tests/integration/test_gets_change_nothing.py::test_x[lead]", "looking"),
        ("tests/integration/test_offered_forms.py::test_x[lead]", "looking"),
        ("tests/unit/test_light.py::test_x[cluster]", "tests/unit/test_light.py"),
    ],
)
def test_what_uses_one_started_product_shares_a_worker_and_so_does_a_file(nodeid, group):
    assert conftest.group_of(nodeid) == group


def test_whoever_looks_at_the_busy_house_shares_a_worker():
    folder = Path(__file__).parents[2] / "tests" / "integration"
    marks = "import looked_at as " + "house"
    looking = {path.name for path in folder.glob("test_*.py") if marks in path.read_text()}

    assert {name for name in looking if conftest.group_of(f"tests/integration/{name}::test_x") != "looking"} == set()
    assert looking


def test_the_long_ones_come_first_and_the_shared_product_after_those_that_start_their_own(request):
    folders = [item.nodeid.split("/")[1] for item in request.session.items]

    assert folders == sorted(folders, key=conftest.FOLDERS.index)


def test_no_worker_of_a_run_writes_under_a_name_that_another_may_use():
    """A log in the common folder of temporary files was deleted by the worker beside, while a test read it."""
    root = Path(__file__).parents[2]
    sources = [path for folder in ("tests", "bench") for path in (root / folder).rglob("*.py")]
    common = "gettemp" + "dir("

    assert [path for path in sources if common in path.read_text()] == []
