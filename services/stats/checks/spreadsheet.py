"""Conditions of checks as a spreadsheet reads them: {JY01} stands for the cell of a figure, {prev(JY01)} for last
period's. Pure; where the cells are is the business of whoever writes the sheet.
"""

from __future__ import annotations

import ast

from services.stats.indicators.formulas import Formula, Reference, When, name_of

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
# What a sheet holds beside the figure itself.
_SHOWN = frozenset({When.NOW, When.PREV})


def expression_of(formula: Formula, codes: frozenset[str]) -> str | None:
    """The condition with its figures in braces; None when it needs one that no sheet of these `codes` shows."""
    if any(reference.when not in _SHOWN or reference.code not in codes for reference in formula.references):
        return None
    return _written(formula.tree, {name_of(reference): reference for reference in formula.references})


def _written(node: ast.AST, names: dict[str, Reference]) -> str:
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.Name():
            return _braced(names[node.id])
        case ast.UnaryOp(op=ast.Not()):
            return f"NOT({_written(node.operand, names)})"
        case ast.UnaryOp(op=ast.USub()):
            return f"(-{_written(node.operand, names)})"
        case ast.UnaryOp():
            return _written(node.operand, names)
        case ast.BinOp():
            return f"({_written(node.left, names)}{_OPERATORS[type(node.op)]}{_written(node.right, names)})"
        case ast.Call(func=ast.Name(id=function)):
            return f"{function.upper()}({','.join(_written(argument, names) for argument in node.args)})"
        case ast.BoolOp():
            word = "AND" if isinstance(node.op, ast.And) else "OR"
            return f"{word}({','.join(_written(value, names) for value in node.values)})"
        case ast.Compare():
            return _compared(node, names)
    raise TypeError(f"no part of a formula: {ast.dump(node)}")


def _compared(node: ast.Compare, names: dict[str, Reference]) -> str:
    """A sheet has no a < b < c."""
    sides = [_written(side, names) for side in (node.left, *node.comparators)]
    pairs = [
        f"({left}{_OPERATORS[type(op)]}{right})" for left, op, right in zip(sides, node.ops, sides[1:], strict=False)
    ]
    return pairs[0] if len(pairs) == 1 else f"AND({','.join(pairs)})"


def _braced(reference: Reference) -> str:
    return f"{{{reference.code}}}" if reference.when is When.NOW else f"{{prev({reference.code})}}"
