"""Answering what a notice leaves open, with as few clicks as there are decisions, and mistakes beside their fields."""

import re

import pytest

from tests.support.checklists import add_row, ask, draft
from tests.support.duties import today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

NOTICE = """2026年就业工作方案
一、工作目标
——岗位增加。到2027年,全县城镇新增就业达到8000人以上;城镇调查失业率保持在5.5%左右。
——技能提升。到2027年,全县新增技能人才4800人以上,其中高技能人才不少于1400人。
二、工作举措
1.创业园。建设创业园。(责任单位:县人社局、县发改委等)
2.招聘会。办好招聘会。(责任单位:县人社局等)
3.培训。开展培训。(责任单位:县财证局)
"""


@pytest.fixture
def asked(call):
    """The id of a draft whose notice leaves things open."""
    file_id = call.upload("notice.txt", NOTICE.encode(), as_="lead")
    return call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]


@pytest.fixture
def questions(visit, asked):
    return visit("lead").open(f"/checklists/{asked}/questions")


def html_of(person):
    return person.response.get_data().decode()


def section(person, kind):
    return html_of(person).partition(f'<section class="question" id="{kind}">')[2].partition("</section>")[0]


def form_of(person, kind):
    form_id = re.search(r'<form method="post"[^>]* id="(q\d+)"', section(person, kind))[1]
    return next(form for form in person.forms if ("form", form_id) in form.fields), form_id


def stored(call, asked):
    return call("get_checklist", {"checklist_id": asked}, as_="lead")


def answer_to(call, asked, kind):
    return [q["answer"] for q in stored(call, asked)["questions"] if q["kind"] == kind]


def test_a_day_that_does_not_exist_is_said_at_its_field_with_a_link_and_stays_typed(questions):
    form, form_id = form_of(questions, "no_due")

    questions.send(form, due_on="2026-02-31", answer="due")

    assert questions.status == 422
    html = html_of(questions)
    assert f'<a href="#{form_id}-due">完成时限：没有这一天' in html
    assert f'id="{form_id}-due-error"' in section(questions, "no_due")
    again, _ = form_of(questions, "no_due")
    assert again.value("due_on") == "2026-02-31"
    assert [name for name, _value in again.fields].count("question_ids") == 3


@pytest.mark.parametrize(
    ("kind", "typed", "place"),
    [
        ("open_ended", {"answer": "keep"}, "ticks"),
        ("unknown_unit", {"answer": "units"}, "units"),
        ("approximate", {"answer": "target", "value": " "}, "value"),
        ("no_due", {"answer": "due", "recurrence": "monthly", "due_day": "x"}, "day"),
        ("no_due", {"answer": "due"}, "due"),
    ],
)
def test_each_mistake_links_to_a_field_that_is_there(questions, kind, typed, place):
    form, form_id = form_of(questions, kind)

    questions.send(form, **typed)

    assert questions.status == 422
    link = re.search(r'role="alert".*?href="#([\w-]+)"', html_of(questions), re.DOTALL)[1]
    assert link == f"{form_id}-{place}"
    assert f'id="{link}"' in section(questions, kind)


def test_all_of_a_kind_are_ticked_by_one_button_and_answered_by_another(questions, call, asked):
    form, _ = form_of(questions, "open_ended")
    assert "question_ids" not in dict(form.fields)

    questions.send(form, all="1")
    ticked, _ = form_of(questions, "open_ended")
    assert [name for name, _value in ticked.fields].count("question_ids") == 2
    questions.send(ticked, answer="keep")

    assert [answer["kind"] for answer in answer_to(call, asked, "open_ended")] == ["keep", "keep"]


def test_a_button_that_ticks_all_answers_nothing_and_keeps_what_was_typed(questions, call, asked):
    form, _ = form_of(questions, "no_due")

    questions.send(form, all="1", due_on="2026-11-30", answer=None)

    assert form_of(questions, "no_due")[0].value("due_on") == "2026-11-30"
    assert answer_to(call, asked, "no_due") == [None, None, None]


def test_the_nearest_name_is_taken_with_one_click(questions, call, asked, world):
    form, _ = form_of(questions, "unknown_unit")
    offered = [value for name, value in form.buttons if name == "one"]
    assert offered[0] == f"unit:{world.units['县财政局']}"

    questions.send(form, one=offered[0])

    (answer,) = answer_to(call, asked, "unknown_unit")
    assert [unit["unit_id"] for unit in answer["units"]] == [world.units["县财政局"]]


def test_a_nearest_unit_that_was_switched_off_meanwhile_is_not_offered(visit, call, asked, world):
    unit = call("get_unit", {"unit_id": world.units["县财政局"]}, as_="admin")
    saved = {name: unit[name] for name in ("unit_id", "version", "code", "name", "kind", "parent_id", "aliases")}
    call("save_unit", saved | {"is_active": False}, as_="admin")

    form, _ = form_of(visit("lead").open(f"/checklists/{asked}/questions"), "unknown_unit")

    assert f"unit:{world.units['县财政局']}" not in [value for name, value in form.buttons if name == "one"]


