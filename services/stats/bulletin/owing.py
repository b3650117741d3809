"""From facts to what is behind and what is to be done next: item numbers, units, days. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby

from services.stats.bulletin.facts import Coming, Facts, LateRound, Overdue
from services.stats.bulletin.fitting import fitted
from services.stats.bulletin.spans import day_in_words, short_day
from services.stats.periods import parse
from services.stats.targets.sentences import period_in_words
from shared.provisional import WORDS


def behind(facts: Facts) -> Iterator[str]:
    """Overdue duties by item, and reports that are not in, each a paragraph."""
    yield from _overdue(facts)
    yield from _late_rounds(facts)


def requirements(facts: Facts) -> Iterator[str]:
    """What is asked of units until the next bulletin, each a paragraph."""
    parts = [part for part in (_to_finish(facts), _to_come(facts), _to_report(facts)) if part]
    if not parts:
        yield f"截至{day_in_words(facts.as_of)}没有逾期的责任和缺报的报表，{_until(facts)}没有到期的责任。"
    for number, (heading, *lines) in enumerate(parts):
        yield f"（{'一二三'[number]}）{heading}"
        yield from lines


def in_words(label: str) -> str:
    """A period as people write it, such as 2026年5月."""
    return period_in_words(parse(label)).zh


def _overdue(facts: Facts) -> Iterator[str]:
    yield "（一）逾期未完成的责任"
    if not facts.overdue_total:
        yield f"截至{day_in_words(facts.as_of)}，没有逾期未完成的责任。"
        return
    groups = [list(found) for _, found in groupby(facts.overdue, key=lambda duty: (duty.row_id, duty.due_on))]
    items = len({duty.row_id for duty in facts.overdue})
    units = len({duty.unit_id for duty in facts.overdue})
    # Where there are more than were read, how many items and units they have is not known.
    of = f"，涉及{items}个事项、{units}个单位" if facts.overdue_total == len(facts.overdue) else ""
    yield f"截至{day_in_words(facts.as_of)}，逾期未完成的责任{facts.overdue_total}项{of}，按事项编号列出，明细见附件。"
    full, short = [_overdue_line(group) for group in groups], [_overdue_count(group) for group in groups]
    yield from fitted([full, short], "其余{number}行见附件。")


def _overdue_line(group: Sequence[Overdue]) -> str:
    names = "、".join(duty.unit for duty in group)
    return f"{_item(group[0])}：{names}。"


def _overdue_count(group: Sequence[Overdue]) -> str:
    return f"{_item(group[0])}：{len(group)}个单位。"


def _item(one: Overdue) -> str:
    return f"{one.number} {one.title}（完成时限{_due(one)}）"


def _due(one: Overdue | Coming | LateRound) -> str:
    """The day, and in the brackets in which it stands that it may still move."""
    return f"{short_day(one.due_on)}，{WORDS.zh}" if one.may_move else short_day(one.due_on)


def _late_rounds(facts: Facts) -> Iterator[str]:
    yield "（二）未按时报送的报表"
    if not facts.rounds_due:
        yield "本期没有应报的报表。"
    elif not facts.late_rounds:
        yield f"本期应报的报表{facts.rounds_due}期，都已报送。"
    else:
        yield f"本期应报的报表{facts.rounds_due}期，截至{day_in_words(facts.as_of)}未报全{len(facts.late_rounds)}期："
        yield from fitted(_rounds(facts.late_rounds), "其余{number}期见附件。")


def _rounds(rounds: Sequence[LateRound]) -> list[list[str]]:
    full = [f"{_round(one)}：缺{_units(one)}。" for one in rounds]
    short = [f"{_round(one)}：应报{one.expected}个单位，缺{len(one.missing)}个。" for one in rounds]
    return [full, short]


def _round(one: LateRound) -> str:
    return f"《{one.report}》{in_words(one.period)}（应报{_due(one)}）"


def _units(one: LateRound) -> str:
    return "、".join(unit.name for unit in one.missing)


def _to_finish(facts: Facts) -> list[str]:
    if not facts.overdue_total:
        return []
    return [
        "办理逾期的责任",
        f"逾期未完成的责任{facts.overdue_total}项，由责任单位办理，完成后提交；不能完成的，说明原因并申请延期。",
    ]


def _to_come(facts: Facts) -> list[str]:
    if not facts.coming:
        return []
    duties, items = sum(one.duties for one in facts.coming), len({one.row_id for one in facts.coming})
    return [
        "办理下一期到期的责任",
        f"{_until(facts)}到期、尚未完成的责任{duties}项，涉及{items}个事项：",
        *fitted([[_coming(one) for one in facts.coming]], "其余{number}行见清单。", room=700),
    ]


def _coming(one: Coming) -> str:
    return f"{one.number} {one.title}（{_due(one)}，{one.duties}项）。"


def _to_report(facts: Facts) -> list[str]:
    if not facts.late_rounds:
        return []
    missing = sum(len(one.missing) for one in facts.late_rounds)
    names = "、".join(f"《{one.report}》{in_words(one.period)}" for one in facts.late_rounds)
    what = names if len(names) <= 300 else f"{len(facts.late_rounds)}期报表"
    return ["补报报表", f"未报的单位补报{what}，共缺{missing}份。"]


def _until(facts: Facts) -> str:
    return f"{short_day(facts.as_of + dt.timedelta(days=1))}至{short_day(facts.next_until)}"
