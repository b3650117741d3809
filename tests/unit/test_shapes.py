"""A shape tells an answer that keeps what was promised from one that does not."""

import pytest

from shared.calling import shapes as s
from shared.calling.shapes import Nothing, Paged, Shape, mismatches


class Part(Shape):
    key = s.key()


class Thing(Shape):
    name = s.text()
    number = s.whole()
    is_there = s.flag()
    kind = s.one_of(("one", "two"))
    due_on = s.day(allow_none=True)
    at = s.moment()
    value = s.decimal()
    file_id = s.uuid()
    says = s.sentence()
    part = s.part(Part)
    parts = s.several(Part)
    names = s.several(s.text())
    detail = s.json_object("whatever there is")
    password = s.text(required=False)


WHOLE = {
    "name": "徽城镇",
    "number": 3,
    "is_there": True,
    "kind": "one",
    "due_on": "2026-06-30",
    "at": "2026-06-30T08:00:00.123456+08:00",
    "value": "5.50",
    "file_id": "6f4e2d0a-3f0c-4f55-9a2c-5d1f6f1c9e71",
    "says": {"zh": "好", "en": "good"},
    "part": {"key": 1},
    "parts": [{"key": 1}, {"key": 2}],
    "names": ["a"],
    "detail": {"any": [1, None]},
}


def test_what_was_promised_is_right():
    assert mismatches(Thing, WHOLE) == {}
    assert mismatches(Thing, WHOLE | {"password": "secret", "due_on": None, "parts": []}) == {}
    assert mismatches(Nothing, {}) == {}


def test_an_answer_is_documented_as_it_is_sent():
    """A schema also writes what it describes, which must leave an answer as it is."""
    assert Thing().dump(WHOLE) == WHOLE


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_may_be_missing(name):
    assert set(mismatches(Thing, {key: value for key, value in WHOLE.items() if key != name})) == {name}


@pytest.mark.parametrize("name", sorted(set(WHOLE) - {"due_on"}))
def test_nothing_is_null_that_does_not_say_so(name):
    assert set(mismatches(Thing, WHOLE | {name: None})) == {name}


@pytest.mark.parametrize(
    "wrong",
    [
        {"foreign": 1},
        {"name": 1},
        {"number": "3"},
        {"number": 3.0},
        {"number": True},
        {"is_there": 1},
        {"is_there": "yes"},
        {"kind": "three"},
        {"due_on": "2026-6-30"},
        {"due_on": "20260630"},
        {"due_on": "2026-02-30"},
        {"due_on": ""},
        {"at": "2026-06-30T08:00:00"},
        {"at": "2026-06-30"},
        {"at": "soon"},
        {"value": 5.5},
        {"value": "5,5"},
        {"value": "1E+3"},
        {"file_id": "6F4E2D0A-3F0C-4F55-9A2C-5D1F6F1C9E71"},
        {"file_id": "none"},
        {"says": "good"},
        {"says": {"zh": "好"}},
        {"part": {}},
        {"part": {"key": 1, "foreign": 2}},
        {"part": []},
        {"parts": {}},
        {"parts": [{"key": "1"}]},
        {"names": "abc"},
        {"names": [None]},
        {"detail": []},
    ],
)
def test_nothing_is_of_another_type(wrong):
    assert set(mismatches(Thing, WHOLE | wrong)) == set(wrong)


@pytest.mark.parametrize("answer", [None, [], "text", 7])
def test_an_answer_is_an_object(answer):
    assert mismatches(Nothing, answer)


def test_a_page_says_which_it_is():
    assert set(mismatches(Paged, {})) == {"page", "pages"}
