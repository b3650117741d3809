"""Another unit than the lead bureau looks at what units have done of an item."""

import pytest

from shared.errors import Forbidden, Invalid
from tests.support.checklists import run
from tests.support.duties import do, issued, read, submit, today
from tests.support.tasks import a_draft, save_row

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def waiting(call, world):
    """A duty of 徽城镇 that waits, of an item that 县发改委 reviews, and one that the lead bureau reviews."""
    (theirs,) = issued(call, "徽城镇", review_rule="all", reviewer_unit_id=world.units["县发改委"])
    (other,) = issued(call, "徽城镇", review_rule="all")
    submit(call, theirs, other)
    return read(call, theirs), read(call, other)


def queue(call, as_):
    return call("review_queue", {"kinds": ["submitted"], "text": "", "page": 1}, as_=as_)["submitted"]


def test_the_unit_that_is_named_finds_what_waits_for_it_and_nothing_else(call, waiting):
    theirs, other = waiting

    assert [duty["duty_id"] for duty in queue(call, "department")] == [theirs["duty_id"]]
    assert [duty["duty_id"] for duty in queue(call, "lead")] == [other["duty_id"]]
    apart = call("review_queue", {"kinds": ["elsewhere"]}, as_="lead")
    assert [duty["duty_id"] for duty in apart["elsewhere"]] == [theirs["duty_id"]]
    assert (apart["counts"]["submitted"], apart["counts"]["elsewhere"]) == (1, 1)
    assert call("count_waiting", {}, as_="lead") == {"waiting": 1}
    assert queue(call, "shendu") == []
    assert call("count_asked", {}, as_="department") == {"waiting": 0, "to_review": 1}
    assert call("count_waiting", {}, as_="department") == {"waiting": 1}
    assert read(call, theirs, as_="department")["reviewer"] == "县发改委"
    with pytest.raises(Forbidden):
        read(call, other, as_="department")
    found = call("search", {"text": "事项1"}, as_="department")["duties"]
    assert [hit["duty"]["duty_id"] for hit in found["hits"]] == [theirs["duty_id"]]


def test_it_accepts_and_returns_and_decides_nothing_else(call, waiting):
    theirs, other = waiting

    assert set(read(call, theirs, as_="department")["actions"]) == {"accept_duty", "return_duty"}
    for stranger in ("shendu", "staff"):
        with pytest.raises(Forbidden):
            do(call, "accept_duty", theirs, as_=stranger)
    with pytest.raises(Forbidden):
        do(call, "accept_duty", other, as_="department")
    returned = do(call, "return_duty", theirs, as_="department", reason="请附名单")
    assert returned["state"] == "returned"
    assert returned["history"][-1]["who"]["unit"] == "县发改委"
    submit(call, returned)
    again = read(call, theirs)
    wanted = {"duties": [{"duty_id": again["duty_id"], "version": again["version"]}]}
    assert call("accept_duties", wanted, as_="department")["results"][0]["outcome"] == "accepted"


def test_the_lead_bureau_may_review_it_too(call, waiting):
    assert do(call, "accept_duty", waiting[0], as_="lead")["state"] == "accepted"


def test_what_a_closed_unit_was_to_review_waits_for_the_lead_bureau(call, world, waiting):
    run(call.service.database, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["县发改委"],))

    assert len(queue(call, "lead")) == 2


def test_the_page_shows_apart_what_another_unit_reviews_and_has_no_button_for_it(visit, waiting):
    theirs, other = waiting
    lead = visit("lead").open("/review")

    assert "由其他单位审核 1" in lead.text
    shown = lead.response.get_data(as_text=True)
    assert f"/duties/{other['duty_id']}?" in shown
    assert f"/duties/{theirs['duty_id']}?" not in shown
    lead.open("/review?kind=elsewhere")
    assert "由 县发改委 审核" in lead.text
    assert not any("only" in dict(form.fields) or "duties" in dict(form.fields) for form in lead.forms)
    staff = visit("shendu").open("/review")
    assert "没有等待本单位审核的责任" in staff.text
    assert "不适用" not in staff.text


def test_no_unit_reviews_what_it_did_itself(call, world):
    (own,) = issued(call, "县发改委", review_rule="all", reviewer_unit_id=world.units["县发改委"])
    submit(call, own, as_="department")

    assert queue(call, "department") == []
    with pytest.raises(Forbidden):
        do(call, "accept_duty", read(call, own), as_="department")


def test_it_is_chosen_with_the_item_and_kept_by_a_save_that_does_not_say(call, world):
    item = a_draft(call)["rows"][-1]

    named = save_row(call, item, reviewer_unit_id=world.units["县财政局"])
    assert (named["reviewer_unit_id"], named["reviewer"]) == (world.units["县财政局"], "县财政局")
    assert save_row(call, named)["reviewer"] == "县财政局"
    emptied = save_row(call, named | {"version": named["version"] + 1}, reviewer_unit_id=None)
    assert emptied["reviewer"] is None
    with pytest.raises(Invalid) as caught:
        save_row(call, emptied, reviewer_unit_id=10_000)
    assert "reviewer_unit_id" in caught.value.details["fields"]


def test_the_units_page_leads_to_what_it_has_to_review(visit, waiting):
    person = visit("department")
    assert "1 项别的单位完成的责任由本单位审核" in person.text

    person.open("/review")
    assert "事项1" in person.text
    person.send(person.form("/review/accept"), boxes=[person.form("/review/accept").boxes[0]])

    assert "1 项已审核通过" in person.text
    assert "由本单位审核" not in person.open("/duties").text


def test_the_lead_bureau_reads_who_reviews(visit, waiting):
    assert "由 县发改委 审核" in visit("lead").open("/review?kind=elsewhere").text
