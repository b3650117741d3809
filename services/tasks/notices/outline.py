"""The tree of numbered paragraphs with the tails found in them; `areas.py` finds the measures in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from services.tasks.notices.blocks import Block, Paragraph, Span, Table
from services.tasks.notices.dates import find_due, read_due
from services.tasks.notices.heading import is_date
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import (
    Level,
    Marker,
    parse_chinese_number,
    read_automatic_marker,
    read_doubtful_marker,
    read_marker,
)
from services.tasks.notices.tails import (
    Role,
    Tail,
    TailPart,
    bare_label,
    find_first_is_lead,
    is_labelled,
    read_list,
    take_tails,
)
from services.tasks.notices.units import read_names
from services.tasks.notices.unnumbered import below_bullets, headings_between

# Chapters that share out no work, unless units stand in them.
_GENERAL = re.compile(
    "(?:总体|指导|工作|基本|主要|有关|几点|具体)?(?:要求|思想|思路|原则|目标|目标任务)|(?:总的|发展|预期|年度)?目标(?:任务)?|背景.*"
    "|(?:组织|保障|实施|政策|工作|服务|资金|制度|机制)*(?:保障|领导|措施|实施|机制)|(?:加强|强化|健全|完善|严格|注重|营造|落实|压实)"
    "(?:[\u4e00-\u9fff]{0,4})(?:领导|保障|宣传|督导|督查|考核|调度|监督|氛围|责任|管理|协同|统筹|引导|指导|问效|评估|落实)[\u4e00-\u9fff]{0,4}"
    "|氛围营造|宣传引导|督导考核|附则|名词解释|有关说明|其他(?:事项)?|本[\u4e00-\u9fff]{2,6}自.*"
)


@dataclass(slots=True)
class Passage:
    """One paragraph under a node: its text without tails, its tails, and where in the source it stands."""

    text: str
    tails: list[Tail] = field(default_factory=list)
    origins: tuple[Span, ...] = ()
    # Its tail stands line by line below a label.
    is_listed: bool = False

    @property
    def is_only_tail(self) -> bool:
        """Whether nothing stands here but who is responsible."""
        return bool(self.tails) and not self.text.strip("—–-·●•。;；,， \t\u3000\n")


@dataclass(slots=True, eq=False)
class Node:
    """A numbered heading with its passages and what stands below it. `origins` are those of the heading."""

    marker: Marker | None
    parent: Node | None = None
    heading: str = ""
    passages: list[Passage] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # The notice said, here or before, that the first unit of a list leads.
    first_leads: bool = False
    origins: tuple[Span, ...] = ()
    # Where officials and telephone numbers stand below it, which no draft takes.
    contacts: list[Span] = field(default_factory=list)
    # Of a row of a table without units those of the row above, which one cell may have stood for.
    units_above: str = ""
    # Heads of tables whose rows were given to the measures that they are about.
    heads: list[Span] = field(default_factory=list)

    @property
    def level(self) -> Level:
        """How high its number stands."""
        return self.marker.level if self.marker else Level.UNNUMBERED

    @property
    def number(self) -> str:
        """Its number as written, empty for none."""
        return self.marker.text if self.marker else ""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @property
    def tails(self) -> list[Tail]:
        """Who is responsible, from all its passages."""
        return [tail for passage in self.passages for tail in passage.tails]

    def texts(self) -> list[str]:
        """Return the text of this node and of all below it, in order, without numbers and tails."""
        return [
            text
            for node in self.walk()
            for text in (node.heading, *(passage.text for passage in node.passages))
            if text.strip()
        ]


_Marked = tuple[Marker | None, str]

_ANNEX = re.compile(r"附[件表录](?:\d{1,2}|[一二三四五六七八九十])?(?:[:：.．、].*)?")
_FIRST_ANNEX = re.compile(r"附[件表录][:：]?1[.．、]")
_IS_TITLE_OF_ANNEX = re.compile(
    "[^。；;：:，,]{2,40}(?:表|清单|台账|目录|名单|安排|计划|图)(?:[（(][^（）()]{1,12}[)）])?"
)
_LONGEST_ANNEX = 120
_LONGEST_BARE = 60
# 县人社局牵头的任务（3项）
_GIVEN_WORK = re.compile(
    r"(?P<names>.{2,60}?)(?P<verb>牵头|主办|负责|承担|承办|落实|配合|协办)(?:负责|落实|实施)?的?(?:重点|主要)?(?:工作|任务|事项|项目|内容)?(?:任务|清单)?"
    r"(?:[（(]共?\d{1,3}[项条个][)）])?[：:]?"
)
_BULLET = re.compile(r"\s*[●■◆★▪•▲◇○]\s*\S")
_BULLETS = "●■◆★▪•▲☆◇○ \t\u3000\u00a0"
_LONGEST_LIMIT = 24
# Each line is read with those above it; no measure has so many units line by line.
_MOST_LISTED = 60
# What stands below the last measure and is said of all of them, or ends the letter.
_CLOSES = re.compile(
    r"\s*(?:请(?:各|有关|认真|遵照|抓好|抓紧|结合|贯彻|切实|高度|务必|据此)|以上(?:各项|工作|任务|事项)|上述|本(?:办法|措施|方案|意见|规定|细则|通知|政策|计划|制度|若干措施)(?:自|由)|未尽|特此|此函|此致|望各|希各|各(?:责任|有关|相关)?(?:单位|部门)(?:要|应|须|请|于)|各地各"
    r"|(?:抄送|抄报|分送|印发|记录|主题词|(?:出席|列席|参加|参会|与会)(?:人员|单位)?)[：: \u3000])"
    r"|[^。]{0,40}\d日印发\s*$"
)
_IS_NOTE = re.compile(r"\s*[（(]?(?:备?注|说明)[:：]")
_SAID_OF_ALL = re.compile(r"\s*(?:以上|上述)(?:各项|全部|所有)?(?:工作|任务|事项|措施)")
_CHINESE_BLANK = re.compile("\\s*([一二三四五六七八九十]{1,3})[ \\t\u3000\u00a0]+(\\S.{1,60})")
_BEFORE_BLANK = re.compile(r"\s*(\d{1,2})[ \t\u3000\u00a0]+(\D.{1,60})")


def build_outline(blocks: Sequence[Block], index: NameIndex) -> Node:
    """Return the root, which holds what stands before the first number."""
    building = _Building(blocks, index)
    for position, block in enumerate(blocks):
        if isinstance(block, Table):
            # What is attached belongs to no measure before it.
            (building.root if building.in_annex else building.current).tables.append(block)
        elif not building.add_below_label(position):
            building.add(position)
    root = building.root
    if building.is_first_leading_all:
        for node in root.walk():
            node.first_leads = True
    _share_headings(root, index)
    _name_unnumbered_measures(root)
    _hoist_closing_tails(root)
    _share_what_is_said_of_all(root)
    return root


class _Building:
    """The outline as far as it has been read."""

    def __init__(self, blocks: Sequence[Block], index: NameIndex) -> None:
        self.root = self.current = Node(None)
        self._blocks = blocks
        self._index = index
        self._first_leads = False
        # The part that a label gives which stands alone in a line above.
        self._opened: Role | None = None
        self._listed = 0
        self.in_annex = False
        # A note of its own, above or below the measures, says that the first one leads in all of them.
        self.is_first_leading_all = False
        # Of 附件：1.… the last number, where its list goes on in the next lines.
        self._annexes = 0
        self._below_bullets = below_bullets(blocks)
        doubtful = _numbers_before_figures(blocks) | _numbers_above_dotted(blocks) | _numbers_before_blanks(blocks)
        doubtful = headings_between(blocks, index) | doubtful
        self._marked = [
            doubtful.get(place) or _marker_and_text(block) if isinstance(block, Paragraph) else (None, "")
            for place, block in enumerate(blocks)
        ]
        self._marked = _with_half_brackets_below(self._marked)
        self._last_number = max((n for n, (marker, _) in enumerate(self._marked) if marker), default=len(blocks))

    def add_below_label(self, position: int) -> bool:
        """Add a line that is nothing but a label, or goes on with the list below one; whether it is such a line."""
        (marker, text), origins = self._marked[position], self._blocks[position].origins
        role = bare_label(text) if marker is None else None
        if role:
            self._opened, self._listed = role, 0
            self.current.passages.append(Passage("", [], origins))
            return True
        may_go_on = marker is None and self._listed < _MOST_LISTED
        if may_go_on and self._opened and (line := _listed_below(text, self._opened, self._index)):
            _add_listed(self.current, self._opened, line, origins)
            self._listed += 1
            return True
        self._opened = None
        return False

    def add(self, position: int) -> None:
        """Add a paragraph: a heading, what belongs to one, or what is said of all."""
        (marker, written), origins = self._marked[position], self._blocks[position].origins
        text, tails = take_tails(written, self._index)
        if position > self._last_number and _CLOSES.match(written):
            # Below the last measure, and said of all or of none.
            self.root.passages.append(Passage(written.strip(), [], origins))
            return
        if marker and self._is_next_annex(marker, written, tails):
            self._annexes += 1
            self.root.passages.append(Passage(f"{marker.text}{written}".strip(), [], origins))
            return
        if marker:
            self.in_annex, self._annexes = False, 0
            # 县人社局牵头，县财政局配合 is all that is written: no measure is without words.
            is_all = tails and not text.strip() and not is_labelled(written)
            self._open(marker, written if is_all else text, tails, origins)
        else:
            self._add_text(position, text, tails)
        if marker is None and _IS_NOTE.match(written) and find_first_is_lead(written):
            self.is_first_leading_all = True
        self._first_leads = self._first_leads or find_first_is_lead(text)
        is_said = self._first_leads or any(tail.first_is_lead for tail in tails)
        self.current.first_leads = self.current.first_leads or is_said
        self._first_leads = self._first_leads or any(tail.from_here_on for tail in tails)

    def _is_next_annex(self, marker: Marker, text: str, tails: Sequence[Tail]) -> bool:
        is_next = marker.level is Level.ARABIC and self._annexes > 0 and marker.value == self._annexes + 1
        return is_next and not tails and "。" not in text and len(text) <= _LONGEST_BARE

    def _open(self, marker: Marker, heading: str, tails: Sequence[Tail], origins: tuple[Span, ...]) -> None:
        self.current = _open_node(self.current, marker, heading)
        self.current.origins = origins
        self.current.passages.append(Passage("", list(tails)))

    def _add_text(self, position: int, text: str, tails: Sequence[Tail]) -> None:
        origins = self._blocks[position].origins
        is_last = position in self._below_bullets or _is_last_of(self.current, self._blocks, position)
        if not tails and is_last:
            bare = _bare_tail(text, self._index)
            if bare and _goes_on_with(self.current, bare):
                self.current.passages[-1].origins += origins
                return
            text, tails = ("", (bare,)) if bare else (text, tails)
        if not tails and (is_annex(text) or (self.in_annex and _IS_TITLE_OF_ANNEX.fullmatch(text.strip()))):
            # Below the last measure, and none of its tasks.
            self.root.passages.append(Passage(text.strip(), [], origins))
            self.in_annex = True
            first = _FIRST_ANNEX.match(re.sub(r"\s", "", text))
            self._annexes = 1 if first else 0
        elif tails and not text.strip() and all(_is_contact(tail) for tail in tails):
            self.current.contacts += origins
        elif text.strip() or tails:
            _add_passage(self.current, Passage(text.strip(), list(tails), origins))


def _marker_and_text(paragraph: Paragraph) -> tuple[Marker | None, str]:
    if not paragraph.numbering:
        return read_marker(paragraph.text)
    marker = read_automatic_marker(paragraph.numbering)
    return marker, paragraph.text.strip() if marker else f"——{paragraph.text.strip(' —')}"


def _with_half_brackets_below(marked: Sequence[_Marked]) -> list[_Marked]:
    """The same; 1） stands a level below the （1） before it, where it begins at one and counts on."""
    found: list[_Marked] = []
    # Whether the last number was （1）, or one that stands below such; then the value that counts on.
    is_below_whole, following = False, 0
    for marker, text in marked:
        if marker is not None:
            is_bracketed = marker.level is Level.ARABIC_IN_BRACKETS
            is_half = is_bracketed and not marker.text.startswith(("(", "（"))
            if is_half and is_below_whole and marker.value in (1, following):
                following = marker.value + 1
                found.append((replace(marker, level=Level.HALF_BRACKET), text))
                continue
            if marker.level <= Level.ARABIC_IN_BRACKETS:
                is_below_whole, following = is_bracketed and not is_half, 0
        found.append((marker, text))
    return found


def _numbers_before_figures(blocks: Sequence[Block]) -> dict[int, tuple[Marker, str]]:
    """By position the paragraphs like "2．3家企业" that are number 2 among their neighbours, and no figure of 2.3.

    One is where the last number before was 1; the first of a list where the next one is 2.
    """
    found: dict[int, tuple[Marker, str]] = {}
    last = 0
    waiting: tuple[int, tuple[Marker, str]] | None = None
    for position, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.numbering:
            continue
        sure, _rest = read_marker(block.text)
        doubt = None if sure else read_doubtful_marker(block.text)
        value = sure.value if sure and sure.level is Level.ARABIC else doubt[0].value if doubt else 0
        if not value:
            continue
        if waiting and value == 2:
            found[waiting[0]], last = waiting[1], 1
        waiting = None
        if doubt and value == last + 1 and last:
            found[position] = doubt
        elif doubt:
            waiting = (position, doubt) if value == 1 else None
            continue
        last = value
    return found


def _numbers_above_dotted(blocks: Sequence[Block]) -> dict[int, tuple[Marker, str]]:
    """By position the paragraphs like "2 服务" that are headings, because a "2.1" stands somewhere below.

    Those that count up to it, and the one that counts on, are headings, too.
    """
    markers = [read_marker(block.text)[0] if isinstance(block, Paragraph) else None for block in blocks]
    dotted = [marker.text for marker in markers if marker and marker.level is Level.DOTTED]
    above = {int(re.split("[.．]", text)[0]) for text in dotted} - {0}
    found = {}
    last = 0
    for position, block in enumerate(blocks if above else ()):
        match = _BEFORE_BLANK.fullmatch(block.text) if isinstance(block, Paragraph) and not block.numbering else None
        value = int(match[1]) if match else 0
        if match and (value in above or (value == last + 1 and value <= max(above) + 1)):
            found[position], last = (Marker(Level.ARABIC, value, match[1]), match[2]), value
    return found


def _numbers_before_blanks(blocks: Sequence[Block]) -> dict[int, tuple[Marker, str]]:
    """By position the paragraphs like "一 打造服务圈", where 二 and so on follow; one alone is a word.

    A further 一 begins another list.
    """
    lists: list[dict[int, tuple[Marker, str]]] = [{}]
    for position, block in enumerate(blocks):
        match = _CHINESE_BLANK.fullmatch(block.text) if isinstance(block, Paragraph) and not block.numbering else None
        value = parse_chinese_number(match[1]) if match else None
        if match and value is not None and value in (1, len(lists[-1]) + 1):
            if value <= len(lists[-1]):
                lists.append({})
            lists[-1][position] = Marker(Level.CHINESE, value, match[1]), match[2]
    return {position: found for one in lists if len(one) > 1 for position, found in one.items()}


def _listed_below(text: str, role: Role, index: NameIndex) -> str:
    """The line where it goes on with what a label above it began: units, or a day; else nothing."""
    line = text.strip()
    if not line or len(line) > _LONGEST_BARE or line.endswith((":", "：")):
        return ""
    if role is Role.DUE:
        return line if len(line) <= _LONGEST_LIMIT and read_due(line, 2000).due is not None else ""
    names = read_names(line.rstrip("。；;"), index).names
    return line if names and all(name.is_surely_unit for name in names) else ""


def _add_listed(node: Node, role: Role, line: str, origins: tuple[Span, ...]) -> None:
    """Add a line below a label to the list that it belongs to; the label's own line is the last passage."""
    last = node.passages[-1]
    if last.is_listed:
        line = f"{last.tails.pop().quote}、{line}"
    last.tails.append(read_list(line, role))
    last.is_listed = True
    last.origins += origins


