"""The leadership group's first page in a browser: its four questions are answered by what the page itself says.

How far are we, who owes what, will the targets be met, what is to be decided; and each number leads to its source in
two steps at most. Pages are the same in both modes, so one of them is read.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.flow.conftest import MODES, System

WIDTHS = (1440, 1024, 768, 360)
# Without compression, and without any chart library.
HEAVIEST = 100 * 1024
# Of the library as sent.
HEAVIEST_LIBRARY = 400 * 1024
CUT = "table => table.scrollWidth - table.clientWidth"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.parametrize("system", MODES[-1:], indirect=True)


@pytest.fixture
def board(system: System, sign_in) -> Page:
    """The page on which a leader starts: of the example, also where another test has issued a list since."""
    page = sign_in("leader")
    expect(page).to_have_url(re.compile("/board/"))
    page.goto(f"{system.url}/board/1")
    return page


def told(board: Page, part: str) -> str:
    """The sentence of the summary that leads to a part of the page, followed there."""
    sentence = board.locator(".summing p", has=board.locator(f'a[href="#{part}"]'))
    text = sentence.inner_text()
    sentence.get_by_role("link").click()
    expect(board.locator(f"#{part}")).to_be_in_viewport()
    return text


def test_how_far_and_back_to_the_duties_in_two_steps(board: Page):
    due, done = re.search(r"应完成 (\d+) 项，已完成 (\d+) 项", told(board, "areas")).groups()

    board.locator("dl.pace a").first.click()

    expect(board.get_by_role("heading", level=1)).to_contain_text("项")
    assert int(done) <= int(due)
    board.locator("main table").get_by_role("link").first.click()
    expect(board.get_by_role("heading", name="经过")).to_be_visible()


def test_who_owes_what_by_name(board: Page):
    duties = int(re.search(r"逾期 (\d+) 项", told(board, "overdue"))[1])
    expect(board.locator("#overdue")).to_contain_text(f"{duties} 项")
    first = board.locator("#overdue + table tbody tr").first
    unit = first.locator("td").first.inner_text()

    first.get_by_role("link").click()

    expect(board.get_by_role("main")).to_contain_text(unit)
    expect(board.get_by_role("main")).to_contain_text("已逾期")


def test_whether_the_targets_will_be_met_and_from_which_figures_that_comes(board: Page):
    number = int(re.search(r"目标 (\d+) 个", told(board, "targets"))[1])
    cards = board.locator("ul.targets > li")
    expect(cards).to_have_count(number)
    jobs = cards.filter(has=board.get_by_role("link", name=re.compile("^城镇新增就业")))
    expect(jobs).to_contain_text("可能")
    expect(jobs.locator("canvas")).to_be_visible()
    expect(jobs.locator("svg")).to_be_hidden()

    jobs.get_by_role("link").click()
    board.locator("main table.board").first.get_by_role("link").first.click()

    expect(board).to_have_url(re.compile("/figures/"))
    expect(board.get_by_role("main")).to_contain_text("城镇新增就业")


def test_the_library_of_charts_comes_when_a_chart_is_near_and_is_kept_for_a_year(sign_in):
    board = sign_in("leader", alone=True)
    said, asked = [], []
    board.on("console", lambda message: said.append(message.text))
    board.on("response", lambda reply: asked.append(reply) if "echarts" in reply.url else None)
    board.reload(wait_until="load")
    assert asked == []

    board.locator("ul.targets").scroll_into_view_if_needed()
    expect(board.locator("canvas").first).to_be_visible()

    assert len(asked) == 1
    assert asked[0].request.sizes()["responseBodySize"] < HEAVIEST_LIBRARY
    assert "max-age=31536000" in asked[0].headers["cache-control"]
    # The content policy would complain here of whatever a script writes inline.
    assert said == []


def test_without_scripts_the_charts_are_pictures(sign_in):
    board = sign_in("leader", javascript=False)

    expect(board.locator("ul.targets svg").first).to_be_visible()
    assert board.locator("canvas").count() == 0


def test_what_the_economy_did_beside_employment_and_where_a_number_of_it_comes_from(board: Page):
    board.get_by_role("link", name="经济与就业").click()
    elasticity = re.search(r"就业弹性 (-?[\d.]+)", told(board, "elasticity"))[1]
    row = board.locator("#elasticity ~ .scroll table tbody tr").first
    expect(row).to_contain_text(elasticity)
    expect(board.locator(".curves svg[role=img]")).to_be_visible()
    assert board.evaluate(OVERFLOW) <= 0

    row.get_by_role("link").first.click()

    expect(board).to_have_url(re.compile("/figures/"))
    expect(board.get_by_role("main")).to_contain_text("地区生产总值增速")


def test_what_is_to_be_decided_with_the_words_of_whoever_asks(board: Page):
    first = board.locator("#blocked + ul > li").first
    reason, asked = first.locator("blockquote").inner_text(), first.locator("p").inner_text()
    assert "协调" in asked

    first.get_by_role("link").click()

    expect(board.get_by_role("main")).to_contain_text(reason)


def test_a_unit_and_an_area_are_looked_at_alone_and_the_address_can_be_sent_on(board: Page, system: System, sign_in):
    board.locator("table.matrix tbody tr").first.get_by_role("link").first.click()
    expect(board.get_by_text("只看：")).to_be_visible()
    unit = board.locator("main .filter b").first.inner_text()
    address = board.url

    board.locator("a.only").first.click()
    expect(board.locator("main .filter b")).to_have_count(2)

    colleague = sign_in("lead")
    colleague.goto(address)
    expect(colleague.locator("main .filter b")).to_have_text(unit)


@pytest.mark.parametrize("part", ["", "/matrix"])
def test_it_fits_each_screen_and_the_paper_and_is_light(board: Page, system: System, part: str):
    reply = board.goto(f"{system.url}/board/1{part}")
    assert reply is not None
    assert len(reply.body()) < HEAVIEST
    for width in WIDTHS:
        board.set_viewport_size({"width": width, "height": 900})
        assert board.evaluate(OVERFLOW) <= 0, width

    board.emulate_media(media="print")
    try:
        expect(board.locator("nav.main")).to_be_hidden()
        pages = len(re.findall(rb"/Type\s*/Page[^s]", board.pdf(format="A4", landscape=True)))
    finally:
        # The page is the next test's, too.
        board.emulate_media(media="null")
    assert 1 <= pages <= 12


@pytest.mark.parametrize("part", ["", "/matrix"])
def test_units_by_measures_fit_a_usual_screen_and_show_on_a_phone_that_there_is_more(board: Page, system, part: str):
    board.goto(f"{system.url}/board/1{part}")
    table = board.get_by_role("region", name="单位和举措")
    board.set_viewport_size({"width": 1280, "height": 900})
    assert table.evaluate(CUT) == 0

    board.set_viewport_size({"width": 360, "height": 800})

    assert table.evaluate(CUT) > 0
    assert "linear-gradient" in table.evaluate("table => getComputedStyle(table).backgroundImage")
    table.focus()
    expect(table).to_be_focused()
    board.keyboard.press("ArrowRight")
    board.wait_for_function("table => table.scrollLeft > 0", arg=table.element_handle())
