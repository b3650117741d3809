"""Whoever calls what in whichever order: a unit's cells and facts change by that unit's own hands alone.

The one exception has a name: the lead bureau's proxy entry, as long as the unit has typed nothing.
"""

import random

import pytest

from services.stats.submissions.operations import SubmissionOperations
from shared.actor import Role
from shared.calling.service import operations_of
from shared.errors import Forbidden, QingdanError
from tests.support.checklists import fetch, run
from tests.support.stats import COUNTY, HUICHENG, LEAD, PEOPLE, SHENDU, SHIMEN, VILLAGE, call
from tests.support.submissions import a_round, want_head

STAFF, HEAD, LEADER, ADMIN, AUDITOR = "staff", "head", "leader", "admin", "auditor"
ALL = {STAFF, HEAD, "lead", LEADER, ADMIN, AUDITOR}
UNIT = {STAFF, HEAD}
READERS = {"lead", LEADER, AUDITOR}
# Written by hand from the rules of who may do what.
ALLOWED = {
    "owed_submissions": UNIT,
    "waiting_submissions": UNIT | {"lead"},
    "count_waiting_submissions": UNIT | {"lead"},
    "get_form": UNIT | READERS,
    "submission_history": UNIT | READERS,
    "save_submission": UNIT,
    "submit_submission": UNIT,
    "take_back_submission": UNIT,
    "correct_submission": UNIT,
    "give_up_correction": UNIT,
    "confirm_submission": {HEAD},
    "pass_submission": UNIT,
    "accept_submissions": {"lead"},
    "return_submission": UNIT | {"lead"},
    "enter_by_proxy": {"lead"},
    "preview_forms": UNIT | {"lead"},
    "untyped_forms": {"lead"},
    "enter_several_by_proxy": {"lead"},
}


def is_refused(stats, operation, who):
    try:
        call(stats, operation, {}, as_=who)
    except Forbidden:
        return True
    except QingdanError:
        return False
    return False


def test_the_table_names_every_operation():
    assert set(ALLOWED) == set(operations_of(SubmissionOperations))


@pytest.mark.parametrize("operation", ALLOWED)
def test_an_operation_is_open_to_its_roles_only(stats, operation):
    assert {who for who in ALL if is_refused(stats, operation, who)} == ALL - ALLOWED[operation]


UNITS = (HUICHENG, SHENDU, SHIMEN, VILLAGE, LEAD)
CODES = ("JOBS", "LOANS", "POSTS")
PAPER = {"reason": "停电", "paper_on": "2026-06-08"}
CELLS = "SELECT submission_id, indicator_id, typed, typed_total, value, no_figure FROM submission_cell ORDER BY 1, 2"
FACTS = "SELECT id, unit_id, indicator_id, value, origin, person_unit FROM fact ORDER BY id"


@pytest.fixture
def people(stats, stats_db):
    """One for each role in each unit, and one with every role; by id, with the unit."""
    found = {}
    roles = [[role.value] for role in Role] + [[role.value for role in Role]]
    for unit_id in (*UNITS, COUNTY):
        for number, held in enumerate(roles):
            person_id = unit_id * 100 + number
            run(
                stats_db,
                "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES (%s, %s, %s, true, 1)",
                (person_id, unit_id, held),
            )
            found[person_id] = unit_id
    return found | {person_id: unit_id for person_id, unit_id, _ in PEOPLE.values()}


def a_call(chance, made, submissions):
    """Some operation on somebody's submission, most often with what would be right."""
    submission = chance.choice(submissions)
    version = submission.version if chance.random() < 0.9 else chance.randint(1, 9)
    based = {"submission_id": submission.id, "version": version}
    codes = chance.sample(CODES, chance.randint(1, 3)) if chance.random() < 0.3 else CODES
    cells = [{"indicator_id": made.indicators[code], "typed": str(chance.randint(0, 99))} for code in codes]
    filled = {**based, "cells": cells}
    reason = {**based, "reason": "核对"}
    named = {**reason, "cells": [{"indicator_id": cells[0]["indicator_id"], "reason": "不对"}]}
    return chance.choice(
        [
            ("save_submission", filled),
            ("submit_submission", filled),
            ("submit_submission", filled),
            ("take_back_submission", based),
            ("correct_submission", reason),
            ("give_up_correction", based),
            ("confirm_submission", based),
            ("pass_submission", based),
            ("accept_submissions", {"submissions": [based]}),
            (
                "accept_submissions",
                {"submissions": [{"submission_id": o.id, "version": o.version} for o in submissions]},
            ),
            ("return_submission", named),
            ("enter_by_proxy", filled | PAPER),
            ("enter_several_by_proxy", {"forms": [filled], **PAPER}),
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_calls_changes_a_foreign_units_cell_or_fact(stats, stats_db, people, seed):
    chance = random.Random(seed)
    made = a_round(stats_db, *UNITS)
    want_head(stats_db, SHENDU)
    owner = {submission_id: unit_id for unit_id, submission_id in made.submissions.items()}
    cells, facts, done = {}, [], set()
    for _ in range(400):
        submissions = fetch(stats_db, "SELECT id, version, state FROM submission ORDER BY id")
        operation, params = a_call(chance, made, submissions)
        who = chance.choice(list(people))
        if chance.random() < 0.5 and "submission_id" in params:
            who = chance.choice([one for one, unit_id in people.items() if unit_id == owner[params["submission_id"]]])
        try:
            call(stats, operation, params, as_=who)
            done.add(operation)
        except QingdanError:
            pass

        now = {(row.submission_id, row.indicator_id): tuple(row[2:]) for row in fetch(stats_db, CELLS)}
        for submission_id in {key[0] for key in now if now[key] != cells.get(key)}:
            is_proxy = operation.endswith("by_proxy") and not any(key[0] == submission_id for key in cells)
            assert owner[submission_id] == people[who] or is_proxy
        assert set(cells) <= set(now)
        cells = now
        after = fetch(stats_db, FACTS)
        assert after[: len(facts)] == facts
        for fact in after[len(facts) :]:
            assert operation == "accept_submissions"
            assert fact.value == now[made.submissions[fact.unit_id], fact.indicator_id][2]
        facts = after
    assert {"save_submission", "submit_submission", "accept_submissions", "return_submission"} <= done
    assert facts
