"""Use case: which checks of a report a form does not pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.stats.checks import queries
from services.stats.checks.check import (
    codes_in,
    fails,
    references_of,
    sentence_of,
    sentence_of_outlier,
)
from services.stats.checks.outliers import LONGEST_PAST, Usual, usual_of
from services.stats.checks.records import Check, CheckKind, CheckState, ExplanationState, Failure, Strictness
from services.stats.checks.values import Form, gather, past_cells
from services.stats.figures import queries as figures
from services.stats.indicators import queries as indicator_queries
from services.stats.indicators.formulas import Reference
from services.stats.indicators.records import Indicator
from services.stats.periods import parse
from shared.database import Cursor
from shared.text import Text


def failures(
    cur: Cursor, *, report_id: int, unit_id: int, period: str, values: Mapping[int, Decimal | None]
) -> list[Failure]:
    """The checks that are on and not passed, hard ones first; `values` by indicator id as the form has them.

    A soft one whose explanation was accepted and still holds is passed. What was explained for this very period comes
    with its text. A check that lacks a value is not asked.
    """
    checks = [check for check in queries.checks_of(cur, report_id) if check.state is CheckState.ON]
    form = Form(unit_id, parse(period), values)
    sentences = [sentence for (sentence,) in run(cur, checks, [form])]
    failed = [(check, sentence) for check, sentence in zip(checks, sentences, strict=True) if sentence]
    if not failed:
        return []
    said = {e.check_id: e for e in queries.explanations(cur, [check.id for check, _ in failed], unit_id, period)}
    found = []
    for check, sentence in failed:
        explained = said.get(check.id)
        if check.strictness is Strictness.SOFT and explained and explained.state is ExplanationState.ACCEPTED:
            continue
        here = explained if explained and explained.period == period else None
        found.append(
            Failure(
                check_id=check.id,
                name=check.name,
                is_hard=check.strictness is Strictness.HARD,
                sentence=sentence,
                indicator_ids=_ids_of(cur, check),
                explanation=here.text if here else "",
                explanation_state=here.state.value if here else "",
            )
        )
    return sorted(found, key=lambda failure: not failure.is_hard)


def run(cur: Cursor, checks: Sequence[Check], forms: Sequence[Form]) -> list[list[Text | None]]:
    """For each check and each form the sentence why it is not passed, or None; reads twice whatever their number."""
    indicators = _indicators_of(cur, checks)
    by_id = {one.id: one for one in indicators.values()}
    formulas = [check for check in checks if check.kind is CheckKind.FORMULA]
    references = frozenset[Reference]().union(*(references_of(check, None) for check in formulas))
    values = gather(cur, forms, references, indicators) if formulas else []
    doubts = _doubts(cur, [check for check in checks if check.kind is CheckKind.OUTLIER], forms, by_id)
    found: list[list[Text | None]] = []
    for check in checks:
        if check.kind is CheckKind.OUTLIER:
            found.append([doubts[check.id, place] for place in range(len(forms))])
        else:
            found.append([sentence_of(check, these, indicators) if fails(check, these) else None for these in values])
    return found


def _doubts(
    cur: Cursor, checks: Sequence[Check], forms: Sequence[Form], indicators: Mapping[int, Indicator]
) -> dict[tuple[int, int], Text | None]:
    cells = {
        (check.id, place): past_cells(form, indicators[check.indicator_id or 0], periods=LONGEST_PAST)
        for check in checks
        for place, form in enumerate(forms)
    }
    known = figures.known(cur, sorted({cell for several in cells.values() for cell in several}))
    found: dict[tuple[int, int], Text | None] = {}
    for check in checks:
        indicator = indicators[check.indicator_id or 0]
        for place, form in enumerate(forms):
            past = {
                parse(cell.period): fact.value
                for cell in cells[check.id, place]
                if (fact := known.get(cell)) is not None and fact.value is not None
            }
            now = form.values.get(indicator.id)
            usual = usual_of(form.period, past, step=Decimal(1).scaleb(-indicator.decimals))
            found[check.id, place] = _doubt(indicator, now, usual)
    return found


def _doubt(indicator: Indicator, now: Decimal | None, usual: Usual | None) -> Text | None:
    if now is None or usual is None or usual.has(now):
        return None
    return sentence_of_outlier(indicator, now, usual)


def _indicators_of(cur: Cursor, checks: Sequence[Check]) -> dict[str, Indicator]:
    codes = sorted({code for check in checks for code in codes_in(check)})
    ids = [check.indicator_id for check in checks if check.indicator_id]
    found = indicator_queries.indicators_with_codes(cur, codes) if codes else {}
    if ids:
        found |= {one.code: one for one in indicator_queries.indicators(cur, ids).values()}
    return found


def _ids_of(cur: Cursor, check: Check) -> tuple[int, ...]:
    if check.indicator_id:
        return (check.indicator_id,)
    return tuple(sorted(one.id for one in _indicators_of(cur, [check]).values()))
