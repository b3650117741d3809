"""The tables behind a bulletin: completion by row, what is overdue, targets, reports that are not in. Pure.

The same tables stand in the file and on the page.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.stats.bulletin.composing import STANDINGS, aim_in_words, amount
from services.stats.bulletin.facts import Facts, LateRound, Overdue, RowCounted, TargetFact
from services.stats.bulletin.fitting import percent
from services.stats.bulletin.owing import in_words
from shared.paper.parts import Annex, Column
from shared.provisional import MARK

NO_FIGURE = "–"


COMPLETION = (
    Column("编号", 12),
    Column("领域和举措", 46),
    Column("责任数", 14, is_number=True),
    Column("到期应完成", 22, is_number=True),
    Column("到期已完成", 22, is_number=True),
    Column("完成率", 18, is_number=True),
    Column("逾期未完成", 22, is_number=True),
)
OVERDUE = (
    Column("事项编号", 22),
    Column("事项", 58),
    Column("单位", 34),
    Column("完成时限", 24),
    Column("逾期天数", 18, is_number=True),
)
TARGETS = (
    Column("目标", 34),
    Column("目标值", 28),
    Column("已达到", 22, is_number=True),
    Column("截至", 24),
    Column("完成比例", 17, is_number=True),
    Column("序时进度", 17, is_number=True),
    Column("状态", 14),
)
REPORTS = (
    Column("报表", 44),
    Column("报告期", 24),
    Column("应报日期", 24),
    Column("未报单位", 64),
)


def annexes(facts: Facts) -> list[Annex]:
    """The tables that have any row, in their order."""
    cut = len(facts.overdue)
    note = f"逾期未完成的责任共{facts.overdue_total}项，本表列前{cut}项。" if cut < facts.overdue_total else ""
    strong = frozenset(place for place, row in enumerate(facts.by_row) if row.level == 1)
    found = [
        Annex("责任完成情况表", COMPLETION, tuple(map(_completion, facts.by_row)), strong),
        Annex("逾期未完成责任明细表", OVERDUE, tuple(map(_overdue, facts.overdue)), note=note),
        Annex("目标进度表", TARGETS, tuple(map(_target, facts.targets))),
        Annex("未报送报表的单位", REPORTS, tuple(map(_late, facts.late_rounds))),
    ]
    return [annex for annex in found if annex.rows]


def _completion(row: RowCounted) -> tuple[str, ...]:
    counts = row.counts
    return (
        row.number,
        row.title,
        str(counts.total),
        str(counts.due),
        str(counts.due_done),
        percent(counts.due_done, counts.due) or NO_FIGURE,
        str(counts.overdue),
    )


def _overdue(duty: Overdue) -> tuple[str, ...]:
    return (duty.number, duty.title, duty.unit, _due(duty), str(duty.days))


def _target(target: TargetFact) -> tuple[str, ...]:
    name = f"{target.name}（{target.unit}）" if target.unit else target.name
    return (
        f"其中：{name}" if target.is_part and not name.startswith("其中") else name,
        aim_in_words(target),
        NO_FIGURE if target.reached is None else amount(target.reached, target),
        in_words(target.at) if target.at else NO_FIGURE,
        NO_FIGURE if target.share is None else percent(target.share),
        NO_FIGURE if target.time is None else percent(target.time),
        STANDINGS[target.standing],
    )


def _late(one: LateRound) -> tuple[str, ...]:
    return (one.report, in_words(one.period), _due(one), "、".join(_names(one)))


def _due(one: Overdue | LateRound) -> str:
    return f"{one.due_on.isoformat()}{MARK.zh}" if one.may_move else one.due_on.isoformat()


def _names(one: LateRound) -> Iterator[str]:
    return (unit.name for unit in one.missing)
