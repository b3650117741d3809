"""What the page says of how reminding fares, from rows alone."""

import datetime as dt

import pytest

from services.notifications.health import showing
from services.notifications.health.calendars import missing_year
from shared.errors import Forbidden
from tests.support.checklists import run
from tests.support.house import House
from tests.support.notifications import learn, sweep
from tests.support.stats import HUICHENG, NOON, PEOPLE, SHENDU, SHIMEN, TODAY, a_duty, call, issued, received


def health(service):
    return call(service, "reminder_health", as_="admin")


def test_before_the_first_sweep_nothing_is_said_to_be_well(notifications):
    notifications.now = lambda: NOON

    assert health(notifications) == {
        "swept_seconds": None,
        "duties_seconds": None,
        "reports_seconds": None,
        "waiting": 0,
        "waiting_since": None,
        "unsent_since": None,
        "channels": [],
        "sends_at": NOON.isoformat(),
        "sends_now": True,
        "silences": 0,
        "missing_calendar": None,
        "unmanned": [],
        "unmanned_units": 0,
    }
    with pytest.raises(Forbidden):
        call(notifications, "reminder_health", as_="staff")


def test_what_waits_is_counted_until_a_sweep_has_said_it(notifications):
    notifications.now = lambda: NOON
    learn(notifications, [received(issued(HUICHENG, a_duty(1)))])
    before = health(notifications)
    sweep(notifications)
    after = health(notifications)

    assert (before["waiting"], before["waiting_since"]) == (1, TODAY.isoformat())
    assert (after["waiting"], after["waiting_since"]) == (0, None)
    assert after["swept_seconds"] < 60


def test_a_sweep_that_stays_away_is_seen_by_the_clock_of_the_database(notifications):
    sweep(notifications)
    run(notifications.database, "UPDATE sweep SET ended_at = now() - interval '10 minutes'", ())

    assert 600 <= health(notifications)["swept_seconds"] < 660


def test_failures_are_counted_by_channel(notifications):
    notifications.now = lambda: NOON
    person = PEOPLE["staff"][0]
    run(
        notifications.database,
        """
        INSERT INTO delivery (person_id, day, channel, purpose, state, not_before, planned_at, changed_at)
        SELECT %s, %s::date - place::integer, 'mail', 'digest', state, %s, %s, %s
        FROM unnest(ARRAY['sent', 'unknown', 'planned', 'failed', 'sent', 'sent', 'sent', 'failed'])
            WITH ORDINALITY AS one (state, place)
        """,
        (person, TODAY + dt.timedelta(days=1), NOON, NOON, NOON),
    )

    found = health(notifications)

    # The eighth day back is not looked at.
    assert found["channels"] == [{"channel": "mail", "sent": 4, "waiting": 1, "dead": 2}]
    assert found["unsent_since"] == NOON.isoformat()


def test_units_that_owe_something_and_have_nobody_are_named(notifications, monkeypatch):
    notifications.now = lambda: NOON
    learn(notifications, [received(issued(SHIMEN, a_duty(2))), received(issued(SHENDU, a_duty(3), a_duty(4)))])

    assert [(one["unit"], one["owes"]) for one in health(notifications)["unmanned"]] == [("深渡镇", 2)]
    run(notifications.database, "UPDATE person SET is_active = false WHERE unit_id = %s", (SHIMEN,))
    found = health(notifications)
    assert [one["unit"] for one in found["unmanned"]] == ["深渡镇", "石门乡"]
    assert found["unmanned_units"] == 2
    monkeypatch.setattr(showing, "MOST_UNMANNED", 1)
    found = health(notifications)
    assert [one["unit"] for one in found["unmanned"]] == ["深渡镇"]
    assert found["unmanned_units"] == 2


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-06-10", None),
        ("2026-11-30", None),
        ("2026-12-01", 2027),
        ("2031-03-01", 2031),
    ],
)
def test_a_calendar_is_missed_from_december_on(today, missing):
    assert missing_year(dt.date.fromisoformat(today)) == missing


def test_the_page_says_what_is_well_and_what_is_not(house: House):
    admin = house.sign_in("admin").open("/people").open("/reminder-rules").open("/reminder-health")
    assert "▲ 不正常" in admin.text
    assert "请联系管理员" in admin.text

    run(house.databases["notifications"], "INSERT INTO sweep (ended_at) VALUES (now())", ())
    for table in ("heartbeat", "stats_heartbeat"):
        admin.open("/reminder-health")
        assert "▲ 不正常" in admin.text
        run(
            house.databases["notifications"],
            f"INSERT INTO {table} (ticked_at, least_delay) VALUES (now(), interval '0')"
            " ON CONFLICT (is_only) DO UPDATE SET ticked_at = now(), least_delay = interval '0'",
            (),
        )
    admin.open("/reminder-health")
    assert "▲ 不正常" not in admin.text
    assert "没有在岗人员" not in admin.text
    learn(house.services["notifications"], [received(issued(house.world.units["石门乡"], a_duty(1)))])
    run(house.databases["notifications"], "UPDATE person SET is_active = false WHERE 'unit_staff' = ANY (roles)", ())
    admin.open("/reminder-health")
    assert "没有在岗人员" in admin.text
    assert "石门乡" in admin.text
    assert "✓ 正常" in admin.text
    assert house.sign_in("staff").open("/reminder-health").response.status_code == 403
