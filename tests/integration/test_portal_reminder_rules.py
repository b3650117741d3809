"""The pages of reminder rules: read, changed with a reason, refused with sentences, nothing typed lost."""

import datetime as dt
import io

import openpyxl

from services.notifications.policies.content import content_of
from services.notifications.policies.rules import DEFAULT
from shared.process.mail import MailServer
from tests.support.checklists import fetch, run
from tests.support.duties import TODAY, issued, today
from tests.support.house import House
from tests.support.tasks import Caller

__all__ = ["today"]


def test_the_lead_bureau_changes_the_general_rules_and_the_history_says_why(house: House):
    lead = house.sign_in("lead").open("/reminder-rules")
    lead.open("/reminder-rules/all/0")
    assert "到期前 7 个工作日" in lead.text
    assert "之后每 5 个工作日" in lead.text

    changed = {"offset_1": "", "offset_8": "-5", "zh_8": "请抓紧", "en_8": "Please hurry"}
    lead.send(lead.form("/reminder-rules/all/0"), **changed, reason="开学季")

    assert "提醒规则已保存" in lead.text
    assert "到期前 5 个工作日" in lead.text
    assert "到期前 7 个工作日" not in lead.text
    assert "开学季" in lead.text
    assert "蓝色提醒单" in lead.text


def test_whether_before_or_after_the_due_date_is_chosen_and_not_a_sign(house: House):
    lead = house.sign_in("lead").open("/reminder-rules/all/0")
    fields = dict(lead.form("/reminder-rules/all/0").fields)
    assert (fields["side_1"], fields["offset_1"]) == ("before", "7")
    assert (fields["side_4"], fields["offset_4"]) == ("after", "1")

    lead.send(lead.form("/reminder-rules/all/0"), side_1="before", offset_1="10", reason="早一点")

    assert "到期前 10 个工作日" in lead.text
    assert "之后每 5 个工作日" in lead.text


def test_the_words_in_force_are_shown_in_the_language_of_the_page(house: House):
    text = house.sign_in("lead").open("/reminder-rules/all/0").text.partition("修改规则")[0]
    words = DEFAULT.stages[0].words
    assert words.zh in text
    assert words.en not in text


def test_a_stage_becomes_a_slip_and_a_fourth_is_refused(house: House):
    lead = house.sign_in("lead").open("/reminder-rules/all/0")

    lead.send(lead.form("/reminder-rules/all/0"), slip_zh_4="警示单", slip_en_4="Warning", reason="试行")
    assert "提醒单最多 3 级" in lead.text
    lead.send(lead.form("/reminder-rules/all/0"), slip_zh_5="", slip_en_5="")

    assert "提醒规则已保存" in lead.text
    assert "警示单" in lead.text
    (kept,) = fetch(house.databases["notifications"], "SELECT content FROM policy")
    assert [stage["slip"] and stage["slip"]["en"] for stage in kept.content["stages"]] == [
        *(None, None, None, "Warning", None, "Yellow slip", "Red slip")
    ]


def test_the_number_a_week_is_changed_with_a_reason(house: House):
    lead = house.sign_in("lead").open("/reminder-rules")
    assert "一周最多收 5 条" in lead.text

    lead.send(lead.form("/reminder-rules/cap"), most="2", reason="")
    assert lead.response.status_code == 422
    lead.send(lead.form("/reminder-rules/cap"), most="2", reason="少打扰")

    assert "一周最多收 2 条" in lead.text
    assert "少打扰" in lead.text
    assert "修改每周条数" not in house.sign_in("admin").open("/reminder-rules").text


def test_what_is_wrong_is_said_beside_its_stage_and_stays_typed(house: House):
    lead = house.sign_in("lead").open("/reminder-rules/all/0")

    lead.send(lead.form("/reminder-rules/all/0"), zh_1="{领导}请办理", offset_2="三", reason="试行")
    assert lead.response.status_code == 422
    assert "请填写整数的工作日数" in lead.text
    lead.send(lead.form("/reminder-rules/all/0"), offset_2="-3", offset_6="", offset_7="")

    assert lead.response.status_code == 422
    assert "“{领导}”无法识别" in lead.text
    assert 'value="{领导}请办理"' in lead.response.text


