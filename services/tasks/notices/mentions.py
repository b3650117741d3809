"""Units that a text mentions without saying that they are responsible, for notices that never say who is.

Regulations and plain letters share out work in their sentences. A draft with units to be checked serves better than a
refusal; that they are only mentioned is asked of each measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.tasks.notices.clauses import said_in
from services.tasks.notices.directory import KnownUnit
from services.tasks.notices.duties import duties_in
from services.tasks.notices.names import NameIndex, normalise
from services.tasks.notices.outline import Node, Passage, is_general
from services.tasks.notices.tails import Role, Tail, TailPart
from services.tasks.notices.units import read_names

_ADDRESSEES = re.compile("[^。；;]{2,300}[:：]")
# 镇 alone, or two signs that are part of another word, name nobody.
_SHORTEST = 3
# 报送县发改委: who gets something does not do it.
_IS_SENT = re.compile("(?:报送?|上报|反馈|提交|送交?|寄|发送?|抄送|汇总|书面告知|函复)[至到给]?(?:我局|我办)?$")
_LONGEST_SENDING = 8
_NOBODY = ("county", "leading_group")


def share_out_by_mention(root: Node, index: NameIndex) -> bool:
    """Make tails of the units that the numbered paragraphs mention; whether there are any.

    Only for an outline in which nobody is said to be responsible. Of a text without numbers its paragraphs serve.
    """
    nodes = [node for node in root.walk() if node.marker and not node.children and not is_general(node)]
    if not nodes:
        said = [passage for passage in root.passages if not _is_name(passage.text, index)]
        nodes = [Node(None, root, passage.text, origins=passage.origins) for passage in said]
    found = [(node, names) for node in nodes if (names := tuple(mentioned("\n".join(node.texts()), index)))]
    for node, names in found:
        parts = (TailPart(Role.RESPONSIBLE, "、".join(names)),)
        told = said_in(node.texts(), index) or Tail(parts, "、".join(names), is_mentioned=True)
        node.passages.append(Passage("", [told]))
    if found and not found[0][0].marker:
        root.children += [node for node, _names in found]
        kept = {node.origins for node, _names in found}
        root.passages = [passage for passage in root.passages if passage.origins not in kept]
    return bool(found)


def share_out_duties(root: Node, index: NameIndex) -> bool:
    """Make measures of the sentences that ask for something, in a letter that names units only as whom it is for."""
    addressed = next((one.text for one in root.passages if _ADDRESSEES.fullmatch(one.text)), "")
    names = tuple(mentioned(addressed, index))
    asking = [one for one in root.passages if names and any(duties_in([one.text], None))]
    for passage in asking:
        tail = Tail((TailPart(Role.RESPONSIBLE, "、".join(names)),), "、".join(names), is_mentioned=True)
        node = Node(None, root, passage.text, [Passage("", [tail])], origins=passage.origins)
        root.children.insert(0, node)
    root.passages = [one for one in root.passages if one not in asking]
    return bool(asking)


def _is_name(text: str, index: NameIndex) -> bool:
    """Whether a paragraph is the name of somebody and nothing else, who signs, or the list of those addressed."""
    if normalise(text) in index.written:
        return True
    names = read_names(text.rstrip(":： "), index).names if text.rstrip().endswith((":", "：")) else ()
    return bool(names) and all(name.is_surely_unit for name in names)


def mentioned(text: str, index: NameIndex) -> Iterator[str]:
    """The known units and groups that a text names, each once, as they are written there."""
    text = normalise(text)
    seen: set[str] = set()
    position = 0
    while position < len(text):
        end, name = next(_named_at(text, position, index), (position + 1, ""))
        if name and name not in seen and not _IS_SENT.search(text, max(0, position - _LONGEST_SENDING), position):
            seen.add(name)
            yield name
        position = end


def _named_at(text: str, position: int, index: NameIndex) -> Iterator[tuple[int, str]]:
    for end, who in index.at(text, position):
        is_somebody = not (isinstance(who[0], KnownUnit) and who[0].kind in _NOBODY)
        if end - position >= _SHORTEST and is_somebody:
            yield end, text[position:end]
