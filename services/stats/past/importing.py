"""Use cases: history out of one file, staged, checked as a whole, and only then taken over, in resumable steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.figures import store as figures
from services.stats.figures.recording import record
from services.stats.figures.records import NewFact, Origin
from services.stats.indicators.queries import indicators_with_codes
from services.stats.indicators.records import Indicator
from services.stats.past import cells, queries, store
from services.stats.past.records import ReadyCell, Run, RunState, StagedCell
from services.stats.past.schemas import FIELDS, MOST_CELLS, MOST_CELLS_A_CALL
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import MALFORMED, Conflict, Invalid, NotFound
from shared.text import Text
from shared.typed_text import has_unstorable, tidy, tidy_code

CELLS_A_CALL = 5000
PROBLEMS_PER_PAGE = 200
RUNS_LISTED = 50
LONGEST = 200

NO_RUN = Text("没有找到这次导入。", "This import was not found.")
TOO_MANY = Text(
    f"一次最多导入 {MOST_CELLS} 个数，请把文件分成几份。", f"At most {MOST_CELLS} cells can be imported at once."
)
NOT_STAGING = Text(
    "这次导入已经检查过，不能再添加数据，请重新上传文件。",
    "This import has been checked and takes no more cells. Please upload the file again.",
)
EMPTY = Text("文件里没有数据。", "There are no figures in the file.")
NOT_CHECKED = Text("请先检查这次导入。", "Please have this import checked first.")
STILL_WRONG = Text(
    "还有错误没有改正，什么也没有导入。请改好文件后重新上传。",
    "There are problems left, and nothing was imported. Please correct the file and upload it again.",
)
TAKEN_OVER = Text("这次导入已经开始写入，不能取消。", "This import has begun to be taken over and cannot be discarded.")
DISCARDED = Text("这次导入已经取消。", "This import was discarded.")
TOO_LONG = Text("内容太长。", "This is too long.")
BAD_SIGNS = Text("有不能保存的字符，请删去后重填。", "It contains signs that cannot be stored. Please remove them.")


class Known(NamedTuple):
    """The indicators by code, and the ids of the units that a text may mean, that some cells name."""

    indicators: Mapping[str, Indicator]
    units: Mapping[str, Sequence[int]]


def begin(cur: Cursor, context: Context, *, source: str, is_invented: bool) -> dict[str, Any]:
    """A new import."""
    return {"run_id": store.begin(cur, source=source, is_invented=is_invented, who=context.signed_in.signature)}


def add_cells(cur: Cursor, *, run_id: int, first: int, lines: str, today: dt.date) -> None:
    """Stage cells of the file with what each of them means; those that were sent before change nothing."""
    run = _locked(cur, run_id)
    if run.state is not RunState.STAGING:
        raise Conflict(NOT_STAGING)
    given = [line.split("\t") for line in lines.split("\n")]
    if len(given) > MOST_CELLS_A_CALL or any(len(parts) != FIELDS for parts in given):
        raise Invalid(MALFORMED)
    if first + len(given) - 1 > MOST_CELLS:
        raise Invalid(TOO_MANY)
    known = Known(
        indicators_with_codes(cur, sorted({tidy_code(parts[1]) for parts in given if is_storable(parts[1])})),
        queries.units_called(cur, sorted({tidy(parts[2]) for parts in given if is_storable(parts[2])})),
    )
    store.stage(cur, run_id, [_one(number, parts, known, today=today) for number, parts in enumerate(given, first)])


def check(cur: Cursor, *, run_id: int) -> dict[str, Any]:
    """Find everything that is wrong with the file, before anything of it is taken over; a file is checked once."""
    run = _locked(cur, run_id)
    if run.state is RunState.STAGING:
        if not run.cells:
            raise Invalid(EMPTY)
        store.find_twins(cur, run_id)
        store.find_clashes(cur, run_id, first=1, last=MOST_CELLS)
        store.set_state(cur, run_id, RunState.CHECKED, wrong=queries.count_problems(cur, run_id), applied=0)
    return state(cur, run_id=run_id, page=1)


def apply(cur: Cursor, context: Context, *, run_id: int) -> dict[str, Any]:
    """Take over the next 5,000 cells; called again, the ones after them, until the state says that it is done.

    What became known since the check and says something else stays as it is: such a cell is then listed as wrong.
    """
    run = _locked(cur, run_id)
    if run.state in (RunState.STAGING, RunState.DISCARDED):
        raise Conflict(NOT_CHECKED if run.state is RunState.STAGING else DISCARDED)
    if run.state is RunState.CHECKED and run.wrong:
        raise Invalid(STILL_WRONG)
    if run.state is RunState.CHECKED:
        audit.record(cur, context, _act("import.applied", run))
    if run.state is not RunState.APPLIED:
        _apply_next(cur, context, run)
    return state(cur, run_id=run_id, page=1)


def discard(cur: Cursor, context: Context, *, run_id: int) -> None:
    """Forget an import of which nothing was taken over yet."""
    run = _locked(cur, run_id)
    if run.state in (RunState.APPLYING, RunState.APPLIED):
        raise Conflict(TAKEN_OVER)
    store.forget_all(cur, run_id)
    audit.record(cur, context, _act("import.discarded", run))
    store.set_state(cur, run_id, RunState.DISCARDED, wrong=run.wrong, applied=0)


def state(cur: Cursor, *, run_id: int, page: int) -> dict[str, Any]:
    """How far an import is, and a page of what is wrong with it."""
    run = queries.run(cur, run_id)
    if run is None:
        raise NotFound(NO_RUN)
    pages = max(-(-run.wrong // PROBLEMS_PER_PAGE), 1)
    page = min(page, pages)
    problems = queries.problems(cur, run_id, limit=PROBLEMS_PER_PAGE, offset=(page - 1) * PROBLEMS_PER_PAGE)
    return {
        **_shown(run),
        "problems": [
            {
                "place": one.place,
                "indicator": one.indicator,
                "unit": one.unit,
                "period": one.period,
                "typed": one.typed,
                "problem": Text(one.problem_zh, one.problem_en).as_dict(),
            }
            for one in problems
        ],
        "page": page,
        "pages": pages,
    }


def newest(cur: Cursor) -> dict[str, Any]:
    """The newest imports."""
    return {"imports": [_shown(run) for run in queries.newest_runs(cur, limit=RUNS_LISTED)]}


def _act(action: str, run: Run) -> Act:
    return Act(action=action, subject=run.source, after={"cells": run.cells})


def _apply_next(cur: Cursor, context: Context, run: Run) -> None:
    # From here on nobody else records, so what does not clash now does not clash when it is recorded.
    figures.hold_clock(cur)
    following = queries.next_cells(cur, run.id, limit=CELLS_A_CALL)
    ready = _without_clashes(cur, run.id, following)
    record(
        cur,
        [_fact(cell, run) for cell in ready],
        who=context.signed_in.signature,
        correlation_id=context.correlation_id,
    )
    store.forget(cur, run.id, [cell.number for cell in ready])
    is_done = len(following) < CELLS_A_CALL
    store.set_state(
        cur,
        run.id,
        RunState.APPLIED if is_done else RunState.APPLYING,
        wrong=queries.count_problems(cur, run.id),
        applied=run.applied + len(ready),
    )


def _without_clashes(cur: Cursor, run_id: int, following: Sequence[ReadyCell]) -> Sequence[ReadyCell]:
    if not following:
        return following
    last = following[-1].number
    if not store.find_clashes(cur, run_id, first=following[0].number, last=last):
        return following
    return queries.next_cells(cur, run_id, limit=CELLS_A_CALL, last=last)


def _fact(cell: ReadyCell, run: Run) -> NewFact:
    return NewFact(
        indicator_id=cell.indicator_id,
        unit_id=cell.unit_id,
        period=cell.period,
        value=cell.value,
        no_figure=cell.no_figure,
        origin=Origin.IMPORT,
        source=run.source,
        import_id=run.id,
    )


def _one(number: int, parts: Sequence[str], known: Known, *, today: dt.date) -> StagedCell:
    place, code, unit, period, typed = (_cleaned(part) for part in parts)
    indicator = known.indicators.get(tidy_code(code.text))
    units = known.units.get(unit.text, ())
    read = cells.read(indicator, period.text, typed.text, today=today)
    problem = next((one.problem for one in (code, unit, period, typed) if one.problem), None)
    wrong = problem or (_no_indicator(code.text) if indicator is None else read.problem) or _not_one(unit.text, units)
    return StagedCell(
        number,
        place.text,
        code.text,
        unit.text,
        read.period,
        typed.text,
        indicator.id if indicator else None,
        units[0] if len(units) == 1 else None,
        read.value,
        read.no_figure,
        wrong.zh if wrong else "",
        wrong.en if wrong else "",
    )


class _Cleaned(NamedTuple):
    """A text as the database takes it, and what had to be left out of it."""

    text: str
    problem: Text | None


# Codes, units and periods come a thousand times each.
@lru_cache(maxsize=4096)
def _cleaned(typed: str) -> _Cleaned:
    text = tidy(typed)
    if len(text) > LONGEST:
        return _Cleaned(_storable(text[:LONGEST]), TOO_LONG)
    if not text.isprintable() and has_unstorable(text):
        return _Cleaned(_storable(text), BAD_SIGNS)
    return _Cleaned(text, None)


def _storable(text: str) -> str:
    return "".join(sign for sign in text if not has_unstorable(sign))


def is_storable(text: str) -> bool:
    """Whether the database takes the text in a query."""
    return not has_unstorable(text)


def _not_one(typed: str, units: Sequence[int]) -> Text | None:
    if len(units) == 1:
        return None
    if not typed:
        return Text("没有单位。", "The unit is missing.")
    if units:
        return Text(
            f"叫“{typed}”的单位有 {len(units)} 个，请写单位代码。",
            f"{len(units)} units are called “{typed}”. Please write the code.",
        )
    return Text(
        f"没有找到单位“{typed}”，请写单位名录里的代码或全称。",
        f"There is no unit “{typed}”. Please write its code or full name.",
    )


def _no_indicator(code: str) -> Text:
    if not code:
        return Text("没有指标代码。", "The code of the indicator is missing.")
    return Text(f"没有代码为“{code}”的指标。", f"There is no indicator with the code “{code}”.")


def _locked(cur: Cursor, run_id: int) -> Run:
    run = queries.locked_run(cur, run_id)
    if run is None:
        raise NotFound(NO_RUN)
    return run


def _shown(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "source": run.source,
        "is_invented": run.is_invented,
        "state": run.state.value,
        "cells": run.cells,
        "wrong": run.wrong,
        "applied": run.applied,
        "begun_at": run.begun_at.isoformat(),
        "by_post": run.person_post,
        "by_unit": run.person_unit,
    }
