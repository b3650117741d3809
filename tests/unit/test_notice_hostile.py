"""Texts that nobody writes as a notice are read, or refused with a sentence, in work that grows as they do."""

from __future__ import annotations

import datetime as dt
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import Draft
from services.tasks.notices.errors import NoticeHasNoStructureError, NoticeUnreadableError
from services.tasks.notices.files import MAX_SIGNS, read_file
from services.tasks.notices.reading import MOST_MEASURES, read_notice, read_uploaded
from shared.apart import running
from shared.errors import QingdanError
from tests.support.hostile_texts import LINE, SHAPES, numbered

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
FIVE_MEGABYTES = 5_000_000
SOME, TWICE = 3_000, 6_000
MOST_TIMES = 3.0


def outcome(text: str) -> Draft | str:
    """The draft, or the sentence that refuses the text."""
    try:
        return read_notice(read_file("notice.txt", text.encode()), DIRECTORY, year=2027)
    except QingdanError as refused:
        return refused.text.zh


def steps(text: str) -> int:
    """How many functions are called to read it."""
    called = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        outcome(text)
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_is_read_in_about_twice_the_steps(shape):
    """How much longer it takes is measured by `bench/reading_hostile_texts.py`."""
    short, long = SHAPES[shape](SOME), SHAPES[shape](TWICE)

    assert steps(long) < MOST_TIMES * steps(short)


@pytest.mark.parametrize("shape", SHAPES)
def test_five_megabytes_are_refused_with_a_sentence(shape):
    signs = FIVE_MEGABYTES * 1000 // len(SHAPES[shape](1000).encode())
    text = SHAPES[shape](signs)

    with pytest.raises((NoticeUnreadableError, NoticeHasNoStructureError)) as refused:
        read_notice(read_file("notice.txt", text.encode()), DIRECTORY)

    assert re.search("超过|太深|没有读出", refused.value.text.zh)


@pytest.mark.parametrize("shape", ["rows", "all of it"])
def test_the_longest_text_that_is_read_stays_within_the_limits_of_its_process(shape):
    content = SHAPES[shape](MAX_SIGNS - LINE).encode()
    work = partial(read_uploaded, "notice.txt", content, DIRECTORY, 2027, dt.date(2027, 1, 1))

    draft = running.run(work)

    assert draft.areas


def test_more_measures_than_any_checklist_has_are_refused():
    with pytest.raises(NoticeUnreadableError, match=str(MOST_MEASURES)):
        read_notice(read_file("notice.txt", numbered(200_000).encode()), DIRECTORY)


def test_a_line_without_end_is_refused():
    with pytest.raises(NoticeUnreadableError, match="One line"):
        read_file("notice.txt", ("、" * (FIVE_MEGABYTES // 3)).encode())
