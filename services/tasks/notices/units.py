"""A list of units as a notice writes it → known units and groups, unknown names, and whether it ends in 等.

Known names are matched first and longest, so that 自然资源和规划局 is one unit although 和 also joins two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.tasks.notices.directory import KnownGroup, KnownUnit
from services.tasks.notices.names import Known, NameIndex, normalise
from services.tasks.notices.numbering import parse_chinese_number
from services.tasks.notices.sentences import find_pairs

_SEPARATORS = "、,;。./|\n:"
_CONJUNCTION = re.compile("以及|会同|联合|及|和|与|暨|并")
_ENDS_OF_NAME = re.compile(rf"[{re.escape(_SEPARATORS)}()]|$|以及|会同|联合|及|和|与|暨")
_OPEN = re.compile(
    r"等(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3})?[个家]?(?:(?:县|市|区|省|直|级|有关|相关|各|责任|成员|职能|行业|主管)*"
    rf"(?:单位|部门|机关|企业)?|[\u4e00-\u9fff]{{1,8}}(?:单位|部门))(?=[{re.escape(_SEPARATORS)}()]|$)"
)
_UNIT_ENDINGS = re.compile(
    "(?:局|委|办|院|会|府|部|中心|公司|学校|中学|大学|行|联|社|站|所|队|厅|处|组|镇|乡|街道|区|村|单位|部门|企业|机构"
    "|集团|台|馆|园|县|市|办公室|专班|党校|移动|联通|电信|供电|邮政|铁塔|烟草|消防|气象|公安|税务|保险|基地|科室|股|科)(?:[(][^()]*[)])?$"
)
# What a county's own bodies begin with: such a name is one, whether the directory knows it or not.
_OF_A_COUNTY = re.compile(
    "[县市区省州镇乡]|各|国网|中国|共青团|团[县市]|[\u4e00-\u9fff]{1,6}[县市镇乡](?!长|级|场|域|民)"
)
# A clause begins so, and no name of a unit.
_CLAUSE = re.compile(
    "加[强快大]|做[好到]|推[进动]|完善|强化|落实|开展|确保|坚持|建[立好]|健全|持续|进一步|切实|抓[好紧]|明确|统筹|要|对|将|在|按|把|以|为|及时"
    "|如|含|包括|简称|下同|详见|另|并|通过|利用|依托|鼓励|支持|引导|用好|全面|深入|积极|主动|定期|严格|每"
)
_EACH_PART = (
    r"(?:乡镇|街道|社区|园区|开发区|区|县|市|乡|镇|村)(?:\((?:市|区|县|街道|镇|乡|村|社区|园区|办事处|管委会)\))?"
)
# 各区、县（市）人民政府; 各镇（街道）: one name, although signs of a list stand in it.
_EACH = re.compile(rf"各{_EACH_PART}(?:[、及和与]{_EACH_PART})*(?:人民政府|政府|办事处|管委会)?")
_REST_OF_EACH = re.compile("(?:乡|镇|乡镇|街道|社区|村|园区|开发区)(?:人民政府|政府|办事处|管委会)?")
# 县气象局拨付资金: somebody and what he does.
_UNIT_AND_VERB = re.compile(
    "[\u4e00-\u9fff]{2,}?(?:局|委员会|委|办|中心|政府)(?!机关|直属|下属|所属|系统|党)[\u4e00-\u9fff]{3,}"
)
_PERSON = re.compile("[\u4e00-\u9fff]{2,3}")
_COUNTED = re.compile(r"\d+[\u4e00-\u9fff]?$")
_EXCEPT = re.compile("除外|不含|不包括|以外")
# What stands in a list that names nobody.
_NOBODY = ("无", "暂无", "没有", "/", "-", "--", "—", "——", "－")
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff)）])[ \t\u3000\u00a0]+(?=[\u4e00-\u9fff])")
_GENERIC = re.compile(
    "(?:各|其他|有关|相关|县直|市直|区直|全县|全市).*|.{0,8}(?:有关|相关|成员|责任|主管|职能|直属|行业)(?:单位|部门|企业|机构)"
    "|.{1,6}各(?:乡镇|镇街|镇|乡|街道|村|社区|单位|部门|企业|学校|园区)"
)
# 各乡镇, 各村(社区), 县直各部门: everybody of one kind, of whom no 有关 leaves open who is meant.
_EVERY_ONE_OF = re.compile(
    rf"(?:全县|县域内?|辖区内?)?{_EACH.pattern}|[县市区]直(?:机关)?各(?:部门|单位)|各[县市区]直(?:机关)?(?:部门|单位)"
)
# The longest name of the example's directory has 17 signs.
_LONGEST_UNIT_NAME = 24
_LONGEST_UNUSUAL = 12


@dataclass(frozen=True, slots=True)
class Name:
    """One entry of a list; `known` is empty for an unknown name and has several when it may mean more than one."""

    text: str
    known: tuple[Known, ...] = ()
    is_marked_lead: bool = False

    @property
    def is_generic(self) -> bool:
        """True for words such as 各有关单位, which name nobody."""
        return not self.known and _GENERIC.fullmatch(self.text) is not None

    @property
    def is_everyone_of_a_kind(self) -> bool:
        """True for 各乡镇 and the like, which name a group, whether the directory knows it or not."""
        return self.is_generic and _EVERY_ONE_OF.fullmatch(self.text) is not None

    @property
    def is_plausible(self) -> bool:
        """Whether it is known or looks like a unit."""
        return bool(self.known) or looks_like_unit(self.text)

    @property
    def may_be_unit(self) -> bool:
        """Whether it may stand in a list of units beside plausible ones: short, and no clause of a sentence."""
        if self.is_plausible:
            return True
        is_clause = _CLAUSE.match(self.text) or _UNIT_AND_VERB.match(self.text)
        return 2 <= len(self.text) <= _LONGEST_UNUSUAL and not is_clause

    @property
    def is_surely_unit(self) -> bool:
        """Whether it is known, or is written as the bodies of a county are, so that no verb need stand beside it."""
        if self.known or self.is_generic:
            return True
        return looks_like_unit(self.text) and _OF_A_COUNTY.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one list, in the order written."""

    names: tuple[Name, ...]
    # The words that leave the list open, such as 等 or 等单位; empty when it is complete.
    open_ending: str = ""


