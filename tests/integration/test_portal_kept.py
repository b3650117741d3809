"""What a clerk sends while the services are away is kept, shown, and carried out once when they are back."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest
from click.testing import CliRunner

from services.portal import clients, remembering
from services.portal.keeping import measuring, outcomes, receiving, sending, store
from services.portal.keeping.sending import Turn, measure, send_next
from services.portal.views import evidence
from services.running.cli_kept import kept as kept_command
from shared.calling.caller import AWAY, NO_ANSWER, NOT_SHOWN, Call, Caller
from shared.calling.proof import REFUSED
from shared.database import TAKES_LONGER
from shared.errors import SLOW, BrokerAway, DatabaseAway, InternalError, NoAnswer, TooSlow, TryAgain, Unproven
from shared.process.settings import Settings
from shared.text import Text
from tests.support.checklists import fetch, run
from tests.support.duties import issued
from tests.support.evidence import jpeg, pdf
from tests.support.links import a_link, opened
from tests.support.pages import Person
from tests.support.submissions import TODAY, a_round, known_before, state
from tests.support.tasks import Caller as CallerOfTasks

NOTE = "走访了三家企业，正在汇总"
RECEIVED = "已收到，系统恢复后自动提交"


@dataclass
class Wire:
    """What carries the portal's calls: it can be cut, and it can lose the answers of commands."""

    inner: Caller
    fault: Exception | None = None
    loses_answers: bool = False
    commands: int = 0

    def call(self, service, operation, asked: Call, *, timeout=5.0):
        if self.fault is not None:
            raise self.fault
        answer = self.inner.call(service, operation, asked, timeout=timeout)
        if asked.command_id is not None:
            self.commands += 1
            if self.loses_answers:
                raise NoAnswer(NO_ANSWER)
        return answer


@pytest.fixture
def wire(house):
    made = Wire(house.app.extensions[clients.EXTENSION])
    clients.install(house.app, made)
    return made


@pytest.fixture
def portal(house):
    return house.databases["portal"]


@pytest.fixture
def call(house):
    return CallerOfTasks(house.services["tasks"], house.world)


@pytest.fixture
def duty(house, call):
    (made,) = issued(call, "徽城镇")
    house.deliver()
    return made


def cut(wire):
    wire.fault = BrokerAway(AWAY)


def mend(wire):
    wire.fault, wire.loses_answers = None, False


def send_all(portal, wire):
    """Send until nothing may be sent just now; how many turns did something."""
    turns = 0
    while send_next(portal, wire) is Turn.SENT:
        turns += 1
    return turns


def hurry(portal):
    """Let the pauses and the leases be over."""
    run(portal, "UPDATE kept_command SET next_at = now()")


def rows(portal):
    return fetch(portal, "SELECT * FROM kept_command ORDER BY id")


def notes_of(call, duty):
    history = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]
    return [one["text"] for one in history if one["text"]]


def state_of(call, duty):
    return call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["state"]


def on_the_page(house, duty, name="staff"):
    return house.sign_in(name).open(f"/duties/{duty['duty_id']}")


# ---- received --------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_shown_and_carried_out_once(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)

    person.send(person.form("/note"), text=NOTE)

    assert person.status == 202
    assert RECEIVED in person.text
    assert NOTE in person.text
    assert "记一笔进展“事项1”" in person.text
    assert notes_of(call, duty) == []
    assert send_next(portal, wire) is Turn.AWAY
    mend(wire)
    hurry(portal)
    assert send_all(portal, wire) == 1
    assert send_all(portal, wire) == 0
    assert notes_of(call, duty) == [NOTE]
    (row,) = rows(portal)
    assert (row.state, row.params, row.fields, row.path) == ("confirmed", None, None, None)


