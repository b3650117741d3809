"""The lead bureau's queue in the browser, and what its answers look like on the unit's page."""

import random
import re

import pytest

from tests.support.duties import do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def waiting_for_review(call, units=("徽城镇",), items=1):
    duties = issued(call, *units, items=items, review_rule="all")
    return [
        submit(call, duty, as_="head" if duty["unit"]["name"] == "徽城镇" else "shendu")["duties"][0] for duty in duties
    ]


def ticks_of(person):
    return [box for box in person.form("/accept").boxes if box[0] == "duties"]


def headings(person, code):
    """The number that the heading of a kind states."""
    html = person.response.get_data().decode()
    found = re.search(rf'<h2 id="{code}">.*?<small>\s*(\d+)', html, re.DOTALL)
    return int(found[1]) if found else 0


def nav_count(person):
    html = person.response.get_data().decode()
    found = re.search(r'href="/review".*?</a>', html, re.DOTALL)
    number = re.search(r'class="count">(\d+)', found[0])
    return int(number[1]) if number else 0


def test_several_are_accepted_with_ticks_and_one_button(visit, call):
    duties = waiting_for_review(call, items=3)
    lead = visit("lead").open("/review")
    assert (headings(lead, "submitted"), nav_count(lead)) == (3, 3)

    lead.send(lead.form("/accept"), boxes=ticks_of(lead)[:2])

    assert "2 项已审核通过" in lead.text
    assert sorted(read(call, duty)["state"] for duty in duties) == ["accepted", "accepted", "submitted"]
    assert (headings(lead, "submitted"), nav_count(lead)) == (1, 1)


def test_all_of_a_page_are_ticked_by_a_link_and_accepted_by_a_button(visit, call):
    waiting_for_review(call, items=3)
    lead = visit("lead").open("/review?kind=submitted")
    assert 'href="/review?all=1&amp;kind=submitted#submitted">全选本页 3 项' in lead.response.get_data().decode()

    lead.open("/review?kind=submitted&all=1")
    lead.send(lead.form("/accept"))

    assert "3 项已审核通过" in lead.text


def test_one_is_accepted_by_its_own_button_whatever_is_ticked(visit, call):
    first, second = waiting_for_review(call, items=2)
    lead = visit("lead").open("/review")

    lead.send(lead.form("/accept"), boxes=ticks_of(lead)[:1], only=f"{second['duty_id']}:{second['version']}")

    assert [read(call, duty)["state"] for duty in (first, second)] == ["submitted", "accepted"]


def test_each_that_cannot_be_accepted_is_named_and_the_others_are_accepted(visit, call):
    first, second = waiting_for_review(call, units=("徽城镇", "深渡镇"))
    lead = visit("lead").open("/review")
    form, boxes = lead.form("/accept"), ticks_of(lead)
    do(call, "reopen_duty", second, as_="shendu")

    lead.send(form, boxes=boxes)

    assert lead.status == 409
    assert "深渡镇“事项1”：" in lead.text
    assert "1 项已审核通过" in lead.text
    assert [read(call, duty)["state"] for duty in (first, second)] == ["accepted", "acknowledged"]


def test_ticking_nothing_says_so_on_the_same_page(visit, call):
    waiting_for_review(call)
    lead = visit("lead").open("/review")

    lead.send(lead.form("/accept"))

    assert (lead.status, headings(lead, "submitted")) == (422, 1)
    assert "请先勾选" in lead.text


def test_the_headings_count_all_pages_and_the_pages_reach_every_row(visit, call):
    duties = waiting_for_review(call, items=53)
    lead = visit("lead").open("/review")
    seen = {value.partition(":")[0] for _name, value in ticks_of(lead)}
    assert (headings(lead, "submitted"), len(seen)) == (53, 50)
    assert "本页 50 项" in lead.text

    lead.open("/review?page=2")

    seen |= {value.partition(":")[0] for _name, value in ticks_of(lead)}
    assert seen == {str(duty["duty_id"]) for duty in duties}


