"""The product is stopped, killed and started again in the middle of the work; nothing is lost or counted twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial

import psutil
import psycopg2
import pytest

from services.running.home import Home, owner_urls, private_postgres
from services.running.postgres_wheel import is_running
from tests.flow.conftest import ROOT, environment_of, sign_ins, start
from tests.support.clerks import Installation
from tests.support.eventually import eventually
from tests.support.pages import Person
from tests.support.patient import (
    at_the_duty,
    click_until_answered,
    count_on_board,
    done_or_none,
    every_page_answers,
    expect_done,
    signed_in,
)
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder

LATER = "上报可用闲置场所"
# Everybody signs in again, links of messages are void, and nothing of before is told again.
AFTER_A_RESTORE = {"portal.session", "notifications.links_voided", "notifications.restored"}


class Restartable:
    """One data folder whose product can be stopped and started again on the same port."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.home = make_folder(f"survives-{mode}", in_memory=True)
        self.port = reserve_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: ServerProcess = start(mode, self.home, self.port)

    def start_again(self) -> None:
        (self.home / "console.log").unlink()
        self.process = start(self.mode, self.home, self.port)

    def kill(self) -> None:
        """Kill -9 what was started first, and then what that left behind."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def remove(self) -> None:
        self.process.terminate(signal.SIGTERM, within=60)
        release_port(self.port)
        remove_folder(self.home)

    def signed_in(self, name: str) -> Person:
        return signed_in(self.url, name, sign_ins(self.home)[name])


@pytest.fixture(scope="module")
def started() -> Iterator[Restartable]:
    product = Restartable("embedded")
    yield product
    product.remove()


@pytest.fixture
def embedded(started: Restartable) -> Restartable:
    """It runs: a test that ends with it stopped leaves the start to the next that needs one."""
    if not started.process.is_running:
        started.start_again()
    return started


@pytest.fixture
def stopped(started: Restartable) -> Restartable:
    started.process.terminate(signal.SIGTERM, within=60)
    return started


def run_once(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ctrl_c_stops_cleanly_and_everything_is_there_again(embedded):
    leader = embedded.signed_in("leader")
    done_late = count_on_board(leader, "逾期完成")

    embedded.process.terminate(signal.SIGINT)
    code = embedded.process.wait(within=1)
    log = embedded.process.log_tail(200)
    embedded.start_again()

    assert code == 0
    assert "Traceback" not in log
    assert count_on_board(leader, "逾期完成") == done_late


def test_a_click_whose_reply_was_seen_is_counted_after_kill_9(embedded):
    leader = embedded.signed_in("leader")
    before = count_on_board(leader, "已完成")
    unit = at_the_duty(embedded.signed_in("341021107"), LATER)
    unit.send(unit.form("/duties/done"))
    assert "已完成" in unit.text

    embedded.kill()
    embedded.start_again()

    expect_done(leader, before + 1)


def test_a_stop_after_a_kill_9_leaves_no_server_behind(embedded):
    """The killed one stays in the wheel's list of who uses the server, and would keep it alive for ever."""
    data = embedded.home / "postgres"
    embedded.kill()
    assert is_running(data)
    embedded.start_again()

    embedded.process.terminate(signal.SIGINT)
    code = embedded.process.wait(within=1)
    said = embedded.process.log_tail(200)
    stopped = not is_running(data)

    assert (code, stopped) == (0, True)
    assert "正在停止" in said
    assert "已停止，数据都已保存" in said


def test_the_example_is_not_shown_to_other_machines(stopped):
    result = run_once(environment_of(stopped.home, stopped.port) | {"QINGDAN_HOST": "0.0.0.0"}, "run")

    assert result.returncode != 0
    assert "holds the example" in result.stderr


def test_a_backup_is_refused_while_it_runs_and_whole_when_it_does_not(embedded, tmp_path):
    environment = environment_of(embedded.home, embedded.port)
    copy = tmp_path / "copy"

    while_it_runs = run_once(environment, "backup", str(copy))
    embedded.kill()
    after_a_kill = run_once(environment, "backup", str(copy))
    once_more = run_once(environment, "backup", str(copy))
    left_alive = is_running(copy / "postgres") or is_running(embedded.home / "postgres")

    assert while_it_runs.returncode == 1
    assert "请先停止它" in while_it_runs.stderr
    assert after_a_kill.returncode == 0, after_a_kill.stderr
    assert once_more.returncode == 1
    assert "已经存在" in once_more.stderr
    assert not left_alive
    assert (copy / "postgres" / "PG_VERSION").exists()
    assert not (copy / "postgres" / "postmaster.pid").exists()
    assert (copy / "secrets.json").read_bytes() == (embedded.home / "secrets.json").read_bytes()


