"""Rows of a table that say who does a measure of the text, and by when, given to that measure. Pure.

A row is about the measure with its title; where the table has no titles, about the one with its number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from services.tasks.notices.blocks import Span, Table
from services.tasks.notices.columns import Columns, columns_of_annex
from services.tasks.notices.names import normalise
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.outline import Node, Passage
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.tables import tail_of_row

_SHORTEST = 4
# Titles that resemble each other are sought in notices of any usual length, and equal ones in all.
_MOST_COMPARED = 100_000
_REFERS = re.compile(r"(?:第|措施|任务|事项)?(\d{1,3})[.．、条项]?")


def hang_rows(root: Node) -> None:
    """Give each such row to its measure; what is about none stays in its table."""
    measures = [node for node in root.walk() if node.marker is not None and not _is_chapter(node)]
    titles = {node: _bare(_title(node.heading)) for node in measures}
    leaves = [node for node in measures if not node.children]
    numbers = Counter(node.marker.value for node in leaves if node.marker)
    sure = [node for node in leaves if node.marker and numbers[node.marker.value] == 1]
    for owner in list(root.walk()):
        for table in list(owner.tables):
            columns = columns_of_annex(table)
            if columns is None:
                continue
            work = [text for row in table.rows[columns.header + 1 :] if (text := columns.work(row))]
            is_by_number = all(map(_REFERS.fullmatch, work))
            found = dict(_by_number(table, columns, sure) if is_by_number else _matches(table, columns, titles))
            if found:
                _hang(owner, table, columns, found)


def _is_chapter(node: Node) -> bool:
    return any(child.children for child in node.children)


def _title(heading: str) -> str:
    sentences = split_sentences(heading)
    return strip_end(sentences[0]) if sentences else ""


def _bare(text: str) -> str:
    return re.sub(r"\W", "", normalise(read_marker(text)[1]))


def _matches(table: Table, columns: Columns, titles: dict[Node, str]) -> Iterator[tuple[int, Node]]:
    by_title: dict[str, list[Node]] = {}
    for node, title in titles.items():
        by_title.setdefault(title, []).append(node)
    may_be_near = len(table.rows) * len(titles) <= _MOST_COMPARED
    for position, row in enumerate(table.rows):
        work = _bare(_title(columns.work(row))) if position > columns.header else ""
        if len(work) < _SHORTEST:
            continue
        nodes = by_title.get(work, [])
        if not nodes and may_be_near:
            near = (title for title in by_title if len(title) >= _SHORTEST and (title in work or work in title))
            nodes = [node for title in near for node in by_title[title]]
        if len(nodes) == 1:
            yield position, nodes[0]


def _by_number(table: Table, columns: Columns, measures: list[Node]) -> Iterator[tuple[int, Node]]:
    numbered = {node.marker.value: node for node in measures if node.marker}
    for position, row in enumerate(table.rows):
        number = _REFERS.fullmatch(columns.work(row)) if position > columns.header else None
        if number and int(number[1]) in numbered:
            yield position, numbered[int(number[1])]


def _hang(owner: Node, table: Table, columns: Columns, found: dict[int, Node]) -> None:
    for position, node in found.items():
        row, origins = table.rows[position], table.origins[position : position + 1]
        said = "\n".join(node.texts())
        others = [row[n].strip() for n in columns.tasks]
        others += [f"备注：{heading}：{text}" for heading, text in columns.remarks(row) if heading != "备注"]
        others += [f"备注：{text}" for heading, text in columns.remarks(row) if heading == "备注"]
        node.passages += [Passage(text) for text in others if text and text not in said]
        node.passages.append(Passage("", [tail_of_row(row, columns)], origins))
    rest = [n for n in range(columns.header + 1, len(table.rows)) if n not in found]
    owner.tables.remove(table)
    kept: list[int] = [*range(columns.header + 1), *rest]
    if rest:
        origins = tuple(span for n in kept for span in table.origins[n : n + 1])
        owner.tables.append(Table(tuple(table.rows[n] for n in kept), origins))
    else:
        owner.heads += _spans(table, kept)


def _spans(table: Table, rows: list[int]) -> list[Span]:
    return [span for n in rows for span in table.origins[n : n + 1]]
