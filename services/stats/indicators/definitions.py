"""What the definition of an indicator must be, beside all the others. Pure.

Indicators name one another by their codes: a ratio its numerator and its denominator, a derived one in its formula.
"""

from __future__ import annotations

import datetime as dt
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from services.stats import numbers
from services.stats.indicators import formulas
from services.stats.indicators.formulas import BadFormula, Formula
from services.stats.indicators.kinds import RULES, Adding, IndicatorType
from services.stats.indicators.measures import complain_of_measures
from services.stats.periods import PeriodKind
from shared.text import Text

MOST_DECIMALS = 6
_RESERVED = frozenset({"abs", "min", "max", "prev", "ytd", "lastyear"})
# What a share comes out in; the two that it is made of are then alike.
_SHARES = ("%", "‰", "倍", "")
_STANDING = ("type", "period_kind", "unit_of_measure")

BAD_CODE = Text(
    "代码请用字母开头，后面是字母、数字或下划线，最多30个字符，例如 new_jobs。",
    "A code begins with a letter, followed by letters, digits or underscores, at most 30 in all, such as new_jobs.",
)
CODE_RESERVED = Text(
    "这个代码在公式里另有含义，请换一个。", "Formulas use this word already. Please choose another code."
)
CODE_STANDS = Text(
    "代码定了就不能改：公式和数据按它引用。请另建一项指标。",
    "A code stands once it is given: formulas and figures refer to it. Please make another indicator.",
)
NO_PART = Text("比率要填分子和分母的指标代码。", "A ratio needs the codes of its numerator and its denominator.")
SAME_PARTS = Text("分子和分母不能是同一项指标。", "Numerator and denominator cannot be the same indicator.")
RATIO_WITH_FORMULA = Text(
    "比率由分子和分母算出，请清空公式。", "A ratio is made of its numerator and denominator. Please clear the formula."
)
NO_PARTS_WANTED = Text(
    "只有比率才有分子和分母，请清空。", "Only a ratio has a numerator and a denominator. Please clear this."
)
EXTERNAL_WITH_FORMULA = Text(
    "外部数据由来源发布，请清空公式。", "What another source publishes is not computed. Please clear the formula."
)
CONDITION = Text(
    "这里要算出一个数，不能写成比较式。", "A number is to be computed here; please do not write a comparison."
)
NO_BOUND = Text("上限控制类指标要填上限。", "An indicator that must stay below a bound needs the bound.")
NO_BOUND_WANTED = Text("只有上限控制类指标才有上限，请清空。", "Only a ceiling has a bound. Please clear this.")
NO_SOURCE = Text("外部数据要写明来源。", "What another source publishes needs its source.")
ENDS_BEFORE = Text("停用日期不能早于启用日期。", "The last day of validity cannot lie before the first one.")


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator as somebody defines it; "" stands for no code and no formula."""

    code: str
    name: str
    definition: str
    unit_of_measure: str
    decimals: int
    period_kind: PeriodKind
    type: IndicatorType
    numerator: str
    denominator: str
    formula: str
    bound: Decimal | None
    may_be_negative: bool
    source: str
    owner: str
    basis_by: str
    basis_number: str
    basis_until: dt.date | None
    valid_from: dt.date
    valid_to: dt.date | None
    is_invented: bool

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON: decimals and days as text."""
        return {name: _plain(found) for name, found in asdict(self).items()}


Known = Mapping[str, Definition]


def uses(definition: Definition) -> frozenset[str]:
    """The codes of the indicators that this one is made of; a formula that cannot be read uses none."""
    codes = {code for code in (definition.numerator, definition.denominator) if code}
    if definition.formula:
        try:
            codes |= formulas.read(definition.formula).codes
        except BadFormula:
            return frozenset(codes)
    return frozenset(codes)


def users(code: str, known: Known) -> list[Definition]:
    """The indicators that are made of this one, by code."""
    return [known[other] for other in sorted(known) if other != code and code in uses(known[other])]


def complaints(definition: Definition, known: Known) -> dict[str, Text]:
    """What is wrong with a definition, by field; `known` are all indicators as they will be, this one included."""
    return dict(_complaints(definition, known))


def complaints_of_change(before: Definition, after: Definition, *, is_in_use: bool, reports: str) -> dict[str, Text]:
    """Why an indicator cannot become another one; `reports` are the numbers of the reports that ask it.

    It is in use once figures of it are known or typed.
    """
    found: dict[str, Text] = {}
    if after.code != before.code:
        found["code"] = CODE_STANDS
    if is_in_use:
        moved = [name for name in _STANDING if getattr(before, name) != getattr(after, name)]
        found |= {name: _stands_in_use(before) for name in moved}
    is_asked = RULES[after.type].is_asked and not after.formula
    if reports and (after.period_kind is not before.period_kind or not is_asked):
        name = "type" if not is_asked else "period_kind"
        found.setdefault(name, _stands_in_reports(before, reports))
    return found


def changes(before: Definition, after: Definition) -> list[tuple[str, str, str]]:
    """(field, before, after) for each field that differs, as text."""
    old, new = before.as_dict(), after.as_dict()
    differing = [name for name in old if getattr(before, name) != getattr(after, name)]
    return [(name, written(old[name]), written(new[name])) for name in differing]


