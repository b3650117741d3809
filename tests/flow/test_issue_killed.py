"""The product is killed right after the click that issues; the next start completes it and makes no duty twice."""

import re

import pytest

from tests.flow.conftest import follow, sign_ins, start
from tests.flow.test_main_job import OWN_NOTICE, _answer_all_questions, _import, count_on_board
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder


@pytest.fixture
def killable():
    home, port = make_folder("issue-killed", in_memory=True), reserve_port()
    running = [start("embedded", home, port)]

    def kill_and_start_again() -> None:
        running[-1].kill()
        (home / "console.log").unlink()
        running.append(start("embedded", home, port))

    yield home, f"http://127.0.0.1:{port}", kill_and_start_again
    running[-1].terminate(15, within=60)
    release_port(port)
    remove_folder(home)


class Address:
    """As much of a system as importing needs."""

    def __init__(self, url: str) -> None:
        self.url = url


def test_an_issue_that_is_killed_is_completed_and_no_duty_is_made_twice(killable, open_page):
    home, url, kill_and_start_again = killable
    lead = open_page()
    lead.goto(url)
    lead.get_by_label("登录名").fill("lead")
    lead.get_by_label("密码").fill(sign_ins(home)["lead"])
    follow(lead.get_by_role("button", name="登录"))
    _import(lead, Address(url), OWN_NOTICE, "中断的下发")
    _answer_all_questions(lead)
    follow(lead.get_by_role("link", name="预览并下发").first)
    board_url = lead.url.replace("/checklists/", "/board/").replace("/issue", "")
    button = lead.get_by_role("button", name=re.compile(r"下发 \d+ 项责任")).first
    found = re.search(r"\d+", button.inner_text())
    assert found
    promised = int(found.group())

    button.click(no_wait_after=True)
    lead.wait_for_url(re.compile("/progress"), wait_until="commit")
    kill_and_start_again()

    assert eventually(lambda: count_on_board(lead, board_url, "全部责任") == promised, within=30)
