"""The tail of a measure: who leads, who is responsible, who supports, and by when, in the forms governments use.

A tail stands in brackets, in a paragraph of its own, or as a paragraph's last sentence. This module finds it and says
which words play which part; `units.py` and `dates.py` read those words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from services.tasks.notices.names import NameIndex
from services.tasks.notices.sentences import find_pairs, split_sentences, strip_end
from services.tasks.notices.units import read_names


class Role(StrEnum):
    """The part in the work that a label gives."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"
    DUE = "due"
    # A named official or a remark: recognised so that it is not taken for a unit, and left out.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TailPart:
    """One label with what follows it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Tail:
    """`first_is_lead`: the tail says that the first unit leads; `from_here_on`: and so in all that follow (下同)."""

    parts: tuple[TailPart, ...]
    quote: str
    first_is_lead: bool = False
    from_here_on: bool = False

    @property
    def names_units(self) -> bool:
        """Whether it names anybody, and not just a date."""
        return any(part.role not in (Role.DUE, Role.OTHER) for part in self.parts)


_BODY = "(?:单位|部门|主体)"
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.OTHER, "责任人|责任领导|牵头领导|分管领导|联系领导|县级领导|市级领导|包保领导|联系人|联系方式|备注"),
    (Role.LEAD, f"(?:牵头|主办|主责)(?:责任)?{_BODY}|第一责任{_BODY}"),
    (Role.SUPPORT, f"(?:配合|协办|协同|协助|参加|参与|支持)(?:责任)?{_BODY}"),
    (Role.RESPONSIBLE, f"(?:责任|落实|实施|承办|承担|负责){_BODY}|责任分工"),
    (Role.DUE, "(?:完成|办结|整改|推进|工作|时间)?(?:时限|时间|期限)(?:要求|安排|节点)?|时间节点"),
)
_LABEL = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _ROLE_WORDS))
_LABEL_WITH_COLON = re.compile(rf"(?:{_LABEL.pattern})(?:及分工|及职责)?[ \u3000]*[:：]")
_OPENERS = "(（[［【〔"
_BEFORE_LABEL = "—–-·●•*。;；,，、 \t\u3000\n)）]］】〕!！"

_VERB = re.compile(
    r"(?P<lead>(?:共同|联合)?(?:牵头|主办)(?:负责|组织实施|组织|落实|抓总|推进|实施|抓好落实)?)(?=[,，;；。、]|$)"
    r"|(?P<support>(?:积极)?(?:参加|参与|配合|协同|协助|协办)(?:落实|实施|做好|推进|负责)?)(?=[,，;；。、]|$)"
    r"|(?P<responsible>(?:按照?(?:各自|有关)?(?:职责|职能)(?:分工)?|分工|分别|具体|共同)?"
    r"(?:负责|落实|组织实施|抓好落实|推进)(?:落实|实施)?)(?=[,，;；。、]|$)"
)
_FIRST_IS_LEAD = re.compile(
    rf"[,，;；。、]?(?:其中)?[,，]?(?:以上|上述)?(?:责任)?{_BODY}?中?[,，]?(?:排名|排序|排列|排|列)?在?(?:第一|首)[位个名]?"
    rf"[的者]?(?:责任)?{_BODY}?为(?:牵头|主办|主责)(?:责任)?{_BODY}?(?P<on>[,，、;；]?(?:以)?下同)?[。]?"
)
# A date among the units, as in （县人社局牵头，2025年12月底前完成）.
_UNLABELLED_DUE = re.compile(
    r"(?:^|(?<=[,，;；。、]))[ \u3000]*(?:\d{4}年|\d{1,2}月|每个?[月季年半]|今年|年底|年内|长期|持续|常态|全年"
    r"|[上下]半年|第?[一二三四]季度)[^,，;；。、]*"
)
_TRIM = " \t\u3000\n,，;；。、:："


def label_role(text: str) -> Role | None:
    """Return the part that a column heading or label names, such as SUPPORT for 配合单位."""
    match = _LABEL.search(re.sub(r"\s", "", text))
    return Role(str(match.lastgroup)) if match else None


def find_first_is_lead(text: str) -> bool:
    """Tell whether running text says that the first of the listed units leads."""
    return _FIRST_IS_LEAD.search(text) is not None


def take_tails(text: str, index: NameIndex) -> tuple[str, tuple[Tail, ...]]:
    """Split a paragraph into its text without tails and the tails found in it."""
    text, bracketed = _take_bracketed(text, index)
    text, closing = _take_closing(text, index)
    return text, (*bracketed, *((closing,) if closing else ()))


def read_list(text: str, role: Role) -> Tail:
    """Read what stands after a label or in a table cell, where its role is known unless verbs say otherwise."""
    return _tail(text, text, role)


def _take_bracketed(text: str, index: NameIndex) -> tuple[str, list[Tail]]:
    pairs = find_pairs(text)
    tails: list[Tail] = []
    kept: list[str] = []
    position = start = 0
    while position < len(text):
        end = pairs.get(position)
        if end is None:
            position += 1
            continue
        if text[position] in _OPENERS:
            is_last = not text[end + 1 :].strip("。;； \t\u3000\n")
            tail = _read_bracket(text[position + 1 : end], text[position : end + 1], index, is_last=is_last)
            if tail:
                tails.append(tail)
                kept.append(text[start:position])
                start = end + 1
        position = end + 1
    kept.append(text[start:])
    return ("".join(kept) if tails else text), tails


def _read_bracket(content: str, quote: str, index: NameIndex, *, is_last: bool) -> Tail | None:
    if _LABEL_WITH_COLON.match(content.strip()) or _FIRST_IS_LEAD.fullmatch(content.strip()):
        return _tail(content, quote)
    if len(content) > _LONGEST_UNLABELLED:
        return None
    tail = _tail(content, quote)
    names = [name for text in _unit_texts(tail) for name in read_names(text, index).names]
    if not names or not all(name.is_plausible for name in names):
        return None
    has_verb = _VERB.search(content) is not None
    names_known = any(name.known for name in names)
    return tail if has_verb or (is_last and names_known) else None


# A list of units without a label in front; longer ones are sentences.
_LONGEST_UNLABELLED = 400


def _take_closing(text: str, index: NameIndex) -> tuple[str, Tail | None]:
    """Take labels that begin a sentence up to the paragraph's end, or a last sentence that only shares out work."""
    labelled = _first_label(text)
    if labelled is not None:
        return text[:labelled], _tail(text[labelled:], text[labelled:].strip())
    sentences = split_sentences(text, ends="。;；")
    start = len(text)
    # Two sentences at most: the leading unit may be separated from the others by a full stop.
    best: Tail | None = None
    for sentence in reversed(sentences[-2:]):
        if len(sentence) > _LONGEST_UNLABELLED or not _VERB.search(strip_end(sentence)):
            break
        tail = _tail(text[start - len(sentence) :], text[start - len(sentence) :].strip())
        if not _only_shares_out(tail, index):
            break
        start -= len(sentence)
        best = tail
    return text[:start], best