def test_a_search_stays_in_the_address_and_narrows_counts_and_rows(visit, call):
    waiting_for_review(call, units=("徽城镇", "深渡镇"), items=2)
    lead = visit("lead").open("/review?q=深渡")
    assert (headings(lead, "submitted"), len(ticks_of(lead))) == (2, 2)
    assert "q=" in lead.form("/accept").action

    lead.send(lead.form("/accept"), boxes=ticks_of(lead)[:1])

    assert headings(lead, "submitted") == 1
    assert "徽城镇 ·" not in lead.text


def test_the_reason_of_a_waiver_stands_in_the_queue(visit, call):
    (duty,) = issued(call, "徽城镇")
    do(call, "ask_waiver", duty, reason="本镇没有园区")

    lead = visit("lead").open("/review")

    assert "理由：本镇没有园区" in lead.text
    assert headings(lead, "waivers") == 1


def test_a_difficulty_is_answered_from_the_queue_and_the_unit_reads_it_first(visit, call):
    (duty,) = issued(call, "徽城镇")
    do(call, "report_blocker", duty, reason="缺两名工作人员")
    lead = visit("lead").open("/review?kind=blocked")
    assert "困难：缺两名工作人员" in lead.text
    assert nav_count(lead) == 1

    lead.send(lead.form("/answer"), reason="县人社局借调一人")

    assert "已答复单位" in lead.text
    assert (nav_count(lead), headings(lead, "blocked")) == (0, 0)
    staff = visit("staff").open("/duties")
    assert staff.text.index("先看答复") < staff.text.index("县人社局借调一人") < staff.text.index("备注（可不填）")
    staff.open(f"/duties/{duty['duty_id']}")
    assert "县人社局对困难的答复：县人社局借调一人" in staff.text


def test_more_time_is_asked_on_the_units_page_and_given_from_the_queue_with_one_button(visit, call):
    (duty,) = issued(call, "徽城镇")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    staff.send(staff.form("/extension"), reason="雨季停工", wanted_on="2026-12-15")
    assert "已申请延期，等待牵头单位答复" in staff.text

    lead = visit("lead").open("/review?kind=extensions")
    assert "理由：雨季停工" in lead.text
    lead.send(lead.form("/extend"))

    assert "已同意延期" in lead.text
    assert (nav_count(lead), headings(lead, "extensions")) == (0, 0)
    staff.open(f"/duties/{duty['duty_id']}")
    assert "已延期，原定" in staff.text


def test_more_time_is_refused_with_a_reason_that_the_unit_reads_first(visit, call):
    (duty,) = issued(call, "徽城镇")
    do(call, "ask_extension", duty, reason="雨季停工", wanted_on="2026-12-15")
    lead = visit("lead").open(f"/duties/{duty['duty_id']}")

    lead.send(lead.form("/not-extend"), reason="省里统一时限")

    staff = visit("staff").open("/duties")
    assert staff.text.index("先看答复") < staff.text.index("不同意延期 省里统一时限")
    staff.open(f"/duties/{duty['duty_id']}")
    assert "未获同意，理由：省里统一时限" in staff.text


def test_a_day_that_gives_no_more_time_is_refused_beside_what_was_typed(visit, call):
    (duty,) = issued(call, "徽城镇")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")

    staff.send(staff.form("/extension"), reason="雨季停工", wanted_on="2026-01-01")

    assert (staff.status, "晚于现在的完成时限" in staff.text, "雨季停工" in staff.text) == (422, True, True)
    html = staff.response.get_data().decode()
    assert 'href="#extension-wanted_on"' in html
    assert (
        html.count('aria-invalid="true"') == html.count('name="wanted_on" value="2026-01-01" aria-invalid="true"') == 1
    )


def test_words_that_are_missing_are_said_at_the_words_though_the_form_has_a_day_too(visit, call):
    (duty,) = issued(call, "徽城镇")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")

    staff.send(staff.form("/extension"), reason=" ", wanted_on="2026-12-15")

    html = staff.response.get_data().decode()
    assert (html.count('aria-invalid="true"'), 'href="#extension-reason"' in html) == (1, True)
    assert 'name="wanted_on" value="2026-12-15" aria-invalid' not in html


