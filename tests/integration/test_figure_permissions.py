"""Every operation of figures, targets and importing history as every role; the table is written by hand."""

from services.stats.figures.operations import FigureOperations
from services.stats.past.operations import PastOperations
from services.stats.targets.operations import TargetOperations
from shared.calling.service import operations_of
from shared.errors import Forbidden, QingdanError
from tests.support.stats import call

STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR = "staff", "head", "lead", "leader", "admin", "auditor"
ALL = {STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR}
READERS = {STAFF, HEAD, LEAD, LEADER, AUDITOR}

ALLOWED = {
    "figure_choices": READERS,
    "get_figure": READERS,
    "figures_table": READERS,
    "year_table": READERS,
    "cell_history": READERS,
    "weigh_adjustment": {LEAD},
    "save_adjustment": {LEAD},
    "record_external": {LEAD},
    "external_period": {LEAD},
    "record_externals": {LEAD},
    "list_targets": {LEAD, LEADER, AUDITOR},
    "get_target": {LEAD, LEADER, AUDITOR},
    "target_choices": {LEAD},
    "save_target": {LEAD},
    "split_target": {LEAD},
    "drop_target": {LEAD},
    "put_statement_aside": {LEAD},
    "begin_import": {LEAD},
    "add_import_cells": {LEAD},
    "check_import": {LEAD},
    "apply_import": {LEAD},
    "discard_import": {LEAD},
    "import_state": {LEAD},
    "list_imports": {LEAD},
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
    each = (FigureOperations, PastOperations, TargetOperations)
    assert set(ALLOWED) == {name for operations in each for name in operations_of(operations)}


def test_each_operation_is_open_to_its_roles_only(stats):
    refused = {operation: {one for one in ALL if is_refused(stats, operation, one)} for operation in ALLOWED}

    assert refused == {operation: ALL - allowed for operation, allowed in ALLOWED.items()}


def test_who_is_not_signed_in_is_refused(stats):
    assert all(is_refused(stats, operation, None) for operation in ALLOWED)
