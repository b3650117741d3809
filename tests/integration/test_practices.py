"""Good practice: offered by a unit of a duty that is done, edited and published by the lead bureau, read by all."""

import datetime as dt
from uuid import uuid4

import pytest

from services.tasks.practices import answers, measuring
from services.tasks.practices.practice import MOST_FILES
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, do, read, submit, today
from tests.support.evidence import add_file
from tests.support.practices import TEXT, TITLE, correct, done, end, offer, publish, read_practice

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

FILE = {"name": "照片.jpg", "kind": "jpg", "bytes": 5, "sha256": "c" * 64, "sent_sha256": "d" * 64}


def told(tasks_db):
    """What was announced of good practice, oldest first."""
    rows = fetch(tasks_db, "SELECT type, payload FROM outbox WHERE type LIKE 'practice.%%' ORDER BY seq")
    assert {row.type for row in rows} <= {"practice.changed.v1"}
    return [row.payload for row in rows]


def told_the_unit(tasks_db):
    """What was announced to the unit that offered, oldest first, without the ids."""
    rows = fetch(tasks_db, "SELECT payload FROM outbox WHERE type = 'offer.decided.v1' ORDER BY seq")
    fields = ("outcome", "title", "reason", "version")
    return [tuple(row.payload[name] for name in fields) for row in rows]


def listed(call, as_="shendu", **sought):
    return call("list_practices", sought, as_=as_)


def titles(call, **sought):
    return [one["title"] for one in listed(call, **sought)["practices"]]


def attach(call, practice_id, as_="staff", **other):
    return call("add_practice_file", {"practice_id": practice_id, "key": str(uuid4()), **FILE, **other}, as_=as_)


def test_what_a_unit_offers_is_read_by_all_once_the_lead_bureau_has_edited_and_published_it(call):
    duty = done(call)
    offered = offer(call, duty)
    assert listed(call)["practices"] == []

    publish(call, offered, title="家门口的招聘会", text="每月办三场。")

    (shown,) = listed(call)["practices"]
    assert (shown["title"], shown["text"], shown["unit"], shown["item"]) == (
        *("家门口的招聘会", "每月办三场。"),
        *("徽城镇", "事项1"),
    )
    assert shown["published_on"]
    assert shown["offered_at"] is None


@pytest.mark.parametrize("reader", ["staff", "head", "lead"])
def test_the_units_own_words_stay_beside_what_was_made_of_them(call, reader):
    offered = offer(call, done(call))
    publish(call, offered, title="家门口的招聘会", text="每月办三场。")

    one = read_practice(call, offered, as_=reader)

    assert (one["offered"]["title"], one["offered"]["text"]) == (TITLE, TEXT)
    assert one["offered"]["who"] == {"unit": "徽城镇", "post": "填报员"}
    assert one["published"]["who"] == {"unit": "县人社局", "post": "就业股股长"}
    assert (one["title"], one["state"]) == ("家门口的招聘会", "published")


@pytest.mark.parametrize("reader", ["shendu", "village", "leader", "auditor", "admin"])
def test_nobody_else_reads_what_is_offered_and_of_what_is_published_the_published_words_alone(call, reader):
    offered = offer(call, done(call))
    with pytest.raises(NotFound):
        read_practice(call, offered, as_=reader)

    publish(call, offered)

    one = read_practice(call, offered, as_=reader)
    assert one["title"] == TITLE
    assert [one[name] for name in ("duty_id", "offered", "published", "ended", "reason", "offered_at")] == [None] * 6
    assert one["actions"] == []


def test_a_duty_tells_of_its_practice_and_its_history_says_what_happened(call):
    duty = done(call)
    assert "offer_practice" in read(call, duty, as_="staff")["actions"]
    offered = offer(call, duty)
    mine = read(call, duty, as_="staff")
    assert mine["practice"] == {"practice_id": offered, "state": "offered"}
    assert "offer_practice" not in mine["actions"]
    assert read(call, duty, as_="leader")["practice"] is None

    publish(call, offered, title="家门口的招聘会")

    seen = read(call, duty, as_="leader")
    assert seen["practice"] == {"practice_id": offered, "state": "published"}
    lines = [(line["action"], line["text"]) for line in seen["history"]][-2:]
    assert lines == [("practice_offered", ""), ("practice_published", "家门口的招聘会")]
    assert seen["version"] == mine["version"]


