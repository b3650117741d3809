"""Which notes say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.duties.notes import note_key

NOTE = "已召开专题会议，完成台账ABC12份。"


@pytest.mark.parametrize(
    "typed",
    [
        "已召开专题会议,完成台账abc12份",
        " 已召开 专题会议、\n完成台账ＡＢＣ１２份！",
        "已召开专题会议；完成台账Abc12份\u200b",
    ],
)
def test_blanks_punctuation_width_and_case_make_no_difference(typed):
    assert note_key(typed) == note_key(NOTE)


@pytest.mark.parametrize("typed", ["已召开专题会议，完成台账ABC13份。", "已召开专题会议，完成台账ABC12份，另附照片"])
def test_other_words_are_another_note(typed):
    assert note_key(typed) != note_key(NOTE)


@pytest.mark.parametrize("typed", [None, "", "已完成", "按要求办理。", "已 按 要 求 完 成 ！！！！！！"])
def test_what_is_shorter_than_eight_signs_says_nothing(typed):
    assert note_key(typed) is None


@given(st.text(max_size=60))
def test_a_key_is_none_or_32_signs_and_that_of_the_note_with_blanks(text):
    assert note_key(text) == note_key(f" {text}。")
    assert note_key(text) is None or len(note_key(text)) == 32
