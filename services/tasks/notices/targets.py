"""Targets of a notice: a name, a figure, and how the figure is to be read.

In the general part a sentence counts only where a year to reach was named before (到2027年), or under a heading that
says goals; headings such as 就业规模稳步扩大 in front of it are then not taken for targets. Within a measure each
figure with a unit of measure is proposed for that measure, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.tasks.notices.draft import Target, TargetKind
from services.tasks.notices.figure_names import ACTS, BULLETS, counted, name_of, whole_name
from services.tasks.notices.sentences import split_enumeration, split_sentences, strip_end

_HORIZON = re.compile(
    r"[到至](\d{4})年(?:[底末]|年底)?|(\d{4})年(?:[底末]前?)?(?=[,，]?(?:力争|确保|全县|全市|目标|实现))|^(\d{4})年度?(?=[,，])"
)
_RANGE = re.compile(r"(\d{4})年?\s*[—–\-至到~]{1,2}\s*(\d{4})年")
_SPAN = re.compile(r"([一二两三四五六七八九十])年(?:攻坚|行动|计划|规划|时间|目标)")
_LENGTH_OF_SPAN = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}

_COUNTED = (
    "个?工作日|个月|分钟|小时|人次|人天|人|户|家次|家|个|名|位|批次|场次|场|件|项|套|处|笔|所|对|期|条|亩|公顷|吨|公斤|平方公里|公里|米|次|部|台|辆|座|栋|幢|间|张|株|头|口"
    "|盏|班|份|课时|学时|批|支|本|册|篇|片|眼|千瓦|兆瓦"
)
# 每人1500元, 每月1次: how much for each, and no sum to reach.
_FOR_EACH = re.compile(
    "每(?![年])|(?:人均|户均)(?:补助|补贴|奖补|奖励|发放|给予|标准|不超过|不低于)*$|按(?!照|计划|比例|期|时|要求|摩|揭)"
)
_FIGURE = re.compile(
    rf"(?P<digits>\d{{1,12}}(?:[,，]\d{{3}})*(?:\.\d{{1,6}})?)[ \u3000]?(?P<scale>[万亿千百])?(?P<plus>\+|余|多)?"
    rf"[ \u3000]?(?P<unit>%|％|‰|个百分点|万?亿?元|平方米|{_COUNTED})(?P<after>以上|及以上|以内|以下|左右|上下)?"
)
_EACH = re.compile(rf"每(?:个?季度?|个?月|半年|周)|每[^,，\d]{{1,10}}?(?:至少|不少于|(?={ACTS}))")
_FIGURE_IN_LIST = re.compile(rf"(?P<figure>{_FIGURE.pattern})、(?=[^\d]{{2,}})")
_SCALE = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_GOALS = re.compile("[\u4e00-\u9fff]{0,6}(?:目标[\u4e00-\u9fff]{0,4}|指标|任务)")
# 《条例》第20条, 2楼, 12333, 24小时: a figure of something else than what is to be reached.
_NO_QUANTITY = re.compile(r"(?:第|[《〔\d-]|No\.?)\s*$")
# 24小时内答复 says how a service is rendered; 压缩至1小时 says of what, and is a figure to reach.
_TIMES = ("个月", "工作日", "个工作日", "分钟", "小时")
_SAYS_NOTHING = ("目标", "任务", "目标任务", "指标", "目标值", "年度目标")
_COMPARED = re.compile("(?:较|比|同比|环比|占)")
# 从30%提高到45%, 由20个工作日压缩至5个工作日: the second figure is the one to reach.
_FROM = re.compile(
    r"(?<=[\u4e00-\u9fff])[从由](?:目前|现在|原来|上年|去年|\d{4}年底?)?的?"
    rf"{_FIGURE.pattern.replace('?P<', '?P<from_')}(?=[\u4e00-\u9fff]*[到至]\d)"
)
# 投资3200万元新建实训楼1栋, 组织20家企业提供岗位800个: a figure of one act, and that of the next.
_NEXT_ACT = re.compile(
    rf"(?P<figure>{_FIGURE.pattern})(?P<noun>[\u4e00-\u9fff]{{0,8}}?)(?=(?:{ACTS})[^\d,，]{{2,20}}\d)"
)
_ACT_ALONE_WITH_FIGURE = re.compile(
    rf"(?:{ACTS})(?P<figure>(?:不少于|不低于|至少)?{_FIGURE.pattern.replace('?P<', '?P<of_')})"
)
_OF_RULES = re.compile("对|凡|按|每|给予|用于")
_DONE = ("完成", "达到", "共", "共计", "")
_DOUBLES = re.compile("(?:力争|实现|基本)?翻[一两二]?番")
_ZERO = re.compile("动态清零|清零|归零|降为零|为零(?![工售散星花])|零增长")
_TREND = re.compile(
    "(?:稳步|持续|逐步|逐年|不断|稳定|明显|显著|大幅|稳中有)(?:提升|提高|增长|增加|扩大|改善|上升|下降|降低|减少|优化|壮大|升|降)$"
)
_DECLINES = re.compile("下降|降低|减少|降$")

_BEFORE_FIGURE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "<=",
        re.compile(
            "(?:压缩[到至]|缩短[到至]|减少[到至]|控制在|不超过|不高于|不多于|不突破|低于或等于|降(?:低)?[到至])$"
        ),
    ),
    (">=", re.compile("(?:不低于|不少于|不小于|至少)$")),
    ("<", re.compile("(?:低于|少于)$")),
    (">", re.compile("(?:超过|超出|突破|高于|大于|超)$")),
    (">=", re.compile("(?:(?:提[高升]|增加|增长|扩大|上升)?(?:达|到|至)+|稳定在|保持在|实现|为|完成)$")),
)
_ABOUT = ("左右", "上下")
_ABOUT_BEFORE = re.compile("大?约$")
_AFTER_FIGURE = {"以上": ">=", "及以上": ">=", "以内": "<=", "以下": "<="}
_FLOW = re.compile(
    "新增|累计|扶持|培训|培育|培养|开展|举办|发放|引进|招引|吸引|转移|新建|建成|建设|开发|帮扶|帮助|带动|组织|完成|净增|每年|年均"
)
# What there is or was, and nothing to reach.
_STATE = re.compile("^(?:已|现有|现已|现存|缺|去年|上年|目前|截至|原有)|(?:已|现)(?:有|建成|完成|达)?$")
_YEARLY = re.compile("每年|年均|年度|当年|毕业生|应届")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What earlier words of the same chapter fix for a clause."""

    from_year: int | None = None
    to_year: int | None = None


