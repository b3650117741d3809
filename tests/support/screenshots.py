"""Pictures of every page about reports and figures, for people to look at: `make screenshots` writes build/screenshots.

The example is started in a folder of its own. A page is wrong when it is no page, or wider than its window.
"""

import re
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.flow.conftest import ROOT, sign_ins, start
from tests.support.ports import reserve_port
from tests.support.processes import make_folder, remove_folder

OUT = ROOT / "build" / "screenshots"
WIDTHS = (1440, 768, 360)
TOWN, RETURNED = "341021100", "341021101"
REPORT, UNIT = "乡镇就业创业月报", "北岸镇"
# Who looks, what the picture is called, and the way there: an address, or links to follow by what they say.
PAGES = (
    (TOWN, "own-page", ["/duties"]),
    (TOWN, "form", ["/duties", REPORT]),
    (TOWN, "workbook", ["/duties", REPORT, "用 Excel 填报"]),
    (TOWN, "form-history", ["/duties", REPORT, "经过"]),
    (TOWN, "own-figures", ["/figures"]),
    (TOWN, "inbox", ["/inbox"]),
    (RETURNED, "form-returned", ["/duties", REPORT]),
    ("lead", "reports", ["/reports"]),
    ("lead", "report", ["/reports", REPORT]),
    ("lead", "report-form", ["/reports", REPORT, "修改"]),
    ("lead", "report-new", ["/reports/new"]),
    ("lead", "report-units", ["/reports", REPORT, "各单位从什么时候起报送"]),
    ("lead", "round", ["/reports", REPORT, "2026年|20[0-9]{2}年"]),
    ("lead", "round-workbook", ["/reports", REPORT, "20[0-9]{2}年", "汇总填报表"]),
    ("lead", "round-unlock", ["/reports", REPORT, "20[0-9]{2}年", "提前为单位安排"]),
    ("lead", "submission", ["/reports", REPORT, "20[0-9]{2}年", UNIT]),
    ("lead", "submission-proxy", ["/reports", REPORT, "20[0-9]{2}年", "石门乡", "按纸质报表代录"]),
    ("lead", "waiting", ["/submissions/waiting"]),
    ("lead", "indicators", ["/indicators"]),
    ("lead", "indicator", ["/indicators", "城镇新增就业人数"]),
    ("lead", "indicator-form", ["/indicators", "城镇新增就业人数", "修改"]),
    ("lead", "indicators-import", ["/indicators/import"]),
    ("lead", "checks", ["/checks"]),
    ("lead", "check", ["/checks", "新增就业平衡"]),
    ("lead", "past", ["/figures/past"]),
    ("leader", "figures", ["/figures"]),
    ("leader", "number", ["/figures", r"\d{2,}"]),
    ("leader", "cell-history", ["/figures", r"\d{2,}", r"^\d"]),
)


def main() -> None:
    home, port = make_folder("screenshots"), reserve_port()
    OUT.mkdir(parents=True, exist_ok=True)
    with redirect_stdout(sys.stderr):
        process = start("embedded", home, port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            wrong = [line for width in WIDTHS for line in _shoot(browser, home, port, width)]
    finally:
        process.terminate(signal.SIGTERM, within=60)
        remove_folder(home)
    right = f"{len(PAGES) * len(WIDTHS) - len(wrong)} pictures in {OUT.relative_to(ROOT)}"
    sys.stdout.write("\n".join([right, *wrong, ""]))
    raise SystemExit(1 if wrong else 0)


def _shoot(browser: Browser, home: Path, port: int, width: int) -> list[str]:
    people: dict[str, Page] = {}
    wrong = []
    for who, name, way in PAGES:
        if who not in people:
            people[who] = _signed_in(browser, home, port, who, width)
        page = people[who]
        problem = _walk(page, f"http://127.0.0.1:{port}", way)
        page.screenshot(path=OUT / f"{name}-{width}.png", full_page=True)
        if problem or page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{name} at {width}: {problem or 'wider than its window'}")
    return wrong


def _walk(page: Page, url: str, way: list[str]) -> str:
    for step in way:
        if step.startswith("/"):
            answer = page.goto(url + step)
        else:
            link = page.get_by_role("main").get_by_role("link", name=re.compile(step)).first
            if not link.count():
                return f"no link {step}"
            answer = page.goto(url + (link.get_attribute("href") or "").removeprefix(url))
        if answer is None or not answer.ok:
            return f"{step}: {answer.status if answer else 'no answer'}"
    return ""


def _signed_in(browser: Browser, home: Path, port: int, who: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_label("登录名").fill(who)
    page.get_by_label("密码").fill(sign_ins(home)[who])
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    return page


if __name__ == "__main__":
    main()
