"""What the lead bureau changed of a unit's words, by clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.practice_words import GONE, NEW, SAME, pieces

TEXTS = st.text(alphabet="甲乙，。\n a.", max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("先摸底，再请企业。", "先摸底，再请企业。", [(SAME, "先摸底，再请企业。")]),
        ("先摸底，再请企业。", "再请企业。", [(GONE, "先摸底，"), (SAME, "再请企业。")]),
        ("先摸底。", "先摸底。每月三场。", [(SAME, "先摸底。"), (NEW, "每月三场。")]),
        ("办三场，很好。", "办四场，很好。", [(GONE, "办三场，"), (NEW, "办四场，"), (SAME, "很好。")]),
        ("", "新的", [(NEW, "新的")]),
        ("旧的", "", [(GONE, "旧的")]),
        ("", "", []),
    ],
)
def test_clauses_stay_go_or_are_new(before, after, found):
    assert pieces(before, after) == found


@given(TEXTS, TEXTS)
def test_both_texts_are_there_sign_for_sign(before, after):
    found = pieces(before, after)

    assert "".join(text for kind, text in found if kind != NEW) == before
    assert "".join(text for kind, text in found if kind != GONE) == after


@given(TEXTS)
def test_what_is_the_same_is_marked_nowhere(text):
    assert {kind for kind, _ in pieces(text, text)} <= {SAME}
