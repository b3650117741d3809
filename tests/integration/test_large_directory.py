"""At forty thousand units an answer is as small as a page, and whether a unit is mine is asked of that unit alone."""

import datetime as dt
import json
from typing import Any

import pytest

from services.stats.service import StatsService
from shared.directory import units_below
from shared.errors import Forbidden
from shared.events import PersonChanged
from tests.support import stats as county
from tests.support.checklists import add_row, draft, fetch, group, issue, lead, run
from tests.support.country import TOWNSHIPS, Reading, unit_called
from tests.support.duties import submit, today

__all__ = ["today"]

# What a browser on a slow line takes in a moment; all units of a country were two hundred times as much.
PAGE_BYTES = 32_000
# The own unit, the one in question and those between them.
HEIGHT = 4
EVERYBODY = ("admin", "lead", "staff")


def weight(answer: Any) -> int:
    return len(json.dumps(answer, ensure_ascii=False).encode())


@pytest.fixture
def above(country, reading, world, today) -> list[dict[str, Any]]:
    """`head` sits at the top of the country, `staff` in a county of it: two duties are the county's, one lies below."""
    county, township = (unit_called(reading, name) for name in ("7号县人民政府", "215号镇人民政府"))
    run(reading, "UPDATE person SET unit_id = %s WHERE sign_in_name = 'head'", (world.units["歙县"],))
    run(reading, "UPDATE person SET unit_id = %s WHERE sign_in_name = 'staff'", (county.id,))
    drafted = draft(reading)
    for number, unit in enumerate((county, county, township)):
        add_row(reading, drafted, f"事项{number}", units=[lead(unit.id)], due_on=None, recurrence="yearly")
    issue(country, drafted)
    duties = [row.id for row in fetch(reading, "SELECT id FROM duty ORDER BY item_id")]
    return [country("get_duty", {"duty_id": duty_id}, as_="lead") for duty_id in duties]


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_asks_is_found_without_looking_below(country, reading, name):
    with reading.counted() as read:
        country("who_am_i", as_=name)

    # The own unit, for who asks and for what is answered; the planner may look at those of all accounts, which are few.
    assert read["units"] <= 50


def test_a_unit_is_found_below_another_by_going_up(country, reading, world):
    township = unit_called(reading, "40000号镇人民政府")
    others = [unit_called(reading, name).id for name in ("1号镇人民政府", "33号省人民政府")]

    with reading.counted() as read, reading.transaction() as cur:
        below_root = units_below(cur, [township.id, *others], world.units["歙县"])
        below_county = units_below(cur, [township.id, *others], township.parent_id)
        below_township = units_below(cur, [township.parent_id], township.id)

    assert (below_root, below_county, below_township) == ({township.id, *others}, {township.id}, set())
    assert read["units"] <= 7 * HEIGHT


def test_doing_a_duty_costs_the_same_below_a_whole_country(country, reading, above):
    own, other, below = above

    with reading.counted() as read:
        country("acknowledge_duties", {"duty_ids": [own["duty_id"]]}, as_="staff")
        submit(country, other, below, as_="staff")
        country("note_progress", {"duty_id": own["duty_id"], "text": "已联系"}, as_="head")
        country("get_duty", {"duty_id": below["duty_id"]}, as_="head")

    assert read["units"] < 200


def test_a_unit_beside_it_is_refused(country, above, world):
    with pytest.raises(Forbidden):
        country("get_duty", {"duty_id": above[0]["duty_id"]}, as_="shendu")
    with pytest.raises(Forbidden):
        country("my_duties", {"unit_id": above[0]["unit"]["unit_id"]}, as_="shendu")


def test_what_a_head_of_a_country_owes_is_shown_with_a_page_of_units(country, reading, above):
    with reading.counted() as read:
        top = country("my_duties", as_="head")
    county = country("my_duties", as_="staff")

    assert weight(top) < PAGE_BYTES
    assert read["units"] < 5_000
    assert (len(top["units"]), top["units_more"]) == (300, True)
    assert {"歙县", "徽城镇", "3号省人民政府"} <= {unit["name"] for unit in top["units"]}
    assert (len(county["units"]), county["units_more"]) == (31, False)


@pytest.fixture
def crowd(country, reading, world) -> int:
    """A group of all townships of the country; its id."""
    statement = "INSERT INTO unit_group (name) VALUES ('全国各乡镇') RETURNING id"
    group_id = fetch(reading, statement)[0].id
    run(
        reading,
        "INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township' ORDER BY id",
        (group_id,),
    )
    return group_id


