"""A year that is over is dropped: its duties leave boards and reminders, its numbers stay, and nothing comes back."""

import datetime as dt
from contextlib import contextmanager

import psycopg2
import pytest
from click.testing import CliRunner

from services.cli import main
from services.notifications.service import NotificationsService
from services.running.comparing import compare
from services.running.rebuilding import rebuild_stats
from services.stats.recount import queries as recount
from services.stats.service import StatsService
from services.tasks.ledger import queries as ledger
from services.tasks.years import dropping
from shared import clock
from shared.agreeing import holding
from shared.delivery.inprocess import InProcess
from shared.dropping import dropping as letting_go
from shared.dropping import store
from shared.errors import Invalid, NotFound
from shared.events import ChecklistChanged, DutyAccepted
from shared.light import State
from shared.process.settings import Settings
from tests.integration.test_years import end
from tests.support.checklists import YEAR, draft, events, fetch, run
from tests.support.duties import issued, submit, today
from tests.support.eventually import eventually
from tests.support.stats import a_checklist, a_duty, changed, received, take
from tests.support.stats import call as ask
from tests.support.stats import issued as told_issued

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

VERSIONS = "SELECT id, version FROM duty ORDER BY id"
DUTIES = "SELECT id FROM duty WHERE checklist_id = %s"
NUMBERS = ("item_count", "unit_count", "item_day", "unit_day", "completion_day")
# By then every checklist of the tests was ended for 400 days.
LATER = dt.date(2030, 1, 10)


@pytest.fixture
def listeners(stats_db, notifications_db):
    return {"stats": StatsService(stats_db), "notifications": NotificationsService(notifications_db)}


@pytest.fixture
def deliver(tasks, tasks_db, listeners):
    """Let everybody hear all there is to hear; called as often as wanted."""

    def heard():
        system = InProcess({"tasks": tasks, **listeners})
        system.start()
        wanted = fetch(tasks_db, "SELECT id, version FROM checklist WHERE state <> 'draft' ORDER BY id")
        for service in listeners.values():
            known = "SELECT id, version FROM checklist ORDER BY id"
            eventually(lambda service=service, known=known: fetch(service.database, known) == wanted)
        system.stop()

    return heard


@pytest.fixture
def ended(call, deliver):
    """The duties of a checklist that has ended, one of three done; all have heard of it."""
    duties = issued(call, "徽城镇", "深渡镇", "石门乡")
    submit(call, duties[0])
    end(call, duties[0]["checklist_id"])
    deliver()
    return duties


def drop(tasks_db, *, year=YEAR, day=LATER):
    with tasks_db.transaction() as cur:
        return dropping.drop(cur, year, day, reason="空间")


def let_go(listeners):
    for service in listeners.values():
        service.let_dropped_duties_go()


def numbers(stats_db):
    return {table: sorted(fetch(stats_db, f"SELECT * FROM {table} WHERE duties <> 0")) for table in NUMBERS[:4]}


def duties_left(listeners, checklist_id):
    return {name: len(fetch(service.database, DUTIES, (checklist_id,))) for name, service in listeners.items()}


# What may go.


def test_a_year_is_refused_that_is_not_over_was_never_issued_or_is_still_open(call, tasks_db, today):
    with pytest.raises(Invalid, match="not over"):
        drop(tasks_db, day=dt.date(YEAR, 12, 31))
    draft(tasks_db, year=YEAR)
    with pytest.raises(NotFound, match="ever issued"):
        drop(tasks_db)
    duties = issued(call, "徽城镇")
    issued(call, "深渡镇")
    end(call, duties[0]["checklist_id"])

    with pytest.raises(Invalid, match="1 checklists are not ended"):
        drop(tasks_db)


def test_a_year_is_refused_until_400_days_after_its_last_checklist_was_ended(ended, tasks_db):
    (closed,) = fetch(tasks_db, "SELECT closed_at FROM checklist WHERE id = %s", (ended[0]["checklist_id"],))
    first = max(clock.day_of(closed.closed_at) + dt.timedelta(days=400), dt.date(YEAR + 1, 1, 1))

    with pytest.raises(Invalid, match="400 days"):
        drop(tasks_db, day=first - dt.timedelta(days=1))

    assert drop(tasks_db, day=first).duties == 3


