"""Several questions in one call, and pages that ask them so: the answers are those that each question alone gets."""

import pytest

from services.portal import clients, remembering
from services.portal.clients import TOGETHER
from shared.calling.caller import AWAY, Call
from shared.calling.calls import NOT_SIGNED_IN
from shared.errors import UNKNOWN, BrokerAway, Conflict, Forbidden, InternalError, Invalid, NotFound, TryAgain
from shared.text import Text
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, today
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def call(tasks, world):
    return Caller(tasks, world)


def together(call, *questions, as_="staff"):
    asked = [{"operation": name, "params": params} for name, params in questions]
    return call(TOGETHER, {"questions": asked}, as_=as_)["answers"]


def test_each_answer_is_that_of_the_question_alone(call):
    duty = a_duty(call)
    asked = [("owed_duties", {}), ("who_am_i", {}), ("get_duty", {"duty_id": duty["duty_id"]}), ("count_asked", {})]

    assert together(call, *asked) == [call(name, params, as_="staff") for name, params in asked]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("get_duty", {"duty_id": 999_999}),
        ("get_duty", {"duty_id": "x"}),
        ("list_people", {}),
        ("no_such_thing", {}),
        ("answer_together", {"questions": [{"operation": "who_am_i"}]}),
        ("submit_duties", {"duties": []}),
        ("sign_in", {}),
    ],
)
def test_what_cannot_be_answered_here_hinders_no_other(call, tasks_db, operation, params):
    found = together(call, ("who_am_i", {}), (operation, params), ("count_asked", {}))

    assert [one is None for one in found] == [False, True, False]
    assert fetch(tasks_db, "SELECT 1 FROM refusal") == []


def test_nobody_is_answered_and_of_a_told_password_only_who_it_is(call, tasks_db):
    with pytest.raises(Forbidden):
        together(call, ("who_am_i", {}), as_=None)
    run(tasks_db, "UPDATE person SET must_change_password = true")

    found = together(call, ("owed_duties", {}), ("who_am_i", {}))

    assert [one is None for one in found] == [True, False]


@pytest.mark.parametrize("questions", [[], [{"operation": "who_am_i"}] * 13, [{"params": {}}], ["who_am_i"]])
def test_questions_that_are_none_or_too_many_are_refused(call, questions):
    with pytest.raises(Invalid):
        call(TOGETHER, {"questions": questions}, as_="staff")


class Wire:
    """Carries calls on, and keeps which; without `knows` as to a process of the release before."""

    def __init__(self, caller, *, knows=True):
        self._caller = caller
        self._knows = knows
        self.asked = []

    def call(self, service, operation, asked: Call, *, timeout):
        self.asked.append(f"{service}.{operation}")
        if operation == TOGETHER and not self._knows:
            raise BrokerAway(AWAY, {UNKNOWN: True})
        if operation == "unread_count":
            return {"unread": 3}
        return self._caller.call(service, operation, asked, timeout=timeout)


def wired(portal, **options):
    wire = Wire(portal.extensions[clients.EXTENSION], **options)
    clients.install(portal, wire)
    return wire


def test_a_page_of_duties_asks_each_service_once(portal, visit, call):
    duty = a_duty(call)
    staff, wire = visit("staff"), wired(portal)
    staff.open("/duties")
    wire.asked.clear()

    staff.open("/duties")

    assert (staff.status, duty["item"] in staff.text) == (200, True)
    assert sorted(wire.asked) == ["stats.owed_submissions", "tasks.answer_together"]


def test_unread_messages_are_counted_once_in_a_while(portal, visit, monkeypatch):
    staff, wire = visit("staff"), wired(portal)

    staff.open("/duties").open("/duties")
    assert (wire.asked.count("notifications.unread_count"), "3 条未读" in staff.text) == (1, True)

    monkeypatch.setattr("services.portal.remembering.UNREAD_FOR", 0.0)
    staff.open("/duties")
    assert wire.asked.count("notifications.unread_count") == 2


def test_the_page_is_the_same_where_the_release_before_answers_each_question_alone(portal, visit, call):
    a_duty(call)
    wired(portal)
    before = visit("staff").open("/duties").text
    staff, wire = visit("staff"), wired(portal, knows=False)

    after = staff.open("/duties").open("/duties").text

    assert after == before
    assert wire.asked.count("tasks.answer_together") == 1
    assert wire.asked.count("tasks.owed_duties") == 2


def test_whoever_is_somebody_else_by_now_gets_no_page_of_who_it_was(portal, visit, call, tasks_db):
    a_duty(call)
    person = visit("staff").open("/duties")
    assert "深渡镇" not in person.text
    run(
        tasks_db,
        "UPDATE person SET unit_id = (SELECT id FROM unit WHERE name = '深渡镇') WHERE id = %s",
        (call.world.people["staff"],),
    )

    person.open("/duties")

    assert (person.status, "深渡镇" in person.text) == (200, True)


