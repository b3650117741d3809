"""The stats service on a PostgreSQL of its own: a migrated template, cloned for each test.

Further functions make events as they arrive, with ids of their own, of a small county.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap
from shared.database import Database
from shared.events import (
    ChecklistChanged,
    DutiesIssued,
    DutyState,
    IssuedDuty,
    IssuedRow,
    PersonChanged,
    Received,
    RowsIssued,
    UnitChanged,
)
from shared.light import State
from shared.migrations import migrate
from tests.support.lending import Library
from tests.support.postgres import PostgresServer

MIGRATIONS = Path(__file__).parents[2] / "services" / "stats" / "migrations"
TEMPLATE = "stats_template"
TODAY = dt.date(2026, 6, 10)
NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
CHECKLIST = 1
# Levels 1 to 4 of the example checklist: one area, one measure, one task and two items.
AREA, MEASURE, TASK, ITEM, OTHER_ITEM = 11, 12, 13, 14, 15
COUNTY, LEAD, HUICHENG, SHENDU, SHIMEN, VILLAGE = 1, 2, 3, 4, 5, 6
UNITS = {
    COUNTY: ("341021", "歙县", "county", None),
    LEAD: ("341021-L01", "县人社局", "lead", COUNTY),
    HUICHENG: ("341021100", "徽城镇", "township", COUNTY),
    SHENDU: ("341021101", "深渡镇", "township", COUNTY),
    SHIMEN: ("341021213", "石门乡", "township", COUNTY),
    VILLAGE: ("341021100201", "古关村", "village", HUICHENG),
}
PEOPLE = {
    "admin": (1, COUNTY, "administrator"),
    "lead": (2, LEAD, "lead_bureau"),
    "leader": (3, COUNTY, "leadership"),
    "auditor": (4, COUNTY, "auditor"),
    "staff": (5, HUICHENG, "unit_staff"),
    "head": (6, HUICHENG, "unit_head"),
    "shimen": (7, SHIMEN, "unit_staff"),
}


@pytest.fixture(scope="session")
def stats_template(postgres_server: PostgresServer) -> str:
    migrate(postgres_server.create_database(TEMPLATE), MIGRATIONS)
    return TEMPLATE


@pytest.fixture
def stats_db(library: Library, stats_template: str) -> Iterator[Database]:
    with library.lent(stats_template) as lent:
        yield lent.database


@pytest.fixture
def stats(stats_db: Database) -> StatsService:
    """The service on `TODAY`, knowing the units, people and rows of the example but no duty."""
    service = StatsService(stats_db)
    service.today = lambda: TODAY
    take(service, an_example())
    return service


def take(service: StatsService, events: Sequence[Received]) -> None:
    """Hand `events` to the consumer in one batch and transaction."""
    with service.database.transaction() as cur:
        service.count_events(cur, events)


def call(service: Any, operation: str, params: dict[str, Any] | None = None, *, as_: str | int | None) -> Any:
    """Carry out one operation as a person and return its answer, or raise the error that it carries."""
    person_id = PEOPLE[as_][0] if isinstance(as_, str) else as_
    asked = Call(params or {}, person_id, uuid4(), "test")
    return unwrap(service.perform(operation, asked.as_dict()))


def received(data: Any, *, at: dt.datetime = NOON, source: str = "tasks") -> Received:
    return Received(uuid4(), data.TYPE, f"/qingdan/{source}", at, "test", data)


def an_example() -> list[Received]:
    units = [
        UnitChanged(unit_id, code, name, kind, parent_id, is_active=True, version=1)
        for unit_id, (code, name, kind, parent_id) in UNITS.items()
    ]
    people = [
        PersonChanged(person_id, unit_id, "岗位", [role], is_active=True, version=1)
        for person_id, unit_id, role in PEOPLE.values()
    ]
    rows = [
        IssuedRow(AREA, None, 1, 1, "拓展就业岗位"),
        IssuedRow(MEASURE, AREA, 2, 1, "促进返乡创业"),
        IssuedRow(TASK, MEASURE, 3, 1, "建设创业园"),
        IssuedRow(ITEM, TASK, 4, 1, "建成一个创业园"),
        IssuedRow(OTHER_ITEM, TASK, 4, 2, "每月走访企业"),
    ]
    return [received(fact) for fact in (*units, *people, a_checklist(), RowsIssued(CHECKLIST, 1, rows))]


def a_checklist(version: int = 1, state: str = "issued", title: str = "2026年就业清单") -> ChecklistChanged:
    names = ["领域", "举措", "任务", "事项", "责任"]
    return ChecklistChanged(CHECKLIST, title, 2026, names, state, revision=1, version=version)


def issued(unit_id: int, *duties: IssuedDuty) -> DutiesIssued:
    return DutiesIssued(CHECKLIST, 1, unit_id, list(duties))


def a_duty(duty_id: int, due_on: dt.date = TODAY, *, item_id: int = ITEM, period: str = "2026") -> IssuedDuty:
    return IssuedDuty(duty_id, item_id, period, due_on)


def changed(
    kind: type[DutyState],
    duty_id: int,
    unit_id: int,
    version: int,
    state: State,
    *,
    due_on: dt.date = TODAY,
    done_on: dt.date | None = None,
    is_blocked: bool = False,
    item_id: int = ITEM,
    period: str = "2026",
    **told: Any,
) -> DutyState:
    """An event about one duty; `told` is what its kind alone tells."""
    return kind(duty_id, CHECKLIST, item_id, unit_id, period, due_on, state, done_on, is_blocked, version, **told)