def test_no_year_is_dropped_as_long_as_a_process_of_the_release_before_may_run(ended, tasks_db):
    """It would keep what is dropped, and bring it back."""
    run(tasks_db, "DROP FUNCTION years_may_go")

    with pytest.raises(Invalid, match="stage post"):
        drop(tasks_db)


def test_the_command_says_what_goes_and_stays_and_drops_nothing_without_a_reason(ended, tasks_db, today, tmp_path):
    settings = Settings(tmp_path, 0, "", "", {"tasks": tasks_db.dsn})
    today(LATER)

    asked = CliRunner().invoke(main.commands["drop-year"], [str(YEAR)], obj=settings)

    assert asked.exit_code == 0, asked.output
    assert "3 duties of 1 checklists of 2026" in asked.output
    assert "the ledger of duties" in asked.output
    assert fetch(tasks_db, "SELECT dropped_on FROM checklist") == [(None,)]
    done = CliRunner().invoke(main.commands["drop-year"], [str(YEAR), "--reason", "空间不足"], obj=settings)
    assert done.exit_code == 0, done.output
    assert fetch(tasks_db, "SELECT dropped_on FROM checklist") == [(LATER,)]
    (entry,) = fetch(tasks_db, "SELECT subject, detail FROM audit_log WHERE action = 'year.dropped'")
    assert (entry.subject, entry.detail["duties"], entry.detail["reason"]) == ("2026", 3, "空间不足")
    refused = CliRunner().invoke(main.commands["drop-year"], ["2025"], obj=settings)
    assert (refused.exit_code, "2025" in refused.output) == (1, True)


# What goes, and what stays.


def test_its_duties_go_from_boards_and_reminders_and_its_numbers_stay(ended, tasks_db, stats_db, listeners, deliver):
    checklist_id = ended[0]["checklist_id"]
    before, held = numbers(stats_db), fetch(tasks_db, "SELECT * FROM duty ORDER BY id")
    assert all(before.values())
    assert fetch(stats_db, "SELECT duty_id FROM duty_past")

    drop(tasks_db)
    deliver()
    let_go(listeners)

    assert duties_left(listeners, checklist_id) == {"stats": 0, "notifications": 0}
    assert fetch(stats_db, "SELECT duty_id FROM duty_past") == []
    assert numbers(stats_db) == before
    assert fetch(tasks_db, "SELECT * FROM duty ORDER BY id") == held
    for service in listeners.values():
        (found,) = fetch(service.database, "SELECT gone_at FROM checklist WHERE id = %s", (checklist_id,))
        assert found.gone_at is not None


def test_another_checklist_of_another_year_keeps_all_it_has(call, ended, tasks_db, stats_db, listeners, deliver):
    other = draft(tasks_db, title="2027年清单", year=2027)
    run(tasks_db, "UPDATE checklist SET state = 'issued' WHERE id = %s", (other.id,))
    take(listeners["stats"], [received(told_issued(1, a_duty(900)))])
    run(stats_db, "UPDATE duty SET checklist_id = %s WHERE id = 900", (other.id,))

    drop(tasks_db)
    take(listeners["stats"], [_told(tasks_db, ended[0]["checklist_id"])])
    let_go(listeners)

    assert fetch(stats_db, VERSIONS) == [(900, 1)]


def test_boards_of_it_show_numbers_and_say_where_the_duties_are(ended, tasks_db, listeners, deliver):
    checklist_id, stats = ended[0]["checklist_id"], listeners["stats"]
    run(stats.database, "INSERT INTO person VALUES (1, 1, '{leadership}', true, 1)")
    for duty in ended:
        unit_id, name = duty["unit"]["unit_id"], duty["unit"]["name"]
        run(stats.database, "INSERT INTO unit VALUES (%s, '1', %s, 'township', NULL, true, 1)", (unit_id, name))

    def asked(operation, **params):
        return ask(stats, operation, params, as_=1)

    item = fetch(stats.database, "SELECT id, parent_id FROM issued_row WHERE level = 4")[0]
    before = asked("overview", checklist_id=checklist_id)
    assert asked("item_board", row_id=item.id)["units_total"] == 3
    drop(tasks_db)
    deliver()
    let_go(listeners)

    after = asked("overview", checklist_id=checklist_id)
    assert after["totals"] == before["totals"]
    assert after["checklist"]["dropped_on"] == LATER.isoformat()
    assert len(asked("units_board", checklist_id=checklist_id)["units"]) == 3
    of_item = asked("item_board", row_id=item.id)
    assert (of_item["counts"]["total"], of_item["units_total"], of_item["units"]) == (3, None, [])
    assert asked("row_board", row_id=item.parent_id)["children"][0]["units_total"] is None
    for operation, params in (
        ("find_duties", {}),
        ("signing_board", {}),
        ("overview", {"unit_id": ended[0]["unit"]["unit_id"]}),
        ("matrix", {}),
    ):
        with pytest.raises(NotFound, match="ledger of duties"):
            asked(operation, checklist_id=checklist_id, **params)


