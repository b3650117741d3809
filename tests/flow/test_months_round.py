"""A month's round in a real browser: from the township's phone to the county's sum, and a correction after the lock.

The example's monthly report is open, most townships are in. The round goes through both modes, after what is of a page
alone in one of them: it is closed step by step as a county does it.
"""

import datetime as dt
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from services.running.example_figures import rows
from shared import clock
from tests.flow.conftest import MODES, ROOT, System, follow
from tests.flow.test_few_clicks import COUNT, clicks
from tests.support.pages import Person
from tests.support.visitor import visitor

REPORT = "乡镇就业创业月报"
HUICHENG, SHENDU, SHIMEN = "341021100", "341021101", "341021213"
TOWNSHIPS = [row["code"] for row in rows(ROOT / "data" / "units.csv") if row["kind"] == "township"]
TRAINED, NEW = "技能培训人次", "新就业人数"
# What holds for a month again in which no household is found or helped.
FOUND, SOLVED = "新认定零就业家庭户数", "消除零就业家庭户数"
HEAD = "huicheng-head"
OWN_PASSWORD = "wind-over-the-lian-river"
ONE_MODE = pytest.mark.parametrize("system", MODES[-1:], indirect=True)


def open_form(page: Page, system: System) -> None:
    """From the unit's own page into the form of the monthly report, as the clerk would."""
    page.goto(f"{system.url}/duties")
    follow(page.get_by_role("main").get_by_role("link", name=re.compile(f"^{REPORT}（")).first)


def field(page: Page, name: str):
    return page.get_by_role("textbox", name=f"本期 {name}", exact=True)


def past_of(page: Page, name: str) -> str:
    legend = page.locator("fieldset").filter(has=page.get_by_text(name, exact=True)).first
    return legend.locator(".hint b").first.inner_text()


def make_head(system: System, sign_in, open_page) -> Page:
    """The administrator makes an account for a head of 徽城镇, who chooses a password and wants to see each report."""
    admin = sign_in("admin")
    admin.goto(f"{system.url}/people/new")
    admin.get_by_label("登录名").fill(HEAD)
    admin.get_by_label("姓名").fill("分管领导")
    admin.get_by_label("岗位").fill("分管领导")
    admin.get_by_label("单位", exact=True).select_option(label="徽城镇")
    admin.get_by_label("分管领导", exact=True).check()
    follow(admin.get_by_role("button", name="保存", exact=True))
    told = admin.locator(".big-number code").inner_text()
    head = open_page()
    head.goto(f"{system.url}/")
    head.get_by_label("登录名").fill(HEAD)
    head.get_by_label("密码").fill(told)
    follow(head.get_by_role("button", name="登录"))
    for label, text in (("现在的密码", told), ("新密码", OWN_PASSWORD), ("再输入一次新密码", OWN_PASSWORD)):
        head.get_by_label(label, exact=True).fill(text)
    follow(head.get_by_role("button", name="更改密码"))
    expect(head.get_by_role("status")).to_contain_text("密码")
    head.goto(f"{system.url}/own-unit")
    head.get_by_label("先由分管领导确认").check()
    follow(head.get_by_role("button", name="保存", exact=True))
    return head


def submit(page: Page) -> None:
    """Submit the form that is open, with a word on whatever a check doubts."""
    follow(page.get_by_role("button", name="提交", exact=True))
    asked = page.locator("textarea[name^=x]")
    if asked.count():
        for number in range(asked.count()):
            asked.nth(number).fill("本月集中开展招聘和培训，数据属实。")
        follow(page.get_by_role("button", name="提交", exact=True))
    expect(page.get_by_role("main").or_(page.get_by_role("status")).first).to_be_visible()
    expect(page).to_have_url(re.compile("/duties"))


def fill_like_last_time(clerk: Person) -> None:
    """What is done in a browser above, by forms alone: a dozen more of the same pages show nothing new."""
    page = clerk.open("/duties").response.get_data().decode()
    (address,) = set(re.findall(rf'href="(/submissions/\d+)"[^>]*>{REPORT}（', page))
    page = clerk.open(address).response.get_data().decode()
    typed = {re.search(rf'<label for="(v\d+)">本期<span class="vh"> {name}<', page)[1]: "0" for name in (FOUND, SOLVED)}
    clerk.send(clerk.form(address), do="same", **typed)
    clerk.send(clerk.form(address), do="submit")
    if clerk.path != "/duties":
        form = clerk.form(address)
        asked = [name for name, _ in form.fields if name.startswith("x")]
        clerk.send(form, do="submit", **dict.fromkeys(asked, "本月集中开展招聘和培训，数据属实。"))
    assert clerk.path == "/duties", clerk.text


