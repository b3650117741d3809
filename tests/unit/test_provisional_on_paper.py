"""Where a due date goes onto paper or into the words of a reminder, it says that it may still move."""

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from services.notifications.policies.rules import DEFAULT, Scope, StageRule
from services.notifications.reminding import stages
from services.notifications.reminding.stages import Due
from services.portal import meeting_paper
from services.portal.books import writing
from services.portal.books.layout import CODE
from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.composing import compose
from services.stats.bulletin.facts import Coming, LateRound, Overdue, as_json, facts_of
from shared.provisional import MARK, WORDS
from shared.text import Text
from shared.workdays import Calendar, YearTable, by
from tests.support.agenda import a_decision, a_full_agenda, a_meeting
from tests.support.bulletins import JUNE, some_facts, units
from tests.unit.test_meeting_paper import chinese
from tests.unit.test_report_books import a_form

__all__ = ["chinese"]

D = dt.date.fromisoformat
UNKNOWN = Calendar.of([YearTable(2026, False)])


@pytest.fixture(params=[True, False], ids=["announced", "not announced"])
def is_announced(request: pytest.FixtureRequest) -> Iterator[bool]:
    """2026 as the package knows it, or as a year of which nothing is announced."""
    with by(Calendar() if request.param else UNKNOWN):
        yield request.param


def test_the_due_date_in_the_words_of_a_stage(is_announced):
    rule = StageRule(0, frozenset(), frozenset(), Text("完成时限 {时限}，请办结", "Due on {due}. Please"))
    thing = Due(Scope.CHECKLIST, 1, 1, 1, D("2026-06-30"), DEFAULT)

    said = stages.words_on(thing, rule, D("2026-06-10"))

    mark = Text("", "") if is_announced else MARK
    assert said == Text(f"完成时限 2026-06-30{mark.zh}，请办结", f"Due on 2026-06-30{mark.en}. Please")


def test_the_papers_of_a_meeting(is_announced):
    decision = a_decision("落实场地") | {"due_on": "2026-06-30"}
    paper = meeting_paper.paper_of(a_meeting([decision]), a_full_agenda())
    text = "\n".join(part.text for part in paper.paragraphs)
    cells = [cell for table in paper.tables for row in table.rows for cell in row]

    mark = "" if is_announced else MARK.zh
    assert f"完成时限2026年4月30日{mark}：徽城镇" in text
    assert f"2026年6月30日前{'' if is_announced else '，' + WORDS.zh}）。" in text
    assert {f"2026-04-30{mark}", f"2026-06-30{mark}"} <= set(cells)
    assert (WORDS.zh in text) is not is_announced


def test_the_workbook_of_a_report(is_announced):
    book = load_workbook(io.BytesIO(writing.write_one(a_form()))).worksheets[0]

    mark = "" if is_announced else MARK.zh
    assert f"应报日 2026-06-05{mark} · 锁定日 2026-06-15{mark}" in str(book.cell(2, CODE).value)


def a_bulletin(*, may_move):
    facts = some_facts(
        overdue=(Overdue(1, "1.1.1.1", "创业园", 1, "徽城镇", "2026", D("2026-06-09"), 21, may_move),),
        coming=(Coming(2, "1.1.1.2", "走访", D("2026-07-10"), 28, may_move),),
        late_rounds=(LateRound(1, "就业月报", "2026-05", D("2026-06-05"), 28, units(2), may_move),),
    )
    fields = compose(facts, JUNE, issuer="县人社局")
    return facts, fields.behind + fields.requirements, [row for table in annexes(facts) for row in table.rows]


@pytest.mark.parametrize("may_move", [True, False])
def test_a_bulletin(may_move):
    facts, text, rows = a_bulletin(may_move=may_move)

    clause, mark = (f"，{WORDS.zh}", MARK.zh) if may_move else ("", "")
    assert f"1.1.1.1 创业园（完成时限6月9日{clause}）：徽城镇。" in text
    assert f"（应报6月5日{clause}）" in text
    assert f"1.1.1.2 走访（7月10日{clause}，28项）。" in text
    assert {f"2026-06-09{mark}", f"2026-06-05{mark}"} <= {cell for row in rows for cell in row}
    assert facts_of(as_json(facts)) == facts


def test_the_facts_of_a_bulletin_that_an_earlier_release_kept_are_read():
    facts, _, _ = a_bulletin(may_move=False)
    kept = as_json(facts)
    for name in ("overdue", "coming", "late_rounds"):
        for one in kept[name]:
            del one["may_move"]

    assert facts_of(kept) == facts