@pytest.mark.parametrize("person", ["shendu", "village", "department"])
def test_no_other_unit_offers_or_withdraws(call, person):
    duty = done(call)
    with pytest.raises(Forbidden):
        offer(call, duty, as_=person)
    offered = offer(call, duty)

    with pytest.raises(NotFound):
        end(call, "withdraw_practice", offered, as_=person)


def test_a_unit_above_does_not_offer_what_a_unit_below_it_did(call):
    duty = done(call, "古关村", as_="village")

    assert "offer_practice" not in read(call, duty, as_="staff")["actions"]
    with pytest.raises(Forbidden):
        offer(call, duty, as_="staff")


def test_a_unit_does_not_publish_and_the_lead_bureau_does_not_withdraw(call):
    offered = offer(call, done(call))

    with pytest.raises(Forbidden):
        publish(call, offered, as_="staff")
    with pytest.raises(Forbidden):
        end(call, "withdraw_practice", offered, as_="lead")


def test_who_offered_it_does_not_publish_it_but_a_colleague_does(call, tasks_db, visit):
    duty = done(call)
    lead, staff = call.world.people["lead"], call.world.people["staff"]
    offered = offer(call, duty)
    run(tasks_db, "UPDATE practice SET offered_by = %s WHERE id = %s", (lead, offered))

    shown = read_practice(call, offered)
    assert (shown["is_own"], shown["actions"]) == (True, ["put_practice_aside"])
    with pytest.raises(Forbidden, match="offered this good practice yourself"):
        publish(call, offered)
    page = visit("lead").open(f"/practices/{offered}")
    assert "这是您自己提供的典型经验，请由牵头单位的其他人员发布。" in page.text

    run(tasks_db, "UPDATE practice SET offered_by = %s WHERE id = %s", (staff, offered))
    assert publish(call, offered)["state"] == "published"


def test_what_is_published_is_not_withdrawn_by_its_unit_and_what_is_not_published_is_not_taken_back(call):
    offered = offer(call, done(call))
    with pytest.raises(Conflict):
        end(call, "take_practice_back", offered, reason="不妥")
    publish(call, offered)

    with pytest.raises(Conflict, match="published"):
        end(call, "withdraw_practice", offered, as_="head")


def test_what_is_put_aside_says_why_to_the_unit_which_may_offer_again(call):
    duty = done(call)
    first = offer(call, duty)
    end(call, "put_practice_aside", first, reason="请写清办了几场")

    assert read_practice(call, first, as_="staff")["reason"] == "请写清办了几场"
    assert "请写清办了几场" not in str(read(call, duty, as_="leader"))
    second = offer(call, duty)
    assert read(call, duty, as_="staff")["practice"] == {"practice_id": second, "state": "offered"}
    publish(call, second)
    assert titles(call) == [TITLE]


def test_a_unit_withdraws_what_waits_and_offers_again(call):
    duty = done(call)
    end(call, "withdraw_practice", offer(call, duty), as_="staff")

    assert offer(call, duty, as_="head")
    assert call("offered_practices", {}, as_="lead")["total"] == 1


def test_what_is_taken_back_is_read_by_nobody_else_any_more(call):
    offered = offer(call, done(call))
    publish(call, offered)
    end(call, "take_practice_back", offered, reason="数字有误")

    assert listed(call) == {"practices": [], "total": 0, "found": 0, "page": 1, "pages": 1}
    with pytest.raises(NotFound):
        read_practice(call, offered, as_="shendu")
    assert read_practice(call, offered, as_="staff")["reason"] == "数字有误"


def test_publishing_and_taking_back_are_announced_with_all_that_is_read_and_no_name(call, tasks_db, world):
    duty = done(call)
    offered = offer(call, duty)
    assert told(tasks_db) == []

    publish(call, offered, title="家门口的招聘会")
    end(call, "take_practice_back", offered, reason="数字有误")

    first, second = told(tasks_db)
    assert (first["title"], first["unit_id"], first["checklist_id"]) == (
        *("家门口的招聘会", world.units["徽城镇"]),
        duty["checklist_id"],
    )
    assert [(one["is_taken_back"], one["version"]) for one in (first, second)] == [(False, 2), (True, 3)]
    assert first["published_at"] == second["published_at"]
    assert not {"who", "person_id", "post"} & set(first)


@pytest.mark.parametrize("operation", ["put_practice_aside", "withdraw_practice"])
def test_what_was_never_published_is_announced_to_nobody(call, tasks_db, operation):
    offered = offer(call, done(call))
    who, more = ("staff", {}) if operation == "withdraw_practice" else ("lead", {"reason": "再补充"})

    end(call, operation, offered, as_=who, **more)

    assert told(tasks_db) == []
    assert told_the_unit(tasks_db) == ([("put_aside", TITLE, "再补充", 2)] if more else [])


