"""Every operation as every role, and every change of a duty by everybody.

The tables are written by hand from the rules of who may do what, not from the code.
"""

import pytest

from services.tasks.service import TasksService
from shared.calling.service import operations_of
from shared.errors import Forbidden, NewPasswordNeeded, QingdanError
from tests.support.checklists import fetch, run
from tests.support.delegation import part_of, split
from tests.support.duties import do, issued, read, submit, today
from tests.support.evidence import add_file

__all__ = ["today"]

STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR = "staff", "head", "lead", "leader", "admin", "auditor"
ALL = {STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR}
UNIT = {STAFF, HEAD}
READERS = {LEAD, LEADER, AUDITOR}

ALLOWED = {
    "who_am_i": ALL,
    "answer_together": ALL,
    "change_password": ALL,
    "sign_out": ALL,
    "list_units": ALL,
    "find_units": ALL,
    "search": ALL,
    "get_unit": ALL,
    "name_units": ALL,
    "unit_choices": {ADMIN, LEAD},
    "find_people": {ADMIN},
    "get_person": {ADMIN},
    "find_groups": {ADMIN, LEAD},
    "get_group": {ADMIN, LEAD},
    "save_unit": {ADMIN},
    "preview_units": {ADMIN},
    "import_units": {ADMIN},
    "save_group": {ADMIN, LEAD},
    "groups_to_join": {ADMIN},
    "join_groups": {ADMIN},
    "list_people": {ADMIN},
    "save_person": {ADMIN},
    "reset_password": {ADMIN},
    "unlock_person": {ADMIN},
    "hand_over": {ADMIN},
    "list_holders": {ADMIN},
    "own_substitutions": ALL,
    "appoint_substitute": ALL,
    "end_substitution": ALL,
    "enter_post": ALL,
    "preview_people": {ADMIN},
    "import_people": {ADMIN},
    "renew_passwords": {ADMIN},
    "list_audit": {AUDITOR},
    "name_people": {AUDITOR},
    "record_export": ALL,
    "put_file": {LEAD, ADMIN},
    "get_file": {LEAD, ADMIN, LEADER},
    "list_checklists": READERS | {ADMIN},
    "create_checklist": {LEAD},
    "import_notice": {LEAD},
    "get_checklist": READERS,
    "save_checklist": {LEAD},
    "save_contact": {LEAD},
    "delete_checklist": {LEAD},
    "add_row": {LEAD},
    "get_row": READERS,
    "save_row": {LEAD},
    "make_remark": {LEADER},
    "answer_remark": UNIT,
    "list_remarks": READERS,
    "remarks_of_duty": READERS | UNIT,
    "offer_practice": UNIT,
    "add_practice_file": UNIT,
    "withdraw_practice": UNIT,
    "publish_practice": {LEAD},
    "correct_practice": {LEAD},
    "put_practice_aside": {LEAD},
    "take_practice_back": {LEAD},
    "offered_practices": {LEAD},
    "list_meetings": READERS,
    "get_meeting": READERS,
    "make_meeting": {LEAD},
    "save_meeting": {LEAD},
    "delete_meeting": {LEAD},
    "decide": {LEAD},
    "list_practices": ALL,
    "get_practice": ALL,
    "get_practice_file": ALL,
    "count_practices": ALL,
    "calendar_year": ALL,
    "calendar_tables": ALL,
    "preview_calendar": {ADMIN},
    "import_calendar": {ADMIN},
    "save_calendar_day": {ADMIN},
    "light_rules": ALL,
    "preview_light_rule": {LEAD},
    "save_light_rule": {LEAD},
    "take_back_light_rule": {LEAD},
    "make_suggestion": ALL,
    "list_suggestions": ALL,
    "answer_suggestion": {LEAD, ADMIN},
    "urge": UNIT | {LEAD, LEADER},
    "start_amendment": {LEAD},
    "preview_amendment": {LEAD},
    "issue_amendment": {LEAD},
    "list_amendments": READERS,
    "list_changed_rows": READERS,
    "look_at_year_end": READERS,
    "close_checklist": {LEAD},
    "carry_checklist": {LEAD},
    "compare_carried": READERS,
    "get_sample": READERS,
    "list_sample": READERS,
    "save_rows": {LEAD},
    **{key: {LEAD} for key in ("list_pieces", "take_piece", "undo_change")},
    **{key: {LEAD} for key in ("list_split_points", "split_measure", "merge_measures")},
    **{key: {LEAD} for key in ("list_figures", "take_figures", "decline_figures")},
    "move_row": {LEAD},
    "delete_row": {LEAD},
    "answer_questions": {LEAD},
    "new_names": {LEAD},
    "settle_names": {LEAD},
    "preview_rows": {LEAD},
    "import_rows": {LEAD},
    "export_rows": {LEAD, LEADER},
    "rows_template": {LEAD},
    "preview_issue": {LEAD},
    "list_coming_duties": {LEAD},
    "issue_checklist": {LEAD},
    "issue_progress": {LEAD, LEADER},
    "my_duties": UNIT,
    "owed_duties": UNIT,
    "acknowledge_duties": UNIT,
    "open_duty": UNIT,
    "get_duty": UNIT | READERS,
    "submit_duties": UNIT,
    "note_progress": UNIT,
    "report_blocker": UNIT,
    "clear_blocker": UNIT,
    "ask_waiver": UNIT,
    "take_back_waiver": UNIT,
    "ask_extension": UNIT,
    "take_back_extension": UNIT,
    "add_evidence": UNIT,
    "remove_evidence": UNIT,
    "get_evidence": UNIT | READERS,
    "reopen_duty": UNIT,
    "reopen_duties": UNIT,
    "review_queue": {LEAD} | UNIT,
    "accept_duty": {LEAD} | UNIT,
    "return_duty": {LEAD} | UNIT,
    "grant_waiver": {LEAD} | UNIT,
    "refuse_waiver": {LEAD} | UNIT,
    "grant_extension": {LEAD} | UNIT,
    "refuse_extension": {LEAD} | UNIT,
    "accept_blocker": {LEAD, LEADER} | UNIT,
    "answer_blocker": {LEAD, LEADER} | UNIT,
    "list_difficulties": READERS | UNIT,
    "whom_to_ask": UNIT,
    "count_asked": {LEADER} | UNIT,
    "whom_to_delegate_to": UNIT,
    "delegate_duty": UNIT,
    "withdraw_duty": UNIT,
    "withdraw_parts": UNIT,
    "accept_duties": {LEAD} | UNIT,
    "count_waiting": {LEAD} | UNIT,
}
NOBODY_NEEDED = {"sign_in", "note_held_up", "held_evidence"}


