"""An issued checklist is amended on a phone: begun, changed, compared, and given up again; each page clean for axe."""

import pytest
from playwright.sync_api import expect

from shared import clock
from tests.flow.conftest import MODES, follow
from tests.flow.test_accessible import OVERFLOW, judged
from tests.support.chromium import PHONE_WIDTH


def faults_of(page):
    return judged(page), page.evaluate(OVERFLOW)


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
def test_an_amendment_is_begun_compared_and_given_up_on_a_phone(system, sign_in):
    page = sign_in("lead", width=PHONE_WIDTH)
    page.goto(f"{system.url}/checklists/1")

    follow(page.get_by_role("button", name="调整清单"))
    expect(page.get_by_text("下发之前，各单位的责任都不变").first).to_be_visible()
    draft = page.url
    assert faults_of(page) == ([], 0)
    page.goto(system.url + page.locator("li.level-4 a[href^='/rows/']").first.get_attribute("href"))
    next_year = clock.today().year + 1
    page.locator("[name=due_on]").fill(f"{next_year}-03-31")
    follow(page.get_by_role("button", name="保存").first)
    page.goto(f"{draft}/amendment")

    expect(page.get_by_text(f"{next_year}年3月31日")).to_be_visible()
    assert faults_of(page) == ([], 0)
    follow(page.get_by_role("button", name="下发调整"))
    expect(page.get_by_role("alert")).to_contain_text("调整原因")
    assert faults_of(page) == ([], 0)

    page.goto(f"{draft}/settings")
    page.get_by_text("删除这份草稿").click()
    follow(page.get_by_role("button", name="删除草稿"))
    page.goto(f"{system.url}/checklists/1/revisions")
    expect(page.get_by_text("下发以后还没有调整过")).to_be_visible()
    assert faults_of(page) == ([], 0)
