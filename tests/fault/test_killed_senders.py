"""A sender killed with -9 at each step: nothing is lost, and nothing goes twice without a word of it."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.notifications.delivery.store import LEASE
from tests.support.checklists import fetch, run
from tests.support.mailbox import mailbox
from tests.support.notifications import learn, sweep
from tests.support.stats import HUICHENG, NOON, PEOPLE, a_duty, issued, received

ROOT = Path(__file__).parents[2]
SETTLED = NOON + dt.timedelta(minutes=11)
TOMORROW = NOON + dt.timedelta(days=1)

SENDER = """
import datetime as dt, os, signal, sys
from services.notifications.service import NotificationsService
from shared.database import Database
from shared.process.mail import MailServer
dsn, port, ca_file, now, point = sys.argv[1:]
service = NotificationsService(Database(dsn, size=2))
service.mail_server = MailServer("localhost", int(port), False, "", "", "qingdan@house.example", ca_file=ca_file)
service.now = lambda: dt.datetime.fromisoformat(now)
send = service.send_mail
def dying(server, ready):
    if point == "claimed":
        os.kill(os.getpid(), signal.SIGKILL)
    outcome = send(server, ready)
    if point == "sent":
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome
service.send_mail = dying
service.deliver()
"""


@pytest.fixture
def box(tmp_path):
    with mailbox(tmp_path) as found:
        yield found


@pytest.fixture
def owing(notifications, box):
    """A message of the day for somebody with a proven address, planned."""
    run(
        notifications.database,
        "INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES (%s, 'mail', %s, 'zh', %s)",
        (PEOPLE["staff"][0], "staff@huicheng.example", NOON - dt.timedelta(days=1)),
    )
    notifications.mail_server = box.server
    learn(notifications, [received(issued(HUICHENG, a_duty(1, dt.date(2026, 7, 10))))])
    sweep(notifications, NOON)
    notifications.deliver()
    return notifications


def start(service, box, at, point=""):
    command = [sys.executable, "-c", SENDER, service.database.dsn, str(box.server.port), box.server.ca_file]
    return subprocess.Popen([*command, at.isoformat(), point], cwd=ROOT)


def states(service):
    return [found.state for found in fetch(service.database, "SELECT state FROM delivery ORDER BY id")]


@pytest.mark.parametrize(("point", "arrived"), [("claimed", 0), ("sent", 1), ("data", 1)])
def test_sender_killed_when(owing, box, point, arrived):
    """What it said stands in the next day's message, with a word that it may come twice."""
    box.seconds = 30 if point == "data" else 0
    sender = start(owing, box, SETTLED, point)
    if point == "data":
        assert box.at_data.wait(20)
        os.kill(sender.pid, signal.SIGKILL)
    assert sender.wait(20) == -signal.SIGKILL
    assert states(owing) == ["sending"]
    box.seconds = 0

    for at in (SETTLED + LEASE + dt.timedelta(seconds=1), SETTLED + dt.timedelta(hours=1)):
        assert start(owing, box, at).wait(20) == 0
    assert (states(owing), len(box.received)) == (["unknown"], arrived)

    for at in (TOMORROW, TOMORROW + dt.timedelta(minutes=11)):
        assert start(owing, box, at).wait(20) == 0
    assert (states(owing), len(box.received)) == (["unknown", "sent"], arrived + 1)
    assert "可能重复" in box.texts[-1]
