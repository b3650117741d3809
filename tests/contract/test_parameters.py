"""Parameters speak one dialect in all services: each complaint is a sentence in Chinese and one in English."""

import re
import unicodedata

import pytest
from marshmallow import ValidationError, fields

from shared.calling.params import UNKNOWN_FIELD, Params, complaints_of
from shared.text import Text
from tests.support.operations import OPERATIONS, fields_of

PARAMS = sorted(
    {operation.params for operation in OPERATIONS.values()}, key=lambda params: (params.__module__, params.__name__)
)
PARTS = {type(field.schema) for params in PARAMS for _, field in fields_of(params) if isinstance(field, fields.Nested)}
EVERY = [*PARAMS, *sorted(PARTS, key=lambda part: part.__name__)]

# Texts that are taken as they are sent, because nothing stores them so: files, which are read and tidied line by line,
# what a page showed, passwords, and the sign-in name that is only looked for.
AS_SENT = {
    "ChangePassword.new",
    "ChangePassword.old",
    "HeldUp.name",
    "ImportCalendar.content",
    "ImportCalendar.seen",
    "ImportIndicators.seen",
    "MoreCells.lines",
    "PreviewCalendar.content",
    "PutFile.content",
    "SaveCalendarDay.seen",
    "SignIn.name",
    "SignIn.password",
    "SignIn.stamp",
}
ODD = "甲\u202e乙\u2067\u200d\u200c\u00ad\u200b丙"

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
WRONG = [
    None,
    True,
    -1,
    1.5,
    2**70,
    float("nan"),
    # As JSON reads 1e400.
    float("inf"),
    float("-inf"),
    "9" * 5000,
    "",
    "x",
    "2026-02-31",
    "一\0二",
    "长" * 10_001,
    [],
    [None],
    [{}],
    ["x"],
    [{"foreign": 1}],
    [1] * 50_001,
    {},
    {"foreign": 1},
    {"kind": []},
]


def complaints_about(params: type[Params], values: dict) -> dict[str, Text]:
    try:
        params().load(values)
    except ValidationError as error:
        return complaints_of(error)
    return {}


def assert_bilingual(text: Text) -> None:
    assert HAN.search(text.zh), text
    assert not LATIN.search(text.zh), text
    assert LATIN.search(text.en), text
    assert not HAN.search(text.en), text


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_takes_parameters_of_the_common_dialect(name):
    assert issubclass(OPERATIONS[name].params, Params)


@pytest.mark.parametrize("params", EVERY, ids=lambda params: params.__name__)
def test_no_field_keeps_an_english_sentence_of_the_library(params):
    for path, field in fields_of(params):
        for text in field.error_messages.values():
            assert isinstance(text, Text), path
            assert_bilingual(text)


@pytest.mark.parametrize("params", EVERY, ids=lambda params: params.__name__)
def test_a_missing_field_is_named_in_both_languages(params):
    found = complaints_about(params, {})

    assert {name for name, field in params().fields.items() if field.required} <= set(found)
    for text in found.values():
        assert_bilingual(text)


@pytest.mark.parametrize("params", EVERY, ids=lambda params: params.__name__)
def test_whatever_a_field_is_given_the_complaint_is_in_both_languages(params):
    for name in params().fields:
        complaints = [complaints_about(params, {name: value}).get(name) for value in WRONG]

        assert any(complaints), f"nothing is wrong for {name}"
        for text in filter(None, complaints):
            assert_bilingual(text)


@pytest.mark.parametrize("params", EVERY, ids=lambda params: params.__name__)
def test_a_foreign_field_is_refused(params):
    assert complaints_about(params, {"foreign": 1})["foreign"] == UNKNOWN_FIELD


@pytest.mark.parametrize("params", EVERY, ids=lambda params: params.__name__)
def test_a_number_without_end_is_a_complaint_and_no_defect(params):
    """A sentence may quote it, so its words are not looked at."""
    for value in ("1e400", "-Infinity", "NaN"):
        complaints_about(params, dict.fromkeys(params().fields, value))


def takes_as_sent(field: fields.Field) -> bool:
    """Whether the text of the field comes out with signs that nobody sees, or control characters."""
    try:
        found = [field.deserialize(ODD), field.deserialize("甲\x1b乙")]
    except ValidationError:
        return False
    return any(unicodedata.category(sign) in ("Cc", "Cf") for text in found for sign in text)


def test_no_text_keeps_signs_that_turn_or_hide_it():
    """A name with U+202E in it reads backwards, and is another one than that which it looks like."""
    kept = {
        f"{params.__name__}.{path}"
        for params in EVERY
        for path, field in fields_of(params)
        if isinstance(field, fields.String) and takes_as_sent(field)
    }

    assert kept == AS_SENT
