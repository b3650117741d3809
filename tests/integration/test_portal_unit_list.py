"""A unit's page on the real tasks service: true counts, every row in reach, searches in the address, taking back."""

import re

import pytest

from tests.support.checklists import run
from tests.support.duties import a_duty, do, issued, issued_ids, submit, today

__all__ = ["today"]


def counted(person):
    """The number beside each heading."""
    found = re.findall(r"<h2>(.*?) <small>(\d+) 项</small></h2>", person.response.text)
    return {heading: int(number) for heading, number in found}


def listed(person):
    return re.findall(r'<a id="d(\d+)"', person.response.text)


def reached(person):
    """The duties of every page of every heading, as a reader finds them by following links."""
    found = set(listed(person))
    for address in dict.fromkeys(re.findall(r'href="(/duties\?[^"]*heading=[^"]*)"', person.response.text)):
        person.open(address.replace("&amp;", "&"))
        while True:
            found |= set(listed(person))
            following = re.search(r'rel="next" href="([^"]*)"', person.response.text)
            if following is None:
                break
            person.open(following[1].replace("&amp;", "&"))
    return found


@pytest.fixture
def many(call, tasks_db, today):
    """Duties in every light, more of some than a page lists."""
    ids = issued_ids(call, "徽城镇", items=130)
    states = (
        ("state = 'accepted', done_on = '2026-05-01'", ids[:20]),
        ("state = 'waived'", ids[20:28]),
        ("state = 'submitted', done_on = '2026-05-01'", ids[28:37]),
        ("state = 'returned', returned_reason = '缺附件'", ids[37:44]),
        ("due_on = '2026-04-01'", ids[44:51]),
        ("due_on = '2026-05-29'", ids[60:67]),
    )
    for what, which in states:
        run(tasks_db, f"UPDATE duty SET {what} WHERE id = ANY (%s)", [which])
    run(
        tasks_db,
        "INSERT INTO request (duty_id, kind, reason) SELECT id, 'blocker', '缺人' FROM duty WHERE id = ANY (%s)",
        [ids[51:60]],
    )
    return ids


def test_headings_count_all_and_sum_up_and_every_row_is_reached(visit, many):
    person = visit("staff")

    assert counted(person) == {
        "先看答复": 7,
        "已逾期": 7,
        "受阻": 9,
        "本月": 7,
        "以后": 63,
        "待审核": 9,
        "已完成": 20,
        "不适用": 8,
    }
    assert sum(counted(person).values()) == len(many)
    assert len(listed(person)) == 60
    assert reached(person) == {str(duty_id) for duty_id in many}


def test_what_was_returned_stands_first_with_its_reason(visit, many):
    text = visit("staff").response.text

    assert text.index("先看答复") < text.index("已逾期")
    assert "</b> 缺附件" in text


def test_a_search_is_kept_in_the_address_and_beside_every_count(visit, many):
    person = visit("staff").open("/duties?q=事项12")

    assert "共 130 项，找到 11 项" in person.text
    assert sum(counted(person).values()) == 11
    assert len(listed(person)) == 11
    assert 'value="事项12"' in person.response.text

    person.send(person.form("/duties/done"), boxes=person.form("/duties/done").boxes[:1])
    assert person.path == "/duties"
    assert 'value="事项12"' in person.response.text


@pytest.mark.parametrize(("address", "number"), [("from=2026-05-01&until=2026-05-31", 7), ("until=2026/04/30", 7)])
def test_dates_narrow_the_list(visit, many, address, number):
    person = visit("staff").open(f"/duties?{address}")

    assert sum(counted(person).values()) == number


def test_a_day_that_no_calendar_has_is_named_beside_its_field_and_nothing_is_hidden(visit, many):
    person = visit("staff").open("/duties?from=2026-02-31&q=事项12")

    assert "没有这一天" in person.text
    assert 'value="2026-02-31"' in person.response.text
    assert sum(counted(person).values()) == 11


@pytest.mark.parametrize("address", ["heading=x", "page=-1", "page=999999", "heading=later&page=99", "period=x"])
def test_an_address_that_was_tampered_with_shows_a_page(visit, many, address):
    assert visit("staff").open(f"/duties?{address}").status == 200


