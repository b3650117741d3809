"""Files are read and written between transactions: no lock is held meanwhile, no relay held back, no limit met."""

import io
from uuid import uuid4

import openpyxl
import pytest

from shared.apart import running
from shared.apart.running import TOO_MUCH, Bounds
from shared.errors import MALFORMED, Invalid, TryAgain
from tests.support import hostile
from tests.support.checklists import fetch
from tests.support.tasks import a_draft

NOTICE = "一、促进就业\n（一）开展培训。（牵头单位：徽城镇）\n"
COLUMNS = (
    *("领域", "举措", "任务", "事项", "牵头单位", "配合单位", "完成时限", "周期"),
    *("每期截止日", "审核", "验收标准", "说明"),
)
OPEN = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'
"""


@pytest.fixture
def open_while_working(call):
    """How many transactions were open each time that the service did work of its own."""
    seen = []

    def work(function, *args):
        seen.append(len(fetch(call.service.database, OPEN)))
        return function(*args)

    call.service.offload = call.service.apart = work
    return seen


def a_workbook(unit="徽城镇"):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    book.active.append(COLUMNS)
    book.active.append(["甲", "乙", "丙", "丁", unit, None, "2026-06-30", "一次"])
    book.save(file := io.BytesIO())
    return file.getvalue()


def test_no_transaction_is_open_while_a_notice_is_read(call, open_while_working):
    file_id = call.upload("notice.txt", NOTICE.encode(), as_="lead")

    call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")

    assert open_while_working == [0]


def test_no_transaction_is_open_while_a_workbook_is_read_or_written(call, open_while_working):
    checklist_id = a_draft(call)["checklist_id"]
    file_id = call.upload("rows.xlsx", a_workbook(), as_="lead")

    call("import_rows", {"file_id": file_id, "checklist_id": checklist_id}, as_="lead")
    call("export_rows", {"checklist_id": checklist_id}, as_="lead")
    call("rows_template", {}, as_="lead")

    assert open_while_working == [0, 0, 0]


def test_no_transaction_is_open_while_lists_of_people_and_units_are_read(call, open_while_working):
    people = call.upload("people.csv", "登录名,姓名,岗位,单位,角色\n".encode(), as_="admin")
    units = call.upload("units.csv", "代码,名称,类型\n341021999,新镇,乡镇\n".encode(), as_="admin")

    call("preview_people", {"file_id": people}, as_="admin")
    call("import_units", {"file_id": units, "seen": None}, as_="admin")

    assert set(open_while_working) == {0}
    assert len(open_while_working) == len(["read", "compared"] * 2)


def test_nothing_of_the_service_waits_for_a_file_that_does_not_end(call):
    """The reader is another process; meanwhile the board of somebody else is read, and what was written is seen."""
    checklist_id = a_draft(call)["checklist_id"]
    file_id = call.upload("rows.xlsx", a_workbook(), as_="lead")
    seen = []

    def endless(_work):
        with pytest.raises(Invalid) as refused:
            running.run(hostile.loops, Bounds(processor=1))
        seen.append(len(fetch(call.service.database, OPEN)))
        seen.append(len(call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["rows"]) > 0)
        raise refused.value

    call.service.apart = endless
    with pytest.raises(Invalid) as refused:
        call("import_rows", {"file_id": file_id, "checklist_id": checklist_id}, as_="lead")

    assert refused.value.text == TOO_MUCH
    assert seen == [0, True]


@pytest.mark.parametrize("operation", ["import_rows", "preview_rows"])
def test_a_workbook_that_is_made_to_harm_is_refused_and_changes_nothing(call, operation):
    checklist_id = a_draft(call)["checklist_id"]
    before = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")
    file_id = call.upload("rows.xlsx", hostile.merged("A1:XFD1048576", a_workbook()), as_="lead")

    with pytest.raises(Invalid, match="merged cells at A1:XFD1048576"):
        call(operation, {"file_id": file_id, "checklist_id": checklist_id}, as_="lead")

    assert call("get_checklist", {"checklist_id": checklist_id}, as_="lead") == before


def test_a_repeated_import_gets_the_first_answer_without_reading_again(call, open_while_working):
    file_id, command_id = call.upload("notice.txt", NOTICE.encode(), as_="lead"), uuid4()
    first = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead", command_id=command_id)

    again = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead", command_id=command_id)

    assert again == first
    assert len(open_while_working) == 1


def test_a_unit_that_is_renamed_while_a_workbook_is_read_asks_to_try_again(call):
    checklist_id = a_draft(call)["checklist_id"]
    file_id = call.upload("rows.xlsx", a_workbook(), as_="lead")

    def rename_first(function, *args):
        found = function(*args)
        with call.service.database.transaction() as cur:
            cur.execute("UPDATE unit SET name = '徽州镇' WHERE name = '徽城镇'")
        return found

    call.service.apart = rename_first
    with pytest.raises(TryAgain):
        call("import_rows", {"file_id": file_id, "checklist_id": checklist_id}, as_="lead")

    rows = call("get_checklist", {"checklist_id": checklist_id}, as_="lead")["rows"]
    assert "丁" not in [row["title"] for row in rows]


@pytest.mark.parametrize("operation", ["import_notice", "rows_template"])
def test_a_command_that_is_prepared_is_refused_without_an_id_like_any_other(call, operation):
    params = {"file_id": str(uuid4()), "year": 2026} if operation == "import_notice" else {}
    envelope = {"person_id": call.world.people["lead"], "params": params, "command_id": None}

    reply = call.service.perform(operation, envelope)

    assert reply["error"]["code"] == Invalid(MALFORMED).code