def test_the_units_page_shows_what_waits_and_then_its_usual_state(house, wire, portal, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/done"), note=NOTE)
    mend(wire)

    for name in ("staff", "head"):
        seen = house.sign_in(name)
        assert "待确认的操作 1 项" in seen.open("/duties").text
        assert "标为完成“事项1”" in seen.text
        assert "本单位有 1 项已收到，待确认" in seen.open("/inbox").text
    other = house.sign_in("shendu")
    assert "待确认" not in other.open("/duties").text + other.open("/inbox").text
    send_all(portal, wire)
    assert "待确认" not in person.open("/duties").text
    assert "已确认 标为完成“事项1”" in person.open("/kept").text


def test_while_nobody_answers_the_page_shows_what_waits(house, wire, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)

    for address in ("/duties", "/kept", f"/duties/{duty['duty_id']}"):
        assert person.open(address).status == 503
        assert "已收到，待确认 记一笔进展“事项1”" in person.text


def test_it_reads_in_english(house, wire, duty):
    person = on_the_page(house, duty)
    person.open("/language/en?back=/duties").open(f"/duties/{duty['duty_id']}")
    cut(wire)

    person.send(person.form("/note"), text=NOTE)

    assert "Received: it is sent when the system is back" in person.text
    assert "1 entry of your unit is received and waits to be confirmed" in person.text


def test_an_outage_is_read_in_another_language_and_the_lights_are_explained(house, wire, duty):
    person = on_the_page(house, duty)
    cut(wire)

    person.open("/language/en?back=/duties")
    assert (person.status, person.path) == (503, "/duties")
    assert "Cannot be reached just now" in person.text

    assert person.open("/help").status == 200
    assert "Lights and reports explained" in person.text


def test_what_was_kept_is_read_in_another_language_while_nobody_answers(house, wire, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)

    person.send(person.form("/language/en"))

    assert person.status == 200
    assert NOTE in person.text
    assert "Send again" in person.text


def test_a_page_of_an_outage_names_nobody_who_was_not_proven_to_ask(house, wire, duty):
    person = house.sign_in("staff").open("/duties")
    assert "/password" in person.response.text
    cut(wire)

    for address in ("/duties", "/kept", "/help"):
        shown = person.open(address).response.text
        assert ("徽城镇" in shown, "/password" in shown) == (False, False)


def test_the_page_of_what_waits_is_called_so_while_nobody_answers(house, wire, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)
    assert "<h1>暂时连不上</h1>" in person.open("/kept").response.text
    person.send(form, text=NOTE)

    shown = person.open("/kept").response.text

    assert (person.status, "<h1>待确认的操作</h1>" in shown, "<h2>待确认的操作</h2>" in shown) == (503, True, False)


@pytest.mark.parametrize(
    ("action", "typed", "operation"),
    [
        ("note", {"text": NOTE}, "note_progress"),
        ("blocker", {"reason": NOTE}, "report_blocker"),
        ("extension", {"reason": NOTE, "wanted_on": "2027-12-31"}, "ask_extension"),
        ("waiver", {"reason": NOTE}, "ask_waiver"),
    ],
)
def test_each_action_is_kept_as_its_page_would_have_sent_it(house, wire, portal, duty, action, typed, operation):
    person = on_the_page(house, duty)
    form = person.form(f"/{action}")
    cut(wire)

    person.send(form, **typed)

    (row,) = rows(portal)
    assert (row.service, row.operation, str(row.command_id)) == ("tasks", operation, form.value("command_id"))
    assert row.params["duty_id"] == duty["duty_id"]
    assert typed.items() <= row.params.items()
    mend(wire)
    send_all(portal, wire)
    assert rows(portal)[0].state == "confirmed", rows(portal)[0].refusal


def test_ticked_duties_and_signing_for_them_are_kept(house, wire, portal, call):
    made = issued(call, "徽城镇", items=3)
    person = house.sign_in("staff").open("/duties")
    signing, marking = person.form("/sign"), person.form("/duties/done")
    cut(wire)

    person.send(signing)
    person.send(marking, boxes=[("duties", f"{one['duty_id']}:{one['version']}") for one in made[:2]])

    assert "标为完成“事项1”等 2 项" in person.text
    mend(wire)
    send_all(portal, wire)
    assert [row.state for row in rows(portal)] == ["confirmed", "confirmed"], rows(portal)[1].refusal
    assert [state_of(call, one) for one in made] == ["accepted", "accepted", "acknowledged"]


def test_a_double_click_is_one_row_and_one_note(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)

    for _ in range(2):
        person.send(form, text=NOTE)
        assert (person.status, RECEIVED in person.text) == (202, True)

    assert len(rows(portal)) == 1
    mend(wire)
    send_all(portal, wire)
    assert notes_of(call, duty) == [NOTE]


def test_the_same_form_sent_with_other_words_asks_whether_it_is_meant_anew(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)
    person.send(form, text=NOTE)

    person.send(form, text="另一句")
    assert (person.status, len(rows(portal))) == (409, 1)
    assert "这个页面提交过一次" in person.text
    person.send(person.form("/note"))

    assert person.status == 202
    mend(wire)
    send_all(portal, wire)
    assert notes_of(call, duty) == [NOTE, "另一句"]


def test_a_click_that_is_sent_again_when_all_is_well_counts_once(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)
    person.send(form, text=NOTE)
    mend(wire)

    person.send(form, text=NOTE)
    send_all(portal, wire)

    assert notes_of(call, duty) == [NOTE]


def test_an_answer_that_was_lost_is_kept_and_done_once(house, wire, portal, call, duty):
    """The command was carried out, and nobody knows: under its id it is one."""
    person = on_the_page(house, duty)
    wire.loses_answers = True

    person.send(person.form("/note"), text=NOTE)

    assert person.status == 202
    assert notes_of(call, duty) == [NOTE]
    send_all(portal, wire)
    assert rows(portal)[0].state == "waiting"
    mend(wire)
    hurry(portal)
    send_all(portal, wire)
    assert rows(portal)[0].state == "confirmed"
    assert notes_of(call, duty) == [NOTE]


@pytest.mark.parametrize("fault", [DatabaseAway(AWAY), NoAnswer(NO_ANSWER), Unproven(REFUSED)])
def test_it_is_kept_whatever_is_away_behind_the_portal(house, wire, portal, duty, fault):
    person = on_the_page(house, duty)
    wire.fault = fault

    person.send(person.form("/note"), text=NOTE)

    assert (person.status, len(rows(portal))) == (202, 1)


@pytest.mark.parametrize("fault", [TooSlow(AWAY), InternalError(AWAY)])
def test_what_would_fail_again_keeps_its_page(house, wire, portal, duty, fault):
    person = on_the_page(house, duty)
    wire.fault = fault

    person.send(person.form("/note"), text=NOTE)

    assert person.status in {500, 503}
    assert NOTE in person.text
    assert rows(portal) == []


@pytest.mark.parametrize("fault", [TooSlow(TAKES_LONGER, SLOW), TryAgain(TAKES_LONGER, SLOW), NoAnswer(NOT_SHOWN)])
def test_a_page_that_takes_longer_says_so_and_nobody_looks_for_a_broken_line(house, wire, duty, fault):
    person = on_the_page(house, duty, "lead")
    wire.fault = fault

    person.open("/checklists/1/issue")

    assert person.status == 503
    assert "用时较长" in person.text
    assert "请稍后再" in person.text
    assert "连不上" not in person.text


def test_what_the_lead_bureau_decides_is_not_kept(house, wire, portal, call, duty):
    call("ask_waiver", {"duty_id": duty["duty_id"], "version": duty["version"], "reason": "不适用"}, as_="staff")
    person = on_the_page(house, duty, "lead")
    cut(wire)

    person.send(person.form("/refuse"), reason=NOTE)

    assert person.status == 503
    assert "再发送一次" in person.response.text
    assert NOTE in person.text
    assert rows(portal) == []


def test_when_the_portals_own_table_is_away_too_the_page_keeps_what_was_typed(house, wire, duty, monkeypatch):
    person = on_the_page(house, duty)
    cut(wire)

    def away(*_):
        raise DatabaseAway(AWAY)

    monkeypatch.setattr(store, "keep", away)
    person.send(person.form("/note"), text=NOTE)

    assert (person.status, NOTE in person.text) == (503, True)
    assert "再发送一次" in person.response.text


def test_files_are_not_kept_and_the_page_says_which_with_what_was_typed(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    form = person.form("/evidence")
    cut(wire)

    sent = [(io.BytesIO(jpeg()), "现场.jpg"), (io.BytesIO(pdf()), "名单.pdf")]
    person.send(form, note=NOTE, files=sent)

    assert person.status == 503
    assert all(text in person.text for text in ("没有收到的文件：", "现场.jpg", "名单.pdf", "文件没有保存", NOTE))
    assert rows(portal) == []
    person.send(person.form("/evidence"))
    assert (person.status, "文件没有保存" in person.text, NOTE in person.text) == (503, True, True)
    mend(wire)
    person.send(person.form("/evidence"))
    assert person.status == 200
    assert person.form("/done").value("note") == NOTE
    person.send(person.form("/evidence"), files=[(io.BytesIO(jpeg()), "现场.jpg")])
    assert len(call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["evidence"]) == 1


def test_of_several_files_those_that_were_taken_are_told_apart(house, wire, portal, duty, monkeypatch):
    person = on_the_page(house, duty)
    taken = []

    def away_then(duty_id, upload, real=evidence.file_away):
        if taken:
            raise BrokerAway(AWAY)
        taken.append(upload.filename)
        return real(duty_id, upload)

    monkeypatch.setattr(evidence, "file_away", away_then)
    sent = [(io.BytesIO(jpeg()), "现场.jpg"), (io.BytesIO(pdf()), "名单.pdf")]
    person.send(person.form("/evidence"), files=sent)

    assert person.status == 503
    assert "已添加“现场.jpg”" in person.text
    assert "名单.pdf" in person.text.partition("没有收到的文件：")[2]
    assert "现场.jpg" not in person.text.partition("没有收到的文件：")[2]


def test_nobody_fills_the_table(house, wire, portal, duty, monkeypatch):
    monkeypatch.setattr(store, "MOST_WAITING", 2)
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)

    statuses = [person.send(form, text=NOTE, command_id=str(uuid4())).status for _ in range(3)]

    assert statuses == [202, 202, 503]


def test_a_form_that_no_page_sends_is_refused_and_not_kept(house, wire, portal, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)

    person.send(form, text=NOTE, command_id="no id")

    assert person.status == 422
    assert rows(portal) == []


def test_without_a_session_nothing_is_kept(house, wire, portal, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    run(portal, "UPDATE session SET last_seen_at = now() - interval '16 minutes'")
    cut(wire)

    person.send(form, text=NOTE)

    assert person.status == 401
    assert rows(portal) == []


# ---- by the link of a letter -----------------------------------------------------------------------------------------


def test_by_a_link_it_is_kept_and_carried_out_as_by_a_link(house, wire, portal, call, duty):
    person = opened(house, a_link(house)).open(f"/duties/{duty['duty_id']}")
    cut(wire)

    person.send(person.form("/duties/done"), note=NOTE)

    assert person.status == 202
    assert "已收到，待确认 标为完成“事项1”" in person.open("/duties").text
    mend(wire)
    hurry(portal)
    send_all(portal, wire)
    assert state_of(call, duty) == "accepted"
    done = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]
    assert "填报员（凭链接）" in {line["who"]["post"] for line in done if line["who"]}


def test_a_link_that_is_void_by_then_carries_nothing_out(house, wire, portal, call, duty):
    person = opened(house, a_link(house)).open(f"/duties/{duty['duty_id']}")
    cut(wire)
    person.send(person.form("/duties/done"), note=NOTE)
    mend(wire)
    run(house.databases["notifications"], "UPDATE link SET revoked_at = now()")

    send_all(portal, wire)

    assert state_of(call, duty) == "issued"
    assert rows(portal)[0].refusal["text"] == sending.LINK_GONE.as_dict()
    assert "打不开了" in house.sign_in("staff").open("/kept").text


def test_a_link_keeps_nothing_that_is_not_open_to_it(house, wire, portal, duty):
    person = opened(house, a_link(house)).open(f"/duties/{duty['duty_id']}")
    form = person.form("/note")
    cut(wire)

    form.action = "/remarks/answer"
    person.send(form, text=NOTE)

    assert rows(portal) == []


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_what_changed_meanwhile_is_refused_with_both_versions_and_can_be_sent_again(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/blocker"), reason=NOTE)
    mend(wire)
    call("ask_waiver", {"duty_id": duty["duty_id"], "version": duty["version"], "reason": "先不办"}, as_="head")

    send_all(portal, wire)

    assert "您有 1 项没有办成，请查看" in person.open("/inbox").text
    assert "没有办成 上报困难“事项1”" in person.open("/kept").text
    (row,) = rows(portal)
    person.open(f"/kept/{row.id}")
    assert NOTE in person.text
    assert "现在的内容" in person.text
    person.send(person.form("/blocker"))
    assert call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["blocked_reason"] == NOTE
    assert "没有办成" not in person.open("/inbox").text
    assert rows(portal)[0].fields is None


def test_a_colleague_sees_that_it_was_refused_and_not_what_was_typed(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/blocker"), reason=NOTE)
    mend(wire)
    call("ask_waiver", {"duty_id": duty["duty_id"], "version": duty["version"], "reason": "先不办"}, as_="head")
    send_all(portal, wire)

    colleague = house.sign_in("head").open("/kept")

    assert "由提交的人处理" in colleague.text
    assert NOTE not in colleague.text
    assert "改过这项责任" not in colleague.text
    with house.app.test_request_context(), portal.transaction() as cur:
        row = store.shown(cur, rows(portal)[0].id, house.world.people["staff"])
        line = receiving.line_of(row, person_id=house.world.people["head"])
    assert (line.why, line.typed) == ("", [])
    assert colleague.open(f"/kept/{rows(portal)[0].id}").status == 404


def test_what_is_put_aside_is_forgotten(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/waiver"), reason="")
    mend(wire)
    send_all(portal, wire)
    person.open(f"/kept/{rows(portal)[0].id}")
    # The sentence is that of the field, from the service itself.
    assert "请填写" in person.text

    person.send(person.form("/put-aside"))

    assert "现在没有待确认的操作" in person.text
    assert (rows(portal)[0].params, rows(portal)[0].fields) == (None, None)


def test_an_account_that_was_closed_meanwhile_does_nothing(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)
    run(house.databases["tasks"], "UPDATE person SET is_active = false WHERE sign_in_name = 'staff'")

    send_all(portal, wire)

    assert (rows(portal)[0].state, notes_of(call, duty)) == ("refused", [])
    assert rows(portal)[0].refusal["text"] == sending.CLOSED.as_dict()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE person SET holder = holder + 1 WHERE sign_in_name = 'staff'", sending.HANDED_OVER),
        (
            "UPDATE person SET unit_id = (SELECT id FROM unit WHERE name = '深渡镇') WHERE sign_in_name = 'staff'",
            sending.MOVED,
        ),
    ],
)
def test_a_post_that_is_another_ones_by_then_does_nothing(house, wire, portal, call, duty, change, why):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)
    run(house.databases["tasks"], change)

    send_all(portal, wire)

    assert (rows(portal)[0].refusal or {}).get("text") == why.as_dict()
    assert notes_of(call, duty) == []


# ---- reports ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(house):
    service, town = house.services["stats"], house.world.units["徽城镇"]
    service.today = lambda: TODAY
    made = a_round(service.database, town)
    known_before(service.database, made, town, {"2026-04": {"JOBS": "10", "LOANS": "1.5", "POSTS": "4"}})
    return made, made.submissions[town], {f"v{made.indicators[code]}": value for code, value in FIGURES.items()}


FIGURES = {"JOBS": "12", "LOANS": "2.5", "POSTS": "5"}


def test_a_report_is_kept_with_its_figures_and_submitted(house, wire, portal, report):
    _, submission_id, figures = report
    person = house.sign_in("staff").open(f"/submissions/{submission_id}")
    form = person.form(f"/submissions/{submission_id}")
    cut(wire)

    person.send(form, do="submit", **figures)

    assert person.status == 202
    assert form.value("definition")
    assert form.value("definition") not in person.text
    assert "提交报表“就业情况月报（2026年5月）”" in person.text
    assert "12、2.5、5" in person.text
    mend(wire)
    send_all(portal, wire)
    assert rows(portal)[0].state == "confirmed", rows(portal)[0].refusal
    made, _, _ = report
    assert state(house.services["stats"].database, made, house.world.units["徽城镇"]) == "at_lead"


def test_a_report_that_was_saved_and_then_submitted_from_one_page_is_both(house, wire, portal, report):
    made, submission_id, figures = report
    person = house.sign_in("staff").open(f"/submissions/{submission_id}")
    form = person.form(f"/submissions/{submission_id}")
    cut(wire)

    person.send(form, do="save", **figures)
    person.send(form, do="submit", command_id=str(uuid4()), **figures)
    mend(wire)
    send_all(portal, wire)

    assert [row.state for row in rows(portal)] == ["confirmed", "confirmed"], rows(portal)[1].refusal
    assert state(house.services["stats"].database, made, house.world.units["徽城镇"]) == "at_lead"


def test_a_report_that_is_not_right_is_saved_and_says_that_it_was_not_submitted(house, wire, portal, report):
    made, submission_id, figures = report
    person = house.sign_in("staff").open(f"/submissions/{submission_id}")
    cut(wire)

    person.send(
        person.form(f"/submissions/{submission_id}"), do="submit", **figures | {f"v{made.indicators['JOBS']}": "x"}
    )
    mend(wire)
    send_all(portal, wire)

    (row,) = rows(portal)
    assert (row.state, row.refusal["text"]) == ("refused", outcomes.NOT_COMPLETE.as_dict())
    assert 'value="2.5"' in person.open(f"/submissions/{submission_id}").response.text


def test_last_periods_figures_need_an_answer_and_are_not_kept(house, wire, portal, report):
    _, submission_id, figures = report
    person = house.sign_in("staff").open(f"/submissions/{submission_id}")
    cut(wire)

    person.send(person.form(f"/submissions/{submission_id}"), do="same", **figures)

    assert (person.status, rows(portal)) == (503, [])


# ---- sending ---------------------------------------------------------------------------------------------------------


def test_a_portal_that_is_killed_between_sending_and_noting_it_repeats_nothing(
    house, wire, portal, call, duty, monkeypatch
):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)

    class KilledError(Exception):
        pass

    def killed(*_):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(store, "settle", killed)
        with pytest.raises(KilledError):
            send_next(portal, wire)
    # Until the lease is over nobody else takes it.
    assert send_next(portal, wire) is Turn.NOTHING
    hurry(portal)
    send_all(portal, wire)

    assert (rows(portal)[0].state, rows(portal)[0].attempts) == ("confirmed", 2)
    assert notes_of(call, duty) == [NOTE]


