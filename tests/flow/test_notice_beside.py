"""A notice beside its draft in a real browser, without scripts: on a telephone and on a desktop, in both languages."""

import pytest
from playwright.sync_api import expect

from tests.flow.conftest import MODES, follow
from tests.flow.test_accessible import UNFOLD, hidden_by_the_bar
from tests.flow.test_amending import faults_of
from tests.support.chromium import DESKTOP_WIDTH, PHONE_WIDTH

NOTICE = """关于印发《2026年乡村就业方案》的通知
各乡镇人民政府:
一、工作举措
(一)扩大就业
1.创业园。建设创业园3个以上。办好创业大赛。(责任单位:县人社局)
2.招聘会。办好招聘会20场以上。开展直播带岗。(责任单位:县发改委)
二、工作要求
各单位要加强领导。每季度报送进展。
联系人：张三，联系电话：1234567
"""
OPEN_ENDS = """歙县2027年就业服务季实施方案
各乡镇人民政府，县直各单位：
一、工作举措
(一)扩大就业
1.招聘会。县残联、县妇联、团县委各举办招聘会2场。(责任单位：县残联负责联系企业、县妇联负责组织妇女，2027年6月底前完成)
2.见习岗位。(牵头单位：县审批局、县人社局；责任单位：县教育局等)
3.走访企业。(责任单位：有关部门，完成时限：春节前)
4.回访毕业生。
5.市容持续改善。(责任单位：县税务局、县应急局，完成时限：2027年2月30日)
二、工作要求
各单位要加强领导。请各乡镇于2027年3月20日前将名单报送县人社局。
联系人：张三，联系电话：0559-6512345
"""
SIDE_BY_SIDE = """() => {
    const [original, place] = document.querySelectorAll("#p5 > div");
    const left = original.getBoundingClientRect(), right = place.getBoundingClientRect();
    return left.right <= right.left && Math.abs(left.top - right.top) < 8;
}"""