def is_refused(call, operation, person):
    """Whether the door stays shut; what lies behind it may still complain of the missing parameters."""
    try:
        call(operation, {}, as_=person)
    except Forbidden:
        return True
    except QingdanError:
        return False
    return False


def test_the_table_names_every_operation():
    assert set(ALLOWED) | NOBODY_NEEDED == set(operations_of(TasksService))


@pytest.mark.parametrize("operation", ALLOWED)
def test_an_operation_is_open_to_its_roles_only_and_each_refusal_is_recorded(call, tasks_db, operation):
    refused = {person for person in ALL if is_refused(call, operation, person)}

    assert refused == ALL - ALLOWED[operation]
    recorded = fetch(tasks_db, "SELECT operation, person_id FROM refusal")
    assert {row.operation for row in recorded} <= {operation}
    assert {row.person_id for row in recorded} == {call.world.people[person] for person in refused}


@pytest.mark.parametrize("operation", ALLOWED)
def test_nobody_and_somebody_unknown_are_refused(call, operation):
    assert is_refused(call, operation, None)
    assert is_refused(call, operation, 999_999)


def test_a_closed_account_is_refused(call, tasks_db, world):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET is_active = false WHERE id = %s", (world.people[LEAD],))

    assert is_refused(call, "list_checklists", LEAD)


BEFORE_NEW_PASSWORD = {"who_am_i", "answer_together", "calendar_tables", "change_password", "sign_out"}


@pytest.mark.parametrize("operation", ALLOWED)
def test_whoever_has_a_password_that_somebody_told_chooses_an_own_one_first(call, tasks_db, operation):
    run(tasks_db, "UPDATE person SET must_change_password = true")

    refused = {person: needs_new_password(call, operation, person) for person in ALLOWED[operation]}

    assert set(refused.values()) == {operation not in BEFORE_NEW_PASSWORD}
    recorded = fetch(tasks_db, "SELECT operation, reason FROM refusal")
    assert len(recorded) == sum(refused.values())
    assert {(row.operation, "请先设置自己的密码" in row.reason) for row in recorded} <= {(operation, True)}


