"""The counters are made anew from the event log: the same as before, nothing lost and nothing twice, or not at all."""

import datetime as dt
import re
import threading
from uuid import uuid4

import psycopg2
import pytest
from click.testing import CliRunner

from services.cli import main
from services.running import rebuilding
from services.running.rebuilding import rebuild_stats
from services.stats.completion import counting, kept
from services.stats.recount import checking
from services.stats.service import StatsService
from shared import clock
from shared.database import SESSION_OPTIONS, Database
from shared.delivery import consuming
from shared.delivery.envelope import encode
from shared.delivery.inprocess import InProcess
from shared.errors import Invalid, TryAgain
from shared.events import UnitChanged, payload_of
from shared.process.settings import Settings
from tests.support.checklists import fetch, run
from tests.support.duties import do, issued, submit, today
from tests.support.eventually import eventually
from tests.support.figures import a_fact, figures, recorded
from tests.support.practices import end, offer, publish
from tests.support.reports import an_indicator, wished
from tests.support.stats import NOON
from tests.support.stats import call as reports_call

__all__ = ["today"]

COUNTED_BY_DAY = ("item_day", "unit_day", "duty_past")
TABLES = (
    *("unit", "person", "checklist", "issued_row", "duty", "item_count", "unit_count", "group_part"),
    "practice",
    *COUNTED_BY_DAY,
)
UNITS = ("徽城镇", "深渡镇", "石门乡")
DUTIES = """
    SELECT CASE state WHEN 'accepted' THEN 'done' ELSE 'open' END AS bucket, count(*)
    FROM duty GROUP BY 1 ORDER BY 1
"""
COUNTED = "SELECT bucket, sum(duties)::bigint AS count FROM {} GROUP BY 1 HAVING sum(duties) > 0 ORDER BY 1"


@pytest.fixture
def empty_stats(stats_db):
    return StatsService(stats_db)


@pytest.fixture
def system(tasks, empty_stats):
    """Both services with the delivery between them, which does not run yet."""
    found = InProcess({"tasks": tasks, "stats": empty_stats})
    yield found
    found.stop()


@pytest.fixture
def worked(call, system, tasks_db, stats_db, today):
    """Duties in different states, and a directory, all of which stats has counted."""
    duties = issued(call, *UNITS, items=4)
    submit(call, *duties[:3])
    submit(call, duties[4], as_="shendu")
    publish(call, offer(call, duties[1]), title="家门口的招聘会")
    end(call, "take_practice_back", publish(call, offer(call, duties[2]))["practice_id"], reason="数字有误")
    do(call, "report_blocker", duties[3], reason="缺经费")
    do(call, "reopen_duty", {**duties[0], "version": duties[0]["version"] + 1})
    for person in call("list_people", {}, as_="admin")["people"][:3]:
        kept = ("person_id", "sign_in_name", "display_name", "post", "roles", "is_active", "version")
        saved = {name: person[name] for name in kept} | {"unit_id": person["unit"]["unit_id"]}
        call("save_person", saved, as_="admin")
    members = {"member_ids": None, "added_ids": [call.world.units["县财政局"]], "removed_ids": None, "aliases": []}
    call("save_group", {"group_id": None, "version": None, "name": "重点单位", **members}, as_="lead")
    unit = call("list_units", {}, as_="admin")["units"][0]
    call("save_unit", unit, as_="admin")
    system.start()
    eventually(lambda: caught_up(tasks_db, stats_db))
    system.stop()
    return duties


def caught_up(tasks_db, stats_db):
    """Whether the last thing that happened has been heard; of what comes before nothing is left then."""
    (newest,) = fetch(tasks_db, "SELECT max(created_at) AS at FROM outbox")
    return [row.newest_event_at for row in fetch(stats_db, "SELECT newest_event_at FROM as_of")] == [newest.at]


def contents(stats_db, tables=TABLES, but=()):
    """All that stats knows. A counter that fell to 0 is as good as none; what a duty counted as before is no matter."""
    found = {}
    for table in tables:
        rows = [row._asdict() for row in fetch(stats_db, f"SELECT * FROM {table}")]
        rows = [row for row in rows if row.get("duties") != 0]
        kept = [{k: v for k, v in row.items() if not k.startswith("was_") and k not in but} for row in rows]
        found[table] = sorted(map(repr, kept))
    return found


