"""Where a measure may be split, and what goes with the part behind. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.tasks.notices.numbering import read_marker
from services.tasks.notices.sentences import split_sentences, strip_end

_IN_BRACKETS = re.compile("[(（][^()（）]*[)）]$")


@dataclass(frozen=True, slots=True)
class Words:
    """Something of the measure that goes where its words go: a task, a piece of the source, a figure."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Division:
    """What a measure keeps, and what becomes of the rest, whose `words` begin with its `title`, not cut yet."""

    kept: str
    title: str
    moved: str
    words: str
    tasks: tuple[int, ...]


def sentences_of(body: str) -> list[tuple[int, str]]:
    """Each sentence with the offset of its first sign; a paragraph begins a sentence, and blank ones are left out."""
    found: list[tuple[int, str]] = []
    at = 0
    for line in body.split("\n"):
        for sentence in split_sentences(line):
            if sentence.strip():
                found.append((at + len(sentence) - len(sentence.lstrip()), sentence.strip()))
            at += len(sentence)
        at += 1
    return found


def divided_at_sentence(body: str, offset: int, tasks: Sequence[Words]) -> Division | None:
    """The measure split before the sentence at `offset`; None when no sentence begins there.

    Before the first one too: the measure then keeps its title. Tasks go with their words.
    """
    if offset not in {at for at, _ in sentences_of(body)}:
        return None
    kept, moved = body[:offset].rstrip(), body[offset:].strip()
    title, rest = _titled(moved)
    going = going_with(moved, kept, tasks)
    return Division(kept, title, rest, moved, going)


def divided_at_task(body: str, task_id: int, tasks: Sequence[Words]) -> Division | None:
    """The measure split before a task, with the sentence that the task was made of; None for the first or none of them.

    Where the body has no such sentence it stays as it is.
    """
    ids = [task.id for task in tasks]
    if task_id not in ids[1:]:
        return None
    at = ids.index(task_id)
    first = tasks[at]
    offset = next((place for place, text in sentences_of(body) if bare(text).startswith(bare(first.text))), None)
    if offset is None:
        return Division(body, first.text, "", first.text, tuple(ids[at:]))
    kept, moved = body[:offset].rstrip(), body[offset:].strip()
    return Division(kept, first.text, _titled(moved)[1], moved, tuple(ids[at:]))


def going_with(moved: str, kept: str, things: Sequence[Words]) -> tuple[int, ...]:
    """Those of the things whose words stand in the moved text and not in the kept one.

    A piece of the source has a number and a list of units around them, which the measure's text has not.
    """
    behind, before = bare(moved), bare(kept)
    return tuple(one.id for one in things if (words := _own_words(one.text)) in behind and words not in before)


def merged_body(body: str, title: str, text: str) -> str:
    """The body of a measure with another one's title and text behind it; a title that the text repeats stands once."""
    repeats = bare(text).startswith(bare(title)) if bare(title) else True
    return "\n".join(part for part in (body, "" if repeats else title, text) if part)


def row_words(text: str) -> tuple[str, str]:
    """A left-out piece as title and further words of a row, without its number."""
    return _titled(read_marker(text)[1] or text)


def bare(text: str) -> str:
    """Text as it is compared: without blanks, the mark of a title that was cut, and the sign at the end."""
    return strip_end(re.sub(r"\s", "", text).rstrip("…"))


def _own_words(text: str) -> str:
    words = strip_end(read_marker(text)[1] or text)
    return bare(_IN_BRACKETS.sub("", words) or words)


def _titled(text: str) -> tuple[str, str]:
    sentences = sentences_of(text)
    if not sentences:
        return text.strip(), ""
    first = sentences[0][1]
    return strip_end(first), text[text.index(first) + len(first) :].strip()
