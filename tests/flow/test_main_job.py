"""The main job in a real browser, on the product as a user starts it, in both modes; a page alone in one."""

import datetime as dt
import io
import os
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from shared import clock
from shared.workdays import is_workday
from tests.flow.conftest import MODES, ROOT, System, follow
from tests.support.eventually import eventually

OWN_NOTICE = ROOT / "tests" / "unit" / "notices" / "county-plan.txt"
REAL_NOTICE = Path(os.environ.get("QINGDAN_NOTICE") or ROOT.parent / "shared" / "data" / "notice-2025.txt")
NOTICES = [path for path in (OWN_NOTICE, REAL_NOTICE) if path.exists()]

HUICHENG, SHENDU, GUILIN, SHIMEN = "341021100", "341021101", "341021105", "341021213"
ONE_MODE = pytest.mark.parametrize("system", MODES[-1:], indirect=True)
EVERY_LIGHT = {"已逾期", "即将到期", "受阻", "待审核", "正常推进", "已完成", "逾期完成", "不适用"}


def unfold(part: Locator) -> None:
    """Open everything that is folded, as a reader would by clicking."""
    while (folded := part.locator("details:not([open]) > summary")).count():
        folded.first.click()


def open_duty(page: Page, title: str) -> None:
    page.get_by_role("main").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def count_on_board(page: Page, url: str, word: str) -> int:
    """The number beside `word` among the totals of the newest checklist's board."""
    page.goto(url)
    words = re.compile(rf"^\s*\d+\s*\S?\s*{word}\s*$")
    tile = page.get_by_role("main").locator("li, a, div").filter(has_text=words).last
    found = re.search(r"\d+", tile.inner_text())
    assert found
    return int(found.group())


@pytest.mark.parametrize("notice", NOTICES, ids=lambda path: path.stem)
def test_from_the_notice_to_a_duty_counted_on_the_leaders_page(system: System, sign_in, notice):
    lead = sign_in("lead")
    leader = sign_in("leader")
    title = f"清单 {NOTICES.index(notice) + 1}"

    _import(lead, system, notice, title)
    _answer_all_questions(lead)
    board_url = _issue(lead)

    phone = sign_in(HUICHENG, width=360, javascript=False)
    before = count_on_board(leader, board_url, "已完成")
    phone.goto(f"{system.url}/duties")
    item = _a_duty_of(leader, board_url)
    open_duty(phone, item)
    follow(phone.get_by_role("button", name="已完成，提交"))
    expect(phone.get_by_role("main")).to_contain_text("已完成")

    assert eventually(lambda: count_on_board(leader, board_url, "已完成") == before + 1, within=2.0)
    leader.goto(f"{board_url}/duties?light=done")
    expect(leader.get_by_role("main")).to_contain_text("徽城镇")


def _import(lead: Page, system: System, notice: Path, title: str) -> None:
    lead.goto(f"{system.url}/checklists")
    lead.get_by_role("link", name="从通知导入").first.click()
    # Under a name without a word of the code: other tests look for those on the pages of this product.
    named = {"name": f"通知{notice.suffix}", "mimeType": "application/octet-stream", "buffer": notice.read_bytes()}
    lead.get_by_label("文件").set_input_files(named)
    # The notice's own year is over one day, and then every due date that it allows is past.
    lead.get_by_label("年度").fill(str(_due().year))
    lead.get_by_label("标题").fill(title)
    follow(lead.get_by_role("button", name="导入", exact=True))
    expect(lead.get_by_role("heading", level=1)).to_contain_text(title)


def _due() -> dt.date:
    return clock.today() + dt.timedelta(days=40)


def _answer_all_questions(lead: Page) -> None:
    """As a clerk would: everything of a kind at once, page after page until nothing is open."""
    questions_url = f"{lead.url.split('?')[0].split('#')[0]}/questions"
    lead.goto(questions_url)
    assert lead.get_by_text("各行业主管部门").count() >= 4
    assert lead.locator("#open_ended input[name=question_ids]").count() == 9
    open_before = None
    while (section := lead.locator("section.question")).count():
        said = lead.get_by_role("main").inner_text()
        assert said != open_before, said  # an answer that is refused is asked for again, for ever
        open_before = said
        form = section.first.locator("form").first
        for box in form.locator("input[type=checkbox][name=question_ids]").all():
            box.check()
        if form.get_by_role("button", name="设为这个期限").count():
            form.get_by_label("完成时限").fill(_due().isoformat())
            follow(form.get_by_role("button", name="设为这个期限"))
        elif form.get_by_role("button", name="填写这个组").count():
            unfold(form)
            for name in ("县发改委", "县教育局", "县卫健委"):
                form.get_by_label(name, exact=True).check()
            follow(form.get_by_role("button", name="填写这个组"))
        else:
            follow(form.get_by_role("button", name=re.compile("按现有单位办理|按原文办理|不列为举措")).first)
        lead.goto(questions_url)
    expect(lead.get_by_role("main")).to_contain_text("没有待定的问题")