def test_a_restore_brings_back_all_that_was_saved_and_keeps_what_was_there(embedded, tmp_path):
    # Where the account of PostgreSQL comes, too.
    environment, folder = environment_of(embedded.home, embedded.port), make_folder("backup")
    folder.chmod(0o755)
    copy = folder / "copy"
    embedded.process.terminate(signal.SIGTERM, within=60)
    saved = _contents(embedded.home)
    queues = embedded.home / "rabbitmq" / "quorum"
    queues.mkdir(parents=True)
    assert run_once(environment, "backup", str(copy)).returncode == 0
    is_broker_left_out = not (copy / "rabbitmq").exists()
    # As copies of before have it: its queues know their files by the path of the old folder, and would not start.
    (copy / "rabbitmq" / "quorum").mkdir(parents=True)
    no_backup = run_once(environment, "restore", str(tmp_path))
    into_itself = run_once(environment, "restore", str(embedded.home))
    with _owned(embedded.home) as cursors:
        cursors["tasks"].execute("UPDATE unit SET name = name || '（后来）'")

    back = run_once(environment, "restore", str(copy))

    (kept,) = embedded.home.parent.glob(f"{embedded.home.name}.before-*")
    try:
        found, of_before = _contents(embedded.home), _contents(kept)
        embedded.start_again()
        while_it_runs = run_once(environment, "restore", str(copy))
        assert _contents(copy) == saved
    finally:
        remove_folder(kept)
        remove_folder(folder)
    assert back.returncode == 0, back.stderr
    assert str(kept) in back.stdout
    assert is_broker_left_out
    assert not (embedded.home / "rabbitmq").exists()
    assert {name for name in saved if saved[name] != found[name]} <= AFTER_A_RESTORE
    assert of_before["tasks.unit"] != saved["tasks.unit"]
    assert while_it_runs.returncode == no_backup.returncode == into_itself.returncode == 1
    assert "请先停止它" in while_it_runs.stderr
    assert "不是完整的备份" in no_backup.stderr
    assert "同一处" in into_itself.stderr
    assert every_page_answers(embedded.signed_in("341021100"))


def _contents(home):
    """A fingerprint of each table of the four databases of a stopped installation."""
    found = {}
    with _owned(home) as cursors:
        for name, cur in cursors.items():
            cur.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
            for (table,) in cur.fetchall():
                cur.execute(f"SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {table} AS row")
                found[f"{name}.{table}"] = cur.fetchone()
    return found


@contextmanager
def _owned(home):
    """A cursor of who owns it in each of the databases, in a transaction."""
    with ExitStack() as stack:
        urls = stack.enter_context(private_postgres(Home(home), is_ours=True))
        cursors = {}
        for name, url in owner_urls(Home(home), urls).items():
            connection = stack.enter_context(closing(psycopg2.connect(url)))
            cursors[name] = stack.enter_context(connection).cursor()
        yield cursors


def test_what_happened_is_kept_in_a_bounded_file(started):
    lines = (started.home / "logs" / "run.log").read_text("utf-8").splitlines()

    assert any(json.loads(line)["event"] == "call answered" for line in lines)


