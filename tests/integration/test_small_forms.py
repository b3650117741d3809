"""A small form that was refused comes back on its page: open, with its sentence, and with what was typed."""

import datetime as dt
import re
from pathlib import Path

import pytest

from services.portal.resume import TYPED_BY_HAND
from tests.support.duties import TODAY, a_duty, do, issued, today
from tests.support.portal import Person
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

SOON = TODAY + dt.timedelta(days=3)
TOO_LONG = "字" * 2001


def refused(person: Person, form: str, heading: str, **typed: str) -> None:
    """Send the form; it stands on the page again, with what was typed, under the same heading, and says why once."""
    person.send(person.form(form), **typed)

    assert (person.status, heading in person.text) == (422, True)
    assert "请先改正以下问题" in person.text
    again = person.form(form)
    assert {name: again.value(name).strip() for name in typed} == {name: text.strip() for name, text in typed.items()}
    assert 'aria-invalid="true"' in person.response.text


@pytest.mark.parametrize("text", [" ", TOO_LONG])
def test_a_remark_and_its_answer_come_back_on_the_duty(visit, call, text):
    duty = a_duty(call)
    here = f"/duties/{duty['duty_id']}?back=/remarks"
    leader = visit("leader").open(here)

    refused(leader, "/remarks/make", duty["item"], remark=text)
    leader.send(leader.form("/remarks/make"), remark="请说明进度")

    assert "已批示，1 个单位要答复" in leader.text
    assert leader.response.text.count('href="/remarks">返回') == 1
    staff = visit("staff").open(here)
    refused(staff, "/remarks/answer", duty["item"], answer=text)
    staff.send(staff.form("/remarks/answer"), answer="已完成八成")
    assert "答复：已完成八成" in staff.text


def test_a_public_answer_comes_back_under_its_suggestion(visit, call):
    call("make_suggestion", {"text": "表太长"}, as_="staff")
    lead = visit("lead").open("/suggestions")

    refused(lead, "/suggestions/answer", "表太长", answer=" ")
    refused(lead, "/suggestions/answer", "表太长", answer=TOO_LONG)
    lead.send(lead.form("/suggestions/answer"), answer="下月起合并")

    assert "下月起合并" in lead.text


def test_words_of_an_urging_and_a_contact_come_back(visit, call):
    duty = a_duty(call, due_on=SOON)

    refused(visit("leader").open(f"/duties/{duty['duty_id']}"), "/board/urge", duty["item"], text=TOO_LONG)
    lead = visit("lead").open(f"/checklists/{duty['checklist_id']}")
    refused(lead, "/contact", "联系方式", contact=TOO_LONG)


def test_what_was_typed_for_an_ended_checklist_is_not_lost(visit, call):
    duty = a_duty(call)
    call("make_remark", {"duty_id": duty["duty_id"], "text": "请说明进度"}, as_="leader")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    call("close_checklist", {"checklist_id": duty["checklist_id"], "version": 3, "reason": "到期"}, as_="lead")

    answer, note = staff.form("/remarks/answer"), staff.form("/note")
    assert "已完成八成" in staff.send(answer, answer="已完成八成").text
    assert "写了很久的进展" in staff.send(note, text="写了很久的进展").text
    assert "清单已经结束" in staff.text


class TestOnBoards:
    @pytest.fixture
    def call(self, house):
        return Caller(house.services["tasks"], house.world)

    def test_a_remark_and_an_urging_come_back_on_the_item_and_the_list(self, house, call):
        duty, _ = issued(call, "徽城镇", "深渡镇", due_on=SOON)
        house.deliver()
        leader = house.sign_in("leader").open(f"/board/items/{duty['item_id']}")

        refused(leader, "/remarks/make", duty["item"], remark=" ")
        assert 'href="/board" aria-current="page"' in leader.response.text
        leader.send(leader.form("/remarks/make"), remark="请说明进度")
        assert leader.path == f"/board/items/{duty['item_id']}"
        refused(leader, "/board/urge", duty["item"], text=TOO_LONG)
        unit_id = house.world.units["徽城镇"]
        leader.open(f"/board/{duty['checklist_id']}/duties?unit={unit_id}&light=due_soon")
        refused(leader, "/board/urge", "徽城镇", text=TOO_LONG)
        leader.send(leader.form("/board/urge"), text="请抓紧")
        assert "已催办 1 项责任" in leader.text

    def test_of_a_unit_what_its_page_lists_is_urged_and_no_more(self, house, call, today):
        late, soon = (issued(call, "徽城镇", items=2, due_on=day) for day in (TODAY, SOON + dt.timedelta(days=3)))
        today(TODAY + dt.timedelta(days=4))
        house.deliver()
        unit_id = house.world.units["徽城镇"]
        leader = house.sign_in("leader")

        for duties, light in ((late, "overdue"), (soon, "due_soon")):
            leader.open(f"/board/{duties[0]['checklist_id']}/duties?unit={unit_id}&light={light}")
            leader.send(leader.form("/board/urge"))
            assert "已催办 2 项责任" in leader.text


def test_the_refusal_names_who_is_waited_for(visit, call):
    asked, _, waits = (a_duty(call, due_on=SOON) for _ in range(3))
    helper = call("whom_to_ask", {"duty_id": asked["duty_id"]}, as_="staff")["units"][0]
    do(call, "report_blocker", asked, reason="缺人", asked_unit_id=helper["unit_id"])
    do(call, "report_blocker", waits, reason="缺人")
    leader = visit("leader")

    for duty, who in ((asked, helper["name"]), (waits, "牵头单位")):
        leader.open(f"/duties/{duty['duty_id']}")
        leader.send(leader.form("/board/urge"))
        assert f"1 项在等{who}答复，没有催办。" in leader.text


def test_every_long_text_of_a_page_is_one_that_a_person_would_miss():
    portal = Path("services/portal")
    areas = set()
    for page in (portal / "templates").glob("*.html"):
        areas |= set(re.findall(r'<textarea[^>]* name="(\w+)"', page.read_text(encoding="utf-8")))
    for module in (portal / "forms").glob("*.py"):
        areas |= set(re.findall(r"(\w+) = TextAreaField", module.read_text(encoding="utf-8")))

    assert areas <= TYPED_BY_HAND