def figures_of(texts: Iterable[str], year: int | None, subject: str = "") -> list[Target]:
    """The figures with a unit of measure, and the trends, that the text of a measure sets for `year`.

    A figure that no words name (完成1200户) is one of the measure's `subject`.
    """
    scope = _Scope(None, year)
    found: list[Target] = []
    for place, text in enumerate(texts):
        # 建成28个 and nothing else, below the work or in a cell beside it.
        alone = _ACT_ALONE_WITH_FIGURE.fullmatch(strip_end(text)) if place else None
        for sentence in split_sentences(alone["figure"] if alone else text):
            before, entries = split_enumeration(sentence)
            for piece in (before, *entries):
                found += _targets_of(piece, _scope_after(scope, piece, piece), subject)
    return _without_repetitions(found)


def read_targets(chapters: Iterable[list[str]], year: int | None = None) -> list[Target]:
    """Read the targets of the general chapters, each given as its paragraphs in order; `year` is that of the notice."""
    chapters = [list(paragraphs) for paragraphs in chapters]
    whole = "\n".join(paragraph for paragraphs in chapters for paragraph in paragraphs)
    targets: list[Target] = []
    for paragraphs in chapters:
        scope = _Scope()
        says_goals = bool(paragraphs) and _GOALS.fullmatch(strip_end(paragraphs[0])) is not None
        for paragraph in paragraphs:
            for sentence in _without_heading(paragraph):
                scope = _scope_after(scope, sentence, whole)
                if scope.to_year is not None:
                    targets += _targets_of(sentence, scope)
                elif says_goals and year is not None:
                    found = _targets_of(sentence, _Scope(None, year))
                    targets += [target for target in found if target.kind is not TargetKind.TREND]
    return _without_repetitions(targets)


