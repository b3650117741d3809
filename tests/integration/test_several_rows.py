"""Several rows of a draft at once: one due date, one lead unit; and the pages on which a long draft is worked on."""

import re

import pytest

from shared.errors import Conflict, Invalid, NotFound
from tests.support.checklists import add_row, draft, fetch
from tests.support.duties import today
from tests.support.tasks import a_draft, save_row

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

PAGE_LIMIT = 60 * 1024


@pytest.fixture
def drafted(call):
    return a_draft(call, items=3)


def items_of(call, drafted):
    rows = call("get_checklist", {"checklist_id": drafted["checklist_id"]}, as_="lead")["rows"]
    return [row for row in rows if row["level"] == 4]


def save(call, drafted, rows, **what):
    versions = [{"row_id": row["row_id"], "version": row["version"]} for row in rows]
    return call("save_rows", {"checklist_id": drafted["checklist_id"], "rows": versions, **what}, as_="lead")


def test_many_items_get_the_same_due_date(call, drafted):
    first, second, third = items_of(call, drafted)

    done = save(call, drafted, [first, second], due={"due_on": "2026-11-30"})

    assert done == {"saved": [first["row_id"], second["row_id"]], "stale": []}
    assert [row["due_on"] for row in items_of(call, drafted)] == ["2026-11-30", "2026-11-30", third["due_on"]]


def test_a_recurrence_takes_the_place_of_a_date(call, drafted):
    save(call, drafted, items_of(call, drafted), due={"recurrence": "monthly", "due_day": 25})

    found = {(row["due_on"], row["recurrence"], row["due_day"]) for row in items_of(call, drafted)}
    assert found == {(None, "monthly", 25)}


def test_a_date_or_a_day_alone_leaves_each_its_recurrence(call, drafted):
    once, yearly, monthly = items_of(call, drafted)
    save(call, drafted, [yearly], due={"recurrence": "yearly", "due_day": 20})
    save(call, drafted, [monthly], due={"recurrence": "monthly", "due_day": 20})
    once, yearly, monthly = items_of(call, drafted)

    save(call, drafted, [once, yearly], due={"due_on": "2026-11-30"})
    save(call, drafted, [monthly], due={"due_day": 25})

    found = [(row["due_on"], row["recurrence"], row["due_day"]) for row in items_of(call, drafted)]
    assert found == [("2026-11-30", "once", None), ("2026-11-30", "yearly", None), (None, "monthly", 25)]


def test_a_date_makes_no_monthly_item_one_of_once(call, drafted):
    items = items_of(call, drafted)
    save(call, drafted, [items[0]], due={"recurrence": "monthly", "due_day": 20})
    before = items_of(call, drafted)

    with pytest.raises(Invalid):
        save(call, drafted, before, due={"due_on": "2026-11-30"})

    assert items_of(call, drafted) == before


def test_a_new_lead_leads_and_the_former_one_supports(call, drafted, world):
    first, *_ = items_of(call, drafted)
    own = [
        {"role": "lead", "unit_id": world.units["徽城镇"]},
        {"role": "support", "unit_id": world.units["县发改委"]},
    ]
    first = save_row(call, first, units=own)

    save(call, drafted, [first], leads=[{"unit_id": world.units["县发改委"]}])

    units = items_of(call, drafted)[0]["units"]
    assert [(unit["name"], unit["role"]) for unit in units] == [("县发改委", "lead"), ("徽城镇", "support")]


def test_a_row_with_the_units_of_the_row_above_keeps_them_as_supporting_ones(call, drafted, world):
    first, *_ = items_of(call, drafted)
    assert first["inherits_units"]

    save(call, drafted, [first], leads=[{"unit_id": world.units["县财政局"]}])

    changed = items_of(call, drafted)[0]
    assert [(unit["name"], unit["role"]) for unit in changed["units"]] == [
        ("县财政局", "lead"),
        ("各乡镇人民政府", "support"),
    ]
    assert not changed["inherits_units"]


def test_a_row_that_changed_meanwhile_is_left_alone_and_named(call, drafted):
    first, second, _ = items_of(call, drafted)
    save_row(call, first, due_on="2026-07-31")

    done = save(call, drafted, [first, second], due={"due_on": "2026-11-30"})

    assert done == {"saved": [second["row_id"]], "stale": [{"number": first["number"], "title": first["title"]}]}
    assert [row["due_on"] for row in items_of(call, drafted)][:2] == ["2026-07-31", "2026-11-30"]


def test_what_was_changed_together_makes_an_older_page_stale(call, drafted):
    first, *_ = items_of(call, drafted)
    save(call, drafted, [first], due={"due_on": "2026-11-30"})

    with pytest.raises(Conflict):
        save_row(call, first, due_on="2026-07-31")


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({}, None),
        ({"due": {}}, None),
        ({"due": {"due_on": "2031-01-01"}}, "due_on"),
        ({"due": {"recurrence": "monthly", "due_on": "2026-06-30"}}, "due_on"),
        ({"leads": [{"unit_id": 999_999}]}, "units"),
    ],
)
def test_what_does_not_fit_changes_nothing(call, drafted, what, field):
    before = items_of(call, drafted)

    with pytest.raises(Invalid) as refused:
        save(call, drafted, before, **what)

    assert field is None or field in refused.value.details["fields"]
    assert items_of(call, drafted) == before