def looks_like_unit(text: str) -> bool:
    """Whether a text ends as names of units do."""
    if not 2 <= len(text) <= _LONGEST_UNIT_NAME or _UNIT_ENDINGS.search(text) is None:
        return False
    # 新建校舍3所 is so many of something.
    return not _CLAUSE.match(text) and _COUNTED.search(text) is None


def read_names(text: str, index: NameIndex) -> NameList:
    """Read a list of units in the order written, each entry as often as it stands there."""
    text = normalise(_with_blanks_as_separators(text, index))
    names: list[Name] = []
    open_ending = ""
    pairs = find_pairs(text)
    position = _skip_separators(text, 0, index)
    while position < len(text):
        ending = _OPEN.match(text, position)
        if text[position] == "(":
            end = pairs.get(position, position)
            _read_brackets(text[position + 1 : end], names, index)
            position = end + 1
        elif ending or text[position] == "等":
            open_ending = open_ending or _open_ending(ending, len(names))
            position = ending.end() if ending else position + 1
        else:
            name, position = _next_name(text, position, index)
            names.append(name)
        position = _skip_separators(text, position, index)
    known = (name if name.known else replace(name, known=index.all_meant_by(name.text)) for name in _completed(names))
    return NameList(tuple(known), open_ending)


def _completed(names: list[Name]) -> Iterator[Name]:
    """The names, of 各乡镇、街道 the second as 各街道."""
    previous: Name | None = None
    for name in names:
        goes_on = previous is not None and previous.text.startswith("各") and not name.known
        if name.text and name.text not in _NOBODY:
            yield replace(name, text=f"各{name.text}") if goes_on and _REST_OF_EACH.fullmatch(name.text) else name
        previous = name