def test_an_answer_without_words_is_refused_beside_its_field(visit, call):
    (duty,) = issued(call, "徽城镇")
    do(call, "report_blocker", duty, reason="缺两名工作人员")
    lead = visit("lead").open("/review")

    lead.send(lead.form("/answer"), reason=" ")

    assert lead.status == 422
    assert "有误" in lead.text


def test_returned_and_refused_duties_stand_first_on_the_units_page_with_the_reason(visit, call):
    returned, refused, plain = issued(call, "徽城镇", items=3, review_rule="all")
    do(call, "return_duty", submit(call, returned)["duties"][0], as_="lead", reason="缺少签到表")
    do(call, "refuse_waiver", do(call, "ask_waiver", refused, reason="不涉及"), as_="lead", reason="有一处在建")

    staff = visit("staff").open("/duties")

    html = staff.response.get_data().decode()
    first, plain_line = html.index("先看答复"), html.index(f"/duties/{plain['duty_id']}")
    assert first < html.index("缺少签到表") < html.index("有一处在建") < plain_line
    staff.open(f"/duties/{refused['duty_id']}")
    assert "申请不适用未获同意，理由：有一处在建" in staff.text


def test_a_unit_that_has_no_answers_sees_no_such_section(visit, call):
    issued(call, "徽城镇")

    assert "先看答复" not in visit("staff").open("/duties").text


KINDS = ("submitted", "waivers", "extensions", "blocked")


def something_happens(call, duty, chance):
    """What a unit and the lead bureau may do with a duty, in an order that nobody chose."""
    for _ in range(chance.randint(0, 4)):
        now = read(call, duty, as_="staff")
        way = chance.choice(("submit", "waiver", "blocker", "answer", "return", "refuse", "time", "nothing"))
        actions = set(now["actions"]) | set(read(call, duty)["actions"])
        if way == "submit" and "submit_duties" in actions:
            submit(call, now)
        elif way == "waiver" and "ask_waiver" in actions:
            do(call, "ask_waiver", now, reason="不涉及")
        elif way == "blocker" and "report_blocker" in actions:
            do(call, "report_blocker", now, reason="缺资金")
        elif way == "answer" and "answer_blocker" in actions:
            do(call, "answer_blocker", now, as_="lead", reason="已协调")
        elif way == "return" and "return_duty" in actions:
            do(call, "return_duty", now, as_="lead", reason="缺签到表")
        elif way == "time" and "ask_extension" in actions:
            do(call, "ask_extension", now, reason="雨季", wanted_on="2026-12-15")
        elif way == "refuse" and "refuse_waiver" in actions:
            do(call, "refuse_waiver", now, as_="lead", reason="有一处")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happened_the_numbers_of_the_page_add_up_and_every_row_is_reached(visit, call, seed):
    chance = random.Random(seed)
    duties = issued(call, "徽城镇", items=70, review_rule="all")
    for duty in duties:
        something_happens(call, duty, chance)
    lead = visit("lead").open("/review")
    html = lead.response.get_data().decode()

    links = [int(n) for n in re.findall(r">\D*(\d+)</a>", html.partition('class="filter">')[2].partition("</p>")[0])]
    reached = {kind: set() for kind in KINDS}
    stated = {}
    for kind in KINDS:
        page = 1
        while True:
            lead.open(f"/review?kind={kind}&page={page}")
            body = lead.response.get_data().decode()
            reached[kind] |= set(re.findall(r'id="d(\d+)"', body))
            stated[kind] = headings(lead, kind)
            if 'rel="next"' not in body:
                break
            page += 1

    total = int(re.search(r"<h1>责任审核 <small>(\d+)", html)[1])
    assert links == [total, *(stated[kind] for kind in KINDS)]
    assert total == sum(links[1:]) == nav_count(lead) > 0
    assert {kind: len(found) for kind, found in reached.items()} == stated
    assert len(set().union(*reached.values())) == total
