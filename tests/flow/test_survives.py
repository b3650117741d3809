"""The product is stopped, killed and started again in the middle of the work; nothing is lost or counted twice."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psutil
import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

from services.running.postgres_wheel import is_running
from tests.flow.conftest import ROOT, environment_of, follow, sign_ins, start
from tests.flow.test_main_job import count_on_board, open_duty
from tests.support.clerks import Installation
from tests.support.eventually import eventually
from tests.support.pages import Person
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder
from tests.support.visitor import visitor

LATER = "上报可用闲置场所"


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

    def signed_in(self, page: Page, name: str) -> Page:
        """Sign in as a patient person does: a system that says it is away is asked again."""

        def is_in() -> bool:
            page.goto(self.url)
            if page.get_by_role("button", name="退出").count():
                return True
            if page.get_by_label("登录名").count():
                page.get_by_label("登录名").fill(name)
                page.get_by_label("密码").fill(sign_ins(self.home)[name])
                follow(page.get_by_role("button", name="登录"))
            return False

        eventually(is_in, within=60, message=f"{name} could not sign in")
        return page


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


def test_ctrl_c_stops_cleanly_and_everything_is_there_again(embedded, open_page):
    leader = embedded.signed_in(open_page(), "leader")
    done_late = count_on_board(leader, f"{embedded.url}/board/1", "逾期完成")

    embedded.process.terminate(signal.SIGINT)
    code = embedded.process.wait(within=1)
    log = embedded.process.log_tail(200)
    embedded.start_again()

    assert code == 0
    assert "Traceback" not in log
    assert count_on_board(leader, f"{embedded.url}/board/1", "逾期完成") == done_late


def test_a_click_whose_reply_was_seen_is_counted_after_kill_9(embedded, open_page):
    leader = embedded.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{embedded.url}/board/1", "已完成")
    unit = embedded.signed_in(open_page(), "341021107")
    open_duty(unit, LATER)
    unit.get_by_role("button", name="已完成，提交").click()
    expect(unit.get_by_role("main")).to_contain_text("已完成")

    embedded.kill()
    embedded.start_again()

    assert eventually(lambda: count_on_board(leader, f"{embedded.url}/board/1", "已完成") == before + 1)


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


def test_what_happened_is_kept_in_a_bounded_file(started):
    lines = (started.home / "logs" / "run.log").read_text("utf-8").splitlines()

    assert any(json.loads(line)["event"] == "call answered" for line in lines)


def test_a_first_start_that_is_killed_while_it_makes_the_example_is_finished_by_the_next(open_page):
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

        page = open_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_label("登录名").fill("leader")
        page.get_by_label("密码").fill(sign_ins(home)["leader"])
        follow(page.get_by_role("button", name="登录"))
        assert count_on_board(page, f"http://127.0.0.1:{port}/board/1", "全部责任") == 536
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


def test_a_database_that_is_killed_comes_back_and_loses_nothing(embedded, open_page):
    leader = embedded.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{embedded.url}/board/1", "已完成")
    page = embedded.signed_in(open_page(), "341021203")

    kill_postmaster(embedded)
    click_until_answered(page, embedded, LATER)

    assert eventually(lambda: board_or_none(leader, embedded) == before + 1, within=60)
    assert eventually(lambda: every_page_answers(page, embedded), within=60)


def every_page_answers(page: Page, product: Restartable) -> bool:
    """Each service has lost its connections and says so once; after that nobody notices any more."""
    replies = [page.goto(f"{product.url}{path}") for path in ("/duties", "/inbox", "/duties", "/inbox")]
    return all(reply is not None and reply.ok for reply in replies)


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


def click_until_answered(page: Page, product: Restartable, title: str) -> None:
    """Mark a duty done the way a patient clerk does: when the system says it is away, send again."""

    def is_done() -> bool:
        try:
            return _take_one_step(page, product, title)
        except BrowserError:
            page.goto("about:blank")
            return False

    eventually(is_done, within=60, message=f"{title} could not be marked done")


def _take_one_step(page: Page, product: Restartable, title: str) -> bool:
    """Do what the page in front of the clerk asks for; True once the duty is no longer among the open ones."""
    for name in ("再发送一次", "已完成，提交"):
        if page.get_by_role("button", name=name).count():
            follow(page.get_by_role("button", name=name))
            return False
    page.goto(f"{product.url}/duties")
    if not page.get_by_role("heading", level=1, name="我的责任").count():
        return False
    link = page.get_by_role("main").get_by_role("link", name=title, exact=True)
    if not link.is_visible():
        return True
    follow(link)
    return False


def test_every_process_may_be_killed_while_clicks_go_on(cluster, open_page):
    leader = cluster.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{cluster.url}/board/1", "已完成")
    codes = [f"341021{number}" for number in (108, 109, 110, 111, 112, 113, 114, 206)]
    pages = [cluster.signed_in(open_page(), code) for code in codes]

    for words, page in zip(PROCESSES, pages, strict=True):
        for process in processes_of(cluster, words):
            process.kill()
        click_until_answered(page, cluster, LATER)

    assert eventually(lambda: board_or_none(leader, cluster) == before + len(PROCESSES), within=60)
    for words in PROCESSES:
        assert eventually(partial(processes_of, cluster, words), within=60)


def test_a_broker_that_is_killed_loses_nothing(cluster, open_page):
    leader = cluster.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{cluster.url}/board/1", "已完成")
    page = cluster.signed_in(open_page(), "341021200")

    brokers = [p for p in psutil.Process(cluster.process.pid).children(recursive=True) if "beam" in p.name()]
    assert brokers
    brokers[0].kill()
    click_until_answered(page, cluster, LATER)

    assert eventually(lambda: board_or_none(leader, cluster) == before + 1, within=60)


def test_a_killed_database_under_all_processes_loses_nothing(cluster, open_page):
    leader = cluster.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{cluster.url}/board/1", "已完成")
    page = cluster.signed_in(open_page(), "341021204")

    kill_postmaster(cluster)
    click_until_answered(page, cluster, LATER)

    assert eventually(lambda: board_or_none(leader, cluster) == before + 1, within=60)
    assert eventually(lambda: every_page_answers(page, cluster), within=60)


def test_a_frozen_broker_is_a_page_that_says_so_and_sending_again_takes_effect_once(cluster, open_page):
    leader = cluster.signed_in(open_page(), "leader")
    before = eventually(lambda: board_or_none(leader, cluster), within=30)
    page = cluster.signed_in(open_page(), "341021202")
    open_duty(page, LATER)
    page.get_by_label("备注（可不填）").fill("两处闲置教室")
    broker = next(p for p in psutil.Process(cluster.process.pid).children(recursive=True) if "beam" in p.name())

    broker.suspend()
    started = time.monotonic()
    follow(page.get_by_role("button", name="已完成，提交"))
    waited = time.monotonic() - started
    kept = page.content()
    broker.resume()
    click_until_answered(page, cluster, LATER)

    # What a person waits before giving up, not a measure of speed: without a deadline it would be for ever.
    assert waited < 12
    assert "两处闲置教室" in kept
    assert eventually(lambda: board_or_none(leader, cluster) == before + 1, within=60)


def test_a_stopped_cluster_leaves_no_process_and_keeps_everything(cluster, open_page):
    leader = cluster.signed_in(open_page(), "leader")
    before = eventually(lambda: board_or_none(leader, cluster), within=30)
    children = psutil.Process(cluster.process.pid).children(recursive=True)

    cluster.process.terminate(signal.SIGINT, within=60)
    left = [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    cluster.start_again()

    assert left == []
    assert eventually(lambda: board_or_none(leader, cluster), within=30) == before


def board_or_none(leader: Page, product: Restartable) -> int | None:
    try:
        return count_on_board(leader, f"{product.url}/board/1", "已完成")
    except (BrowserError, AssertionError):
        return None


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


def at_the_duty(product: Restartable, code: str) -> Person:
    """A clerk with the page of a duty open."""
    person = visitor(product.url).sign_in(code, sign_ins(product.home)[code]).open("/duties")
    html = person.response.get_data().decode()
    address = re.search(rf'href="(/duties/\d+)"[^>]*>{LATER}', html)
    assert address, person.text
    return person.open(address[1])


def test_clicks_while_the_broker_is_gone_are_kept_and_take_effect_once(cluster, open_page):
    """Whoever clicks in an outage may go home: nothing is to be sent again, and nothing happens twice."""
    leader = cluster.signed_in(open_page(), "leader")
    before = count_on_board(leader, f"{cluster.url}/board/1", "已完成")
    portal = Installation(cluster.home, cluster.url)
    clerks = [at_the_duty(cluster, f"341021{number}") for number in (105, 106, 207, 208, 209, 210)]
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
    assert eventually(lambda: board_or_none(leader, cluster) == before + 6, within=60)
