"""Loaders made of the schemas say what the schemas say: of every event, and of everything that is nearly one."""

from __future__ import annotations

import gc
import json
import weakref
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.events import LOADERS, SCHEMAS

FOLDER = Path(__file__).parents[1] / "contract" / "events"
EXAMPLES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 3),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["2026-02-29", "2024-02-29", "20240229", "2026-W01-1", "1899-12-31", "12.50", "1e40", "NaN", "1"]),
    st.sampled_from(["2026-03-01T08:00:00", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00+08:00", "2026-03-01 08:00"]),
    st.sampled_from(["true", "\0", "\ud800"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers() | st.text(max_size=2), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers() | st.text(max_size=2), max_size=2),
)


def verdict(load: Any, payload: Any) -> tuple[str, Any]:
    try:
        return "loaded", load(payload)
    except ValidationError as error:
        return "refused", error.messages


def payload_of(example: dict[str, Any]) -> dict[str, Any]:
    return example["data"] if "specversion" in example else example


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything within a payload."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inside for found in places(one, (*path, key)))]


def changed(payload: Any, path: tuple[Any, ...], value: Any, act: str) -> Any:
    if not path:
        return value
    payload = deepcopy(payload)
    at = payload
    for key in path[:-1]:
        at = at[key]
    if act == "drop":
        del at[path[-1]]
    elif act == "add" and isinstance(at, dict):
        at["never_heard_of"] = value
    else:
        at[path[-1]] = value
    return payload


def test_every_type_has_an_example():
    assert set(EXAMPLES) == set(SCHEMAS) == set(LOADERS)


@pytest.mark.parametrize("event_type", SCHEMAS)
def test_no_schema_of_ours_is_walked_for_what_is_valid(event_type, monkeypatch):
    monkeypatch.setattr(type(SCHEMAS[event_type]), "load", lambda *_args, **_options: pytest.fail("was walked"))

    assert LOADERS[event_type](payload_of(EXAMPLES[event_type]))


@pytest.mark.parametrize("event_type", SCHEMAS)
@given(data=st.data())
def test_the_verdict_is_the_schemas(event_type, data):
    payload = payload_of(EXAMPLES[event_type])
    for _ in range(data.draw(st.integers(0, 3))):
        path = data.draw(st.sampled_from(places(payload)))
        payload = changed(payload, path, data.draw(VALUES), data.draw(st.sampled_from(["set", "drop", "add"])))

    found = verdict(LOADERS[event_type], payload)

    assert repr(found) == repr(verdict(SCHEMAS[event_type].load, payload))


class Sent:
    """Something in a payload that one can see go."""


@pytest.mark.parametrize("event_type", sorted(LOADERS))
def test_nothing_keeps_what_was_refused(event_type):
    sent = Sent()
    seen = weakref.ref(sent)
    for _ in range(2):
        with pytest.raises(ValidationError):
            LOADERS[event_type](payload_of(EXAMPLES[event_type]) | dict.fromkeys(SCHEMAS[event_type].load_fields, sent))

    del sent
    gc.collect()

    assert seen() is None
