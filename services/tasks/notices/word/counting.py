"""Whether a part of a Word document holds no more than a reader can take, counted before a tree is made of it. Pure.

Raises NoticeUnreadableError with what is too much, and where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.tasks.notices.errors import NoticeUnreadableError
from shared.inspecting.markup import walk
from shared.text import Text

# Of a notice with all its annexes; a paragraph of many fonts has some twenty elements. One takes 300 bytes of memory.
MOST_ELEMENTS = 600_000
MOST_PARAGRAPHS = 50_000
# The annex with the most rows lists all units of a county, some hundred, in a dozen columns.
MOST_CELLS = 50_000
# Word allows tables some twenty deep; a reader leaves out what lies deeper than forty elements.
DEEPEST = 2_000


def inspect(content: bytes) -> None:
    """Refuse a part that holds more than it may. Raises DoctypeError of `markup`, too."""
    counted = _Counted()
    walk(iter((content,)), counted.begin, counted.end)


@dataclass(slots=True)
class _Counted:
    elements: int = 0
    paragraphs: int = 0
    cells: int = 0
    depth: int = 0

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if name == "p":
            self.paragraphs += 1
        elif name == "tc":
            self.cells += 1
        if self.elements > MOST_ELEMENTS or self.paragraphs > MOST_PARAGRAPHS:
            raise _too_much(f"段落或格式太多（超过 {MOST_PARAGRAPHS} 段）", f"more than {MOST_PARAGRAPHS} paragraphs")
        if self.cells > MOST_CELLS:
            raise _too_much(f"表格单元格太多（超过 {MOST_CELLS} 格）", f"more than {MOST_CELLS} cells of tables")
        if self.depth > DEEPEST:
            raise _too_much("表格套表格的层数太多", "tables within tables too deep")

    def end(self, _name: str) -> None:
        self.depth -= 1


def _too_much(zh: str, en: str) -> NoticeUnreadableError:
    return NoticeUnreadableError(
        Text(
            f"文件大得不正常：{zh}。请只留下方案正文，去掉附件和多余的表格，另存后再导入。",
            f"The file is of an abnormal size: {en}. Keep the plan's own text only, without annexes and tables that "
            "are not needed, save it and try again.",
        )
    )
