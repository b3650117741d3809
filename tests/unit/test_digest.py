import json
from uuid import uuid4

from services.notifications.reminding.digest import DUTIES_PER_EVENT, by_person, chunks, merge
from services.notifications.reminding.policy import Stage
from shared.clock import now
from shared.delivery.envelope import MAX_BODY_BYTES, encode
from shared.events import ReminderSent, payload_of


def test_the_most_urgent_stage_of_a_duty_stays():
    merged = merge([(1, Stage.OVERDUE), (1, Stage.ISSUED), (2, Stage.ISSUED), (2, Stage.DUE_SOON)])

    assert merged == {1: Stage.OVERDUE, 2: Stage.DUE_SOON}


def test_everybody_gets_the_lines_of_the_own_unit():
    lines = {1: Stage.ISSUED, 2: Stage.OVERDUE, 3: Stage.ISSUED}

    found = by_person(lines, {1: 10, 2: 20, 3: 30}, {10: [8, 5], 20: [5]})

    assert found == {5: {1: Stage.ISSUED, 2: Stage.OVERDUE}, 8: {1: Stage.ISSUED}}
    assert list(found) == [5, 8]


def test_the_longest_event_fits_into_a_message():
    longest = {2**63 - 1 - n: Stage.DUE_SOON for n in range(DUTIES_PER_EVENT)}

    (stages,) = chunks(longest)

    event = ReminderSent(2**63 - 1, 2**63 - 1, now(), stages)
    body = encode(uuid4(), event.TYPE, payload_of(event), source="notifications", time=now(), correlation_id="x" * 64)
    assert len(body) < MAX_BODY_BYTES
    assert len(json.loads(body)["data"]["stages"]) == DUTIES_PER_EVENT


def test_what_is_too_long_for_one_event_is_cut_without_loss():
    lines = dict.fromkeys(range(7), Stage.ISSUED)

    pieces = list(chunks(lines, 3))

    assert [len(piece) for piece in pieces] == [3, 3, 1]
    assert {key for piece in pieces for key in piece} == {str(duty_id) for duty_id in lines}