def test_a_page_that_asks_nobody_is_of_nobody_when_it_cannot_be_known_who_reads(portal, visit):
    person = visit("staff").open("/kept")
    caller = portal.extensions[clients.EXTENSION]

    class Away:
        def call(self, *_, **__):
            raise BrokerAway(AWAY)

    clients.install(portal, Away())
    assert person.open("/kept").status == 503
    clients.install(portal, caller)

    run(portal.extensions["qingdan.database"], "DELETE FROM session")
    assert person.open("/kept").path == "/sign-in"


@pytest.mark.parametrize("address", ["/checklists/new", "/no-such-page", "/duties/999999"])
@pytest.mark.parametrize("change", ["roles = ARRAY['lead_bureau']", "holder = holder + 1", "is_active = false"])
def test_a_page_that_is_refused_is_not_of_whom_it_was_begun_for_either(
    portal, visit, call, tasks_db, monkeypatch, address, change
):
    """The menu of the refusal asks, and finds that it is somebody else by now."""
    monkeypatch.setattr("services.portal.remembering.UNREAD_FOR", 0.0)
    portal.config["PROPAGATE_EXCEPTIONS"] = False
    wired(portal)
    person = visit("staff").open("/duties")
    name = "徽城镇 · 填报员"
    assert name in person.text
    run(tasks_db, f"UPDATE person SET {change} WHERE id = %s", (call.world.people["staff"],))

    person.open(address)

    assert person.status in (200, 403, 404), person.text
    if "roles" not in change:
        assert (person.path, name in person.text) == ("/sign-in", False)
    elif address == "/checklists/new":
        assert person.status == 200


class SlowAside(Wire):
    """An other question takes longer than it may, and with it all that were asked together."""

    def call(self, service, operation, asked: Call, *, timeout):
        if operation == TOGETHER:
            raise TryAgain(AWAY)
        return super().call(service, operation, asked, timeout=timeout)


def test_a_page_does_without_what_came_along_and_could_not_be_told(portal, visit, call):
    duty = a_duty(call)
    clients.install(portal, SlowAside(portal.extensions[clients.EXTENSION]))

    staff = visit("staff").open("/duties").open("/duties")

    assert (staff.status, duty["item"] in staff.text) == (200, True)


NOTE = "企业走访到一半"
HISTORY = "SELECT text FROM duty_history WHERE text <> ''"


def on_a_duty(visit, call):
    """Somebody on the page of a duty that the portal has shown to him just now."""
    duty = a_duty(call)
    return visit("staff").open(f"/duties/{duty['duty_id']}")


def test_a_note_is_one_call(portal, visit, call, tasks_db):
    person, wire = on_a_duty(visit, call), wired(portal)
    form = person.form("/note")

    person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert wire.asked == ["tasks.note_progress"]
    assert fetch(tasks_db, HISTORY) == [(NOTE,)]


@pytest.mark.parametrize("change", ["holder = holder + 1", "is_active = false"])
def test_nothing_is_done_for_somebody_who_has_left_and_what_was_typed_is_there(portal, visit, call, tasks_db, change):
    person = on_a_duty(visit, call)
    name = "徽城镇 · 填报员"
    assert name in person.text
    run(tasks_db, f"UPDATE person SET {change} WHERE id = %s", (call.world.people["staff"],))

    person.send(person.form("/note"), text=NOTE)

    assert (NOTE in person.text, name in person.text) == (True, False)
    # Whoever signs in next is somebody else, whose own words these are not.
    assert (person.form("/sign-in").value("resume"), "可以继续提交" in person.text) == ("", False)
    assert fetch(tasks_db, HISTORY) == []
    assert person.open("/duties").path == "/sign-in"


def test_whoever_works_elsewhere_by_now_is_answered_as_that(portal, visit, call, tasks_db):
    person = on_a_duty(visit, call)
    elsewhere = "(SELECT id FROM unit WHERE name = '深渡镇')"
    run(tasks_db, f"UPDATE person SET unit_id = {elsewhere} WHERE id = %s", (call.world.people["staff"],))

    person.send(person.form("/note"), text=NOTE)

    assert (person.status, NOTE in person.text, "深渡镇" in person.text, "徽城镇 ·" in person.text) == (
        *(403, True, True, False),
    )
    assert fetch(tasks_db, HISTORY) == []


REFUSED = "SELECT operation, person_id FROM refusal ORDER BY id"


