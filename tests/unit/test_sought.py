"""What somebody typed to find something: words, where they stand, and the part of a long text around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.search.pairs import is_exact, pairs_query
from services.tasks.search.reasons import MOST_REASONS, Reason, Where, is_at, reasons_for
from shared.sought import LONGEST_EXCERPT, excerpt, holds, marked, missing, words_of

WORDS = st.lists(st.text("就业返乡aB.%_", min_size=1, max_size=4), max_size=4)
TEXTS = st.text("就业返乡aB.%_ ，", max_size=200)


def test_words_are_what_stands_between_blanks_each_once():
    assert words_of("返乡 创业 返乡") == ["返乡", "创业"]
    assert words_of("GDP gdp") == ["gdp"]
    assert words_of("") == []


def test_a_word_is_a_part_in_whichever_case_and_nothing_of_it_is_a_pattern():
    assert holds("促进返乡创业", "乡创")
    assert holds("GDP增速", "gdp")
    assert not holds("完成80", "8_")
    assert missing(["返乡", "%"], ["促进返乡创业", "石门乡"]) == ["%"]


@given(TEXTS, WORDS)
def test_marked_pieces_are_the_text_and_each_marked_one_is_a_word(text, words):
    pieces = marked(text, words)

    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece.lower() in {word.lower() for word in words} for piece, is_word in pieces if is_word)
    assert all(piece for piece, _ in pieces)


def test_the_longer_of_two_words_is_marked_whole():
    assert marked("就业岗位", ["就业", "就业岗位"]) == [("就业岗位", True)]


@given(TEXTS, WORDS.filter(len))
def test_an_excerpt_fits_a_line_and_shows_a_word_that_the_text_holds(text, words):
    found = excerpt(text, words)

    assert len(found) <= LONGEST_EXCERPT + 2
    assert "\n" not in found
    line = " ".join(text.split())
    assert found.strip("…") in line
    held = [word for word in words if holds(line, word)]
    assert not held or any(holds(found, word) for word in held)


def test_what_is_left_out_of_an_excerpt_is_said():
    assert excerpt("前" * 100 + "茶叶" + "后" * 100, ["茶叶"]) == "…" + "前" * 20 + "茶叶" + "后" * 38 + "…"


@pytest.mark.parametrize(
    ("word", "query"),
    [
        ("茶", "'茶':*"),
        ("茶叶", "'茶叶'"),
        ("残疾人", "'残疾' & '疾人'"),
        ("AB", "'ab'"),
        ("啊啊啊", "'啊啊'"),
        ("it's", "'it' & 't''' & '''s'"),
        ("a\\b", "'a\\\\' & '\\\\b'"),
    ],
)
def test_a_word_is_looked_for_by_its_pairs_of_signs(word, query):
    assert pairs_query(word) == query


def test_only_of_two_signs_the_pairs_say_all():
    assert is_exact("茶")
    assert is_exact("茶叶")
    assert not is_exact("残疾人")


def test_what_the_line_shows_needs_no_reason():
    assert reasons_for(["返乡"], ["返乡创业"], [Reason(Where.NOTE, "返乡的人")]) == []


def test_reasons_are_the_first_that_hold_what_the_line_does_not_show():
    notes = [Reason(Where.NOTE, "茶叶合作社", "submitted"), Reason(Where.NOTE, "茶叶", "progress")]

    assert reasons_for(["返乡", "茶叶"], ["返乡创业"], notes) == notes[:1]


def test_a_note_of_a_hundred_words_gives_no_more_reasons_than_a_line_takes():
    words = list("甲乙丙丁戊")

    assert len(reasons_for(words, [], [Reason(Where.NOTE, word) for word in words])) == MOST_REASONS


def test_a_number_is_that_of_its_row_and_of_those_above():
    assert is_at("1.2.3", "1.2.3")
    assert is_at("1.2.3", "1.2")
    assert not is_at("1.23", "1.2")
    assert not is_at("1.2.3", "2.3")
    assert not is_at("1", "1")
    assert reasons_for(["1.2", "17"], [], [Reason(Where.NUMBER, "1.2.1.1"), Reason(Where.DUTY, "17")]) == [
        Reason(Where.NUMBER, "1.2.1.1"),
        Reason(Where.DUTY, "17"),
    ]
