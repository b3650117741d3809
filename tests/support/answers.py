"""Every answer that an operation gives in a test is held against the shape that the operation declares.

It happens where all calls pass, whichever way they came, and no test needs to ask for it. An answer of another shape
fails the test in which it was given. Services that a test runs as processes of their own are out of reach.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.calling import calls
from shared.calling.calls import Operation
from shared.calling.service import operation_of, operations_of
from shared.calling.shapes import Shape, mismatches
from shared.calling.together import Answers

# What was wrong since the last test looked: calls are answered in threads, where nobody would see a raised error.
_wrong: list[str] = []
# What was judged already: whoever walks over all pages gets the same answers a thousand times.
_right: set[tuple[type[Shape], str]] = set()
MOST_KEPT = 20_000


@pytest.fixture(scope="session", autouse=True)
def _answers_are_checked() -> Iterator[None]:
    perform = calls.perform

    def perform_and_check(service: Any, operation: Operation, method: Any, envelope: Any) -> dict[str, Any]:
        reply = perform(service, operation, method, envelope)
        if "answer" in reply:
            _wrong.extend(_complaints(service.name, operation, reply["answer"]))
            if operation.answer is Answers:
                asked = envelope["params"]["questions"]
                _wrong.extend(_complaints_together(service, asked, reply["answer"]["answers"]))
        return reply

    calls.perform = perform_and_check
    yield
    calls.perform = perform
    assert not _wrong, _wrong


@pytest.fixture(autouse=True)
def wrong_answers() -> Iterator[list[str]]:
    """What is wrong with the answers that the test was given; whatever is left in it fails the test."""
    yield _wrong
    found, _wrong[:] = list(_wrong), []
    assert not found, found


def _complaints_together(service: Any, asked: list[dict[str, Any]], answers: list[Any]) -> Iterator[str]:
    """Judge each of several answers as what its own operation declares."""
    for one, answer in zip(asked, answers, strict=True):
        if answer is not None:
            method = operations_of(type(service))[one["operation"]]
            yield from _complaints(service.name, operation_of(method), answer)


def _complaints(service: str, operation: Operation, answer: Any) -> Iterator[str]:
    """Judge the answer as it comes out of JSON, for that is how every caller gets it."""
    written = json.dumps(answer)
    if (operation.answer, written) in _right:
        return
    found = mismatches(operation.answer, json.loads(written))
    if found:
        yield f"{service}.{operation.name} is no {operation.answer.__name__}: {found}"
    elif len(_right) < MOST_KEPT:
        _right.add((operation.answer, written))
