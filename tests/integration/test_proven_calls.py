"""Calls over a real broker that ask for a proof: whoever holds the broker's account alone calls nothing as anybody."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest

from shared.calling.caller import Call
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.errors import Unproven
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.monitor import fetch

KEY = "k" * 32
SUBMITTED = "SELECT count(*) FROM outbox WHERE type = 'duty.submitted.v1'"


class Altering(Signer):
    """Signs one call and sends another."""

    def sign(self, service, operation, envelope):
        signed = super().sign(service, operation, envelope)
        return {**signed, "person_id": 1}


@pytest.fixture
def serving(path: EventPath, port: int) -> Iterator[RpcCaller]:
    path.start_service(key=KEY, monitor=port)
    with RpcCaller(path.broker_url, Signer({"counting": (KEY,)})) as caller:
        eventually(lambda: caller.call("counting", "echo", Call({"text": "up"}), timeout=1), within=30)
        yield caller


def _counted(port: int, outcome: str) -> float:
    line = f'qingdan_unproven_calls_total{{outcome="{outcome}",service="counting"}} '
    found = [one for one in fetch(port, "/metrics")[1].splitlines() if one.startswith(line)]
    return float(found[0].removeprefix(line))


def test_signed_calls_are_carried_out_and_no_other(serving: RpcCaller, path: EventPath, port: int):
    submit = partial(Call, {}, person_id=1)
    answer = serving.call("counting", "submit", submit(command_id=uuid4()))
    assert answer
    assert path.value(path.counting, SUBMITTED) == 1

    strangers = {"unsigned": None, "forged": Signer({"counting": ("o" * 32,)})}
    for outcome, signer in strangers.items():
        with RpcCaller(path.broker_url, signer) as stranger, pytest.raises(Unproven) as refused:
            stranger.call("counting", "submit", submit(command_id=uuid4()))
        assert refused.value.details == {"reason": outcome}
        assert _counted(port, outcome) == 1
    with RpcCaller(path.broker_url, Altering({"counting": (KEY,)})) as stranger, pytest.raises(Unproven):
        stranger.call("counting", "submit", Call({}, person_id=2, command_id=uuid4()))
    assert path.value(path.counting, SUBMITTED) == 1


def test_each_portal_learns_the_time_by_its_first_call_alone(serving: RpcCaller, path: EventPath, port: int):
    before = _counted(port, "late")
    for _ in range(3):
        serving.call("counting", "echo", Call({"text": "徽城镇"}))
    assert _counted(port, "late") == before

    with RpcCaller(path.broker_url, Signer({"counting": (KEY,)})) as another:
        for _ in range(3):
            another.call("counting", "echo", Call({"text": "徽城镇"}))
    assert _counted(port, "late") == before + 1
