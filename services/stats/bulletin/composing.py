"""From facts to the text of a bulletin, by rules: numbers, names and days, no praise and no blame. Pure.

Its shape is that of published ones: overall, what is behind by item number and unit, good practice, requirements.
What is written here is a person's to change before it is signed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from services.stats.bulletin.facts import Coming, Facts, LateRound, Overdue, RowCounted, TargetFact
from services.stats.bulletin.fitting import fitted, percent
from services.stats.bulletin.records import Fields, FormerBulletin
from services.stats.bulletin.spans import Span, day_in_words, short_day
from services.stats.periods import parse
from services.stats.targets.progress import Comparator, Standing
from services.stats.targets.sentences import period_in_words

STANDINGS = {
    Standing.REACHED: "已完成",
    Standing.AHEAD: "超进度",
    Standing.ON_TIME: "达进度",
    Standing.BEHIND: "欠进度",
    Standing.OTHER: "其它",
}
COMPARATORS = {
    Comparator.AT_LEAST: "不低于",
    Comparator.AT_MOST: "不高于",
    Comparator.AROUND: "左右",
    Comparator.ZERO: "清零",
    Comparator.RISING: "稳步提升",
}
INVENTED = "上述目标的数据为示例数据，均为虚构。"


def compose(facts: Facts, span: Span, *, issuer: str, corrected: FormerBulletin | None = None) -> Fields:
    """The fields of a bulletin, each a text whose lines are paragraphs."""
    return Fields(
        title=f"关于{facts.checklist}{_period(facts, span)}完成情况的通报",
        addressees="，".join(_addressees(facts)),
        overall="\n".join([*_corrects(corrected), *_overall(facts, span)]),
        behind="\n".join([*_overdue(facts), *_late_rounds(facts)]),
        practice="\n".join(_practice(facts)),
        requirements="\n".join(_requirements(facts)),
        issuer=issuer,
        copies="",
    )


def _period(facts: Facts, span: Span) -> str:
    return span.words if span.first_on.year == facts.year else f"{span.first_on.year}年{span.words}"


def _addressees(facts: Facts) -> Iterator[str]:
    if facts.has_townships:
        yield "各乡镇人民政府"
    if facts.has_departments:
        yield "各有关部门"


def _corrects(corrected: FormerBulletin | None) -> Iterator[str]:
    if corrected is not None:
        yield f"本期通报更正{corrected.year}年第{corrected.number}期《{corrected.title}》，以本期为准。"


def _overall(facts: Facts, span: Span) -> Iterator[str]:
    yield "（一）责任完成情况"
    if not facts.counts.total:
        yield f"截至{day_in_words(facts.as_of)}，《{facts.checklist}》没有记录到责任。"
    else:
        yield _counts(facts)
        yield _dues(facts, span)
        yield from _areas(facts)
    yield "（二）目标进度"
    yield from _targets(facts.targets)


def _counts(facts: Facts) -> str:
    counts = facts.counts
    done = counts.done + counts.done_late
    late = f"（其中逾期完成{counts.done_late}项）" if counts.done_late else ""
    others = [
        ("等待审核", counts.awaiting_review),
        ("未到期", counts.on_track + counts.due_soon),
        ("受阻", counts.blocked),
        ("逾期未完成", counts.overdue),
        ("不适用", counts.not_applicable),
    ]
    told = "".join(f"，{word}{number}项" for word, number in others if number or word == "逾期未完成")
    return (
        f"截至{day_in_words(facts.as_of)}，《{facts.checklist}》分解责任{counts.total}项："
        f"已完成{done}项{late}，占{percent(done, counts.total)}{told}。"
    )


def _dues(facts: Facts, span: Span) -> str:
    so_far = f"截至当日到期应完成{facts.counts.due}项"
    if facts.counts.due:
        so_far += f"，其中已完成{facts.counts.due_done}项，占{percent(facts.counts.due_done, facts.counts.due)}"
    between = f"{short_day(span.first_on)}至{short_day(facts.as_of)}到期{facts.period_due}项"
    if facts.period_due:
        between += f"，其中已完成{facts.period_done}项，占{percent(facts.period_done, facts.period_due)}"
    return f"{so_far}；{between}。"


def _areas(facts: Facts) -> Iterator[str]:
    areas = [row for row in facts.by_row if row.level == 1]
    if areas:
        yield "按领域：" + "；".join(map(_area, areas)) + "。"


def _area(row: RowCounted) -> str:
    if not row.counts.due:
        return f"{row.title}没有到期的责任"
    share = percent(row.counts.due_done, row.counts.due)
    return f"{row.title}到期{row.counts.due}项，已完成{row.counts.due_done}项，占{share}"


def _targets(targets: Sequence[TargetFact]) -> Iterator[str]:
    if not targets:
        yield "还没有设定目标。"
        return
    found = Counter(target.standing for target in targets)
    words = "，".join(
        f"{word}{found[code]}个（{percent(found[code], len(targets))}）" for code, word in STANDINGS.items()
    )
    yield f"目标共{len(targets)}个：{words}。"
    behind = [target for target in targets if target.standing is Standing.BEHIND]
    forms = [_numbered([_target(target) for target in told]) for told in (targets, behind)]
    yield from fitted(forms, "其余{number}个欠进度的目标见附件。")
    if any(target.is_invented for target in targets):
        yield INVENTED


def _target(target: TargetFact) -> str:
    whose = f"{target.unit}，" if target.unit else ""
    aim = f"{target.name}（{whose}{aim_in_words(target)}，到{in_words(target.last_month)}）"
    if target.reached is None:
        return f"{aim}：还没有数据，{STANDINGS[target.standing]}。"
    shares = ""
    if target.share is not None and target.time is not None:
        shares = f"完成{percent(target.share)}，序时进度{percent(target.time)}，"
    at = f"到{in_words(target.at)}为" if target.at else "为"
    return f"{aim}：{at}{amount(target.reached, target)}，{shares}{STANDINGS[target.standing]}。"


def aim_in_words(target: TargetFact) -> str:
    """What is to be reached, such as 不低于8000人."""
    word = COMPARATORS[target.comparator]
    if target.value is None or target.comparator is Comparator.ZERO:
        return word
    if target.comparator is Comparator.AROUND:
        return f"{amount(target.value, target)}{word}"
    return f"{word}{amount(target.value, target)}"


def amount(value: str, target: TargetFact) -> str:
    """A figure with its unit of measure."""
    return f"{value}{target.measure}"


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
    return f"{_item(group[0].number, group[0].title, group[0].due_on)}：{names}。"


def _overdue_count(group: Sequence[Overdue]) -> str:
    return f"{_item(group[0].number, group[0].title, group[0].due_on)}：{len(group)}个单位。"


def _item(number: str, title: str, due_on: dt.date) -> str:
    return f"{number} {title}（完成时限{short_day(due_on)}）"


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
    return f"《{one.report}》{in_words(one.period)}（应报{short_day(one.due_on)}）"


def _units(one: LateRound) -> str:
    return "、".join(unit.name for unit in one.missing)


def _practice(facts: Facts) -> Iterator[str]:
    for number, one in enumerate(facts.practices, 1):
        yield f"{number}. {one.unit}：{one.title}。{one.text}"


def _requirements(facts: Facts) -> Iterator[str]:
    parts = [part for part in (_to_finish(facts), _to_come(facts), _to_report(facts)) if part]
    if not parts:
        yield f"截至{day_in_words(facts.as_of)}没有逾期的责任和缺报的报表，{_until(facts)}没有到期的责任。"
    for number, (heading, *lines) in enumerate(parts):
        yield f"（{'一二三'[number]}）{heading}"
        yield from lines


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
    return f"{one.number} {one.title}（{short_day(one.due_on)}，{one.duties}项）。"


def _to_report(facts: Facts) -> list[str]:
    if not facts.late_rounds:
        return []
    missing = sum(len(one.missing) for one in facts.late_rounds)
    names = "、".join(f"《{one.report}》{in_words(one.period)}" for one in facts.late_rounds)
    what = names if len(names) <= 300 else f"{len(facts.late_rounds)}期报表"
    return ["补报报表", f"未报的单位补报{what}，共缺{missing}份。"]


def _until(facts: Facts) -> str:
    return f"{short_day(facts.as_of + dt.timedelta(days=1))}至{short_day(facts.next_until)}"


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]