def test_the_unit_hears_what_the_lead_bureau_made_of_it(call, tasks_db, world):
    offered = offer(call, done(call))
    publish(call, offered, title="家门口的招聘会")
    correct(call, offered, title="家门口招聘会")
    end(call, "take_practice_back", offered, reason="数字有误")

    assert told_the_unit(tasks_db) == [
        ("published", "家门口的招聘会", "", 2),
        ("taken_back", "家门口招聘会", "数字有误", 4),
    ]
    row = fetch(tasks_db, "SELECT payload FROM outbox WHERE type = 'offer.decided.v1'")[0]
    assert (row.payload["practice_id"], row.payload["unit_id"]) == (offered, world.units["徽城镇"])


def test_what_is_published_is_corrected_in_place_with_its_day(call, tasks_db):
    first, second = (publish(call, offer(call, done(call)), title=title)["practice_id"] for title in ("甲", "乙"))
    assert read_practice(call, first)["corrected_on"] is None

    shown = correct(call, first, title="甲（更正）", text="办了两场。")

    assert titles(call) == ["乙", "甲（更正）"]
    assert shown["corrected_on"] == shown["published_on"] == listed(call)["practices"][1]["corrected_on"]
    assert (shown["version"], shown["offered"]["text"], shown["corrected"]["who"]["unit"]) == (3, TEXT, "县人社局")
    last = told(tasks_db)[-1]
    assert (last["title"], last["text"], last["version"]) == ("甲（更正）", "办了两场。", 3)
    assert read_practice(call, second)["corrected_on"] is None


def test_the_same_words_correct_nothing(call, tasks_db):
    offered = publish(call, offer(call, done(call)))["practice_id"]

    assert correct(call, offered)["version"] == 2

    assert len(told(tasks_db)) == 1
    assert read_practice(call, offered)["corrected"] is None


def test_what_is_not_published_is_not_corrected_and_a_stale_correction_is_refused(call):
    offered = offer(call, done(call))
    with pytest.raises(Conflict, match="waiting for the lead bureau"):
        correct(call, offered, title="甲")
    publish(call, offered)
    correct(call, offered, title="甲")

    with pytest.raises(Conflict) as refused:
        correct(call, offered, version=2, title="乙")

    current = refused.value.details["current"]
    assert (current["row"]["title"], "correct_practice" in current["actions"]) == ("甲", True)


def test_a_stale_version_is_refused_with_what_it_is_now(call):
    offered = offer(call, done(call))
    attach(call, offered)

    with pytest.raises(Conflict) as refused:
        publish(call, offered, version=1, title="家门口的招聘会")

    current = refused.value.details["current"]
    assert (current["row"]["title"], current["row"]["version"]) == (TITLE, 2)
    assert "publish_practice" in current["actions"]
    assert read_practice(call, offered)["state"] == "offered"


def test_publishing_twice_is_refused_and_the_first_words_stay(call, tasks_db):
    offered = offer(call, done(call))
    publish(call, offered, title="甲")

    with pytest.raises(Conflict) as late:
        publish(call, offered, version=1, title="乙")
    assert "publish_practice" not in late.value.details["current"]["actions"]
    with pytest.raises(Conflict, match="published"):
        publish(call, offered, title="丙")

    assert titles(call) == ["甲"]
    assert len(told(tasks_db)) == 1


def test_a_repeated_command_does_nothing_twice(call, tasks_db):
    duty = done(call)
    once, again = uuid4(), uuid4()
    given = {"duty_id": duty["duty_id"], "title": TITLE, "text": TEXT}
    first = call("offer_practice", given, as_="staff", command_id=once)
    assert call("offer_practice", given, as_="staff", command_id=once) == first
    told_twice = {**first, "version": 1, "title": TITLE, "text": TEXT}

    answer = call("publish_practice", told_twice, as_="lead", command_id=again)

    assert call("publish_practice", told_twice, as_="lead", command_id=again) == answer
    assert len(told(tasks_db)) == 1


