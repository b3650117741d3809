"""Boards and reminders held against the ledger: what differs is named by its cell, what is on its way is awaited."""

import datetime as dt
from collections import Counter

import pytest
from click.testing import CliRunner

from services.cli import main
from services.notifications.service import NotificationsService
from services.running.comparing import Cell, Wrong, compare
from services.stats.service import StatsService
from services.tasks.duties.queries import ledger
from shared.delivery.inprocess import InProcess
from shared.process.settings import Settings
from tests.support.checklists import fetch, run
from tests.support.duties import do, issued, submit, today
from tests.support.eventually import eventually

__all__ = ["today"]

VERSIONS = "SELECT id, version FROM duty ORDER BY id"


@pytest.fixture
def system(tasks, stats_db, notifications_db):
    stats, notifications = StatsService(stats_db), NotificationsService(notifications_db)
    found = InProcess({"tasks": tasks, "stats": stats, "notifications": notifications})
    yield found
    found.stop()


@pytest.fixture
def worked(call, system, tasks_db, stats_db, notifications_db, today):
    duties = issued(call, "徽城镇", "深渡镇", items=3)
    submit(call, duties[0])
    system.start()
    wanted = fetch(tasks_db, VERSIONS)
    eventually(lambda: fetch(stats_db, VERSIONS) == fetch(notifications_db, VERSIONS) == wanted)
    system.stop()
    return duties


def listeners(stats_db, notifications_db):
    return {"stats": stats_db, "notifications": notifications_db}


def test_all_agree_and_the_command_says_so(worked, tasks_db, stats_db, notifications_db, tmp_path):
    urls = {"tasks": tasks_db.dsn, "stats": stats_db.dsn, "notifications": notifications_db.dsn}

    said = CliRunner().invoke(main.commands["compare"], [], obj=Settings(tmp_path, 0, "", "", urls))

    assert (said.exit_code, "全部一致" in said.output) == (0, True), said.output


def test_where_nothing_is_to_be_compared_nothing_is_said_to_agree(tasks_db, stats_db, notifications_db, tmp_path):
    urls = {"tasks": tasks_db.dsn, "stats": stats_db.dsn, "notifications": notifications_db.dsn}

    said = CliRunner().invoke(main.commands["compare"], [], obj=Settings(tmp_path, 0, "", "", urls))

    assert (said.exit_code, "没有可以核对的" in said.output, "一致" in said.output) == (0, True, False), said.output


def test_the_cells_that_differ_are_named(call, worked, tasks_db, stats_db, notifications_db):
    before = in_ledger(tasks_db)
    submit(call, worked[1])
    run(notifications_db, "DELETE FROM duty WHERE id = %s", (worked[2]["duty_id"],))
    after = in_ledger(tasks_db)

    found = compare(tasks_db, listeners(stats_db, notifications_db), patience=0)

    done, lost = worked[1]["duty_id"], worked[2]["duty_id"]
    boards = Counter({after[done]: 1})
    boards[before[done]] -= 1
    reminders = boards.copy()
    reminders[after[lost]] += 1
    assert before[done] != after[done]
    assert found.duties == 6
    for service, cells in (("stats", boards), ("notifications", reminders)):
        expected = [Wrong(service, cell, number) for cell, number in sorted(cells.items()) if number]
        assert [one for one in found.wrong if one.service == service] == expected


def test_what_nobody_was_told_is_not_awaited(call, worked, system, tasks_db, stats_db):
    """A request makes a version of the duty of which no listener ever hears."""
    do(call, "ask_waiver", worked[1], reason="本乡镇没有这类企业")
    later = dt.date.fromisoformat(worked[2]["due_on"]) + dt.timedelta(days=10)
    do(call, "ask_extension", worked[2], wanted_on=later.isoformat(), reason="场地还没有落实")
    system.start()

    with tasks_db.transaction() as cur:
        told = {one.id: one.version for one in ledger(cur, 0, limit=100)}
    eventually(lambda: {one.id: one.version for one in fetch(stats_db, VERSIONS)} == told)
    assert told != {one.id: one.version for one in fetch(tasks_db, VERSIONS)}


def test_the_command_says_the_cells_in_words(call, worked, tasks_db, stats_db, notifications_db, tmp_path, monkeypatch):
    monkeypatch.setattr("services.running.comparing.PATIENCE_SECONDS", 0.0)
    run(stats_db, "DELETE FROM duty WHERE id = %s", (worked[2]["duty_id"],))
    cell = in_ledger(tasks_db)[worked[2]["duty_id"]]
    urls = {"tasks": tasks_db.dsn, "stats": stats_db.dsn, "notifications": notifications_db.dsn}

    said = CliRunner().invoke(main.commands["compare"], [], obj=Settings(tmp_path, 0, "", "", urls))

    assert said.exit_code == 1
    assert f"看板 / boards：{cell.checklist}，{cell.unit}，{cell.due_on} 到期，已下发：少 1 项" in said.output


def test_what_is_on_its_way_is_awaited(call, worked, system, tasks_db, stats_db, notifications_db, monkeypatch):
    monkeypatch.setattr("services.running.comparing.PAUSE_SECONDS", 0.1)
    submit(call, worked[1])
    system.start()

    assert compare(tasks_db, listeners(stats_db, notifications_db), patience=20).wrong == []


def in_ledger(tasks_db):
    """The cell of each duty."""
    with tasks_db.transaction() as cur:
        return {one.id: Cell(one.checklist, one.unit, one.due_on, one.state) for one in ledger(cur, 0, limit=100)}