def test_a_date_belongs_to_items_alone(call, drafted):
    with pytest.raises(Invalid):
        save(call, drafted, [drafted["rows"][2]], due={"due_on": "2026-11-30"})


def test_a_row_of_another_draft_is_not_found(call, drafted):
    other = a_draft(call)

    with pytest.raises(NotFound):
        save(call, drafted, items_of(call, other), due={"due_on": "2026-11-30"})


def test_that_nothing_was_changed_is_not_in_the_audit_log(call, drafted, tasks_db):
    first, *_ = items_of(call, drafted)
    save_row(call, first, title="别人改的标题")

    save(call, drafted, [first], due={"due_on": "2026-11-30"})

    assert fetch(tasks_db, "SELECT FROM audit_log WHERE action = 'rows.saved'") == []


def test_ticked_rows_of_the_draft_are_changed_on_one_page(visit, call, drafted):
    measure = next(row for row in drafted["rows"] if row["level"] == 2)
    person = visit("lead").open(f"/checklists/{drafted['checklist_id']}")
    ticks = {value for form in person.forms for name, value in form.boxes if name == "row"}
    assert ticks == {str(row["row_id"]) for row in drafted["rows"] if row["level"] > 1}
    address = f"/checklists/{drafted['checklist_id']}/several?row={measure['row_id']}"
    person.open(address)
    assert "3 个事项" in person.text
    form = next(form for form in person.forms if "rows" in dict(form.fields))
    form.action = address

    person.send(form, due_on="2026-11-30")

    assert "3 个事项已修改" in person.text
    assert {row["due_on"] for row in items_of(call, drafted)} == {"2026-11-30"}


def test_those_that_changed_meanwhile_are_named_and_what_was_typed_stays(visit, call, drafted):
    first, *_ = items_of(call, drafted)
    address = f"/checklists/{drafted['checklist_id']}/several?row={drafted['rows'][0]['row_id']}"
    person = visit("lead").open(address)
    form = next(form for form in person.forms if "rows" in dict(form.fields))
    form.action = address
    save_row(call, first, due_on="2026-07-31")

    person.send(form, due_on="2026-11-30")

    assert person.status == 422
    assert f"“{first['number']} {first['title']}”" in person.text
    assert "2 个事项已修改" in person.text
    again = next(form for form in person.forms if "rows" in dict(form.fields))
    assert again.value("due_on") == "2026-11-30"
    assert again.value("command_id") != form.value("command_id")


@pytest.fixture
def long_draft(tasks_db):
    """460 items in twenty tasks of one measure each."""
    drafted = draft(tasks_db)
    for number in range(20):
        add_row(tasks_db, drafted, f"举措{number}", level=2, under="领域")
        add_row(tasks_db, drafted, f"任务{number}", level=3, under=f"举措{number}")
        for item in range(23):
            add_row(tasks_db, drafted, f"事项{number}之{item}，要写得长一些才像真的事项", under=f"任务{number}")
    return drafted


def test_a_draft_of_460_items_loads_on_and_stays_small(visit, long_draft):
    person = visit("lead").open(f"/checklists/{long_draft.id}")
    html = person.response.get_data().decode()
    assert "事项 460" in person.text
    assert len(html.encode()) < PAGE_LIMIT
    seen = set()

    for address in re.findall(r'href="(/checklists/\d+\?row=\d+)#', html):
        person.open(address)
        assert len(person.response.get_data()) < PAGE_LIMIT
        seen |= set(re.findall(r"事项\d+之\d+", person.text))

    assert len(seen) == 460


def test_a_long_draft_is_searched_and_the_search_stays_in_the_address(visit, long_draft):
    person = visit("lead").open(f"/checklists/{long_draft.id}?q=之2&lacking=no_due")

    assert "找到 80 行" in person.text
    assert len(person.response.get_data()) < PAGE_LIMIT
    person.open(f"/checklists/{long_draft.id}?lacking=no_due")
    assert "找到 460 行" in person.text
    assert "lacking=no_due" in person.response.get_data().decode()


def test_after_saving_a_row_of_a_long_draft_the_page_shows_it(visit, call, long_draft):
    row_id = long_draft.rows["事项17之22，要写得长一些才像真的事项"]
    person = visit("lead").open(f"/rows/{row_id}")
    form = next(form for form in person.forms if "acceptance_rule" in dict(form.fields))

    person.send(form, due_on="2026-11-30")

    assert f'id="row-{row_id}"' in person.response.get_data().decode()


def test_the_list_of_checklists_counts_all_and_is_searched(visit, call):
    for number in range(53):
        call("create_checklist", {"title": f"清单{number}号", "year": 2026 + number % 2}, as_="lead")
    person = visit("lead").open("/checklists")
    assert "53 份" in person.text
    seen = set(re.findall(r"清单\d+号", person.text))
    seen |= set(re.findall(r"清单\d+号", person.open("/checklists?page=2").text))
    assert len(seen) == 53

    person.open("/checklists?q=52号&state=draft")

    assert "1 份" in person.text
    assert set(re.findall(r"清单\d+号", person.text)) == {"清单52号"}
    assert "没有符合的清单" in person.open("/checklists?state=closed").text
