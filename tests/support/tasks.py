"""The tasks service on a PostgreSQL of its own, with a small county in it.

The database is migrated and filled once per run; each test gets a clone. Tests take the fixtures `tasks` (the
service), `call` (an operation as a person, or the error it raises) and `world` (ids by name).
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from argon2 import PasswordHasher

from services.tasks.service import TasksService
from shared.calling.caller import Call, unwrap
from shared.calling.chunks import as_text, chunks_of
from shared.database import Database
from shared.migrations import migrate
from tests.support.lending import Lent, Library
from tests.support.postgres import PostgresServer

MIGRATIONS = Path(__file__).parents[2] / "services" / "tasks" / "migrations"
TEMPLATE = "tasks_template"
PASSWORD = "three blue mountains 7"
# A hash names its own costs, so that signing in goes the product's way and takes none of its tens of milliseconds.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# name: (code, kind, name of the parent)
UNITS = {
    "歙县": ("341021", "county", None),
    "领导小组": ("341021-G01", "leading_group", "歙县"),
    "县人社局": ("341021-L01", "lead", "歙县"),
    "县发改委": ("341021-D01", "department", "歙县"),
    "县财政局": ("341021-D12", "department", "歙县"),
    "徽城镇": ("341021100", "township", "歙县"),
    "深渡镇": ("341021101", "township", "歙县"),
    "石门乡": ("341021213", "township", "歙县"),
    "古关村": ("341021100201", "village", "徽城镇"),
}
ALL_TOWNSHIPS = "各乡镇人民政府"
TO_BE_FILLED = "各行业主管部门"

# key: (unit, post, roles); the key is also the sign-in name.
PEOPLE = {
    "admin": ("歙县", "系统管理员", ["administrator"]),
    "auditor": ("歙县", "审计员", ["auditor"]),
    "lead": ("县人社局", "就业股股长", ["lead_bureau"]),
    "leader": ("领导小组", "组长", ["leadership"]),
    "staff": ("徽城镇", "填报员", ["unit_staff"]),
    "head": ("徽城镇", "分管领导", ["unit_head"]),
    "shendu": ("深渡镇", "填报员", ["unit_staff"]),
    "shimen": ("石门乡", "填报员", ["unit_staff"]),
    "village": ("古关村", "填报员", ["unit_staff"]),
    "department": ("县发改委", "填报员", ["unit_staff"]),
}


@dataclass(frozen=True, slots=True)
class World:
    """Ids by name. `people` are named by what they are: admin, auditor, lead, leader, staff, head, shimen, …"""

    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    password: str = PASSWORD


@pytest.fixture(scope="session")
def tasks_template(postgres_server: PostgresServer) -> tuple[str, World]:
    _, world = a_county(postgres_server, TEMPLATE)
    return TEMPLATE, world


def a_county(server: PostgresServer, name: str) -> tuple[str, World]:
    """A new database of the tasks service with the small county in it: its address, and the ids."""
    dsn = server.create_database(name)
    migrate(dsn, MIGRATIONS)
    world = World()
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cur:
        fill(cur, world)
    connection.close()
    return dsn, world


@pytest.fixture
def tasks_lent(library: Library, tasks_template: tuple[str, World], request: pytest.FixtureRequest) -> Iterator[Lent]:
    """A database of this test's own: with the small county, or with the country of whoever takes that."""
    is_large = "country" in request.fixturenames
    with library.lent(request.getfixturevalue("country_template") if is_large else tasks_template[0]) as lent:
        yield lent


@pytest.fixture
def tasks_dsn(tasks_lent: Lent) -> str:
    return tasks_lent.uri


@pytest.fixture
def tasks_db(tasks_lent: Lent) -> Database:
    return tasks_lent.database


@pytest.fixture
def tasks(tasks_db: Database) -> TasksService:
    return TasksService(tasks_db)


@pytest.fixture
def world(tasks_template: tuple[str, World]) -> World:
    return tasks_template[1]


@pytest.fixture
def call(tasks: TasksService, world: World) -> "Caller":
    return Caller(tasks, world)