def now():
    """By the clock of the database, which dates events; the one of these tests stands still."""
    return dt.datetime.now(dt.UTC)


def corrupt(stats_db):
    run(
        stats_db,
        """
        UPDATE item_count SET duties = duties + 5;
        DELETE FROM unit_count;
        DELETE FROM duty WHERE id %% 2 = 0;
        UPDATE duty SET bucket = 'done', version = 99 WHERE id %% 3 = 0;
        INSERT INTO unit_count VALUES (99, 99, '2026-01-01', 'done', 7);
        UPDATE issued_row SET title = 'x';
        UPDATE practice SET title = 'x' WHERE is_taken_back;
        DELETE FROM practice WHERE NOT is_taken_back;
        """,
    )


def test_corrupted_counters_are_as_before(worked, tasks_db, stats_db):
    before = contents(stats_db)
    corrupt(stats_db)
    assert contents(stats_db) != before

    report = rebuild_stats(tasks_db, stats_db)

    assert contents(stats_db) == before
    assert (report.rebuilt.duties, report.unreadable) == (len(worked), [])
    assert report.rebuilt.events > len(worked)


def test_a_second_time_changes_nothing(worked, tasks_db, stats_db):
    first = rebuild_stats(tasks_db, stats_db)
    before = contents(stats_db)

    second = rebuild_stats(tasks_db, stats_db)

    assert first.rebuilt == second.rebuilt
    assert contents(stats_db) == before


def test_the_boards_are_as_new_as_the_log(worked, tasks_db, stats_db):
    run(stats_db, "DELETE FROM as_of")

    rebuild_stats(tasks_db, stats_db)

    (newest,) = fetch(tasks_db, "SELECT max(created_at) AS at FROM outbox")
    assert [row.newest_event_at for row in fetch(stats_db, "SELECT * FROM as_of")] == [newest.at]


def test_every_month_of_the_log_is_read(worked, tasks_db, stats_db):
    """Rows of the default partition, too, where a month had none of its own. When it was so is what changes here."""
    dateless = {"tables": [table for table in TABLES if table not in COUNTED_BY_DAY], "but": {"since_day"}}
    before = contents(stats_db, **dateless)
    run(tasks_db, "CREATE TABLE outbox_202001 PARTITION OF outbox FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')")
    run(tasks_db, "UPDATE outbox SET created_at = '2020-01-09' WHERE seq %% 3 = 0")
    run(tasks_db, "UPDATE outbox SET created_at = '2019-01-09' WHERE seq %% 3 = 1")

    rebuild_stats(tasks_db, stats_db)

    assert contents(stats_db, **dateless) == before


def test_a_lost_database_is_filled_from_nothing(worked, tasks_db, stats_db):
    before = contents(stats_db)
    run(stats_db, f"TRUNCATE {', '.join(TABLES)}, as_of, inbox")

    rebuild_stats(tasks_db, stats_db)

    assert contents(stats_db) == before


def test_reports_and_what_is_owed_stay_as_they_are(worked, tasks_db, stats_db):
    """They come from no event: a projection that is made anew must not take them along."""
    (group,) = fetch(stats_db, "SELECT group_id FROM group_part")
    indicator_id = an_indicator(stats_db)
    wished_one = wished([indicator_id], unit_ids=[], group_ids=[group.group_id])
    service = StatsService(stats_db)
    lead = 900
    run(stats_db, "INSERT INTO person VALUES (%s, 1, '{lead_bureau}', true, 1)", (lead,))
    report = reports_call(service, "save_report", wished_one, as_=lead)
    reports_call(service, "start_report", {"report_id": report["report_id"], "version": report["version"]}, as_=lead)
    service.keep_rounds()
    before = owed(stats_db)
    assert before

    rebuild_stats(tasks_db, stats_db)
    service.keep_rounds()

    assert owed(stats_db) == before


def owed(stats_db):
    return fetch(stats_db, "SELECT report_id, unit_id, period, is_expected, version FROM submission ORDER BY id")


def test_what_comes_after_the_rebuild_counts_on(worked, call, system, tasks_db, stats_db):
    rebuild_stats(tasks_db, stats_db)
    submit(call, worked[8], as_="shimen")

    system.start()
    eventually(lambda: caught_up(tasks_db, stats_db))

    assert counted(stats_db, "item_count") == counted(stats_db, "unit_count") == done_and_open(tasks_db)


