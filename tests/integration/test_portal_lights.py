"""The page of the rule of lights, and that pages, boards, drill-downs, reports and messages all tell the same light."""

import datetime as dt

import pytest

from tests.support.checklists import add_row, draft, fetch, issue, lead
from tests.support.duties import today
from tests.support.notifications import noon_of
from tests.support.pages import Person
from tests.support.reports import an_indicator, wished
from tests.support.stats import call as ask

__all__ = ["today"]

D = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def in_may(today):
    """8 May 2026, a Friday before a Saturday of work."""


@pytest.fixture
def owed(house, call):
    """A duty of 徽城镇 that is due on 19 May 2026, five working days after the 12th."""
    tasks_db = house.databases["tasks"]
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "建创业园", units=[lead(house.world.units["徽城镇"])], due_on=D("2026-05-19"))
    issue(call, drafted)
    house.deliver()
    return fetch(tasks_db, "SELECT * FROM duty")[0]


def change(person, day, workdays, reason="县里要求早提醒"):
    """Send the form, as far as the page that says what follows."""
    person.open("/light-rules")
    return person.send(person.form("/light-rules"), from_day=day, workdays=str(workdays), reason=reason)


def confirm(person):
    return person.send(person.form("/confirm"))


def test_everybody_looks_and_only_the_lead_bureau_changes(house):
    for name in ("staff", "admin", "leader"):
        person = house.sign_in(name).open("/light-rules")
        assert "即将到期：3 个工作日内到期" in person.text
        assert "这是系统原有的规则" in person.text
        assert [form for form in person.forms if "light-rules" in form.action] == []
    assert "灯色规则" in house.sign_in("lead").open("/reminder-rules").text
    assert "灯色规则" in house.sign_in("admin").open("/calendar/2026").text
    assert "灯色规则" in house.sign_in("staff").open("/help").text


def test_the_page_says_what_follows_and_saves_only_what_was_confirmed(house, owed):
    person = change(house.sign_in("lead"), "2026-05-12", 5)

    assert "还没有保存" in person.text
    assert "提前 3 个工作日 → 提前 5 个工作日" in person.text
    assert "那天即将到期的责任：0 → 1" in person.text
    assert fetch(house.databases["tasks"], "SELECT count(*) FROM light_rule") == [(0,)]

    confirm(person)

    assert "灯色规则已保存" in person.text
    assert "5月12日 周二起 提前 5 个工作日：县里要求早提醒 县人社局" in person.text
    assert "待生效" in person.text


def test_on_its_day_all_pages_boards_and_messages_tell_the_same_light(house, owed, today):
    confirm(change(house.sign_in("lead"), "2026-05-12", 5))
    house.deliver()
    seen = {}
    for day in ("2026-05-11", "2026-05-12"):
        today(D(day))
        house.remind(noon_of(D(day)))
        staff, leader = house.sign_in("staff"), house.sign_in("leader")
        seen[day] = (
            "◆ 即将到期 还剩 5 个工作日" in staff.open("/duties").text,
            "建创业园" in leader.open(f"/board/{owed.checklist_id}/duties?light=due_soon").text,
            "即将到期" in leader.open(f"/duties/{owed.id}").text,
            said_on(house, day),
            leader.open("/help").text.partition("现在是到期前 ")[2][:1],
        )

    # What comes a week before is no light of its own: the word of the line is another one.
    assert seen["2026-05-11"] == (False, False, False, "还有 6 个工作日，请安排办理", "3")
    assert seen["2026-05-12"] == (True, True, True, "还有 5 个工作日，请抓紧办理", "5")
    inbox = house.sign_in("staff").open("/inbox").text
    assert "到期提醒 1 项" in inbox
    assert "即将到期" not in inbox
    as_of = house.sign_in("leader").open(f"/board/{owed.checklist_id}/duties?as_of=2026-05-11&light=due_soon")
    assert "建创业园" not in as_of.text


