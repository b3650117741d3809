"""Random lives of a county's duties: all commands, several people, stale pages, repeats, days going by, an amendment.

After each step nothing was lost or done twice: what was refused changed nothing, what was done counted the version up
by one, and boards and reminders say what the duties say. At the end the log is sealed and verified.
"""

import datetime as dt
from collections import Counter
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.tasks.audit.kinds import LOGS
from services.tasks.duties.duty import VERSIONLESS, Action
from services.tasks.revisions import queries as revisions
from shared import clock
from shared.clock import day_of
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.light import OPEN_STATES, State
from shared.sealing.sealing import Sealing
from shared.sealing.verifying import findings
from tests.support.apart import apart
from tests.support.checklists import DUE_ON, add_row, draft, duties_of, fetch, issue, lead, run, work_off
from tests.support.delegation import villages
from tests.support.duties import TODAY, today
from tests.support.tasks import Caller

__all__ = ["apart", "today"]

UNITS = ("徽城镇", "深渡镇", "古关村")
PEOPLE = ("staff", "head", "shendu", "village", "department", "lead", "leader", "auditor")
REASON = {"reason": "说明"}
# By operation what it is told beside the duty and its version.
COMMANDS = {
    "acknowledge_duties": None,
    "submit_duties": None,
    "note_progress": None,
    "reopen_duty": {},
    "report_blocker": REASON,
    "clear_blocker": {},
    "accept_blocker": {},
    "answer_blocker": REASON,
    "ask_waiver": REASON,
    "take_back_waiver": {},
    "grant_waiver": {},
    "refuse_waiver": REASON,
    "ask_extension": REASON,
    "take_back_extension": {},
    "grant_extension": {},
    "refuse_extension": REASON,
    "accept_duty": {},
    "return_duty": REASON,
    "withdraw_duty": REASON,
    "delegate_duty": {},
    "withdraw_parts": REASON,
}
# What changes the parts of a duty with it.
WITH_PARTS = {"grant_waiver", "delegate_duty", "withdraw_parts"}
DAYS = {"ask_extension": "wanted_on", "grant_extension": "due_on"}
# What happens to a duty without a version of its own: beside the change that made one, or to nobody's page.
WITHOUT = {*VERSIONLESS, Action.CLOCK_RESUMED, Action.REMINDED, Action.URGED, Action.REMARKED, Action.REMARK_ANSWERED}


