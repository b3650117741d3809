"""Which indicators are figures of a year as it has come so far, and no amounts that add up from month to month. Pure.

A share of two flows over a year is the one's sum over the other's sum, neither the sum nor the mean of monthly shares.
"""

from __future__ import annotations

import ast
from decimal import Decimal

from services.stats.figures.rolling import LONGEST_CHAIN, Asked, Book
from services.stats.indicators import formulas
from services.stats.indicators.formulas import When
from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.periods import Period

_ADDED = frozenset({When.NOW, When.LAST_YEAR})
_LINE, _NUMBER = 1, 0


def is_of_year(book: Book, indicator: Indicator, *, _depth: int = 0) -> bool:
    """Whether it is made of the sums of the year so far: a share of flows, a formula whose months do not add up."""
    if _depth > LONGEST_CHAIN:
        return False
    if indicator.rules.over_time is Adding.SUM:
        return not adds_up(book, indicator)
    parts = [book.by_id.get(part) for part in (indicator.numerator_id, indicator.denominator_id) if part is not None]
    return indicator.rules.over_time is Adding.RATIO and any(
        part.rules.over_time is Adding.SUM or is_of_year(book, part, _depth=_depth + 1) for part in parts if part
    )


def adds_up(book: Book, indicator: Indicator, *, _depth: int = 0) -> bool:
    """Whether the sum of its months is what its formula makes of the sums: whole multiples of flows that are added.

    What is rounded in each month adds up to something else.
    """
    if indicator.rules.over_time is not Adding.SUM or _depth > LONGEST_CHAIN:
        return False
    if not indicator.formula:
        return True
    formula = formulas.read(indicator.formula)
    parts = [book.by_code.get(code) for code in formula.codes]
    return (
        _degree(formula.tree) == _LINE
        and all(reference.when in _ADDED for reference in formula.references)
        and all(part and part.decimals <= indicator.decimals for part in parts)
        and all(part and adds_up(book, part, _depth=_depth + 1) for part in parts)
    )


def asked(book: Book, indicator: Indicator, period: Period) -> Asked:
    """Which figure of a period a target is held against."""
    return Asked(indicator.id, period, is_of_year(book, indicator))


def _degree(node: ast.AST) -> int | None:
    """1 for a sum of whole multiples of figures, 0 for a whole number, None for anything else."""
    match node:
        case ast.Name():
            return _LINE
        case ast.Constant():
            # The reader of formulas puts a Decimal there.
            return _NUMBER if Decimal(str(node.value)) % 1 == 0 else None
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return _degree(node.operand)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            left, right = _degree(node.left), _degree(node.right)
            return left if left == right else None
        case ast.BinOp(op=ast.Mult()):
            left, right = _degree(node.left), _degree(node.right)
            return left + right if left is not None and right is not None and left + right <= _LINE else None
    return None