def needs_new_password(call, operation, person):
    try:
        call(operation, {}, as_=person)
    except NewPasswordNeeded:
        return True
    except QingdanError:
        return False
    return False


def test_with_an_own_password_everything_is_open_again(call, world):
    told = call("reset_password", {"person_id": world.people[STAFF]}, as_=ADMIN)["password"]
    assert needs_new_password(call, "my_duties", STAFF)

    call("change_password", {"old": told, "new": "seven green rivers 12"}, as_=STAFF)

    assert not needs_new_password(call, "my_duties", STAFF)


# Who is who to a duty of 徽城镇: its own people, the village below it, other units, and those of the county.
PEOPLE = [STAFF, HEAD, "village", "shendu", "department", LEAD, LEADER, ADMIN, AUDITOR]
READ_A_DUTY = UNIT | READERS
CHANGE_AS_UNIT = {
    "open_duty": lambda call, duty, person: call("open_duty", {"duty_id": duty["duty_id"]}, as_=person),
    "submit_duties": lambda call, duty, person: submit(call, duty, as_=person),
    "note_progress": lambda call, duty, person: call(
        "note_progress", {"duty_id": duty["duty_id"], "text": "已联系"}, as_=person
    ),
    "report_blocker": lambda call, duty, person: do(call, "report_blocker", duty, as_=person, reason="缺资金"),
    "clear_blocker": lambda call, duty, person: do(call, "clear_blocker", duty, as_=person),
    "ask_waiver": lambda call, duty, person: do(call, "ask_waiver", duty, as_=person, reason="不涉及"),
    "ask_extension": lambda call, duty, person: do(
        call, "ask_extension", duty, as_=person, reason="忙", wanted_on="2026-12-15"
    ),
    "reopen_duty": lambda call, duty, person: do(call, "reopen_duty", duty, as_=person),
}
DECIDE = {
    "accept_duty": lambda call, duty, person: do(call, "accept_duty", duty, as_=person),
    "return_duty": lambda call, duty, person: do(call, "return_duty", duty, as_=person, reason="缺少签到表"),
    "grant_extension": lambda call, duty, person: do(call, "grant_extension", duty, as_=person, due_on="2026-12-15"),
    "refuse_extension": lambda call, duty, person: do(call, "refuse_extension", duty, as_=person, reason="不行"),
    "grant_waiver": lambda call, duty, person: do(call, "grant_waiver", duty, as_=person),
    "refuse_waiver": lambda call, duty, person: do(call, "refuse_waiver", duty, as_=person, reason="有一处在建"),
    "accept_blocker": lambda call, duty, person: do(call, "accept_blocker", duty, as_=person),
    "answer_blocker": lambda call, duty, person: do(call, "answer_blocker", duty, as_=person, reason="财政局本周拨付"),
    "accept_duties": lambda call, duty, person: call(
        "accept_duties", {"duties": [{"duty_id": duty["duty_id"], "version": duty["version"]}]}, as_=person
    ),
}


def those_let_in(call, duty, attempt):
    let_in = set()
    for person in PEOPLE:
        try:
            attempt(call, duty, person)
        except Forbidden:
            continue
        except QingdanError:
            pass
        let_in.add(person)
    return let_in


def test_a_duty_is_read_by_its_unit_and_by_those_who_read_all(call):
    (duty,) = issued(call, "徽城镇")

    assert those_let_in(call, duty, lambda call, duty, person: read(call, duty, as_=person)) == READ_A_DUTY


@pytest.mark.parametrize("operation", CHANGE_AS_UNIT)
def test_a_duty_is_changed_by_its_own_unit_only(call, operation):
    (duty,) = issued(call, "徽城镇")

    assert those_let_in(call, duty, CHANGE_AS_UNIT[operation]) == UNIT


@pytest.mark.parametrize("operation", CHANGE_AS_UNIT)
def test_a_unit_above_changes_the_duties_of_those_below_it(call, operation):
    (duty,) = issued(call, "古关村")

    assert those_let_in(call, duty, CHANGE_AS_UNIT[operation]) == UNIT | {"village"}


def test_a_duty_is_signed_for_by_the_unit_that_owes_it_and_by_none_above(call):
    own, below = issued(call, "徽城镇", "古关村")

    assert those_let_in(call, own, acknowledge) == UNIT
    assert those_let_in(call, below, acknowledge) == {"village"}