def _without_heading(paragraph: str) -> list[str]:
    """A bullet's first sentence without a figure is its heading, when more follows."""
    sentences = split_sentences(paragraph.lstrip(BULLETS))
    is_bullet = paragraph.startswith(tuple(BULLETS[1:]))
    if is_bullet and len(sentences) > 1 and not re.search(r"\d", sentences[0]):
        return sentences[1:]
    return sentences


def _scope_after(scope: _Scope, sentence: str, whole: str) -> _Scope:
    horizon = _HORIZON.search(sentence)
    if horizon is None:
        return scope
    to_year = int(horizon[1] or horizon[2] or horizon[3])
    return _Scope(_first_year(whole, to_year), to_year)


def _first_year(whole: str, to_year: int) -> int | None:
    for years in _RANGE.finditer(whole):
        if int(years[2]) == to_year and int(years[1]) <= to_year:
            return int(years[1])
    span = _SPAN.search(whole)
    return to_year - _LENGTH_OF_SPAN[span[1]] + 1 if span else None


def _targets_of(sentence: str, scope: _Scope, subject: str | None = None) -> list[Target]:
    targets: list[Target] = []
    named = ""
    for clause in _clauses(_HORIZON.sub("", sentence)):
        previous = targets[-1] if targets else None
        if subject is None:
            target = _target_of(clause, scope, previous)
        else:
            target = _target_in_measure(clause, scope, previous, named=named, subject=subject)
            named = target.name if target else _name_for_each(clause) or named
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
    return [strip_end(act) for clause in clauses for act in _acts(clause)]


def _acts(clause: str) -> list[str]:
    if _OF_RULES.match(clause):
        return [clause]
    return _NEXT_ACT.sub(r"\g<figure>\g<noun>\n", clause).split("\n")


def _target_in_measure(
    clause: str, scope: _Scope, previous: Target | None, *, named: str, subject: str
) -> Target | None:
    """A target of a measure; where a figure has no name before it, what follows it, the one `named` or `subject`."""
    before, figure = _figure_in(clause)
    doubles = _DOUBLES.search(clause)
    if doubles and not figure:
        return _target(clause, name_of(clause[: doubles.start()]), TargetKind.TREND, "rising", scope)
    if figure is None:
        return _target_of(clause, scope, previous)
    if _FOR_EACH.search(before) or _NO_QUANTITY.search(before):
        return None
    if figure["unit"] in _TIMES and not any(words.search(before) for _, words in _BEFORE_FIGURE):
        return None
    found = _with_figure(clause, scope, previous)
    if found is not None:
        return _with_whole_name(found, clause[figure.end() :], figure["unit"], named=named, subject=subject)
    # 2楼 and the like: nothing says what is counted.
    says_nothing = name_of(_comparator(before, figure)[1]) in _DONE
    whole = named if named and says_nothing and before.strip(BULLETS) not in _DONE else subject
    bare = _with_figure(clause, scope, previous, name=name_of(clause[figure.end() :]) or whole)
    return bare if bare is not None and (bare.name != subject or says_nothing) else None


