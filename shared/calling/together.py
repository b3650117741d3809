"""Several questions in one call: a page that shows what five queries know waits for one message, not for five.

A question is answered here or not at all. What is refused, wrong, too late or not known to this release has null for an
answer, and whoever wants it asks it alone: there it is refused in its own name, and put on record.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from shared.actor import EVERYBODY
from shared.calling import params as p
from shared.calling import shapes as s
from shared.calling.calls import Answer, Context, Loaded, Method, Operation, let_in, load
from shared.calling.service import BaseService, operation_of, operations_of, query
from shared.database import Cursor
from shared.errors import QingdanError, TryAgain
from shared.limits import SERVICE
from shared.process import metrics
from shared.text import Text

MOST_QUESTIONS = 12
# The first one is what the page is about; no other is begun after that, for which it would be kept waiting.
SECONDS_FOR_OTHERS = 0.5
LONGEST_NAME = 60


class Question(p.Params):
    """A query of the same service."""

    operation = p.Word(Text("操作", "operation"), longest=LONGEST_NAME)
    params = p.json_object(Text("内容", "content"), load_default=dict)


class Questions(p.Params):
    """What is asked together, the most important first."""

    questions = p.several(
        p.part(Question, Text("问题", "question")), Text("问题", "questions"), most=MOST_QUESTIONS, least=1
    )


class Answers(s.Shape):
    """One answer for each question, in their order."""

    answers = s.several(
        s.json_object("as the operation alone answers; null for what must be asked alone", allow_none=True)
    )


class Asked(NamedTuple):
    """An operation that may be asked here, with the method that answers."""

    operation: Operation
    method: Method


class TogetherOperations(BaseService):
    """For services whose answers stand on one page with one another."""

    @query(Questions, Answers, EVERYBODY, before_new_password=True, by_link=True)
    def answer_together(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Answer several queries at once, each as its own operation would; what it would refuse is null."""
        own: type = type(self)
        known, until = _queries_of(own), time.monotonic() + SECONDS_FOR_OTHERS
        found: list[Answer | None] = []
        for one in params["questions"]:
            is_late = bool(found) and time.monotonic() > until
            asked = None if is_late else known.get(one["operation"])
            found.append(asked and _answered(self, cur, context, asked, one["params"]))
        return {"answers": found}


def _answered(
    service: BaseService, cur: Cursor, context: Context, asked: Asked, given: dict[str, Any]
) -> Answer | None:
    started = time.monotonic()
    try:
        actor = let_in(context.actor, asked.operation, context.call)
        params = load(asked.operation, given)
        found = asked.method(service, cur, replace(context, actor=actor), params)
    except TryAgain:
        # It may have broken the transaction of all.
        raise
    except QingdanError:
        return None
    metrics.CALL_SECONDS.labels(service.name, asked.operation.name, "answer").observe(time.monotonic() - started)
    return found


@cache
def _queries_of(cls: type) -> dict[str, Asked]:
    """What changes nothing, reads no file and takes no longer than other calls."""
    marked = ((name, operation_of(method), method) for name, method in operations_of(cls).items())
    return {
        name: Asked(operation, method)
        for name, operation, method in marked
        if operation.answer is not Answers and operation.roles is not None and is_short_query(operation)
    }


def is_short_query(operation: Operation) -> bool:
    """Whether it changes nothing, reads no file and takes no longer than other calls."""
    return not operation.is_command and operation.prepare is None and operation.within <= SERVICE.call
