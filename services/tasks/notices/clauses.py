"""Who does the work as a sentence says it (由县财政局牵头，会同县教育局拨付资金), where no tail says it. Pure.

The sentence stays the measure's text. Only a verb that gives a part counts: 牵头, 负责, 会同, 配合.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from services.tasks.notices.dates import BEGINS_DAY
from services.tasks.notices.figure_names import ACTS
from services.tasks.notices.names import NameIndex, normalise
from services.tasks.notices.outline import Node, Passage, is_general
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.tails import Role, Tail, TailPart
from services.tasks.notices.units import Name, read_names

# A list before a verb; what is longer is a sentence.
_LONGEST_LIST = 80
_BY = re.compile(".*(?:由|^|请)(?=[^由请]*$)")
# One pattern, so that a long clause is gone through once.
_VERB = re.compile(
    "(?P<lead>(?:负责|共同)?(?:总?牵头|主办|抓总)(?!人|的|单位|部门))"
    "|(?P<support>(?:积极|共同|协同|予以|给予|做好|全力){0,3}(?:配合|协助|协办|参与|参加)(?!单位|部门))"
    "|(?P<responsible>(?:具体|分别|共同|各自|统一)?(?:负责|承办|组织实施)(?!人|的|单位|部门)"
    "|按照?(?:各自|有关)?(?:职责|职能)(?:分工)?(?:抓好|做好|推进|落实|开展|负责)(?:落实|实施)?)"
)
# 县交运局要延长末班车: who is told to do it, at the beginning of a sentence.
_TOLD = re.compile(
    "(?P<names>[^,，；;：:。]{2,80}?)(?:要|应当?|须|必须|务必|需)(?!求|点|素|急|用|届|对|变|聘|付)"
    # What only wishes for care is no work.
    "(?!(?:切实|进一步|充分|务必)?(?:高度重视|提高(?:思想|政治)?(?:认识|站位)|统一思想|(?:加强|强化)(?:组织)?领导|精心组织))(?P<what>.{3,})"
)
# 县残联、县妇联各举办招聘会2场: who does the same, each for itself or together.
_EACH = re.compile(
    rf"(?P<names>[^,，；;：:。]{{2,80}}?)(?:(?:各自?|分别|共同|联合)(?={ACTS})|[于自](?=\d|{BEGINS_DAY}|[今本当]年|年底)|每(?=[月季半]))"
)
# 请县教育局提供名册, 由县财政局安排资金: whom a clause asks.
_ASKED = re.compile("(?:会议)?(?:请(?!示|求|假)|由|责成)(?P<names>.{3,80})")
_TOGETHER = re.compile("(?:并|共同)?(?:会同|联合)(?P<names>.+)")
# The unit at the beginning of what goes on with what it does: 县教育局拨付资金.
_BEGINNING = re.compile(
    "[县市区省乡镇][\u4e00-\u9fff]{1,12}?(?:局|委员会|委|办公室|办|中心|法院|检察院|政府|联合会|工会)"
)


def said_in(texts: list[str], index: NameIndex) -> Tail | None:
    """Who leads, is responsible and supports by the sentences; None where none says who leads or is responsible."""
    parts: list[TailPart] = []
    quotes: list[str] = []
    for text in texts:
        for sentence in split_sentences(text):
            each = list(_each_told(sentence, index))
            told = {part.text for part in each}
            said = [*each, *(part for part in _said(sentence, index) if part.text not in told)]
            if not _shares_out(said):
                said = list(_told(sentence, index)) or said
            if _shares_out(said):
                parts += said
                quotes.append(strip_end(sentence))
    return Tail(tuple(dict.fromkeys(parts)), " ".join(quotes)) if parts else None


def share_out_by_sentences(root: Node, index: NameIndex) -> None:
    """Make tails of what sentences say, in chapters of which nobody is said to be responsible otherwise."""
    for chapter in root.children:
        if any(tail.names_units for node in chapter.walk() for tail in node.tails):
            continue
        for node in _leaves_with_work(chapter):
            if said := said_in(node.texts(), index):
                node.passages.append(Passage("", [said]))


def _shares_out(said: list[TailPart]) -> bool:
    return any(part.role in (Role.LEAD, Role.RESPONSIBLE) for part in said)


def _told(sentence: str, index: NameIndex) -> Iterator[TailPart]:
    """县人社局要会同县总工会检查: whom a sentence tells to do something."""
    told = _TOLD.match(sentence.strip())
    if told is None or not _are_all_told(read_names(told["names"], index).names):
        return
    clause = strip_end(split_sentences(told["what"], ends=",，;；:：")[0])
    others = "、".join(_leading_names(together["names"], index)) if (together := _TOGETHER.match(clause)) else ""
    yield TailPart(Role.LEAD if others else Role.RESPONSIBLE, told["names"])
    if others:
        yield TailPart(Role.SUPPORT, others)


def _each_told(sentence: str, index: NameIndex) -> Iterator[TailPart]:
    for clause in split_sentences(sentence, ends=",，;；"):
        asked = _ASKED.match(clause.strip())
        said = asked["names"] if asked else clause.strip()
        told = _EACH.match(said)
        verb = _VERB.search(said)
        if told and not _TOGETHER.search(told["names"]) and _are_all_told(read_names(told["names"], index).names):
            yield TailPart(Role.RESPONSIBLE, told["names"])
        elif asked and not _TOGETHER.search(said) and (verb is None or verb.lastgroup == Role.SUPPORT):
            names = "、".join(_leading_names(said, index))
            yield from [TailPart(Role.RESPONSIBLE, names)] if names else []


def begins_by_telling(sentence: str, index: NameIndex) -> bool:
    """Whether a sentence begins with units of the directory that it tells to do something."""
    told = _TOLD.match(sentence.strip())
    return told is not None and _are_all_told(read_names(told["names"], index).names)


def _are_all_told(names: tuple[Name, ...]) -> bool:
    # 各单位要提高认识 tells nobody in particular.
    return bool(names) and all(name.known or (_is_unit(name) and not name.is_generic) for name in names)


def _leaves_with_work(chapter: Node) -> Iterator[Node]:
    """The numbered paragraphs with nothing below them, but for those under a heading such as 组织保障."""
    stack = [chapter]
    while stack:
        node = stack.pop()
        if is_general(node):
            continue
        if node.marker and not node.children:
            yield node
        stack.extend(reversed(node.children))


def _said(sentence: str, index: NameIndex) -> Iterator[TailPart]:
    for clause in split_sentences(sentence, ends=",，;；:："):
        bare = strip_end(clause).rstrip(":：")
        position = 0
        for verb in _VERB.finditer(bare):
            yield from _before_verb(Role(str(verb.lastgroup)), bare[position : verb.start()], index)
            position = verb.end()
        together = _TOGETHER.search(bare)
        if together:
            yield from _together(bare[: together.start()], together["names"], index)


def _before_verb(role: Role, before: str, index: NameIndex) -> Iterator[TailPart]:
    joined = _TOGETHER.search(before)
    named = _BY.sub("", before[: joined.start()] if joined else before, count=1)
    if not named or len(named) > _LONGEST_LIST:
        return
    # 甲局牵头制定办法、乙局和丙局配合: those right before the verb.
    names = list(read_names(named, index).names)
    units = list(takewhile(_is_unit, reversed(names)))[::-1]
    if units and (len(units) == len(names) or named[0] in "、和及以与" or "、" in named):
        yield TailPart(role, named if len(units) == len(names) else "、".join(name.text for name in units))


def _together(before: str, after: str, index: NameIndex) -> Iterator[TailPart]:
    """甲局会同乙局、丙局开展抽查: the first one leads."""
    named = _BY.sub("", before, count=1)
    others = "、".join(_leading_names(after, index))
    if named and len(named) <= _LONGEST_LIST and _are_all_units(read_names(named, index).names):
        # 甲局、乙局联合印发: nobody leads.
        yield TailPart(Role.LEAD if others else Role.RESPONSIBLE, named)
    if others:
        yield TailPart(Role.SUPPORT, others)


def _leading_names(text: str, index: NameIndex) -> Iterator[str]:
    """The units at the beginning, the last one without what it does."""
    for name in read_names(text[:_LONGEST_LIST], index).names:
        if _is_unit(name):
            yield name.text
            continue
        written = normalise(name.text)
        end = next((end for end, _who in index.at(written, 0)), 0)
        found = _BEGINNING.match(written)
        if end or found:
            yield written[: end or (found.end() if found else 0)]
        return


def _are_all_units(names: tuple[Name, ...]) -> bool:
    return bool(names) and all(map(_is_unit, names))


def _is_unit(name: Name) -> bool:
    return bool(name.known) or name.is_everyone_of_a_kind or (name.is_surely_unit and not name.is_generic)
