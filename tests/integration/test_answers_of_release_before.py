"""While processes are replaced, one of the release before carries out calls of this release's pages too."""

from itertools import count

import pytest

from services.portal import clients
from shared.calling.caller import Call
from shared.delivery.inprocess import InProcess
from shared.errors import BrokerAway
from tests.support.duties import a_duty, today
from tests.support.releases import as_then, operations_then
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


class InTurns:
    """Carries calls to a process of the release before and to one of this, beginning with the one before."""

    def __init__(self, caller: InProcess, *, has_this: bool = True) -> None:
        self._caller = caller
        self._has_this = has_this
        self._calls = count()

    def call(self, service, operation, asked: Call, *, timeout):
        answer = self._caller.call(service, operation, asked)
        is_then = operation in operations_then() and not (self._has_this and next(self._calls) % 2)
        return as_then(answer) if is_then else answer


@pytest.fixture
def call(tasks, world):
    return Caller(tasks, world)


def test_a_click_that_the_release_before_carried_out_is_confirmed(portal, visit, call):
    duty = a_duty(call)
    clients.install(portal, InTurns(portal.extensions[clients.EXTENSION]))
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")

    staff.send(staff.form("/duties/done"))

    assert (staff.status, duty["item"] in staff.text) == (200, True)
    assert "已完成" in staff.text


def test_what_only_the_release_before_answers_is_to_be_tried_again(portal, visit, call):
    duty = a_duty(call)
    clients.install(portal, InTurns(portal.extensions[clients.EXTENSION], has_this=False))
    with portal.test_request_context():
        portal.preprocess_request()
        from flask import g

        g.person_id = call.world.people["staff"]
        with pytest.raises(BrokerAway):
            clients.ask("tasks", "get_duty", within=0.1, duty_id=duty["duty_id"])