def counted(stats_db, table):
    found = {row.bucket: row.count for row in fetch(stats_db, COUNTED.format(table))}
    return {"done": found.get("done", 0), "open": found.get("open", 0) + found.get("open_blocked", 0)}


def done_and_open(tasks_db):
    return {"done": 0, "open": 0} | {row.bucket: row.count for row in fetch(tasks_db, DUTIES)}


def test_while_a_consumer_is_at_work_nothing_is_lost_and_nothing_counted_twice(call, system, tasks_db, stats_db, today):
    """People go on marking duties done, events go on arriving, and the counters are made anew several times."""
    duties = issued(call, "徽城镇", items=60)
    system.start()
    eventually(lambda: caught_up(tasks_db, stats_db))
    clerk = threading.Thread(target=lambda: [submit(call, duty) for duty in duties])
    clerk.start()

    reports = []
    while clerk.is_alive():
        reports.append(rebuild_stats(tasks_db, stats_db))
    clerk.join()

    eventually(lambda: caught_up(tasks_db, stats_db))
    assert len(reports) > 1
    assert counted(stats_db, "item_count") == counted(stats_db, "unit_count") == {"done": len(duties), "open": 0}
    assert fetch(stats_db, "SELECT * FROM parked_message") == []


def test_a_log_that_has_lost_its_beginning_is_refused_and_nothing_changes(worked, tasks_db, stats_db):
    before = contents(stats_db)
    run(tasks_db, "INSERT INTO outbox_dropped (partition, rows) VALUES ('outbox_202001', 9), ('outbox_202002', 9)")

    with pytest.raises(Invalid) as refused:
        rebuild_stats(tasks_db, stats_db)

    assert refused.value.text.zh.startswith("事件日志不完整：最早的 2 个月已按保留策略删除")
    assert contents(stats_db) == before


def test_a_month_that_goes_while_the_log_is_read_is_noticed(worked, tasks_db, stats_db, monkeypatch):
    before = contents(stats_db)
    project = counting.project

    def dropping(cur, events):
        run(tasks_db, "INSERT INTO outbox_dropped (partition, rows) VALUES ('outbox_202001', 9) ON CONFLICT DO NOTHING")
        return project(cur, events)

    monkeypatch.setattr("services.stats.completion.counting.project", dropping)

    with pytest.raises(Invalid, match="does not reach back"):
        rebuild_stats(tasks_db, stats_db)

    assert contents(stats_db) == before


def test_a_log_without_events_is_refused_and_the_boards_stay(worked, stats_db, produced):
    """The URL may be that of another installation."""
    before = contents(stats_db)

    with pytest.raises(Invalid, match="holds no event"):
        rebuild_stats(produced, stats_db)

    assert contents(stats_db) == before


def test_an_event_that_cannot_be_read_is_passed_over_and_told(worked, tasks_db, stats_db):
    before = contents(stats_db)
    run(
        tasks_db,
        "INSERT INTO outbox (id, type, payload) VALUES (gen_random_uuid(), 'duty.accepted.v1', '{\"duty_id\": 1}')",
    )
    (odd,) = fetch(tasks_db, "SELECT id FROM outbox ORDER BY seq DESC LIMIT 1")

    report = rebuild_stats(tasks_db, stats_db)

    assert report.unreadable == [odd.id]
    assert contents(stats_db) == before


def test_who_dies_in_between_has_changed_nothing(worked, tasks_db, stats_db, monkeypatch):
    before = contents(stats_db)

    def dying(_cur, _events):
        raise KeyboardInterrupt

    monkeypatch.setattr("services.stats.completion.counting.project", dying)

    with pytest.raises(KeyboardInterrupt):
        rebuild_stats(tasks_db, stats_db)

    assert contents(stats_db) == before


def test_sums_of_figures_are_counted_anew_along_the_tree_of_the_log(call, system, worked, tasks_db, stats_db):
    jobs = an_indicator(stats_db)
    (shimen,) = (unit for unit in call("list_units", {}, as_="admin")["units"] if unit["name"] == "石门乡")
    call("save_unit", shimen, as_="admin")
    system.start()
    known = "SELECT id, parent_id FROM unit WHERE name = '石门乡'"
    eventually(lambda: fetch(stats_db, known))
    system.stop()
    (unit,) = fetch(stats_db, known)
    recorded(stats_db, a_fact(jobs, unit.id, "2026-05", "4"), a_fact(jobs, unit.id, "2026-04", None))
    before = figures(stats_db)
    run(stats_db, "UPDATE figure SET total = total + 1")

    rebuild_stats(tasks_db, stats_db)

    assert figures(stats_db) == before
    assert {row[2] for row in before} >= {unit.id, unit.parent_id}


