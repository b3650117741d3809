"""Targets in the general part of a notice: a name, a figure, and how the figure is to be read.

A sentence counts only where a year to reach was named before (到2027年); headings such as 就业规模稳步扩大
in front of it are then not taken for targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.tasks.notices.draft import Target, TargetKind
from services.tasks.notices.sentences import split_sentences, strip_end

_HORIZON = re.compile(
    r"[到至](\d{4})年(?:[底末]|年底)?|(\d{4})年(?:[底末]前?)?(?=[,，]?(?:力争|确保|全县|全市|目标|实现))"
)
_RANGE = re.compile(r"(\d{4})年?\s*[—–\-至到~]{1,2}\s*(\d{4})年")
_SPAN = re.compile(r"([一二两三四五六七八九十])年(?:攻坚|行动|计划|规划|时间|目标)")
_LENGTH_OF_SPAN = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}

_COUNTED = "人次|人|户|家|个|名|场次|场|件|项|套|处|笔|所|对|期|条|亩|吨|公里|次"
_FIGURE = re.compile(
    rf"(?P<digits>\d{{1,12}}(?:[,，]\d{{3}})*(?:\.\d{{1,6}})?)(?P<scale>[万亿千百])?(?P<plus>\+|余|多)?"
    rf"(?P<unit>%|％|‰|个百分点|万?亿?元|平方米|{_COUNTED})(?P<after>以上|及以上|以内|以下|左右|上下)?"
)
_FIGURE_IN_LIST = re.compile(rf"(?P<figure>{_FIGURE.pattern})、(?=[^\d]{{2,}})")
_BULLETS = " —–-·•●■◆"
_SCALE = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ZERO = re.compile("动态清零|清零|归零|降为零|为零|零增长")
_TREND = re.compile(
    "(?:稳步|持续|逐步|逐年|不断|稳定|明显|显著|大幅|稳中有)(?:提升|提高|增长|增加|扩大|改善|上升|下降|降低|减少|优化|壮大|升|降)$"
)
_DECLINES = re.compile("下降|降低|减少|降$")

_BEFORE_FIGURE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("<=", re.compile("(?:控制在|不超过|不高于|不多于|不突破|低于或等于|降(?:低)?[到至])$")),
    (">=", re.compile("(?:不低于|不少于|不小于|至少)$")),
    ("<", re.compile("(?:低于|少于)$")),
    (">", re.compile("(?:超过|超出|突破|高于|大于|超)$")),
    (">=", re.compile("(?:(?:提[高升]|增加|增长|扩大|上升)?(?:达|到|至)+|稳定在|保持在|实现|为|完成)$")),
)
_ABOUT = ("左右", "上下")
_AFTER_FIGURE = {"以上": ">=", "及以上": ">=", "以内": "<=", "以下": "<="}
_LEADING = re.compile(
    "(?:力争|争取|确保|预计|计划|累计|共|总计|实现|全县|全市|全区|全省|我县|我市|每年|年均|年度|完成|使|将|并|且|要|其中|[,，、:：])"
)
_TRAILING = re.compile("(?:保持|始终|一直|继续|力争|确保|争取|实现|均|基本|要|人数|每年|年均|[,，、:：“”\\s])$")
_FLOW = re.compile(
    "新增|累计|扶持|培训|培育|培养|开展|举办|发放|引进|招引|吸引|转移|新建|建成|建设|开发|帮扶|帮助|带动|组织|完成|净增|每年|年均"
)
_YEARLY = re.compile("每年|年均|年度|当年|毕业生|应届")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What earlier words of the same chapter fix for a clause."""

    from_year: int | None = None
    to_year: int | None = None


def read_targets(chapters: Iterable[list[str]]) -> list[Target]:
    """Read the targets of the general chapters, each given as its paragraphs in order."""
    chapters = [list(paragraphs) for paragraphs in chapters]
    whole = "\n".join(paragraph for paragraphs in chapters for paragraph in paragraphs)
    targets: list[Target] = []
    for paragraphs in chapters:
        scope = _Scope()
        for paragraph in paragraphs:
            for sentence in _without_heading(paragraph):
                scope = _scope_after(scope, sentence, whole)
                if scope.to_year is not None:
                    targets += _targets_of(sentence, scope)
    return _without_repetitions(targets)


def _without_heading(paragraph: str) -> list[str]:
    """A bullet's first sentence without a figure is its heading, when more follows."""
    sentences = split_sentences(paragraph.lstrip(_BULLETS))
    is_bullet = paragraph.startswith(tuple(_BULLETS[1:]))
    if is_bullet and len(sentences) > 1 and not re.search(r"\d", sentences[0]):
        return sentences[1:]
    return sentences


def _scope_after(scope: _Scope, sentence: str, whole: str) -> _Scope:
    horizon = _HORIZON.search(sentence)
    if horizon is None:
        return scope
    to_year = int(horizon[1] or horizon[2])
    return _Scope(_first_year(whole, to_year), to_year)