def written(found: Any) -> str:
    """A field of `as_dict` as text; nothing is ""."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)


def _complaints(definition: Definition, known: Known) -> Iterator[tuple[str, Text]]:
    if not formulas.CODE.fullmatch(definition.code):
        yield "code", BAD_CODE
    elif definition.code in _RESERVED or keyword.iskeyword(definition.code):
        yield "code", CODE_RESERVED
    if definition.type is IndicatorType.RATIO:
        yield from _of_ratio(definition, known)
    else:
        yield from ((name, NO_PARTS_WANTED) for name in ("numerator", "denominator") if getattr(definition, name))
        yield from _of_formula(definition, known)
    if wrong := _complain_of_bound(definition):
        yield "bound", wrong
    if definition.type is IndicatorType.EXTERNAL and not definition.source:
        yield "source", NO_SOURCE
    if definition.valid_to is not None and definition.valid_to < definition.valid_from:
        yield "valid_to", ENDS_BEFORE


def _of_ratio(definition: Definition, known: Known) -> Iterator[tuple[str, Text]]:
    if definition.formula:
        yield "formula", RATIO_WITH_FORMULA
    wrong = False
    for name in ("numerator", "denominator"):
        if complaint := _complain_of_part(definition, getattr(definition, name), known):
            wrong = True
            yield name, complaint
    if wrong:
        return
    if definition.numerator == definition.denominator:
        yield "denominator", SAME_PARTS
        return
    above, below = known[definition.numerator], known[definition.denominator]
    if definition.unit_of_measure in _SHARES and above.unit_of_measure != below.unit_of_measure:
        yield "denominator", _unlike(above, below)
    if circle := _complain_of_circle(definition, known):
        yield "numerator", circle


def _complain_of_part(definition: Definition, code: str, known: Known) -> Text | None:
    if not code:
        return NO_PART
    part = known.get(code)
    if part is None:
        return _unknown(code)
    if RULES[part.type].over_units is not Adding.SUM:
        return Text(
            f"“{part.name}”各单位的数不能相加，不能作分子或分母。",
            f"The figures of {part.name} cannot be added over units, so no ratio can be made of them.",
        )
    return _complain_of_period(definition, part)


def _of_formula(definition: Definition, known: Known) -> Iterator[tuple[str, Text]]:
    if not definition.formula:
        return
    if definition.type is IndicatorType.EXTERNAL:
        yield "formula", EXTERNAL_WITH_FORMULA
        return
    try:
        formula = formulas.read(definition.formula)
    except BadFormula as error:
        yield "formula", error.text
        return
    if wrong := _complain_of_formula(definition, formula, known):
        yield "formula", wrong


def _complain_of_formula(definition: Definition, formula: Formula, known: Known) -> Text | None:
    if formulas.is_condition(formula):
        return CONDITION
    for code in sorted(formula.codes):
        if code not in known:
            return _unknown(code)
        if wrong := _complain_of_period(definition, known[code]):
            return wrong
    measures = {code: known[code].unit_of_measure for code in formula.codes}
    return _complain_of_circle(definition, known) or complain_of_measures(formula, measures, definition.unit_of_measure)


def _complain_of_circle(definition: Definition, known: Known) -> Text | None:
    return formulas.complain_of_cycle(definition.code, {code: uses(one) for code, one in known.items()})


def _complain_of_period(definition: Definition, part: Definition) -> Text | None:
    if part.period_kind is definition.period_kind:
        return None
    return Text(
        f"“{part.name}”的报告期与本指标不同，不能一起算。",
        f"{part.name} has another kind of period, so the two cannot be computed together.",
    )


def _complain_of_bound(definition: Definition) -> Text | None:
    if definition.type is not IndicatorType.CEILING:
        return None if definition.bound is None else NO_BOUND_WANTED
    if definition.bound is None:
        return NO_BOUND
    wanted = numbers.Wanted(definition.unit_of_measure, definition.decimals, definition.may_be_negative)
    return numbers.fits(definition.bound, wanted)


def _unknown(code: str) -> Text:
    return Text(
        f"没有代码是“{code}”的指标，请核对。", f"There is no indicator with the code “{code}”. Please check it."
    )


def _unlike(above: Definition, below: Definition) -> Text:
    return Text(
        f"分子以“{above.unit_of_measure}”计、分母以“{below.unit_of_measure}”计，计量单位不同，算不出百分比。",
        f"The numerator is in “{above.unit_of_measure}”, the denominator in “{below.unit_of_measure}”:"
        " different units of measure make no share.",
    )


def _stands_in_use(before: Definition) -> Text:
    return Text(
        f"“{before.name}”已有数据，或者已有单位在填，不能再改；请给它停用日期，另建一项指标。",
        f"There are figures of {before.name}, or units have typed some, so this stands. Please end its validity and"
        " make another indicator.",
    )


def _stands_in_reports(before: Definition, reports: str) -> Text:
    return Text(
        f"报表{reports}在填报“{before.name}”，不能这样改；请先从报表里去掉。",
        f"The reports {reports} ask {before.name}. Please take it out of them first.",
    )


def _plain(found: Any) -> Any:
    if isinstance(found, Decimal):
        return format(found, "f")
    if isinstance(found, dt.date):
        return found.isoformat()
    return found.value if isinstance(found, (IndicatorType, PeriodKind)) else found
