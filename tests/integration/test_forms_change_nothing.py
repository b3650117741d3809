"""A form never changes what its reader did not: each one that edits something, sent as it was opened, saves the same.

The pages are those of the portal's own addresses, so that a new one must be named here, and the things on them are as
odd as they can be: switched off, at their limits, in another order than a page would make.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.calling.caller import AWAY, TOGETHER, Call, Caller
from shared.delivery.inprocess import InProcess
from shared.errors import UNKNOWN, BrokerAway
from shared.limits import CALLER
from tests.support.duties import today
from tests.support.pages import Person
from tests.support.portal import pages_before
from tests.support.tasks import ALL_TOWNSHIPS, PASSWORD, TO_BE_FILLED, a_draft, save_row

__all__ = ["today"]

TABLES = ("unit", "unit_group", "unit_group_member", "person", "checklist", "checklist_row", "row_unit", "question")
# Addresses that show a form about something that exists, with the table of those things and who edits them.
EDITING = {
    "checklists.settings": ("checklist", "lead"),
    "rows.edit": ("checklist_row", "lead"),
    "units.edit": ("unit", "admin"),
    "groups.edit": ("unit_group", "admin"),
    "people.edit": ("person", "admin"),
}
# These take a file, or one decision, or what several get at once, and hold nothing that was there before.
NOT_EDITING = {
    *("calendar.day", "calendar.from_file"),
    *("tracing.split", "tracing.figures"),
    *("sheets.sheet", "rows.several", "rounds.unlock", "figure_changes.adjust", "checks.new"),
    *(
        "bulletins.sign",
        "meetings.decide",
        "practices.offer",
        "targets.drop",
        "years.carry",
        "years.end",
        "entry.choose_language",
        "posts.of_person",
        "posts.hand_over",
    ),
}
# What others keep, or whose page asks others too; the tests of their pages beside this one (test_portal_reports.py,
# …_targets.py, …_meetings.py, …_reminder_rules.py, …_bulletins.py) send these as they were opened.
OF_REPORTS = {
    *("indicators.edit", "reports.edit", "reports.unit_days", "checks.edit", "targets.edit", "targets.split"),
    "bulletins.one",
    "meetings.edit",
    "reminder_rules.one",
}


def stored(tasks_db, tables=TABLES):
    """Every row of the tables, without what counts or times their changes."""
    found = {}
    with tasks_db.transaction() as cur:
        for table in tables:
            cur.execute(f"SELECT to_jsonb(one) - '{{version,answered_at}}'::text[] FROM {table} AS one")
            found[table] = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for (row,) in cur.fetchall())
    return found


def changed(before, after):
    return {table: sorted(set(before[table]) ^ set(after[table])) for table in before if before[table] != after[table]}


@pytest.fixture
def oddities(call, tasks_db, world):
    """A directory and a draft in which everything is at a limit or switched off; ids by table."""
    draft = a_draft(call, items=4)
    rows = {row["number"]: row for row in draft["rows"]}
    prose = "\n".join(f"第{n}行" + "长" * 14 for n in range(200))[:3990].rstrip()
    unit, group = world.units, world.groups
    mixed = [
        {"role": "support", "unit_id": unit["石门乡"]},
        {"role": "lead", "unit_id": unit["县发改委"]},
        {"role": "support", "group_id": group[TO_BE_FILLED]},
        {"role": "lead", "unit_id": unit["徽城镇"]},
    ]
    save_row(call, rows["1"], units=mixed)
    save_row(call, rows["1.1.1"], body=prose)
    save_row(call, rows["1.1.1.1"], title="题" * 200, body=prose, acceptance_rule=prose[:990].rstrip(), units=mixed)
    save_row(call, rows["1.1.1.2"], due_on=None, recurrence="monthly", due_day=31, review_rule="sample")
    save_row(call, rows["1.1.1.3"], due_on="2027-12-31", recurrence="yearly", review_rule="all")
    header = call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")
    names = [f"第{n}级、甲/乙,丙，丁".ljust(20, "级") for n in "一二三四五"]
    kept = {name: header[name] for name in ("checklist_id", "year", "version")}
    call("save_checklist", kept | {"title": "题" * 200, "level_names": names}, as_="lead")
    add_members(call, group[TO_BE_FILLED], [unit["石门乡"], unit["县发改委"], unit["古关村"]])
    switch_off(tasks_db, unit, "石门乡", "徽城镇", "古关村")
    ask_everything(tasks_db, draft["checklist_id"])
    return draft


def add_members(call, group_id, member_ids):
    group = next(one for one in call("list_units", as_="admin")["groups"] if one["group_id"] == group_id)
    params = {name: group[name] for name in ("group_id", "name", "version")}
    aliases = [f"{n:02}" + "称" * 58 for n in range(30)]
    call("save_group", params | {"aliases": aliases, "member_ids": member_ids}, as_="admin")


def switch_off(tasks_db, unit, *names):
    """What a restored backup or an earlier release may have left: switched off although something needs them."""
    off = [unit[name] for name in names]
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE unit SET is_active = false WHERE id = ANY (%s)", (off,))
        cur.execute("UPDATE person SET is_active = false WHERE unit_id = ANY (%s) AND sign_in_name <> 'head'", (off,))
        aliases = [f"{n:02}、" + "/" * 57 for n in range(30)]
        cur.execute("UPDATE unit SET aliases = %s WHERE name = '深渡镇'", (aliases,))
        cur.execute("UPDATE person SET display_name = repeat('名', 60), post = repeat('岗', 60) WHERE id % 2 = 0")


def ask_everything(tasks_db, checklist_id):
    """An open question of each kind that a page has a form for; that on a group is on one without members."""
    with tasks_db.transaction() as cur:
        cur.execute("INSERT INTO unit_group (name) VALUES ('各成员单位')")
        cur.execute(
            """
            INSERT INTO question (checklist_id, row_id, group_id, kind, text_zh, text_en)
            SELECT %(checklist)s, CASE WHEN kind <> 'group' THEN item.id END,
                CASE WHEN kind = 'group' THEN named.id END, kind, kind, kind
            FROM unnest('{group,open_ended,unknown_unit,no_due,past_due,several_dues,applies_to_all}'::text[]) AS kind,
                (SELECT min(id) AS id FROM checklist_row WHERE level = 4) AS item,
                (SELECT id FROM unit_group WHERE name = '各成员单位') AS named
            """,
            {"checklist": checklist_id},
        )


def addresses(portal, tasks_db, endpoint):
    """The page of everything that `endpoint` edits."""
    table, _ = EDITING[endpoint]
    (rule,) = [rule for rule in portal.url_map.iter_rules() if rule.endpoint == endpoint]
    with tasks_db.transaction() as cur:
        cur.execute(f"SELECT id FROM {table} ORDER BY id")
        return [rule.rule.replace(f"<int:{next(iter(rule.arguments))}>", str(one)) for (one,) in cur.fetchall()]


def test_every_page_that_edits_something_is_known_here(portal):
    rules = [rule for rule in portal.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())]

    assert {rule.endpoint for rule in rules if rule.arguments} == set(EDITING) | NOT_EDITING | OF_REPORTS


@pytest.mark.parametrize("endpoint", EDITING)
def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(visit, portal, tasks_db, oddities, endpoint, today):
    person = visit(EDITING[endpoint][1])

    for address in addresses(portal, tasks_db, endpoint):
        before = stored(tasks_db)
        person.open(address)
        edited = [form for form in person.forms if form.action in ("", address) and "version" in dict(form.fields)]
        assert len(edited) == 1, address
        person.send(edited[0])

        assert person.status == 200, (address, person.text)
        assert "已保存" in person.text, (address, person.text)
        assert changed(before, stored(tasks_db)) == {}, address


def test_what_is_switched_off_is_ticked_and_named_so(visit, world, oddities):
    group = visit("admin").open(f"/groups/{world.groups[TO_BE_FILLED]}")
    row = visit("lead").open(f"/rows/{oddities['rows'][3]['row_id']}")

    assert "石门乡（已停用）" in group.text
    assert ("member_ids", str(world.units["石门乡"])) in group.forms[-1].fields
    assert "石门乡（已停用）" in row.text
    assert "古关村" not in row.text


def test_a_question_that_is_answered_without_an_answer_changes_no_row(visit, tasks_db, oddities, today):
    page = f"/checklists/{oddities['checklist_id']}/questions"
    person = visit("lead").open(page)
    asked = [(form, value) for form in person.forms if form.action == page for _, value in form.buttons]
    before = stored(tasks_db, [table for table in TABLES if table != "question"])

    for form, answer in sorted(asked, key=lambda pair: pair[1] == "keep"):
        person.send(form, answer=answer)

        assert changed(before, stored(tasks_db, list(before))) == {}, (form.fields, answer)
    assert len({answer for _, answer in asked}) > 3


@dataclass
class Newer:
    """A service of a newer release, as far as a page can tell: it knows values that this release has no word for.

    What is saved goes no further, because the service behind it is of this release.
    """

    inner: Caller
    saved: dict[str, Any] = field(default_factory=dict)

    def call(self, service: str, operation: str, asked: Call, *, timeout: float = CALLER.ask) -> dict[str, Any]:
        if operation == TOGETHER:
            # So each question comes by alone.
            raise BrokerAway(AWAY, {UNKNOWN: True})
        if operation.startswith("save_"):
            self.saved = asked.params
            return {}
        answer = self.inner.call(service, operation, asked, timeout=timeout)
        units = [answer] if operation == "get_unit" else answer.get("units", []) if operation == "unit_choices" else []
        for unit in units:
            unit["kind"] = "office" if unit["name"] in ("石门乡", "县发改委") else unit["kind"]
        if operation == "get_person":
            answer["roles"] = [*answer["roles"], "observer"]
        if operation == "get_row":
            answer["row"] |= {"recurrence": "weekly", "review_rule": "twice"}
            answer["row"]["units"] = [unit | {"role": "watches"} for unit in answer["row"]["units"]]
        return answer


@pytest.fixture
def newer(tasks, portal_db):
    return Newer(InProcess({"tasks": tasks}))


@pytest.fixture
def visit_newer(newer, portal_db):
    app = pages_before(newer, portal_db)
    return lambda name: Person(app).sign_in(name, PASSWORD)


def sent_unchanged(person, address):
    person.open(address)
    person.send(next(form for form in person.forms if form.action == "" and "version" in dict(form.fields)))
    assert "已保存" in person.text, person.text


def test_values_of_a_newer_release_come_back_as_they_are(visit_newer, newer, call, world, today):
    draft = a_draft(call, units=[{"role": "lead", "unit_id": world.units["县发改委"]}])

    sent_unchanged(visit_newer("admin"), f"/units/{world.units['石门乡']}")
    assert newer.saved["kind"] == "office"

    sent_unchanged(visit_newer("admin"), f"/people/{world.people['staff']}")
    assert newer.saved["roles"] == ["unit_staff", "observer"]

    sent_unchanged(visit_newer("admin"), f"/groups/{world.groups[ALL_TOWNSHIPS]}")
    assert world.units["石门乡"] in newer.saved["member_ids"]

    sent_unchanged(visit_newer("lead"), f"/rows/{draft['rows'][1]['row_id']}")
    assert (newer.saved["recurrence"], newer.saved["review_rule"]) == ("weekly", "twice")
    assert newer.saved["units"] == [{"role": "watches", "unit_id": world.units["县发改委"]}]

    sent_unchanged(visit_newer("lead"), f"/rows/{draft['rows'][3]['row_id']}")
    assert (newer.saved["recurrence"], newer.saved["review_rule"]) == ("weekly", "twice")


def test_of_two_versions_all_is_shown_that_would_be_stored(visit, call, world, today):
    """Boxes that are not ticked, groups and leads included; what is sent on purpose is all that was sent."""
    row = a_draft(call, units=[{"role": "lead", "group_id": world.groups[ALL_TOWNSHIPS]}])["rows"][1]
    lead = visit("lead").open(f"/rows/{row['row_id']}")
    save_row(call, row, title="同事改的标题")
    lead.send(lead.form(f"/rows/{row['row_id']}"), leads=None, units=[f"unit:{world.units['县发改委']}"])

    assert lead.status == 409
    assert f"责任单位{ALL_TOWNSHIPS}（牵头）县发改委（配合）" in lead.text


def test_an_account_that_changed_meanwhile_is_saved_with_all_that_was_typed(visit, call, world):
    admin = visit("admin").open(f"/people/{world.people['shimen']}")
    call("save_person", a_person_of(call, "shimen") | {"post": "同事改的岗位"}, as_="admin")

    admin.send(admin.form(f"/people/{world.people['shimen']}"), post="我改的岗位", is_active=None)
    assert admin.status == 409
    assert "启用是否" in admin.text
    admin.send(admin.form(f"/people/{world.people['shimen']}"))

    assert "已保存" in admin.text
    person = next(one for one in call("list_people", as_="admin")["people"] if one["sign_in_name"] == "shimen")
    assert (person["post"], person["is_active"]) == ("我改的岗位", False)


def a_person_of(call, sign_in_name):
    """The parameters that save the account as it is."""
    one = next(one for one in call("list_people", as_="admin")["people"] if one["sign_in_name"] == sign_in_name)
    names = ("person_id", "sign_in_name", "display_name", "post", "roles", "is_active", "version")
    return {name: one[name] for name in names} | {"unit_id": one["unit"]["unit_id"]}


def test_of_two_versions_only_what_differs_is_marked(visit, call, world, today):
    draft = a_draft(call)
    row = save_row(call, draft["rows"][3], body="第一行\n第二行", acceptance_rule="有台账")
    path = f"/rows/{row['row_id']}"
    lead = visit("lead").open(path)
    save_row(call, row, due_on="2026-07-31")
    lead.send(lead.form(path))
    assert marked(lead) == ["完成时限"]

    path = f"/checklists/{draft['checklist_id']}/settings"
    lead.open(path)
    header = call("get_checklist", {"checklist_id": draft["checklist_id"]}, as_="lead")
    params = {name: header[name] for name in ("checklist_id", "title", "year", "level_names", "version")}
    call("save_checklist", params | {"title": "同事改的"}, as_="lead")
    lead.send(lead.form(path))
    assert marked(lead) == ["标题"]


def test_of_two_versions_of_an_account_the_unit_is_shown_too(visit, call, world):
    path = f"/people/{world.people['shimen']}"
    admin = visit("admin").open(path)
    call("save_person", a_person_of(call, "shimen") | {"unit_id": world.units["深渡镇"]}, as_="admin")

    admin.send(admin.form(path), post="我改的岗位")

    assert sorted(marked(admin)) == ["单位", "岗位"]
    assert "单位深渡镇石门乡" in admin.text


def marked(person):
    """The labels of the lines of the comparison that are marked as different."""
    assert person.status == 409
    return re.findall(r'<tr class="differs"><th scope="row">([^<]+)', person.response.text)
