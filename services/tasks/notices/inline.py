"""Measures that stand in one paragraph (主要任务如下：1.…；2.…；3.…。责任单位：…), each made a paragraph. Pure.

Only in a notice without other numbers: elsewhere such a list is the tasks of its measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.tasks.notices.blocks import Block, Paragraph, Source, Span
from services.tasks.notices.clauses import begins_by_telling, said_in
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import read_automatic_marker, read_marker
from services.tasks.notices.sentences import enumeration_in, split_sentences
from services.tasks.notices.tails import take_tails


def with_lists_cut(source: Source, index: NameIndex) -> Source:
    """The same source; a paragraph that announces a list and says who does it in as many paragraphs as there are."""
    paragraphs = [block for block in source.blocks if isinstance(block, Paragraph)]
    if any(block.numbering or read_marker(block.text)[0] for block in paragraphs):
        return source
    lists = {id(block): places for block in paragraphs if (places := _places(block.text, index))}
    if not lists:
        return source
    blocks: list[Block] = []
    for block in source.blocks:
        if isinstance(block, Paragraph) and id(block) in lists:
            blocks += list(_cut(source, block, lists[id(block)]))
        else:
            blocks.append(block)
    return replace(source, blocks=tuple(blocks))


def _places(text: str, index: NameIndex) -> list[int]:
    """Where the parts of the paragraph begin: the announcement, each entry, and what is said behind the list."""
    told = _told(text, index)
    if len(told) > 1:
        return told if told[0] == 0 else [0, *told]
    marks = enumeration_in(text)
    if not marks or not text[: marks[0].start()].rstrip().endswith((":", "：")):
        return []
    starts = [mark.start() for mark in marks]
    ends = [*starts[1:], len(text)]
    ends[-1], behind = _end_of_list(text, starts, ends, index)
    naming = [_names_units(text[start:end], index) for start, end in zip(starts, ends, strict=True)]
    is_said_of_all = any(_names_units(text[start:end], index) for start, end in behind)
    if not (is_said_of_all or 2 * sum(naming) > len(naming)):
        return []
    return [0, *starts, *(start for start, _end in behind)]


def _told(text: str, index: NameIndex) -> list[int]:
    """Where sentences begin that tell a unit what to do (县人社局要…。县卫健委要…。)."""
    position, found = 0, []
    for sentence in split_sentences(text, ends="。；;"):
        if begins_by_telling(sentence, index):
            found.append(position)
        position += len(sentence)
    return found


def _end_of_list(text: str, starts: list[int], ends: list[int], index: NameIndex) -> tuple[int, list[tuple[int, int]]]:
    """Where the last entry ends, and the sentences behind it, those that share out work as one."""
    most = max(len(split_sentences(text[a:b], ends="。")) for a, b in zip(starts[:-1], ends[:-1], strict=True))
    position = starts[-1]
    spans: list[tuple[int, int]] = []
    for sentence in split_sentences(text[starts[-1] :], ends="。"):
        spans.append((position, position + len(sentence)))
        position += len(sentence)
    only = [_is_only_tail(text[start:end], index) for start, end in spans]
    own = next((n for n in range(1, len(spans)) if n >= most or only[n]), len(spans))
    behind: list[tuple[int, int]] = []
    for span, is_tail, was_tail in zip(spans[own:], only[own:], [False, *only[own:]], strict=False):
        if is_tail and was_tail:
            behind[-1] = behind[-1][0], span[1]
        else:
            behind.append(span)
    return spans[own - 1][1], behind


def _is_only_tail(text: str, index: NameIndex) -> bool:
    rest, tails = take_tails(text.strip(), index)
    return bool(tails) and not rest.strip("。;； ")


def _names_units(text: str, index: NameIndex) -> bool:
    text = text.strip()
    return any(tail.names_units for tail in take_tails(text, index)[1]) or said_in([text], index) is not None


def _cut(source: Source, block: Paragraph, places: list[int]) -> Iterator[Paragraph]:
    written = [source.lines[span.line][span.start : span.end] for span in block.origins]
    is_exact = "".join(written) == block.text
    marks = {mark.start(): mark for mark in enumeration_in(block.text)}
    for start, end in zip(places, [*places[1:], len(block.text)], strict=True):
        text = block.text[start:end]
        begins, ends = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        origins = tuple(_within(block.origins, begins, ends)) if is_exact else block.origins
        word = marks.get(start)
        is_word = word is not None and read_marker(text)[0] is None and read_automatic_marker(word.group()) is not None
        if word is not None and is_word:
            # 一是 is a number only inside a list.
            yield Paragraph(text[len(word.group()) :].strip(), word.group(), origins)
        else:
            yield Paragraph(text.strip(), "", origins)


def _within(origins: tuple[Span, ...], start: int, end: int) -> Iterator[Span]:
    """The spans of the characters `start` up to before `end` of all origins together."""
    place = 0
    for span in origins:
        length = span.end - span.start
        first, last = max(start - place, 0), min(end - place, length)
        if first < last:
            yield Span(span.line, span.start + first, span.start + last)
        place += length