READS = {
    "find_units": {},
    "find_people": {},
    "find_groups": {},
    "unit_choices": {"text": "号镇"},
    "name_units": {"unit_ids": list(range(1, 1001))},
    "my_duties": {},
    "who_am_i": {},
}


@pytest.mark.parametrize("operation", READS)
def test_an_answer_is_no_larger_than_a_page(country, reading, crowd, operation):
    run(reading, "UPDATE person SET roles = '{administrator,unit_head}' WHERE sign_in_name = 'admin'")

    assert weight(country(operation, READS[operation], as_="admin")) < 2 * PAGE_BYTES


def test_units_of_a_country_are_found_page_by_page_with_their_true_number(country):
    first = country("find_units", {"text": "号镇"}, as_="lead")
    last = country("find_units", {"text": "号镇", "page": 1_000}, as_="lead")
    exact = country("find_units", {"text": "77号镇"}, as_="lead")

    assert (first["total"], first["pages"], len(first["units"])) == (TOWNSHIPS, 828, 50)
    assert (last["page"], len(last["units"])) == (828, TOWNSHIPS - 827 * 50)
    assert exact["units"][0]["name"] == "77号镇人民政府"
    assert exact["total"] == sum(str(n).endswith("77") for n in range(TOWNSHIPS))


def test_a_form_offers_what_is_chosen_and_what_was_found_of_a_country(country, reading, crowd):
    chosen = [unit_called(reading, f"{n}号镇人民政府").id for n in (9, 40_000)]

    plain = country("unit_choices", {"unit_ids": chosen, "group_ids": [crowd]}, as_="lead")
    found = country("unit_choices", {"unit_ids": chosen, "text": "12号县"}, as_="lead")

    assert [unit["name"] for unit in plain["units"]] == ["9号镇人民政府", "40000号镇人民政府"]
    assert (plain["is_complete"], plain["found"]) == (False, None)
    assert plain["total"] > TOWNSHIPS
    assert {group["name"]: group["members"] for group in plain["groups"]}["全国各乡镇"] == TOWNSHIPS + 3
    assert found["found"] == sum(str(n).endswith("12") for n in range(1379))
    assert {"12号县人民政府", "9号镇人民政府"} <= {unit["name"] for unit in found["units"]}


def test_a_group_of_a_whole_country_is_shown_and_changed_a_page_at_a_time(country, reading, crowd):
    shown = country("get_group", {"group_id": crowd, "page": 2}, as_="lead")
    found = country("get_group", {"group_id": crowd, "text": "41351号"}, as_="lead")
    kept = {name: shown["group"][name] for name in ("group_id", "name", "aliases", "version")}
    removed = found["members"][0]["unit_id"]

    saved = country("save_group", {**kept, "removed_ids": [removed]}, as_="lead")

    assert (shown["group"]["members"], len(shown["members"]), shown["pages"]) == (TOWNSHIPS + 3, 300, 138)
    assert weight(shown) < PAGE_BYTES
    assert (saved["members"], "member_ids" in saved, weight(saved) < 1_000) == (TOWNSHIPS + 2, False, True)
    stored = "SELECT max(length({column}::text)) AS longest FROM {table}"
    for table, column in (("command", "answer"), ("audit_log", "detail")):
        assert fetch(reading, stored.format(table=table, column=column))[0].longest < 1_000


@pytest.fixture
def for_all(reading, crowd, world, today) -> int:
    """A draft whose twenty items the whole country has, the last one two more units; its id."""
    drafted = draft(reading)
    for number in range(20):
        more = [lead(world.units[name]) for name in ("县财政局", "徽城镇")] if number == 19 else []
        add_row(reading, drafted, f"事项{number}", units=[group(crowd), *more], due_on=dt.date(2026, 6, 30))
    return drafted.id


def test_a_preview_for_a_whole_country_counts_all_and_tells_the_first(country, reading, for_all):
    with reading.counted() as read:
        shown = country("preview_issue", {"checklist_id": for_all}, as_="lead")

    assert (shown["duties"], shown["units_total"], shown["busy_total"]) == (
        20 * (TOWNSHIPS + 3) + 1,
        TOWNSHIPS + 4,
        TOWNSHIPS + 3,
    )
    assert (len(shown["units"]), len(shown["busy"])) == (300, 100)
    assert weight(shown) < 3 * PAGE_BYTES
    # Each of three questions goes through the group once, however many items name it; two look up who is listed.
    assert read["units"] < 7 * TOWNSHIPS