def test_one_duty_has_one_that_waits_or_is_published(call):
    duty = done(call)
    offered = offer(call, duty)
    with pytest.raises(Conflict, match="offered before"):
        offer(call, duty, as_="head")
    publish(call, offered)

    with pytest.raises(Conflict, match="offered before"):
        offer(call, duty)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "字" * 101), ("text", " \n "), ("text", "字" * 4001), ("evidence_ids", [1, 2, 3])],
)
def test_what_is_offered_has_words_that_fit_and_two_files_at_most(call, field, value):
    with pytest.raises(Invalid) as refused:
        offer(call, done(call), **{field: value})

    assert field in refused.value.details["fields"]


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("title", "字" * 101), ("text", ""), ("text", "字" * 4001)]
)
def test_what_is_published_has_words_that_fit(call, field, value):
    offered = offer(call, done(call))

    with pytest.raises(Invalid) as refused:
        publish(call, offered, **{field: value})

    assert field in refused.value.details["fields"]


@pytest.mark.parametrize("reason", ["", "  ", "字" * 1001])
@pytest.mark.parametrize("operation", ["put_practice_aside", "take_practice_back"])
def test_the_lead_bureau_says_why_and_not_too_much(call, operation, reason):
    offered = offer(call, done(call))

    with pytest.raises(Invalid) as refused:
        end(call, operation, offered, reason=reason)

    assert "reason" in refused.value.details["fields"]


def test_nothing_is_offered_of_a_duty_that_is_not_done(call):
    duty = a_duty(call)

    assert "offer_practice" not in read(call, duty, as_="staff")["actions"]
    with pytest.raises(Conflict):
        offer(call, duty)


def test_what_was_offered_of_a_duty_that_was_given_back_since_is_put_aside_and_not_published(call):
    duty = done(call)
    offered = offer(call, duty)
    do(call, "return_duty", read(call, duty), as_="lead", reason="材料不实")

    seen = read_practice(call, offered)
    assert (seen["is_duty_done"], seen["actions"]) == (False, ["put_practice_aside"])
    with pytest.raises(Invalid, match="not done"):
        publish(call, offered)
    submit(call, read(call, duty), as_="staff")
    assert publish(call, offered)["state"] == "published"


def test_nothing_is_offered_of_a_duty_that_was_withdrawn_meanwhile(call, tasks_db):
    duty = done(call)
    run(tasks_db, "UPDATE duty SET state = 'withdrawn', version = version + 1")

    with pytest.raises(Conflict):
        offer(call, duty)


def test_of_an_ended_checklist_nothing_is_offered_and_what_waits_is_still_decided_on(call, tasks_db):
    """What was done well in a year is often published after it; nothing that waits may wait for ever."""
    duty, late = done(call), done(call)
    offered = offer(call, duty)
    run(tasks_db, "UPDATE checklist SET state = 'closed', closed_at = now()")

    with pytest.raises(Invalid, match="has ended"):
        offer(call, late)
    assert "offer_practice" not in read(call, late, as_="staff")["actions"]
    assert publish(call, offered)["state"] == "published"
    assert end(call, "take_practice_back", offered, reason="数字有误")["state"] == "taken_back"


def test_the_files_that_were_chosen_are_read_by_all_once_published_and_the_others_never(call):
    duty = a_duty(call)
    add_file(call, duty, name="纪要.docx", sent_sha256="1" * 64)
    add_file(call, duty, name="内部.docx", sent_sha256="2" * 64)
    submit(call, duty, as_="staff")
    chosen, other = read(call, duty)["evidence"]
    offered = offer(call, duty, evidence_ids=[chosen["evidence_id"]])
    (file,) = read_practice(call, offered)["files"]
    asked = {"practice_id": offered, "file_id": file["file_id"]}
    with pytest.raises(NotFound):
        call("get_practice_file", asked, as_="shendu")

    publish(call, offered)

    assert file["name"] == "纪要.docx"
    assert call("get_practice_file", asked, as_="shendu")["name"] == "纪要.docx"
    with pytest.raises(Forbidden):
        call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": chosen["evidence_id"]}, as_="shendu")
    with pytest.raises(NotFound):
        call("get_practice_file", {**asked, "file_id": other["evidence_id"] + 100}, as_="shendu")


def test_a_file_of_another_duty_is_not_taken_along(call):
    other = a_duty(call)
    add_file(call, other)
    foreign = read(call, other)["evidence"][0]["evidence_id"]
    duty = done(call)

    with pytest.raises(Invalid) as refused:
        offer(call, duty, evidence_ids=[foreign])

    assert "evidence_ids" in refused.value.details["fields"]
    assert read(call, duty, as_="staff")["practice"] is None


def test_a_file_that_was_removed_meanwhile_is_not_taken_along(call):
    duty = a_duty(call)
    add_file(call, duty)
    (file,) = read(call, duty)["evidence"]
    call("remove_evidence", {"duty_id": duty["duty_id"], "evidence_id": file["evidence_id"]}, as_="staff")
    submit(call, read(call, duty), as_="staff")

    with pytest.raises(Invalid) as refused:
        offer(call, duty, evidence_ids=[file["evidence_id"]])

    assert "evidence_ids" in refused.value.details["fields"]