# Nothing brings it back, or half of it.


def _told(tasks_db, checklist_id):
    payload = events(tasks_db, "checklist.changed%")[-1].payload
    assert payload["checklist_id"] == checklist_id
    return received(ChecklistChanged(**{**payload, "dropped_on": dt.date.fromisoformat(payload["dropped_on"])}))


def test_what_comes_late_or_once_more_is_ignored(ended, tasks_db, stats_db, listeners, deliver):
    drop(tasks_db)
    deliver()
    let_go(listeners)
    before = numbers(stats_db)
    duty = ended[0]

    for service, learn in ((listeners["stats"], "count_events"), (listeners["notifications"], "learn")):
        late = DutyAccepted(
            duty_id=duty["duty_id"],
            checklist_id=duty["checklist_id"],
            item_id=duty["item_id"],
            unit_id=duty["unit"]["unit_id"],
            period=duty["period"],
            due_on=dt.date(2026, 6, 30),
            state=State.ACCEPTED,
            done_on=dt.date(2026, 6, 30),
            is_blocked=False,
            version=99,
        )
        with service.database.transaction() as cur:
            getattr(service, learn)(cur, [received(late), received(late, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))])

    assert duties_left(listeners, duty["checklist_id"]) == {"stats": 0, "notifications": 0}
    assert numbers(stats_db) == before


def test_boards_and_ledger_agree_about_it_before_and_after(ended, tasks_db, stats_db, listeners, deliver):
    databases = {name: service.database for name, service in listeners.items()}
    with tasks_db.transaction() as cur:
        counted_before = ledger.counted(cur)
    drop(tasks_db)
    deliver()
    for _ in range(2):
        assert compare(tasks_db, databases, patience=0).wrong == []
        with tasks_db.transaction() as cur:
            assert ledger.counted(cur).cells == []
        with stats_db.transaction() as cur:
            assert recount.wrong_counters(cur) + recount.wrong_days(cur) == []
            told = [
                [cell.checklist_id, cell.item_id, str(cell.due_on), cell.state, cell.duties, cell.versions, cell.digest]
                for cell in counted_before.cells
            ]
            own = listeners["stats"].duties_known(cur)
            dropped = holding.all_dropped(cur)
        found = holding.held(holding.Read(None, [holding.Part(told)], own, {}, dropped))
        assert (found.wrong, found.items) == ([], 0)
        let_go(listeners)


def test_stats_made_anew_have_its_numbers_and_no_duties(ended, tasks_db, stats_db, listeners, deliver):
    drop(tasks_db)
    deliver()
    let_go(listeners)
    before = numbers(stats_db)

    assert not rebuild_stats(tasks_db, stats_db).is_wrong

    for table in ("duty", "duty_past", "checklist", *NUMBERS):
        run(stats_db, f"DELETE FROM {table}")
    rebuild_stats(tasks_db, stats_db)
    assert numbers(stats_db) == before
    assert fetch(stats_db, VERSIONS) == []


def test_a_part_of_the_log_leaves_its_numbers_as_they_are(ended, tasks_db, stats_db, listeners, deliver):
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    drop(tasks_db)
    deliver()
    let_go(listeners)
    before = numbers(stats_db)

    found = rebuild_stats(tasks_db, stats_db, since=since)

    assert (found.is_wrong, numbers(stats_db)) == (False, before)


# Whole partitions.