def import_notice(page, url, notice=NOTICE):
    page.goto(f"{url}/checklists/import")
    page.get_by_label("文件").set_input_files({"name": "通知.txt", "mimeType": "text/plain", "buffer": notice.encode()})
    follow(page.get_by_role("button", name="导入", exact=True))


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("width", [PHONE_WIDTH, DESKTOP_WIDTH])
def test_what_was_left_out_is_taken_measures_are_split_and_merged_and_all_is_undone(system, sign_in, width):
    page = sign_in("lead", width=width, javascript=False)
    import_notice(page, system.url)
    draft = page.url

    expect(page.get_by_role("main")).to_contain_text("原文 9 段：采用 5，未采用 4。")
    follow(page.get_by_role("link", name="1.2 的原文"))
    assert page.url.endswith("/source?number=6#p6")
    follow(page.get_by_role("link", name="只看没有采用的"))
    expect(page.locator("li.left-out")).to_have_count(4)
    piece = page.locator("#p8")
    expect(piece).to_contain_text("放到 1.2 招聘会")
    follow(piece.get_by_role("button", name="作为任务"))
    expect(page.locator("#last")).to_contain_text("最近一步：采用“各单位要加强领导”")
    expect(page.locator("li.left-out")).to_have_count(3)
    follow(page.get_by_role("button", name="撤销这一步"))
    expect(page.locator("li.left-out")).to_have_count(4)

    follow(page.get_by_role("link", name="看全部"))
    follow(page.get_by_role("link", name="拆分 1.2"))
    page.get_by_label("开展直播带岗。").check()
    follow(page.get_by_role("button", name="拆分"))
    expect(page.get_by_role("status")).to_contain_text("已拆成两条，后一条是 1.3 开展直播带岗")
    follow(page.get_by_role("link", name="开展直播带岗", exact=True).first)
    follow(page.get_by_role("button", name="与上一条合并"))
    expect(page.get_by_role("status")).to_contain_text("已并入 1.2 招聘会")
    follow(page.get_by_role("button", name="撤销这一步"))
    page.goto(f"{draft}/source")
    follow(page.get_by_role("button", name="撤销这一步"))
    expect(page.locator("#last")).to_have_count(0)
    expect(page.locator("li.taken a", has_text="1.3")).to_have_count(0)


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
def test_figures_of_a_notice_become_targets_several_at_once(system, sign_in):
    page = sign_in("lead", width=PHONE_WIDTH, javascript=False)
    import_notice(page, system.url)
    draft = page.url

    follow(page.get_by_role("link", name="去选择"))
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("数值").first.fill("5")
    follow(page.get_by_role("button", name="把勾选的作为目标"))

    expect(page.get_by_role("status")).to_contain_text("2 个数已作为目标")
    page.goto(draft)
    page.locator("summary", has_text="目标").click()
    expect(page.get_by_role("row", name="创业园")).to_contain_text("≥ 5 个")


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [PHONE_WIDTH, DESKTOP_WIDTH])
def test_its_pages_are_clean_for_axe_and_fit(system, sign_in, width, language):
    page = sign_in("lead", width=width)
    import_notice(page, system.url)
    draft = page.url
    row = page.locator("li.level-2 > a[href^='/rows/']").last.get_attribute("href")
    if language == "en":
        follow(page.get_by_role("link", name="English"))
    faults = {}
    for address in (draft, f"{draft}/source", f"{draft}/source?number=8&at=8#p8", f"{draft}/source?only=1"):
        page.goto(address)
        faults[address] = faults_of(page)
    page.goto(f"{draft}/source")
    assert page.evaluate(SIDE_BY_SIDE) is (width == DESKTOP_WIDTH)
    for address in (f"{system.url}{row}", f"{system.url}{row}/split", f"{draft}/figures"):
        page.goto(address)
        faults[address] = faults_of(page)
    assert list(hidden_by_the_bar(page)) == []
    follow(page.locator("button[value=take]").last)
    expect(page.get_by_role("alert")).to_be_visible()
    faults["refused"] = faults_of(page)

    assert {address: found for address, found in faults.items() if found != ([], 0)} == {}


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize(("width", "language"), [(PHONE_WIDTH, "zh"), (PHONE_WIDTH, "en"), (DESKTOP_WIDTH, "zh")])
def test_what_a_notice_leaves_open_is_clean_for_axe_and_fits(system, sign_in, width, language):
    """Its year, whom to ask, what each unit does, names that nobody knows, and every kind of question."""
    page = sign_in("lead", width=width)
    import_notice(page, system.url, OPEN_ENDS)
    draft = page.url
    rows = [link.get_attribute("href") for link in page.locator("li.level-2 > a[href^='/rows/']").all()]
    expect(page.get_by_role("button", name="用作联系方式：张三 0559-6512345")).to_be_visible()
    page.goto(f"{draft}/questions")
    asked = set(page.locator("section.question").evaluate_all("all => all.map(one => one.id)"))
    assert asked >= {"left_out_duty", "unknown_unit", "several_leads", "open_ended", "group", "unclear_due"}
    page.goto(f"{draft}/names")
    expect(page.locator("fieldset.new-name")).to_have_count(3)
    page.goto(f"{system.url}{rows[0]}")
    expect(page.get_by_role("main")).to_contain_text("职责分工：县残联负责联系企业")
    if language == "en":
        follow(page.get_by_role("link", name="English"))
    faults = {}
    addresses = [draft, f"{draft}/questions", f"{draft}/names", f"{draft}/settings", f"{draft}/source"]
    addresses += [f"{draft}/questions?kind={kind}" for kind in sorted(asked)]
    for address in [*addresses, f"{system.url}/checklists/import", *(f"{system.url}{row}" for row in rows)]:
        page.goto(address)
        page.evaluate(UNFOLD)
        faults[address] = faults_of(page)

    assert {address: found for address, found in faults.items() if found != ([], 0)} == {}
