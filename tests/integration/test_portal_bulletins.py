"""Pages of bulletins: one click, plain fields, the paper, the signature, the file, and what others may."""

import datetime as dt
import io
import re

import docx
import pytest

from shared import clock
from shared.clock import start_of
from shared.events import RowsIssued
from tests.support.checklists import fetch
from tests.support.stats import a_checklist, a_duty, an_example, issued, received, take

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def duties(house):
    """A checklist that went out three weeks ago; two townships are late with an item since last week."""
    stats = house.services["stats"]
    rows = next(one.data for one in an_example() if isinstance(one.data, RowsIssued))
    due = YESTERDAY - dt.timedelta(days=7)
    told = [a_checklist(), rows]
    told += [issued(house.world.units[name], a_duty(n, due)) for n, name in enumerate(("石门乡", "徽城镇"), 1)]
    take(stats, [received(one, at=start_of(YESTERDAY - dt.timedelta(days=20))) for one in told])


@pytest.fixture
def lead(house, duties):
    return house.sign_in("lead")


@pytest.fixture
def draft(lead):
    lead.open("/bulletins")
    lead.send(made_now(lead))
    return lead.path


def made_now(person):
    """The form of the one click: this month's, as of yesterday."""
    return next(form for form in person.forms if form.action.endswith("/make"))


def fields_of(stats_db):
    return fetch(stats_db, "SELECT fields, version, state FROM bulletin ORDER BY id")


def fields_form(person):
    return next(form for form in person.forms if "overall" in dict(form.fields))


def signed(lead, draft):
    lead.open(f"{draft}/sign")
    return lead.send(lead.form("/sign"))


def test_one_click_makes_the_draft_and_leads_to_its_fields(lead, draft, stats_db):
    assert re.fullmatch(r"/bulletins/\d+", draft)
    form = fields_form(lead)
    assert "逾期未完成的责任2项" in form.value("behind")
    # In the order of the directory, whatever the order of their duties.
    assert "徽城镇、石门乡" in form.value("behind")
    assert "责任完成情况表" in lead.text
    assert re.search(r"正文 \d+ 字", lead.text)


def test_a_second_click_leads_to_the_same_draft(lead, draft, stats_db):
    lead.open("/bulletins")
    lead.send(made_now(lead))

    assert lead.path == draft
    assert "已经有草稿" in lead.text
    assert len(fields_of(stats_db)) == 1


def test_the_form_sent_as_it_was_opened_changes_nothing(lead, draft, stats_db):
    before = fields_of(stats_db)

    lead.send(fields_form(lead))

    assert "已保存" in lead.text
    assert fields_of(stats_db) == before


def test_what_was_typed_is_kept_and_stands_on_the_paper(lead, draft):
    lead.send(fields_form(lead), practice="1. 徽城镇：设窗口。\n（1）每周一次。", dated_on=YESTERDAY.isoformat())

    assert fields_form(lead).value("practice") == "1. 徽城镇：设窗口。\n（1）每周一次。"
    paper = lead.open(f"{draft}/paper").response.get_data(as_text=True)
    assert '<p class="third">1. 徽城镇：设窗口。</p>' in paper
    assert '<p class="fourth">（1）每周一次。</p>' in paper
    assert "草稿（未签发）" in paper


def test_of_two_who_edit_the_later_one_sees_both_and_loses_nothing(house, lead, draft):
    other = house.sign_in("lead").open(draft)
    lead.send(fields_form(lead), practice="我写的做法")

    other.send(fields_form(other), practice="同事写的做法")

    assert other.status == 409
    assert "我写的做法" in other.text
    assert "同事写的做法" in other.text
    assert "好的做法" in other.text


