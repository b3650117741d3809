"""Looking at a page changes nothing: not in any table of any database, for any role, on any address.

Browsers fetch pages ahead, messengers open links to make a preview, scanners follow everything. Beside the page itself
only two things may move: the session was seen just now, and a refused call is on record as every refusal is.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from services.portal.evidence import cabinet
from services.stats.service import StatsService
from shared.database import Database
from tests.support.bulletins import kept as kept_bulletin
from tests.support.checklists import fetch, run, work_off
from tests.support.duties import TODAY, do, issued, submit, today
from tests.support.evidence import keep_file
from tests.support.house import House
from tests.support.submissions import a_check, a_round, accept, known_before
from tests.support.submissions import submit as fill
from tests.support.tasks import TO_BE_FILLED, Caller, a_draft, save_row

__all__ = ["today"]

NOON = dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC)
# Each way in which a list or a page can be asked for more than it shows at first.
QUERIES = ("", "?page=2", "?all=1", "?light=overdue", "?unit={unit}", "?kind=township", "?q=镇", "?back=/duties")
LOOKERS = ("staff", "head", "village", "lead", "leader", "admin", "auditor")
# A refusal waits for its seal.
REFUSALS = {f"{name}.{table}" for name in ("tasks", "stats", "notifications") for table in ("refusal", "log_waiting")}
NOT_WATCHED = {"portal.session": "last_seen_at"}
DIGEST = """
    SELECT '{name}' AS table, md5(coalesce(string_agg(md5({row}::text), '' ORDER BY md5({row}::text)), '')) AS digest
    FROM "{table}" AS t
"""


def fingerprints(house: House) -> dict[str, str]:
    """What lies in each table of each database, as service.table: a digest. One statement for each database."""
    return {
        row.table: row.digest
        for service, statement in _statements(house).items()
        for row in fetch(house.databases[service], statement)
    }


def _statements(house: House) -> dict[str, str]:
    return {
        service: " UNION ALL ".join(_digest(service, table) for table in tables(database))
        for service, database in house.databases.items()
    }


def _digest(service: str, table: str) -> str:
    name = f"{service}.{table}"
    column = NOT_WATCHED.get(name)
    return DIGEST.format(name=name, table=table, row=f"(to_jsonb(t) - '{column}')" if column else "t")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {table for table in before if before[table] != after[table]}


def tables(database: Database) -> list[str]:
    statement = """
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    """
    return [row.name for row in fetch(database, statement)]


@pytest.fixture
def call(house: House) -> Caller:
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def busy(house: House, call: Caller, today: Any) -> dict[str, list[Any]]:
    """Duties in every state, a draft with questions, messages, files; the ids that an address may hold, by name."""
    duties = issued(call, "徽城镇", "深渡镇", "古关村", items=6, review_rule="all")
    own = duties[:6]
    call("acknowledge_duties", {"duty_ids": [own[1]["duty_id"]]}, as_="staff")
    submit(call, own[2], as_="staff", note="已办")
    do(call, "report_blocker", own[3], reason="缺资金")
    do(call, "ask_waiver", own[4], reason="不涉及")
    keep_file(call, own[0], house.app.extensions[cabinet.EXTENSION].objects)
    do(call, "accept_duty", {**own[2], "version": 2}, as_="lead")
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
        "file_id": [*files, str(uuid4())],
        "code": ["zh", "en"],
        "filename": ["qingdan.css"],
        "submission_id": submissions,
        "indicator_id": ids(house, "stats", "indicator")[:1],
        "report_id": ids(house, "stats", "report"),
        "round_id": ids(house, "stats", "round"),
        "check_id": ids(house, "stats", "check_rule"),
        "run_id": ids(house, "stats", "import_run"),
        "period": ["2026-05"],
        "target_id": ids(house, "stats", "target"),
        "adjustment_id": ids(house, "stats", "adjustment"),
        "report_unit_id": ids(house, "stats", "report_unit"),
        "bulletin_id": [
            kept_bulletin(house.databases["stats"], duties[0]["checklist_id"], signed=signed)
            for signed in (True, False)
        ],
    }


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
    fill(stats, made, town, as_=people["staff"])
    fill(stats, made, other, as_=people["shendu"])
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


def addresses(house: House, known: dict[str, list[Any]]) -> Iterator[str]:
    """Every address that answers a GET, with each of the ids that it may hold; the first of its kind in every way."""
    adapter = house.app.url_map.bind("localhost")
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        names = sorted(rule.arguments)
        for number, values in enumerate(product(*(known[name] for name in names))):
            address = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield from (
                address + query.format(unit=known["unit_id"][0]) for query in QUERIES[: None if not number else 1]
            )


def transactions(house: House) -> int:
    """How many transactions have written anything, in any database of the server."""
    statement = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next"
    return int(fetch(house.databases["portal"], statement)[0].next)


def test_every_address_is_asked(house, busy):
    asked = list(addresses(house, busy))

    assert {"/", "/duties", "/inbox", "/review", "/audit", "/people", "/units", "/groups", "/board"} <= set(asked)
    assert {f"/duties/{duty_id}" for duty_id in busy["duty_id"]} <= set(asked)
    assert {f"/inbox/{message_id}" for message_id in busy["message_id"]} <= set(asked)
    assert len(busy["message_id"]) >= 4


@pytest.mark.parametrize("name", LOOKERS)
def test_whoever_looks_and_at_whatever_nothing_changes(house, busy, name):
    person = house.sign_in(name)
    statuses = {}
    first = before = fingerprints(house)
    is_refused = False

    for address in addresses(house, busy):
        if statuses.get(address.partition("?")[0]) == 403:
            # Whatever else is asked for there, the answer is the same.
            continue
        written = transactions(house)
        statuses[address] = person.client.get(address).status_code
        is_refused = is_refused or statuses[address] == 403
        # Looking at every table takes longer than the page. The session's own transaction is one, a refusal another;
        # what a refused page changed besides shows at the next look.
        if transactions(house) > written + (2 if statuses[address] == 403 else 1):
            after = fingerprints(house)
            assert changed(before, after) <= (REFUSALS if is_refused else set()), address
            before, is_refused = after, False

    assert changed(first, fingerprints(house)) <= REFUSALS
    # A bulletin of a day before the records cannot be made again, which its page says.
    assert {address for address, status in statuses.items() if status == 422 and "/again" not in address} == set()
    assert set(statuses.values()) <= {200, 302, 403, 404, 422}
    assert sum(status == 200 for status in statuses.values()) > 20


def test_a_page_that_writes_would_be_noticed(house, busy):
    call = Caller(house.services["tasks"], house.world)
    fresh = issued(call, "徽城镇")[0]["duty_id"]
    before = fingerprints(house)

    call("open_duty", {"duty_id": fresh}, as_="staff")

    assert changed(before, fingerprints(house)) == {
        *("tasks.duty", "tasks.duty_history", "tasks.log_waiting", "tasks.command", "tasks.outbox")
    }