def test_files_are_added_to_what_waits_until_there_are_two_and_the_same_one_once(call):
    offered = offer(call, done(call))
    first = attach(call, offered)
    assert (first["outcome"], attach(call, offered)["outcome"]) == ("added", "already")
    attach(call, offered, as_="head", sent_sha256="e" * 64)
    assert len(read_practice(call, offered)["files"]) == MOST_FILES

    with pytest.raises(Invalid, match="at most 2 files"):
        attach(call, offered, sent_sha256="f" * 64)
    with pytest.raises(NotFound):
        attach(call, offered, as_="shendu", sent_sha256="f" * 64)
    publish(call, offered)
    with pytest.raises(Conflict):
        attach(call, offered, sent_sha256="f" * 64)


def test_the_store_keeps_a_file_as_long_as_what_has_it_waits_or_is_published(call):
    """The portal asks which files of its store somebody has, and forgets the others."""
    duty = a_duty(call)
    key = add_file(call, duty)["key"]
    submit(call, duty, as_="staff")
    (file,) = read(call, duty)["evidence"]
    offered = offer(call, duty, evidence_ids=[file["evidence_id"]])
    do(call, "reopen_duty", read(call, duty), as_="staff")
    call("remove_evidence", {"duty_id": duty["duty_id"], "evidence_id": file["evidence_id"]}, as_="staff")

    def held():
        return call("held_evidence", {"keys": [key]})["keys"]

    assert held() == [key]
    submit(call, read(call, duty), as_="staff")
    publish(call, offered)
    assert held() == [key]
    end(call, "take_practice_back", offered, reason="不妥")
    assert held() == []


def test_the_newest_stand_first_and_every_word_that_is_sought_stands_in_it(call):
    for number, (title, text) in enumerate((("甲", "先摸底"), ("乙", "先摸底，再请企业"), ("丙", "送岗上门"))):
        publish(
            call,
            offer(
                call,
                done(call, f"{('徽城镇', '深渡镇')[number % 2]}", as_=("staff", "shendu")[number % 2]),
                as_=("staff", "shendu")[number % 2],
                title=title,
                text=text,
            ),
        )

    assert titles(call) == ["丙", "乙", "甲"]
    assert titles(call, text="摸底") == ["乙", "甲"]
    assert titles(call, text="企业 摸底") == ["乙"]
    assert titles(call, text="深渡") == ["乙"]
    assert titles(call, text="没有的") == []
    assert listed(call, text="摸底")["total"] == 3
    with pytest.raises(Invalid):
        listed(call, text="一 二 三 四 五 六 七 八 九")


def test_there_are_pages_and_one_after_the_last_is_the_last(call, tasks_db, monkeypatch):
    monkeypatch.setattr(answers.queries, "PAGE", 1)
    for title in ("甲", "乙"):
        publish(call, offer(call, done(call), title=title))

    assert (titles(call, page=1), titles(call, page=2), titles(call, page=9)) == (["乙"], ["甲"], ["甲"])
    assert listed(call, page=9)["page"] == 2


def test_what_waits_is_counted_for_the_lead_bureau_with_its_age_and_listed_longest_waiting_first(call, tasks_db):
    first, second = offer(call, done(call), title="甲"), offer(call, done(call), title="乙")
    run(tasks_db, "UPDATE practice SET offered_at = now() - interval '2 days' WHERE id = %s", (second,))

    with tasks_db.transaction() as cur:
        measuring.measure(cur)

    assert measuring.WAITING._value.get() == 2
    assert dt.timedelta(seconds=measuring.OLDEST._value.get()) >= dt.timedelta(days=2)
    assert [one["practice_id"] for one in call("offered_practices", {}, as_="lead")["practices"]] == [second, first]
    assert call("count_practices", {}, as_="lead") == {"published": 0, "waiting": 2}
    assert call("count_practices", {}, as_="staff") == {"published": 0, "waiting": 0}
    assert call("count_waiting", {}, as_="lead")["waiting"] == 2


def test_nothing_that_is_answered_counts_whose_practice_it_is(call):
    publish(call, offer(call, done(call)))

    found = listed(call)

    assert set(found) == {"practices", "total", "found", "page", "pages"}
    assert set(call("count_practices", {}, as_="leader")) == {"published", "waiting"}