@pytest.fixture
def _impatient(monkeypatch):
    """Whoever waits for a lock gives up soon."""
    soon = re.sub("lock_timeout=[0-9]+s", "lock_timeout=200ms", SESSION_OPTIONS)
    assert soon != SESSION_OPTIONS
    monkeypatch.setitem(Database.__init__.__kwdefaults__, "options", soon)
    monkeypatch.setattr(rebuilding, "PAUSE_SECONDS", 0.1)


@pytest.mark.usefixtures("_impatient")
def test_a_table_that_stays_locked_ends_in_try_again(worked, tasks_db, stats_db, monkeypatch):
    monkeypatch.setattr(rebuilding, "ATTEMPTS", 2)
    other = psycopg2.connect(stats_db.dsn)
    other.cursor().execute("LOCK TABLE duty IN ROW EXCLUSIVE MODE")

    with pytest.raises(TryAgain):
        rebuild_stats(tasks_db, stats_db)

    other.close()


@pytest.mark.usefixtures("_impatient")
def test_a_table_that_is_locked_for_a_while_is_waited_for(worked, tasks_db, stats_db):
    other = psycopg2.connect(stats_db.dsn)
    other.cursor().execute("LOCK TABLE duty IN ROW EXCLUSIVE MODE")
    threading.Timer(0.3, other.close).start()

    assert rebuild_stats(tasks_db, stats_db).rebuilt.duties == len(worked)


@pytest.mark.usefixtures("_impatient")
def test_a_batch_that_meets_the_rebuild_waits_without_losing_an_attempt(worked, stats_db):
    """What a consumer does meanwhile: it holds its batch and hands it over again."""
    stats = StatsService(Database(stats_db.dsn))
    other = psycopg2.connect(stats_db.dsn)
    other.cursor().execute(f"TRUNCATE {', '.join(TABLES)}, as_of")

    with pytest.raises(TryAgain):
        consuming.handle_batch(stats, [consuming.read(a_body())])

    other.close()
    stats.database.close()


def a_body():
    event = UnitChanged(1, "1", "歙县", "county", None, is_active=True, version=9)
    return encode(uuid4(), event.TYPE, payload_of(event), source="tasks", time=NOON, correlation_id="")


def test_only_the_rows_that_differ_are_written_and_named(worked, tasks_db, stats_db):
    (cell,) = fetch(
        stats_db, "SELECT item_id, due_on, bucket, duties FROM item_count WHERE duties > 0 ORDER BY item_id LIMIT 1"
    )
    run(stats_db, "UPDATE item_count SET duties = duties + 5 WHERE item_id = %s", [cell.item_id])
    untouched = fetch(stats_db, "SELECT id, xmin::text FROM duty ORDER BY id")

    report = rebuild_stats(tasks_db, stats_db)

    assert {(one.counter, one.key, one.had - one.should_be) for one in report.wrong} == {
        ("item_count", cell.item_id, 5)
    }
    assert {one.table for one in report.rebuilt.differences} - {"as_of"} == {"item_count"}
    assert fetch(stats_db, "SELECT id, xmin::text FROM duty ORDER BY id") == untouched
    assert rebuild_stats(tasks_db, stats_db).wrong == []


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE duty SET bucket = 'done', state = 'accepted' WHERE id % 3 = 0",
        "DELETE FROM duty WHERE id % 2 = 0",
        "UPDATE duty_past SET since_day = since_day - 3",
        "UPDATE item_day SET duties = duties + 1",
        "DELETE FROM unit_day",
        "UPDATE unit SET name = 'x'",
        "INSERT INTO unit_count VALUES (99, 99, '2026-01-01', 'done', 7)",
    ],
)
def test_a_comparison_finds_what_is_spoilt_and_changes_nothing(worked, tasks_db, stats_db, spoil):
    assert not rebuild_stats(tasks_db, stats_db, may_write=False).is_wrong
    run(stats_db, spoil.replace("%", "%%"))
    before = contents(stats_db)

    report = rebuild_stats(tasks_db, stats_db, may_write=False)

    assert report.is_wrong
    assert contents(stats_db) == before
    rebuild_stats(tasks_db, stats_db)
    assert not rebuild_stats(tasks_db, stats_db, may_write=False).is_wrong