def test_of_a_unit_what_was_first_goes_first_and_others_do_not_wait_for_it(house, wire, portal, call):
    made = sorted(issued(call, "徽城镇", "深渡镇"), key=lambda one: one["unit"]["name"] != "徽城镇")
    persons = {name: on_the_page(house, one, name) for name, one in zip(("staff", "shendu"), made, strict=True)}
    # Their pages are asked for before, because each is made for one sign-in.
    forms = {name: person.form("/note") for name, person in persons.items()}
    cut(wire)
    for name, text in (("staff", "一"), ("staff", "二"), ("shendu", "三")):
        persons[name].send(forms[name], text=text, command_id=str(uuid4()))
    mend(wire)
    with portal.transaction() as cur:
        first = store.take(cur, lease=sending.LEASE)

    send_all(portal, wire)

    assert [(row.params or {}).get("text") for row in rows(portal)] == ["一", "二", None]
    with portal.transaction() as cur:
        store.postpone(cur, first, pause=dt.timedelta(0), is_defect=False)
    send_all(portal, wire)
    assert notes_of(call, made[0]) == ["一", "二"]


def test_a_service_that_is_away_alone_holds_up_no_other(house, wire, portal, call, duty, report, monkeypatch):
    _, submission_id, figures = report
    person = house.sign_in("staff").open(f"/submissions/{submission_id}")
    cut(wire)
    person.send(person.form(f"/submissions/{submission_id}"), do="save", **figures)
    mend(wire)
    noting = on_the_page(house, duty)
    cut(wire)
    noting.send(noting.form("/note"), text=NOTE)
    mend(wire)
    inner = wire.inner.call

    def without_stats(service, *arguments, **options):
        if service == "stats":
            raise BrokerAway(AWAY)
        return inner(service, *arguments, **options)

    monkeypatch.setattr(wire.inner, "call", without_stats)
    for _ in range(3):
        send_next(portal, wire)
        # Its pause is over when the next turn comes.
        run(portal, "UPDATE kept_command SET next_at = now() WHERE attempts > 0")

    assert [row.state for row in rows(portal)] == ["waiting", "confirmed"]
    assert notes_of(call, duty) == [NOTE]