def _with_blanks_as_separators(text: str, index: NameIndex) -> str:
    """Separate names that only blanks separate; blanks inside a name stay what they are."""
    if not _BLANK.search(text):
        return text
    pieces = [normalise(piece) for piece in re.split(rf"[{re.escape(_SEPARATORS)}，；。：]|{_BLANK.pattern}", text)]
    named = [piece for piece in pieces if piece in index.written or looks_like_unit(piece)]
    others = [piece for piece in pieces if piece and piece not in named]
    if named and all(_PERSON.fullmatch(piece) for piece in others):
        # 县人社局 张三: whose official it is, and no unit.
        for person in others:
            text = re.sub(rf"{_BLANK.pattern}{person}(?![\u4e00-\u9fff])", "", text)
        return _BLANK.sub("、", text)
    return text


def _open_ending(ending: re.Match[str] | None, listed: int) -> str:
    if ending is None:
        return "等"
    count = ending["count"]
    if count and listed == (int(count) if count.isdecimal() else parse_chinese_number(count)):
        return ""
    return ending.group()


def _skip_separators(text: str, position: int, index: NameIndex) -> int:
    while position < len(text):
        if text[position] in _SEPARATORS or text[position] == ")":
            position += 1
        elif (joint := _CONJUNCTION.match(text, position)) and not _known_at(text, position, index):
            position = joint.end()
        else:
            break
    return position


def _next_name(text: str, position: int, index: NameIndex) -> tuple[Name, int]:
    known = _known_at(text, position, index)
    if known:
        end, who = known
        return Name(text[position:end], who), end
    each = _EACH.match(text, position)
    if each and each.end() > position + 2 and _ENDS_OF_NAME.match(text, each.end()):
        return Name(each.group(), index.written.get(each.group(), ())), each.end()
    end = position
    while end < len(text) and text[end] not in _SEPARATORS and text[end] not in "()":
        if end > position and _is_joint(text, position, end, index):
            break
        end += 1
    written = text[position:end]
    ending = _OPEN.search(written)
    if ending and ending.start():
        return Name(written[: ending.start()]), position + ending.start()
    return Name(written), max(end, position + 1)


def _known_at(text: str, position: int, index: NameIndex) -> tuple[int, tuple[Known, ...]] | None:
    for end, who in index.at(text, position):
        if _ENDS_OF_NAME.match(text, end) or text[end] == "等":
            return end, who
    return None


def _is_joint(text: str, start: int, position: int, index: NameIndex) -> bool:
    """Tell whether 及, 和 or 与 at `position` joins two units rather than standing inside one name."""
    joint = _CONJUNCTION.match(text, position)
    if joint is None:
        return False
    if _known_at(text, joint.end(), index):
        return True
    rest = text[joint.end() : joint.end() + _LONGEST_UNIT_NAME]
    right = re.split(rf"[{re.escape(_SEPARATORS)}()等]", rest, maxsplit=1)[0]
    return looks_like_unit(text[start:position]) and looks_like_unit(right)


def _read_brackets(content: str, names: list[Name], index: NameIndex) -> None:
    if names and _EXCEPT.search(content):
        # Who is left out makes another set of it, which a person must see.
        names[-1] = replace(names[-1], text=f"{names[-1].text}({content})", known=())
        return
    if "牵头" in content and names:
        names[-1] = replace(names[-1], is_marked_lead=True)
        return
    if names and not names[-1].known:
        names[-1] = replace(names[-1], text=f"{names[-1].text}({content})")
        return
    if "(" in content:
        return
    names.extend(name for name in read_names(content, index).names if name.known)


def units_of(names: tuple[Name, ...]) -> list[KnownUnit]:
    """Return the units meant beyond doubt, with repetitions."""
    return [name.known[0] for name in names if len(name.known) == 1 and isinstance(name.known[0], KnownUnit)]


def groups_of(names: tuple[Name, ...]) -> list[KnownGroup]:
    """The names that are groups for certain."""
    return [name.known[0] for name in names if len(name.known) == 1 and isinstance(name.known[0], KnownGroup)]
