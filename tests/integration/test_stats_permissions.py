"""Every operation of stats as every role. The table is written by hand from the rules of who may do what.

The lead bureau defines, leadership and auditor read, units see what a figure means and handle what is their own.
"""

import pytest

from services.stats.service import StatsService
from shared.calling.service import operations_of
from shared.errors import Forbidden, QingdanError
from tests.support.checklists import fetch
from tests.support.stats import PEOPLE, call

STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR = "staff", "head", "lead", "leader", "admin", "auditor"
ALL = {STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR}
UNIT = {STAFF, HEAD}
READERS = {LEAD, LEADER, AUDITOR}
ONLY_LEAD = {LEAD}

ALLOWED = {
    "list_boards": ALL,
    "answer_together": ALL,
    **dict.fromkeys(("overview", "row_board", "item_board", "units_board", "signing_board"), READERS),
    **dict.fromkeys(("matrix", "late_reports"), READERS),
    "find_duties": READERS | UNIT,
    # What a figure means is everybody's to read.
    **dict.fromkeys(("list_indicators", "get_indicator"), ALL),
    "find_figures": READERS | UNIT,
    **dict.fromkeys(("save_indicator", "preview_indicators", "import_indicators"), ONLY_LEAD),
    **dict.fromkeys(("list_reports", "get_report", "list_report_units", "round_board"), READERS),
    **dict.fromkeys(("save_report", "start_report", "stop_report", "save_report_unit", "grant_exception"), ONLY_LEAD),
    "rounds_by_calendar": {ADMIN},
    "due_soon_by_rule": {LEAD},
    "boards_against_ledger": {LEAD, ADMIN},
    "get_unit_setting": ALL,
    "save_unit_setting": {HEAD, ADMIN},
    **dict.fromkeys(("list_checks", "get_check"), READERS),
    **dict.fromkeys(("save_check", "switch_check", "try_check"), ONLY_LEAD),
    "sheet_checks": READERS | UNIT,
    **dict.fromkeys(("owed_submissions", "save_submission", "submit_submission", "take_back_submission"), UNIT),
    **dict.fromkeys(("correct_submission", "give_up_correction", "pass_submission"), UNIT),
    "confirm_submission": {HEAD},
    **dict.fromkeys(("return_submission", "waiting_submissions", "count_waiting_submissions"), UNIT | {LEAD}),
    "preview_forms": UNIT | {LEAD},
    **dict.fromkeys(("accept_submissions", "enter_by_proxy", "enter_several_by_proxy", "untyped_forms"), ONLY_LEAD),
    **dict.fromkeys(("get_form", "submission_history"), UNIT | READERS),
    **dict.fromkeys(("list_targets", "get_target"), READERS),
    **dict.fromkeys(("target_choices", "save_target", "split_target", "drop_target", "put_statement_aside"), ONLY_LEAD),
    **dict.fromkeys(("get_figure", "figures_table", "year_table", "cell_history", "figure_choices"), UNIT | READERS),
    **dict.fromkeys(("weigh_adjustment", "save_adjustment", "record_external"), ONLY_LEAD),
    **dict.fromkeys(("external_period", "record_externals"), ONLY_LEAD),
    **dict.fromkeys(("economy", "benefits_and_coverage"), READERS),
    **dict.fromkeys(("economy_roles", "set_economy_roles"), ONLY_LEAD),
    **dict.fromkeys(("begin_import", "add_import_cells", "check_import", "apply_import", "discard_import"), ONLY_LEAD),
    **dict.fromkeys(("list_imports", "import_state"), ONLY_LEAD),
    **dict.fromkeys(("list_bulletins", "get_bulletin", "get_bulletin_file", "remake_bulletin"), READERS),
    **dict.fromkeys(("make_bulletin", "save_bulletin", "sign_bulletin", "withdraw_bulletin"), ONLY_LEAD),
    "list_reporting_audit": {AUDITOR},
}


def is_refused(stats, operation, person):
    """Whether the door stays shut; what lies behind it may still complain of the missing parameters."""
    try:
        call(stats, operation, {}, as_=person)
    except Forbidden:
        return True
    except QingdanError:
        return False
    return False


def test_the_table_names_every_operation():
    assert set(ALLOWED) == set(operations_of(StatsService))


def test_every_operation_is_open_to_its_roles_only_and_each_refusal_is_recorded(stats, stats_db):
    open_to = {name: {person for person in ALL if not is_refused(stats, name, person)} for name in ALLOWED}

    assert open_to == ALLOWED
    recorded = {(row.operation, row.person_id) for row in fetch(stats_db, "SELECT operation, person_id FROM refusal")}
    assert recorded == {(name, PEOPLE[person][0]) for name, roles in ALLOWED.items() for person in ALL - roles}


@pytest.mark.parametrize("somebody", [None, 999_999])
def test_nobody_and_somebody_unknown_are_refused_everywhere(stats, somebody):
    assert [name for name in ALLOWED if not is_refused(stats, name, somebody)] == []
