"""Every operation says what it answers, and every answer in the tests is held against it."""

import re

import pytest
from marshmallow import fields

from services.tasks.drafting.answer_schemas import GivenAnswer
from shared.calling import shapes as s
from shared.calling.commands import SECRETS
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


SECRET = re.compile("password|passwd|secret|token|api_?key")


def secret_fields(shape: type[Shape]) -> set[str]:
    """Paths of the texts in an answer that are called like something that nobody else may read."""
    return {
        path
        for path, field in fields_of(shape)
        if isinstance(field, fields.String) and SECRET.search(path.rpartition(".")[2])
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_secret_in_an_answer_is_told_once_and_kept_nowhere(name):
    """What a command answers is stored for a repeated one; its `secrets` are left out, and null for the second time."""
    operation = OPERATIONS[name]

    # A field of the answer is left out whole, with all that lies in it.
    assert {re.split(r"[.\[]", path)[0] for path in secret_fields(operation.answer)} == set(operation.secrets)
    assert all(operation.answer().fields[field].allow_none for field in operation.secrets)


def test_a_forgotten_secret_would_be_noticed():
    class Key(Shape):
        api_key = s.text()

    class Link(Shape):
        reset_token = s.text()
        has_password = s.flag()
        keys = s.several(Key)

    assert secret_fields(Link) == {"reset_token", "keys[].api_key"}


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.is_command])
def test_a_password_among_the_parameters_makes_the_digest_of_a_command_slow_to_guess(name):
    given = OPERATIONS[name].params().fields.items()
    texts = [(name, field) for name, field in given if isinstance(field, fields.String)]

    called_so = {name for name, field in texts if SECRET.search(f"{name} {field.metadata.get('description', '')}")}

    assert called_so <= SECRETS


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