def test_a_mark_names_its_duty_and_is_taken_back_by_a_button(visit, call, today):
    duty = a_duty(call)
    person = visit("staff").open(f"/duties/{duty['duty_id']}")

    person.send(person.form("/duties/done"), note="见台账")
    assert "“事项1”已完成" in person.text
    person.send(person.form("/duties/undo"))

    assert "“事项1”已撤回" in person.text
    assert call("get_duty", {"duty_id": duty["duty_id"]}, as_="staff")["state"] == "acknowledged"


def test_several_marks_are_taken_back_at_once_but_not_one_that_was_dealt_with_since(visit, call, today):
    first, second, third = issued(call, "徽城镇", items=3, review_rule="all")
    person = visit("staff")
    form = person.form("/duties/done")
    person.send(form, boxes=form.boxes)
    assert "等 3 项已提交，等待审核" in person.text
    now = call("get_duty", {"duty_id": second["duty_id"]}, as_="lead")
    do(call, "accept_duty", now, as_="lead")

    person.send(person.form("/duties/undo"))

    assert "等 2 项已撤回" in person.text
    assert "“事项2”已有变化，没有撤回" in person.text
    states = [call("get_duty", {"duty_id": one["duty_id"]}, as_="lead")["state"] for one in (first, second, third)]
    assert states == ["acknowledged", "accepted", "acknowledged"]


@pytest.mark.parametrize(("action", "field"), [("waiver", "reason"), ("blocker", "reason")])
def test_a_request_is_taken_back_by_the_button_beside_its_confirmation(visit, call, today, action, field):
    duty = a_duty(call)
    person = visit("staff").open(f"/duties/{duty['duty_id']}")

    person.send(person.form(f"/{action}"), **{field: "辖区内没有企业"})
    assert "“事项1”：" in person.text
    undo = next(form for form in person.forms if form.action.endswith(("/take-back-waiver", "/clear-blocker")))
    person.send(undo)

    now = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")
    assert (now["waiver_asked"], now["is_blocked"]) == (False, False)


def test_a_waiver_that_waits_says_so_in_the_list_and_is_taken_back_on_the_page(visit, call, today):
    duty = a_duty(call)
    do(call, "ask_waiver", duty, reason="不涉及")
    person = visit("staff")
    assert "已申请不适用，等待牵头单位答复" in person.text

    person.open(f"/duties/{duty['duty_id']}")
    person.send(person.form("/take-back-waiver"))

    assert "申请已撤回" in person.text
    assert call("review_queue", {"page": 1}, as_="lead")["waivers"] == []


def test_the_note_of_a_second_window_is_kept_as_progress_once(visit, call, today):
    duty = a_duty(call)
    first, second = (visit("staff").open(f"/duties/{duty['duty_id']}") for _ in range(2))
    third = visit("staff").open(f"/duties/{duty['duty_id']}")
    first.send(first.form("/duties/done"), note="见台账")

    second.send(second.form("/duties/done"), note="另有照片三张")
    third.send(third.form("/duties/done"), note="另有照片三张")

    assert "您写的备注已记为进展" in second.text
    assert "此前已经提交" in third.text
    history = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]
    assert [(one["action"], one["text"]) for one in history[1:]] == [
        ("completed", "见台账"),
        ("progress", "另有照片三张"),
    ]


def test_beside_one_that_changed_the_others_are_named_and_taken_back_by_a_button(visit, call, today):
    one, other, noted = issued(call, "徽城镇", items=3)
    person = visit("staff")
    do(call, "report_blocker", other, reason="缺人")
    submit(call, noted, as_="staff")

    person.send(
        person.form("/duties/done"), duties=[f"{duty['duty_id']}:1" for duty in (one, other, noted)], note="台账"
    )

    assert person.status == 409
    assert "1 项在您打开页面之后有变化，没有改动" in person.text
    assert f"“{one['item']}”已完成" in person.text
    assert f"“{noted['item']}”此前已经提交，您写的备注已记为进展" in person.text
    person.send(person.form("/duties/undo"))
    assert call("get_duty", {"duty_id": one["duty_id"]}, as_="staff")["state"] == "acknowledged"