def _issue(lead: Page) -> str:
    """Preview and issue; return the address of the board. Issuing once more is not offered."""
    follow(lead.get_by_role("link", name="预览并下发").first)
    preview_url = lead.url
    expect(lead.get_by_role("main")).to_contain_text("个单位")
    lead.get_by_role("button", name=re.compile(r"下发 \d+ 项责任")).first.click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("已下发", timeout=20_000)
    board_url = preview_url.replace("/checklists/", "/board/").replace("/issue", "")
    lead.goto(preview_url)
    assert lead.get_by_role("button", name=re.compile(r"下发 \d+ 项责任")).count() == 0
    return board_url


def _a_duty_of(leader: Page, board_url: str) -> str:
    """The title of an open duty of 徽城镇 in this checklist, found the way the leader finds it."""
    eventually(lambda: count_on_board(leader, board_url, "正常推进") > 0)
    leader.goto(f"{board_url}/units?kind=township")
    follow(leader.get_by_role("link", name="徽城镇").first)
    return leader.get_by_role("main").locator("tbody tr").first.get_by_role("link").first.inner_text()


@ONE_MODE
def test_every_light_is_seen_in_the_example_with_its_word(system: System, sign_in):
    page = sign_in(HUICHENG)
    unfold(page.locator("main"))

    words = " ".join(page.locator("main .light").all_inner_texts())

    assert {word for word in EVERY_LIGHT if word in words} == EVERY_LIGHT


def test_sending_a_form_twice_answers_the_same_and_counts_once(system: System, sign_in):
    page, leader = sign_in(SHENDU), sign_in("leader")
    before = count_on_board(leader, f"{system.url}/board/1", "已完成")
    open_duty(page, "登记在项目务工的本地人员")
    form = page.locator("form.big")
    fields = {field.get_attribute("name"): field.input_value() for field in form.locator("input, textarea").all()}
    address = f"{system.url}{form.get_attribute('action')}"

    replies = [page.request.post(address, form=fields) for _ in range(2)]

    assert [reply.status for reply in replies] == [200, 200]
    assert eventually(lambda: count_on_board(leader, f"{system.url}/board/1", "已完成") == before + 1, within=5)
    page.goto(f"{system.url}/duties")
    unfold(page.locator("main"))
    open_duty(page, "登记在项目务工的本地人员")
    assert page.locator("ol.history").get_by_text("完成").count() == 1


@ONE_MODE
def test_a_stale_page_shows_both_versions_and_asks(system: System, sign_in):
    first, second = sign_in("341021103"), sign_in("341021103")
    for page in (first, second):
        open_duty(page, "上报可用闲置场所")
    first.get_by_text("上报困难").first.click()
    first.get_by_label(re.compile("遇到什么困难")).fill("场地产权不清")
    follow(first.get_by_role("button", name="上报困难"))
    expect(first.get_by_role("main")).to_contain_text("场地产权不清")

    second.get_by_label("备注（可不填）").fill("已上报两处")
    follow(second.get_by_role("button", name="已完成，提交"))

    main = second.get_by_role("main")
    expect(main).to_contain_text("场地产权不清")
    expect(main).to_contain_text("已上报两处")
    assert main.get_by_role("button").count() >= 1


@ONE_MODE
def test_a_duty_of_another_unit_is_refused_and_the_auditor_sees_it(system: System, sign_in):
    owner = sign_in(SHENDU)
    follow(owner.get_by_role("main").get_by_role("link", name="走访就业困难人员"))
    address = owner.url
    other = sign_in(SHIMEN)

    reply = other.goto(address)

    assert reply is not None
    assert reply.status == 403
    expect(other.get_by_role("main")).to_contain_text("不属于您的单位")
    auditor = sign_in("auditor")
    auditor.goto(f"{system.url}/audit")
    expect(auditor.get_by_role("main")).to_contain_text("石门乡")


@ONE_MODE
def test_several_duties_are_done_at_once_with_the_keyboard_alone(system: System, sign_in):
    page = sign_in("341021104")
    boxes = page.locator("main input[type=checkbox][name=duties]")
    for number in range(2):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="将勾选的标为完成").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text("逾期完成")
    page.goto(f"{system.url}/duties")
    summary = page.locator("main details > summary").filter(has_text="已完成")
    assert re.search(r"[34]", summary.inner_text())


def test_an_overdue_duty_is_reminded_in_one_message_and_a_done_one_is_not(system: System, sign_in):
    """石门乡 still owes the table; 桂林镇 has sent it, and owes other things that are overdue."""
    owing, sent = sign_in(SHIMEN), sign_in(GUILIN)

    assert eventually(lambda: "报送重点企业用工需求表" in overdue_lines(owing, system), within=60)
    assert eventually(lambda: "建立初创人员服务台账" in overdue_lines(sent, system), within=60)

    assert "报送重点企业用工需求表" not in overdue_lines(sent, system)