def confirm(head: Page, system: System) -> None:
    head.goto(f"{system.url}/duties")
    follow(head.get_by_role("link", name="有 1 份报送等您审核"))
    follow(head.get_by_role("main").get_by_role("link", name=re.compile(REPORT)).first)
    follow(head.get_by_role("button", name="确认，同意上报"))


def review(lead: Page, system: System, unit: str) -> None:
    """Open a unit's submission from the list of what waits."""
    lead.goto(f"{system.url}/")
    follow(lead.get_by_role("link", name="报送审核"))
    follow(lead.get_by_role("main").get_by_role("link", name=re.compile(f"{unit} · {REPORT}")))


def round_board(lead: Page, system: System) -> None:
    lead.goto(f"{system.url}/reports")
    row = lead.get_by_role("row").filter(has_text=REPORT)
    follow(row.get_by_role("link").last)


@ONE_MODE
def test_three_changed_figures_and_nine_unchanged_ones_are_five_actions(system: System, sign_in):
    """Type three, let the rest be as last time, submit: twelve figures are reported."""
    clerk = sign_in(SHIMEN, width=360, alone=True)
    open_form(clerk, system)
    expect(clerk.locator("fieldset")).to_have_count(12)
    clerk.context.add_init_script(COUNT)
    clerk.reload()

    typed = {FOUND: 0, SOLVED: 0, TRAINED: int(past_of(clerk, TRAINED))}
    for name, value in typed.items():
        field(clerk, name).focus()
        clerk.keyboard.type(str(value))
    follow(clerk.get_by_role("button", name="其余同上期"))
    follow(clerk.get_by_role("button", name="提交", exact=True))

    assert clicks(clerk) == 2
    assert len(typed) == 3
    expect(clerk.get_by_role("status").or_(clerk.locator(".flash, .said")).first).to_contain_text("已提交")


@ONE_MODE
def test_what_is_typed_stays_after_an_error_and_a_sign_out(system: System, sign_in):
    clerk = sign_in(HUICHENG, width=360, javascript=False)
    open_form(clerk, system)
    address = clerk.url

    field(clerk, NEW).fill("3.2万")
    follow(clerk.get_by_role("button", name="保存", exact=True).last)
    expect(clerk.get_by_role("main")).to_contain_text("32000")
    follow(clerk.get_by_role("button", name="退出"))
    again = sign_in(HUICHENG, width=360, javascript=False)
    again.goto(address)

    expect(field(again, NEW)).to_have_value("3.2万")
    field(again, NEW).fill("")
    follow(again.get_by_role("button", name="保存", exact=True).last)


