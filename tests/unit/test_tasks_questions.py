import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest

from services.tasks.drafting import notice_rows, questions
from services.tasks.drafting.notice_rows import Timing
from services.tasks.notices.draft import Draft, Due, DueKind, QuestionKind, Target, TargetKind


@dataclass(frozen=True)
class Asked:
    kind: str
    quote: str = "等"
    row_id: int | None = 1
    group_id: int | None = None
    target_id: int | None = None


def target(name, from_year=None, to_year=2027, subsets=()):
    return Target("原文", name, TargetKind.FLOW, ">=", Decimal(8), "人", from_year, to_year, subsets=subsets)


def a_draft(title="", targets=()):
    return Draft(title, None, None, (), targets, ())


@pytest.mark.parametrize("kind", QuestionKind)
def test_every_kind_of_question_has_an_answer_beside_keeping_it(kind):
    asked = Asked(questions.kind_of(kind), group_id=1, target_id=1)

    assert len(questions.answers_to(asked)) == 2
    assert questions.complain_of_answer([asked], {"kind": "keep"}) is None


def test_a_question_whose_row_is_gone_can_only_be_confirmed():
    assert questions.answers_to(Asked("open_ended", row_id=None)) == {"keep"}


def test_one_question_that_the_answer_does_not_fit_is_named():
    complaint = questions.complain_of_answer([Asked("no_due"), Asked("open_ended", "某局等")], {"kind": "due"})

    assert "某局等" in complaint.zh
    assert "增加单位" in complaint.zh


@pytest.mark.parametrize(
    ("due", "timing"),
    [
        (None, Timing()),
        (Due("6月底", DueKind.DATE, dt.date(2026, 6, 30)), Timing(dt.date(2026, 6, 30))),
        (Due("每月5日", DueKind.MONTHLY, day=5), Timing(recurrence="monthly", due_day=5)),
        (Due("每季度末", DueKind.QUARTERLY, month=3), Timing(recurrence="quarterly")),
        (Due("每年11月底", DueKind.YEARLY, month=11), Timing(dt.date(2026, 11, 30), "yearly")),
        (Due("每年", DueKind.YEARLY), Timing(recurrence="yearly")),
        (Due("长期坚持", DueKind.CONTINUOUS), Timing(recurrence="yearly")),
    ],
)
def test_a_due_date_becomes_that_of_the_items(due, timing):
    assert notice_rows.timing_of(due, 2026) == timing


@pytest.mark.parametrize(
    "due",
    [
        Due("2027年底", DueKind.DATE, dt.date(2027, 12, 31)),
        Due("2025年底", DueKind.DATE, dt.date(2025, 12, 31)),
        Due("每季度首月10日", DueKind.QUARTERLY, month=1, day=10),
    ],
)
def test_a_due_date_that_the_year_cannot_hold_is_asked_about(due):
    timing = notice_rows.timing_of(due, 2026)

    assert not timing.is_set
    assert due.text in timing.doubt.zh


def test_a_title_that_is_too_long_is_cut_and_kept_whole_in_the_body():
    title, body = notice_rows.fitted("长" * 300)

    assert (len(title), title[-1], body) == (200, "…", "长" * 300)
    assert notice_rows.fitted(" 短\n题 ") == ("短 题", "")


def test_the_plan_is_called_what_the_notice_calls_it():
    draft = a_draft("某县人民政府办公室关于印发《就业工作方案》的通知")

    assert notice_rows.plan_title(draft) == "就业工作方案"
    assert notice_rows.checklist_title(draft, 2026) == "就业工作方案（2026年清单）"
    assert notice_rows.plan_title(a_draft()) == "工作方案"


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("2026年就业工作方案", "2026年就业工作方案"),
        ("2025年就业工作方案", "2025年就业工作方案（2026年清单）"),
        ("就业三年行动方案（2025—2026年）", "就业三年行动方案（2025—2026年）（2026年清单）"),
    ],
)
def test_a_checklist_says_its_year_once(title, called):
    assert notice_rows.checklist_title(a_draft(title), 2026) == called


def test_the_years_of_a_plan_are_those_of_its_targets():
    part = target("其中高技能人才", to_year=2028)
    draft = a_draft(targets=(target("新增", 2025, subsets=(part,)), target("就业", None, None)))

    assert notice_rows.plan_years(draft, 2026) == (2025, 2028)
    assert [path for path, _ in notice_rows.all_targets(draft)] == ["targets[0]", "targets[0].subsets[0]", "targets[1]"]
