"""The tail of a measure: who leads, who is responsible, who supports, and by when, in the forms governments use.

A tail stands in brackets, in a paragraph of its own, or as a paragraph's last sentence. This module finds it and says
which words play which part; `units.py` and `dates.py` read those words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.tasks.notices.dates import BEGINS_DAY
from services.tasks.notices.names import NameIndex, normalise
from services.tasks.notices.sentences import find_pairs, split_sentences, strip_end
from services.tasks.notices.shares import names_of
from services.tasks.notices.units import Name, read_names


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
    """`first_is_lead`: the tail says that the first unit leads; `from_here_on`: and so in all that follow (下同).

    `is_mentioned`: the text only mentions these units, and says of nobody that they are responsible. `shares` says in
    the notice's words what each is to do, where it says so.
    """

    parts: tuple[TailPart, ...]
    quote: str
    first_is_lead: bool = False
    from_here_on: bool = False
    is_mentioned: bool = False
    shares: str = ""

    @property
    def names_units(self) -> bool:
        """Whether it names anybody, and not just a date."""
        return any(part.role not in (Role.DUE, Role.OTHER) for part in self.parts)


_BODY = "(?:单位|部门|主体|科室|股室|处室|站所|机构|乡镇|街道|镇街|村居|机关)"
_DOERS = "帮扶|对口|整改|包保|包联|挂联|结对|执行|建设|管理|经办|办理|认领|承接"
_OFFICIALS = (
    "(?:主要|第一|直接|具体)?责任人|(?:责任|牵头|主管|分管|联系|[县市]级|挂点|包保|包联)领导|(?:分管)?负责人"
    "|联系人|联系方式|(?:联系)?电话|传真|邮箱|备注"
)
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.OTHER, _OFFICIALS),
    (Role.LEAD, f"(?:牵头|主办|主责|主抓|主要责任|第一责任)(?:责任)?{_BODY}"),
    (Role.SUPPORT, f"(?:协同|共同)?(?:配合|协办|协同|协作|协助|参加|参与|支持|督办|督导|监督|监管)(?:责任)?{_BODY}"),
    (
        Role.RESPONSIBLE,
        f"(?:牵头[/／])?(?:(?:{_DOERS})(?:责任)?|责任|落实|实施|承办|承担|负责|完成|组织){_BODY}|(?:责任|任务|职责)分工",
    ),
    (
        Role.DUE,
        "(?:完成|办结|整改|推进|工作|时间|实施)?(?:时限|时间|期限)(?:要求|安排|节点)?|(?:时间|完成|办结)节点|(?:工作|推进)?进度(?:安排|要求|计划)?",
    ),
)
# One word that is a label before a colon alone: 牵头：县人社局；配合：…
_SHORT_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.LEAD, "牵头|主办"),
    (Role.SUPPORT, "配合|协办|协同"),
    (Role.RESPONSIBLE, "责任|落实|承办"),
)
_LABEL = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _ROLE_WORDS))
# 责任单位 县人社局, [责任单位]县人社局, 责任单位——县人社局, 责任单位为县人社局: what stands for the colon at the
# beginning of a line or of brackets.
_ANY_LABEL = "|".join(f"(?:{words})" for _, words in _ROLE_WORDS)
_LABEL_WITHOUT_COLON = re.compile(
    rf"(?P<begin>(?:^|(?<=[(（\[［【〔,，;；。]))\s*)(?P<open>[\[［【〔])?(?P<label>{_ANY_LABEL})"
    r"(?(open)[\]］】〕]|)(?:(?(open)[ \t\u3000]*[:：]?|[ \t\u3000]+)(?=\S)"
    r"|[ \t\u3000]*(?:[—–]{1,2}|[|｜;；])(?=\S)"
    r"|[为是](?=[县市区省各]|[\u4e00-\u9fff]{2,6}(?:局|镇|乡|街道|委|办)))"
)
_LABEL_WITH_COLON = re.compile(
    "(?:"
    + "|".join(
        f"(?P<{role}>{words}{''.join(f'|{short}' for of, short in _SHORT_WORDS if of is role)})"
        for role, words in _ROLE_WORDS
    )
    + r")(?:及(?:分工|职责|责任人|负责人))?[ \u3000]*[:：]"
)
_OPENERS = "(（[［【〔"
_BEFORE_LABEL = "—–―-·●•*。;；,，、 \t\u3000\n)）]］】〕!！"

_VERB = re.compile(
    r"(?P<lead>(?:共同|联合)?(?:牵头|主办)(?:负责|组织实施|组织|落实|抓总|推进|实施|抓好落实)?)(?=[,，;；。、]|$|县(?!级|域|直)|各(?=[乡县镇有]))"
    r"|(?P<support>(?:积极|予以|给予|做好|全力|共同|协同|密切|大力){0,3}(?:参加|参与|配合|协同|协助|协办)(?:落实|实施|做好|推进|负责|工作)?)"
    r"(?=[,，;；。、]|$)"
    r"|(?P<responsible>(?:按照?(?:各自|有关)?(?:职责|职能)(?:分工)?|分工|分别|各自|具体|共同)?"
    r"(?:负责|落实|组织实施|抓好落实|推进|汇总|审核|验收|督促|指导|统筹|承办|办理|把关|组织)(?:落实|实施|组织|推进|办理|指导|督促|审核|监督|统筹|协调|汇总)?)(?=[,，;；。、]|$)"
)
# 甲局会同乙局落实: the first one leads.
_TOGETHER = re.compile("会同")
_FIRST_IS_LEAD = re.compile(
    rf"[,，;；。、]?(?:其中)?[,，]?(?:以上|上述|各项)?(?:责任)?{_BODY}?中?[,，]?(?:排名|排序|排列|排|列)?(?:在|于)?(?:第一|首)[位个名]?"
    rf"[的者]?(?:责任)?{_BODY}?为(?:牵头|主办|主责)(?:责任)?{_BODY}?(?P<on>[,，、;；]?(?:以)?下同)?[。]?"
)
# A date among the units, as in （县人社局牵头，2025年12月底前完成）.
_UNLABELLED_DUE = re.compile(
    rf"(?:^|(?<=[,，;；。、]))[ \u3000]*(?:{BEGINS_DAY}|每个?[月季年半]|[今明次来]年|年[底内]|长期|持续|常态|全年)"
    "[^,，;；。、]*"
)
_BEHIND_DAY = re.compile(
    r"(?:[日底末旬内前]|季度|半年|月(?=[^\d底末前上中下]))之?前?([\u4e00-\u9fff][\u4e00-\u9fff\d]{3,})$"
)
_IS_DONE = re.compile(
    "(?:全部|全面|基本|按时|如期|务必|要|须)*(?:完成|办结|落实|到位|见效|结束|实现|建成|启动|印发)(?:任务|目标|工作|到位)*"
)
_LAST_CUT = re.compile("[,，;；。](?=[^,，;；。]*$)")
_OPENING = re.compile(r"[\s—–·●•■◆-]*(?P<names>[^:：。；;，,]{2,120})[:：](?P<rest>(?=.*\w).+)", re.DOTALL)
_INTRODUCES = re.compile(r"\s*(?:现将|现就|现对|根据|为了?|经|按照|兹|鉴于)")
_BEHIND_DASH = re.compile(r"(?P<work>.{4,}?)(?:[—–―]{1,2}|[:：])(?P<who>[^—–―:：。]{2,120})", re.DOTALL)
# Where something is, or whom it is for: what stands behind its colon does no work.
_DASH = re.compile("(?<=.)[—–―]{1,2}(?=.)")
_NO_WORK = re.compile("(?:地点|地址|范围|名单|对象|报送|送交|咨询|报名|主送|抄送)[^,，。;；]{0,4}$")
_WORD = re.compile("[^ \\t\u3000\u00a0]+")
# A body of the county, in the directory or not.
_SOMEBODY = re.compile("[县市区][\u4e00-\u9fff]{1,10}(?:局|委|办|办公室|中心|政府|联合会|工会|妇联|残联)|各乡镇")
_ASKING = re.compile("(?:^|(?<=[,，]))请(?!示)")
_SHORTEST_WORK = 5
_LONGEST_DUE = 24
_MOST_BEHIND = 4
_DASHES = " \t\u3000—–―"
_TRIM = " \t\u3000\n,，;；。、:："


def label_role(text: str) -> Role | None:
    """Return the part that a column heading or label names, such as SUPPORT for 配合单位."""
    match = _LABEL.search(re.sub(r"\s", "", text))
    return Role(str(match.lastgroup)) if match else None


def bare_label(text: str) -> Role | None:
    """The part of a label that stands alone in its line (责任单位：), for the lines below it; None for other text."""
    match = _LABEL_WITH_COLON.fullmatch(text.strip())
    return Role(str(match.lastgroup)) if match and match.lastgroup != Role.OTHER else None


def is_labelled(text: str) -> bool:
    """Whether a text begins with a label, as a line below a measure does."""
    return (
        _LABEL_WITH_COLON.match(text.strip(" \t\u3000(（[［【〔")) is not None
        or _LABEL_WITHOUT_COLON.match(text) is not None
    )


def is_remark(text: str) -> bool:
    """Whether a sentence is a remark or names an official (备注：…, 联系人：…), and no work."""
    match = _LABEL_WITH_COLON.match(text.strip())
    return match is not None and match.lastgroup == Role.OTHER


def find_first_is_lead(text: str) -> bool:
    """Tell whether running text says that the first of the listed units leads."""
    return _FIRST_IS_LEAD.search(text) is not None


def take_tails(text: str, index: NameIndex) -> tuple[str, tuple[Tail, ...]]:
    """Split a paragraph into its text without tails and the tails found in it."""
    text = _LABEL_WITHOUT_COLON.sub(lambda label: f"{label['begin']}{label['label']}：", text)
    opening = _read_opening(text, index)
    if opening:
        return opening
    text, bracketed = _take_bracketed(text, index)
    whole = text
    text, closing = _take_closing(text, index)
    if not bracketed and (closing is None or _DASH.search(closing.quote)):
        # Of 巡查——县住建局牵头 the closing sentence is the work, too.
        before, behind = _take_behind_dash(whole, index)
        text, closing = (before, behind) if behind else (text, closing)
    if not bracketed and closing is None:
        text, closing = _take_behind_blank(text, index)
    return text, (*bracketed, *((closing,) if closing else ()))


def _take_behind_dash(text: str, index: NameIndex) -> tuple[str, Tail | None]:
    """发布用工需求——县文旅体局，4月10日前: units of the directory, and a day, behind the last dash."""
    match = _BEHIND_DASH.fullmatch(text.rstrip("。；; \t\u3000"))
    tail = _tail(match["who"], match["who"]) if match else None
    names = [name for said in _unit_texts(tail) for name in read_names(said, index).names] if tail else []
    if match is None or not names or not all(name.known for name in names) or _NO_WORK.search(match["work"].rstrip()):
        return text, None
    return match["work"].rstrip(), tail


def _take_behind_blank(text: str, index: NameIndex) -> tuple[str, Tail | None]:
    """③ 9月底前开展调查 县总工会、各乡镇: known units behind the last blank, as messages are written."""
    words = list(_WORD.finditer(text))
    at = len(words)
    while at and _are_known(words[at - 1].group(), index):
        at -= 1
    if not 0 < at < len(words) or len(words[at - 1].group()) < _SHORTEST_WORK:
        return text, None
    start = words[at].start()
    return text[:start].rstrip(), _tail(text[start:].strip(), text[start:].strip())


def _are_known(word: str, index: NameIndex) -> bool:
    names = read_names(word.rstrip("。；;"), index).names if len(word) <= _LONGEST_UNLABELLED else ()
    return bool(names) and all(name.known for name in names)


def _read_opening(text: str, index: NameIndex) -> tuple[str, tuple[Tail, ...]] | None:
    """县教育局：核对名册。 as a list of who does what is written (职责分工)."""
    match = _OPENING.match(text)
    if match is None or _LABEL.search(match["names"]):
        return None
    if _INTRODUCES.match(match["rest"]) or match["rest"].rstrip().endswith(("如下：", "如下:")):
        # 各乡镇：现将有关事项通知如下： a letter begins so.
        return None
    names = read_names(match["names"], index).names
    if not names or not all(name.is_surely_unit and name.is_plausible for name in names):
        return None
    return match["rest"].strip(), (_tail(match["names"], match["names"]),)


def read_list(text: str, role: Role) -> Tail:
    """Read what stands after a label or in a table cell, where its role is known unless verbs say otherwise."""
    return _tail(text, text, role)


def _take_bracketed(text: str, index: NameIndex) -> tuple[str, list[Tail]]:
    pairs = find_pairs(text)
    tails: list[Tail] = []
    kept: list[str] = []
    last = len(text.rstrip("。;； \t\u3000\n"))
    position = start = 0
    while position < len(text):
        end = pairs.get(position)
        if end is None:
            position += 1
            continue
        if text[position] in _OPENERS:
            # 加大支持（县财政局）。… says who right behind the title.
            is_last = end + 1 >= last or (text[end + 1] in "。；;" and "。" not in text[:position])
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
    if tail.parts and len(content) <= _LONGEST_DUE and all(part.role is Role.DUE for part in tail.parts):
        return tail
    names = [name for text in _unit_texts(tail) for name in read_names(text, index).names]
    if not names or not _are_units(names):
        return None
    has_verb = bool(tail.shares) or _VERB.search(content) is not None
    are_named = any(name.known for name in names) or all(name.is_surely_unit for name in names)
    return tail if has_verb or (is_last and are_named) else None


def _are_units(names: Sequence[Name]) -> bool:
    """Whether a list is one of units: each may be one, and at least half are written as units are.

    A name with an ending that nobody foresaw does not throw the others away.
    """
    return all(name.may_be_unit for name in names) and 2 * sum(name.is_plausible for name in names) >= len(names)


# 培训股, 社保中心: an office within a bureau, which no directory knows.
_LONGEST_OFFICE = 8
# A list of units without a label in front; longer ones are sentences.
_LONGEST_UNLABELLED = 400


def _take_closing(text: str, index: NameIndex) -> tuple[str, Tail | None]:
    """Take labels that begin a sentence up to the paragraph's end, or a last sentence that only shares out work."""
    labelled = _first_label(text)
    if labelled and all(label.lastgroup == Role.OTHER for label in _LABEL_WITH_COLON.finditer(text[labelled:])):
        # …。备注：每人500元。县人社局牵头。 The remark is text, and no list of units.
        labelled = None
    if labelled is not None:
        end = _end_of_list(text, labelled, index)
        return text[:labelled].rstrip(_DASHES) + text[end:], _tail(text[labelled:end], text[labelled:end].strip())
    # The lead may be separated from the others by a full stop, and a sentence or two may stand behind them, such as
    # by when it is to be done.
    position = len(text)
    best: tuple[int, int, Tail] | None = None
    for sentence in reversed(split_sentences(text, ends="。;；")[-_MOST_BEHIND:]):
        position, end = position - len(sentence), best[1] if best else position
        content = text[position:end]
        tail = (
            _tail(content, content.strip(), is_sentence=True)
            if _may_share_out(sentence) or (position and _is_list(sentence, index))
            else None
        )
        if tail is not None and _only_shares_out(tail, index):
            best = position, end, tail
        elif best:
            break
    if best is None:
        return _take_last_clauses(text, index)
    return text[: best[0]] + text[best[1] :], best[2]