def test_continuous_is_offered_where_the_question_names_it(questions, call, asked):
    form, _ = form_of(questions, "no_due")
    assert ("answer", "continuous") in form.buttons

    questions.send(form, answer="continuous")

    items = [row for row in stored(call, asked)["rows"] if row["level"] == 4]
    assert {row["recurrence"] for row in items} == {"yearly"}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("5.5", {"kind": "target", "value": "5.5"}), ("不高于 6% 即可", {"kind": "keep", "note": "不高于 6% 即可"})],
)
def test_a_target_is_answered_by_a_figure_or_in_words(questions, call, asked, typed, answer):
    form, _ = form_of(questions, "approximate")

    questions.send(form, value=typed, answer="target")

    assert answer_to(call, asked, "approximate") == [answer]
    assert answer["kind"] == "target" or typed in questions.text


def test_a_mistake_on_the_page_of_a_row_stays_on_that_page(visit, call, asked):
    (question,) = [q for q in stored(call, asked)["questions"] if q["kind"] == "unknown_unit"]
    person = visit("lead").open(f"/rows/{question['row_id']}")
    form = next(form for form in person.forms if ("question_ids", str(question["question_id"])) in form.fields)

    person.send(form, answer="units")

    assert person.status == 422
    assert f'action="/checklists/{asked}/rows"' in html_of(person)
    assert f'href="#q{question["question_id"]}-units"' in html_of(person)
    assert "请至少勾选一个单位" in person.text


def test_items_are_edited_one_after_the_other(visit, call, asked):
    first, second, third = [row for row in stored(call, asked)["rows"] if row["level"] == 4]
    person = visit("lead").open(f"/rows/{first['row_id']}")
    assert 'rel="prev"' not in html_of(person)
    assert f'rel="next" href="/rows/{second["row_id"]}"' in html_of(person)
    form = next(form for form in person.forms if "acceptance_rule" in dict(form.fields))

    person.send(form, due_on="2026-11-30", then="next")

    assert person.path == f"/rows/{second['row_id']}"
    assert "已保存" in person.text
    assert f'rel="prev" href="/rows/{first["row_id"]}"' in html_of(person)
    person.open(f"/rows/{third['row_id']}")
    assert 'rel="next"' not in html_of(person)
    assert ("then", "next") not in [button for form in person.forms for button in form.buttons]


def test_the_targets_of_the_draft_are_as_many_as_were_read(visit, call, asked):
    targets = stored(call, asked)["plan"]["targets"]
    whole = [target for target in targets if not target["is_part"]]

    person = visit("lead").open(f"/checklists/{asked}")

    assert (len(whole), len(targets)) == (3, 4)
    assert "目标 3 个目标，其中的分项 1 个" in person.text


@pytest.fixture
def many_asked(tasks_db):
    """A draft with 230 questions of one kind."""
    drafted = draft(tasks_db)
    for number in range(230):
        row_id = add_row(tasks_db, drafted, f"第{number}件要办的事", level=2, under="领域")
        ask(tasks_db, drafted, "名单以“等”结尾：还有哪些单位？", row_id=row_id)
    return drafted


def listed(person):
    return {value for form in person.forms for name, value in form.boxes if name == "question_ids"}


def test_a_heading_counts_all_questions_and_pages_reach_each_of_them(visit, many_asked):
    person = visit("lead").open(f"/checklists/{many_asked.id}/questions")
    assert "待定问题 230 个" in person.text
    assert "名单以“等”结尾 230" in person.text
    assert "还有 130 个没有列出" in person.text
    reached = set()

    for page in (1, 2, 3):
        person.open(f"/checklists/{many_asked.id}/questions?kind=open_ended&page={page}")
        assert len(person.response.get_data()) < 60 * 1024
        reached |= listed(person)

    assert len(reached) == 230


def test_all_of_a_page_are_answered_and_the_next_ones_take_their_place(visit, call, many_asked):
    person = visit("lead").open(f"/checklists/{many_asked.id}/questions?kind=open_ended&page=2")
    form, _ = form_of(person, "open_ended")
    assert "page=2" in form.action

    person.send(form, all="1", answer=None)
    ticked, _ = form_of(person, "open_ended")
    person.send(ticked, answer="keep")

    assert "已回答 100 个问题，还有 130 个" in person.text
    person.open(f"/checklists/{many_asked.id}/questions?kind=answered")
    assert "已回答 100" in person.text


def test_questions_are_searched_by_their_row_and_the_numbers_of_the_draft_stay(visit, many_asked):
    person = visit("lead").open(f"/checklists/{many_asked.id}/questions?q=第22")

    assert len(listed(person)) == 11
    assert "待定问题 230 个" in person.text
    assert "没有符合的问题" in person.open(f"/checklists/{many_asked.id}/questions?q=没有这件").text


def test_when_all_is_answered_what_still_lacks_a_date_is_one_click_away(visit, call, asked):
    for question in stored(call, asked)["questions"]:
        params = {"checklist_id": asked, "question_ids": [question["question_id"]], "answer": {"kind": "keep"}}
        call("answer_questions", params, as_="lead")

    lead = visit("lead").open(f"/checklists/{asked}/questions")

    assert "没有待定的问题" in lead.text
    assert "没有完成时限，下发前要补上" in lead.text
    assert f'href="/checklists/{asked}?lacking=no_due"' in lead.response.text
