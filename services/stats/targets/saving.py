"""Use cases: the lead bureau sets a target, changes it, splits it, and drops it with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.figures import queries as figure_queries
from services.stats.figures import store as clock_of_figures
from services.stats.figures.reading import NO_INDICATOR, book
from services.stats.figures.rolling import Book
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind, parse
from services.stats.targets import answers, queries, rules, splitting, statements, store
from services.stats.targets.records import Course, Share, Target
from shared import directory
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_TARGET = Text(
    "没有找到这个目标，请返回列表刷新。", "There is no such target. Please go back to the list and reload it."
)
CHANGED = Text(
    "这个目标已被别人改过，您的修改没有保存，请核对现在的内容。",
    "Somebody else changed this target. Nothing of yours was saved: please look at it as it is now.",
)
NO_TOP = Text("还没有收到单位名录，请稍后再试。", "The directory of units has not arrived yet. Please try later.")
HAS_PARTS = Text("请先撤销它的“其中”项。", "Please drop the parts of it first.")


def save_target(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Set a target or change one; nothing is written where nothing is changed.

    Invalid with a sentence per field, NotFound, Conflict when it is stale.
    """
    clock_of_figures.hold_clock(cur)
    indicators, known = book(cur), queries.targets(cur)
    before = None if params["target_id"] is None else _current(cur, known, params["target_id"], params["version"])
    wish = _wish(cur, params, before)
    indicator = indicators.by_id.get(wish.indicator_id)
    if indicator is None:
        raise Invalid.of_fields({"indicator_id": NO_INDICATOR})
    others = [one for one in known if one.target_id != wish.target_id]
    wrong = rules.complaints(wish, indicator, others, today=today, units_of_measure=_measures(indicators, others))
    if wrong:
        raise Invalid.of_fields(wrong)
    kept = [] if before is None else queries.shares(cur, [before])
    if before is not None and wish._replace(version=before.version, reason=before.reason) == before:
        return {"target_id": before.target_id, "version": before.version}
    since = clock_of_figures.take_clock(cur)
    target = _with_decimals(wish._replace(target_id=store.new_target(cur)) if before is None else wish, indicator)
    shares = [share for share in kept if share.year is None or share.year in _years(target)]
    store.keep_version(cur, target, shares, since=since, who=context.signed_in.signature)
    if before is None and params["statement_id"] is not None:
        statements.settle(cur, params["statement_id"], target.target_id)
    audit.record(cur, context, _act(indicators, "target.saved", target, before=before))
    return {"target_id": target.target_id, "version": target.version}


def split_target(cur: Cursor, context: Context, *, target_id: int, version: int, split: str) -> dict[str, Any]:
    """Split a target over years and units; no lines take the split away. Invalid says which lines are wrong."""
    clock_of_figures.hold_clock(cur)
    indicators = book(cur)
    before = _current(cur, queries.targets(cur), target_id, version)
    shares = _shares(cur, before, indicators.by_id[before.indicator_id], split)
    kept = queries.shares(cur, [before])
    if [share[1:] for share in kept] == [share[1:] for share in shares]:
        return {"target_id": target_id, "version": version}
    since = clock_of_figures.take_clock(cur)
    after = before._replace(version=before.version + 1, reason="")
    store.keep_version(cur, after, shares, since=since, who=context.signed_in.signature)
    names = {unit.id: unit.name for unit in figure_queries.units(cur, _units_in([*kept, *shares]))}
    act = Act(
        action="target.split",
        subject=indicators.by_id[after.indicator_id].name,
        unit_id=after.unit_id,
        before={"split": splitting.written(kept, names).splitlines()},
        after={"split": splitting.written(shares, names).splitlines()},
    )
    audit.record(cur, context, act)
    return {"target_id": target_id, "version": after.version}


def drop_target(cur: Cursor, context: Context, *, target_id: int, version: int, reason: str) -> dict[str, Any]:
    """Drop a target; it stays known as of the moments before. Invalid while it has parts."""
    clock_of_figures.hold_clock(cur)
    indicators, known = book(cur), queries.targets(cur)
    before = _current(cur, known, target_id, version)
    if any(one.whole_id == target_id for one in known):
        raise Invalid(HAS_PARTS)
    since = clock_of_figures.take_clock(cur)
    after = before._replace(version=before.version + 1, is_dropped=True, reason=reason)
    store.keep_version(cur, after, queries.shares(cur, [before]), since=since, who=context.signed_in.signature)
    audit.record(cur, context, _act(indicators, "target.dropped", after, before=before))
    return {"target_id": target_id, "version": after.version}


def _current(cur: Cursor, known: Sequence[Target], target_id: int, version: int | None) -> Target:
    found = next((one for one in known if one.target_id == target_id), None)
    if found is None:
        raise NotFound(NO_TARGET)
    if found.version != version:
        shares = queries.shares(cur, [found])
        names = {unit.id: unit.name for unit in figure_queries.units(cur, _units_in(shares))}
        current = answers.definition(found) | {"split": splitting.written(shares, names)}
        raise Conflict(CHANGED, {"current": current})
    return found


