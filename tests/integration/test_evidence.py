"""Files beside a duty as the service of tasks keeps them: whose they are, since when, and when they are asked for."""

from uuid import uuid4

import pytest

from services.tasks.evidence.keeping import MOST_FILES
from services.tasks.evidence.measuring import BYTES, FILES
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.checklists import fetch
from tests.support.duties import a_duty, do, issued, read, submit, today
from tests.support.evidence import add_file

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def remove(call, duty, evidence_id, as_="staff"):
    return call("remove_evidence", {"duty_id": duty["duty_id"], "evidence_id": evidence_id}, as_=as_)


def first_file(call, duty):
    return read(call, duty)["evidence"][0]["evidence_id"]


def another(number):
    return {"name": f"第{number}页.pdf", "kind": "pdf", "sent_sha256": f"{number:064x}"}


def test_a_file_is_shown_with_who_added_it_and_stands_in_the_history(call):
    duty = a_duty(call)

    added = add_file(call, duty)

    shown = read(call, duty)
    assert added["outcome"] == "added"
    assert [(file["name"], file["bytes"], file["who"]) for file in shown["evidence"]] == [
        ("会议纪要.docx", 1234, {"post": "填报员", "unit": "徽城镇"})
    ]
    assert (shown["files"], shown["version"], shown["state"]) == (1, duty["version"] + 1, "acknowledged")
    assert [(line["action"], line["text"]) for line in shown["history"]][-1] == ("evidence_added", "会议纪要.docx")


def test_the_same_content_on_the_same_duty_is_the_same_file(call, tasks_db):
    first, second = issued(call, "徽城镇", items=2)
    kept = add_file(call, first)

    again = add_file(call, first, name="改了名.docx", as_="head")

    assert (again["outcome"], again["key"], again["name"]) == ("already", kept["key"], "会议纪要.docx")
    assert add_file(call, second)["outcome"] == "added"
    assert [row.number for row in fetch(tasks_db, "SELECT count(*) AS number FROM evidence")] == [2]
    assert [line["action"] for line in read(call, first)["history"]] == ["issued", "acknowledged", "evidence_added"]


def test_a_removed_file_keeps_its_row_with_who_removed_it_and_can_be_added_again(call, tasks_db, world):
    duty = a_duty(call)
    add_file(call, duty)
    evidence_id = first_file(call, duty)

    after = remove(call, duty, evidence_id, as_="head")

    assert (after["evidence"], after["files"]) == ([], 0)
    assert [line["action"] for line in after["history"]][-2:] == ["evidence_added", "evidence_removed"]
    assert after["history"][-1]["who"]["post"] == "分管领导"
    (row,) = fetch(tasks_db, "SELECT removed_by, removed_by_post, removed_at IS NOT NULL AS is_gone FROM evidence")
    assert tuple(row) == (world.people["head"], "分管领导", True)
    with pytest.raises(NotFound):
        remove(call, duty, evidence_id)
    with pytest.raises(NotFound):
        call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": evidence_id}, as_="lead")
    assert add_file(call, duty)["outcome"] == "added"


def test_a_duty_has_ten_files_at_most(call):
    duty = a_duty(call)
    for number in range(MOST_FILES):
        add_file(call, duty, **another(number))

    with pytest.raises(Invalid) as refused:
        add_file(call, duty, **another(MOST_FILES))

    assert "最多附 10 个" in refused.value.text.zh
    assert add_file(call, duty, **another(0))["outcome"] == "already"


def test_after_submitting_nothing_is_added_or_removed_until_it_is_returned(call):
    duty = a_duty(call, review_rule="all")
    add_file(call, duty)
    submit(call, duty)
    evidence_id = first_file(call, duty)

    for attempt in (lambda: remove(call, duty, evidence_id), lambda: add_file(call, duty, **another(1))):
        with pytest.raises(Conflict):
            attempt()
    submitted = read(call, duty)
    assert (submitted["files"], len(submitted["evidence"])) == (1, 1)

    returned = do(call, "return_duty", submitted, as_="lead", reason="看不清")
    assert remove(call, returned, evidence_id)["files"] == 0
    add_file(call, returned, **another(2))
    accepted = do(call, "accept_duty", submit(call, returned)["duties"][0], as_="lead")
    with pytest.raises(Conflict):
        remove(call, accepted, first_file(call, accepted))


def test_a_file_of_another_duty_is_not_to_be_had_by_this_ones_address(call):
    mine, other = issued(call, "徽城镇", "深渡镇")
    add_file(call, other, as_="shendu")
    evidence_id = first_file(call, other)

    with pytest.raises(NotFound):
        call("get_evidence", {"duty_id": mine["duty_id"], "evidence_id": evidence_id}, as_="staff")
    with pytest.raises(Forbidden):
        call("get_evidence", {"duty_id": other["duty_id"], "evidence_id": evidence_id}, as_="staff")


