"""The sample of a checklist: drawn as the rule says, kept by amendments, checked by reviews, drawn again by anybody."""

import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.tasks.duties.sampling import Candidate, commitment_to, drawn
from services.tasks.samples import store
from shared.errors import Forbidden, Invalid, NotFound
from tests.support.checklists import DUE_ON, add_row, draft, fetch, issue, lead, run, work_off
from tests.support.duties import do, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

UNITS = ("徽城镇", "深渡镇", "石门乡")
DOC = Path(__file__).parents[2] / "docs" / "sampling.md"


@pytest.fixture
def checklist(call, tasks_db):
    """Issued: a monthly and ten other sampled items and one that is not, for three townships."""
    named = [lead(call.world.units[unit]) for unit in UNITS]
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "月报", units=named, recurrence="monthly", due_day=25, review_rule="sample")
    for number in range(10):
        add_row(tasks_db, drafted, f"事项{number}", units=named, due_on=DUE_ON, review_rule="sample")
    add_row(tasks_db, drafted, "不审核", units=named, due_on=DUE_ON)
    issue(call, drafted)
    return drafted


def in_draw(database, checklist_id):
    """By duty in the draw whether it was drawn."""
    rows = fetch(
        database,
        "SELECT unit_id, item_id, period, sampled_in, is_sampled FROM duty WHERE checklist_id = %s AND"
        " sampled_in IS NOT NULL",
        (checklist_id,),
    )
    return {Candidate(*row[:4]): row.is_sampled for row in rows}


def seed_of(database, checklist_id):
    return fetch(database, "SELECT sample_seed FROM checklist WHERE id = %s", (checklist_id,))[0].sample_seed


def drawn_by_rule(database, checklist_id, percent=20):
    candidates = in_draw(database, checklist_id)
    found = drawn(seed_of(database, checklist_id), percent, candidates)
    return {candidate: candidate in found for candidate in candidates}


def first_drawn(call, checklist, number=1):
    """The first duties that are looked at, as the unit reads them."""
    found = call("list_sample", {"checklist_id": checklist.id}, as_="lead")["duties"]
    mine = [duty for duty in found if duty["unit"]["name"] == "徽城镇"]
    assert len(mine) >= number
    return [read(call, duty) for duty in mine[:number]]


def test_issuing_draws_each_units_duties_as_the_rule_says(checklist, tasks_db):
    found = in_draw(tasks_db, checklist.id)

    assert len(found) == 3 * (12 + 10)
    assert found == drawn_by_rule(tasks_db, checklist.id)
    assert {duty.unit_id for duty, is_drawn in found.items() if is_drawn} == {duty.unit_id for duty in found}


def test_what_is_drawn_waits_for_review_and_the_rest_is_done(call, checklist, tasks_db):
    every = call("list_sample", {"checklist_id": checklist.id, "only_drawn": False, "size": 200}, as_="lead")["duties"]
    mine = {duty["duty_id"]: duty for duty in every if duty["unit"]["name"] == "徽城镇"}

    results = submit(call, *(read(call, duty) for duty in mine.values()))["results"]

    assert {one["duty_id"]: one["outcome"] for one in results} == {
        duty_id: "submitted" if duty["is_drawn"] else "done" for duty_id, duty in mine.items()
    }


