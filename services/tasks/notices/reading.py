"""Read an official notice into a draft checklist: areas, measures, targets, and what a person must still decide.

This module only puts the parts together. Numbering, tails, unit names, dates, sentences, targets and tables each have
their own module, and none of them knows the database; `files` alone knows what a file is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.tasks.notices import questions as ask
from services.tasks.notices.annexes import hang_rows
from services.tasks.notices.areas import AreaNodes, find_areas
from services.tasks.notices.blocks import Block, Paragraph, Reason, Source, Table, source_of
from services.tasks.notices.clauses import share_out_by_sentences
from services.tasks.notices.contacts import contacts_in
from services.tasks.notices.directory import Directory
from services.tasks.notices.draft import Area, Draft, Measure, Piece, Question, QuestionKind, Target, TargetKind
from services.tasks.notices.duties import duties_in
from services.tasks.notices.errors import NoticeHasNoStructureError, NoticeUnreadableError
from services.tasks.notices.files import MAX_BLOCKS, read_file
from services.tasks.notices.heading import Heading, closing_positions, published_on, read_heading
from services.tasks.notices.inline import with_lists_cut
from services.tasks.notices.letters import (
    asks_for_reports_alone,
    first_request,
    nobody_addressed,
    share_out_requests,
    title_about_a_report,
)
from services.tasks.notices.measures import Reader, read_measure
from services.tasks.notices.mentions import share_out_by_mention, share_out_duties
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import Level, parse_chinese_number, read_marker
from services.tasks.notices.outline import Node, Passage, build_outline
from services.tasks.notices.pieces import Reading, pieces_of
from services.tasks.notices.sentences import split_sentences, strip_end
from services.tasks.notices.stars import with_leads_marked
from services.tasks.notices.tables import as_paragraphs, table_areas
from services.tasks.notices.tails import take_tails
from services.tasks.notices.targets import read_targets
from services.tasks.notices.units import read_names, units_of
from services.tasks.notices.unnumbered import cut_at_units, with_numbers_above
from shared.text import Text

# （以下均需各乡镇人民政府落实，不再列出）
_FOR_ALL = re.compile(r"[^。；;()（）]{0,60}不再(?:一一|逐一|逐条|单独|重复)?(?:列出|列举|列明)")
# 三年行动, each of whose years has a checklist.
_SO_MANY_YEARS = re.compile("([两二三四五六七八九十])年(?:行动|攻坚|提升|计划|规划|方案)")
# No checklist has so many; reading them takes some seconds.
MOST_MEASURES = 5_000
_TOO_MANY_MEASURES = Text(
    f"读出的举措超过 {MOST_MEASURES} 条，不像一份通知，没有采用：请只导入方案正文，或分成几份导入。",
    f"More than {MOST_MEASURES} measures were found, which is no notice, so nothing was taken: import the plan's own "
    "text only, or in several parts.",
)
_TOO_MANY_PARAGRAPHS = Text(
    f"通知读出来超过 {MAX_BLOCKS} 段，不像一份通知，没有采用：请只导入方案正文，或分成几份导入。",
    f"More than {MAX_BLOCKS} paragraphs were found, which is no notice, so nothing was taken: import the plan's own "
    "text only, or in several parts.",
)
_YEAR_OF_TITLE = re.compile(r"\d{4}年")
# A table alone has no title.
_NAMELESS = "工作任务"
_LEVEL_EXAMPLES = {
    Level.CHAPTER: "第一章",
    Level.CHINESE: "一、",
    Level.ARTICLE: "第一条",
    Level.CHINESE_IN_BRACKETS: "（一）",
    Level.ARABIC: "1.",
    Level.DOTTED: "1.1",
    Level.ARABIC_IN_BRACKETS: "（1）",
    Level.HALF_BRACKET: "1）",
    Level.CIRCLED: "①",
    Level.LETTER: "a.",
}


def read_uploaded(name: str, content: bytes, directory: Directory, year: int | None, today: dt.date) -> Draft:
    """What a notice in a file proposes. Raises NoticeUnreadableError for a file that cannot be read."""
    return read_notice(read_file(name, content), directory, year=year, today=today)


def read_notice(
    read: Source | Sequence[Block], directory: Directory, *, year: int | None = None, today: dt.date | None = None
) -> Draft:
    """Propose levels 1 to 3, units, due dates and targets from a notice's text.

    `year` completes dates written without one and defaults to the year that the notice is for, else to that of `today`;
    a due date before `today`, or else before the notice's own date or `year`, is questioned.
    Raises NoticeHasNoStructureError when no responsible units are found anywhere.
    """
    index = NameIndex.of(directory)
    source = with_lists_cut(read if isinstance(read, Source) else source_of(read), index)
    blocks, root, areas = _shared_out(source, index)
    if sum(len(area.measures) for area in areas) > MOST_MEASURES:
        raise NoticeUnreadableError(_TOO_MANY_MEASURES)
    heading = read_heading(blocks)
    heading = replace(heading, issued_on=heading.issued_on or published_on(source.lines))
    own_year = _year_of(heading, today)
    its_year = year or own_year or (today.year if today else heading.year)
    reader = Reader(index, its_year, _not_before(today, year, heading), heading.years)
    drafted, questions = _read_areas(areas, heading.title, reader)
    targets = read_targets(_general_chapters(root, areas), reader.last_year)
    pieces = pieces_of(source, Reading(blocks, heading, root, areas, targets))
    return Draft(
        title=heading.title,
        issuer=heading.issuer,
        issued_on=heading.issued_on,
        number=heading.number,
        areas=tuple(drafted),
        targets=tuple(targets),
        questions=(
            *questions,
            *_questions_for_all(blocks),
            *_duty_questions(source.lines, pieces, reader.year),
            *_target_questions(targets),
        ),
        lines=source.lines,
        pieces=pieces,
        year=own_year,
        plan_years=(heading.years[0], heading.years[-1]) if heading.years else None,
        contacts=contacts_in(source.lines),
    )


def _shared_out(source: Source, index: NameIndex) -> tuple[list[Block], Node, list[AreaNodes]]:
    """The outline with its areas, by whatever tells who does the work; the surest first."""
    letter = _letter(source, index)
    if letter is not None:
        return letter
    blocks, root, areas = _structure(source, index, keeps_rows=True)
    if not areas and any(node.tables for node in root.walk()):
        # Nobody is named but perhaps in cells of a table whose columns nobody knows.
        blocks, root, areas = _structure(source, index, keeps_rows=False)
    areas = areas or _areas_without_tails(root, index)
    if not areas and title_about_a_report(blocks) and (asked := first_request(root)):
        raise NoticeHasNoStructureError(nobody_addressed(asked))
    if not areas:
        raise NoticeHasNoStructureError(_what_was_found(blocks, root))
    return blocks, root, areas


def _areas_without_tails(root: Node, index: NameIndex) -> list[AreaNodes]:
    if share_out_by_mention(root, index) or share_out_duties(root, index):
        return find_areas(root)
    return []


def _letter(source: Source, index: NameIndex) -> tuple[list[Block], Node, list[AreaNodes]] | None:
    """A letter that asks for reports and for nothing else, as duties; None for whatever asks for more."""
    title = title_about_a_report(source.blocks)
    if not title:
        return None
    blocks, root, _areas = _structure(source, index, keeps_rows=True, shares_out=False)
    is_letter = asks_for_reports_alone(root, index) and share_out_requests(root, index, title)
    return (blocks, root, find_areas(root)) if is_letter else None


def _structure(
    source: Source, index: NameIndex, *, keeps_rows: bool, shares_out: bool = True
) -> tuple[list[Block], Node, list[AreaNodes]]:
    _check_number(source.blocks)
    blocks = with_leads_marked(as_paragraphs(source.blocks, keeps_rows=keeps_rows))
    blocks = cut_at_units(with_numbers_above(blocks), index)
    _check_number(blocks)
    below = closing_positions(blocks)
    root = build_outline([block for position, block in enumerate(blocks) if position not in below], index)
    hang_rows(root)
    if shares_out:
        share_out_by_sentences(root, index)
    return blocks, root, [*find_areas(root), *table_areas(root)]


def _check_number(blocks: Sequence[Block]) -> None:
    """Refuse paragraphs that were cut into more than any notice has."""
    if len(blocks) > MAX_BLOCKS:
        raise NoticeUnreadableError(_TOO_MANY_PARAGRAPHS)


def read_paragraph(text: str, directory: Directory, *, year: int) -> tuple[Measure, list[Question]]:
    """One paragraph as a measure, which a person says it is; the questions leave out what it does not say at all."""
    index = NameIndex.of(directory)
    marker, words = read_marker(text)
    words, tails = take_tails(words, index)
    node = Node(marker, heading=words.strip(), passages=[Passage("", list(tails))])
    measure, questions = read_measure(node, "", Reader(index, year, None))
    return measure, [one for one in questions if one.kind not in (QuestionKind.NO_UNIT, QuestionKind.NO_DUE)]


def _year_of(heading: Heading, today: dt.date | None) -> int | None:
    """The year that a notice is for: that of its date, but the next one where its title says so.

    Of the years of a plan it is this one, where this is one of them, else the first that its title names.
    """
    dated = heading.issued_on.year if heading.issued_on else None
    now = today.year if today else dated
    if now in _years_of_plan(heading):
        return now
    if heading.years:
        return heading.years[0]
    return dated if dated is not None and heading.year != dated + 1 else heading.year


def _years_of_plan(heading: Heading) -> range:
    length = _SO_MANY_YEARS.search(heading.title)
    if heading.years:
        return heading.years
    if length and heading.issued_on and not _YEAR_OF_TITLE.search(heading.title):
        first = heading.issued_on.year
        return range(first, first + (parse_chinese_number(length[1].replace("两", "二")) or 0))
    return range(0)


def _not_before(today: dt.date | None, year: int | None, heading: Heading) -> dt.date | None:
    if today is not None:
        return today
    if heading.issued_on is not None:
        return heading.issued_on
    return dt.date(year, 1, 1) if year is not None and 1 <= year <= 9999 else None


def _read_areas(areas: list[AreaNodes], document_title: str, reader: Reader) -> tuple[list[Area], list[Question]]:
    drafted: list[Area] = []
    questions: list[Question] = []
    chapters = {area.node.parent for area in areas if area.node is not None and area.node.parent is not None}
    for position, area in enumerate(areas):
        measures: list[Measure] = []
        for order, node in enumerate(area.measures):
            measure, asked = read_measure(node, f"areas[{position}].measures[{order}]", reader)
            measures.append(measure)
            questions += [_with_units_above(one, node, reader.index) for one in asked]
        number = area.node.number if area.node else ""
        title = _first_sentence(area.node.heading).rstrip("：:") if area.node else document_title or _NAMELESS
        text = "\n".join(_words_of(area.node, chapters=len(chapters) > 1)) if area.node else ""
        drafted.append(Area(number, title, tuple(measures), text))
    return drafted, questions


def _with_units_above(question: Question, node: Node, index: NameIndex) -> Question:
    if question.kind is not QuestionKind.NO_UNIT or not node.units_above:
        return question
    units = units_of(read_names(node.units_above, index).names)
    return ask.units_above(question, tuple(dict.fromkeys(unit.name for unit in units)))


def _words_of(area: Node, *, chapters: bool) -> Iterator[str]:
    """What is said of an area itself, after the heading of its chapter where there are several of them."""
    if chapters and area.parent is not None and area.parent.marker is not None:
        yield f"{area.parent.number}{area.parent.heading}"
    yield from (passage.text for passage in area.passages if passage.text)


def _questions_for_all(blocks: Sequence[Block]) -> list[Question]:
    found = (_FOR_ALL.search(block.text) for block in blocks if isinstance(block, Paragraph))
    return [ask.applies_to_all("areas", match.group()) for match in found if match]


def _duty_questions(lines: Sequence[str], pieces: Sequence[Piece], year: int | None) -> list[Question]:
    """What the text that is left out asks for."""
    left_out = [lines[one.span.line][one.span.start : one.span.end] for one in pieces if one.reason is Reason.GENERAL]
    return [ask.left_out_duty(duty.text, duty.due.text if duty.due else "") for duty in duties_in(left_out, year)]


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
