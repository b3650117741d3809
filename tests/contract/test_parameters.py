"""Parameters speak one dialect in all services: each complaint is a sentence in Chinese and one in English."""

import re

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

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
WRONG = [
    None,
    True,
    -1,
    1.5,
    2**70,
    float("nan"),
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