def test_several_portals_send_each_once(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    form = person.form("/note")
    cut(wire)
    texts = [f"第{number}条" for number in range(12)]
    for text in texts:
        person.send(form, text=text, command_id=str(uuid4()))
    mend(wire)

    with ThreadPoolExecutor(4) as pool:
        while any(row.state == "waiting" for row in rows(portal)):
            list(pool.map(lambda _: send_all(portal, wire), range(4)))

    assert notes_of(call, duty) == texts
    assert wire.commands == len(texts)


def test_who_thaws_after_another_took_over_changes_nothing(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)
    with portal.transaction() as cur:
        frozen = store.take(cur, lease=dt.timedelta(0))
    send_all(portal, wire)

    with portal.transaction() as cur:
        assert not store.settle(cur, frozen, "refused", {})
    assert rows(portal)[0].state == "confirmed"


def test_a_defect_is_tried_a_few_times_and_then_told(house, wire, portal, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    wire.fault = InternalError(Text("系统出错。", "Broken."))

    for _ in range(outcomes.MOST_DEFECTS):
        send_all(portal, wire)
        hurry(portal)

    wire.fault = None
    assert rows(portal)[0].state == "given_up"
    assert "没有办成，已停止自动提交" in person.open("/kept").text


def test_what_is_older_than_the_memory_of_the_services_is_not_sent_at_all(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)
    run(portal, "UPDATE kept_command SET received_at = now() - interval '49 hours'")

    send_all(portal, wire)

    assert (rows(portal)[0].state, wire.commands, notes_of(call, duty)) == ("given_up", 0, [])


def test_what_waits_too_long_is_given_up_and_told(house, wire, portal, duty):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    run(portal, "UPDATE kept_command SET received_at = now() - interval '37 hours'")

    send_all(portal, wire)

    assert rows(portal)[0].state == "given_up"


def test_monitoring_sees_what_waits(house, wire, portal, duty):
    person = on_the_page(house, duty)
    cut(wire)
    before = measuring.KEPT.labels("received")._value.get()
    person.send(person.form("/note"), text=NOTE)
    run(portal, "UPDATE kept_command SET received_at = now() - interval '20 minutes'")

    measure(portal)

    assert measuring.KEPT.labels("received")._value.get() == before + 1
    assert measuring.WAITING._value.get() == 1
    assert measuring.OLDEST._value.get() >= 1200


def test_operators_list_stop_and_send_again_without_reading_what_was_typed(house, wire, portal, call, duty, tmp_path):
    person = on_the_page(house, duty)
    cut(wire)
    person.send(person.form("/note"), text=NOTE)
    mend(wire)
    kept_id = str(rows(portal)[0].id)

    def qingdan(*arguments):
        settings = Settings(tmp_path, 0, "", "", {"portal": portal.dsn})
        return CliRunner().invoke(kept_command, arguments, obj=settings)

    listed = qingdan("list").output
    assert f"{kept_id}\twaiting" in listed
    assert NOTE not in listed
    assert qingdan("stop", kept_id).output == "1 项已停止发送 / 1 given up\n"
    assert qingdan("stop", kept_id).exit_code == 1
    assert send_all(portal, wire) == 0
    assert "管理员已停止自动提交" in person.open("/kept").text
    assert qingdan("again", kept_id).output == "1 项马上再发送 / 1 to be sent\n"
    send_all(portal, wire)
    assert notes_of(call, duty) == [NOTE]
    assert qingdan("list").output == "无 / none\n"
    assert kept_id in qingdan("list", "--all").output


def test_a_browser_of_the_release_before_has_no_unit_and_keeps_all_the_same(house, wire, portal, call, duty):
    person = on_the_page(house, duty)
    with person.client.session_transaction() as session:
        del session["seen_as"]
    # The process that knew whose page it was is replaced by the one that takes the form.
    remembering.install(house.app)
    cut(wire)

    person.send(person.form("/note"), text=NOTE)

    (row,) = rows(portal)
    assert (row.unit_id, row.line) == (None, -house.world.people["staff"])
    mend(wire)
    send_all(portal, wire)
    assert notes_of(call, duty) == [NOTE]


def test_no_password_is_ever_kept(house, wire, portal):
    person = house.sign_in("staff").open("/password")
    cut(wire)

    person.send(person.form("/password"), old="x", new="ten green bottles 9", again="ten green bottles 9")

    assert rows(portal) == []
    assert isinstance(person, Person)