def test_a_question_that_a_whole_country_answers_names_the_first_of_them(country, reading, crowd):
    drafted = draft(reading)
    run(
        reading,
        """
        INSERT INTO question (checklist_id, group_id, kind, text_zh, text_en)
        SELECT %s, %s, 'group', '谁？', 'Who?' FROM generate_series(1, 5)
        """,
        (drafted.id, crowd),
    )

    country("save_group", {"group_id": crowd, "name": "全国乡镇", "aliases": [], "version": 1}, as_="lead")

    shown = country("get_checklist", {"checklist_id": drafted.id}, as_="lead")
    answers = [question["answer"] for question in shown["questions"]]
    assert [(len(answer["member_ids"]), answer["members"]) for answer in answers] == [(300, TOWNSHIPS + 3)] * 5
    assert weight(shown) < PAGE_BYTES


def test_a_notice_is_read_against_the_names_of_a_whole_country(country, reading):
    """Each unit with the names of all 1,379 counties before it were gigabytes."""
    text = "2026年就业工作方案\n一、工作举措\n1.创业园。建设创业园。(责任单位:77号镇人民政府、3号县人民政府40000号镇)\n"
    file_id = country.upload("notice.txt", text.encode(), as_="lead")

    made = country("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")

    rows = country("get_checklist", {"checklist_id": made["checklist_id"]}, as_="lead")["rows"]
    assert [unit["name"] for unit in rows[1]["units"]] == ["77号镇人民政府"]


@pytest.fixture
def counting(stats, stats_db) -> StatsService:
    """The boards' service with a country's units below the county, in which `head` sits at the top; it counts reads."""
    run(
        stats_db,
        """
        INSERT INTO unit (id, code, name, kind, parent_id, is_active, version)
        SELECT 1000 + n, 't' || n, n || '号镇人民政府', 'township', %s, true, 1 FROM generate_series(1, %s) AS n
        """,
        (county.COUNTY, TOWNSHIPS),
    )
    run(stats_db, "ANALYZE unit")
    head = PersonChanged(county.PEOPLE["head"][0], county.COUNTY, "岗位", ["unit_head"], is_active=True, version=2)
    duties = [county.issued(unit_id, county.a_duty(unit_id)) for unit_id in (county.HUICHENG, county.SHIMEN, 1005)]
    county.take(stats, [county.received(fact) for fact in (head, *duties)])
    reading = Reading(stats_db.dsn)
    yield StatsService(reading)
    reading.close()


def test_a_township_looks_at_its_duties_among_forty_thousand(counting):
    with counting.database.counted() as read:
        own = county.call(counting, "find_duties", {"checklist_id": county.CHECKLIST}, as_="staff")
        with pytest.raises(Forbidden):
            county.call(counting, "find_duties", {"checklist_id": county.CHECKLIST, "unit_id": 1005}, as_="staff")

    assert [duty["unit"] for duty in own["duties"]] == ["徽城镇"]
    assert read["units"] < 50


def test_the_head_of_a_country_finds_the_duties_below_page_by_page(counting):
    found = county.call(counting, "find_duties", {"checklist_id": county.CHECKLIST}, as_="head")
    one = county.call(counting, "find_duties", {"checklist_id": county.CHECKLIST, "unit_id": 1005}, as_="head")

    assert (found["total"], [duty["unit_id"] for duty in found["duties"]]) == (
        3,
        [county.HUICHENG, county.SHIMEN, 1005],
    )
    assert [duty["unit"] for duty in one["duties"]] == ["5号镇人民政府"]
    assert weight(found) < PAGE_BYTES


def test_a_circle_in_the_copy_of_the_tree_ends(counting):
    """Events of a move that arrived half-way: two units below one another."""
    run(counting.database, "UPDATE unit SET parent_id = %s WHERE id = %s", (1005, county.HUICHENG))
    run(counting.database, "UPDATE unit SET parent_id = %s WHERE id = 1005", (county.HUICHENG,))

    own = county.call(counting, "find_duties", {"checklist_id": county.CHECKLIST}, as_="staff")

    assert sorted(duty["unit_id"] for duty in own["duties"]) == [county.HUICHENG, 1005]
    assert own["total"] == 2
