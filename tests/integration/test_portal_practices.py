"""Good practice in the browser: shared from a duty, edited, published, read by all; what may be wrong on the way."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from services.portal import practice_counts
from services.portal.evidence import cabinet as evidence
from services.portal.evidence.sweeping import sweep
from shared.calling.caller import AWAY
from shared.delivery.inprocess import InProcess
from shared.errors import TryAgain
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, do, read, submit, today
from tests.support.evidence import EICAR, docx, jpeg, keep_file, pdf
from tests.support.practices import TEXT, TITLE, correct, done, offer, publish, read_practice

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def cabinet(portal):
    return portal.extensions[evidence.EXTENSION]


def offering(visit, duty, name="staff"):
    """The unit's form, come to by the link of the duty's page."""
    person = visit(name).open(f"/duties/{duty['duty_id']}")
    assert f'href="/duties/{duty["duty_id"]}/practice"' in person.response.get_data().decode()
    return person.open(f"/duties/{duty['duty_id']}/practice")


def with_file(call, cabinet, *, files=1):
    """A duty with evidence that is done."""
    duty = a_duty(call)
    for number in range(files):
        if number:
            call(
                "add_evidence",
                {
                    "duty_id": duty["duty_id"],
                    "key": f"00000000-0000-0000-0000-00000000000{number}",
                    "name": f"{number}.pdf",
                    "kind": "pdf",
                    "bytes": 3,
                    "sha256": "a" * 64,
                    "sent_sha256": str(number) * 64,
                },
                as_="staff",
            )
        else:
            keep_file(call, duty, cabinet.objects)
    submit(call, duty, as_="staff", note=TEXT)
    return duty


def test_a_note_becomes_good_practice_without_being_typed_again(visit, call):
    duty = done(call)
    staff = offering(visit, duty)
    form = staff.form("/practice")
    assert (form.value("title"), form.value("text")) == (duty["item"], TEXT)

    staff.send(form)

    assert "已交给牵头单位" in staff.text
    assert "等待牵头单位处理" in staff.text
    staff.open(f"/duties/{duty['duty_id']}")
    assert "作为典型经验分享" not in staff.text
    assert "典型经验：等待牵头单位处理" in staff.text
    assert "提供典型经验" in staff.text


def test_the_lead_bureau_sees_what_waits_edits_it_and_publishes_it_with_one_button(visit, call):
    offered = offer(call, done(call))
    lead = visit("lead").open("/review")
    assert "典型经验 1 条等待处理" in lead.text
    assert 'class="count">1<' in lead.response.get_data().decode()
    lead.open("/practices/waiting")
    assert TITLE in lead.text
    lead.open(f"/practices/{offered}")

    lead.send(lead.form("/publish"), title="家门口的招聘会", text="每月15日在三个村各办一场。\n先摸底。")

    assert "已发布，所有单位都能看到" in lead.text
    assert "典型经验 1 条等待处理" not in lead.open("/review").text
    shown = visit("shendu").open("/practices")
    assert "家门口的招聘会" in shown.text
    assert "再请企业" not in shown.text


def test_what_is_published_is_corrected_where_it_is_read(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)
    lead = visit("lead").open(f"/practices/{offered}")

    lead.send(lead.form("/reword"), title="家门口的招聘会", text=" ")
    assert (lead.status, lead.form("/reword").value("title")) == (422, "家门口的招聘会")
    lead.send(lead.form("/reword"), text="每月办两场。")

    assert "已更正，所有单位看到的是现在的内容。" in lead.text
    for page in ("/practices", f"/practices/{offered}"):
        shown = visit("shendu").open(page).text
        assert "家门口的招聘会" in shown
        assert "每月办两场。" in shown
        assert " 更正" in shown
    assert "更正典型经验" in visit("staff").open(f"/duties/{read_practice(call, offered)['duty_id']}").text


def test_who_corrects_what_somebody_else_just_corrected_sees_both(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)
    lead = visit("lead").open(f"/practices/{offered}")
    form = lead.form("/reword")
    correct(call, offered, title="甲")

    lead.send(form, title="乙")

    assert lead.status == 409
    assert "甲" in lead.text
    assert "乙" in lead.text
    lead.send(lead.form("/reword"))
    assert read_practice(call, offered)["title"] == "乙"


def test_the_unit_sees_what_was_changed_and_nobody_else_does(visit, call):
    offered = offer(call, done(call))
    publish(call, offered, text="每月15日在三个村各办一场。\n先摸底，再请三家企业。")

    mine = visit("head").open(f"/practices/{offered}").response.get_data().decode()

    assert "<del>再请企业。</del><ins>再请三家企业。</ins>" in mine
    others = visit("shendu").open(f"/practices/{offered}")
    assert "牵头单位的改动" not in others.text
    assert "再请企业" not in others.text
    assert "就业股股长" not in others.text


def test_published_as_it_was_says_so(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)

    assert "按单位的原文发布，没有改动。" in visit("staff").open(f"/practices/{offered}").text


def test_every_units_own_page_says_how_many_there_are_once_there_are_any(visit, call):
    assert "条" not in visit("shendu").open("/duties").text
    publish(call, offer(call, done(call)))

    shendu = visit("shendu").open("/duties")

    assert "典型经验 1 条" in shendu.text
    assert TITLE in shendu.open("/practices").text


def test_a_page_does_without_the_number_when_it_is_not_to_be_had(visit, monkeypatch):
    def away(*_args, **_more):
        raise TryAgain(AWAY)

    monkeypatch.setattr(practice_counts, "ask", away)

    assert visit("shendu").open("/duties").status == 200


def test_words_find_it_and_pages_turn(visit, call):
    publish(call, offer(call, done(call), title="甲", text="先摸底"))
    publish(call, offer(call, done(call), title="乙", text="送岗上门"))

    shendu = visit("shendu").open("/practices?q=摸底")

    assert "共 2 条，找到 1 条。" in shendu.text
    assert "送岗上门" not in shendu.text
    assert "没有符合的典型经验。" in shendu.open("/practices?q=没有的").text
    assert "还没有发布典型经验" not in shendu.text


def test_the_list_is_taken_away_as_a_workbook_with_no_number_of_any_unit(visit, call, tasks_db):
    publish(call, offer(call, done(call)))
    leader = visit("leader").open("/practices")

    leader.send(leader.form("/xlsx"))

    rows = list(load_workbook(io.BytesIO(leader.response.data)).active.values)
    heads = next(row for row in rows if "标题" in row)
    assert heads == ("发布日", "更正日", "单位", "标题", "做法和成效", "事项", "附件")
    assert rows[-1][1:5] == (None, "徽城镇", TITLE, TEXT)
    assert [row.subject for row in fetch(tasks_db, "SELECT subject FROM audit_log WHERE action = 'list.exported'")]


def test_a_file_of_the_duty_goes_along_and_is_downloaded_by_all_once_published(visit, call, cabinet):
    duty = with_file(call, cabinet, files=2)
    staff = offering(visit, duty)
    chosen = read(call, duty)["evidence"][0]["evidence_id"]
    staff.send(staff.form("/practice"), boxes=[("evidence_ids", str(chosen))])
    offered = read(call, duty)["practice"]["practice_id"]
    (file,) = read_practice(call, offered)["files"]
    address = f"/practices/{offered}/files/{file['file_id']}"
    shendu = visit("shendu")
    assert shendu.client.get(address).status_code == 404

    publish(call, offered)

    answer = shendu.client.get(address)
    assert (answer.status_code, answer.data) == (200, pdf())
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shendu.client.get(f"/duties/{duty['duty_id']}/evidence/{chosen}").status_code == 403
    assert "签到表.pdf" in shendu.open("/practices").text


def test_a_file_is_sent_with_the_offer_and_a_picture_loses_its_place(visit, call):
    duty = done(call)
    staff = offering(visit, duty)

    staff.send(staff.form("/practice"), file=(io.BytesIO(jpeg(place=True)), "现场.jpg"))

    offered = read(call, duty)["practice"]["practice_id"]
    (file,) = read_practice(call, offered)["files"]
    assert "已添加“现场.jpg”" in staff.text
    content = staff.client.get(f"/practices/{offered}/files/{file['file_id']}").data
    assert b"PhoneMaker" not in content
    assert read(call, duty)["evidence"] == []


@pytest.mark.parametrize(
    ("content", "name", "sentence"), [(b"", "空.pdf", "文件是空的"), (b"MZ\x90", "程序.exe", "不能作为证明材料")]
)
def test_a_file_that_is_refused_sends_nothing_and_keeps_what_was_typed(visit, call, content, name, sentence):
    duty = done(call)
    staff = offering(visit, duty)

    staff.send(staff.form("/practice"), title="家门口", text="办了三场。", file=(io.BytesIO(content), name))

    assert (staff.status, sentence in staff.text) == (422, True)
    assert f"“{name}”没有添加" in staff.text
    form = staff.form("/practice")
    assert (form.value("title"), form.value("text")) == ("家门口", "办了三场。")
    assert read(call, duty, as_="staff")["practice"] is None


def test_three_files_are_too_many_and_nothing_is_sent(visit, call, cabinet):
    duty = with_file(call, cabinet, files=3)
    ids = [str(file["evidence_id"]) for file in read(call, duty)["evidence"]]
    staff = offering(visit, duty)

    staff.send(staff.form("/practice"), boxes=[("evidence_ids", one) for one in ids])
    assert (staff.status, "最多附 2 个文件" in staff.text) == (422, True)
    ticked = [("evidence_ids", one) for one in ids[:2]]
    staff.send(staff.form("/practice"), evidence_ids=None, boxes=ticked, file=(io.BytesIO(docx()), "纪要.docx"))

    assert (staff.status, "最多附 2 个文件" in staff.text) == (422, True)
    assert read(call, duty, as_="staff")["practice"] is None


def test_a_file_is_added_to_what_waits_and_a_bad_one_says_why(visit, call):
    offered = offer(call, done(call))
    staff = visit("staff").open(f"/practices/{offered}")
    staff.send(staff.form("/attach"))
    assert (staff.status, "请先选择文件" in staff.text) == (422, True)
    staff.send(staff.form("/attach"), file=(io.BytesIO(EICAR[:3]), "坏.pdf"))
    assert (staff.status, "“坏.pdf”没有添加" in staff.text) == (422, True)

    staff.send(staff.form("/attach"), file=(io.BytesIO(docx()), "纪要.docx"))
    staff.send(staff.form("/attach"), file=(io.BytesIO(pdf()), "名单.pdf"))

    assert [file["name"] for file in read_practice(call, offered)["files"]] == ["纪要.docx", "名单.pdf"]
    assert "添加文件" not in staff.text


def test_what_is_sent_twice_is_there_once(visit, call):
    duty = done(call)
    staff = offering(visit, duty)
    form = replace(staff.form("/practice"), action=staff.path)
    staff.send(form, file=(io.BytesIO(pdf()), "名单.pdf"))

    staff.send(form, file=(io.BytesIO(pdf()), "名单.pdf"))

    assert staff.status == 200
    offered = read(call, duty)["practice"]["practice_id"]
    assert len(read_practice(call, offered)["files"]) == 1
    assert call("offered_practices", {}, as_="lead")["total"] == 1


def test_the_bytes_go_a_day_after_nobody_has_them(visit, call, cabinet, tasks, portal_db):
    duty = done(call)
    staff = offering(visit, duty)
    staff.send(staff.form("/practice"), file=(io.BytesIO(pdf()), "名单.pdf"))
    offered = read(call, duty)["practice"]["practice_id"]
    publish(call, offered)
    lead = visit("lead").open(f"/practices/{offered}")
    run(portal_db, "UPDATE upload SET begun_at = now() - interval '2 days'")
    assert sweep(cabinet, InProcess({"tasks": tasks})) == 0

    lead.send(lead.form("/unpublish"), reason="数字有误")

    assert sweep(cabinet, InProcess({"tasks": tasks})) == 0
    run(portal_db, "UPDATE upload SET begun_at = now() - interval '2 days'")
    assert sweep(cabinet, InProcess({"tasks": tasks})) == 1


def test_a_file_that_is_evidence_too_stays_when_the_practice_ends(visit, call, cabinet, tasks, portal_db):
    duty = with_file(call, cabinet)
    (file,) = read(call, duty)["evidence"]
    offered = offer(call, duty, evidence_ids=[file["evidence_id"]])
    lead = visit("lead").open(f"/practices/{offered}")
    lead.send(lead.form("/decline"), reason="再写细些")
    run(portal_db, "UPDATE upload SET begun_at = now() - interval '2 days'")

    assert sweep(cabinet, InProcess({"tasks": tasks})) == 0
    answer = visit("staff").client.get(f"/duties/{duty['duty_id']}/evidence/{file['evidence_id']}")
    assert answer.data == pdf()


@pytest.mark.parametrize(("name", "text"), [("title", " "), ("title", "字" * 101), ("text", ""), ("text", "字" * 4001)])
def test_words_that_do_not_fit_come_back_with_their_sentence(visit, call, name, text):
    duty = done(call)
    staff = offering(visit, duty)
    staff.send(staff.form("/practice"), **{name: text})
    assert (staff.status, "请先改正以下问题" in staff.text) == (422, True)
    lead = visit("lead").open(f"/practices/{offer(call, duty)}")

    lead.send(lead.form("/publish"), **{name: text})

    assert (lead.status, "请先改正以下问题" in lead.text) == (422, True)
    assert lead.form("/publish").value(name).strip() == text.strip()


@pytest.mark.parametrize("reason", [" ", "字" * 1001])
def test_a_reason_that_does_not_fit_comes_back_in_its_form(visit, call, reason):
    offered = offer(call, done(call))
    lead = visit("lead").open(f"/practices/{offered}")
    lead.send(lead.form("/decline"), reason=reason)
    assert (lead.status, "请先改正以下问题" in lead.text) == (422, True)
    assert lead.form("/decline").value("reason").strip() == reason.strip()
    publish(call, offered)
    lead.open(f"/practices/{offered}")

    lead.send(lead.form("/unpublish"), reason=reason)

    assert (lead.status, lead.form("/unpublish").value("reason").strip()) == (422, reason.strip())


def test_what_is_put_aside_tells_the_unit_why_and_it_may_share_again(visit, call):
    duty = done(call)
    offered = offer(call, duty)
    lead = visit("lead").open(f"/practices/{offered}")
    lead.send(lead.form("/decline"), reason="请写清办了几场")

    staff = visit("staff").open(f"/duties/{duty['duty_id']}")

    assert "典型经验：未采用" in staff.text
    assert "作为典型经验分享" in staff.text
    assert "请写清办了几场" in staff.open(f"/practices/{offered}").text


def test_the_unit_withdraws_what_waits(visit, call):
    offered = offer(call, done(call))
    staff = visit("staff").open(f"/practices/{offered}")

    staff.send(staff.form("/retract"))

    assert "已撤回" in staff.text
    assert call("offered_practices", {}, as_="lead")["total"] == 0


def test_two_of_the_lead_bureau_at_once_see_both_versions_and_nothing_typed_is_lost(visit, call):
    offered = offer(call, done(call))
    lead = visit("lead").open(f"/practices/{offered}")
    staff = visit("staff").open(f"/practices/{offered}")
    staff.send(staff.form("/attach"), file=(io.BytesIO(pdf()), "名单.pdf"))

    lead.send(lead.form("/publish"), title="家门口的招聘会")

    assert lead.status == 409
    assert "家门口的招聘会" in lead.text
    assert TITLE in lead.text
    lead.send(lead.form("/publish"))
    assert read_practice(call, offered)["title"] == "家门口的招聘会"


def test_publishing_what_a_colleague_published_says_so_and_offers_no_second_time(visit, call):
    offered = offer(call, done(call))
    lead = visit("lead").open(f"/practices/{offered}")
    publish(call, offered, title="甲")

    lead.send(lead.form("/publish"), title="乙")

    assert (lead.status, "现在的状态不允许再这样办理" in lead.text) == (409, True)
    assert "乙" in lead.text
    assert read_practice(call, offered)["title"] == "甲"


def test_what_the_duty_does_not_allow_any_more_is_said_with_a_way_on(visit, call, tasks_db):
    duty = done(call)
    offered = offer(call, duty)
    do(call, "return_duty", read(call, duty), as_="lead", reason="材料不实")
    lead = visit("lead").open(f"/practices/{offered}")
    assert "暂时不能发布" in lead.text
    assert "不采用" in lead.text
    other = done(call)
    staff = offering(visit, other)
    run(tasks_db, "UPDATE checklist SET state = 'closed', closed_at = now()")

    staff.send(staff.form("/practice"), text="办了三场。")

    assert (staff.status, "这份清单已经结束" in staff.text) == (422, True)
    assert staff.form("/practice").value("text") == "办了三场。"
    assert "现在不能分享" in staff.open(f"/duties/{other['duty_id']}/practice").text


@pytest.mark.parametrize("person", ["shendu", "leader", "auditor", "admin"])
def test_nobody_else_reads_what_waits(visit, call, person):
    offered = offer(call, done(call))

    assert visit(person).open(f"/practices/{offered}").status == 404
    assert visit(person).open("/practices/waiting").status == 403


def test_what_is_not_theirs_to_do_is_refused(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)
    lead, staff = visit("lead").open(f"/practices/{offered}"), visit("staff").open("/suggestions")

    forged = lead.form("/unpublish")
    fields = dict(staff.forms[0].fields) | {"version": "2", "reason": "不妥"}
    answer = staff.client.post(forged.action, data=fields)

    assert answer.status_code == 403
    assert read_practice(call, offered)["state"] == "published"


def test_a_taken_back_one_is_gone_from_the_page_of_all(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)
    lead = visit("lead").open(f"/practices/{offered}")

    lead.send(lead.form("/unpublish"), reason="数字有误")

    assert "已收回，其他单位不再看到" in lead.text
    assert visit("shendu").open(f"/practices/{offered}").status == 404
    assert "数字有误" in visit("head").open(f"/practices/{offered}").text


def test_pages_are_english_by_a_switch(visit, call):
    offered = offer(call, done(call))
    publish(call, offered)
    staff = visit("staff").open("/language/en?back=/practices")

    assert "Good practice" in staff.text
    assert "What the lead bureau changed" in staff.open(f"/practices/{offered}").text


def test_what_is_published_has_its_day(visit, call, tasks_db):
    publish(call, offer(call, done(call)))
    run(tasks_db, "UPDATE practice SET published_at = %s", (dt.datetime(2026, 5, 7, 16, 30, tzinfo=dt.UTC),))

    assert "5月8日" in visit("shendu").open("/practices").text


def test_offering_practice_of_a_duty_that_changed_meanwhile_says_what_was_to_be_done(visit, call, caplog):
    duty = done(call)
    staff = visit("staff").open(f"/duties/{duty['duty_id']}/practice")
    form = staff.form("/practice")
    now = {
        "duty_id": duty["duty_id"],
        "version": call("get_duty", {"duty_id": duty["duty_id"]}, as_="staff")["version"],
    }
    call("reopen_duties", {"duties": [now]}, as_="staff")

    staff.send(form, title="家门口的招聘会", text="每月办两场。")

    assert (staff.status, "提供典型经验" in staff.text, "每月办两场。" in staff.text) == (409, True, True)
    assert "现在的状态不允许再这样办理" in staff.text
    assert [one.code for one in caplog.records if one.message == "a code has no word"] == []