def test_a_months_round_from_the_phone_to_the_countys_sum_and_a_correction_after_the_lock(
    system: System, sign_in, open_page
):
    head, lead, leader = make_head(system, sign_in, open_page), sign_in("lead"), sign_in("leader")

    # A township on a phone fills it in; a check doubts a figure, and the clerk says why.
    clerk = sign_in(HUICHENG, width=360, javascript=False)
    open_form(clerk, system)
    usual = int(past_of(clerk, TRAINED))
    for name, value in ((FOUND, 0), (SOLVED, 0), (TRAINED, usual * 10)):
        field(clerk, name).fill(str(value))
    follow(clerk.get_by_role("button", name="其余同上期"))
    follow(clerk.get_by_role("button", name="提交", exact=True))
    expect(clerk.get_by_role("alert")).to_contain_text("需要说明")
    expect(clerk.get_by_role("alert")).to_contain_text(f"{usual * 10} 人次")
    submit(clerk)
    expect(clerk.get_by_role("main")).to_contain_text("待分管领导确认")

    # The head agrees, the lead bureau returns one cell, the township corrects it.
    confirm(head, system)
    review(lead, system, "徽城镇")
    lead.get_by_role("row").filter(has_text=TRAINED).get_by_role("checkbox").check()
    lead.get_by_text("退回单位").click()
    lead.get_by_label("退回原因").fill("培训人次请与台账核对。")
    follow(lead.get_by_role("button", name="退回", exact=True))
    clerk.goto(f"{system.url}/duties")
    expect(clerk.get_by_role("main")).to_contain_text("培训人次请与台账核对。")
    open_form(clerk, system)
    expect(clerk.locator("fieldset.wrong")).to_have_count(1)
    field(clerk, TRAINED).fill(str(usual))
    submit(clerk)
    confirm(head, system)

    # The others report as well, and the lead bureau accepts all of them at once.
    for code in owing(lead, system):
        fill_like_last_time(visitor(system.url).sign_in(code, system.passwords[code]))
    lead.goto(f"{system.url}/")
    follow(lead.get_by_role("link", name="报送审核"))
    for tick in lead.locator("input[name=submissions]").all():
        tick.check()
    follow(lead.get_by_role("button", name="将勾选的审核通过"))
    round_board(lead, system)
    expect(lead.get_by_role("main")).to_contain_text("全部已报。")
    number = sum_of(leader, system, NEW)
    expect(leader.get_by_role("main")).to_contain_text("28 个单位全部已审定。")

    # After the lock nothing is changed without an exception.
    lock_now(lead, system)
    clerk.goto(f"{system.url}/duties")
    clerk.get_by_text("最近通过的报表").click()
    follow(clerk.get_by_role("link", name=re.compile(f"^{REPORT}（")).first)
    expect(clerk.get_by_text("开始更正")).to_have_count(0)
    address = clerk.url
    round_board(lead, system)
    follow(lead.get_by_role("row").filter(has_text="徽城镇").get_by_role("link", name=re.compile("解锁")))
    lead.get_by_label("解锁理由").fill("招聘会的人数漏报。")
    lead.get_by_label("解锁至").fill((clock.today() + dt.timedelta(days=3)).isoformat())
    follow(lead.get_by_role("button", name="解锁", exact=True))

    clerk.goto(address)
    clerk.locator("summary").filter(has_text="更正").click()
    clerk.get_by_label("更正原因").fill("补报招聘会新就业 5 人。")
    follow(clerk.get_by_role("button", name="开始更正"))
    for name in (NEW, "城镇新增就业人数"):
        field(clerk, name).fill(str(int(field(clerk, name).input_value()) + 5))
    submit(clerk)
    confirm(head, system)
    before = dt.datetime.now(tz=dt.UTC).isoformat()
    review(lead, system, "徽城镇")
    follow(lead.get_by_role("button", name="审核通过"))

    # The sum is the new one, and as of before it is what it was.
    assert sum_of(leader, system, NEW) == number + 5
    leader.goto(f"{leader.url}?as_of={quote(before)}")
    assert shown(leader) == number
    expect(leader.get_by_role("main")).to_contain_text("已知的数据")
    leader.goto(leader.url.partition("?")[0])
    follow(leader.get_by_role("row").filter(has_text="徽城镇").get_by_role("link").last)
    expect(leader.get_by_role("main")).to_contain_text("补报招聘会新就业 5 人。")


def owing(lead: Page, system: System) -> list[str]:
    """The codes of the townships whose turn it still is."""
    round_board(lead, system)
    names = {row["name"]: row["code"] for row in rows(ROOT / "data" / "units.csv")}
    table = lead.locator("table.board tbody tr").all()
    waiting = [row for row in table if not re.search("审核|通过|确认", row.locator("td").nth(1).inner_text())]
    return [names[row.locator("th").inner_text().strip()] for row in waiting]


def sum_of(leader: Page, system: System, name: str) -> int:
    """The county's figure of the month, on the page of that number."""
    leader.goto(f"{system.url}/figures")
    row = leader.get_by_role("row").filter(has=leader.get_by_role("rowheader", name=name))
    follow(row.locator("td.num:not(.wide-only) a, td.num a").nth(1))
    return shown(leader)


def shown(page: Page) -> int:
    return int(page.locator(".big-number b").inner_text().replace(",", ""))


def lock_now(lead: Page, system: System) -> None:
    """By the report's rules the round was due and locked weeks ago."""
    lead.goto(f"{system.url}/reports")
    follow(lead.get_by_role("link", name=re.compile(REPORT)).first)
    follow(lead.get_by_role("link", name="修改", exact=True))
    lead.get_by_label("应报日", exact=True).fill("1")
    lead.get_by_label("锁定日", exact=True).fill("1")
    follow(lead.get_by_role("button", name="保存", exact=True))
    round_board(lead, system)
    expect(lead.get_by_role("main")).to_contain_text("已锁定")