@pytest.mark.parametrize(
    ("change", "on_record"), [("holder = holder + 1", []), ("is_active = false", ["who_am_i"]), ("unit_id", None)]
)
def test_what_is_refused_is_on_record_once_and_of_nobody_else(portal, visit, call, tasks_db, change, on_record):
    person, staff = on_a_duty(visit, call), call.world.people["staff"]
    if change == "unit_id":
        change, on_record = "unit_id = (SELECT id FROM unit WHERE name = '深渡镇')", ["note_progress"]
    run(tasks_db, f"UPDATE person SET {change} WHERE id = %s", (staff,))

    form = person.form("/note")
    person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert fetch(tasks_db, REFUSED) == [(operation, staff) for operation in on_record]


class Refusing(Wire):
    """A note is answered with an error, and afterwards nobody says who asks."""

    def __init__(self, caller, error):
        super().__init__(caller)
        self.error = error

    def call(self, service, operation, asked: Call, *, timeout):
        if operation == "note_progress":
            self.asked.append(f"{service}.{operation}")
            raise self.error
        if operation in ("who_am_i", TOGETHER):
            raise BrokerAway(AWAY)
        return super().call(service, operation, asked, timeout=timeout)


TEXT = Text("这一步不能这样做。", "This cannot be done so.")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Conflict(TEXT), 409),
        (NotFound(TEXT), 404),
        (Forbidden(TEXT), 403),
        (InternalError(TEXT), 500),
        (Invalid(TEXT), 503),
    ],
    ids=lambda one: getattr(one, "code", ""),
)
def test_what_was_refused_is_not_kept_to_be_carried_out_later(portal, visit, call, error, status):
    """Only the page of what is wrong in the form asks a service; the others say what was answered, and name nobody."""
    person = on_a_duty(visit, call)
    clients.install(portal, Refusing(portal.extensions[clients.EXTENSION], error))
    portal.config["PROPAGATE_EXCEPTIONS"] = False

    form = person.form("/note")
    person.send(form, text=NOTE)

    assert (person.status, NOTE in person.text, "徽城镇 · 填报员" in person.text) == (status, True, False)
    assert (TEXT.zh in person.text) is (status != 503)
    assert fetch(portal.extensions["qingdan.database"], "SELECT id FROM kept_command") == []


def test_a_password_that_was_chosen_at_another_portal_stops_no_form(portal, visit, call, tasks_db):
    person = on_a_duty(visit, call)
    known = portal.extensions[remembering.EXTENSION]
    for one in known._found.values():
        one.person = one.person | {"must_change_password": True}

    form = person.form("/note")
    answer = person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert answer.status_code == 302
    assert fetch(tasks_db, HISTORY) == [(NOTE,)]


def test_what_is_sent_in_an_outage_is_of_the_unit_that_the_browser_was_told_last(portal, visit, call):
    """Another portal has shown the browser a page since this one did."""
    person = on_a_duty(visit, call)
    with person.client.session_transaction() as session:
        staff, unit_id = session["seen_as"]
        session["seen_as"] = [staff, unit_id + 1]

    class Away:
        def call(self, *_, **__):
            raise BrokerAway(AWAY)

    clients.install(portal, Away())
    form = person.form("/note")
    answer = person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert answer.status_code == 202
    assert fetch(portal.extensions["qingdan.database"], "SELECT unit_id FROM kept_command") == [(unit_id + 1,)]


class Before(Wire):
    """Carries calls to processes of the release before, to which a call that says the holder is one of nobody."""

    def call(self, service, operation, asked: Call, *, timeout):
        if asked.holder is not None:
            self.asked.append(f"{service}.{operation}")
            raise Forbidden(NOT_SIGNED_IN)
        return super().call(service, operation, asked, timeout=timeout)


def test_processes_of_the_release_before_do_it_once_it_is_proven_who_asks(portal, visit, call, tasks_db):
    person = on_a_duty(visit, call)
    wire = Before(portal.extensions[clients.EXTENSION])
    clients.install(portal, wire)
    form = person.form("/note")

    person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert wire.asked == ["tasks.note_progress", "tasks.who_am_i", "tasks.note_progress"]
    assert fetch(tasks_db, HISTORY) == [(NOTE,)]
    wire.asked.clear()
    person.client.post(form.action, data={**dict(form.fields), "text": NOTE})
    # For a while it is asked first, as before.
    assert wire.asked == ["tasks.who_am_i", "tasks.note_progress"]


def test_a_portal_that_knows_nobody_yet_asks_first(portal, visit, call, tasks_db):
    person = on_a_duty(visit, call)
    remembering.install(portal)
    wire, form = wired(portal), person.form("/note")

    person.client.post(form.action, data={**dict(form.fields), "text": NOTE})

    assert wire.asked == ["tasks.who_am_i", "tasks.note_progress"]
    assert fetch(tasks_db, HISTORY) == [(NOTE,)]
