"""Every operation says what it answers, and every answer in the tests is held against it."""

import pytest
from marshmallow import fields

from services.tasks.drafting.answer_schemas import GivenAnswer
from shared.calling.light_shapes import LightCounts
from shared.calling.shapes import Nothing, Shape, mismatches
from shared.light import Light
from tests.support.operations import METHODS, OPERATIONS, fields_of


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_answers(name):
    answer = OPERATIONS[name].answer

    assert issubclass(answer, Shape)
    assert answer().fields or answer is Nothing


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_shape_and_operation_is_explained(name):
    answer = OPERATIONS[name].answer
    parts = {type(field.schema) for _, field in fields_of(answer) if isinstance(field, fields.Nested)}

    assert METHODS[name].__doc__
    assert [shape.__name__ for shape in {answer, *parts} if not shape.__doc__] == []


def test_shapes_are_told_apart_by_their_names():
    """The page on calls and the documents of an API know a shape by its name alone."""
    shapes = {}
    for operation in OPERATIONS.values():
        nested = [type(field.schema) for _, field in fields_of(operation.answer) if isinstance(field, fields.Nested)]
        for shape in (operation.answer, *nested):
            assert shapes.setdefault(shape.__name__, shape) is shape


def test_lights_are_counted_one_by_one():
    assert set(LightCounts().fields) == set(Light)


@pytest.mark.parametrize(
    ("answer", "is_whole"),
    [
        ({"kind": "keep"}, True),
        ({"kind": "keep", "note": "as it is"}, True),
        ({"kind": "due", "due_on": None, "recurrence": "monthly", "due_day": 5}, True),
        ({"kind": "due", "due_on": "2026-06-30"}, False),
        ({"kind": "keep", "value": "5"}, False),
        ({"kind": "target"}, False),
    ],
)
def test_a_given_answer_has_what_belongs_to_its_kind(answer, is_whole):
    assert (mismatches(GivenAnswer, answer) == {}) is is_whole
