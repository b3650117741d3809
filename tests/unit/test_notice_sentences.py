from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.sentences import find_pairs, split_sentences, strip_end

SENTENCES = [
    ("甲。乙；丙", ["甲。", "乙；", "丙"]),
    ("甲;乙。", ["甲;", "乙。"]),
    ("办“甲;乙”班。丙", ["办“甲;乙”班。", "丙"]),
    ("甲（乙；丙。丁）戊。己", ["甲（乙；丙。丁）戊。", "己"]),
    ("甲(乙；丙）丁。戊", ["甲(乙；丙）丁。", "戊"]),
    ('办"甲;乙"班。丙', ['办"甲;乙"班。', "丙"]),
    ("见《甲；乙》。丙", ["见《甲；乙》。", "丙"]),
    ("“甲。乙", ["“甲。", "乙"]),
    ("甲”。乙", ["甲”。", "乙"]),
    ("“外“内；层”仍外；层”。尾", ["“外“内；层”仍外；层”。", "尾"]),
    ("甲！？乙。。丙", ["甲！？", "乙。。", "丙"]),
    ("", []),
    ("。", ["。"]),
]


@pytest.mark.parametrize(("text", "pieces"), SENTENCES)
def test_sentences_end_outside_quotation_marks_and_brackets(text, pieces):
    assert split_sentences(text) == pieces


MARKS = st.text(st.sampled_from('甲乙。;；“”‘’()（）[]《》"!！ \n'), max_size=200)


@given(MARKS | st.text())
def test_splitting_loses_no_character(text):
    assert "".join(split_sentences(text)) == text


@given(MARKS)
def test_pairs_never_cross(text):
    pairs = sorted(find_pairs(text.replace('"', "")).items())

    for start, end in pairs:
        assert start < end
        assert all(not start < other < end or pairs_end <= end for other, pairs_end in pairs)


@given(MARKS)
def test_no_piece_but_the_last_lacks_its_end(text):
    for piece in split_sentences(text)[:-1]:
        assert piece[-1] in "。;；!！"


def test_many_unclosed_brackets_are_read_quickly():
    assert split_sentences("（" * 100_000 + "”" * 100_000) == ["（" * 100_000 + "”" * 100_000]


@pytest.mark.parametrize(("sentence", "bare"), [(" 甲。", "甲"), ("甲；", "甲"), ("“甲。”", "“甲。”"), ("。", "")])
def test_a_task_title_has_no_closing_sign(sentence, bare):
    assert strip_end(sentence) == bare