def test_an_empty_difficulty_has_a_sentence_of_its_own_at_its_field(visit, call, today):
    duty = a_duty(call)
    person = visit("staff").open(f"/duties/{duty['duty_id']}")

    person.send(person.form("/blocker"), reason="")

    assert person.status == 422
    assert "遇到什么困难" in re.search(r'id="blocker-error">(.*?)</p>', person.response.text)[1]
    assert 'aria-describedby="blocker-error"' in person.response.text


def test_a_row_says_its_date_once_and_its_period_in_the_title(visit, call, tasks_db, today):
    a_duty(call)
    run(tasks_db, "UPDATE duty SET period = '2026-06'")

    (row,) = re.findall(r'<ul class="duties">(.*?)</ul>', visit("staff").response.text, re.DOTALL)

    assert "事项1（2026年6月）" in row
    assert len(re.findall(r"6月30日|2026-06-30", row)) == 1


def test_whom_to_ask_is_said_by_the_lead_bureau_and_seen_by_the_units(visit, call, today):
    duty = a_duty(call)
    assert "有疑问请联系" not in visit("staff").text
    lead = visit("lead").open(f"/checklists/{duty['checklist_id']}")

    lead.send(lead.form("/contact"), contact="就业科 王芳 0559-6512345")

    assert "有疑问请联系：就业科 王芳 0559-6512345" in visit("staff").text
    assert "就业科 王芳 0559-6512345" in visit("staff").open(f"/duties/{duty['duty_id']}").text


def test_a_contact_that_is_too_long_is_refused_with_a_sentence(visit, call, today):
    duty = a_duty(call)
    lead = visit("lead").open(f"/checklists/{duty['checklist_id']}")

    lead.send(lead.form("/contact"), contact="王" * 121)

    assert lead.status == 422
    assert "联系方式" in lead.text


def test_a_page_of_475_duties_weighs_little_and_hides_none(visit, call, today):
    issued_ids(call, "徽城镇", items=475)
    person = visit("staff")

    assert counted(person) == {"以后": 475}
    assert len(person.response.data) < 60 * 1024
    assert len(reached(person)) == 475


def test_the_last_page_of_a_heading_leads_back_to_one_that_has_rows(visit, call, today):
    issued_ids(call, "徽城镇", items=61)
    person = visit("staff").open("/duties?heading=later&page=2")
    assert len(listed(person)) == 1

    person.send(person.form("/duties/done"), boxes=person.form("/duties/done").boxes)

    assert person.path == "/duties"
    assert counted(person) == {"以后": 60}
    assert len(listed(person)) == 60
    assert "没有符合的责任" in visit("staff").open("/duties?heading=blocked").text


def test_what_cannot_be_done_any_more_is_not_offered_again_and_its_words_can_be_kept(visit, call, today):
    duty = a_duty(call)
    first, second = (visit("staff").open(f"/duties/{duty['duty_id']}") for _ in range(2))
    first.send(first.form("/duties/done"))

    second.send(second.form("/blocker"), reason="缺两名工作人员")

    assert second.status == 409
    assert "现在的状态不允许再这样办理" in second.text
    assert "仍按我的提交" not in second.text
    second.send(second.form("/note"))
    history = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]
    assert (history[-1]["action"], history[-1]["text"]) == ("progress", "缺两名工作人员")


def test_a_page_that_answers_a_form_takes_what_was_typed_along_into_another_language(visit, call, today):
    a_duty(call)
    person = visit("staff")
    assert "/language/en" in person.response.text

    person.send(person.form("/duties/done"), note="差一点就忘了")
    refused = person.status

    person.send(person.form("/language/en"))
    assert ("差一点就忘了" in person.text, "Send again" in person.text) == (True, True)
    person.send(person.form("/duties/done"))
    assert person.status == refused
    assert '<html lang="en">' in person.response.text


def test_a_telephone_number_can_be_dialled(visit, call, today):
    duty = a_duty(call)
    call("save_contact", {"checklist_id": duty["checklist_id"], "contact": "就业科 王芳 0559-6512345"}, as_="lead")

    assert '就业科 王芳 <a href="tel:05596512345">0559-6512345</a>' in visit("staff").response.text
