"""Units of measure in formulas: what is added or compared must be alike, and fit what the indicator has. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence

from services.stats.indicators.formulas import Formula, code_in
from shared.text import Text

# Exponents by unit of measure; None fits beside anything, as a plain number does.
Dimension = frozenset[tuple[str, int]] | None
_ANY: Dimension = None
_WITHOUT_UNIT = ("", "%", "‰", "倍")


def complain_of_measures(formula: Formula, measures: Mapping[str, str], result: str | None) -> Text | None:
    """Why units of measure do not fit: what is added or compared must be alike, and come out as `result`.

    `result` None is for conditions. A plain number fits beside any unit, and so do % and what has no unit.
    """
    try:
        found = _measure(formula.tree, measures)
    except _Unlike as error:
        return error.text
    if result is None or found is _ANY or found == _dimension(result):
        return None
    if _factors(found) > max(1, _factors(_dimension(result))):
        return _of_product(found, result)
    return Text(
        f"公式算出的计量单位是“{_written(found)}”，与指标的“{result}”不同。",
        f"The formula comes out in “{_written(found)}”, the indicator is in “{result}”.",
    )


class _Unlike(ValueError):
    def __init__(self, left: Dimension, right: Dimension) -> None:
        super().__init__()
        one, other = _written(left), _written(right)
        self.text = Text(
            f"“{one}”和“{other}”的计量单位不同，不能相加减或比较。",
            f"“{one}” and “{other}” are different units of measure: they cannot be added or compared.",
        )


def _dimension(measure: str) -> Dimension:
    """Of 万元/笔 both parts; a measure that is none, such as %, has no dimension."""
    above, *below = measure.split("/")
    exponents = Counter(part for part in above.split("·") if part not in _WITHOUT_UNIT)
    exponents.subtract(part for part in below if part not in _WITHOUT_UNIT)
    return frozenset((part, exponent) for part, exponent in exponents.items() if exponent)


def _measure(node: ast.AST, measures: Mapping[str, str]) -> Dimension:
    match node:
        case ast.Name():
            return _dimension(measures[code_in(node.id)])
        case ast.UnaryOp():
            return _measure(node.operand, measures)
        case ast.BinOp():
            left, right = _measure(node.left, measures), _measure(node.right, measures)
            return _combined(node.op, left, right)
        case ast.Compare():
            _all_alike([node.left, *node.comparators], measures)
        case ast.Call():
            return _all_alike(node.args, measures)
        case ast.BoolOp():
            for value in node.values:
                _measure(value, measures)
    return _ANY


def _combined(op: ast.operator, left: Dimension, right: Dimension) -> Dimension:
    if isinstance(op, ast.Mult):
        return _multiplied(left, right, 1)
    if isinstance(op, ast.Div):
        return _multiplied(left, right, -1)
    return _alike(left, right)


def _all_alike(parts: Sequence[ast.expr], measures: Mapping[str, str]) -> Dimension:
    found: Dimension = _ANY
    for part in parts:
        found = _alike(found, _measure(part, measures))
    return found


def _alike(left: Dimension, right: Dimension) -> Dimension:
    if left is _ANY or right is _ANY:
        return right if left is _ANY else left
    if left != right:
        raise _Unlike(left, right)
    return left


def _multiplied(left: Dimension, right: Dimension, sign: int) -> Dimension:
    if left is _ANY and right is _ANY:
        return _ANY
    exponents = Counter(dict(left or ()))
    for measure, exponent in right or ():
        exponents[measure] += sign * exponent
    return frozenset((measure, exponent) for measure, exponent in exponents.items() if exponent)


def _factors(dimension: Dimension) -> int:
    return sum(exponent for _, exponent in dimension or () if exponent > 0)


def _of_product(found: Dimension, result: str) -> Text:
    one = _written(found)
    return Text(
        f"公式把有计量单位的数相乘，得出“{one}”，不是“{result}”。相乘的两项里，有一项应是纯数、百分比，或“万元/人”这样的平均数；"
        "请改公式，或核对各指标的计量单位。",
        f"The formula multiplies figures that both have units of measure: it comes out in “{one}”, not in “{result}”."
        " One of two factors should be a plain number, a percentage or an average such as 万元/人. Please change the"
        " formula or check the units of measure.",
    )


def _written(dimension: Dimension) -> str:
    above = "·".join(sorted(measure for measure, exponent in dimension or () for _ in range(exponent)))
    below = "/".join(sorted(measure for measure, exponent in dimension or () for _ in range(-exponent)))
    return f"{above or '1'}/{below}" if below else above or "%"