def _goes_on_with(node: Node, bare: Tail) -> bool:
    """Add units to a list that ends in 、 in the line above; whether there is one."""
    above = node.passages[-1].tails if node.passages else []
    if not above or not above[-1].parts or not above[-1].quote.rstrip().endswith("、"):
        return False
    *others, last = above[-1].parts
    joined = TailPart(last.role, f"{last.text}、{bare.quote}")
    above[-1] = replace(above[-1], parts=(*others, joined), quote=f"{above[-1].quote}{bare.quote}")
    return True


def _is_last_of(node: Node, blocks: Sequence[Block], position: int) -> bool:
    """Whether nothing but such lines stands between this one and the next number on the same level, or a higher one."""
    if node.marker is None:
        return False
    for block in blocks[position + 1 : position + 4]:
        if isinstance(block, Table):
            return False
        following = _marker_and_text(block)[0]
        if following is not None:
            is_next = following.level is node.level and following.value == node.marker.value + 1
            return is_next or following.level < node.level
        if len(block.text) > _LONGEST_BARE:
            return False
    return position + 4 > len(blocks)


def _bare_tail(text: str, index: NameIndex) -> Tail | None:
    """Units of the directory, or a day, in a line of their own (县教育局、县财政局)."""
    line = re.sub(r"\s", "", text)
    if len(line) > _LONGEST_BARE or line.endswith((":", "：")):
        return None
    if is_date(line):
        return read_list(line, Role.DUE)
    for written in (line, text.strip()):
        names = read_names(written.rstrip("。；;"), index).names
        if names and all(name.known for name in names):
            return read_list(written, Role.RESPONSIBLE)
    return None


