"""A house in which something of everything is going on, made once in a process, for tests that look and change nothing.

What they see is in `busy`: the ids that an address may hold, by the name that they have there. A test module takes the
house by `from tests.support.busy import looked_at as house`.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from services.portal import clients, rate_limits, sessions
from services.portal.evidence import cabinet
from services.stats.service import StatsService
from services.tasks.service import TasksService
from shared import clock
from shared.database import Database
from tests.support.bulletins import kept as kept_bulletin
from tests.support.checklists import fetch, run, work_off
from tests.support.duties import TODAY, do, issued, submit
from tests.support.evidence import keep_file
from tests.support.house import House, a_house
from tests.support.links import a_link
from tests.support.meetings import a_meeting, decide
from tests.support.meetings import issue as issue_decisions
from tests.support.postgres import PostgresServer
from tests.support.practices import offer, publish
from tests.support.submissions import a_check, a_round, accept, known_before
from tests.support.submissions import submit as submit_report
from tests.support.tasks import TO_BE_FILLED, Caller, World, a_draft, save_row

NOON = dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC)
# Each way in which a list or a page can be asked for more than it shows at first.
QUERIES = ("", "?page=2", "?all=1", "?light=overdue", "?unit={unit}", "?kind=township", "?q=镇", "?back=/duties")
LOOKERS = ("staff", "head", "village", "lead", "leader", "admin", "auditor")
# What the pages of a worker look up at each request; the next test that has pages puts its own there.
BEHIND_THE_PAGES = (clients.EXTENSION, sessions.EXTENSION, cabinet.EXTENSION)


@dataclass(frozen=True, slots=True)
class Busy:
    """The house, the ids by the name that they have in an address, and what its pages look up at each request."""

    house: House
    ids: dict[str, list[Any]]
    behind_the_pages: dict[str, Any]


@pytest.fixture(scope="session")
def house_of_its_own(
    postgres_server: PostgresServer,
    tasks_template: tuple[str, World],
    stats_template: str,
    notifications_template: str,
    portal_template: str,
) -> Callable[[str], AbstractContextManager[House]]:
    """`with house_of_its_own("busy") as house`, on databases that have that name before theirs."""
    templates = {
        "tasks": tasks_template[0],
        "stats": stats_template,
        "notifications": notifications_template,
        "portal": portal_template,
    }

    @contextmanager
    def make(whose: str) -> Iterator[House]:
        with ExitStack() as stack:
            databases = {
                name: stack.enter_context(_database(postgres_server, f"{whose}_{name}", template))
                for name, template in templates.items()
            }
            yield a_house(TasksService(databases["tasks"]), databases, tasks_template[1])

    return make


@pytest.fixture(scope="session")
def busy_house(house_of_its_own: Callable[[str], AbstractContextManager[House]]) -> Iterator[Busy]:
    with house_of_its_own("busy") as house:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: NOON)
            filled = fill(house)
        yield Busy(house, filled, {name: house.app.extensions[name] for name in BEHIND_THE_PAGES})


@contextmanager
def _database(server: PostgresServer, name: str, template: str) -> Iterator[Database]:
    server.create_database(name, template)
    database = Database(server.nearby_uri(name))
    try:
        yield database
    finally:
        database.close()
        server.drop_database(name)


@pytest.fixture
def looked_at(busy_house: Busy, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house on the day on which all of it happened, behind the pages until the test ends."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    rate_limits.install(busy_house.house.app, knows_clients=False)
    for name, kept in busy_house.behind_the_pages.items():
        monkeypatch.setitem(busy_house.house.app.extensions, name, kept)
    return busy_house.house


@pytest.fixture
def busy(busy_house: Busy) -> dict[str, list[Any]]:
    return busy_house.ids


def fill(house: House) -> dict[str, list[Any]]:
    """Duties in every state, a draft with questions, messages, files; the ids that an address may hold, by name."""
    call = Caller(house.services["tasks"], house.world)
    duties = issued(call, "徽城镇", "深渡镇", "古关村", items=6, review_rule="all")
    own = duties[:6]
    call("acknowledge_duties", {"duty_ids": [own[1]["duty_id"]]}, as_="staff")
    submit(call, own[2], as_="staff", note="已办")
    do(call, "report_blocker", own[3], reason="缺资金")
    do(call, "ask_waiver", own[4], reason="不涉及")
    keep_file(call, own[0], house.app.extensions[cabinet.EXTENSION].objects)
    do(call, "accept_duty", {**own[2], "version": 2}, as_="lead")
    keep_file(call, duties[6], house.app.extensions[cabinet.EXTENSION].objects, as_="shendu")
    submit(call, duties[6], as_="shendu")
    file_of_practice = call("get_duty", {"duty_id": duties[6]["duty_id"]}, as_="lead")["evidence"][0]["evidence_id"]
    publish(call, offer(call, duties[6], as_="shendu", evidence_ids=[file_of_practice]))
    offer(call, own[2])
    notice = "2026年就业工作方案\n一、工作举措\n1.创业园。建设创业园。(责任单位:县人社局等,各行业主管部门)\n"
    file_id = call.upload("notice.txt", notice.encode(), as_="lead")
    asked = call("import_notice", {"file_id": file_id, "year": 2026}, as_="lead")["checklist_id"]
    draft = a_draft(call)
    save_row(call, draft["rows"][1], units=[{"role": "lead", "group_id": house.world.groups[TO_BE_FILLED]}])
    files = [
        call("export_rows", {"checklist_id": draft["checklist_id"]}, as_=name)["file_id"] for name in ("lead", "leader")
    ]
    amend(house, call, duties[0]["checklist_id"])
    carried = {"checklist_id": duties[0]["checklist_id"], "title": "2027年就业清单", "year": 2027}
    next_year = call("carry_checklist", carried, as_="lead")["checklist_id"]
    meeting = decide(call, issue_decisions(call, decide(call, a_meeting(call), unit="古关村")), "再议一项")
    later = a_meeting(call, TODAY + dt.timedelta(days=7))
    house.deliver()
    house.remind(NOON)
    submissions = reported(house)
    return {
        "duty_id": [duty["duty_id"] for duty in (*own, duties[6], duties[12])],
        "checklist_id": [draft["checklist_id"], asked, duties[0]["checklist_id"], next_year],
        "revision": [2],
        "row_id": ids(house, "tasks", "checklist_row")[:8],
        "message_id": ids(house, "notifications", "message"),
        "unit_id": [house.world.units["徽城镇"], house.world.units["古关村"]],
        "person_id": [house.world.people["staff"], house.world.people["lead"]],
        "group_id": list(house.world.groups.values()),
        "evidence_id": ids(house, "tasks", "evidence"),
        "practice_id": ids(house, "tasks", "practice"),
        "practice_file_id": ids(house, "tasks", "practice_file"),
        "file_id": [*files, str(uuid4())],
        "token": [a_link(house, "village").rpartition("/")[2], "forged"],
        "code": ["zh", "en"],
        "filename": ["qingdan.css"],
        "submission_id": submissions,
        "indicator_id": ids(house, "stats", "indicator")[:1],
        "report_id": ids(house, "stats", "report"),
        "round_id": ids(house, "stats", "round"),
        "check_id": ids(house, "stats", "check_rule"),
        "run_id": ids(house, "stats", "import_run"),
        "period": ["2026-05"],
        "year": [2026, 2027],
        "scope": ["all", "checklist"],
        "subject_id": [0, duties[0]["checklist_id"]],
        "silence_id": [a_silence(house)],
        "target_id": ids(house, "stats", "target"),
        "adjustment_id": ids(house, "stats", "adjustment"),
        "report_unit_id": ids(house, "stats", "report_unit"),
        "kept_id": [a_kept_command(house)],
        "meeting_id": [meeting["meeting_id"], later["meeting_id"]],
        "bulletin_id": [
            kept_bulletin(house.databases["stats"], duties[0]["checklist_id"], signed=signed)
            for signed in (True, False)
        ],
    }


def a_silence(house: House) -> int:
    """A silence, with a duty of which was nothing said; its id."""
    database = house.databases["notifications"]
    run(
        database,
        """
        WITH made AS (
            INSERT INTO silence (scope, subject_id, from_day, until_day, reason, author_id, author, made_at)
            VALUES ('all', 0, '2026-05-01', '2026-05-20', '防汛', 1, '县人社局', now()) RETURNING id)
        INSERT INTO silenced (kind, subject_id, day, stage, silence_id)
        SELECT 'checklist', (SELECT min(id) FROM duty), '2026-05-08', 'due_soon', id FROM made
        """,
    )
    return ids(house, "notifications", "silence")[0]


def a_kept_command(house: House) -> int:
    """What the town's clerk sent while the services were away, and was not carried out; its id."""
    portal = house.databases["portal"]
    run(
        portal,
        """
        INSERT INTO kept_command (command_id, person_id, unit_id, line, doing, subjects, service, operation, asked,
            params, path, fields, correlation_id, state, refusal, settled_at)
        VALUES (gen_random_uuid(), %(person)s, %(unit)s, %(unit)s, 'note', '["事项1"]', 'tasks', 'note_progress', '',
            '{}', '/duties/1/note', '[["text", "正在汇总"]]', 'c-1', 'refused',
            '{"code": "conflict", "text": {"zh": "已有变化。", "en": "It changed."}}', now())
        """,
        {"person": house.world.people["staff"], "unit": house.world.units["徽城镇"]},
    )
    return ids(house, "portal", "kept_command")[0]