def said_on(house, day):
    statement = "SELECT words_zh FROM message_line JOIN message ON message.id = message_id WHERE day = %s LIMIT 1"
    return fetch(house.databases["notifications"], statement, (day,))[0].words_zh


def test_reports_follow_it_too(house, today):
    stats = house.services["stats"]
    indicator, chief = an_indicator(house.databases["stats"]), house.world.people["lead"]
    made = ask(stats, "save_report", wished([indicator], unit_ids=[house.world.units["徽城镇"]]), as_=chief)
    ask(stats, "start_report", {"report_id": made["report_id"], "version": made["version"]}, as_=chief)
    stats.keep_rounds()
    house.deliver()
    (due_on,) = fetch(house.databases["stats"], "SELECT due_on FROM round ORDER BY due_on LIMIT 1")[0]
    today(due_on - dt.timedelta(days=10))
    staff = house.world.people["staff"]

    def lights():
        return [one["light"] for one in ask(stats, "owed_submissions", as_=staff)["owed"]][:1]

    before = lights()
    confirm(change(house.sign_in("lead"), (due_on - dt.timedelta(days=10)).isoformat(), 15))
    house.deliver()

    assert (before, lights()) == (["on_track"], ["due_soon"])


def test_what_is_refused_is_said_and_what_was_typed_stays(house):
    person = change(house.sign_in("lead"), "2026-05-07", 5)
    assert person.status == 422
    assert "生效日期不能早于今天" in person.text
    assert dict(person.form("/light-rules").fields)["reason"] == "县里要求早提醒"

    change(person, "2026-05-12", 16)
    assert "1到15" in person.text
    change(person, "2026-05-12", "三")
    assert "请填写数字" in person.text
    change(person, "2026-05-12", 5, reason="")
    assert person.status == 422
    assert fetch(house.databases["tasks"], "SELECT count(*) FROM light_rule") == [(0,)]


def test_who_confirms_a_page_that_is_out_of_date_sees_what_is_there_and_goes_on(house):
    first, second = (change(house.sign_in("lead"), "2026-05-12", number) for number in (5, 6))
    confirm(first)

    confirm(second)

    assert second.status == 409
    assert "刚被别人改过" in second.text
    assert "提前 5 个工作日" in second.text
    fields = dict(second.form("/light-rules").fields)
    assert (fields["workdays"], fields["version"]) == ("6", "1")
    second.send(second.form("/light-rules"))
    assert "保存后由这一条代替" in second.text
    confirm(second)
    assert "由同一天的另一条代替" in second.text


def test_what_is_planned_is_taken_back_with_a_reason(house):
    person = confirm(change(house.sign_in("lead"), "2026-06-01", 5))
    person.send(person.form("/take-back"), reason="")
    assert person.status == 422
    assert "修改原因" in person.text

    person.send(person.form("/take-back"), reason="先不改")

    assert "已撤回，到时不再生效" in person.text
    assert "没有生效，已撤回" in person.text
    assert "/take-back" not in person.response.text
    assert "先不改" in person.text


def test_it_is_all_there_in_english(house):
    person = house.sign_in("lead")
    person.client.get("/language/en")
    change(person, "2026-05-12", 1)

    assert "Duties due soon on that day" in person.text
    confirm(person)

    assert "1 working day before" in person.text
    assert "Light rule" in person.text


def test_the_help_page_names_no_number_to_whoever_is_not_signed_in(house):
    text = Person(house.app).open("/help").text

    assert "快到完成时限，还没有提交完成。" in text
    assert "现在是到期前" not in text


def test_the_page_of_reminder_rules_names_the_number_beside_its_own(house):
    confirm(change(house.sign_in("lead"), "2026-05-08", 5))
    house.deliver()

    text = house.sign_in("lead").open("/reminder-rules/all/0").text

    assert "灯在到期前 5 个工作日转为“即将到期”" in text
    assert "到期前 5 个工作日" in text