def is_annex(text: str) -> bool:
    """Whether a paragraph names what is attached (附件：1.…)."""
    return len(text) <= _LONGEST_ANNEX and _ANNEX.fullmatch(re.sub(r"\s", "", text)) is not None


def _is_contact(tail: Tail) -> bool:
    return all(part.role is Role.OTHER for part in tail.parts)


def _open_node(current: Node, marker: Marker, heading: str) -> Node:
    parent = current
    while parent.marker is not None and parent.parent is not None and parent.level >= marker.level:
        parent = parent.parent
    node = Node(marker, parent, heading.strip())
    parent.children.append(node)
    return node


def _add_passage(node: Node, passage: Passage) -> None:
    """Append, joining tails of consecutive paragraphs (责任单位, then 完成时限 on the next line) into one."""
    previous = node.passages[-1] if node.passages else None
    if previous and passage.is_only_tail and previous.tails and not _repeats_roles(previous, passage):
        first, second = previous.tails[-1], passage.tails[0]
        previous.tails[-1] = Tail(
            (*first.parts, *second.parts),
            f"{first.quote} {second.quote}",
            first.first_is_lead or second.first_is_lead,
            first.from_here_on or second.from_here_on,
        )
        previous.tails += passage.tails[1:]
        previous.origins += passage.origins
    else:
        node.passages.append(passage)