def acknowledge(call, duty, person):
    return call("acknowledge_duties", {"duty_ids": [duty["duty_id"]]}, as_=person)


def test_evidence_is_added_and_removed_by_the_unit_that_owes_the_duty_and_by_none_above(call):
    own, below = issued(call, "徽城镇", "古关村")

    assert those_let_in(call, own, add_file) == those_let_in(call, own, remove_file) == UNIT
    assert those_let_in(call, below, add_file) == those_let_in(call, below, remove_file) == {"village"}


def test_evidence_is_read_by_whoever_reads_the_duty(call):
    own, below = issued(call, "徽城镇", "古关村")

    assert those_let_in(call, own, read_file) == READ_A_DUTY
    assert those_let_in(call, below, read_file) == READ_A_DUTY | {"village"}


def remove_file(call, duty, person):
    return call("remove_evidence", {"duty_id": duty["duty_id"], "evidence_id": 1}, as_=person)


def read_file(call, duty, person):
    return call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": 1}, as_=person)


@pytest.mark.parametrize("operation", DECIDE)
def test_only_the_lead_bureau_decides(call, operation):
    (duty,) = issued(call, "徽城镇")

    assert those_let_in(call, duty, DECIDE[operation]) == {LEAD}


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("operation", sorted(set(DECIDE) - {"accept_duties"}))
def test_on_a_part_of_a_duty_only_the_unit_that_split_it_decides(call, operation):
    part = part_of(call, split(call, issued(call, "徽城镇")[0]))

    assert those_let_in(call, part, DECIDE[operation]) == UNIT


@pytest.mark.usefixtures("today")
def test_a_duty_is_split_by_its_own_unit_and_by_none_above(call):
    (own,) = issued(call, "徽城镇")
    (below,) = issued(call, "古关村")

    assert those_let_in(call, own, lambda call, duty, person: split(call, duty, as_=person)) == UNIT
    assert those_let_in(call, below, lambda call, duty, person: split(call, duty, as_=person)) == {"village"}


def test_a_refused_change_changes_nothing_and_is_recorded_with_its_reason(call, tasks_db, world):
    (duty,) = issued(call, "徽城镇")

    for attempt in CHANGE_AS_UNIT.values():
        with pytest.raises(Forbidden):
            attempt(call, duty, "shendu")

    after = read(call, duty)
    assert (after["version"], after["state"], len(after["history"])) == (1, "issued", 1)
    recorded = fetch(tasks_db, "SELECT operation, person_id, reason FROM refusal ORDER BY id")
    assert [row.operation for row in recorded] == list(CHANGE_AS_UNIT)
    assert {row.person_id for row in recorded} == {world.people["shendu"]}
    assert all("不属于您的单位" in row.reason for row in recorded)


def test_the_lead_bureau_does_not_do_a_units_duty_even_when_it_owes_others(call, tasks_db, world):
    """A person of the lead bureau who also reports for it keeps to its own duties."""
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET roles = '{lead_bureau,unit_staff}' WHERE id = %s", (world.people[LEAD],))
    own, foreign = issued(call, "县人社局", "徽城镇")

    assert submit(call, own, as_=LEAD)["results"][0]["outcome"] == "done"
    with pytest.raises(Forbidden):
        submit(call, foreign, as_=LEAD)


def test_the_offered_actions_are_those_that_work(call):
    """What the page offers is never refused, and what it does not offer never works."""
    (duty,) = issued(call, "徽城镇", review_rule="all")
    for person in (STAFF, LEAD, LEADER):
        offered = set(read(call, duty, as_=person)["actions"])

        for operation in (
            "accept_duty",
            "clear_blocker",
            "grant_waiver",
            "grant_extension",
            "refuse_extension",
            "reopen_duty",
            "refuse_waiver",
            "return_duty",
        ):
            assert operation not in offered
            with pytest.raises(QingdanError):
                (CHANGE_AS_UNIT | DECIDE)[operation](call, duty, person)

    assert set(read(call, duty, as_=STAFF)["actions"]) == {
        "acknowledge_duties",
        "submit_duties",
        "note_progress",
        "report_blocker",
        "ask_waiver",
        "ask_extension",
        "delegate_duty",
        "add_evidence",
        "remove_evidence",
    }
