"""One example of every event in the catalogue; `python -m tests.support.example_events` stores those that are missing.

A stored example is what a producer of that version really sent. It is never changed: a consumer must take it for as
long as such events may lie in an outbox.
"""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid5

from shared import events
from shared.delivery.deadletters import NAMESPACE
from shared.delivery.envelope import encode
from shared.figure_events import ExpectedSubmission, RecordedFact, StatedTarget
from shared.ledger_events import LedgerCell
from shared.light import State

FOLDER = Path(__file__).parents[1] / "contract" / "events"
TIME = dt.datetime(2026, 5, 8, 1, 30, tzinfo=dt.UTC)


def _duty(
    event_class: type[events.DutyState], state: State, *, is_blocked: bool = False, **told: Any
) -> events.DutyState:
    is_done = state in (State.SUBMITTED, State.ACCEPTED)
    return event_class(
        duty_id=4711,
        checklist_id=1,
        item_id=301,
        unit_id=24,
        period="2026-05",
        due_on=dt.date(2026, 5, 8),
        state=state,
        done_on=dt.date(2026, 5, 7) if is_done else None,
        is_blocked=is_blocked,
        version=3,
        **told,
    )


EXAMPLES: list[events.Event] = [
    events.UnitChanged(24, "341021100", "徽城镇", "township", 1, is_active=True, version=1),
    events.PersonChanged(77, 24, "填报员", ["unit_staff"], is_active=True, version=2),
    events.GroupChanged(3, "各乡镇人民政府", 2, 1, 1, [24, 25]),
    events.PlanStated(
        7,
        "促进就业三年行动方案",
        2025,
        1,
        [StatedTarget(51, "城镇新增就业", "城镇新增就业8000人以上", ">=", Decimal(8000), "人", 2027, is_part=False)],
    ),
    events.CalendarChanged(
        2026,
        is_announced=True,
        off=[events.NamedDay(dt.date(2026, 5, 1), "劳动节")],
        worked=[events.NamedDay(dt.date(2026, 5, 9), "劳动节")],
        version=2,
    ),
    events.LightsChanged([events.DatedLight(dt.date(2026, 6, 1), 5)], version=1),
    events.ChecklistChanged(1, "2026年清单", 2026, ["领域", "举措", "任务", "事项", "责任"], "issued", 1, 5),
    events.RowsIssued(
        1, 1, [events.IssuedRow(1, None, 1, 1, "稳定就业"), events.IssuedRow(2, 1, 2, 1, "开展招聘活动")]
    ),
    events.DutiesIssued(1, 1, 24, [events.IssuedDuty(4711, 301, "2026-05", dt.date(2026, 5, 8))]),
    events.DutiesAmended(
        1,
        2,
        24,
        [
            events.AmendedDuty(
                4711,
                301,
                "2026-05",
                dt.date(2026, 5, 29),
                State.ACKNOWLEDGED,
                None,
                is_blocked=False,
                version=3,
            )
        ],
    ),
    events.DutiesUrged(24, [4711, 4712]),
    events.DutiesRemarked(24, [4711]),
    events.RemarkAnswered(5, 4711, 24, 7, "已完成八成，月底前完成。"),
    events.PracticeChanged(
        12,
        1,
        24,
        "招聘会开到家门口",
        "每月15日在三个村各办一场，先摸底，再请企业。",
        dt.datetime(2026, 5, 8, 1, 30, tzinfo=dt.UTC),
        is_taken_back=False,
        version=2,
    ),
    events.OfferDecided(12, 24, "put_aside", "招聘会开到家门口", "请写清办了几场。", 3),
    _duty(events.DutyAcknowledged, State.ACKNOWLEDGED),
    _duty(events.DutySubmitted, State.SUBMITTED),
    _duty(events.DutyReopened, State.ACKNOWLEDGED),
    _duty(events.DutyAccepted, State.ACCEPTED),
    _duty(events.DutyReturned, State.RETURNED),
    _duty(events.DutyWaived, State.WAIVED),
    _duty(events.DutyWaiverRefused, State.ACKNOWLEDGED),
    _duty(events.DutyExtended, State.ACKNOWLEDGED, first_due_on=dt.date(2026, 4, 30)),
    _duty(events.DutyExtensionRefused, State.ACKNOWLEDGED),
    _duty(events.DutyBlocked, State.ACKNOWLEDGED, is_blocked=True),
    _duty(events.DutyUnblocked, State.ACKNOWLEDGED),
    _duty(events.DutyBlockerAccepted, State.ACKNOWLEDGED, is_blocked=True, paused_on=dt.date(2026, 5, 7)),
    _duty(events.DutyBlockerAnswered, State.ACKNOWLEDGED, is_blocked=True),
    _duty(events.DutyDelegated, State.ISSUED, parent_id=4700),
    _duty(events.DutyWithdrawn, State.WITHDRAWN, parent_id=4700),
    events.ReportRoundOpened(
        round_id=9,
        report_id=2,
        table_number="就业月1表",
        report_name="就业创业月报",
        period="2026-04",
        opens_on=dt.date(2026, 5, 1),
        due_on=dt.date(2026, 5, 8),
        lock_on=dt.date(2026, 5, 15),
        version=1,
        expected=[ExpectedSubmission(901, 24), ExpectedSubmission(902, 25)],
    ),
    events.SubmissionChanged(
        submission_id=901,
        round_id=9,
        report_id=2,
        report_name="就业创业月报",
        unit_id=24,
        period="2026-04",
        due_on=dt.date(2026, 5, 8),
        lock_on=dt.date(2026, 5, 15),
        state="at_lead",
        is_expected=True,
        is_correction=False,
        waits_for=None,
        first_submitted_at=TIME,
        accepted_at=None,
        version=4,
    ),
    events.FactsRecorded(
        [
            RecordedFact(51, False, "JY01", "flow", 24, "2026-04", Decimal(31), TIME, "report"),
            RecordedFact(52, False, "JY02", "stock", 24, "2026-04", None, TIME, "report"),
            RecordedFact(7, True, "JY01", "flow", 1, "2026-04", Decimal("-2.5"), TIME, "adjustment"),
        ]
    ),
    events.ReminderSent(12, 77, TIME, {"4711": "overdue"}),
    events.LedgerCounted(
        dt.date(2026, 5, 8),
        TIME,
        [812345, 9223372036854775807],
        1,
        1,
        [LedgerCell(1, 301, dt.date(2026, 5, 8), "issued", 28, 28, "16140901064495857664")],
    ),
    events.RelayTicked("tasks", TIME),
]


def body_of(event: events.Event) -> bytes:
    return encode(
        uuid5(NAMESPACE, event.TYPE),
        event.TYPE,
        events.payload_of(event),
        source="tasks",
        time=TIME,
        correlation_id="5f0c",
    )


def store_missing() -> None:
    FOLDER.mkdir(exist_ok=True)
    for event in EXAMPLES:
        file = FOLDER / f"{event.TYPE}.json"
        if not file.exists():
            text = json.dumps(json.loads(body_of(event)), ensure_ascii=False, indent=1)
            file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    store_missing()
