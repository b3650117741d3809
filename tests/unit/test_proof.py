"""A call is its caller's: whoever changes anything of it, or signs with another key, is refused."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calling.caller import Call
from shared.calling.proof import FORGED, LATE, UNSIGNED, Checker, OwnTime, Proof, Signer
from shared.errors import Unproven
from shared.limits import SERVICE

KEY, OTHER = "k" * 32, "o" * 32
CALL = Call({"duty_id": 7, "note": "已走访，附名单"}, person_id=3, command_id=uuid4(), correlation_id="c-1")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def theirs():
    return Clock(1_790_000_000.0)


@pytest.fixture
def ours():
    return Clock(17.25)


@pytest.fixture
def checker(theirs):
    return Checker("tasks", Proof((KEY,)), theirs)


@pytest.fixture
def signer(ours, checker):
    found = Signer({"tasks": (KEY,), "stats": (KEY,)}, clock=ours)
    introduce(found, checker)
    return found


def introduce(signer, checker):
    """The first call of all, by which the caller learns what time it is there."""
    signed = travelled(signer.sign("tasks", "who_am_i", Call({}).as_dict()))
    with pytest.raises(Unproven) as refused:
        checker.check("who_am_i", signed)
    assert refused.value.details["reason"] == LATE
    assert signer.learn("tasks", signed, refused.value)


def travelled(envelope):
    return json.loads(json.dumps(envelope, ensure_ascii=False))


def sent(signer, call=CALL, *, operation="submit_duties"):
    return travelled(signer.sign("tasks", operation, call.as_dict()))


def refusal(checker, envelope, *, operation="submit_duties"):
    with pytest.raises(Unproven) as refused:
        checker.check(operation, envelope)
    return refused.value.details["reason"]


@given(params=st.dictionaries(st.text(), JSON, max_size=3))
def test_whatever_is_asked_is_proven_as_it_was_sent(params):
    checker = Checker("tasks", Proof((KEY,)), Clock(5.0))
    signer = Signer({"tasks": (KEY,)}, clock=Clock(9.0))
    introduce(signer, checker)

    checker.check("submit_duties", sent(signer, Call(params, person_id=1)))


@pytest.mark.parametrize(
    "change",
    [
        {"person_id": 4},
        {"person_id": None, "by_link": 3},
        {"command_id": "9a1f5a52-6d0c-4f0e-8a67-0f1a3c5d7e90"},
        {"command_id": None},
        {"correlation_id": "c-2"},
        {"params": {"duty_id": 8, "note": "已走访，附名单"}},
        {"params": {"note": "已走访，附名单", "duty_id": 7, "more": 1}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_changed_call_is_forged(checker, signer, change):
    assert refusal(checker, {**sent(signer), **change}) == FORGED


def test_a_call_is_for_one_operation_of_one_service(checker, signer, theirs):
    call = sent(signer)
    assert refusal(checker, call, operation="delete_unit") == FORGED
    assert refusal(Checker("stats", Proof((KEY,)), theirs), call) == FORGED


def test_another_key_proves_nothing(checker, ours):
    stranger = Signer({"tasks": (OTHER,)}, clock=ours)
    assert refusal(checker, sent(stranger)) == FORGED


def test_the_time_of_a_signature_is_signed(checker, signer, theirs):
    call = sent(signer)
    theirs.now += SERVICE.proof + 1
    assert refusal(checker, {**call, "signed": {**call["signed"], "at": theirs.now}}) == FORGED
    assert refusal(checker, call) == LATE


@pytest.mark.parametrize(
    "signed", [1, [], "x", {}, {"at": 1.0}, {"at": "1", "mac": "x"}, {"at": float("nan"), "mac": "é"}, {"mac": 5}]
)
def test_what_is_no_signature_proves_nothing(checker, signer, signed):
    assert refusal(checker, {**sent(signer), "signed": signed}) == FORGED


@pytest.mark.parametrize("envelope", [CALL.as_dict(), {}, None, 5, [CALL.as_dict()]])
def test_an_unsigned_call_is_refused_unless_portals_are_being_replaced(checker, theirs, envelope):
    assert refusal(checker, envelope) == UNSIGNED

    Checker("tasks", Proof((KEY,), accepts_unsigned=True), theirs).check("submit_duties", envelope)


def test_a_forged_call_is_refused_also_while_unsigned_ones_are_not(signer, theirs):
    lenient = Checker("tasks", Proof((KEY,), accepts_unsigned=True), theirs)
    assert refusal(lenient, {**sent(signer), "person_id": 4}) == FORGED


@pytest.mark.parametrize("apart", [-1e9, -3600.0, 3600.0])
def test_clocks_that_are_far_apart_do_not_matter(checker, theirs, apart):
    signer = Signer({"tasks": (KEY,)}, clock=Clock(theirs.now + apart))
    introduce(signer, checker)

    checker.check("submit_duties", sent(signer))


def test_a_clock_that_is_set_is_learnt_anew(checker, signer, theirs):
    theirs.now += 86_400
    assert refusal(checker, sent(signer)) == LATE

    introduce(signer, checker)
    checker.check("submit_duties", sent(signer))


def test_only_the_service_says_what_time_it_is(checker, signer, theirs, ours):
    """Else a call could be signed for next year, and sent again then."""
    call = sent(signer)
    theirs.now += 3600
    with pytest.raises(Unproven) as refused:
        checker.check("submit_duties", call)
    details = refused.value.details
    stranger = Unproven(refused.value.text, {**details, "at": theirs.now + 1e7})
    assert not signer.learn("tasks", call, stranger)
    assert not signer.learn("tasks", sent(signer, Call({})), refused.value), "a refusal of another call"
    assert not signer.learn("tasks", call, Unproven(refused.value.text, {"reason": LATE, "at": theirs.now}))
    assert signer.learn("tasks", call, refused.value)


def test_a_key_is_changed_while_work_goes_on(theirs, ours):
    """Services know both first, then portals sign with the new one, then services forget the old one."""
    both = Checker("tasks", Proof((OTHER, KEY)), theirs)
    for keys in [(KEY,), (OTHER,), (OTHER, KEY)]:
        signer = Signer({"tasks": keys}, clock=ours)
        introduce(signer, both)
        both.check("submit_duties", sent(signer))


def test_the_database_is_asked_for_its_time_once_a_minute():
    asked, clock = [], Clock(100.0)
    time = OwnTime(lambda: asked.append(1) or 5000.0, clock=clock)

    assert time() == 5000.0
    clock.now += 59.5
    assert (time(), len(asked)) == (5059.5, 1)
    clock.now += 1
    assert (time(), len(asked)) == (5000.0, 2)
