"""The pages of silences and slips: set, refused, ended and listed; seen on the page of the duty by its unit."""

import datetime as dt

import pytest

from services.tasks.lookup import finding
from tests.support.checklists import fetch, run
from tests.support.duties import TODAY, issued, today
from tests.support.house import House
from tests.support.submissions import a_round
from tests.support.tasks import Caller

__all__ = ["today"]

ONE_DAY = dt.timedelta(days=1)
# A Wednesday, on which what is due on the day after the example's is three working days late and more.
LATER = dt.date(2026, 5, 20)


def at_noon(day):
    return dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _noon(house: House, today):
    house.services["notifications"].now = lambda: at_noon(TODAY)


def a_late_duty(house: House):
    issued(Caller(house.services["tasks"], house.world), "徽城镇", items=1, due_on=TODAY + ONE_DAY)
    house.deliver()


def silence(lead, **chosen):
    everything = {"subject": "all:0", "unit_id": "all", "until_day": (TODAY + 5 * ONE_DAY).isoformat()}
    lead.send(lead.form("/silences"), **everything | chosen, reason="防汛")
    lead.send(lead.form("/silences/confirm"))


def test_nothing_is_silenced_before_its_consequence_was_seen(house: House, today):
    a_late_duty(house)
    lead = house.sign_in("lead").open("/silences")

    lead.send(lead.form("/silences"), until_day=TODAY.isoformat(), reason="防汛")
    assert lead.response.status_code == 422
    assert lead.text.count("请填写这一项。") >= 2

    everything = {"subject": "all:0", "unit_id": "all", "until_day": (TODAY + 40 * ONE_DAY).isoformat()}
    lead.send(lead.form("/silences"), **everything)
    assert "未来 30 天里有 1 项到期的责任和报表不提醒，涉及 1 个单位。" in lead.text
    assert "所有单位" in lead.text
    assert fetch(house.databases["notifications"], "SELECT id FROM silence") == []
    assert "没有停过提醒" in house.sign_in("lead").open("/silences").text


def test_a_silence_that_keeps_nothing_out_says_so(house: House, today):
    a_late_duty(house)
    lead = house.sign_in("lead").open("/silences")
    unit = str(house.world.units["深渡镇"])

    lead.send(lead.form("/silences"), subject="all:0", unit_id=unit, until_day=TODAY.isoformat(), reason="防汛")

    assert "未来 30 天里没有因此不发的提醒。" in lead.text
    assert "深渡镇" in lead.text


def test_where_there_are_many_units_one_is_searched_for_and_nothing_typed_is_lost(house: House, today, monkeypatch):
    monkeypatch.setattr(finding, "FEW_UNITS", 2)
    lead = house.sign_in("lead").open("/silences")
    assert "深渡镇" not in lead.text

    lead.send(lead.form("/silences"), search="1", find="深渡", subject="all:0", reason="防汛")

    form = lead.form("/silences")
    assert lead.response.status_code == 200
    assert "找到 1 个" in lead.text
    assert (form.value("subject"), form.value("unit_id"), form.value("reason")) == ("all:0", "", "防汛")
    unit = str(house.world.units["深渡镇"])
    lead.send(form, unit_id=unit, until_day=TODAY.isoformat())
    lead.send(lead.form("/silences/confirm"))
    assert "所有清单和报表，深渡镇，到期前和逾期提醒" in lead.text


def test_reminders_are_silenced_and_come_again(house: House, today):
    lead = house.sign_in("lead").open("/reminder-rules").open("/silences")
    assert "没有停过提醒" in lead.text

    silence(lead)
    assert "已设定，期间不发到期提醒。" in lead.text
    assert "所有清单和报表，所有单位，到期前和逾期提醒" in lead.text

    lead.send(lead.form("/silences/end"), reason="")
    assert lead.response.status_code == 422
    lead.send(lead.form("/silences/end"), reason="水退了")
    assert "已恢复提醒" in lead.text
    assert "提前结束：水退了" in lead.text
    assert "没有开始就取消了" in lead.text