def test_a_counter_that_fell_to_nothing_is_no_difference(call, system, tasks_db, stats_db, today):
    """Batch after batch, as events come: what moved leaves a row with 0 behind, which a count never makes."""
    system.start()
    duties = issued(call, "徽城镇", items=2)
    eventually(lambda: caught_up(tasks_db, stats_db))
    submit(call, duties[0])
    eventually(lambda: caught_up(tasks_db, stats_db))
    system.stop()
    run(stats_db, "UPDATE item_count SET bucket = 'awaiting' WHERE duties = 0")
    assert fetch(stats_db, "SELECT FROM item_count WHERE duties = 0")

    report = rebuild_stats(tasks_db, stats_db, may_write=False)

    assert [one.table for one in report.rebuilt.differences if one.table != "as_of"] == []
    assert not report.is_wrong
    # One whose place is taken by such a row.
    run(stats_db, "UPDATE item_count SET duties = 0")
    assert rebuild_stats(tasks_db, stats_db).wrong
    assert not rebuild_stats(tasks_db, stats_db, may_write=False).is_wrong


def test_boards_are_read_while_it_is_made_anew(worked, tasks_db, stats_db, monkeypatch):
    seen = []
    finish = rebuilding.Rebuilding.finish

    def watched(self, cur, *, may_write):
        done = finish(self, cur, may_write=may_write)
        seen.append(fetch(stats_db, "SELECT sum(duties) AS duties FROM item_count")[0].duties)
        return done

    monkeypatch.setattr(rebuilding.Rebuilding, "finish", watched)
    run(stats_db, "UPDATE item_count SET duties = duties * 2")

    rebuild_stats(tasks_db, stats_db)

    assert seen == [2 * len(worked)]
    assert fetch(stats_db, "SELECT sum(duties) AS duties FROM item_count")[0].duties == len(worked)


def test_what_was_told_from_a_moment_on_is_made_anew_and_the_rest_taken_as_it_is(worked, tasks_db, stats_db):
    before = contents(stats_db)
    run(tasks_db, "UPDATE outbox SET created_at = created_at - interval '2 days' WHERE type = 'duties.issued.v1'")
    since = now() - dt.timedelta(days=1)
    run(stats_db, "UPDATE duty SET bucket = 'waived', state = 'waived' WHERE version > 1")
    run(stats_db, "UPDATE unit SET name = 'x'; DELETE FROM item_count")

    report = rebuild_stats(tasks_db, stats_db, since=since)

    assert report.rebuilt.events > 0
    assert contents(stats_db) == before


def test_from_a_moment_on_older_rows_without_a_day_count_on_every_day_as_before(worked, tasks_db, stats_db):
    """Rows of the release before have no day and no earlier versions; what was told since is told of them again."""
    before = contents(stats_db, ("item_count", "unit_count"))
    run(tasks_db, "UPDATE outbox SET created_at = created_at - interval '2 days' WHERE type = 'duties.issued.v1'")
    run(stats_db, "DELETE FROM duty_past; UPDATE duty SET since_day = NULL; DELETE FROM item_day; DELETE FROM unit_day")

    rebuild_stats(tasks_db, stats_db, since=now() - dt.timedelta(days=1))

    assert contents(stats_db, ("item_count", "unit_count")) == before
    (days,) = fetch(stats_db, "SELECT coalesce(sum(duties), 0)::bigint AS duties FROM item_day")
    # As of any day as many duties as there are: none of them seems to have begun when it was first told again.
    assert days.duties == 0
    changed = fetch(stats_db, "SELECT FROM duty WHERE version > 1")
    assert changed
    rebuild_stats(tasks_db, stats_db)
    assert contents(stats_db, ("item_count", "unit_count")) == before


def test_a_moment_that_the_log_does_not_reach_is_refused(worked, tasks_db, stats_db):
    run(tasks_db, "INSERT INTO outbox_dropped (partition, rows) VALUES ('outbox_202001', 9)")

    with pytest.raises(Invalid, match="does not reach back that far"):
        rebuild_stats(tasks_db, stats_db, since=dt.datetime(2020, 1, 31, tzinfo=dt.UTC))

    rebuild_stats(tasks_db, stats_db, since=dt.datetime(2020, 2, 1, tzinfo=dt.UTC))


