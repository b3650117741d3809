"""The light of a duty: derived from its dates, working days and state, never stored as truth.

Precedence: not applicable, done late, done, awaiting review, overdue, blocked, due soon, on track. A blocked duty that
is late stays overdue, so that a blocker cannot hide lateness from the counts; its sentence names it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from shared import light_rules
from shared.text import Text
from shared.workdays import add_workdays, workdays_between

# The level of the rows that are due, of the five that a checklist has.
ITEM_LEVEL = 4


class State(StrEnum):
    """A duty's stored state. `accepted` is done; `submitted` waits for the lead bureau."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({State.ISSUED, State.ACKNOWLEDGED, State.RETURNED})


class Light(StrEnum):
    """What a duty shows on a day, never stored."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    BLOCKED = "blocked"
    AWAITING_REVIEW = "awaiting_review"
    ON_TRACK = "on_track"
    DONE = "done"
    DONE_LATE = "done_late"
    NOT_APPLICABLE = "not_applicable"


WORDS = {
    Light.OVERDUE: Text("已逾期", "Overdue"),
    Light.DUE_SOON: Text("即将到期", "Due soon"),
    Light.BLOCKED: Text("受阻", "Blocked"),
    Light.AWAITING_REVIEW: Text("待审核", "Awaiting review"),
    Light.ON_TRACK: Text("正常推进", "On track"),
    Light.DONE: Text("已完成", "Done"),
    Light.DONE_LATE: Text("逾期完成", "Done late"),
    Light.NOT_APPLICABLE: Text("不适用", "Not applicable"),
}


@dataclass(frozen=True, slots=True)
class Lit:
    """A light with the sentence that says why; `brief` says it where the due date stands beside it."""

    light: Light
    reason: Text
    brief: Text


def due_soon_until(today: dt.date) -> dt.date:
    """The last due date that counts as due soon on `today`, by the rule that holds on that day."""
    return add_workdays(today, light_rules.in_force().on(today))


def light_of(
    state: State,
    due_on: dt.date,
    today: dt.date,
    *,
    done_on: dt.date | None = None,
    is_blocked: bool = False,
    first_due_on: dt.date | None = None,
    paused_on: dt.date | None = None,
    is_part: bool = False,
) -> Lit:
    """The light of a duty on `today`; `done_on` is the day in Asia/Shanghai on which the unit submitted it.

    `first_due_on` is the due date before it was extended: the light follows the new one, and its sentences name both.
    `paused_on` is the day on which its difficulty was taken on: since then no day counts against the unit.
    `is_part` is of a part of a duty, which goes when the unit that gave it wants so, or with the whole.
    """
    if paused_on is not None and state in OPEN_STATES:
        lit = _paused(due_on, paused_on)
    else:
        lit = (
            _PART_WITHDRAWN
            if is_part and state is State.WITHDRAWN
            else _light_of(state, due_on, today, done_on=done_on, is_blocked=is_blocked)
        )
    if first_due_on is None or state in {State.WAIVED, State.WITHDRAWN}:
        return lit
    first = first_due_on.isoformat()
    zh, en = f"（已延期，原定 {first}）", f" (extended; first due {first})"
    return Lit(lit.light, Text(lit.reason.zh + zh, lit.reason.en + en), Text(lit.brief.zh + zh, lit.brief.en + en))


def _light_of(state: State, due_on: dt.date, today: dt.date, *, done_on: dt.date | None, is_blocked: bool) -> Lit:
    if state in {State.WAIVED, State.WITHDRAWN}:
        return _not_applicable(state)
    if state in {State.ACCEPTED, State.SUBMITTED}:
        return _submitted(state, due_on, done_on or today)
    if due_on < today:
        return _overdue(due_on, today, is_blocked=is_blocked)
    if is_blocked:
        due = due_on.isoformat()
        brief = Text("有困难已上报", "A difficulty was reported")
        return Lit(Light.BLOCKED, Text(f"{brief.zh}：应于 {due} 前完成", f"{brief.en}: due {due}"), brief)
    is_soon = due_on <= due_soon_until(today)
    return _in_time(Light.DUE_SOON if is_soon else Light.ON_TRACK, due_on, today)


def _paused(due_on: dt.date, paused_on: dt.date) -> Lit:
    since, due = paused_on.isoformat(), due_on.isoformat()
    if due_on < paused_on:
        late = workdays_between(due_on, paused_on)
        brief = Text(f"{_late_zh(late)}，{since} 起暂停计时", f"{_late_en(late)}; clock stopped since {since}")
        tail = Text("困难正在协调", "a difficulty is being solved")
        return Lit(
            Light.OVERDUE,
            Text(f"{brief.zh}：{due} 到期；{tail.zh}", f"{brief.en}: due {due}; {tail.en}"),
            brief,
        )
    brief = Text(f"困难正在协调，{since} 起暂停计时", f"A difficulty is being solved; clock stopped since {since}")
    return Lit(Light.BLOCKED, Text(f"{brief.zh}：原定 {due} 到期", f"{brief.en}: due {due} until then"), brief)


def _in_time(light: Light, due_on: dt.date, today: dt.date) -> Lit:
    due = due_on.isoformat()
    if due_on == today:
        brief = Text("今天到期", "Due today")
        return Lit(light, Text(f"{brief.zh}：{due}", f"{brief.en}: {due}"), brief)
    left = workdays_between(today, due_on)
    brief = Text(f"还剩 {left} 个工作日", f"{_days(left)} left")
    return Lit(light, Text(f"{brief.zh}：{due} 到期", f"{brief.en}: due {due}"), brief)


_PART_GONE = Text("分解的这部分已撤销，不用再办", "This part was withdrawn; nothing is to be done any more")
_PART_WITHDRAWN = Lit(Light.NOT_APPLICABLE, _PART_GONE, _PART_GONE)


def _not_applicable(state: State) -> Lit:
    reason = Text("已同意不适用", "Granted as not applicable")
    if state is State.WITHDRAWN:
        reason = Text("已随清单调整撤销", "Withdrawn by an amendment of the checklist")
    return Lit(Light.NOT_APPLICABLE, reason, reason)


def _submitted(state: State, due_on: dt.date, done_on: dt.date) -> Lit:
    due, done = due_on.isoformat(), done_on.isoformat()
    late = done_on > due_on
    days = max(workdays_between(due_on, done_on), 0)
    if state is State.SUBMITTED:
        tail = Text(f"，晚{_days_zh(days)}", f", {_late_en(days).lower()}") if late else Text("", "")
        reason = Text(
            f"{done} 已提交{tail.zh}，等待审核",
            f"Submitted {done}{tail.en}; waits for review",
        )
        return Lit(Light.AWAITING_REVIEW, reason, reason)
    if late:
        brief = Text(f"晚{_days_zh(days)}，{done} 完成", f"{_late_en(days)}: done {done}")
        reason = Text(
            f"晚{_days_zh(days)}完成：应于 {due}，实际 {done}", f"{_late_en(days)} when done: due {due}, done {done}"
        )
        return Lit(Light.DONE_LATE, reason, brief)
    brief = Text(f"{done} 完成", f"Done {done}")
    return Lit(Light.DONE, Text(f"{brief.zh}，期限 {due}", f"{brief.en}: due {due}"), brief)


def _overdue(due_on: dt.date, today: dt.date, *, is_blocked: bool) -> Lit:
    due = due_on.isoformat()
    days = workdays_between(due_on, today)
    tail = Text("；有困难已上报", "; a difficulty was reported") if is_blocked else Text("", "")
    brief = Text(_late_zh(days), _late_en(days))
    return Lit(
        Light.OVERDUE,
        Text(f"{brief.zh}：{due} 到期{tail.zh}", f"{brief.en}: due {due}{tail.en}"),
        Text(f"{brief.zh}{tail.zh}", f"{brief.en}{tail.en}"),
    )


def _days_zh(count: int) -> str:
    """Over days off alone it is late without a working day of it."""
    return f" {count} 个工作日" if count else "不到 1 个工作日"


def _late_zh(count: int) -> str:
    return f"已逾期{_days_zh(count)}"


def _late_en(count: int) -> str:
    return f"{_days(count)} late" if count else "Less than 1 working day late"


def _days(count: int) -> str:
    return f"{count} working day" if count == 1 else f"{count} working days"
