"""A closing note that other units gave for the same item is pointed out to whoever reviews it, and to nobody else."""

import pytest

from services.tasks.duties import queries
from tests.support.checklists import run
from tests.support.duties import do, issued, issued_ids, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

NOTE = "已召开专题会议，完成台账12份。"


def of_unit(duties, unit):
    return next(duty for duty in duties if duty["unit"]["name"] == unit)


@pytest.fixture
def closed_alike(call):
    """One item of three townships, which two of them closed with the same note, typed otherwise; and the third's."""
    duties = issued(call, "徽城镇", "深渡镇", "石门乡", review_rule="all")
    submit(call, of_unit(duties, "徽城镇"), note=NOTE)
    submit(call, of_unit(duties, "石门乡"), as_="shimen", note=" 已召开专题会议,完成台账１２份")
    return duties


def queue(call):
    return {duty["unit"]["name"]: duty for duty in call("review_queue", {}, as_="lead")["submitted"]}


def same(duty):
    return duty["same_note_units"], duty["same_note_names"]


def test_the_queue_and_the_duty_name_the_other_units(call, closed_alike):
    waiting = queue(call)

    assert same(waiting["徽城镇"]) == (1, ["石门乡"])
    assert same(waiting["石门乡"]) == (1, ["徽城镇"])
    duty = waiting["徽城镇"]
    assert same(read(call, duty)) == (1, ["石门乡"])
    assert same(read(call, duty, as_="staff")) == (0, [])
    assert same(read(call, duty, as_="auditor")) == (0, [])


def test_what_was_accepted_counts_and_what_was_returned_does_not(call, closed_alike):
    do(call, "accept_duty", queue(call)["石门乡"], as_="lead")
    assert same(queue(call)["徽城镇"]) == (1, ["石门乡"])

    do(call, "return_duty", read(call, of_unit(closed_alike, "石门乡")), as_="lead", reason="照抄")
    assert same(queue(call)["徽城镇"]) == (0, [])


def test_a_note_that_changes_is_compared_anew(call, closed_alike):
    note = {"duty_id": of_unit(closed_alike, "石门乡")["duty_id"], "text": "另行组织了三场招聘会"}
    call("note_progress", note, as_="shimen")

    assert same(queue(call)["徽城镇"]) == (0, [])


def test_short_notes_and_other_items_are_no_reason_to_look(call):
    for note in ("已完成。", NOTE):
        first = issued(call, "徽城镇", review_rule="all")
        second = issued(call, "石门乡", review_rule="all")
        submit(call, *first, note=note)
        submit(call, *second, as_="shimen", note=note)
    both = issued(call, "徽城镇", "石门乡", review_rule="all")
    submit(call, of_unit(both, "徽城镇"), note="已完成。")
    submit(call, of_unit(both, "石门乡"), as_="shimen", note="已完成。")

    assert {same(duty)[0] for duty in call("review_queue", {}, as_="lead")["submitted"]} == {0}


def test_a_unit_does_not_repeat_itself_and_three_of_many_are_named(call, tasks_db):
    units = ("徽城镇", "深渡镇", "石门乡", "县发改委", "县人社局")
    duties = issued(call, *units, recurrence="monthly", due_day=25, due_on=None, review_rule="all")
    own = [duty for duty in duties if duty["unit"]["name"] == "徽城镇"][:2]
    submit(call, *own, note=NOTE)
    assert {same(read(call, duty))[0] for duty in own} == {0}

    run(tasks_db, "UPDATE duty SET state = 'accepted', note_key = %s", (key_of(tasks_db, own[0]),))

    units_named, names = same(read(call, own[0]))
    assert (units_named, len(names)) == (4, 3)
    assert "徽城镇" not in names


def key_of(database, duty):
    with database.transaction() as cur:
        cur.execute("SELECT note_key FROM duty WHERE id = %s", (duty["duty_id"],))
        return cur.fetchone()[0]


class Watched:
    """A cursor that counts the statements it carries out."""

    def __init__(self, cur):
        self.cur, self.statements = cur, []

    def execute(self, statement, values=None):
        self.statements.append(statement)
        return self.cur.execute(statement, values)

    def __getattr__(self, name):
        return getattr(self.cur, name)


def test_a_page_of_fifty_costs_one_statement_that_finds_them_by_the_index(call, tasks_db):
    named = ("徽城镇", "深渡镇", "石门乡")
    ids = issued_ids(call, *named, items=20, review_rule="all")
    run(tasks_db, "UPDATE duty SET state = 'submitted', note_key = md5((item_id %% 7)::text) WHERE id > %s", (0,))
    with tasks_db.transaction() as cur:
        watched = Watched(cur)
        assert len(queries.same_notes(watched, ids[:50])) == 50
        (statement,) = watched.statements
        # So few rows are read as a whole otherwise, whatever the indexes.
        cur.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cur.execute(f"EXPLAIN {statement}", {"duties": ids[:50], "most": 3})
        assert "duty_same_note" in "\n".join(line for (line,) in cur.fetchall())


def test_the_reviewer_reads_it_beside_the_note(call, visit, closed_alike):
    person = visit("lead").open("/review")
    assert "与另外 1 个单位的备注相同：石门乡" in person.text
    duty = of_unit(closed_alike, "徽城镇")
    assert "与另外 1 个单位的备注相同" in person.open(f"/duties/{duty['duty_id']}").text
    assert "备注相同" not in visit("staff").open(f"/duties/{duty['duty_id']}").text