def _repeats_roles(previous: Passage, passage: Passage) -> bool:
    before = {part.role for tail in previous.tails for part in tail.parts}
    return any(part.role in before for tail in passage.tails for part in tail.parts if part.role is not Role.OTHER)


def _share_headings(root: Node, index: NameIndex) -> None:
    """Let what stands below a heading that is a unit, or several, and nothing else be theirs (（一）县人社局)."""
    for node in root.walk():
        if not node.marker or not (node.children or node.passages[1:]) or any(map(_says_who, node.walk())):
            continue
        given = _GIVEN_WORK.fullmatch(node.heading)
        written = given["names"] if given else node.heading
        names = read_names(written, index).names
        if names and all(name.known or (name.is_surely_unit and not name.is_generic) for name in names):
            for passage in [passage for passage in node.passages if passage.text]:
                node.passages.remove(passage)
                node.children.append(Node(None, node, passage.text, origins=passage.origins))
            for child in node.children:
                child.passages.append(Passage("", [read_list(written, _role_of(given["verb"] if given else ""))]))


def _role_of(verb: str) -> Role:
    if verb in ("牵头", "主办"):
        return Role.LEAD
    return Role.SUPPORT if verb in ("配合", "协办") else Role.RESPONSIBLE


def _says_who(node: Node) -> bool:
    """Whether more is said at the node than who supports it, and by when."""
    roles = {part.role for tail in node.tails for part in tail.parts}
    return bool(roles - {Role.SUPPORT, Role.DUE, Role.OTHER})