def test_the_seed_is_random_and_committed_to_in_the_audit_log(call, checklist, tasks_db):
    other = draft(tasks_db)
    add_row(tasks_db, other, "甲", units=[lead(call.world.units["徽城镇"])], due_on=DUE_ON, review_rule="sample")
    issue(call, other)
    seeds = [seed_of(tasks_db, one.id) for one in (checklist, other)]

    assert len(set(seeds)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", seed) for seed in seeds)
    logged = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'checklist.issue_started' ORDER BY id")
    assert [row.detail["sample_commitment"] for row in logged] == [commitment_to(seed) for seed in seeds]
    assert not any(seed in str(row.detail) for seed in seeds for row in logged)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20),
    percent=st.integers(1, 100),
    first=st.sets(st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["2026", "2026-Q1"]))),
    later=st.sets(st.tuples(st.integers(0, 2), st.integers(4, 6), st.just("2026-11"))),
)
def test_the_database_draws_what_the_rule_draws(call, tasks_db, house_of_items, seed, percent, first, later):
    """Two revisions of made-up duties, drawn one after the other and rolled back."""
    checklist_id, units, items = house_of_items
    expected = [
        Candidate(units[unit], items[item], period, revision)
        for revision, duties in enumerate((first, later), start=1)
        for unit, item, period in duties
    ]
    with pytest.raises(ZeroDivisionError), tasks_db.transaction() as cur:
        cur.execute("UPDATE checklist SET sample_seed = %s, sample_percent = %s", (seed, percent))
        for revision in (1, 2):
            for duty in expected:
                if duty.revision == revision:
                    cur.execute(
                        """
                        INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on,
                            due_on)
                        VALUES (%s, %s, %s, %s, %s, 'lead', '2026-06-30', '2026-06-30')
                        """,
                        (checklist_id, duty.item_id, duty.unit_id, duty.period, revision),
                    )
            store.draw(cur, checklist_id, revision=revision, unit_ids=units)
        cur.execute("SELECT unit_id, item_id, period, sampled_in FROM duty WHERE is_sampled")
        assert {Candidate(*row) for row in cur.fetchall()} == drawn(seed, percent, expected)
        cur.execute("SELECT count(*) FROM duty WHERE sampled_in IS NULL")
        assert cur.fetchone() == (0,)
        raise ZeroDivisionError


@pytest.fixture
def house_of_items(call, tasks_db):
    """A checklist with seven sampled items and no duties, and the ids of three units."""
    drafted = draft(tasks_db)
    items = [add_row(tasks_db, drafted, f"事项{number}", review_rule="sample") for number in range(7)]
    return drafted.id, [call.world.units[unit] for unit in UNITS], items


def amend(call, checklist, change):
    """Issue an amendment that `change` makes, given its draft's id and rows by title."""
    draft_id = call("start_amendment", {"checklist_id": checklist.id}, as_="lead")["checklist_id"]
    rows = call("get_checklist", {"checklist_id": draft_id}, as_="lead")["rows"]
    change(draft_id, {row["title"]: row for row in rows})
    seen = call("preview_amendment", {"checklist_id": draft_id}, as_="lead")
    params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "调整"}
    call("issue_amendment", params, as_="lead")
    work_off(call.service.database)


def save(call, row, **fields):
    names = ("row_id", "title", "body", "due_on", "recurrence", "due_day", "review_rule", "acceptance_rule", "version")
    units = [{name: unit[name] for name in ("role", "unit_id", "group_id")} for unit in row["units"]]
    call("save_row", {name: row[name] for name in names} | {"units": units} | fields, as_="lead")


def test_an_amendment_draws_what_it_adds_and_leaves_what_was_drawn(call, checklist, tasks_db):
    before = in_draw(tasks_db, checklist.id)
    new_unit = {"role": "lead", "unit_id": call.world.units["县发改委"], "group_id": None}

    def change(_draft_id, rows):
        save(call, rows["不审核"], review_rule="sample")
        save(call, rows["事项1"], units=[*_named(rows["事项1"]), new_unit])

    amend(call, checklist, change)

    after = in_draw(tasks_db, checklist.id)
    assert {duty: after[duty] for duty in before} == before
    added = after.keys() - before.keys()
    assert {duty.revision for duty in added} == {2}
    assert len(added) == 3 + 1
    assert after == drawn_by_rule(tasks_db, checklist.id)
    assert [after[duty] for duty in added if duty.unit_id == call.world.units["县发改委"]] == [True]


