"""Every operation of notifications as every role. The table is written by hand from the rules of who may do what.

What is said to a person is that person's alone; when is reminded is the lead bureau's to set, and the administrator's
to look at; what leaves the house, and the links in it, are the administrator's.
"""

import pytest

from services.notifications.service import NotificationsService
from shared.calling.service import operation_of, operations_of
from tests.integration.test_stats_permissions import is_refused
from tests.support.checklists import fetch
from tests.support.stats import PEOPLE

STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR = "staff", "head", "lead", "leader", "admin", "auditor"
ALL = {STAFF, HEAD, LEAD, LEADER, ADMIN, AUDITOR}
READERS = {LEAD, ADMIN}
ONLY_LEAD = {LEAD}
ONLY_ADMIN = {ADMIN}

ALLOWED = {
    **dict.fromkeys(("answer_together", "inbox", "get_message", "mark_read", "read_message", "unread_count"), ALL),
    **dict.fromkeys(("own_contact", "enter_contact", "prove_contact", "choose_mail", "remove_contact"), ALL),
    **dict.fromkeys(("send_test", "void_own_links", "list_slips", "slips_of"), ALL),
    **dict.fromkeys(("list_deliveries", "replay_delivery"), ONLY_ADMIN),
    **dict.fromkeys(("list_links", "revoke_links", "ask_link_digits"), ONLY_ADMIN),
    **dict.fromkeys(("weekly_cap", "list_policies", "get_policy", "list_silences", "list_silenced"), READERS),
    **dict.fromkeys(("reminder_health", "foretell_reminders", "reminders_against_ledger"), READERS),
    **dict.fromkeys(("set_weekly_cap", "save_policy", "preview_silence", "make_silence", "end_silence"), ONLY_LEAD),
}
# Who comes by a link is not signed in yet when these are asked.
NOBODY_NEEDED = {"look_at_link", "prove_link"}
# What whoever opened the link of a letter may call: the own messages, and the slips on the own duties.
BY_LINK = {"answer_together", "inbox", "get_message", "mark_read", "unread_count", "slips_of"}


def test_the_table_names_every_operation():
    assert set(ALLOWED) | NOBODY_NEEDED == set(operations_of(NotificationsService))


def test_every_operation_is_open_to_its_roles_only_and_each_refusal_is_recorded(notifications, notifications_db):
    open_to = {name: {person for person in ALL if not is_refused(notifications, name, person)} for name in ALLOWED}

    assert open_to == ALLOWED
    recorded = {(row.operation, row.person_id) for row in fetch(notifications_db, "SELECT * FROM refusal")}
    assert recorded == {(name, PEOPLE[person][0]) for name, roles in ALLOWED.items() for person in ALL - roles}


@pytest.mark.parametrize("somebody", [None, 999_999])
def test_nobody_and_somebody_unknown_are_refused_everywhere(notifications, somebody):
    assert [name for name in ALLOWED if not is_refused(notifications, name, somebody)] == []


def test_by_a_link_only_the_own_messages_are_open():
    methods = operations_of(NotificationsService)

    assert {name for name, method in methods.items() if operation_of(method).by_link} == BY_LINK
