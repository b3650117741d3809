"""Suggestions: said by anybody, answered in public, with their age and without the name of a person."""

import datetime as dt
from urllib.parse import quote

import pytest

from services.tasks.suggestions import measuring, suggesting
from shared.errors import Forbidden, Invalid, NotFound
from tests.support.checklists import fetch, run


def say(call, text="表太长", as_="staff", **more):
    return call("make_suggestion", {"text": text, **more}, as_=as_)["suggestion_id"]


def listed(call, as_="staff", **params):
    return call("list_suggestions", params, as_=as_)


def test_what_somebody_says_is_answered_in_public_with_the_unit_and_no_name(call, tasks_db):
    said = say(call, about="/duties")
    run(tasks_db, "UPDATE suggestion SET made_at = now() - interval '3 days'")
    (waiting,) = listed(call, as_="leader")["suggestions"]
    assert (waiting["unit"], waiting["days"], waiting["answer"], waiting["is_mine"]) == ("徽城镇", 3, None, False)
    assert not {"made_by", "person", "post"} & set(waiting)

    call("answer_suggestion", {"suggestion_id": said, "text": "下月起合并"}, as_="lead")

    (one,) = listed(call)["suggestions"]
    assert (one["answer"], one["by"]["unit"], one["days"], one["is_mine"]) == ("下月起合并", "县人社局", 3, True)
    assert [row.action for row in fetch(tasks_db, "SELECT action FROM audit_log")] == ["suggestion.answered"]


def test_what_waits_stands_first_oldest_first_and_the_newest_answer_after_it(call):
    first, second, third = (say(call, f"第{number}条") for number in range(3))
    call("answer_suggestion", {"suggestion_id": first, "text": "好"}, as_="admin")

    found = listed(call)

    assert [one["suggestion_id"] for one in found["suggestions"]] == [second, third, first]
    assert (found["total"], found["waiting"], listed(call, page=9)["page"]) == (3, 2, 1)


@pytest.mark.parametrize("text", ["", "  ", "字" * 1001])
def test_a_suggestion_has_words_and_not_too_many(call, text):
    with pytest.raises(Invalid) as refused:
        say(call, text)

    assert "text" in refused.value.details["fields"]


def test_one_person_cannot_bury_the_words_of_others(call):
    for number in range(suggesting.MOST_A_DAY):
        say(call, f"第{number}条")

    with pytest.raises(Invalid) as refused:
        say(call)

    assert "一天最多提" in refused.value.details["fields"]["text"]["zh"]
    assert say(call, as_="head")


def test_units_do_not_answer_and_what_is_not_there_is_not_answered(call):
    said = say(call)
    with pytest.raises(Forbidden):
        call("answer_suggestion", {"suggestion_id": said, "text": "好"}, as_="staff")
    with pytest.raises(NotFound):
        call("answer_suggestion", {"suggestion_id": 999, "text": "好"}, as_="lead")


FOREIGN = ("javascript:alert(1)", "https://evil.example/x", "//evil.example", "/\\evil.example", "duties")


@pytest.mark.parametrize("about", FOREIGN)
def test_a_suggestion_names_a_page_of_this_site_or_none(call, tasks_db, about):
    with pytest.raises(Invalid) as refused:
        say(call, about=about)
    assert "about" in refused.value.details["fields"]

    say(call)
    run(tasks_db, "UPDATE suggestion SET about = %s", (about,))

    assert listed(call)["suggestions"][0]["about"] == ""


@pytest.mark.parametrize("about", FOREIGN)
def test_no_link_to_elsewhere_stands_on_the_page_whoever_sent_or_stored_it(visit, call, tasks_db, about):
    staff = visit("staff").open(f"/suggestions?about={quote(about)}")
    form = next(form for form in staff.forms if "about" in dict(form.fields))
    assert form.value("about") == ""

    staff.send(form, text="表太长", about=about)
    assert "已收到" in staff.text
    run(tasks_db, "UPDATE suggestion SET about = %s", (about,))

    assert "说的页面" not in staff.open("/suggestions").text


def test_the_age_of_the_oldest_is_measured(call, tasks_db):
    say(call)
    run(tasks_db, "UPDATE suggestion SET made_at = now() - interval '2 days'")

    with tasks_db.transaction() as cur:
        measuring.measure(cur)

    assert dt.timedelta(seconds=measuring.OLDEST._value.get()) >= dt.timedelta(days=2)
    assert measuring.WAITING._value.get() == 1


def test_it_is_said_from_the_foot_of_a_page_and_answered_beside_it(visit, call):
    staff = visit("staff").open("/duties")
    assert "/suggestions?about=/duties" in staff.response.get_data().decode()
    staff.open("/suggestions?about=/duties")
    staff.send(next(form for form in staff.forms if "about" in dict(form.fields)), text=" ")
    assert staff.status == 422
    staff.send(next(form for form in staff.forms if "about" in dict(form.fields)), text="表太长")
    assert "已收到" in staff.text

    lead = visit("lead").open("/suggestions")
    lead.send(lead.form("/suggestions/answer"), answer="下月起合并")

    assert "已公开答复" in lead.text
    text = visit("leader").open("/suggestions").text
    assert "下月起合并" in text
    assert "0 条待答复" in text