def test_news_that_are_on_the_way_are_no_difference_that_is_wrong(worked, call, tasks_db, stats_db):
    submit(call, worked[8], as_="shimen")

    report = rebuild_stats(tasks_db, stats_db, may_write=False)

    assert report.wrong == []
    assert report.rebuilt.behind == 1
    assert not report.is_wrong


def test_days_that_were_kept_of_wrong_changes_are_kept_anew(worked, tasks_db, stats_db):
    run(stats_db, "UPDATE item_day SET day = day - 3; UPDATE duty SET since_day = since_day - 3")
    with stats_db.transaction() as cur:
        assert kept.keep_days(cur, clock.day_of(now())) > 0

    rebuild_stats(tasks_db, stats_db)

    assert fetch(stats_db, "SELECT FROM completion_day") == []


def test_the_nightly_recount_finds_a_spoilt_cell_once_a_day_and_tells_monitoring(worked, tasks_db, empty_stats):
    stats_db, night = empty_stats.database, dt.datetime(2026, 5, 8, 20, tzinfo=dt.UTC)
    jobs = an_indicator(stats_db)
    recorded(stats_db, a_fact(jobs, 1, "2026-05", "4"))
    run(stats_db, "UPDATE figure SET total = total + 1; UPDATE item_count SET duties = duties + 5")
    run(stats_db, "UPDATE unit_day SET duties = duties + 1")
    with stats_db.transaction() as cur:
        assert checking.is_due(cur, night)
        assert not checking.is_due(cur, night - dt.timedelta(hours=2))
        cells = checking.check(cur, clock.day_of(night))
        checking.check(cur, clock.day_of(night))
    with stats_db.transaction() as cur:
        assert not checking.is_due(cur, night)
        assert checking.is_due(cur, night + dt.timedelta(days=1))
        checking.measure(cur)

    found = fetch(stats_db, "SELECT cells, wrong FROM count_check WHERE day = %s", [clock.day_of(night)])
    assert {cell["counter"] for cell in found[0].wrong} == {"figure", "item_count", "unit_day"}
    assert [row.cells for row in found] == [cells] == [checking.WRONG.collect()[0].samples[0].value]
    run(stats_db, "UPDATE figure SET total = total - 1")
    rebuild_stats(tasks_db, stats_db)
    with stats_db.transaction() as cur:
        assert checking.check(cur, clock.day_of(night) + dt.timedelta(days=1)) == 0


def invoke(urls, *options):
    settings = Settings(home=None, port=0, host="", broker_url="", database_urls=urls)
    return CliRunner().invoke(main.commands["rebuild"], ["stats", *options], obj=settings)


def test_the_command_compares_and_names_the_cell(worked, tasks_db, stats_db):
    urls = {"tasks": tasks_db.dsn, "stats": stats_db.dsn}
    assert invoke(urls, "--check").exit_code == 0
    run(stats_db, "UPDATE item_count SET duties = duties + 5 WHERE duties > 0")

    done = invoke(urls, "--check")

    assert done.exit_code == 1
    assert "item_count" in done.stdout
    assert "→" in done.stdout
    assert ("不改动" in done.stderr, "换上" in done.stderr) == (True, False)
    assert "换上" in (made := invoke(urls, "--since", "2026-01-01")).stderr
    assert made.exit_code == 0
    assert invoke(urls, "--check").exit_code == 0


def test_the_command_says_how_much_it_read_and_how_long_it_took(worked, tasks_db, stats_db):
    done = invoke({"tasks": tasks_db.dsn, "stats": stats_db.dsn})

    assert done.exit_code == 0
    assert f"重建了 {len(worked)} 项责任的统计，用时 " in done.stdout
    assert f" events read, {len(worked)} duties counted anew, in " in done.stdout


def test_the_command_refuses_with_a_sentence(worked, tasks_db, stats_db):
    run(tasks_db, "INSERT INTO outbox_dropped (partition, rows) VALUES ('outbox_202001', 9)")

    done = invoke({"tasks": tasks_db.dsn, "stats": stats_db.dsn})

    assert done.exit_code == 1
    assert "事件日志不完整" in done.stderr
    assert "does not reach back to its beginning" in done.stderr


def test_the_command_needs_both_databases(stats_db):
    assert "QINGDAN_TASKS_DATABASE_URL" in str(invoke({"stats": stats_db.dsn}).exception)