def test_a_first_start_that_is_killed_while_it_makes_the_example_is_finished_by_the_next():
    home, port = make_folder("half-made", in_memory=True), reserve_port()
    process = ServerProcess(
        [sys.executable, "-W", "ignore", "-m", "services.cli", "run"],
        folder=ROOT,
        log=home / "console.log",
        environment=environment_of(home, port),
    )
    try:
        eventually((home / "example-sign-ins.json").exists, within=60)
        process.kill()
        assert not json.loads((home / "example-sign-ins.json").read_text("utf-8"))["complete"]

        process = start("embedded", home, port)

        leader = signed_in(f"http://127.0.0.1:{port}", "leader", sign_ins(home)["leader"])
        assert count_on_board(leader, "全部责任") == 536
    finally:
        process.terminate(signal.SIGTERM, within=60)
        release_port(port)
        remove_folder(home)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"QINGDAN_PORT": "abc"}, "QINGDAN_PORT is 'abc'"),
        ({"QINGDAN_HOME": "/proc/nowhere"}, "cannot be written"),
        ({}, "A running Qingdan uses the folder"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_a_sentence(embedded, setting, sentence):
    result = run_once(environment_of(embedded.home, embedded.port) | setting, "run")

    assert result.returncode != 0
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run_once(environment_of(tmp_path, taken.getsockname()[1]), "run")

    assert result.returncode != 0
    assert "Choose another with QINGDAN_HOST and QINGDAN_PORT" in result.stderr


def test_a_database_that_is_killed_comes_back_and_loses_nothing(embedded):
    leader = embedded.signed_in("leader")
    before = count_on_board(leader, "已完成")
    page = embedded.signed_in("341021203")

    kill_postmaster(embedded)
    click_until_answered(page, LATER)

    expect_done(leader, before + 1)
    assert eventually(lambda: every_page_answers(page), within=60)


def kill_postmaster(product: Restartable) -> None:
    pid = int((product.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    psutil.Process(pid).kill()


# The distributed mode: what is killed, by a part of its command line.
PROCESSES = [
    "relay tasks",
    "service tasks",
    "service stats",
    "relay stats",
    "service notifications",
    "relay notifications",
    "issuer",
    "portal",
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Restartable]:
    product = Restartable("cluster")
    yield product
    product.remove()


def processes_of(product: Restartable, words: str) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(product.process.pid).children(recursive=True):
        try:
            if f"services.cli {words}" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def test_every_process_may_be_killed_while_clicks_go_on(cluster):
    leader = cluster.signed_in("leader")
    before = count_on_board(leader, "已完成")
    codes = [f"341021{number}" for number in (108, 109, 110, 111, 112, 113, 114, 206)]
    pages = [cluster.signed_in(code) for code in codes]

    for words, page in zip(PROCESSES, pages, strict=True):
        for process in processes_of(cluster, words):
            process.kill()
        click_until_answered(page, LATER)

    expect_done(leader, before + len(PROCESSES))
    for words in PROCESSES:
        assert eventually(partial(processes_of, cluster, words), within=60)


def test_a_broker_that_is_killed_loses_nothing(cluster):
    leader = cluster.signed_in("leader")
    before = count_on_board(leader, "已完成")
    page = cluster.signed_in("341021200")

    brokers = [p for p in psutil.Process(cluster.process.pid).children(recursive=True) if "beam" in p.name()]
    assert brokers
    brokers[0].kill()
    click_until_answered(page, LATER)

    expect_done(leader, before + 1)


def test_a_killed_database_under_all_processes_loses_nothing(cluster):
    leader = cluster.signed_in("leader")
    before = count_on_board(leader, "已完成")
    page = cluster.signed_in("341021204")

    kill_postmaster(cluster)
    click_until_answered(page, LATER)

    expect_done(leader, before + 1)
    assert eventually(lambda: every_page_answers(page), within=60)


def test_a_frozen_broker_is_a_page_that_says_so_and_sending_again_takes_effect_once(cluster):
    leader = cluster.signed_in("leader")
    before = eventually(lambda: done_or_none(leader), within=30)
    page = at_the_duty(cluster.signed_in("341021202"), LATER)
    broker = next(p for p in psutil.Process(cluster.process.pid).children(recursive=True) if "beam" in p.name())

    broker.suspend()
    started = time.monotonic()
    page.send(page.form("/duties/done"), note="两处闲置教室")
    waited = time.monotonic() - started
    kept = page.text
    broker.resume()
    click_until_answered(page, LATER)

    # What a person waits before giving up, not a measure of speed: without a deadline it would be for ever.
    assert waited < 12
    assert "两处闲置教室" in kept
    expect_done(leader, before + 1)


def test_a_stopped_cluster_leaves_no_process_and_keeps_everything(cluster):
    leader = cluster.signed_in("leader")
    before = eventually(lambda: done_or_none(leader), within=30)
    children = psutil.Process(cluster.process.pid).children(recursive=True)

    cluster.process.terminate(signal.SIGINT, within=60)
    left = [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    cluster.start_again()

    assert left == []
    expect_done(leader, before)


KEPT = "SELECT count(*) FROM kept_command WHERE state = %s AND id > %s"


@contextmanager
def broker_gone(product: Restartable) -> Iterator[None]:
    """The broker is killed, and who would start it again stands still meanwhile."""
    supervisor = psutil.Process(product.process.pid)
    brokers = [one for one in supervisor.children(recursive=True) if "beam" in one.name()]
    assert brokers
    supervisor.suspend()
    try:
        for broker in brokers:
            broker.kill()
        yield
    finally:
        supervisor.resume()


def test_clicks_while_the_broker_is_gone_are_kept_and_take_effect_once(cluster):
    """Whoever clicks in an outage may go home: nothing is to be sent again, and nothing happens twice."""
    leader = cluster.signed_in("leader")
    before = count_on_board(leader, "已完成")
    portal = Installation(cluster.home, cluster.url)
    codes = [f"341021{number}" for number in (105, 106, 207, 208, 209, 210)]
    clerks = [at_the_duty(cluster.signed_in(code), LATER) for code in codes]
    notes = [clerk.form("/note") for clerk in clerks]
    # Clicks of the tests before may have been kept, too.
    last = portal.value("portal", "SELECT coalesce(max(id), 0) FROM kept_command")

    with broker_gone(cluster):
        for clerk, note in zip(clerks, notes, strict=True):
            clerk.send(clerk.form("/duties/done"))
            assert clerk.status == 202, clerk.text
            for _ in range(2):
                clerk.send(note, text="停电时写的")
                assert clerk.status == 202, clerk.text
        assert portal.value("portal", KEPT, "waiting", last) == 12

    eventually(lambda: portal.value("portal", KEPT, "confirmed", last) == 12, within=60)
    assert portal.value("tasks", "SELECT count(*) FROM duty_history WHERE text = '停电时写的'") == 6
    expect_done(leader, before + 6)
