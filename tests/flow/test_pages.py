"""What every page owes a reader with a keyboard or a screen reader; checked on the running product.

Pages are the same in both modes, so one of them is read.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.flow.conftest import MODES, System
from tests.flow.test_main_job import open_duty

pytestmark = pytest.mark.parametrize("system", MODES[-1:], indirect=True)

SEEN_BY = {
    "lead": ("/checklists", "/checklists/new", "/checklists/import", "/review"),
    "leader": ("/board/1", "/board/1/units", "/board/1/duties"),
    "341021100": ("/duties", "/inbox", "/password", "/help"),
    "admin": ("/people", "/people/new", "/units", "/groups"),
    "auditor": ("/audit",),
}
UNNAMED_FIELDS = """() => [...document.querySelectorAll("input:not([type=hidden]), textarea, select")].filter(
    field => !field.labels.length && !field.ariaLabel && !field.getAttribute("aria-labelledby")
).map(field => field.outerHTML)"""
REPEATED_IDS = """() => [...document.querySelectorAll("[id]")].map(part => part.id).filter(
    (id, place, all) => all.indexOf(id) !== place)"""
OUTLINE = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow; }"


@pytest.mark.parametrize("name", SEEN_BY)
def test_a_page_has_its_language_one_heading_and_a_name_for_every_field(system: System, sign_in, name):
    page = sign_in(name)
    for address in SEEN_BY[name]:
        reply = page.goto(f"{system.url}{address}")

        assert reply is not None
        assert reply.status == 200, address
        _expect_basics(page, address)


def _expect_basics(page: Page, address: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.get_by_role("heading", level=1).count() == 1, address
    assert page.get_by_role("main").count() == 1, address
    assert page.evaluate(UNNAMED_FIELDS) == [], address
    assert page.evaluate(REPEATED_IDS) == [], address


def test_a_duty_is_done_by_tab_and_enter_and_the_focus_is_seen_on_the_way(system: System, sign_in):
    page = sign_in("341021111")
    open_duty(page, "上报可用闲置场所")

    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) != "nonenone"
        if page.evaluate("document.activeElement.textContent.trim()") == "已完成，提交":
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_be_visible()
