"""A post has a holder, and a substitute with dates; with a hand-over the one before is out at once."""

import datetime as dt

import pytest

from services.tasks.issuer import issue_next_chunk
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch, rewrite, run
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today
from tests.support.pages import Person
from tests.support.tasks import PASSWORD

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")
UNTIL = TODAY + dt.timedelta(days=9)


def appoint(call, post="staff", by="head", as_="staff", from_on=TODAY, until_on=UNTIL, **params):
    chosen = {"substitute_id": call.world.people[by]} if by else {}
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat()}
    return call("appoint_substitute", {"person_id": call.world.people[post], **chosen, **days, **params}, as_=as_)


def enter(call, made, as_="head"):
    """Act in the post: afterwards the world knows the account as "acting"."""
    entered = call("enter_post", {"substitution_id": made["substitution_id"]}, as_=as_)
    call.world.people["acting"] = entered["person_id"]
    return entered


def hand_over(call, post="staff", name="李新任", version=None):
    seen = call("get_person", {"person_id": call.world.people[post]}, as_="admin")
    params = {"person_id": seen["person_id"], "version": version or seen["version"], "name": name}
    return call("hand_over", params, as_="admin")


def fields_of(caught):
    return {name: text["zh"] for name, text in caught.value.details["fields"].items()}


def test_a_substitute_acts_in_the_post_and_the_record_names_both(call):
    duty = a_duty(call)

    entered = enter(call, appoint(call))

    assert entered["unit"]["name"] == "徽城镇"
    assert entered["roles"] == ["unit_staff"]
    submit(call, duty, as_="acting")
    done = read(call, duty)
    assert done["state"] == "accepted"
    by = done["history"][-1]["who"]
    assert (by["unit"], by["post"]) == ("徽城镇", "填报员（由徽城镇 分管领导代理）")
    (row,) = fetch(call.service.database, "SELECT person_name, post FROM duty_history WHERE person_id IS NOT NULL")
    assert row == ("徽城镇分管领导", "填报员（由徽城镇 分管领导代理）")
    logged = fetch(call.service.database, "SELECT action, subject, detail->>'by' AS by FROM audit_log ORDER BY id")
    assert [tuple(one) for one in logged if "checklist" not in one.action] == [
        ("post.substituted", "staff", "徽城镇分管领导"),
        ("post.entered", "徽城镇填报员", None),
    ]


def test_nobody_decides_on_what_he_did_in_another_post(call):
    """The lead bureau's reviewer stands in for a township's clerk, hands in there, and looks at it here."""
    duty = a_duty(call, review_rule="all")
    made = appoint(call, by=None, as_="admin", sign_in_name="lead")
    enter(call, made, as_="lead")
    submit(call, duty, as_="acting", note="办结")

    waiting = read(call, duty)
    with pytest.raises(Forbidden, match="colleague"):
        do(call, "accept_duty", waiting, as_="lead")
    assert "accept_duty" not in waiting["actions"]


def move_into(call, post, name):
    """Let somebody hold the post from now on, who has chosen a password of his own."""
    hand_over(call, post=post, name=name)
    run(call.service.database, "UPDATE person SET must_change_password = false")


@pytest.fixture
def handed_in(call):
    """What the clerk of the lead bureau, who reviews too, and one of a township handed in before their posts were
    handed over; by unit.
    """
    database = call.service.database
    run(database, "UPDATE person SET roles = '{unit_staff,lead_bureau}' WHERE id = %s", (call.world.people["lead"],))
    made = {duty["unit"]["name"]: duty for duty in issued(call, "县人社局", "徽城镇", review_rule="all")}
    submit(call, made["县人社局"], as_="lead", note="办结")
    submit(call, made["徽城镇"], as_="staff", note="办结")
    rewrite(database, "UPDATE duty_history SET at = %s", (TODAY - dt.timedelta(days=9),))
    return {name: read(call, duty) for name, duty in made.items()}


