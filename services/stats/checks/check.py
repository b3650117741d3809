"""The rule of a check: whether values pass it, and the sentence that says with their numbers why not. Pure.

A sentence names values in braces, as formulas do: {JY01}, {上期(JY01)}, {JY01 - JY02}. Where a value is not there the
check is not asked: what is missing is another check's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from services.stats.checks.outliers import Usual
from services.stats.checks.records import Check, CheckKind
from services.stats.indicators.formulas import BadFormula, Formula, Reference, When, evaluate, is_condition
from services.stats.indicators.formulas import read as read_formula
from services.stats.indicators.measures import complain_of_measures
from services.stats.indicators.records import Indicator
from services.stats.numbers import plain
from shared.text import Text

Values = Mapping[Reference, Decimal | None]
_BRACES = re.compile(r"\{([^{}]*)\}")
_MORE_DECIMALS = 2


def references_of(check: Check, code: str | None) -> frozenset[Reference]:
    """The values that a check and its sentence need; `code` is that of an outlier's indicator."""
    if check.kind is CheckKind.OUTLIER:
        return frozenset({Reference(code)}) if code else frozenset()
    named = [formula.references for _, formula in _named_in(check.sentence_zh + check.sentence_en)]
    return read_formula(check.condition).references.union(*named)


def fails(check: Check, values: Values) -> bool:
    """Whether the condition of a formula check is known not to hold."""
    return evaluate(read_formula(check.condition), values) is False


def sentence_of(check: Check, values: Values, indicators: Mapping[str, Indicator]) -> Text:
    """Why the check was not passed, with the numbers put in."""
    zh = _filled(check.sentence_zh, values, indicators)
    if check.sentence_en:
        return Text(zh, _filled(check.sentence_en, values, indicators))
    numbers = ", ".join(
        f"{_written(reference)} = {_number(values.get(reference), indicators[reference.code])}"
        for reference in sorted(read_formula(check.condition).references)
    )
    return Text(zh, f"The check “{check.name}” is not passed ({check.condition}): {numbers}.")


def sentence_of_outlier(indicator: Indicator, value: Decimal, usual: Usual) -> Text:
    """Why a figure looks unlike the unit's own past."""
    number = _number(value, indicator)
    lowest = max(usual.lowest, Decimal(0)) if not indicator.may_be_negative else usual.lowest
    span = f"{plain(lowest, indicator.decimals)}–{_number(usual.highest, indicator)}"
    past_zh, past_en = ("往年同期", "same period of earlier years") if usual.is_seasonal else ("前几期", "last periods")
    return Text(
        f"“{indicator.name}”{number}，与本单位{past_zh}（{span}）相差很大。请核对；属实请写明原因。",
        f"“{indicator.name}” {number} is far from this unit's {past_en} ({span})."
        " Please check it; if it is right, say why.",
    )


def complain_of(check: Check, indicators: Mapping[str, Indicator], *, asked: frozenset[str]) -> dict[str, Text]:
    """What is wrong with a check, by field: its condition and its sentences. `asked` are the codes of its report.

    `indicators` are those that it names, as far as there are any.
    """
    if check.kind is CheckKind.OUTLIER:
        return {}
    wrong: dict[str, Text] = {}
    try:
        formula = read_formula(check.condition)
        if complaint := _complain_of_condition(formula, indicators, asked):
            wrong["condition"] = complaint
    except BadFormula as error:
        wrong["condition"] = error.text
    for field, text in (("sentence_zh", check.sentence_zh), ("sentence_en", check.sentence_en)):
        if complaint := _complain_of_sentence(text, indicators):
            wrong[field] = complaint
    return wrong


def codes_in(check: Check) -> frozenset[str]:
    """The codes that a check names, readable or not; for finding the indicators before it is complained of."""
    found: set[str] = set()
    for text in (check.condition, *_BRACES.findall(check.sentence_zh + check.sentence_en)):
        try:
            found |= read_formula(text).codes
        except BadFormula:
            continue
    return frozenset(found)


def _complain_of_condition(formula: Formula, indicators: Mapping[str, Indicator], asked: frozenset[str]) -> Text | None:
    if unknown := sorted(formula.codes - indicators.keys()):
        return _unknown(unknown)
    if not is_condition(formula):
        return Text("校验要写成比较，例如 JY03 ≤ JY01。", "A check is a comparison, such as JY03 <= JY01.")
    if not formula.codes & asked:
        return Text("公式里没有这张报表的指标。", "The formula names no indicator of this report.")
    return complain_of_measures(formula, {code: one.unit_of_measure for code, one in indicators.items()}, None)


def _complain_of_sentence(text: str, indicators: Mapping[str, Indicator]) -> Text | None:
    for inner in _BRACES.findall(text):
        try:
            unknown = sorted(read_formula(inner).codes - indicators.keys())
        except BadFormula as error:
            return error.text
        if unknown:
            return _unknown(unknown)
    return None


def _unknown(codes: list[str]) -> Text:
    names = "、".join(codes)
    return Text(f"没有这些指标代码：{names}。", f"There are no indicators with these codes: {', '.join(codes)}.")


def _named_in(text: str) -> Iterator[tuple[str, Formula]]:
    for inner in _BRACES.findall(text):
        yield inner, read_formula(inner)


def _filled(text: str, values: Values, indicators: Mapping[str, Indicator]) -> str:
    def number(found: re.Match[str]) -> str:
        formula = read_formula(found[1])
        result = evaluate(formula, values)
        first = indicators[min(formula.codes)]
        if isinstance(result, bool) or result is None:
            return "—"
        if len(formula.references) == 1:
            return _number(result, first)
        return plain(result, max(first.decimals, 0 if result == result.to_integral_value() else _MORE_DECIMALS))

    return _BRACES.sub(number, text)


def _number(value: Decimal | None, indicator: Indicator) -> str:
    if value is None:
        return "—"
    unit = indicator.unit_of_measure
    return f"{plain(value, indicator.decimals)}{'' if unit == '%' else ' '}{unit}".rstrip()


def _written(reference: Reference) -> str:
    return reference.code if reference.when is When.NOW else f"{reference.when}({reference.code})"