def test_a_stale_form_keeps_what_was_typed(house: House):
    first = house.sign_in("lead").open("/reminder-rules/all/0")
    second = house.sign_in("lead").open("/reminder-rules/all/0")
    second.send(second.form("/reminder-rules/all/0"), reason="先改")

    first.send(first.form("/reminder-rules/all/0"), zh_1="请早作安排", reason="后改")

    assert first.response.status_code == 409
    assert "已被别人修改" in first.text
    assert 'value="请早作安排"' in first.response.text
    first.send(first.form("/reminder-rules/all/0"))
    assert "提醒规则已保存" in first.text


def test_the_form_sent_as_it_was_opened_holds_what_held(house: House):
    lead = house.sign_in("lead").open("/reminder-rules/all/0")
    before = fetch(house.databases["notifications"], "SELECT count(*) AS versions FROM policy")

    lead.send(lead.form("/reminder-rules/all/0"), reason="核对")

    (kept,) = fetch(house.databases["notifications"], "SELECT content FROM policy")
    assert (before[0].versions, kept.content) == (0, content_of(DEFAULT))


def test_the_administrator_reads_and_nobody_else_comes_in(house: House):
    admin = house.sign_in("admin").open("/people").open("/reminder-rules").open("/deliveries")
    admin.open("/reminder-rules/all/0")
    assert "到期前 7 个工作日" in admin.text
    assert 'name="reason"' not in admin.response.text

    assert house.sign_in("staff").open("/reminder-rules").response.status_code == 403


def test_rules_are_tried_out_before_they_are_saved(house: House):
    lead = house.sign_in("lead").open("/reminder-rules/all/0")

    lead.send(lead.form("/reminder-rules/all/0"), reason="试行", **{"try": "1"})

    assert "按填写的规则，未来 30 天的提醒" in lead.text
    assert "还没有修改过" in lead.text
    assert 'value="试行"' in lead.response.text


def test_the_next_thirty_days_are_a_page_and_a_workbook(house: House, today):
    issued(Caller(house.services["tasks"], house.world), "徽城镇", items=2, due_on=dt.date(2026, 5, 14))
    house.deliver()
    house.remind(dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC))
    house.services["notifications"].mail_server = MailServer("mail.example", 465, True, "u", "p", "clerk@q.example")
    run(
        house.databases["notifications"],
        """
        INSERT INTO contact (person_id, channel, address, language, verified_at)
        VALUES (%s, 'mail', 'staff@q.example', 'zh', now())
        """,
        (house.world.people["staff"],),
    )
    lead = house.sign_in("lead").open("/reminder-rules").open("/reminder-rules/forecast")
    assert "徽城镇" in lead.text
    assert "到期前 3 个工作日 2 项（站内消息、邮件）" in lead.text
    assert "到期前 3 个工作日 2 项（站内消息）" in lead.text

    lead.send(lead.form("/forecast/xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(lead.response.data)).active
    heading, first, *_ = list(sheet.iter_rows(min_row=3, values_only=True))
    assert heading[:4] == ("日期", "单位", "岗位", "类型")
    assert (first[1], first[3], first[7]) == ("徽城镇", "清单", "到期提醒")
    way = heading.index("渠道")
    assert {row[way] for row in sheet.iter_rows(min_row=4, values_only=True)} == {"站内消息、邮件", "站内消息"}


def test_a_stage_says_by_which_channels_it_leaves_the_house(house: House):
    person = house.sign_in("lead").open("/reminder-rules/all/0")
    assert "另发：邮件" not in person.text.partition("修改规则")[0]

    named = {"channels_1": ["mail", "sms"], "channels_2": None}
    person.send(person.form("/reminder-rules/all/0"), **named, reason="短信要花钱")

    assert "提醒规则已保存" in person.text
    shown = person.open("/reminder-rules/all/0").text.partition("历次规则")[2]
    assert "另发：邮件、短信" in shown
    assert "只在“消息”里" in shown