def test_a_successor_reviews_what_was_handed_in_before_him_in_the_same_post(call, handed_in):
    with pytest.raises(Forbidden, match="colleague"):
        do(call, "accept_duty", handed_in["县人社局"], as_="lead")

    move_into(call, "lead", "李新任")

    assert "accept_duty" in read(call, handed_in["县人社局"])["actions"]
    assert not any(one["is_mine"] for one in call("review_queue", as_="lead")["submitted"])
    assert do(call, "accept_duty", handed_in["县人社局"], as_="lead")["state"] == "accepted"


def test_who_held_a_post_before_reviews_nothing_of_it_from_the_next(call, handed_in):
    """He was moved from the township to the lead bureau, and is known by his name."""
    move_into(call, "staff", "李新任")
    move_into(call, "lead", "徽城镇填报员")

    with pytest.raises(Forbidden, match="colleague"):
        do(call, "accept_duty", handed_in["徽城镇"], as_="lead")
    based_on = {"duty_id": handed_in["徽城镇"]["duty_id"], "version": handed_in["徽城镇"]["version"]}
    (result,) = call("accept_duties", {"duties": [based_on]}, as_="lead")["results"]
    assert result["outcome"] == "conflict"
    assert "accept_duty" in read(call, handed_in["县人社局"])["actions"]


def test_it_begins_on_its_first_day_and_ends_with_its_last(call, today):
    made = appoint(call, from_on=TODAY + dt.timedelta(days=3))
    with pytest.raises(Forbidden, match="your own"):
        enter(call, made)

    today(TODAY + dt.timedelta(days=3))
    enter(call, made)
    today(UNTIL)
    assert call("who_am_i", {}, as_="acting")["display_name"] == "徽城镇分管领导"
    today(UNTIL + dt.timedelta(days=1))
    with pytest.raises(Forbidden):
        call("who_am_i", {}, as_="acting")


def test_the_account_of_what_is_over_is_closed_and_told(call, today):
    enter(call, appoint(call))
    today(UNTIL + dt.timedelta(days=1))
    database = call.service.database

    while issue_next_chunk(database):
        pass

    account = call.world.people["acting"]
    assert fetch(database, f"SELECT is_active FROM person WHERE id = {account}") == [(False,)]
    told = fetch(database, "SELECT payload FROM outbox WHERE type = 'person.changed.v1' ORDER BY seq DESC LIMIT 1")
    assert (told[0].payload["person_id"], told[0].payload["is_active"]) == (account, False)
    assert told[0].payload["same_as"] == call.world.people["head"]


@pytest.mark.parametrize("ends", ["by itself", "by hand"])
def test_the_end_of_one_time_leaves_a_later_one(call, today, ends):
    first = appoint(call)
    later = UNTIL + dt.timedelta(days=5)
    second = appoint(call, from_on=later, until_on=later)

    if ends == "by hand":
        call("end_substitution", {"substitution_id": first["substitution_id"]}, as_="head")
    today(UNTIL + dt.timedelta(days=1))
    while issue_next_chunk(call.service.database):
        pass
    today(later)

    enter(call, second)
    assert call("who_am_i", {}, as_="acting")["display_name"] == "徽城镇分管领导"


def test_standing_in_again_opens_the_same_account(call, today):
    first = enter(call, appoint(call))["person_id"]
    today(UNTIL + dt.timedelta(days=1))
    issue_next_chunk(call.service.database)

    again = appoint(call, from_on=UNTIL + dt.timedelta(days=1), until_on=UNTIL + dt.timedelta(days=2))

    assert enter(call, again)["person_id"] == first


