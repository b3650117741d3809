"""Units marked by a sign that a note explains (★县人社局；注：带★的为牵头单位), made to say so in brackets. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.tasks.notices.blocks import Block, Paragraph, Table

_SIGNS = "★☆*＊※▲△●"
_NOTE = re.compile(
    rf"(?:[带标加注打]有?|注明|标注)?[“\"（(]*(?P<signs>[{_SIGNS}](?:[”\"（()）、或/]*[{_SIGNS}])*)[”\"）)]*"
    r"(?:号|标记|标识)?的?(?:单位|部门|者)?(?:为|是|表示)牵头"
)
_NAME = r"[\u4e00-\u9fff]{2,20}"
_LONGEST_NOTE = 60


def with_leads_marked(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks; where a note says that a sign marks who leads, each such unit has （牵头） behind it."""
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and len(block.text) <= _LONGEST_NOTE]
    note = next((found for text in texts if (found := _NOTE.search(text))), None)
    if note is None:
        return list(blocks)
    signs = re.escape("".join(dict.fromkeys(sign for sign in note["signs"] if sign in _SIGNS)))
    marked = re.compile(rf"[{signs}](?P<behind>{_NAME})|(?<![\u4e00-\u9fff])(?P<before>{_NAME})[{signs}]")
    return [_marked(block, marked) for block in blocks]


def _marked(block: Block, marked: re.Pattern[str]) -> Block:
    if isinstance(block, Table):
        rows = tuple(tuple(marked.sub(_in_brackets, cell) for cell in row) for row in block.rows)
        return replace(block, rows=rows)
    return block if _NOTE.search(block.text) else replace(block, text=marked.sub(_in_brackets, block.text))


def _in_brackets(match: re.Match[str]) -> str:
    return f"{match['behind'] or match['before']}（牵头）"
