"""What follows a bulk write is as quick without statistics as with them: no plan depends on when autovacuum came by.

Work is counted in rows that a plan goes through. `PER_ITEM` rows for each item imported leave room for any number of
passes over them all, and none for a pass per item.
"""

import datetime as dt
from contextlib import contextmanager
from functools import cache

import pytest

from services.notifications.reminding import scheduling
from services.stats.completion import measuring
from services.tasks.service import TasksService
from shared import clock
from shared.database import Database
from shared.events import IssuedRow, RelayTicked, RowsIssued
from tests.support import stats as boards
from tests.support.checklists import fetch, run, work_off
from tests.support.notifications import learn
from tests.support.plans import counted_work, without_autovacuum
from tests.support.rebuilding import rebuilt_from
from tests.support.tasks import Caller, a_draft
from tests.support.workbooks import a_workbook

ITEMS = 2000
PER_ITEM = 40
UNITS = 2000
UNSUPPORTED = """
    SELECT conrelid::regclass::text AS referring, attname AS "column"
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid IN ('checklist_row'::regclass, 'file'::regclass)
        AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])
"""


@pytest.fixture(scope="module", autouse=True)
def spring():
    """A day on which nothing that is imported here is due yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC))
        yield


@pytest.fixture(scope="module", params=["never analysed", "analysed while small"])
def unanalysed_template(request, postgres_server, tasks_template):
    """Tables whose statistics say nothing, or what was true before."""
    with made_from(postgres_server, tasks_template[0], tasks_template[1], name="unanalysed") as call:
        with call.service.database.transaction() as cur:
            without_autovacuum(cur)
        if request.param == "analysed while small":
            a_draft(call, items=3)
            run(call.service.database, "ANALYZE")
    yield "unanalysed"
    postgres_server.drop_database("unanalysed")


@pytest.fixture(scope="module")
def imported_template(postgres_server, unanalysed_template, tasks_template):
    """The same, with a draft into which the items were imported just now."""
    with made_from(postgres_server, unanalysed_template, tasks_template[1], name="imported") as call:
        checklist_id = a_draft(call)["checklist_id"]
        import_rows(call, checklist_id)
    yield "imported", checklist_id
    postgres_server.drop_database("imported")


@contextmanager
def made_from(server, template, world, *, name):
    """A caller of the service on a new database, which is a template afterwards: what it cost is spent once."""
    database = Database(server.create_database(name, template))
    yield Caller(TasksService(database), world)
    database.close()


@pytest.fixture
def tasks_db(request, postgres_server, tasks_template):
    """A clone of what the test asks for; it has the statistics of its template."""
    template = tasks_template[0]
    if "imported_template" in request.fixturenames:
        template = request.getfixturevalue("imported_template")[0]
    elif "unanalysed_template" in request.fixturenames:
        template = request.getfixturevalue("unanalysed_template")
    database = Database(postgres_server.create_database("after_bulk", template))
    yield database
    database.close()
    postgres_server.drop_database("after_bulk")


@pytest.fixture
def unanalysed_db(unanalysed_template, tasks_db):
    return tasks_db


@pytest.fixture
def imported(imported_template):
    """The id of the draft."""
    return imported_template[1]


def import_rows(call, checklist_id, *, title="事项"):
    file_id = call.upload("a.xlsx", the_workbook(title), as_="lead")
    call("import_rows", {"file_id": file_id, "checklist_id": checklist_id}, as_="lead")


@cache
def the_workbook(title):
    return a_workbook(ITEMS, lead="各乡镇人民政府", support="县发改委、县财政局", title=title)


def issue(call, database, checklist_id):
    version = call("preview_issue", {"checklist_id": checklist_id}, as_="lead")["version"]
    call("issue_checklist", {"checklist_id": checklist_id, "version": version}, as_="lead")
    work_off(database)


def test_the_preview_after_an_import(imported, call):
    with counted_work() as work:
        preview = call("preview_issue", {"checklist_id": imported}, as_="lead")

    assert (preview["duties"], preview["blockers"]) == (5 * ITEMS, [])
    assert work.above(PER_ITEM * ITEMS) == {}


def test_issuing_after_an_import(imported, unanalysed_db, call, world):
    with counted_work() as work:
        issue(call, unanalysed_db, imported)
        call("my_duties", {}, as_="staff")

    assert work.above(PER_ITEM * ITEMS) == {}
    assert fetch(unanalysed_db, "SELECT count(*) FROM duty")[0].count == 5 * ITEMS


def test_reading_and_changing_a_draft_after_an_import(imported, call):
    with counted_work() as work:
        rows = call("get_checklist", {"checklist_id": imported}, as_="lead")["rows"]
        call("list_checklists", {}, as_="lead")
        call("move_row", {"row_id": rows[-1]["row_id"], "version": rows[-1]["version"], "direction": "up"}, as_="lead")

    assert work.above(PER_ITEM * ITEMS) == {}


def test_the_list_of_checklists_counts_duties_without_reading_them(imported, unanalysed_db, call):
    issue(call, unanalysed_db, imported)

    with counted_work() as work:
        listed = call("list_checklists", {}, as_="lead")["checklists"]

    assert {one["checklist_id"]: one["duties"] for one in listed}[imported] == 5 * ITEMS
    assert [what for what in work.rows if "duty" in what.partition(" in ")[0]] == []


def test_importing_again_after_a_checklist_was_issued(imported, unanalysed_db, call):
    """All rows of the second draft are replaced: each is looked for among the duties of the first."""
    issue(call, unanalysed_db, imported)
    checklist_id = a_draft(call)["checklist_id"]
    import_rows(call, checklist_id)

    with counted_work() as work:
        import_rows(call, checklist_id, title="另一事项")

    assert work.above(PER_ITEM * ITEMS) == {}


def test_the_directory_after_an_import_of_units(unanalysed_db, call, world):
    lines = ["code,name,kind,parent_code,aliases"]
    lines += [f"n{number},某乡镇{number},township,341021," for number in range(UNITS)]
    file_id = call.upload("units.csv", "\n".join(lines).encode(), as_="admin")

    with counted_work() as work:
        call("import_units", {"file_id": file_id}, as_="admin")
        unit = call("list_units", {}, as_="admin")["units"][-1]
        saved = ("unit_id", "code", "name", "kind", "parent_id", "aliases", "is_active", "version")
        call("save_unit", {name: unit[name] for name in saved} | {"is_active": False}, as_="admin")
        call("my_duties", {}, as_="staff")

    assert work.above(PER_ITEM * UNITS) == {}


@pytest.fixture(params=["never analysed", "analysed while small"])
def unanalysed_stats(request, stats, stats_db):
    with stats_db.transaction() as cur:
        without_autovacuum(cur)
    if request.param == "analysed while small":
        boards.take(stats, [boards.received(boards.issued(boards.SHIMEN, boards.a_duty(1)))])
        run(stats_db, "ANALYZE")
    return stats


def a_log():
    """The example, with so many items under its task, each asked of three units."""
    yield from boards.an_example()
    items = range(100, 100 + ITEMS)
    for first in range(0, ITEMS, 100):
        rows = [IssuedRow(item, boards.TASK, 4, item, f"事项{item}") for item in items[first : first + 100]]
        yield boards.received(RowsIssued(boards.CHECKLIST, 1, rows))
    for place, unit_id in enumerate((boards.HUICHENG, boards.SHENDU, boards.SHIMEN)):
        for first in range(0, ITEMS, 200):
            duties = [boards.a_duty(1000 + place * ITEMS + item, item_id=item) for item in items[first : first + 200]]
            yield boards.received(boards.issued(unit_id, *duties))


def test_the_boards_after_a_rebuild(unanalysed_stats):
    database = unanalysed_stats.database
    with counted_work() as work:
        rebuilt = rebuilt_from(database, a_log())
        for operation, params in (
            ("overview", {"checklist_id": boards.CHECKLIST}),
            ("row_board", {"row_id": boards.MEASURE}),
            ("item_board", {"row_id": 100}),
            ("units_board", {"checklist_id": boards.CHECKLIST}),
            ("find_duties", {"checklist_id": boards.CHECKLIST}),
            ("signing_board", {"checklist_id": boards.CHECKLIST}),
        ):
            boards.call(unanalysed_stats, operation, params, as_="lead")
        with database.transaction() as cur:
            measuring.measure(cur, boards.TODAY)

    assert rebuilt.duties == 3 * ITEMS
    assert work.above(PER_ITEM * ITEMS) == {}


def test_the_sweep_after_a_checklist_was_heard_of(notifications):
    with notifications.database.transaction() as cur:
        without_autovacuum(cur)
    learn(notifications, list(a_log()))
    learn(notifications, [boards.received(RelayTicked("tasks", boards.NOON))])

    with counted_work() as work:
        for _ in range(2):
            with notifications.database.transaction() as cur:
                assert scheduling.remind(cur, boards.NOON, limit=1000) == 1000

    assert work.above(PER_ITEM * ITEMS) == {}


def test_what_refers_to_rows_that_are_deleted_is_found_by_an_index(tasks_db):
    assert fetch(tasks_db, UNSUPPORTED) == []


def test_a_pass_per_item_would_be_noticed(imported, unanalysed_db):
    with counted_work() as work, unanalysed_db.transaction() as cur:
        cur.execute("SET LOCAL enable_indexscan = off")
        cur.execute("SET LOCAL enable_bitmapscan = off")
        cur.execute("SET LOCAL enable_indexonlyscan = off")
        cur.execute(
            "SELECT count(*) FROM row_unit AS one WHERE EXISTS"
            " (SELECT FROM checklist_row WHERE checklist_row.id = one.row_id OFFSET 0) AND row_id % 20 = 0"
        )

    assert len(work.above(PER_ITEM * ITEMS)) > 1
