"""Formulas over indicators: of derived indicators and of checks. Read once, evaluated in Decimal; pure.

A formula names indicators by their codes. prev(x) is the period before, ytd(x) the sum from the beginning of the year,
lastyear(x) the same period of the year before; the pages offer them as 上期, 累计 and 上年同期. The expression itself
is evaluated by simpleeval over numbers and comparisons alone: no attributes, no texts, no powers.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException, localcontext
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from simpleeval import InvalidExpression, SimpleEval

from shared.text import Text

LONGEST_FORMULA = 500
# Reading and evaluating go down the tree; Python ends at a thousand calls within one another.
DEEPEST = 100
# Of a number in a formula; with it products stay numbers that can be shown.
LARGEST_NUMBER = 10**15
MOST_PLACES = 15
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")


class When(StrEnum):
    """Which value of an indicator a formula means."""

    NOW = "now"
    PREV = "prev"
    YTD = "ytd"
    LAST_YEAR = "lastyear"


class Reference(NamedTuple):
    """An indicator by its code, and which value of it."""

    code: str
    when: When = When.NOW


class BadFormula(ValueError):
    """The formula cannot be used; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: `references` are the values that it needs."""

    text: str
    tree: ast.expr
    references: frozenset[Reference]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(reference.code for reference in self.references)


_WORDS = {"上期": "prev", "累计": "ytd", "上年同期": "lastyear", "且": " and ", "或": " or ", "绝对值": "abs"}
_SIGNS = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "−": "-",
    "（": "(",
    "）": ")",
    "，": ",",
    "＋": "+",
    "－": "-",
}
_WRITTEN = re.compile("|".join(map(re.escape, sorted({**_WORDS, **_SIGNS}, key=len, reverse=True))))
_SINGLE_EQUALS = re.compile(r"(?<![<>!=])[=＝](?!=)")
_ARITHMETIC: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"abs": abs, "min": min, "max": max}
_WHENS = {when.value: when for when in When if when is not When.NOW}
_TOO_LONG = Text(f"公式太长，最多 {LONGEST_FORMULA} 个字符。", f"At most {LONGEST_FORMULA} characters, please.")
_TOO_DEEP = Text(
    "公式层数太多，请分成几个指标或几条校验。",
    "The formula has too many steps. Please make several indicators or checks of it.",
)
_SEPARATOR = "@"
_PRECISION = 34


@lru_cache(maxsize=1024)
def read(text: str) -> Formula:
    """The formula that somebody wrote. BadFormula when it is none, with a sentence that says what to write."""
    written = _SINGLE_EQUALS.sub("==", _WRITTEN.sub(lambda found: {**_WORDS, **_SIGNS}[found[0]], text.strip()))
    if not written:
        raise BadFormula(Text("请填写公式。", "Please write a formula."))
    if len(written) > LONGEST_FORMULA:
        raise BadFormula(
            Text(f"公式太长，最多 {LONGEST_FORMULA} 个字符。", f"At most {LONGEST_FORMULA} characters, please.")
        )
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(_unreadable(text)) from error
    if _depth(tree) > DEEPEST:
        raise BadFormula(_TOO_DEEP)
    references: set[Reference] = set()
    checked = _Reader(text, references).visit(tree)
    if not references:
        raise BadFormula(Text("公式里没有指标代码。", "The formula names no indicator by its code."))
    return Formula(text.strip(), ast.fix_missing_locations(checked), frozenset(references))


def is_condition(formula: Formula) -> bool:
    """Whether the formula says that something holds, and is no number."""
    return _is_condition(formula.tree)


def evaluate(formula: Formula, values: Mapping[Reference, Decimal | None]) -> Decimal | bool | None:
    """The number, or whether the condition holds. None where a value is missing or a division by 0 has no result."""
    if any(values.get(reference) is None for reference in formula.references):
        return None
    names = {name_of(reference): values[reference] for reference in formula.references}
    evaluator = SimpleEval(operators=_ARITHMETIC, functions=_FUNCTIONS, names=names)
    with localcontext() as context:
        context.prec = _PRECISION
        try:
            found = evaluator.eval(formula.text, previously_parsed=formula.tree)
        except (DecimalException, ZeroDivisionError):
            return None
        except InvalidExpression as error:
            raise BadFormula(_unreadable(formula.text)) from error
    return found if isinstance(found, bool) else Decimal(found)


def complain_of_cycle(code: str, uses: Mapping[str, frozenset[str]]) -> Text | None:
    """The circle that begins and ends at `code`, by name; None when there is none. `uses` maps codes to codes."""
    circle = _way_back(code, code, uses, ())
    if circle is None:
        return None
    line = " → ".join((code, *circle))
    return Text(
        f"公式循环引用：{line}，请改其中一个。", f"The formulas run in a circle: {line}. Please change one of them."
    )


class _Reader(ast.NodeTransformer):
    """Lets through numbers, codes, the known functions and operators; collects what is referred to."""

    def __init__(self, text: str, references: set[Reference]) -> None:
        self.text = text
        self.references = references

    def generic_visit(self, node: ast.AST) -> ast.AST:
        allowed = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.And, ast.Or, ast.Load, *_ARITHMETIC)
        if not isinstance(node, allowed):
            raise BadFormula(_unreadable(self.text))
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise BadFormula(_unreadable(self.text))
        number = Decimal(str(node.value))
        if not number.is_finite() or abs(number) >= LARGEST_NUMBER or number != round(number, MOST_PLACES):
            raise BadFormula(_unreadable(self.text))
        constant = ast.Constant(0)
        # The evaluator hands out whatever stands here; written as it was typed, 0.1 is exact.
        constant.value = number  # type: ignore[assignment]
        return constant

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._referring(node.id, When.NOW)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise BadFormula(_unreadable(self.text))
        if when := _WHENS.get(node.func.id):
            if len(node.args) != 1 or not isinstance(node.args[0], ast.Name):
                raise BadFormula(
                    Text(
                        f"“{node.func.id}”里只能写一个指标代码。",
                        f"“{node.func.id}” takes one code of an indicator, nothing else.",
                    )
                )
            return self._referring(node.args[0].id, when)
        takes_one = node.func.id == "abs"
        if node.func.id not in _FUNCTIONS or (len(node.args) != 1 if takes_one else len(node.args) < 2):
            raise BadFormula(_unreadable(self.text))
        return ast.Call(node.func, [self.visit(self._number(argument)) for argument in node.args], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self._number(node.left)
        self._number(node.right)
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if not all(map(_is_condition, node.values)):
            raise BadFormula(_unreadable(self.text))
        return self.generic_visit(node)

    def _number(self, node: ast.expr) -> ast.expr:
        """Nobody means to add up whether something holds."""
        if _is_condition(node):
            raise BadFormula(_unreadable(self.text))
        return node

    def _referring(self, code: str, when: When) -> ast.AST:
        if not CODE.fullmatch(code):
            raise BadFormula(_unreadable(self.text))
        reference = Reference(code, when)
        self.references.add(reference)
        return ast.Name(name_of(reference), ast.Load())


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _is_condition(node: ast.AST) -> bool:
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _way_back(
    start: str, code: str, uses: Mapping[str, frozenset[str]], seen: tuple[str, ...]
) -> tuple[str, ...] | None:
    for used in sorted(uses.get(code, ())):
        if used == start:
            return (used,)
        if used in seen:
            continue
        if (found := _way_back(start, used, uses, (*seen, used))) is not None:
            return (used, *found)
    return None


def code_in(name: str) -> str:
    """The code of the indicator that a name in a formula's tree stands for."""
    return name.split(_SEPARATOR, maxsplit=1)[0]


def name_of(reference: Reference) -> str:
    """How a formula's tree names a value."""
    return f"{reference.code}{_SEPARATOR}{reference.when}"


def _unreadable(text: str) -> Text:
    short = text.strip()[:60]
    return Text(
        f"看不懂公式“{short}”。请用指标代码、数字、+ − × ÷ ( ) 和 = ≠ ≤ ≥ < >。",
        f"The formula “{short}” cannot be read. Please use codes of indicators, numbers, + - * / ( ) = != <= >= < >.",
    )
