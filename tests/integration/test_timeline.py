"""Reminders reach a duty's timeline once, whatever way and however often they arrive."""

import datetime as dt
from uuid import uuid4

import pytest

from shared.delivery.consuming import Result, handle_batch
from tests.support.checklists import fetch
from tests.support.duties import a_duty, issued, read
from tests.support.reminders import SENT, reminder


def reminders(database):
    return fetch(database, "SELECT duty_id, text, at FROM duty_history WHERE action = 'reminded' ORDER BY duty_id")


def test_a_reminder_stands_in_the_timeline_of_each_of_its_duties(call, tasks, tasks_db, world):
    first, second = issued(call, "徽城镇", items=2)
    stages = {str(first["duty_id"]): "overdue", str(second["duty_id"]): "due_soon"}

    handle_batch(tasks, [reminder(world, stages)])

    assert [(row.duty_id, row.text, row.at) for row in reminders(tasks_db)] == [
        (first["duty_id"], "overdue", SENT),
        (second["duty_id"], "due_soon", SENT),
    ]
    entry = next(entry for entry in read(call, first)["history"] if entry["action"] == "reminded")
    assert (entry["text"], entry["who"]) == ("overdue", {"post": "填报员", "unit": "徽城镇"})


def test_the_same_reminder_counts_once_even_under_new_event_ids(call, tasks, tasks_db, world):
    duty = a_duty(call)
    stages = {str(duty["duty_id"]): "overdue"}
    event_id = uuid4()

    handle_batch(tasks, [reminder(world, stages, event_id=event_id), reminder(world, stages)])
    outcomes = handle_batch(tasks, [reminder(world, stages, event_id=event_id), reminder(world, stages)])

    assert [outcome.result for outcome in outcomes] == [Result.DUPLICATE, Result.DONE]
    assert len(reminders(tasks_db)) == 1


def test_a_reminder_of_another_day_or_person_is_another_entry(call, tasks, tasks_db, world):
    stages = {str(a_duty(call)["duty_id"]): "overdue"}

    handle_batch(
        tasks,
        [
            reminder(world, stages),
            reminder(world, stages, sent_at=SENT + dt.timedelta(days=1)),
            reminder(world, stages, person="head"),
        ],
    )

    assert len(reminders(tasks_db)) == 3


def test_a_reminder_changes_neither_version_nor_state(call, tasks, world):
    duty = a_duty(call)

    handle_batch(tasks, [reminder(world, {str(duty["duty_id"]): "overdue"})])

    after = read(call, duty)
    assert (after["version"], after["state"]) == (duty["version"], duty["state"])


@pytest.mark.parametrize("stages", [{}, {"999999": "overdue"}])
def test_a_reminder_of_nothing_known_is_passed_over(tasks, tasks_db, world, stages):
    (outcome,) = handle_batch(tasks, [reminder(world, stages)])

    assert outcome.result is Result.DONE
    assert reminders(tasks_db) == []


def test_a_malformed_reminder_does_not_hold_up_the_others(call, tasks, tasks_db, world):
    duty = a_duty(call)

    outcomes = handle_batch(
        tasks, [reminder(world, {"no number": "overdue"}), reminder(world, {str(duty["duty_id"]): "overdue"})]
    )

    assert [outcome.result for outcome in outcomes] == [Result.DEAD, Result.DONE]
    assert len(reminders(tasks_db)) == 1
