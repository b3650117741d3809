"""Reads PromQL as far as the tests need it: which series and labels a query names, and what an alert compares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<string>"[^"]*") | (?P<range>\[[^\]]*\]) | (?P<variable>\$\w+) | (?P<name>[A-Za-z_:][\w:]*)
    | (?P<number>\d+(\.\d+)?) | (?P<sign>[=!]~ | [=!<>]= | [-+*/%^<>=(){},])
    """,
    re.VERBOSE,
)
COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}
GROUPINGS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
SET_OPERATORS = {"or", "and", "unless"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Selector:
    """A series with the labels that its matchers name."""

    name: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The one comparison of an alert: what is compared, how, with which number; `end` is where a `bool` would go."""

    vector: str
    sign: str
    number: float
    end: int


def tokens(expr: str) -> list[Token]:
    """ValueError for a character that is no PromQL."""
    found = []
    position = 0
    while position < len(expr):
        if expr[position].isspace():
            position += 1
            continue
        match = TOKEN.match(expr, position)
        if match is None:
            raise ValueError(f"no PromQL from here on: {expr[position:]!r}")
        found.append(Token(str(match.lastgroup), match[0], match.start(), match.end()))
        position = match.end()
    return found


def selectors(expr: str) -> list[Selector]:
    """Every series that the query names."""
    return list(_selectors(tokens(expr)))


def groupings(expr: str) -> Iterator[tuple[frozenset[str], list[Selector]]]:
    """The labels of every `by (…)`, each with the series that it aggregates."""
    found = tokens(expr)
    for position, token in enumerate(found):
        if token.text == "by":
            end = _closing(found, position + 1)
            if found[end + 1].text != "(":
                raise ValueError(f"`by` stands before what it aggregates: {expr}")
            yield _names(found[position + 2 : end]), list(_selectors(found[end + 1 : _closing(found, end + 1) + 1]))


def comparison(expr: str) -> Comparison:
    """The comparison that ends an alert; ValueError when the alert has not the form that alerts.yml asks for."""
    found = tokens(expr)
    if {"absent", "absent_over_time", "and", "unless", "bool"} & {token.text for token in found}:
        raise ValueError(f"absent, and, unless and bool are not allowed: {expr}")
    at_top = [token for token, depth in _with_depth(found) if depth == 0]
    compared = [token for token in at_top if token.text in COMPARISONS]
    if len(compared) != 1 or at_top[-1].kind != "number" or at_top[-2] is not compared[0]:
        raise ValueError(f"an alert is `<vector> <comparison> <number>`: {expr}")
    if any(token.text in SET_OPERATORS for token in at_top):
        raise ValueError(f"`or` binds weaker than the comparison, so it needs brackets: {expr}")
    sign = compared[0]
    return Comparison(expr[: sign.start].strip(), sign.text, float(at_top[-1].text), sign.end)


def with_bool(expr: str) -> str:
    """The same alert, answering with 0 where it would be silent."""
    end = comparison(expr).end
    return f"{expr[:end]} bool{expr[end:]}"


def _selectors(found: list[Token]) -> Iterator[Selector]:
    position = 0
    while position < len(found):
        token = found[position]
        follower = found[position + 1].text if position + 1 < len(found) else ""
        if token.text in GROUPINGS and follower == "(":
            position = _closing(found, position + 1)
        elif token.kind == "name" and follower == "{":
            end = _closing(found, position + 1)
            yield Selector(token.text, _names(found[position + 2 : end]))
            position = end
        elif token.kind == "name" and follower != "(" and not _is_word(token, follower):
            yield Selector(token.text, frozenset())
        position += 1


def _is_word(token: Token, follower: str) -> bool:
    """Whether a name is an operator, or an aggregation before its `by`, rather than a series."""
    return token.text in SET_OPERATORS | {"bool"} or follower in {"by", "without"}


def _names(found: list[Token]) -> frozenset[str]:
    return frozenset(token.text for token in found if token.kind == "name")


def _closing(found: list[Token], opening: int) -> int:
    """Where the bracket at `opening` is closed."""
    for position, (_, depth) in enumerate(_with_depth(found[opening:])):
        if position and depth == 0:
            return opening + position
    raise ValueError("a bracket is not closed")


def _with_depth(found: list[Token]) -> Iterator[tuple[Token, int]]:
    """Each token with the number of brackets around it; a bracket itself counts as outside."""
    depth = 0
    for token in found:
        depth -= token.text in {")", "}"}
        yield token, depth
        depth += token.text in {"(", "{"}