@pytest.fixture
def old_year(stats_db):
    """A partition of the year 2020 in stats, of a checklist that was dropped, with two duties of four versions."""
    for table in ("duty", "duty_past"):
        run(stats_db, f"ALTER TABLE {table} DETACH PARTITION {table}_first")
        first = f"ALTER TABLE {table} ATTACH PARTITION {table}_first"
        run(stats_db, f"{first} FOR VALUES FROM (MINVALUE) TO (202000000000)")
        run(
            stats_db,
            f"CREATE TABLE {table}_2020 PARTITION OF {table} FOR VALUES FROM (202000000000) TO (202100000000)",
        )
    stats = StatsService(stats_db)
    first, second = 202000000001, 202000000002
    take(stats, [received(a_checklist()), received(told_issued(1, a_duty(first), a_duty(second)))])
    for duty_id in (first, second):
        take(stats, [received(changed(DutyAccepted, duty_id, 1, 2, State.ACCEPTED))])
    run(stats_db, "UPDATE checklist SET dropped_on = '2022-01-10'")
    return stats


def partitions(stats_db):
    found = fetch(stats_db, "SELECT relname::text AS name FROM pg_class WHERE relname ~ '_2020$' ORDER BY 1")
    return [one.name for one in found]


def test_a_year_goes_as_a_whole_where_nothing_else_is_in_it(old_year, stats_db):
    before = numbers(stats_db)

    old_year.let_dropped_duties_go()

    assert partitions(stats_db) == []
    assert (fetch(stats_db, VERSIONS), fetch(stats_db, "SELECT * FROM duty_past")) == ([], [])
    assert numbers(stats_db) == before
    late = received(changed(DutyAccepted, 202000000001, 1, 3, State.ACCEPTED))
    take(old_year, [late])
    assert fetch(stats_db, VERSIONS) == []


def test_what_belongs_to_another_year_stays_and_keeps_the_partition(old_year, stats_db):
    run(stats_db, "INSERT INTO checklist VALUES (2, '2021年清单', 2021, '{a,b,c,d,e}', 'issued', 1, 1)")
    run(stats_db, "UPDATE duty SET checklist_id = 2 WHERE id = 202000000002")

    old_year.let_dropped_duties_go()

    assert partitions(stats_db) == ["duty_2020", "duty_past_2020"]
    assert fetch(stats_db, VERSIONS) == [(202000000002, 2)]
    assert [row.duty_id for row in fetch(stats_db, "SELECT duty_id FROM duty_past")] == [202000000002]


def test_a_reader_is_not_waited_for_for_long(old_year, stats_db):
    """Whoever reads holds the partitions: the rows go at once, and what held them with the next tick."""
    with stats_db.transaction() as reading:
        reading.execute("SELECT count(*) FROM duty")

        old_year.let_dropped_duties_go()

    assert fetch(stats_db, VERSIONS) == []
    assert partitions(stats_db) == ["duty_2020", "duty_past_2020"]
    assert fetch(stats_db, "SELECT gone_at FROM checklist") == [(None,)]
    old_year.let_dropped_duties_go()
    assert partitions(stats_db) == []
    assert fetch(stats_db, "SELECT gone_at IS NOT NULL AS is_gone FROM checklist") == [(True,)]


def test_the_database_itself_refuses_a_year_with_anything_else_in_it(old_year, stats_db):
    run(stats_db, "UPDATE checklist SET dropped_on = NULL")
    for year in (2020, clock.today().year, 1999):
        with pytest.raises(psycopg2.errors.RestrictViolation, match=r"not dropped|may go"):
            run(stats_db, f"SELECT drop_year_of_duties({year})")

    assert partitions(stats_db) == ["duty_2020", "duty_past_2020"]


def test_two_processes_that_saw_the_same_year_let_it_go_once(old_year, stats_db):
    """One has looked which years there are, and another one is quicker from there on."""
    turns = 0

    @contextmanager
    def slower():
        nonlocal turns
        turns += 1
        if turns == 2:
            old_year.let_dropped_duties_go()
        with stats_db.transaction() as cur:
            yield cur

    went = letting_go.let_go(slower, old_year.duty_tables)

    assert (turns > 2, went, partitions(stats_db)) == (True, 0, [])
    assert fetch(stats_db, "SELECT gone_at IS NOT NULL AS is_gone FROM checklist") == [(True,)]


def test_while_one_process_lets_a_year_go_another_leaves_it_alone(old_year, stats_db):
    with stats_db.transaction() as cur:
        assert store.try_to_drop(cur)
        went = letting_go.let_go(stats_db.transaction, old_year.duty_tables)

    assert (went, partitions(stats_db)) == (0, ["duty_2020", "duty_past_2020"])
    assert fetch(stats_db, "SELECT gone_at FROM checklist") == [(None,)]
