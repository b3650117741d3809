"""How many clicks a clerk needs: counted in the browser, by the browser."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from shared import clock
from tests.flow.conftest import MODES, System, follow
from tests.flow.test_amending import faults_of
from tests.flow.test_main_job import NOTICES
from tests.support.chromium import PHONE_WIDTH

# What the browser itself counts: every click of a person, none of a script.
COUNT = """
    addEventListener('click', event => {
        if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
    }, true);
"""


def clicks(page: Page) -> int:
    return int(page.evaluate("Number(sessionStorage.clicks || 0)"))


def empty_the_group(lead: Page, system: System) -> None:
    """As before the first notice: another test may have said who belongs to it."""
    lead.goto(f"{system.url}/groups")
    group = lead.get_by_role("link", name="各行业主管部门", exact=True)
    if not group.count():
        return
    follow(group)
    while (ticked := lead.locator("input[name=member_ids]:checked")).count():
        ticked.first.uncheck()
    follow(lead.get_by_role("button", name="保存", exact=True))


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("notice", NOTICES, ids=lambda path: path.stem)
def test_the_questions_of_a_notice_are_answered_in_at_most_fourteen_clicks(system: System, sign_in, notice):
    """One decision per kind: who belongs to the group, the lists are complete, one date for all, two targets."""
    lead = sign_in("lead", alone=True)
    empty_the_group(lead, system)
    day = clock.today() + dt.timedelta(days=40)
    lead.goto(f"{system.url}/checklists/import")
    lead.get_by_label("年度").fill(str(day.year))  # the notice's own year is over one day
    # The file's name stands in the audit log, which other tests read for words of the code.
    lead.get_by_label("文件").set_input_files(
        {"name": "通知.txt", "mimeType": "text/plain", "buffer": notice.read_bytes()}
    )
    follow(lead.get_by_role("button", name="导入", exact=True))
    lead.context.add_init_script(COUNT)
    lead.reload()
    assert clicks(lead) == 0

    follow(lead.get_by_role("link", name="去回答"))
    asked = lead.locator("h1 small").inner_text()
    assert int(asked.split()[0]) >= 27
    group = lead.locator("#group form").first
    for name in ("县发改委", "县教育局", "县卫健委"):
        group.get_by_label(name, exact=True).click()
    follow(group.get_by_role("button", name="填写这个组"))
    follow(lead.locator("#open_ended").get_by_role("button", name="全选"))
    assert lead.locator("#open_ended input:checked").count() == 9
    follow(lead.locator("#open_ended").get_by_role("button", name="名单已完整"))
    due = lead.locator("#no_due")
    due.get_by_label("完成时限").click()
    due.get_by_label("完成时限").fill(day.isoformat())
    follow(due.get_by_role("button", name="设为这个期限"))
    for kind in ("approximate", "trend"):
        while (section := lead.locator(f"#{kind}")).count() and clicks(lead) <= 14:
            follow(section.get_by_role("button", name="按原文办理").first)

    expect(lead.get_by_role("main")).to_contain_text("全部问题都已回答")
    made = clicks(lead)
    assert 8 <= made <= 14, f"{made} clicks for {asked}"


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
def test_a_township_splits_a_duty_among_its_villages_in_three_clicks_on_a_phone(system: System, sign_in):
    page = sign_in("341021104", alone=True, width=PHONE_WIDTH)
    page.context.add_init_script(COUNT)
    page.goto(f"{system.url}/duties")

    follow(page.get_by_role("link", name="举办一场企业与村的岗位对接会"))
    follow(page.get_by_role("link", name="分解给下级单位"))
    assert page.locator("input[name=units]:checked").count() == 3
    assert faults_of(page) == ([], 0)
    follow(page.get_by_role("button", name="分解", exact=True))

    assert clicks(page) == 3
    main = page.get_by_role("main")
    expect(main).to_contain_text("0/3 已完成")
    assert faults_of(page) == ([], 0)
    address = page.url
    follow(main.get_by_role("link", name="棠樾村"))
    follow(page.get_by_role("button", name="已完成，提交"))
    page.goto(address)
    expect(main).to_contain_text("1/3 已完成")
    follow(page.get_by_role("button", name="已完成，提交"))
    expect(main).to_contain_text("还有2个没有完成")
    page.get_by_label("备注").fill("另外两个村下周补报")
    follow(page.get_by_role("button", name="已完成，提交"))
    page.goto(address)
    expect(main.locator(".state")).to_contain_text("已完成")