def overdue_lines(page: Page, system: System) -> str:
    """What the one message of today names as overdue; nothing when there is no message yet.

    On a day off nobody is told of dates: all that is new is told as that.
    """
    page.goto(f"{system.url}/inbox")
    messages = page.locator("main a[href^='/inbox/']")
    assert messages.count() <= 1
    if not messages.count():
        return ""
    follow(messages)
    heading = "已逾期" if is_workday(clock.today()) else "新下发"
    lines = page.locator(f"h2:has-text('{heading}') + ul")
    return lines.inner_text() if lines.count() else ""


def test_a_reviewed_duty_is_done_when_the_lead_bureau_accepts(system: System, sign_in):
    unit, lead, leader = sign_in("341021106"), sign_in("lead"), sign_in("leader")
    before = count_on_board(leader, f"{system.url}/board/1", "已完成")
    open_duty(unit, "完成本季度技能培训班")
    follow(unit.get_by_role("button", name="已完成，提交"))
    expect(unit.get_by_role("main")).to_contain_text("待审核")

    lead.goto(f"{system.url}/review")
    lead.get_by_role("main").locator("li, tr, article, section").filter(has_text="许村镇").last.get_by_role(
        "link"
    ).first.click()
    follow(lead.get_by_role("button", name="审核通过"))

    assert eventually(lambda: count_on_board(leader, f"{system.url}/board/1", "已完成") == before + 1, within=5)


@ONE_MODE
def test_the_board_names_the_one_that_is_missing(system: System, sign_in):
    page = sign_in("leader")
    page.goto(f"{system.url}/board/1")
    page.get_by_role("link", name="重点产业用工对接").click()

    expect(page.get_by_role("main")).to_contain_text("石门乡")


@ONE_MODE
def test_english_by_a_switch_and_back(system: System, sign_in):
    page = sign_in(SHENDU)
    page.get_by_role("link", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("working days? late"))
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("main")).to_contain_text("工作日")


@ONE_MODE
def test_the_duties_page_weighs_under_60_kilobytes_the_first_time(system: System, sign_in):
    page = sign_in(HUICHENG, width=360, alone=True)
    fresh = page.context.new_page()
    weights: list[int] = []
    fresh.on("response", lambda response: weights.append(len(response.body())))

    fresh.route("**/*", lambda route: route.continue_(headers=route.request.headers | {"cache-control": "no-cache"}))
    fresh.goto(f"{system.url}/duties", wait_until="networkidle")

    assert len(weights) >= 2
    assert sum(weights) < 60_000
    assert fresh.evaluate("document.documentElement.scrollWidth") <= 360


@ONE_MODE
def test_a_wrong_cell_is_named_and_the_mended_sheet_is_taken(system: System, sign_in, tmp_path):
    lead = sign_in("lead")
    lead.goto(f"{system.url}/checklists/new")
    lead.get_by_label("标题").fill("表格导入")
    follow(lead.get_by_role("main").get_by_role("button").first)
    checklist_url = lead.url.split("?")[0]
    lead.goto(f"{checklist_url}/sheet")
    with lead.expect_download() as download:
        lead.get_by_role("button", name=re.compile("模板")).click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    titles = [str(cell.value) for cell in sheet[1]]
    row = {"领域": "甲", "举措": "乙", "任务": "丙", "事项": "丁", "牵头单位": "县人社局", "完成时限": "2026-02-31"}
    for column, title in enumerate(titles, start=1):
        for name, value in row.items():
            if name in title:
                sheet.cell(2, column, value)
    due_column = next(column for column, title in enumerate(titles, start=1) if "完成时限" in title)

    wrong = _send_sheet(lead, checklist_url, book, tmp_path / "wrong.xlsx")
    sheet.cell(2, due_column, f"{clock.today().year}-12-31")
    right = _send_sheet(lead, checklist_url, book, tmp_path / "right.xlsx")

    assert f"{openpyxl.utils.get_column_letter(due_column)}2" in wrong
    assert "已导入" in right
    unfold(lead.locator("main"))
    expect(lead.get_by_role("main")).to_contain_text("丁")


def _send_sheet(lead: Page, checklist_url: str, book: openpyxl.Workbook, path: Path) -> str:
    book.save(path)
    lead.goto(f"{checklist_url}/sheet")
    lead.locator("input[type=file]").set_input_files(path)
    follow(lead.get_by_role("button", name="读取并核对"))
    confirm = lead.get_by_role("button", name="导入并替换")
    if confirm.count():
        follow(confirm)
    return lead.get_by_role("main").inner_text()