@pytest.mark.parametrize(
    ("days", "field", "sentence"),
    [
        ({"from_on": TODAY - dt.timedelta(days=1)}, "from_on", "不能早于今天"),
        ({"until_on": TODAY - dt.timedelta(days=1)}, "until_on", "不能早于开始日期"),
        ({"until_on": TODAY + dt.timedelta(days=180)}, "until_on", "最长180天"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(call, days, field, sentence):
    with pytest.raises(Invalid) as caught:
        appoint(call, **days)

    assert sentence in fields_of(caught)[field]


def test_one_post_has_one_substitute_a_day(call):
    appoint(call)

    with pytest.raises(Invalid) as caught:
        appoint(call, from_on=UNTIL, until_on=UNTIL + dt.timedelta(days=3))

    assert "已有人代理" in fields_of(caught)["from_on"]


def test_only_who_has_a_say_in_it_arranges_or_ends_it(call):
    for stranger in ("shendu", "village", "lead", "leader"):
        with pytest.raises(Forbidden, match="holder of the post"):
            appoint(call, as_=stranger)
    made = appoint(call, as_="admin", by=None, sign_in_name="SHENDU")
    with pytest.raises(Forbidden):
        call("end_substitution", {"substitution_id": made["substitution_id"]}, as_="village")
    call("end_substitution", {"substitution_id": made["substitution_id"]}, as_="shendu")
    call("end_substitution", {"substitution_id": made["substitution_id"]}, as_="shendu")
    with pytest.raises(Forbidden):
        enter(call, made, as_="shendu")


def test_a_colleague_stands_in_and_a_stranger_by_the_administrator_alone(call):
    with pytest.raises(Invalid) as caught:
        appoint(call, by="shendu")
    assert "不在本单位" in fields_of(caught)["substitute_id"]
    with pytest.raises(Invalid) as caught:
        appoint(call, by="staff")
    assert "不能是本人" in fields_of(caught)["substitute_id"]
    with pytest.raises(Invalid) as caught:
        appoint(call, by=None, as_="admin", sign_in_name="nobody")
    assert "没有这个登录名" in fields_of(caught)["sign_in_name"]
    with pytest.raises(Invalid) as caught:
        appoint(call, by=None)
    assert fields_of(caught) == {"substitute_id": "请从列表中选择由谁代理。"}


@pytest.mark.parametrize("post", ["admin", "auditor"])
def test_nobody_stands_in_for_an_administrator_or_an_auditor(call, post):
    with pytest.raises(Forbidden, match="another account"):
        appoint(call, post=post, by=None, sign_in_name="lead", as_="admin")


def test_who_stands_in_lends_nothing_on(call):
    enter(call, appoint(call))

    with pytest.raises(NotFound):
        appoint(call, post="acting", by="shendu", as_="acting")
    with pytest.raises(Forbidden, match="own post"):
        call("change_password", {"old": PASSWORD, "new": "wind over the lian river"}, as_="acting")
    with pytest.raises(Forbidden, match="own post"):
        call("reset_password", {"person_id": call.world.people["acting"]}, as_="admin")


def test_an_account_of_a_substitute_is_in_no_list_and_holds_no_unit_open(call):
    enter(call, appoint(call))

    found = call("find_people", {"text": "徽城镇", "page": 1}, as_="admin")["people"]

    assert call.world.people["acting"] not in {one["person_id"] for one in found}


def test_a_hand_over_gives_a_new_password_and_keeps_who_was_there(call):
    before = call("who_am_i", {}, as_="staff")

    done = hand_over(call)

    assert done["password"]
    assert (done["display_name"], done["holder"]) == ("李新任", before["holder"] + 1)
    held = call("list_holders", {"person_id": done["person_id"]}, as_="admin")
    assert held["name"] == "李新任"
    assert [(one["name"], one["held_from"]) for one in held["former"]] == [("徽城镇填报员", None)]
    hand_over(call, name="王再任")
    again = call("list_holders", {"person_id": done["person_id"]}, as_="admin")["former"]
    assert [one["name"] for one in again] == ["李新任", "徽城镇填报员"]
    assert again[0]["held_from"] == again[1]["held_until"]


def test_what_was_done_keeps_the_name_of_who_did_it(call):
    duty = a_duty(call)
    submit(call, duty)

    hand_over(call)

    (row,) = fetch(call.service.database, "SELECT person_name FROM duty_history WHERE person_id IS NOT NULL")
    assert row == ("徽城镇填报员",)


def test_with_a_hand_over_all_standing_in_ends(call):
    enter(call, appoint(call))
    other = appoint(call, post="head", by="staff", as_="head")

    hand_over(call)

    with pytest.raises(Forbidden):
        enter(call, other, as_="staff")
    with pytest.raises(Forbidden):
        call("who_am_i", {}, as_="acting")


def test_a_hand_over_of_an_account_that_changed_shows_it_and_one_to_the_same_name_is_refused(call):
    with pytest.raises(Conflict):
        hand_over(call, version=99)
    with pytest.raises(Invalid) as caught:
        hand_over(call, name="徽城镇填报员")
    assert "相同" in fields_of(caught)["name"]
    with pytest.raises(NotFound):
        call("hand_over", {"person_id": 10_000, "version": 1, "name": "某"}, as_="admin")


def test_who_held_the_post_is_out_with_his_next_click(house):
    before = Person(house.app).sign_in("staff", PASSWORD)
    admin = Person(house.app).sign_in("admin", PASSWORD)

    admin.open(f"/people/{house.world.people['staff']}/hand-over")
    admin.send(admin.form("/hand-over"), name="李新任")

    assert "李新任的新密码" in admin.text
    assert before.open("/duties").path == "/sign-in"
    assert "这个岗位已移交给接任的人" in before.text


def test_a_substitute_goes_to_the_post_and_back(house):
    staff = Person(house.app).sign_in("staff", PASSWORD)
    staff.open("/stand-in")
    days = {"from_on": TODAY.isoformat(), "until_on": UNTIL.isoformat()}
    staff.send(staff.form("/stand-in"), substitute_id=str(house.world.people["head"]), **days)
    assert "已安排" in staff.text
    head = Person(house.app).sign_in("head", PASSWORD)

    head.open("/stand-in")
    head.send(head.form("/enter"))

    assert head.path == "/duties"
    assert "填报员（由徽城镇 分管领导代理）" in head.text
    assert "更改密码" not in head.text
    head.send(head.form("/stand-in/leave"))
    assert "代理）" not in head.text
    assert "代理岗位" in head.text


def test_the_administrator_chooses_from_a_list_and_finds_others_for_it(house):
    people = house.world.people
    admin = Person(house.app).sign_in("admin", PASSWORD).open(f"/people/{people['staff']}/stand-in")
    days = {"from_on": TODAY.isoformat(), "until_on": UNTIL.isoformat()}
    page = admin.response.get_data().decode()
    assert f'value="{people["head"]}"' in page
    assert f'value="{people["staff"]}"' not in page

    admin.send(admin.form("/stand-in"), find="深渡", search="1", **days)
    assert f'value="{people["shendu"]}"' in admin.response.get_data().decode()
    admin.send(admin.form("/stand-in"), **days)
    assert "请从列表中选择由谁代理" in admin.text
    admin.send(admin.form("/stand-in"), substitute_id=str(people["shendu"]), **days)

    assert "已安排代理" in admin.text


def test_with_the_own_password_changed_a_session_in_another_post_ends_too(house):
    staff = Person(house.app).sign_in("staff", PASSWORD)
    staff.open("/stand-in")
    days = {"from_on": TODAY.isoformat(), "until_on": UNTIL.isoformat()}
    staff.send(staff.form("/stand-in"), substitute_id=str(house.world.people["head"]), **days)
    acting = Person(house.app).sign_in("head", PASSWORD).open("/stand-in")
    acting.send(acting.form("/enter"))

    head = Person(house.app).sign_in("head", PASSWORD).open("/password")
    new = "wind over the lian river"
    head.send(head.form("/password"), old=PASSWORD, new=new, again=new)

    assert acting.open("/duties").path == "/sign-in"