def _name_unnumbered_measures(root: Node) -> None:
    """Make a child of each run of unnumbered paragraphs that ends in a tail, where a node has several such."""
    for node in list(root.walk()):
        groups = _groups_ending_in_tails(node.passages)
        is_list = sum(_is_bulleted(group) and bool(group[-1].tails) for group in groups) > 1
        groups = _with_bullets_apart(groups) if is_list else groups
        tailed = [group for group in groups if group[-1].tails or (is_list and _is_bulleted(group))]
        naming = [group for group in tailed if any(tail.names_units for tail in group[-1].tails)]
        if not tailed or (node.marker is not None and len(naming) < 2):
            continue
        # What is left over at the end is the notice's own text, as is what stands before the first measure.
        usual = _usual_length(tailed[1:]) if node.marker is None else None
        # By what they are: compared, each of many would be held against all.
        going = {id(group) for group in tailed}
        node.passages = [passage for group in groups if id(group) not in going for passage in group]
        for group in tailed:
            texts = [passage for passage in group if passage.text]
            own = texts[-usual:] if usual is not None and group is tailed[0] else texts
            node.passages += texts[: len(texts) - len(own)]
            if own:
                node.children.append(_unnumbered(node, own, group[-1]))
            else:
                node.passages.append(group[-1])