def test_what_cannot_be_silenced_is_said_and_stays_typed(house: House, today):
    lead = house.sign_in("lead").open("/silences")

    chosen = {"subject": "all:0", "unit_id": "all", "reason": "审计周"}
    lead.send(lead.form("/silences"), until_day=(TODAY - ONE_DAY).isoformat(), **chosen)

    assert lead.response.status_code == 422
    assert "结束日期不能早于开始日期" in lead.text
    assert 'value="审计周"' in lead.response.text


def test_what_was_not_said_is_listed(house: House, today):
    a_late_duty(house)
    lead = house.sign_in("lead").open("/silences")
    silence(lead)

    house.remind(at_noon(TODAY))

    (one,) = fetch(house.databases["notifications"], "SELECT id FROM silence")
    lead.open("/silences").open(f"/silences/{one.id}")
    assert "徽城镇" in lead.text
    assert "到期提醒" in lead.text
    assert house.sign_in("staff").open("/silences").response.status_code == 403


def test_a_unit_sees_the_slip_on_its_duty_and_the_leader_in_the_list(house: House, today):
    a_late_duty(house)
    house.remind(at_noon(LATER))

    staff = house.sign_in("staff").open("/inbox").open("/slips")
    assert "一级" in staff.text
    (slip,) = fetch(house.databases["notifications"], "SELECT subject_id FROM slip")
    today(LATER)
    staff.open(f"/duties/{slip.subject_id}")
    assert "蓝色提醒单" in staff.text
    assert "请办结；有困难的请上报" in staff.text

    leader = house.sign_in("leader").open("/slips")
    assert "徽城镇" in leader.text
    assert "发给" in leader.text
    leader.open("/slips?level=3")
    assert "没有这样的提醒单" in leader.text


def test_a_slip_leads_nowhere_for_who_may_open_no_duty(house: House):
    a_late_duty(house)
    house.remind(at_noon(LATER))
    (slip,) = fetch(house.databases["notifications"], "SELECT subject_id FROM slip")
    for name in ("staff", "head", "lead", "leader", "auditor"):
        reader = house.sign_in(name).open("/slips")
        assert f'href="/duties/{slip.subject_id}"' in reader.response.text, name
        assert reader.open(f"/duties/{slip.subject_id}").status == 200, name

    run(house.databases["notifications"], "UPDATE slip SET unit_id = %s", (house.world.units["歙县"],))

    admin = house.sign_in("admin").open("/slips")
    assert "蓝色提醒单" in admin.text
    assert "/duties/" not in admin.response.text


def test_the_slip_of_a_report_leads_to_its_page_whoever_may_open_it(house: House):
    unit_id = house.world.units["徽城镇"]
    made = a_round(house.databases["stats"], unit_id)
    house.deliver()
    submission_id = made.submissions[unit_id]
    run(
        house.databases["notifications"],
        """
        INSERT INTO slip (kind, subject_id, unit_id, level, name_zh, name_en, audience, due_on, issued_on)
        SELECT 'report', %s, unit.id, 1, '蓝色提醒单', 'Blue slip', '{post}', '2026-06-12', '2026-06-17' FROM unit
        WHERE unit.id = ANY (%s)
        """,
        (submission_id, [unit_id]),
    )

    for name in ("staff", "head", "lead", "leader", "auditor"):
        reader = house.sign_in(name).open("/slips")
        assert f'href="/submissions/{submission_id}"' in reader.response.text, name
        assert reader.open(f"/submissions/{submission_id}").status == 200, name
    # Whoever fills in nothing and reads nothing of others is led nowhere.
    run(house.databases["notifications"], "UPDATE slip SET unit_id = %s", (house.world.units["歙县"],))
    admin = house.sign_in("admin").open("/slips")
    assert "蓝色提醒单" in admin.text
    assert "/submissions/" not in admin.response.text
