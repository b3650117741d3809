"""What the projections write of a duty stands in the column of its name, though it is given by its place."""

import datetime as dt

from services.notifications.reminding import store as reminders
from services.notifications.reminding.stages import Occasion, Stage
from services.stats.completion import store as boards
from services.stats.completion.completion import Bucket
from shared.light import State

ID = 202600000000007
DAYS = [dt.date(2026, month, 10) for month in range(1, 6)]


def written(cur, names):
    cur.execute(f"SELECT {', '.join(names)} FROM duty WHERE id = %s", (ID,))
    return dict(zip(names, cur.fetchone(), strict=True))


def test_stats_write_each_field_of_a_duty_into_its_column(stats_db):
    due_on, done_on, told_due_on, paused_on, since_day = DAYS
    record = boards.DutyRecord(
        duty_id=ID,
        checklist_id=2,
        item_id=3,
        unit_id=4,
        due_on=due_on,
        done_on=done_on,
        version=5,
        is_blocked=True,
        state="submitted",
        bucket=Bucket.AWAITING,
        period="2026-04",
        told_due_on=told_due_on,
        paused_on=paused_on,
        parent_id=6,
        since_day=since_day,
    )
    fields = record._asdict()
    fields["id"] = fields.pop("duty_id")

    with stats_db.transaction() as cur:
        (saved,) = boards.save_duties(cur, [record])
        assert written(cur, list(fields)) == fields
        assert (saved.duty_id, saved.item_id, saved.unit_id, saved.since_day) == (ID, 3, 4, since_day)

        boards.save_duties(cur, [record._replace(version=6, told_due_on=due_on)])
        assert written(cur, ["version", "told_due_on"]) == {"version": 6, "told_due_on": None}


def test_reminders_write_each_field_of_a_duty_into_its_column(notifications_db):
    due_on, remind_on, answered_on, *_ = DAYS
    record = reminders.DutyRecord(
        duty_id=ID,
        checklist_id=2,
        item_id=3,
        unit_id=4,
        due_on=due_on,
        remind_on=remind_on,
        version=5,
        state=State.RETURNED,
        is_open=True,
        period="2026-04",
        answer=Occasion(Stage.RETURNED, answered_on),
        is_paused=True,
        parent_id=6,
        is_blocked=False,
    )
    fields = {
        "id": ID,
        "checklist_id": 2,
        "item_id": 3,
        "unit_id": 4,
        "due_on": due_on,
        "remind_on": remind_on,
        "version": 5,
        "state": "returned",
        "is_open": True,
        "period": "2026-04",
        "answer": Stage.RETURNED.value,
        "answered_on": answered_on,
        "is_paused": True,
        "parent_id": 6,
        "is_blocked": False,
    }

    with notifications_db.transaction() as cur:
        reminders.save_duties(cur, [record])
        assert written(cur, list(fields)) == fields
