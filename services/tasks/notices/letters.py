"""Letters that only ask for a report or material (关于报送…的函): each request is a duty of those addressed. Pure.

To whom it goes stands in the duty's words and does nothing; what is said of the material stays with the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.clauses import said_in
from services.tasks.notices.dates import find_due
from services.tasks.notices.names import NameIndex
from services.tasks.notices.outline import Node, Passage
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.tails import Role, read_list
from services.tasks.notices.units import Name, read_names
from shared.text import Text

_ABOUT_A_REPORT = re.compile(
    "[^。]*(?:(?:报送|上报|填报|报备|征求|征集|反馈|推荐|提供|提交|调取|报告|报表|年报)[^。]*(?:函|通知|通告|启事)"
    "|(?:材料|情况|意见|数据|信息|名单)的函)(?:[(（][^()（）]{1,12}[)）])?"
)
# Where no sentence asks for anything the title must say it beyond doubt: 关于提供优质服务的通知 asks for no paper.
_SURELY_A_REPORT = re.compile("报送|上报|填报|报备|征求|征集|反馈|提交|报表|年报")
_HANDED_IN = re.compile(
    "报送|上报|[呈填]报|报备|反馈|提交|送[至到达交]|报[至到我县市]|[寄发][至到送]|函复|回复|书面告知"
)
_ASKS = re.compile("请(?!示|求)|务必|须|应(?!急|用|届)|烦请|望")
_ADDRESSEES = re.compile(r"(?!.*(?:如下|现将|现就|根据|联系人))[^。；;]{2,300}[:：]")
# 请各乡镇于3月5日前: whom the request itself names.
_WHOM = re.compile(
    "(?:^|[,，:：])\\s*[烦敬]?请(?P<names>[^,，。；;:：]{2,60}?)(?=于|在|将|把|按|务必|认真|及时|抓紧|对照|结合)"
)
_CLAUSES = re.compile("[,，；;]")
# At the beginning of a clause: who is to do something.
_DOERS = re.compile("(?:烦?请|由)?(?P<names>[^,，。；;:：]{2,60}?)(?=于|在|应|要|须|将|把|负责|认真|及时|抓紧)")
_OF_TITLE = re.compile("^.*?关于|的?(?:紧急)?(?:函|通知|通告|启事)(?:[(（][^()（）]{1,12}[)）])?$")
_UNTIL_WHEN = re.compile(
    "(?:填报|[报呈]送|上报|提交|征集|反馈|推荐|截止)(?:的?时间|日期|时限|期限)?(?:为|是|[:：])(?P<day>[^,，。；;]{2,40})"
)
# What is said of those who do not answer, or not in time, asks for nothing more.
_OTHERWISE = re.compile("无|没有|如|若|逾期|未|过期")
_LONGEST, _LONGEST_TITLE, _MOST_ABOVE = 200, 120, 12
Request = TypeVar("Request")


def nobody_addressed(asked: str) -> Text:
    """Why a letter with this request became no draft."""
    return Text(
        f"这份文件只要求报送材料（“{asked}”），没有写明由哪些单位报送，所以没有读成清单："
        "请在正文前补上主送单位（例如“各乡镇人民政府、县教育局：”）后再导入，或者新建清单，直接添加这一项责任。",
        f"This document only asks for material to be handed in (“{asked}”) and does not say by whom, so no checklist "
        "was made of it: add whom it is addressed to above the text (such as “各乡镇人民政府、县教育局：”) and "
        "import it again, or make a checklist and add this one duty.",
    )


def title_about_a_report(blocks: Sequence[Block]) -> str:
    """The line at the head that says that something is to be handed in; empty for none."""
    lines = (re.sub(r"\s", "", block.text) for block in blocks[:_MOST_ABOVE] if isinstance(block, Paragraph))
    return next((line for line in lines if len(line) <= _LONGEST_TITLE and _ABOUT_A_REPORT.fullmatch(line)), "")


def asks_for_reports_alone(root: Node, index: NameIndex) -> bool:
    """Whether nothing is asked for but what is to be handed in, each of one list of units by one day.

    Else it is read as any other notice, in whose measures the units stay that are named beside them.
    """
    sentences = [one for node in root.walk() for text in _texts(node) for one in split_sentences(text, ends="。；;！!")]
    every = [one for one in sentences if any(requests_in(one))]
    others = (one for one in sentences if not any(requests_in(one)))
    if any(_has_day(one) or said_in([one], index) for one in others):
        return False
    return all(_is_of_one_list(one, index) for one in _dated(every, lambda one: one))


def _has_day(text: str) -> bool:
    # Whether there is one, which any year shows.
    return find_due(text, 2000) is not None


def _dated(requests: list[Request], text_of: Callable[[Request], str]) -> list[Request]:
    """Those with a day, beside which the others say how it is done (电子版请发送至邮箱); where none has one, all."""
    return [one for one in requests if _has_day(text_of(one))] or requests


def _is_of_one_list(asked: str, index: NameIndex) -> bool:
    clauses = _CLAUSES.split(asked)
    doers = [clause for clause in clauses if _begins_with_units(clause, index)]
    dated = [clause for clause in clauses if _has_day(clause)]
    return len(dated) <= 1 and (not doers or (len(doers) == 1 and _whom(asked, index) != ""))


def _begins_with_units(clause: str, index: NameIndex) -> bool:
    match = _DOERS.match(clause.strip())
    return match is not None and any(_is_unit(name) or name.known for name in read_names(match["names"], index).names)


def _texts(node: Node) -> tuple[str, ...]:
    return (node.heading, *(passage.text for passage in node.passages))


def share_out_requests(root: Node, index: NameIndex, title: str) -> bool:
    """Make measures of the sentences that ask for something to be handed in, else of the title; whether any is made."""
    if any(node.tables or node.tails for node in root.walk()):
        return False
    addressed = next((one.text.rstrip(":：") for one in root.passages if _ADDRESSEES.fullmatch(one.text.strip())), "")
    places = [
        (node, passage)
        for node in root.walk()
        for passage in (Passage(node.heading, origins=node.origins), *node.passages)
        if not passage.tails
    ]
    every = [(node, passage, asked) for node, passage in places for asked in requests_in(passage.text)]
    dated = _dated(every, lambda one: one[2])
    named = [(node, passage, asked, _whom(asked, index) or addressed) for node, passage, asked in dated]
    kept = {asked for _node, _passage, asked, _names in named}
    is_of_title = not named and bool(addressed) and _SURELY_A_REPORT.search(title) is not None
    if not (is_of_title or (named and all(names for *_rest, names in named))):
        return False
    duties = [_duty(root, passage, asked, names, others_than=kept) for _node, passage, asked, names in named]
    _leave(named)
    root.children[:0] = duties or [_duty_of_title(root, title, addressed, (passage.text for _, passage in places))]
    return True


def requests_in(text: str) -> Iterator[str]:
    """The sentences that ask for something to be handed in, without their ends."""
    for sentence in split_sentences(text, ends="。；;！!"):
        bare = strip_end(sentence)
        if len(bare) > _LONGEST or not _HANDED_IN.search(bare) or _OTHERWISE.match(bare):
            continue
        if _ASKS.search(bare) or _has_day(bare):
            yield bare


def first_request(root: Node) -> str:
    """The first sentence of a letter that asks for something to be handed in; empty for none."""
    return next((asked for node in root.walk() for text in _texts(node) for asked in requests_in(text)), "")


def _whom(asked: str, index: NameIndex) -> str:
    match = _WHOM.search(asked)
    names = read_names(match["names"], index).names if match else ()
    # 请各单位, 请贵局: those that it is addressed to.
    is_somebody = names and all(name.known or name.is_everyone_of_a_kind or _is_unit(name) for name in names)
    return match["names"] if match and is_somebody else ""


def _is_unit(name: Name) -> bool:
    return name.is_surely_unit and not name.is_generic


def _duty(root: Node, passage: Passage, asked: str, names: str, *, others_than: set[str]) -> Node:
    """The request as a measure of one task; what stands beside it in its paragraph is a remark, and no task."""
    others = [strip_end(sentence) for sentence in split_sentences(passage.text)]
    remarks = [Passage(f"备注：{other}") for other in others if other and other not in others_than]
    tail = read_list(names, Role.RESPONSIBLE)
    return Node(None, root, asked, [*remarks, Passage("", [tail])], origins=passage.origins)


def _duty_of_title(root: Node, title: str, names: str, texts: Iterable[str]) -> Node:
    """What the title says (填报…), by the day that stands behind such a word as 填报时间."""
    when = next((found["day"] for text in texts if (found := _UNTIL_WHEN.search(text))), "")
    tails = [read_list(names, Role.RESPONSIBLE), *([read_list(when, Role.DUE)] if when else [])]
    return Node(None, root, _OF_TITLE.sub("", title), [Passage("", tails)])


def _leave(named: Sequence[tuple[Node, Passage, str, str]]) -> None:
    """Take what became duties out of their places."""
    going = {passage.origins for _node, passage, *_rest in named if passage.origins}
    for node in {id(node): node for node, *_rest in named}.values():
        if node.origins in going:
            node.heading, node.origins = "", ()
        node.passages = [replace(one, text="", origins=()) if one.origins in going else one for one in node.passages]