def _named(row):
    return [{name: unit[name] for name in ("role", "unit_id", "group_id")} for unit in row["units"]]


def test_what_no_longer_is_sampled_leaves_the_list_of_what_is_looked_at_but_not_the_draw(call, checklist, tasks_db):
    before = in_draw(tasks_db, checklist.id)
    looked_at = call("list_sample", {"checklist_id": checklist.id}, as_="auditor")["total"]

    amend(call, checklist, lambda _draft_id, rows: save(call, rows["月报"], review_rule="none"))

    assert in_draw(tasks_db, checklist.id) == before
    monthly = sum(is_drawn for duty, is_drawn in before.items() if duty.period != "2026")
    assert call("list_sample", {"checklist_id": checklist.id}, as_="auditor")["total"] == looked_at - monthly


def test_the_share_is_set_in_the_draft_and_fixed_by_issuing(call, tasks_db):
    drafted = draft(tasks_db)
    named = [lead(call.world.units[unit]) for unit in UNITS]
    add_row(tasks_db, drafted, "甲", units=named, recurrence="monthly", due_day=25, review_rule="sample")
    header = {"checklist_id": drafted.id, "title": "清单", "year": 2026, "level_names": list("一二三四五")}
    with pytest.raises(Invalid) as refused:
        call("save_checklist", header | {"sample_percent": 0, "version": 1}, as_="lead")
    assert "sample_percent" in refused.value.details["fields"]

    saved = call("save_checklist", header | {"sample_percent": 100, "version": 1}, as_="lead")
    assert saved["sample_percent"] == 100
    again = call("save_checklist", header | {"version": saved["version"]}, as_="lead")
    assert again["sample_percent"] == 100
    drafted.version = again["version"]
    issue(call, drafted)

    assert set(in_draw(tasks_db, drafted.id).values()) == {True}
    draft_id = call("start_amendment", {"checklist_id": drafted.id}, as_="lead")["checklist_id"]
    with pytest.raises(Invalid) as refused:
        call("save_checklist", header | {"checklist_id": draft_id, "sample_percent": 5, "version": 1}, as_="lead")
    assert "下发时已经定下" in refused.value.details["fields"]["sample_percent"]["zh"]


def test_a_checklist_without_a_seed_keeps_the_rule_of_before(call, tasks_db, monkeypatch):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "甲", units=[lead(call.world.units["徽城镇"])], recurrence="monthly", due_day=25,
        review_rule="sample")  # fmt: skip
    monkeypatch.setattr("services.tasks.samples.store.seed", lambda _cur, _id: "")
    issue(call, drafted)

    assert in_draw(tasks_db, drafted.id) == {}
    found = call("get_sample", {"checklist_id": drafted.id}, as_="leader")
    assert (found["seed"], found["commitment"], found["total"]["drawn"]) == (None, None, 0)


def test_units_see_the_commitment_and_the_seed_once_it_is_closed(call, checklist, tasks_db):
    (duty,) = first_drawn(call, checklist)
    seed = seed_of(tasks_db, checklist.id)
    commitment = hashlib.sha256(seed.encode()).hexdigest()

    assert read(call, duty, as_="staff")["sample"] == {"percent": 20, "commitment": commitment, "seed": None}
    assert read(call, duty, as_="auditor")["sample"]["seed"] == seed
    run(tasks_db, "UPDATE checklist SET state = 'closed' WHERE id = %s", (checklist.id,))
    assert read(call, duty, as_="staff")["sample"]["seed"] == seed
    with pytest.raises(Forbidden):
        call("get_sample", {"checklist_id": checklist.id}, as_="staff")


def test_a_checklist_that_there_is_not(call):
    for operation in ("get_sample", "list_sample"):
        with pytest.raises(NotFound):
            call(operation, {"checklist_id": 99999}, as_="lead")


