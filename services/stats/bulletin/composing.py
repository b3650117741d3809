"""From facts to the text of a bulletin, by rules: numbers, names and days, no praise and no blame. Pure.

Its shape is that of published ones: overall, what is behind by item number and unit, good practice, requirements.
What is written here is a person's to change before it is signed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from services.stats.bulletin.facts import Facts, RowCounted, TargetFact
from services.stats.bulletin.fitting import fitted, percent
from services.stats.bulletin.owing import behind, in_words, requirements
from services.stats.bulletin.records import Fields, FormerBulletin
from services.stats.bulletin.spans import Span, day_in_words, short_day
from services.stats.targets.progress import Comparator, Standing

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
        behind="\n".join(behind(facts)),
        practice="\n".join(_practice(facts)),
        requirements="\n".join(requirements(facts)),
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


def _practice(facts: Facts) -> Iterator[str]:
    for number, one in enumerate(facts.practices, 1):
        yield f"{number}. {one.unit}：{one.title}。{one.text}"


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]