class Lives(RuleBasedStateMachine):
    """One county for all examples, with a checklist of its own for each."""

    def __init__(self, house, move, call=None):
        super().__init__()
        self.house, self.move = house, move
        self.database = house.databases["tasks"]
        self.call = call or Caller(house.services["tasks"], house.world)
        self.last = None
        if not self._village():
            villages(self.call, "渔梁村")

    @initialize(is_split=st.booleans())
    def issue_a_checklist(self, is_split):
        self.day = TODAY
        self.move(self.day)
        units = [lead(self.house.world.units[name]) for name in UNITS]
        self.drafted = draft(self.database)
        for number, rule_of_review in enumerate(("none", "all")):
            title = f"事项{number}"
            add_row(self.database, self.drafted, title, units=units, due_on=DUE_ON, review_rule=rule_of_review)
        issue(self.call, self.drafted)
        self.duties = sorted(duty.id for duty in fetch(self.database, self._mine("id")))
        self.seen = {duty_id: [1] for duty_id in self.duties}
        if is_split:
            self.the_township_splits_what_it_owes(item=0, days=-7, person="staff")

    @rule(
        place=st.integers(0, 7),
        operation=st.sampled_from(sorted(COMMANDS)),
        person=st.sampled_from(PEOPLE),
        is_stale=st.integers(0, 4).map(lambda number: number == 0),
        days=st.integers(1, 60),
        helper=st.sampled_from([None, "县发改委", "领导小组", "深渡镇"]),
    )
    def somebody_does_something(self, place, operation, person, is_stale, days, helper):
        self._try(self.duties[place % len(self.duties)], operation, person, is_stale, days, helper)

    @rule(item=st.integers(0, 1), days=st.integers(-30, 3), person=st.sampled_from(["staff", "head"]))
    def the_township_splits_what_it_owes(self, item, days, person):
        self._try(self.duties[item], "delegate_duty", person, days=days)

    @rule(item=st.integers(0, 1), person=st.sampled_from(["staff", "head", "department"]), is_stale=st.booleans())
    def the_township_takes_all_parts_back(self, item, person, is_stale):
        self._try(self.duties[item], "withdraw_parts", person, is_stale)

    @rule(
        operation=st.sampled_from(
            ["withdraw_duty", "grant_extension", "return_duty", "ask_extension", "submit_duties"]
        ),
        days=st.integers(-20, 10),
        person=st.sampled_from(["staff", "head"]),
    )
    def the_township_goes_on_with_a_part(self, operation, days, person):
        if len(self.duties) > len(UNITS) * 2:
            self._try(self.duties[-1], operation, person, days=days)

    def _try(self, duty_id, operation, person, is_stale=False, days=1, helper=None):
        version = self.seen[duty_id][0 if is_stale else -1]
        params = self._params(operation, duty_id, version, days=days, helper=helper)
        before = self._standing()
        self.last = (operation, params, person, uuid4())

        outcome = self._attempt()

        after = self._standing()
        may = {duty_id, *(one for one in after if operation in WITH_PARTS and after[one].parent_id == duty_id)}
        changed = {one for one in after if before.get(one) != after[one]}
        assert changed <= (may if outcome == "done" else set()), (operation, person, outcome)
        if operation == "withdraw_parts" and outcome == "done":
            self._took_all_back(duty_id, before, after, person)
        self.duties += sorted(after.keys() - before)
        for one in {duty_id} | changed:
            self.seen.setdefault(one, []).append(after[one].version)

    def _took_all_back(self, duty_id, before, after, person):
        """Each part that was not done is gone, one version on; what is done and the whole itself are as they were."""
        parts = {one: was for one, was in before.items() if was.parent_id == duty_id}
        gone = {one for one, was in parts.items() if State(was.state) in {*OPEN_STATES, State.SUBMITTED}}
        assert gone, "nothing was there to be taken back"
        assert person in {"staff", "head"}
        assert {one for one in after if after[one] != before[one]} == gone
        for one in gone:
            assert (after[one].state, after[one].version) == ("withdrawn", parts[one].version + 1)
            assert not after[one].is_blocked

    @rule()
    def somebody_presses_twice(self):
        if self.last is None:
            return
        before = self._standing()
        self._attempt()
        assert self._standing() == before

    @rule(days=st.integers(1, 20))
    def days_go_by(self, days):
        self.day += dt.timedelta(days=days)
        self.move(self.day)
        self.last = None

    @rule(later=st.integers(-20, 40))
    def the_date_of_an_item_is_amended(self, later):
        before = self._standing()
        draft_id = self.call("start_amendment", {"checklist_id": self.drafted.id}, as_="lead")["checklist_id"]
        due_on = max(DUE_ON, self.day) + dt.timedelta(days=later)
        run(self.database, "UPDATE checklist_row SET due_on = %s WHERE checklist_id = %s AND title = '事项0'",
            (due_on, draft_id))  # fmt: skip
        seen = self.call("preview_amendment", {"checklist_id": draft_id}, as_="lead")
        self._found_all_that_changes(draft_id, seen)
        params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "调整"}
        try:
            self.call("issue_amendment", params, as_="lead")
        except Invalid:
            self.call("delete_checklist", {"checklist_id": draft_id, "version": seen["version"]}, as_="lead")
        work_off(self.database)
        after = self._standing()
        for duty_id, was in before.items():
            now = after[duty_id]
            restarted = self.day if was.paused_on and now.due_on != was.due_on else was.paused_on
            assert (now.state, now.done_on, now.paused_on) == (was.state, was.done_on, restarted)
            assert now.version - was.version == (now.due_on != was.due_on)
            whole = after.get(now.parent_id)
            if whole and whole.due_on < before[now.parent_id].due_on and State(now.state) in OPEN_STATES:
                assert now.due_on <= whole.due_on
            self.seen[duty_id].append(now.version)
        self.last = None

    def _found_all_that_changes(self, draft_id, seen):
        """Looking at each duty of each item finds nothing that looking at the touched items alone did not."""
        every = [row.id for row in fetch(self.database, "SELECT id FROM checklist_row")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(revisions, "touched_items", lambda *_: set(every))
            assert self.call("preview_amendment", {"checklist_id": draft_id}, as_="lead") == seen

    @invariant()
    def versions_rise_by_one_and_nothing_happened_twice(self):
        if not hasattr(self, "duties"):
            return
        lines = fetch(self.database, "SELECT duty_id, version, action FROM duty_history WHERE duty_id = ANY (%s)",
                      (self.duties,))  # fmt: skip
        made = Counter((line.duty_id, line.version) for line in lines if Action(line.action) not in WITHOUT)
        for duty_id, one in self._standing().items():
            first = 1 if one.parent_id else 2
            assert {version for key, version in made if key == duty_id} == set(range(first, one.version + 1))
        assert set(made.values()) <= {1}

    @invariant()
    def boards_and_reminders_say_what_the_duties_say(self):
        if not hasattr(self, "duties"):
            return
        self.house.deliver()
        now = self._standing()
        stats, told = self.house.databases["stats"], self.house.databases["notifications"]
        # A request alone is announced to nobody, so versions may lag; what they say may not.
        counted = fetch(
            stats,
            """
            SELECT id, state, coalesce(told_due_on, due_on) AS due_on, done_on, is_blocked, paused_on FROM duty
            WHERE id = ANY (%s)
            """,
            (self.duties,),
        )
        assert {one.id: tuple(one)[1:] for one in counted} == {
            duty_id: (one.state, one.due_on, one.done_on, one.is_blocked, one.paused_on) for duty_id, one in now.items()
        }
        for of in ("item", "unit"):
            recount = f"SELECT checklist_id, {of}_id, due_on, bucket, count(*) AS duties FROM duty GROUP BY 1, 2, 3, 4"
            counters = f"SELECT checklist_id, {of}_id, due_on, bucket, duties FROM {of}_count WHERE duties <> 0"
            assert sorted(fetch(stats, counters)) == sorted(fetch(stats, recount))
        # Each whole once, its parts nowhere.
        count = "SELECT sum(duties) AS duties FROM item_count WHERE bucket <> 'withdrawn' AND checklist_id = %s"
        (counted_once,) = fetch(stats, count, (self.drafted.id,))
        assert counted_once.duties == sum(one.parent_id is None for one in now.values())
        planned = fetch(told, "SELECT id, due_on, is_open, is_paused, remind_on FROM duty WHERE id = ANY (%s)",
                        (self.duties,))  # fmt: skip
        for one in planned:
            duty = now[one.id]
            is_open = State(duty.state) in OPEN_STATES
            assert (one.due_on, one.is_open) == (duty.due_on, is_open)
            assert one.is_paused == (duty.paused_on is not None)
            assert is_open or one.remind_on is None or State(duty.state) is State.WITHDRAWN

    @invariant()
    def nobody_is_reminded_of_what_is_done_or_paused(self):
        if not hasattr(self, "duties"):
            return
        told = self.house.databases["notifications"]
        before = self._said(told)
        self.house.remind(clock.now())
        now = self._standing()
        for duty_id, stage in self._said(told) - before:
            assert State(now[duty_id].state) in OPEN_STATES or stage == "withdrawn"
            assert now[duty_id].paused_on is None or stage in ("taken_on", "issued", "asked")

    def teardown(self):
        with self.database.transaction() as cur:
            while Sealing(LOGS, "sha256").step(cur, limit=2000):
                pass
        with self.database.transaction() as cur:
            assert list(findings(cur, LOGS, ())) == []

    def _params(self, operation, duty_id, version, *, days, helper):
        based_on = {"duty_id": duty_id, "version": version}
        if operation == "acknowledge_duties":
            return {"duty_ids": [duty_id]}
        if operation == "submit_duties":
            return {"duties": [based_on], "note": "说明" if days % 2 else ""}
        if operation == "note_progress":
            return {"duty_id": duty_id, "text": "进展"}
        day = (DUE_ON + dt.timedelta(days=days)).isoformat()
        if operation == "delegate_duty":
            return based_on | {"units": [{"unit_id": self._village(), "due_on": day}]}
        params = {**based_on, **COMMANDS[operation]}
        if operation in DAYS:
            params[DAYS[operation]] = day
        if operation == "report_blocker" and helper:
            params["asked_unit_id"] = self.house.world.units[helper]
        return params

    def _attempt(self):
        operation, params, person, command_id = self.last
        try:
            self.call(operation, params, as_=person, command_id=command_id)
        except (Forbidden, Conflict, Invalid, NotFound) as refused:
            return type(refused).__name__
        return "done"

    def _village(self):
        found = fetch(self.database, "SELECT id FROM unit WHERE name = '渔梁村'")
        return found[0].id if found else None

    def _mine(self, columns):
        return f"SELECT {columns} FROM duty WHERE checklist_id = {self.drafted.id}"

    def _standing(self):
        found = fetch(
            self.database,
            """
            SELECT duty.id, duty.version, duty.state, parent_id, due_on, done_on, blocker.id IS NOT NULL AS is_blocked,
                CASE WHEN blocker.state = 'accepted' THEN accepted_on END AS paused_on
            FROM duty LEFT JOIN request AS blocker ON duty_id = duty.id AND kind = 'blocker' AND ended_at IS NULL
            WHERE checklist_id = %s
            """,
            (self.drafted.id,),
        )
        return {one.id: one for one in found}

    def _said(self, told):
        day = day_of(clock.now())
        found = fetch(
            told,
            "SELECT duty_id, stage FROM message_line JOIN message ON message.id = message_id"
            " WHERE day = %s AND duty_id = ANY (%s)",
            (day, self.duties),
        )
        return {tuple(one) for one in found}


@pytest.mark.usefixtures("today")
def test_any_life_of_duties_loses_and_doubles_nothing(house, today):
    run_state_machine_as_test(
        lambda: Lives(house, today),
        settings=settings(
            max_examples=6,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert duties_of(house.databases["tasks"], house.world.units["徽城镇"])


def test_nor_does_any_life_where_calls_and_events_travel_by_the_broker(apart):
    """The distributed mode, with the product's own processes: a short life, since each step waits for them."""
    run_state_machine_as_test(
        lambda: Lives(apart.house, apart.move, apart.call),
        settings=settings(
            max_examples=2,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert duties_of(apart.house.databases["tasks"], apart.house.world.units["徽城镇"])
