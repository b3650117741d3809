"""The page of new names: all of them at once, mistakes beside their names, nothing typed lost."""

import re

import pytest

from tests.integration.test_new_names import import_notice, names_of, units_of


@pytest.fixture
def checklist_id(call):
    return import_notice(call)


@pytest.fixture
def page(visit, checklist_id):
    return visit("lead").open(f"/checklists/{checklist_id}/names")


def html_of(person):
    return person.response.get_data().decode()


def form_of(person):
    return next(form for form in person.forms if any(name == "n" for name, _ in form.fields))


def at(person, name):
    """The number under which the form has a name."""
    return next(field.removeprefix("name-") for field, value in form_of(person).fields if value == name)


def test_certain_names_and_new_ones_are_chosen_and_the_doubtful_wait(page, world):
    form = form_of(page)

    assert form.value(f"choice-{at(page, '县人力资源和社会保障局')}") == f"unit:{world.units['县人社局']}"
    assert form.value(f"choice-{at(page, '县大数据中心')}") == "add"
    assert form.value(f"choice-{at(page, '县财证局')}") == "later"


def test_one_press_saves_what_is_chosen_and_comes_back_for_the_rest(page, call, checklist_id):
    page.send(form_of(page), save="1")

    assert [one["name"] for one in names_of(call, checklist_id)] == ["县财证局"]
    assert units_of(call, checklist_id, "创业园")[0] == ("县数据局", "lead")
    assert "还有 1 个名称没有定" in html_of(page)


def test_the_last_name_leads_on_to_the_other_questions(page, world, checklist_id):
    page.send(form_of(page), save="1")
    number = at(page, "县财证局")

    page.send(form_of(page), save="1", **{f"choice-{number}": f"unit:{world.units['县财政局']}"})

    assert page.path == f"/checklists/{checklist_id}/questions"
    assert 'id="unknown_unit"' not in html_of(page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "341021-D01"}, "code"),
        ({"code": "=1+1"}, "code"),
        ({"as": "县财政局"}, "name"),
        ({"as": ""}, "name"),
        ({"as": "局" * 61}, "name"),
        ({"above": "黟县"}, "above"),
        ({"choice": "other", "called": "县没有局"}, "called"),
        ({"choice": "other", "called": ""}, "called"),
    ],
)
def test_a_mistake_is_said_beside_its_name_with_everything_still_typed(page, call, checklist_id, typed, field):
    number = at(page, "县大数据中心")
    other = at(page, "县数据局")

    page.send(
        form_of(page),
        save="1",
        **{f"{name}-{number}": value for name, value in typed.items()},
        **{f"code-{other}": "341021-D77"},
    )

    assert page.status == 422
    assert f'href="#n{number}-{field}"' in html_of(page)
    assert f'id="n{number}-{field}-error"' in html_of(page)
    again = form_of(page)
    assert {name: again.value(f"{name}-{number}") for name in typed} == typed
    assert again.value(f"code-{other}") == "341021-D77"
    assert len(names_of(call, checklist_id)) == 6


def test_ticked_names_are_set_together_and_nothing_is_saved_by_that(page, call, checklist_id):
    ticked = [at(page, "县数据局"), at(page, "县大数据中心")]

    page.send(form_of(page), ticked=ticked, several="add:township", set="1", save=None)

    form = form_of(page)
    assert [form.value(f"kind-{number}") for number in ticked] == ["township", "township"]
    assert len(names_of(call, checklist_id)) == 6


def test_setting_nothing_says_to_tick_first(page):
    page.send(form_of(page), several="keep", set="1", save=None)

    assert page.status == 422
    assert "请先勾选名称" in html_of(page)


def test_a_form_that_is_unticked_is_asked_by_itself(page, call, checklist_id):
    number = at(page, "县数据局")

    page.send(form_of(page), save="1", **{f"same-{number}": None})

    assert {"数据局", "县财证局"} == {one["name"] for one in names_of(call, checklist_id)}
    assert "县数据局" not in dict(units_of(call, checklist_id, "招聘会"))


def test_the_draft_and_its_questions_lead_there_with_the_number_of_names(visit, checklist_id):
    lead = visit("lead").open(f"/checklists/{checklist_id}")
    assert re.search(rf'href="/checklists/{checklist_id}/names"', html_of(lead))
    assert "其中 8 个名称的写法名录里没有" in html_of(lead)

    lead.open(f"/checklists/{checklist_id}/questions")
    assert f'href="/checklists/{checklist_id}/names"' in html_of(lead)


def test_on_the_page_of_questions_one_answer_is_for_all_questions_on_a_name(visit, call, world):
    text = "方案\n一、任务\n1.甲。办甲。(责任单位:县人社局、县财证局)\n2.乙。办乙。(责任单位:县人社局、县财证局)"
    checklist_id = import_notice(call, text)
    lead = visit("lead").open(f"/checklists/{checklist_id}/questions")
    form = next(form for form in lead.forms if any(name == "one" for name, _ in form.buttons))

    lead.send(form, one=f"unit:{world.units['县财政局']}")

    assert ("县财政局", "support") in units_of(call, checklist_id, "甲")
    assert ("县财政局", "support") in units_of(call, checklist_id, "乙")
    assert names_of(call, import_notice(call, text)) == []