def _with_whole_name(found: Target, after: str, unit: str, *, named: str, subject: str) -> Target | None:
    """The target with what is counted, which may stand `after` the figure, before it or in the words above."""
    if found.name in _SAYS_NOTHING:
        return replace(found, name=subject)
    if _STATE.search(found.name) or after.startswith("的"):
        return None
    if named.startswith(found.name) and not strip_end(after):
        # 建站1个，全县建不少于28个: one of what was named before.
        return replace(found, name=named)
    name = whole_name(found.name, after, unit)
    return replace(found, name=f"{named or subject}{name}" if _COMPARED.match(name) else name)


def _figure_in(clause: str) -> tuple[str, re.Match[str] | None]:
    """The figure to reach, and the words before it without the figure that it is reached from."""
    begun = _FROM.search(clause)
    figure = _FIGURE.search(clause, begun.end() if begun else 0)
    if figure is None:
        return "", None
    before = clause[: figure.start()]
    return (before[: begun.start()] + before[begun.end() :] if begun else before), figure


def _name_for_each(clause: str) -> str:
    """What a figure for each of several is one of, for the sum in the next clause: 每个乡镇建站1个，全县不少于28个."""
    before, figure = _figure_in(clause)
    each = _EACH.match(before)
    if figure is None or each is None:
        return ""
    name = name_of(_comparator(before[each.end() :], figure)[1])
    return whole_name(name, clause[figure.end() :], figure["unit"]) if name else ""


def _target_of(clause: str, scope: _Scope, previous: Target | None) -> Target | None:
    figure = _figure_in(clause)[1]
    if figure:
        target = _with_figure(clause, scope, previous)
        return replace(target, name=counted(target.name, figure["unit"])) if target else None
    zero = _ZERO.search(clause)
    if zero:
        name = name_of(clause[: zero.start()])
        unit = "户" if name.endswith(("家庭", "户")) else ""
        return _target(clause, name, TargetKind.ZERO, "=", scope, value=Decimal(0), unit_of_measure=unit)
    trend = _TREND.search(clause)
    if trend:
        comparator = "falling" if _DECLINES.search(trend.group()) else "rising"
        return _target(clause, name_of(clause[: trend.start()]), TargetKind.TREND, comparator, scope)
    return None


def _with_figure(clause: str, scope: _Scope, previous: Target | None, name: str = "") -> Target | None:
    before, figure = _figure_in(clause)
    if figure is None:
        return None
    is_part = "其中" in before
    comparator, before = _comparator(before, figure)
    name = name or name_of(before)
    value, unit = _value_and_unit(figure)
    kind = kind_of(name, clause, unit, comparator)
    is_subset = is_part and previous is not None
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
        is_approximate=figure["after"] in _ABOUT or comparator == "~",
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
    if (after in _ABOUT or _ABOUT_BEFORE.search(before)) and found == ">=":
        found = "~"
    return _AFTER_FIGURE.get(after, found), before


def _value_and_unit(figure: re.Match[str]) -> tuple[Decimal, str]:
    value = Decimal(re.sub("[,，]", "", figure["digits"]))
    scale, unit = figure["scale"], figure["unit"].replace("％", "%")
    if scale and unit == "元" and scale in "万亿":
        return value, scale + unit
    value *= _SCALE.get(scale or "", 1)
    return (value.to_integral_value() if value == value.to_integral_value() else value), unit


def kind_of(name: str, clause: str, unit: str, comparator: str) -> TargetKind:
    """How a figure is to be read: a ceiling, a ratio, a sum that grows over the years or what there is at the end."""
    if "调查失业率" in name:
        return TargetKind.EXTERNAL
    if comparator in ("<=", "<"):
        return TargetKind.CEILING
    if unit in ("%", "‰", "个百分点"):
        return TargetKind.RATIO
    if _FLOW.search(clause):
        return TargetKind.FLOW
    return TargetKind.STOCK


def _without_repetitions(targets: list[Target]) -> list[Target]:
    return list({(t.name, t.comparator, t.value, t.unit_of_measure, t.to_year): t for t in targets}.values())