def test_a_text_that_is_too_long_is_said_and_needs_a_reason_to_be_signed(lead, draft, stats_db):
    lead.send(fields_form(lead), practice="长" * 4100)
    assert "一般不超过 4000 字" in lead.text

    refused = signed(lead, draft)
    assert refused.status == 422
    assert "请精简，或者填写不能精简的理由" in refused.text

    lead.send(lead.form("/sign"), reason="半年综合情况")
    assert "已签发" in lead.text
    assert "半年综合情况" in lead.text


def test_signing_issues_it_and_leaves_no_form_to_change_it(lead, draft, stats_db):
    year = clock.today().year
    said = signed(lead, draft).text

    assert f"已签发：{year}年第1期。" in said
    assert not [form for form in lead.forms if "overall" in dict(form.fields)]
    assert lead.open(f"{draft}/sign").text.count("已经签发或作废") == 1
    assert "没有重复执行" not in lead.text


def test_the_file_is_a_word_document_and_on_record(house, lead, draft, tasks_db):
    signed(lead, draft)
    leader = house.sign_in("leader").open(draft)

    leader.send(leader.form("/docx"))

    answer = leader.response
    assert "wordprocessingml" in answer.content_type
    assert "attachment" in answer.headers["Content-Disposition"]
    texts = [one.text for one in docx.Document(io.BytesIO(answer.get_data())).paragraphs]
    assert f"{clock.today().year}年第1期" in texts
    (kept,) = fetch(tasks_db, "SELECT subject FROM audit_log WHERE action = 'list.exported'")
    assert "完成情况的通报" in kept.subject


def test_made_again_it_is_the_same(lead, draft):
    signed(lead, draft)

    said = lead.open(f"{draft}/again").text

    assert "自动写出的文字：✓ 相同" in said
    assert "逐字节相同" in said


def test_a_correction_names_what_it_corrects(lead, draft):
    signed(lead, draft)

    lead.send(next(form for form in lead.forms if "corrects_id" in dict(form.fields)))

    assert lead.path != draft
    assert f"更正{clock.today().year}年第1期" in fields_form(lead).value("overall")


def test_a_draft_that_is_withdrawn_stays_to_be_read(lead, draft):
    lead.send(lead.form("/withdraw"))

    assert lead.path == "/bulletins"
    assert "– 已作废" in lead.text
    assert "已作废" in lead.open(draft).text


def test_leaders_read_what_was_signed_from_their_board_and_have_no_form(house, lead, draft):
    leader = house.sign_in("leader")
    board = leader.open("/board").response.get_data(as_text=True)
    assert "/bulletins?checklist_id=1" in board
    assert "还没有签发的通报" in leader.open("/bulletins").text
    assert leader.open(draft).status == 404
    assert leader.open(f"{draft}/sign").status == 403

    signed(lead, draft)

    assert leader.open("/bulletins").text.count("完成情况的通报") == 1
    assert "逾期未完成的责任2项" in leader.open(draft).text
    assert {form.action.rpartition("/")[2] for form in leader.forms if "bulletins" in form.action} == {"docx"}
    assert house.sign_in("staff").open("/bulletins").status == 403


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [
        ((clock.today() + dt.timedelta(days=3)).isoformat(), "不能看将来的日子"),
        ((clock.today() - dt.timedelta(days=90)).isoformat(), "才有每日的记录"),
        ("昨天", "没有这一天"),
        ("", "请填写这一项"),
    ],
)
def test_a_day_that_cannot_be_is_answered_at_its_field_and_kept(lead, as_of, sentence):
    lead.open("/bulletins")

    lead.send([form for form in lead.forms if form.action.endswith("/make")][-1], kind="quarter", as_of=as_of)

    assert lead.status == 422
    assert sentence in lead.text
    again = [form for form in lead.forms if form.action.endswith("/make")][-1]
    assert again.value("kind") == "quarter"


def test_without_a_checklist_the_page_says_what_is_needed(house):
    said = house.sign_in("lead").open("/bulletins").text

    assert "清单下发并有了记录以后，才能生成通报。" in said
    assert "还没有通报。" in said