def _take_last_clauses(text: str, index: NameIndex) -> tuple[str, Tail | None]:
    """开设工坊2个，由徽城镇负责，6月底前完成: the clauses at the end of a sentence that say who and by when.

    Only where nothing before them names anybody: 县人社局牵头梳理指标，县财政局配合 is one sentence.
    """
    sentence = next(iter(split_sentences(text, ends="。;；")[-1:]), "")
    clauses = split_sentences(sentence, ends=",，") if len(sentence) <= _LONGEST_UNLABELLED else []
    at = len(clauses)
    while at > 1 and _says_only_who_or_when(clauses[at - 1], index):
        at -= 1
    work, who = "".join(clauses[:at]), "".join(clauses[at:])
    if not who or len(work) < _SHORTEST_WORK or _names_somebody(text[: len(text) - len(who)], index):
        return text, None
    tail = _tail(_ASKING.sub("", who), who.strip(), is_sentence=True)
    if not any(part.role in (Role.LEAD, Role.RESPONSIBLE) for part in tail.parts):
        return text, None
    return text[: len(text) - len(who)].rstrip(",， "), tail


def _says_only_who_or_when(clause: str, index: NameIndex) -> bool:
    bare = _ASKING.sub("", strip_end(clause))
    due = _UNLABELLED_DUE.fullmatch(bare)
    if due:
        more = _BEHIND_DAY.search(bare)
        return more is None or _IS_DONE.fullmatch(more[1]) is not None
    return _may_share_out(bare) and _only_shares_out(_tail(bare, bare, is_sentence=True), index)