def _first_label(text: str) -> int | None:
    inside = _inside_pairs(text)
    for match in _LABEL_WITH_COLON.finditer(text):
        if match.start() in inside:
            continue
        if match.start() == 0 or text[match.start() - 1] in _BEFORE_LABEL:
            return match.start()
    return None


def _inside_pairs(text: str) -> set[int]:
    inside: set[int] = set()
    last = -1
    for start, end in sorted(find_pairs(text).items()):
        if start > last:
            inside.update(range(start, end + 1))
            last = end
    return inside


def _only_shares_out(tail: Tail, index: NameIndex) -> bool:
    lists = [read_names(text, index).names for text in _unit_texts(tail)]
    names = [name for entries in lists for name in entries]
    if not names or not all(lists) or not all(name.is_plausible for name in names):
        return False
    return any(name.known or name.is_generic for name in names)


def _unit_texts(tail: Tail) -> list[str]:
    return [part.text for part in tail.parts if part.role not in (Role.DUE, Role.OTHER)]


def _tail(content: str, quote: str, role: Role = Role.RESPONSIBLE) -> Tail:
    note = _FIRST_IS_LEAD.search(content)
    if note:
        content = content[: note.start()] + "；" + content[note.end() :]
    return Tail(
        parts=tuple(_parts(content, role)),
        quote=quote,
        first_is_lead=note is not None,
        from_here_on=note is not None and note["on"] is not None,
    )


def _parts(content: str, role: Role) -> list[TailPart]:
    parts: list[TailPart] = []
    start = 0
    for label in _LABEL_WITH_COLON.finditer(content):
        parts += _parts_by_verbs(content[start : label.start()], role)
        role, start = Role(str(label.lastgroup)), label.end()
    return parts + _parts_by_verbs(content[start:], role)


def _parts_by_verbs(content: str, role: Role) -> list[TailPart]:
    if role in (Role.DUE, Role.OTHER):
        return _part(role, content)
    parts: list[TailPart] = [TailPart(Role.DUE, due.strip(_TRIM)) for due in _UNLABELLED_DUE.findall(content)]
    content = _UNLABELLED_DUE.sub("", content)
    start = 0
    for verb in _VERB.finditer(content):
        parts += _part(Role(str(verb.lastgroup)), content[start : verb.start()])
        start = verb.end()
    return parts + _part(role, content[start:])


def _part(role: Role, text: str) -> list[TailPart]:
    text = text.strip(_TRIM)
    if role is not Role.DUE and text.startswith("由"):
        text = text[1:].lstrip()
    return [TailPart(role, text)] if text else []
