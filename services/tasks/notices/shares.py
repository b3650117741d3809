"""What each unit of a list is to do (县人社局负责政策、县财政局负责资金), taken out so that the names stay. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.tasks.notices.sentences import split_sentences
from services.tasks.notices.units import looks_like_unit

# Words that give a part in the work; they stay behind the name.
_PARTS = "牵头|主办|配合|协助|协同|协办|参与|支持"
_SURELY = f"{_PARTS}|(?:具体|主要|分别|共同)?负责|提供|做好|抓好|落实|承担|拨付|制定|筹集|筹措|兑付"
# These are parts of names, too (县委组织部, 监督评价局).
_PERHAPS = (
    "组织|监督|指导|宣传|协调|审核|统筹|开展|推进|督促|汇总|保障|安排|核查|核实|采购|招录|招募|收集|对接|管理|建立|完善"
)
# 县委组织|部负责, 县城市|管理局牵头, 县人社局|组织科: the word ends in that of a body, and is its name.
_BODY = (
    "部务会|部|局|办公室|办|中心|领导小组|组|处|科|股|室|专班|委员会|工?委|协会|商会|学会|联合会|[大支中]?队|所|站|院"
)
_BEHIND_NAME = rf"(?=$|{_SURELY}|{_PERHAPS}|实施|办理|会同|联合|共同|各自|分|按|和|与|及|等)"
# Behind what is a whole name (县卫健委指导疾控中心落实) only the very next sign; 县委 may begin a longer one.
_AFTER_WHOLE_NAME = "(?<=[局办心府联会委])(?<![县市区党]委)"
_NOT_AFTER_IT = "(?:(?<![局办心府联会委])|(?<=[县市区党]委))"
_DOES = (
    rf"{_AFTER_WHOLE_NAME}(?:{_PERHAPS})(?!(?:评价|检查|执法|指挥|服务)?(?:{_BODY}){_BEHIND_NAME})"
    rf"|{_NOT_AFTER_IT}(?:{_PERHAPS})(?![^县市区乡镇各]{{0,4}}(?:{_BODY}){_BEHIND_NAME})"
)
_SHARE = re.compile(rf"(?P<by>由)?(?P<names>[^（）()]*?)(?P<verb>(?P<surely>{_SURELY})|{_DOES})(?P<what>.{{2,40}})")
# 牵头组织实施, 负责落实: no share, only the part in other words.
_NO_SHARE = re.compile(
    "(?:负责|具体|工作|组织|实施|落实|推进|办理|抓好|抓总|统筹|协调|做好|会同)+|(?:工作|职责)分工.*|的.*"
)
# Behind 牵头 somebody else may stand without any sign between them.
_SOMEBODY = re.compile("县(?!级|域|直|内|外)|各(?=[乡县镇有])|由|会同")
_ENDS = ",，;；。"
_BRACKETS = re.compile(r"[（(](?P<lead>牵头[,，、]?)?(?P<said>[^（）()]*)[)）]")
_IN_BRACKETS = re.compile(rf"[\u4e00-\u9fff、，,]{{4,40}}|(?:{_SURELY})[\u4e00-\u9fff、，,]{{2,40}}")
_NO_SHARE_IN_BRACKETS = re.compile(
    ".*除外|除|不含|含|包括|以外|简称|下同|原|按|第|排|列|牵头|责任|其中|见|即|乡|镇|街道"
)
_SUPPORTS = re.compile("(?:配合|协助|协办|参与)(?:单位|部门)?")


def names_of(text: str) -> str:
    """The list without what each does, the words that give a part (牵头, 配合) kept; itself where it says only who."""
    return "".join(_of_clauses(_BRACKETS.sub(_of_brackets, text)))


def _of_brackets(match: re.Match[str]) -> str:
    said = match["said"].strip()
    if _SUPPORTS.fullmatch(said) and not match["lead"]:
        return f"{said[:2]}，"
    is_share = _IN_BRACKETS.fullmatch(said) and not _NO_SHARE_IN_BRACKETS.match(said) and not looks_like_unit(said)
    if not is_share and not (match["lead"] and said):
        return match.group()
    return "（牵头）" if match["lead"] else ""


def _of_clauses(text: str) -> Iterator[str]:
    for clause in split_sentences(text, ends=_ENDS):
        bare = clause.rstrip(_ENDS)
        yield _of_clause(bare) + clause[len(bare) :]


def _of_clause(clause: str) -> str:
    kept: list[str] = []
    is_share = False
    for part in clause.split("、"):
        name = _of_part(part)
        if name is not None:
            kept += [name] if name else []
            is_share = True
        elif not (is_share and not looks_like_unit(part.strip())):
            kept.append(part)
            is_share = False
    return "、".join(kept)


def _of_part(part: str) -> str | None:
    """The name, with its part in the work, of one that is said what to do; None for any other."""
    match = _SHARE.fullmatch(part.strip())
    if match is None or _NO_SHARE.fullmatch(match["what"]) or _SOMEBODY.match(match["what"]):
        return None
    names = match["names"].strip(" \t\u3000:：")
    if names and not looks_like_unit(names):
        return None
    if match["surely"] is None and (not names or looks_like_unit(part.strip())):
        return None
    return names + (match["verb"] if re.fullmatch(_PARTS, match["verb"]) else "")