def _first_year(whole: str, to_year: int) -> int | None:
    for years in _RANGE.finditer(whole):
        if int(years[2]) == to_year and int(years[1]) <= to_year:
            return int(years[1])
    span = _SPAN.search(whole)
    return to_year - _LENGTH_OF_SPAN[span[1]] + 1 if span else None


def _targets_of(sentence: str, scope: _Scope) -> list[Target]:
    targets: list[Target] = []
    for clause in _clauses(_HORIZON.sub("", sentence)):
        target = _target_of(clause, scope, targets[-1] if targets else None)
        if target is None:
            continue
        if target.subset_of is None:
            targets.append(target)
        else:
            targets[-1] = replace(targets[-1], subsets=(*targets[-1].subsets, target))
    return targets


def _clauses(sentence: str) -> list[str]:
    # A thousands separator is no end of a clause.
    protected = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", sentence)
    clauses: list[str] = []
    for clause in split_sentences(protected, ends=",，。;；!！"):
        first, *others = _FIGURE_IN_LIST.sub(r"\g<figure>\n", clause).split("\n")
        clauses += [first, *(f"其中{other}" if "其中" in first else other for other in others)]
    return [strip_end(clause) for clause in clauses]


def _target_of(clause: str, scope: _Scope, previous: Target | None) -> Target | None:
    figure = _FIGURE.search(clause)
    if figure:
        return _with_figure(clause, figure, scope, previous)
    zero = _ZERO.search(clause)
    if zero:
        name = _name(clause[: zero.start()])
        unit = "户" if name.endswith(("家庭", "户")) else ""
        return _target(clause, name, TargetKind.ZERO, "=", scope, value=Decimal(0), unit_of_measure=unit)
    trend = _TREND.search(clause)
    if trend:
        comparator = "falling" if _DECLINES.search(trend.group()) else "rising"
        return _target(clause, _name(clause[: trend.start()]), TargetKind.TREND, comparator, scope)
    return None


def _with_figure(clause: str, figure: re.Match[str], scope: _Scope, previous: Target | None) -> Target | None:
    before = clause[: figure.start()]
    comparator, before = _comparator(before, figure)
    name = _name(before)
    value, unit = _value_and_unit(figure)
    kind = _kind(name, clause, unit, comparator)
    is_subset = "其中" in clause[: figure.start()] and previous is not None
    if is_subset and previous is not None and kind is TargetKind.STOCK:
        kind = previous.kind
    return _target(
        clause,
        name,
        kind,
        comparator,
        scope,
        value=value,
        unit_of_measure=unit,
        is_approximate=figure["after"] in _ABOUT,
        subset_of=previous.name if is_subset and previous is not None else None,
    )


def _target(clause: str, name: str, kind: TargetKind, comparator: str, scope: _Scope, **rest: object) -> Target | None:
    if not name:
        return None
    bare = Target(clause, name, kind, comparator, None, "", scope.from_year, scope.to_year)
    is_yearly = kind is not TargetKind.TREND and _YEARLY.search(clause) is not None
    return replace(bare, is_yearly=is_yearly, **rest)  # type: ignore[arg-type]


def _comparator(before: str, figure: re.Match[str]) -> tuple[str, str]:
    """Return the comparison and the words in front of it; without a word a figure is a minimum."""
    found = ">="
    for comparator, words in _BEFORE_FIGURE:
        match = words.search(before)
        if match:
            found, before = comparator, before[: match.start()]
            break
    after = figure["after"] or ""
    if after in _ABOUT and found == ">=":
        found = "~"
    return _AFTER_FIGURE.get(after, found), before


def _value_and_unit(figure: re.Match[str]) -> tuple[Decimal, str]:
    value = Decimal(re.sub("[,，]", "", figure["digits"]))
    scale, unit = figure["scale"], figure["unit"].replace("％", "%")
    if scale and unit == "元" and scale in "万亿":
        return value, scale + unit
    value *= _SCALE.get(scale or "", 1)
    return (value.to_integral_value() if value == value.to_integral_value() else value), unit


def _kind(name: str, clause: str, unit: str, comparator: str) -> TargetKind:
    if "调查失业率" in name:
        return TargetKind.EXTERNAL
    if comparator in ("<=", "<"):
        return TargetKind.CEILING
    if unit in ("%", "‰", "个百分点"):
        return TargetKind.RATIO
    if _FLOW.search(clause):
        return TargetKind.FLOW
    return TargetKind.STOCK


def _name(words: str) -> str:
    words = words.strip(_BULLETS + "\u3000")
    while leading := _LEADING.match(words):
        words = words[leading.end() :]
    while trailing := _TRAILING.search(words):
        if words.endswith("”"):
            break
        words = words[: trailing.start()]
    return words


def _without_repetitions(targets: list[Target]) -> list[Target]:
    return list({(t.name, t.comparator, t.value, t.unit_of_measure, t.to_year): t for t in targets}.values())