@dataclass(frozen=True, slots=True)
class Caller:
    """`call("add_row", {...}, as_="lead")` returns the answer or raises the error that it carries."""

    service: TasksService
    world: World

    def __call__(
        self,
        operation: str,
        params: dict[str, Any] | None = None,
        *,
        as_: str | int | None = None,
        command_id: UUID | None = None,
    ) -> dict[str, Any]:
        person_id = self.world.people[as_] if isinstance(as_, str) else as_
        asked = Call(params or {}, person_id, command_id or uuid4(), "test")
        return unwrap(self.service.perform(operation, asked.as_dict()))

    def upload(self, name: str, content: bytes, *, as_: str) -> str:
        """Put a file chunk by chunk and return its id."""
        file_id = str(uuid4())
        for number, chunk in enumerate(chunks_of(BytesIO(content))):
            piece = {"file_id": file_id, "name": name, "number": number, "content": as_text(chunk)}
            self("put_file", piece, as_=as_)
        return file_id

    def download(self, file_id: str, *, as_: str) -> tuple[str, bytes]:
        """Get a whole file: its name and content."""
        content = b""
        number = 0
        while True:
            chunk = self("get_file", {"file_id": file_id, "number": number}, as_=as_)
            content += base64.b64decode(chunk["content"])
            if chunk["is_last"]:
                return chunk["name"], content
            number += 1


def a_draft(
    call: Caller,
    *,
    units: list[dict[str, Any]] | None = None,
    items: int = 1,
    due_on: str | None = "2026-06-30",
    year: int = 2026,
    **item: Any,
) -> dict[str, Any]:
    """Make a draft of one area, measure and task with `items` items, as the lead bureau, and return `get_checklist`.

    `units` are set on the measure (all townships when None); further arguments are fields of each item.
    """
    checklist_id = call("create_checklist", {"title": f"{year}年就业清单", "year": year}, as_="lead")["checklist_id"]
    parent_id = None
    for level, title in enumerate(["拓展就业岗位", "促进返乡创业", "建设创业园"], start=1):
        row = call("add_row", {"checklist_id": checklist_id, "parent_id": parent_id, "title": title}, as_="lead")
        parent_id = row["row_id"]
        if level == 2:
            chosen = units or [{"role": "lead", "group_id": call.world.groups[ALL_TOWNSHIPS]}]
            save_row(call, row, units=chosen)
    for number in range(1, items + 1):
        row = call(
            "add_row", {"checklist_id": checklist_id, "parent_id": parent_id, "title": f"事项{number}"}, as_="lead"
        )
        save_row(call, row, due_on=due_on, **item)
    return call("get_checklist", {"checklist_id": checklist_id}, as_="lead")


def save_row(call: Callable[..., dict[str, Any]], row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Save `row`, as one of the answers shows it, with some fields changed."""
    kept = ("row_id", "version", "title", "body", "due_on", "recurrence", "due_day", "review_rule", "acceptance_rule")
    params = {name: row[name] for name in kept}
    params["units"] = [] if row["inherits_units"] else [_chosen(unit) for unit in row["units"]]
    return call("save_row", params | changes, as_="lead")


def _chosen(unit: dict[str, Any]) -> dict[str, Any]:
    return {name: unit[name] for name in ("role", "unit_id", "group_id") if unit[name] is not None}


def fill(cur: Any, world: World) -> None:
    for name, (code, kind, parent) in UNITS.items():
        cur.execute(
            "INSERT INTO unit (code, name, kind, parent_id) VALUES (%s, %s, %s, %s) RETURNING id",
            (code, name, kind, parent and world.units[parent]),
        )
        world.units[name] = cur.fetchone()[0]
    for name in (ALL_TOWNSHIPS, TO_BE_FILLED):
        cur.execute("INSERT INTO unit_group (name) VALUES (%s) RETURNING id", (name,))
        world.groups[name] = cur.fetchone()[0]
    cur.execute(
        "INSERT INTO unit_group_member (group_id, unit_id) SELECT %s, id FROM unit WHERE kind = 'township'",
        (world.groups[ALL_TOWNSHIPS],),
    )
    password_hash = QUICK.hash(PASSWORD)
    for key, (unit, post, roles) in PEOPLE.items():
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            VALUES (%s, %s, %s, %s, %s, %s, false) RETURNING id
            """,
            (key, f"{unit}{post}", post, world.units[unit], roles, password_hash),
        )
        world.people[key] = cur.fetchone()[0]