def test_what_was_accepted_and_never_returned_is_confirmed(call, checklist, tasks_db):
    run(tasks_db, "UPDATE duty SET is_sampled = true WHERE sampled_in IS NOT NULL")
    accepted, returned, mended, waiting = first_drawn(call, checklist, 4)
    submitted = [submit(call, duty)["duties"][0] for duty in (accepted, returned, mended, waiting)]
    do(call, "accept_duty", submitted[0], as_="lead")
    do(call, "return_duty", submitted[1], as_="lead", reason="缺表")
    again = do(call, "return_duty", submitted[2], as_="lead", reason="缺表")
    do(call, "accept_duty", submit(call, again)["duties"][0], as_="lead")

    found = call("get_sample", {"checklist_id": checklist.id}, as_="leader")

    expected = {"drawn": 66, "decided": 3, "confirmed": 1, "rate": "33.3", "low": "6.1", "high": "79.2"}
    assert found["total"] == expected
    assert [(one["measure"], one["drawn"], one["rate"]) for one in found["measures"]] == [("举措", 66, "33.3")]


@pytest.fixture
def lead_at_sample(visit, checklist):
    return visit("lead").open(f"/checklists/{checklist.id}/sample")


def test_the_page_says_how_it_was_drawn_and_lists_it_by_unit(visit, lead_at_sample, checklist, call, tasks_db):
    seed = seed_of(tasks_db, checklist.id)

    text = lead_at_sample.text
    assert seed in text
    assert commitment_to(seed) in text
    assert "每个单位抽 20%，至少一项" in text
    assert "还没有审定的" in text
    assert all(unit in text for unit in UNITS)
    assert visit("staff").open(f"/checklists/{checklist.id}/sample").status == 403
    (duty,) = first_drawn(call, checklist)
    do(call, "accept_duty", submit(call, duty)["duties"][0], as_="lead")
    page = visit("leader").open(f"/checklists/{checklist.id}").text
    assert "已审 1 项，确认 1 项，确认率 100.0%（20.7%–100.0%）" in page
    own = visit("staff").open(f"/duties/{duty['duty_id']}").text
    assert (commitment_to(seed) in own, seed in own) == (True, False)


def test_the_script_of_the_docs_draws_the_downloaded_list_again(lead_at_sample, checklist, tasks_db, tmp_path):
    lead_at_sample.send(lead_at_sample.form("/xlsx"))
    (tmp_path / "list.xlsx").write_bytes(lead_at_sample.response.data)
    (script,) = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    seed = seed_of(tasks_db, checklist.id)

    def draw(by):
        command = [sys.executable, "-c", script, by, "20", str(tmp_path / "list.xlsx")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    found = in_draw(tasks_db, checklist.id)
    assert draw(seed) == (
        f"SHA-256 of the seed: {commitment_to(seed)}\n"
        f"{sum(found.values())} of {len(found)} drawn, 0 otherwise than the list says\n"
    )
    assert ", 0 otherwise" not in draw("anything else")
    sheet = openpyxl.load_workbook(io.BytesIO(lead_at_sample.response.data)).active
    assert seed in sheet.cell(2, 1).value


def test_a_checklist_without_a_draw_says_so(visit, tasks_db):
    assert "没有抽签种子" in visit("lead").open(f"/checklists/{draft(tasks_db).id}/sample").text


def test_the_share_is_typed_in_the_settings(visit, tasks_db):
    drafted = draft(tasks_db)
    person = visit("lead").open(f"/checklists/{drafted.id}/settings")
    form = next(form for form in person.forms if "sample_percent" in dict(form.fields))
    assert dict(form.fields)["sample_percent"] == "20"

    person.send(form, sample_percent="101")
    assert (person.status, "1 到 100" in person.text) == (422, True)
    person.send(next(form for form in person.forms if "sample_percent" in dict(form.fields)), sample_percent="35")

    assert fetch(tasks_db, "SELECT sample_percent FROM checklist WHERE id = %s", (drafted.id,)) == [(35,)]