def test_a_unit_above_is_told_that_it_may_download(call):
    duty = a_duty(call, "古关村")

    with pytest.raises(Forbidden) as refused:
        add_file(call, duty)

    assert "上级单位可以下载" in refused.value.text.zh


def test_where_a_file_lies_is_told_to_whoever_reads_the_duty(call):
    duty = a_duty(call)
    key = add_file(call, duty)["key"]

    stored = call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": first_file(call, duty)}, as_="auditor")

    assert stored == {"key": key, "name": "会议纪要.docx", "kind": "docx", "bytes": 1234, "sha256": "a" * 64}


def test_an_item_that_needs_evidence_is_not_submitted_without_a_file(call):
    duty = a_duty(call, evidence_rule="required")

    with pytest.raises(Invalid) as refused:
        submit(call, duty)

    assert "添加后再提交" in refused.value.text.zh
    assert read(call, duty)["state"] == "issued"
    add_file(call, duty)
    assert submit(call, duty)["results"][0]["outcome"] == "done"


def test_a_file_that_was_removed_is_none(call):
    duty = a_duty(call, evidence_rule="required")
    add_file(call, duty)
    remove(call, duty, first_file(call, duty))

    with pytest.raises(Invalid):
        submit(call, duty)


def test_among_several_the_one_that_lacks_evidence_is_named_and_the_others_are_submitted(call):
    lacking, other = [*issued(call, "徽城镇", evidence_rule="required"), *issued(call, "徽城镇")]

    results = submit(call, lacking, other)["results"]

    assert [(result["outcome"], result["lacks_evidence"]) for result in results] == [
        ("conflict", True),
        ("done", False),
    ]


def test_the_queue_says_how_many_files_a_submitted_duty_has(call):
    duty = a_duty(call, review_rule="all")
    add_file(call, duty)
    submit(call, duty)

    (waiting,) = call("review_queue", {}, as_="lead")["submitted"]

    assert waiting["files"] == 1


def test_the_portal_learns_which_files_no_duty_has(call):
    duty = a_duty(call)
    kept = add_file(call, duty)["key"]
    gone = add_file(call, duty, **another(1))["key"]
    remove(call, duty, read(call, duty)["evidence"][1]["evidence_id"])

    held = call("held_evidence", {"keys": [kept, gone, str(uuid4())]}, as_=None)

    assert held["keys"] == [kept]


def test_the_log_tells_who_added_and_removed(call):
    duty = a_duty(call)
    add_file(call, duty)
    remove(call, duty, first_file(call, duty))

    entries = call("list_audit", {"kind": "doing"}, as_="auditor")["entries"]

    assert {entry["action"] for entry in entries} == {
        "duty.acknowledged",
        "duty.evidence_added",
        "duty.evidence_removed",
    }


def test_the_gauges_count_what_duties_have(call, tasks):
    duty = a_duty(call)
    add_file(call, duty)
    add_file(call, duty, **another(1))
    remove(call, duty, first_file(call, duty))

    tasks.measure_evidence()

    assert (FILES.collect()[0].samples[0].value, BYTES.collect()[0].samples[0].value) == (1, 1234)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "html"}, {"bytes": 0}, {"sha256": "A" * 64}, {"sent_sha256": "zz"}, {"name": ""}, {"key": "../x"}],
)
def test_what_the_portal_would_never_tell_is_refused(call, wrong):
    with pytest.raises(Invalid):
        add_file(call, a_duty(call), **wrong)


def test_where_a_sample_is_drawn_only_what_was_drawn_asks_for_a_file_and_after_it_was_submitted(call):
    duties = issued(call, "徽城镇", items=8, review_rule="sample", evidence_rule="required")
    assert [duty["needs_evidence"] for duty in duties] == [False] * 8

    submit(call, *duties)

    now = [read(call, duty, as_="staff") for duty in duties]
    drawn = [duty for duty in now if duty["state"] == "submitted"]
    assert drawn
    assert [duty["state"] for duty in now if not duty["needs_evidence"]] == ["accepted"] * (8 - len(drawn))
    listed = {one["heading"]: one["duties"] for one in call("owed_duties", {}, as_="staff")["headings"]}
    assert {duty["duty_id"] for duty in listed["answered"] if duty["is_file_awaited"]} == {
        duty["duty_id"] for duty in drawn
    }
    with pytest.raises(Invalid, match="drawn"):
        do(call, "accept_duty", drawn[0], as_="lead")
    wanted = {"duties": [{"duty_id": drawn[0]["duty_id"], "version": drawn[0]["version"]}]}
    assert call("accept_duties", wanted, as_="lead")["results"][0]["outcome"] == "conflict"

    add_file(call, drawn[0])
    done = read(call, drawn[0], as_="staff")
    assert "remove_evidence" not in done["actions"]
    assert do(call, "accept_duty", done, as_="lead")["state"] == "accepted"


def test_what_waits_for_another_reason_takes_no_file_more(call):
    duty = a_duty(call, review_rule="all", evidence_rule="optional")
    submit(call, duty)

    with pytest.raises(Conflict):
        add_file(call, read(call, duty))
