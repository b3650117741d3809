"""Units, people and groups as workbooks: all that is sought, on whichever page it stands, and on record."""

import io
from typing import Any

import openpyxl
import pytest

from tests.support.checklists import run
from tests.support.house import House
from tests.support.tasks import PEOPLE, UNITS


def taken(house: House, address: str, name: str = "admin") -> tuple[list[Any], list[tuple[Any, ...]]]:
    """The two lines above the headings, and the rows of the file that a page offers."""
    person = house.sign_in(name).open(address)
    person.send(person.form("/xlsx"))
    assert person.response is not None
    sheet = openpyxl.load_workbook(io.BytesIO(person.response.get_data())).worksheets[0]
    return [sheet["A1"].value, sheet["A2"].value], list(sheet.iter_rows(min_row=4, values_only=True))


def test_the_file_holds_every_unit_however_many_pages_there_are(house, tasks_db):
    run(
        tasks_db,
        "INSERT INTO unit (code, name, kind) SELECT 'x' || n, '村' || n, 'village' FROM generate_series(1, 120) n",
    )

    _, rows = taken(house, "/units")

    assert len(rows) == len(UNITS) + 120
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("address", "heads", "column", "held"),
    [
        ("/units?kind=township", "类型：乡镇", 1, {"徽城镇", "深渡镇", "石门乡"}),
        ("/units?q=徽城&state=active", "查找：徽城，状态：启用", 1, {"徽城镇"}),
        ("/people?role=auditor", "角色：审计员", 3, {"auditor"}),
        ("/people?q=填报员", "查找：填报员", 1, {"填报员"}),
        ("/groups?q=乡镇", "查找：乡镇", 0, {"各乡镇人民政府"}),
    ],
)
def test_the_file_holds_what_is_sought_and_says_so(house, address, heads, column, held):
    (_, said), rows = taken(house, address)

    assert said.endswith(heads)
    assert {row[column] for row in rows} == held


def test_the_file_of_people_holds_nothing_of_their_passwords_and_is_on_record(house, call):
    (title, _), rows = taken(house, "/people")

    assert title == "人员"
    assert len(rows) == len(PEOPLE)
    assert "argon2" not in str(rows)
    log = call("list_audit", {"kind": "exports"}, as_="auditor")["entries"]
    assert [(one["subject"], one["detail"]["rows"]) for one in log] == [("人员", len(PEOPLE))]
