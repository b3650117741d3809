"""Ten thousand messages of the day, each with three lines and a link, worded and handed to a mail server by TLS.

Measured is from the first claim until the last is settled; they were planned before. The server stands in a process of
its own and keeps nothing. The baseline is handing in as many mails of that size that were made before.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.support import ground
from bench.support.size import size
from services.notifications.service import NotificationsService
from shared.clock import day_of
from shared.database import Database
from shared.process.mail import MailServer
from tests.support.mailbox import SENDER
from tests.support.postgres import PostgresServer

PEOPLE = size(10_000, tiny=20)
LINES = 3
LINE = "y" * 78 + "\r\n"
NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
SETTLED = NOON + dt.timedelta(minutes=11)
GOAL_SECONDS, GOAL_MB = 60, 200

FILL = """
    INSERT INTO unit (id, code, name, kind, is_active, version)
    SELECT n, n::text, '第' || n || '镇', 'township', true, 1 FROM generate_series(1, %(people)s) AS n;
    INSERT INTO person (id, unit_id, post, roles, is_active, version)
    SELECT n, n, '填报员', '{unit_staff}', true, 1 FROM generate_series(1, %(people)s) AS n;
    INSERT INTO contact (person_id, channel, address, language, verified_at)
    SELECT n, 'mail', 'p' || n || '@county.example', 'zh', %(before)s FROM generate_series(1, %(people)s) AS n;
    INSERT INTO checklist (id, state, version, title) VALUES (1, 'issued', 1, '清单');
    INSERT INTO item (id, checklist_id, title, revision) SELECT n, 1, '事项' || n, 1 FROM generate_series(1, 2000) AS n;
    INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, version, state, is_open, period)
    SELECT n, 1, 1 + n %% 2000, 1 + n %% %(people)s, %(today)s + 3, 2, 'acknowledged', true, 'D' || n
    FROM generate_series(1, %(people)s * %(lines)s) AS n;
    INSERT INTO message (person_id, day, changed_at)
    SELECT n, %(today)s, %(now)s FROM generate_series(1, %(people)s) AS n;
    INSERT INTO message_line (message_id, duty_id, stage, words_zh, words_en)
    SELECT message.id, duty.id, 'due_soon', '还有 3 个工作日，请抓紧办理', 'Working days left: 3'
    FROM duty JOIN message ON message.person_id = duty.unit_id
"""
# A server that takes everything and keeps nothing; it says at which port.
SERVER = """
import sys
from pathlib import Path
from tests.support.mailbox import mailbox
with mailbox(Path(sys.argv[1]), keeps=False) as box:
    print(box.server.port, box.server.ca_file, flush=True)
    sys.stdin.read()
"""


def mailed(server: PostgresServer, mail_server: MailServer) -> float:
    """Seconds from the first claim to the last settled."""
    service = NotificationsService(Database(ground.migrated(server, "digests", "notifications")))
    service.mail_server, service.pages_url = mail_server, "https://qingdan.example"
    with service.database.transaction() as cur:
        cur.execute("SET LOCAL statement_timeout = 0")
        days = {"today": day_of(NOON), "now": NOON, "before": NOON - dt.timedelta(days=1)}
        cur.execute(FILL, {"people": PEOPLE, "lines": LINES, **days})
        cur.execute("ANALYZE")
    service.now = lambda: NOON
    service.deliver()
    assert _count(service, "planned") == PEOPLE
    service.now = lambda: SETTLED
    begun = time.perf_counter()
    while _count(service, "planned"):
        service.deliver()
    taken = time.perf_counter() - begun
    assert _count(service, "sent") == PEOPLE
    service.database.close()
    return taken


def _count(service: NotificationsService, state: str) -> int:
    with service.database.transaction() as cur:
        cur.execute("SELECT count(*) FROM delivery WHERE state = %s", (state,))
        return int((cur.fetchone() or (0,))[0])


def handed_in(server: MailServer) -> float:
    """Seconds for as many mails that are there already, by one connection."""
    mail = f"From: {SENDER}\r\nSubject: x\r\n\r\n{LINE * 25}".encode()
    begun = time.perf_counter()
    with smtplib.SMTP(server.host, server.port) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=server.ca_file))
        for number in range(PEOPLE):
            smtp.sendmail(SENDER, f"p{number}@county.example", mail)
    return time.perf_counter() - begun


def measured() -> dict[str, Any]:
    """Fill a county, mail to everybody, and return the claim's line."""
    with ground.postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-W", "ignore", "-c", SERVER, folder]
        there = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        try:
            assert there.stdout is not None
            port, ca_file = there.stdout.readline().split()
            mail_server = MailServer("localhost", int(port), False, "", "", SENDER, ca_file=ca_file)
            baseline = handed_in(mail_server)
            value = mailed(postgres, mail_server)
        finally:
            there.communicate()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "claim": f"{PEOPLE:,} messages of the day are worded and handed to a mail server in less than "
        f"{GOAL_SECONDS} s and {GOAL_MB} MB",
        "value": round(value, 1),
        "unit": "s",
        "baseline": round(baseline, 1),
        "ratio": round(value / baseline, 2),
        "megabytes": round(megabytes),
        "goal": GOAL_SECONDS,
        "met": value < GOAL_SECONDS and megabytes < GOAL_MB,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