def amend(house: House, call: Caller, checklist_id: int) -> None:
    """Reword the items of an issued checklist by an amendment."""
    draft_id = call("start_amendment", {"checklist_id": checklist_id}, as_="lead")["checklist_id"]
    database = house.databases["tasks"]
    run(database, "UPDATE checklist_row SET body = '改过' WHERE checklist_id = %s AND level = 4", (draft_id,))
    seen = call("preview_amendment", {"checklist_id": draft_id}, as_="lead")
    params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "文字修改"}
    call("issue_amendment", params, as_="lead")
    work_off(database)


def reported(house: House) -> list[int]:
    """A report with a round: one submission that waits for the lead bureau, one that was accepted, one not begun."""
    stats, units, people = house.services["stats"], house.world.units, house.world.people
    assert isinstance(stats, StatsService)
    stats.today = lambda: dt.date(2026, 6, 10)  # type: ignore[method-assign]
    town, other, untouched = (units[name] for name in ("徽城镇", "深渡镇", "石门乡"))
    made = a_round(stats.database, town, other, untouched)
    known_before(stats.database, made, town, {"2026-04": {"JOBS": "10", "LOANS": "1.5", "POSTS": None}})
    a_check(stats.database, made, "POSTS <= JOBS", strictness="hard")
    submit_report(stats, made, town, as_=people["staff"])
    submit_report(stats, made, other, as_=people["shendu"])
    accept(stats, made, other, as_=people["lead"])
    with stats.database.transaction() as cur:
        cur.execute("INSERT INTO import_run (source) VALUES ('2023年年报')")
        cur.execute(
            """
            INSERT INTO adjustment (indicator_id, unit_id, period, amount, reason, known_since)
            VALUES (%s, %s, '2026-05', 1, '重复统计', now())
            """,
            (made.indicators["JOBS"], town),
        )
        cur.execute(
            """
            WITH made AS (INSERT INTO target DEFAULT VALUES RETURNING id)
            INSERT INTO target_version (target_id, version, indicator_id, unit_id, comparator, value, course,
                first_month, last_month, known_since)
            SELECT id, 1, %s, %s, 'at_least', 500, 'linear', '2026-01', '2027-12', now() FROM made
            """,
            (made.indicators["JOBS"], town),
        )
        cur.execute(
            "INSERT INTO report_unit (report_id, unit_id, expected_from) VALUES (%s, %s, '2024-01-01')",
            (made.report_id, town),
        )
    return list(made.submissions.values())


def ids(house: House, service: str, table: str) -> list[int]:
    return [row.id for row in fetch(house.databases[service], f"SELECT id FROM {table} ORDER BY id")]


def addresses(house: House, known: dict[str, list[Any]], queries: Sequence[str] = QUERIES) -> Iterator[str]:
    """Every address that answers a GET, with each of the ids that it may hold; the first of its kind in every way."""
    adapter = house.app.url_map.bind("localhost")
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        names = sorted(rule.arguments)
        for number, values in enumerate(product(*(known[name] for name in names))):
            address = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield from (
                address + query.format(unit=known["unit_id"][0]) for query in queries[: None if not number else 1]
            )
