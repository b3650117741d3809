"""Tables with a column for each unit and a mark where it takes part (●, √, 牵头, 配合), made tables of names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.tails import Role
from services.tasks.notices.units import looks_like_unit

_ROWS_BEFORE_HEADER = 6
_FULL = "●★▲■◆◎√✓✔☑Vv"
_HOLLOW = "○☆△□◇〇"
_MARK = re.compile(rf"[{_FULL}{_HOLLOW}]|✅")
_LEADS = re.compile("(?:牵头|主办|主责|主抓|主要责任)(?:单位|部门|负责)?")
_ANSWERS = re.compile("(?:责任|负责|承办|落实|实施|主体|分工负责)(?:单位|部门)?")
_SUPPORTS = re.compile("(?:配合|协办|协同|协助|参与|参加|支持)(?:单位|部门)?")
_NOTHING = re.compile(r"[-—–/\\×无\s]*")
_EXPLAINED = re.compile(
    rf"(?P<mark>[“\"]?[{_FULL}{_HOLLOW}][”\"]?)(?:为|表示|代表|是|指|[:：—-]+)(?P<what>[^,，;；。、]{{2,10}})"
)
_HEADS = ((Role.LEAD, "牵头单位"), (Role.RESPONSIBLE, "责任单位"), (Role.SUPPORT, "配合单位"))
_LEAST_UNITS = 2
# Of the cells below units, those that are no mark say in words what a unit does.
_LEAST_MARKS = 0.5
_LONGEST_NOTE = 120


def unfolded(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, of which each such table has columns of units instead; a note below or above explains signs."""
    done: list[Block] = []
    for position, block in enumerate(blocks):
        near = [*blocks[max(0, position - 2) : position], *blocks[position + 1 : position + 3]]
        done.append(_unfolded(block, _explained(near)) if isinstance(block, Table) else block)
    return done


def _explained(near: Iterable[Block]) -> dict[str, Role]:
    """What signs stand for, as a paragraph near the table or its last row says."""
    found: dict[str, Role] = {}
    for block in near:
        texts = [block.text] if isinstance(block, Paragraph) else []
        found |= _explained_in(texts)
    return found


def _explained_in(texts: Iterable[str]) -> dict[str, Role]:
    return {
        match["mark"].strip('“”"'): role
        for text in texts
        if len(text) <= _LONGEST_NOTE
        for match in _EXPLAINED.finditer(text)
        if (role := _role_of_word(match["what"]))
    }


def _unfolded(table: Table, explained: dict[str, Role]) -> Table:
    found = _head(table)
    if found is None:
        return table
    header, units = found
    names = [re.sub(r"\s", "", cell) for cell in table.rows[header]]
    roles = explained | _explained_in(cell for row in table.rows for cell in dict.fromkeys(row))
    rows = []
    for position, row in enumerate(table.rows):
        kept = tuple(cell for n, cell in enumerate(row) if n not in units)
        if position < header:
            rows.append((*kept, *[""] * len(_HEADS)))
        elif position == header:
            rows.append((*kept, *(heading for _role, heading in _HEADS)))
        else:
            lists: dict[Role, list[str]] = {role: [] for role, _heading in _HEADS}
            for n in units:
                _take(lists, names[n], row[n].strip(), roles)
            rows.append((*kept, *("、".join(lists[role]) for role, _heading in _HEADS)))
    return Table(tuple(rows), table.origins)


def _take(lists: dict[Role, list[str]], name: str, cell: str, explained: dict[str, Role]) -> None:
    if _NOTHING.fullmatch(cell):
        return
    role = explained.get(cell[:1]) or _role_of_word(cell)
    if role:
        lists[role].append(name)
    elif _MARK.fullmatch(cell):
        lists[Role.SUPPORT if cell in _HOLLOW else Role.RESPONSIBLE].append(name)
    else:
        # 负责选址: what it does, in words.
        lists[Role.RESPONSIBLE].append(f"{name}（{cell}）")


def _role_of_word(word: str) -> Role | None:
    word = re.sub(rf"[\s（）()/{_FULL}{_HOLLOW}]", "", word)
    for role, form in ((Role.LEAD, _LEADS), (Role.SUPPORT, _SUPPORTS), (Role.RESPONSIBLE, _ANSWERS)):
        if form.fullmatch(word):
            return role
    return None


def _head(table: Table) -> tuple[int, list[int]] | None:
    """The row that names units as headings, with their columns, where marks stand below them."""
    for position, row in enumerate(table.rows[:_ROWS_BEFORE_HEADER]):
        headings = [re.sub(r"\s", "", cell) for cell in row]
        units = [n for n, text in enumerate(headings) if looks_like_unit(text) and not text.endswith(("单位", "部门"))]
        below = [row[n].strip() for row in table.rows[position + 1 :] for n in units]
        written = [cell for cell in below if not _NOTHING.fullmatch(cell)]
        marks = [cell for cell in written if _MARK.fullmatch(cell) or _role_of_word(cell)]
        if _LEAST_UNITS <= len(units) < len(row) and marks and len(marks) >= _LEAST_MARKS * len(written):
            return position, units
    return None