def _names_somebody(text: str, index: NameIndex) -> bool:
    if _SOMEBODY.search(text):
        return True
    text = normalise(text)
    return any(end - at > 2 for at in range(len(text)) for end, _who in index.at(text, at))


def _is_list(sentence: str, index: NameIndex) -> bool:
    """Whether a sentence is a list of units and nothing else: 县融媒体中心、县教育局，各乡镇人民政府。"""
    bare = strip_end(sentence)
    if bare.endswith((":", "：")):
        return False
    names = read_names(bare, index).names if len(bare) <= _LONGEST_UNLABELLED else ()
    return len(names) > 1 and any(name.known for name in names) and all(name.is_surely_unit for name in names)


def _may_share_out(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_UNLABELLED and _VERB.search(strip_end(sentence)) is not None


def _end_of_list(text: str, start: int, index: NameIndex) -> int:
    """Where a labelled list ends: before a sentence that names no further label and shares out nothing."""
    sentences = split_sentences(text[start:], ends="。!！?？")
    end = start + len(sentences[0])
    for sentence in sentences[1:]:
        bare = strip_end(sentence)
        goes_on = not bare or _LABEL_WITH_COLON.match(bare) or _FIRST_IS_LEAD.match(bare)
        if not goes_on and not (_VERB.search(bare) and len(bare) <= _LONGEST_UNLABELLED):
            break
        if not goes_on and not _only_shares_out(_tail(bare, bare, is_sentence=True), index):
            break
        end += len(sentence)
    return end


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
    if not names or not all(lists) or not _are_units(names):
        return False
    if not all(_holds_unit(text, index) for text in _unit_texts(tail)):
        return False
    return any(name.known or name.is_generic for name in names) or all(
        name.is_surely_unit or (name.is_plausible and len(name.text) <= _LONGEST_OFFICE) for name in names
    )


def _holds_unit(text: str, index: NameIndex) -> bool:
    """Whether each part between commas names somebody: 新建校舍3所，由县教育局牵头 says what is done, too."""
    return all(
        any(name.is_plausible and not name.text.startswith(("由", "请")) for name in read_names(part, index).names)
        for part in re.split("[,，;；。:：]", text)
        if part.strip(_TRIM)
    )


def _unit_texts(tail: Tail) -> list[str]:
    return [part.text for part in tail.parts if part.role not in (Role.DUE, Role.OTHER)]


def _tail(content: str, quote: str, role: Role = Role.RESPONSIBLE, *, is_sentence: bool = False) -> Tail:
    """`is_sentence`: it is plain text, in which 负责 and what follows is told and shared out to nobody."""
    note = _FIRST_IS_LEAD.search(content)
    if note:
        content = content[: note.start()] + "；" + content[note.end() :]
    lists = [
        (of, text, text if is_sentence or of in (Role.DUE, Role.OTHER) else names_of(text))
        for of, text in _by_labels(content, role)
    ]
    return Tail(
        parts=tuple(part for of, _text, names in lists for part in _parts_by_verbs(names, of)),
        quote=quote,
        first_is_lead=note is not None,
        from_here_on=note is not None and note["on"] is not None,
        shares="；".join(text.strip(_TRIM) for of, text, names in lists if names != text or _does_more(of, text)),
    )


def _does_more(role: Role, text: str) -> bool:
    """Whether a day among the units says what is done by it: 县文旅体局负责，6月底前推出线路2条."""
    dues = _UNLABELLED_DUE.findall(text) if role not in (Role.DUE, Role.OTHER) else []
    return any((more := _BEHIND_DAY.search(due)) and not _IS_DONE.fullmatch(more[1]) for due in dues)


def _by_labels(content: str, role: Role) -> Iterator[tuple[Role, str]]:
    """What stands behind each label, and before the first one, with the part that it names."""
    start = 0
    for label in _LABEL_WITH_COLON.finditer(content):
        yield role, content[start : label.start()]
        role, start = Role(str(label.lastgroup)), label.end()
    yield role, content[start:]


def _parts_by_verbs(content: str, role: Role) -> list[TailPart]:
    if role in (Role.DUE, Role.OTHER):
        return _part(role, content)
    parts: list[TailPart] = [TailPart(Role.DUE, due.strip(_TRIM)) for due in _UNLABELLED_DUE.findall(content)]
    content = _UNLABELLED_DUE.sub("", content)
    start = 0
    for verb in _VERB.finditer(content):
        named, of_verb = content[start : verb.start()], Role(str(verb.lastgroup))
        cut = _LAST_CUT.search(named)
        if not start and cut and named[: cut.start()].strip(_TRIM) and of_verb is not role:
            # 责任单位：甲局，乙局、丙局配合: only those behind the comma support.
            parts += _part(role, named[: cut.start()])
            named = named[cut.end() :]
        parts += _joint_part(of_verb, named)
        start = verb.end()
    return parts + _part(role, content[start:])


def _joint_part(role: Role, text: str) -> list[TailPart]:
    together = _TOGETHER.split(text, maxsplit=1) if role is not Role.SUPPORT else [text]
    if len(together) == 2 and all(part.strip(_TRIM) for part in together):
        return [*_part(Role.LEAD, together[0]), *_part(Role.SUPPORT, together[1])]
    return _part(role, text)


def _part(role: Role, text: str) -> list[TailPart]:
    text = text.strip(_TRIM)
    if role is not Role.DUE and text.startswith("由"):
        text = text[1:].lstrip()
    return [TailPart(role, text)] if text else []
