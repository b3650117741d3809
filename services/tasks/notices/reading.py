"""Read an official notice into a draft checklist: areas, measures, targets, and what a person must still decide.

This module only puts the parts together. Numbering, tails, unit names, dates, sentences, targets and tables each have
their own module, and none of them knows the database; `files` alone knows what a file is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

from services.tasks.notices import questions as ask
from services.tasks.notices.areas import AreaNodes, find_areas
from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.directory import Directory
from services.tasks.notices.draft import Area, Draft, Measure, Question, Target, TargetKind
from services.tasks.notices.errors import NoticeHasNoStructureError
from services.tasks.notices.files import read_file
from services.tasks.notices.heading import Heading, read_heading
from services.tasks.notices.measures import Reader, read_measure
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import Level
from services.tasks.notices.outline import Node, build_outline
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.tables import as_paragraphs, table_areas
from services.tasks.notices.targets import read_targets
from shared.text import Text

# （以下均需各乡镇人民政府落实，不再列出）
_FOR_ALL = re.compile(r"[^。；;()（）]{0,60}不再(?:一一|逐一|逐条|单独|重复)?(?:列出|列举|列明)")
_LEVEL_EXAMPLES = {
    Level.CHAPTER: "第一章",
    Level.CHINESE: "一、",
    Level.ARTICLE: "第一条",
    Level.CHINESE_IN_BRACKETS: "（一）",
    Level.ARABIC: "1.",
    Level.DOTTED: "1.1",
    Level.ARABIC_IN_BRACKETS: "（1）",
    Level.CIRCLED: "①",
    Level.LETTER: "a.",
}


def read_uploaded(name: str, content: bytes, directory: Directory, year: int, today: dt.date) -> Draft:
    """What a notice in a file proposes. Raises NoticeUnreadableError for a file that cannot be read."""
    return read_notice(read_file(name, content), directory, year=year, today=today)


def read_notice(
    blocks: Sequence[Block], directory: Directory, *, year: int | None = None, today: dt.date | None = None
) -> Draft:
    """Propose levels 1 to 3, units, due dates and targets from a notice's text.

    `year` completes dates written without one and defaults to the year the notice is dated; a due date before `today`,
    or else before the notice's own date or `year`, is questioned. Raises NoticeHasNoStructureError when no responsible
    units are found anywhere.
    """
    blocks = as_paragraphs(blocks)
    index = NameIndex.of(directory)
    root = build_outline(blocks, index)
    areas = [*find_areas(root), *table_areas(root)]
    if not areas:
        raise NoticeHasNoStructureError(_what_was_found(blocks, root))
    heading = read_heading(blocks)
    reader = Reader(index, _year(year, heading), _not_before(today, year, heading))
    drafted, questions = _read_areas(areas, heading.title, reader)
    targets = read_targets(_general_chapters(root, areas))
    return Draft(
        title=heading.title,
        issuer=heading.issuer,
        issued_on=heading.issued_on,
        number=heading.number,
        areas=tuple(drafted),
        targets=tuple(targets),
        questions=(*questions, *_questions_for_all(blocks), *_target_questions(targets)),
    )


def _year(year: int | None, heading: Heading) -> int | None:
    if year is not None:
        return year
    return heading.issued_on.year if heading.issued_on else heading.year


def _not_before(today: dt.date | None, year: int | None, heading: Heading) -> dt.date | None:
    if today is not None:
        return today
    if heading.issued_on is not None:
        return heading.issued_on
    return dt.date(year, 1, 1) if year is not None and 1 <= year <= 9999 else None


def _read_areas(areas: list[AreaNodes], document_title: str, reader: Reader) -> tuple[list[Area], list[Question]]:
    drafted: list[Area] = []
    questions: list[Question] = []
    for position, area in enumerate(areas):
        measures: list[Measure] = []
        for order, node in enumerate(area.measures):
            measure, asked = read_measure(node, f"areas[{position}].measures[{order}]", reader)
            measures.append(measure)
            questions += asked
        number = area.node.number if area.node else ""
        title = _first_sentence(area.node.heading) if area.node else document_title
        drafted.append(Area(number, title, tuple(measures)))
    return drafted, questions


def _questions_for_all(blocks: Sequence[Block]) -> list[Question]:
    found = (_FOR_ALL.search(block.text) for block in blocks if isinstance(block, Paragraph))
    return [ask.applies_to_all("areas", match.group()) for match in found if match]


def _first_sentence(text: str) -> str:
    sentences = split_sentences(text)
    return strip_end(sentences[0]) if sentences else ""


def _general_chapters(root: Node, areas: list[AreaNodes]) -> list[list[str]]:
    """Return the paragraphs of each top-level chapter without its measures."""
    measures = {measure for area in areas for measure in area.measures}
    chapters: list[list[str]] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node in measures:
            continue
        if node.parent is root or node is root:
            chapters.append([])
        chapters[-1] += [node.heading, *(passage.text for passage in node.passages)]
        stack.extend(reversed(node.children))
    return chapters


def _target_questions(targets: Sequence[Target], path: str = "targets") -> list[Question]:
    questions = []
    for position, target in enumerate(targets):
        where = f"{path}[{position}]"
        if target.is_approximate:
            questions.append(ask.approximate_target(where, target.text))
        if target.kind is TargetKind.TREND:
            questions.append(ask.trend_target(where, target.text))
        questions += _target_questions(target.subsets, f"{where}.subsets")
    return questions


def _what_was_found(blocks: Sequence[Block], root: Node) -> Text:
    paragraphs = sum(isinstance(block, Paragraph) and bool(block.text.strip()) for block in blocks)
    tables = sum(isinstance(block, Table) for block in blocks)
    levels = Counter(node.level for node in root.walk() if node.marker)
    seen = [f"{_LEVEL_EXAMPLES[level]} × {count}" for level, count in sorted(levels.items())]
    tails = sum(len(node.tails) for node in root.walk())
    return Text(
        zh=(
            f"没有读出举措和责任单位。读到{paragraphs}个段落、{tables}张表格；"
            f"编号：{'，'.join(seen) or '无'}；责任单位或时限：{tails}处。"
            "需要的是：带编号的段落（一、（一）1.（1）①），段末、下一行或表格里写明"
            "“责任单位：…”“牵头单位：…”“…牵头，…配合”或“…负责”。请检查文件是否完整，或改用清单模板导入。"
        ),
        en=(
            f"No measures with responsible units were found. Read: {paragraphs} paragraphs, {tables} tables; "
            f"numbering: {', '.join(seen) or 'none'}; notes on units or dates: {tails}. "
            "Looked for: numbered paragraphs (一、 （一） 1. （1） ①) that name units at their end, on the next line "
            "or in a table, as “责任单位：…”, “牵头单位：…”, “…牵头，…配合” or “…负责”. "
            "Check that the file is complete, or import a checklist template instead."
        ),
    )