def _wish(cur: Cursor, params: Mapping[str, Any], before: Target | None) -> Target:
    first, last = parse(params["first_month"]), parse(params["last_month"])
    return Target(
        target_id=before.target_id if before else 0,
        version=before.version + 1 if before else 1,
        indicator_id=params["indicator_id"],
        unit_id=_unit(cur, params["unit"]),
        comparator=params["comparator"],
        value=params["value"],
        baseline=params["baseline"],
        tolerance=params["tolerance"],
        course=Course(params["course"]),
        first_month=Period(first.year, first.first_month, PeriodKind.MONTH).label,
        last_month=Period(last.year, last.last_month, PeriodKind.MONTH).label,
        words=params["words"],
        whole_id=params["whole_id"],
        is_dropped=False,
        reason=params["reason"],
    )


def _with_decimals(target: Target, indicator: Indicator) -> Target:
    """Its figures with as many decimals as the indicator has, which they were found to fit."""

    def rounded(value: Decimal | None) -> Decimal | None:
        return None if value is None else round(value, indicator.decimals)

    return target._replace(
        value=rounded(target.value), baseline=rounded(target.baseline), tolerance=rounded(target.tolerance)
    )


def _unit(cur: Cursor, typed: str) -> int:
    if not typed:
        top = figure_queries.top_unit(cur)
        if top is None:
            raise NotFound(NO_TOP)
        return top.id
    found = queries.units_called(cur, [typed]).get(typed, [])
    if len(found) != 1:
        raise Invalid.of_fields({"unit": _which_unit(typed, len(found))})
    return found[0]


def _shares(cur: Cursor, target: Target, indicator: Indicator, lines: str) -> list[Share]:
    wanted = replace(indicator.wanted, may_be_absent=False)
    if target.value is not None and target.value > 0:
        # Nobody is given less than nothing of what shall come about.
        wanted = replace(wanted, may_be_negative=False)
    found, wrong = splitting.read(lines, _years(target), wanted)
    typed = sorted({line.unit for line in found if line.unit})
    called = queries.units_called(cur, typed)
    wrong += [_which_unit(one, len(called.get(one, []))) for one in typed if len(called.get(one, [])) != 1]
    ids = {one: units[0] for one, units in called.items() if len(units) == 1}
    below = directory.units_below(cur, ids.values(), target.unit_id)
    wrong += [_not_below(one) for one, unit_id in ids.items() if unit_id not in below or unit_id == target.unit_id]
    shares = [Share(target.target_id, line.year, ids.get(line.unit), line.value) for line in found]
    if not wrong and len({share[1:3] for share in shares}) < len(shares):
        wrong.append(Text("有单位写了两次。", "A unit is there twice."))
    if wrong:
        raise Invalid.of_fields({"split": splitting.complaint(wrong)})
    return shares


def _years(target: Target) -> list[int]:
    return list(range(parse(target.first_month).year, parse(target.last_month).year + 1))


def _units_in(shares: Sequence[Share]) -> list[int]:
    return sorted({share.unit_id for share in shares if share.unit_id is not None})


def _measures(indicators: Book, targets: Sequence[Target]) -> dict[int, str]:
    return {one.indicator_id: indicators.by_id[one.indicator_id].unit_of_measure for one in targets}


def _act(indicators: Book, action: str, target: Target, *, before: Target | None) -> Act:
    return Act(
        action=action,
        subject=indicators.by_id[target.indicator_id].name,
        unit_id=target.unit_id,
        before=None if before is None else _told(before),
        after=_told(target),
    )


def _told(target: Target) -> dict[str, Any]:
    return {
        "comparator": target.comparator.value,
        "course": target.course.value,
        "value": None if target.value is None else f"{target.value.normalize():f}",
        "baseline": None if target.baseline is None else f"{target.baseline.normalize():f}",
        "tolerance": None if target.tolerance is None else f"{target.tolerance.normalize():f}",
        "first_month": target.first_month,
        "last_month": target.last_month,
        "words": target.words,
        "reason": target.reason,
    }


def _which_unit(typed: str, found: int) -> Text:
    if found:
        return Text(
            f"有 {found} 个单位叫“{typed}”，请写单位代码。",
            f"{found} units are called “{typed}”. Please write the unit's code.",
        )
    return Text(f"没有单位叫“{typed}”，请核对。", f"No unit is called “{typed}”. Please check it.")


def _not_below(typed: str) -> Text:
    return Text(
        f"“{typed}”不在这个目标的单位之下，不能分给它。",
        f"“{typed}” does not lie below the unit of this target, so nothing of it can be its share.",
    )
