"""A new county's first day: a directory that knows nobody, and a notice that names everybody."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.flow.conftest import ROOT, environment_of, follow
from tests.flow.test_accessible import OVERFLOW, UNFOLD, judged
from tests.support.chromium import PHONE_WIDTH
from tests.support.ports import release_port, reserve_port
from tests.support.processes import ServerProcess, make_folder, remove_folder, wait_until_ready

NOTICE = ROOT / "tests" / "unit" / "notices" / "new-county.txt"
COUNTY, PASSWORD = "青溪县", "three green streams 7"


@pytest.fixture
def installation():
    """The address of a product that holds its first administrator and nothing else, and that one's first password."""
    home, port = make_folder("first-use", in_memory=True), reserve_port()
    environment = environment_of(home, port)
    command = [sys.executable, "-W", "ignore", "-m", "services.cli"]
    process = ServerProcess(
        [*command, "run", "--no-example"], folder=ROOT, log=home / "console.log", environment=environment
    )
    try:
        wait_until_ready(process, lambda: "Ctrl-C" in process.log_tail(60), name="Qingdan", within=120)
        done = subprocess.run(
            [*command, "add-administrator", "zhang", COUNTY],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        yield f"http://127.0.0.1:{port}", done.stdout.strip().splitlines()[-1]
    finally:
        process.terminate(signal.SIGTERM, within=60)
        release_port(port)
        remove_folder(home)


def sign_in(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/")
    page.get_by_label("登录名").fill("zhang")
    page.get_by_label("密码").fill(password)
    follow(page.get_by_role("button", name="登录"))


def choose_password(page: Page, first: str) -> None:
    page.get_by_label("现在的密码").fill(first)
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输入一次新密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="更改密码"))


def be_lead_too(page: Page, url: str) -> None:
    """In a small county one person administers and drafts."""
    page.goto(f"{url}/people")
    follow(page.get_by_role("main").get_by_role("link", name="zhang"))
    page.get_by_label("牵头单位").check()
    follow(page.get_by_role("button", name="保存", exact=True))


def import_notice(page: Page, url: str) -> None:
    page.goto(f"{url}/checklists")
    follow(page.get_by_role("link", name="从通知导入").first)
    page.get_by_label("文件").set_input_files(
        {"name": "notice.txt", "mimeType": "text/plain", "buffer": NOTICE.read_bytes()}
    )
    page.get_by_label("年度").fill("2026")
    follow(page.get_by_role("button", name="导入", exact=True))


def test_a_notice_makes_the_directory_of_a_county_that_has_none(installation, open_page):
    url, first_password = installation
    page = open_page(javascript=False)
    sign_in(page, url, first_password)
    choose_password(page, first_password)
    be_lead_too(page, url)
    import_notice(page, url)
    draft = page.url.split("?")[0].split("#")[0]

    follow(page.get_by_role("link", name="通知里的新名称"))
    names = page.locator("fieldset.new-name")
    count = names.count()
    assert count >= 20
    assert names.filter(has=page.get_by_text("县人社局")).count() == 1
    _pictures(page, "names")
    _is_fit_for_all(open_page(width=PHONE_WIDTH), url, f"{draft}/names")
    follow(page.get_by_role("button", name=re.compile("全部加入名录")))

    expect(page.get_by_text(f"名录新增 {count} 个单位")).to_be_visible()
    page.goto(f"{draft}/names")
    expect(page.get_by_text("通知里的名称都认得。")).to_be_visible()
    page.goto(f"{draft}/questions")
    assert page.locator("section#unknown_unit, section#ambiguous_unit").count() == 0
    page.goto(f"{url}/units")
    for name in ("县税务局", "临溪镇", "北门街道", "县人社局"):
        expect(page.get_by_role("main").get_by_text(name, exact=True).first).to_be_visible()

    import_notice(page, url)
    expect(page.get_by_role("link", name="通知里的新名称")).to_have_count(0)


def _is_fit_for_all(phone: Page, url: str, address: str) -> None:
    """Clean for axe, and as wide as a phone, with everything unfolded."""
    sign_in(phone, url, PASSWORD)
    for language in ("zh", "en"):
        phone.goto(f"{url}/language/{language}")
        phone.goto(address)
        _pictures(phone, f"names-{language}")
        phone.set_viewport_size({"width": PHONE_WIDTH, "height": 800})
        phone.evaluate(UNFOLD)
        assert phone.evaluate(OVERFLOW) == 0
        assert judged(phone) == []


def _pictures(page: Page, name: str) -> None:
    """For people to look at, where QINGDAN_PICTURES names a folder."""
    folder = os.environ.get("QINGDAN_PICTURES")
    if not folder:
        return
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