def _is_bulleted(group: Sequence[Passage]) -> bool:
    """Whether its text begins with a bullet."""
    return _BULLET.match(next((passage.text for passage in group if passage.text), "")) is not None


def _with_bullets_apart(groups: list[list[Passage]]) -> list[list[Passage]]:
    """The groups of a list of bullets, each bullet by itself, also one of which nobody is said to do it.

    Below another line bullets are the tasks of what it says. What stands below a bullet without a tail is none of it.
    """
    apart: list[list[Passage]] = []
    for group in groups:
        is_of_list = _is_bulleted(group)
        apart.append([])
        for passage in group:
            is_behind = not group[-1].tails and _is_bulleted(apart[-1])
            if is_of_list and apart[-1] and (is_behind or _is_bulleted([passage])):
                apart.append([])
            apart[-1].append(passage)
    return apart


def _usual_length(groups: list[list[Passage]]) -> int:
    """How many paragraphs a measure has before its tail, by those that have no notice's beginning before them."""
    lengths = [sum(bool(passage.text) for passage in group) for group in groups]
    return max(min(lengths, default=1), 1)


def _unnumbered(parent: Node, texts: list[Passage], last: Passage) -> Node:
    heading = texts[0].text.lstrip(_BULLETS)
    child = Node(None, parent, heading, first_leads=parent.first_leads, origins=texts[0].origins)
    child.passages = [Passage(passage.text, origins=passage.origins) for passage in texts[1:]]
    if last.tails:
        child.passages.append(Passage("", last.tails, last.origins))
    return child


def _groups_ending_in_tails(passages: list[Passage]) -> list[list[Passage]]:
    groups: list[list[Passage]] = [[]]
    for passage in passages:
        groups[-1].append(passage)
        if passage.tails:
            groups.append([])
    return [group for group in groups if group]


def _hoist_closing_tails(root: Node) -> None:
    """Lift tails that stand on a line of their own after the last of several children to their parent.

    Only where every such line at that level follows a last child: then none of them belongs to that child alone.
    """
    for level in sorted(Level, reverse=True):
        nodes = [node for node in root.walk() if node.level is level and node.tails and node.parent]
        if nodes and all(_closes_its_siblings(node) for node in nodes):
            for node in nodes:
                if node.parent is not None:
                    _hoist(node, node.parent)


def _share_what_is_said_of_all(root: Node) -> None:
    """Give all measures of a notice without chapters what only the line below the last one says (责任单位：…).

    By when, too, where it is said of all (以上工作于8月底前完成), for those that say no day of their own.
    """
    nodes = root.children
    if len(nodes) < 2 or any(node.children for node in nodes) or len({node.level for node in nodes}) > 1:
        return
    *others, last = nodes
    below = [passage for passage in last.passages[1:] if passage.is_only_tail]
    if below and not last.passages[0].tails and not any(node.tails for node in others):
        for node in others:
            node.passages += [Passage("", passage.tails) for passage in below]
    for text in [passage.text for passage in root.passages if _SAID_OF_ALL.match(passage.text)][:1]:
        for node in nodes:
            says_when = any(part.role is Role.DUE for tail in node.tails for part in tail.parts)
            due = None if says_when or find_due("\n".join(node.texts()), 2000) else find_due(text, 2000)
            if due is not None:
                node.passages.append(Passage("", [read_list(due.quote, Role.DUE)]))


def _closes_its_siblings(node: Node) -> bool:
    siblings = node.parent.children if node.parent else []
    in_own_line = any(passage.is_only_tail for passage in node.passages[1:]) and not node.passages[0].tails
    return (
        in_own_line
        and len(siblings) > 1
        and siblings[-1] is node
        and not any(below.tails for sibling in siblings[:-1] for below in sibling.walk())
        and node.parent is not None
        and node.parent.marker is not None
    )


def _hoist(node: Node, parent: Node) -> None:
    lifted = [passage for passage in node.passages if passage.is_only_tail]
    node.passages = [passage for passage in node.passages if not passage.is_only_tail]
    parent.passages += lifted
    parent.first_leads = node.first_leads


def is_general(node: Node) -> bool:
    """Whether it stands under a heading such as 组织保障 and names nobody in itself or below."""
    heading = re.split("[。;；:：]", node.heading, maxsplit=1)[0].strip()
    return _GENERAL.fullmatch(heading) is not None and not any(below.tails for below in node.walk())
