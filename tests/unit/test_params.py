"""Whatever a form sends, the answer is stored text or a sentence in both languages."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.calling import params as f
from shared.calling.params import Params
from shared.light import Light
from shared.text import Text

LABEL = Text("标题", "title")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


class Part(Params):
    key = f.key(LABEL)


class Form(Params):
    words = f.Words(LABEL, longest=10, load_default="")
    prose = f.Words(LABEL, longest=50, has_lines=True, may_be_empty=True, load_default="")
    key = f.key(LABEL, load_default=None)
    flag = f.flag(LABEL, load_default=None)
    choice = f.choice(LABEL, ["once", "monthly"], load_default="once")
    word = f.Word(LABEL, longest=10, load_default="")
    code = f.Code(LABEL, longest=20, load_default="")
    light = f.member(LABEL, Light, load_default=None)
    typed = f.verbatim(LABEL, load_default="")
    page = f.page()
    day = f.Day(LABEL, load_default=None)
    moment = f.moment(LABEL, load_default=None)
    figure = f.figure(LABEL, load_default=None)
    parts = f.several(f.part(Part, LABEL), LABEL, most=2, load_default=[])


@given(st.sampled_from(list(Form().fields)), JSON)
def test_any_json_is_loaded_or_refused_with_one_sentence(name, value):
    try:
        Form().load({name: value})
    except ValidationError as error:
        ((field, complaints),) = error.messages.items()
        assert field == name
        assert isinstance(complaints[0], Text)


def test_text_is_tidied():
    loaded = Form().load({"words": "  徽\t城\n镇 ", "prose": " 一 \r\n\r\n二\r三 "})

    assert loaded["words"] == "徽 城 镇"
    assert loaded["prose"] == "一\n\n二\n三"


def test_words_and_codes_are_written_in_plain_signs():
    loaded = Form().load({"word": "\u200bＷang（１）", "code": " ３４１０２１\u00ad-Ｄ０１\u00a0"})

    assert loaded["word"] == "Wang(1)"
    assert loaded["code"] == "341021-D01"


@pytest.mark.parametrize("code", ["3.41021E+11", "３．４１Ｅ＋１１", "341021.0", "34 1021", "\u200b", "341\x00"])
def test_what_is_no_code_is_refused_with_one_sentence(code):
    with pytest.raises(ValidationError) as refusal:
        Form().load({"code": code})

    ((sentence,),) = refusal.value.messages.values()
    assert isinstance(sentence, Text)


@pytest.mark.parametrize("text", ["", " \u3000", "\u200b\ufeff\u00ad", "坏\0字", "坏\x1b字", "坏\ud800字", "长" * 11])
def test_text_that_cannot_stand_there_is_refused(text):
    with pytest.raises(ValidationError):
        Form().load({"words": text})


def test_values_come_in_their_types():
    loaded = Form().load({"day": "2026-6-30", "figure": "5.50", "key": 2**63 - 1, "parts": [{"key": 1}]})

    assert loaded["day"] == dt.date(2026, 6, 30)
    assert loaded["figure"] == Decimal("5.50")
    assert loaded["parts"] == [{"key": 1}]
    assert Form().load({"light": "overdue"})["light"] is Light.OVERDUE


def test_what_is_typed_verbatim_keeps_its_blanks():
    assert Form().load({"typed": "  two  words \n"})["typed"] == "  two  words \n"


def test_a_field_without_default_must_be_given():
    with pytest.raises(ValidationError) as refusal:
        Part().load({})

    assert refusal.value.messages == {"key": [Text("请填写标题。", "Please fill in: title.")]}


def test_lists_begin_on_their_first_page():
    assert Form().load({})["page"] == 1


def test_a_foreign_field_is_refused():
    with pytest.raises(ValidationError) as refusal:
        Form().load({"colour": "red"})

    assert refusal.value.messages == {"colour": [f.UNKNOWN_FIELD]}


def test_a_list_that_is_too_long_is_told_so_before_anything_in_it_is_read():
    with pytest.raises(ValidationError) as refusal:
        Form().load({"parts": [1, 2, 3]})

    assert refusal.value.messages == {"parts": [Text("标题最多2个。", "title: at most 2.")]}


@pytest.mark.parametrize("name", ["day", "moment"])
@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_days_of_no_year_of_ours_are_refused_with_one_sentence(name, year):
    """The day after the very last one is none."""
    value = f"{year}-12-31" + ("T23:59:59-12:00" if name == "moment" else "")
    with pytest.raises(ValidationError) as refusal:
        Form().load({name: value})

    ((sentence,),) = refusal.value.messages.values()
    assert isinstance(sentence, Text)
