"""A list of units as a notice writes it → known units and groups, unknown names, and whether it ends in 等.

Known names are matched first and longest, so that 自然资源和规划局 is one unit although 和 also joins two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.tasks.notices.directory import KnownGroup, KnownUnit
from services.tasks.notices.names import Known, NameIndex, normalise
from services.tasks.notices.numbering import parse_chinese_number
from services.tasks.notices.sentences import find_pairs

_SEPARATORS = "、,;。./|\n:"
_CONJUNCTION = re.compile("以及|会同|联合|及|和|与|暨|并")
_ENDS_OF_NAME = re.compile(rf"[{re.escape(_SEPARATORS)}()]|$|以及|会同|联合|及|和|与|暨")
_OPEN = re.compile(
    r"等(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3})?[个家]?(?:县|市|区|省|直|级|有关|相关|各|责任|成员|职能|行业|主管)*"
    rf"(?:单位|部门|机关|企业)?(?=[{re.escape(_SEPARATORS)}()]|$)"
)
_UNIT_ENDINGS = re.compile(
    "(?:局|委|办|院|会|府|部|中心|公司|学校|中学|大学|行|联|社|站|所|队|厅|处|组|镇|乡|街道|区|村|单位|部门|企业|机构"
    "|集团|台|馆|园|县|市)(?:[(][^()]*[)])?$"
)
_GENERIC = re.compile(
    "(?:各|其他|有关|相关|县直|市直|区直|全县|全市).*|.*(?:有关|相关|成员|责任|主管|职能|直属|行业)(?:单位|部门|企业|机构)"
)
# The longest name of the example's directory has 17 signs.
_LONGEST_UNIT_NAME = 24


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
    def is_plausible(self) -> bool:
        """Whether it is known or looks like a unit."""
        return bool(self.known) or looks_like_unit(self.text)


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one list, in the order written."""

    names: tuple[Name, ...]
    # The words that leave the list open, such as 等 or 等单位; empty when it is complete.
    open_ending: str = ""


def looks_like_unit(text: str) -> bool:
    """Whether a text ends as names of units do."""
    return 2 <= len(text) <= _LONGEST_UNIT_NAME and _UNIT_ENDINGS.search(text) is not None


def read_names(text: str, index: NameIndex) -> NameList:
    """Read a list of units in the order written, each entry as often as it stands there."""
    text = normalise(text)
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
    return NameList(tuple(name for name in names if name.text), open_ending)


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
