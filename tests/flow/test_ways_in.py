"""A notice by every way it comes to a lead bureau, in the browser: pasted, as a PDF, as a page of a web site."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.flow.conftest import MODES, System, follow
from tests.support.chromium import PHONE_WIDTH

pytestmark = pytest.mark.parametrize("system", MODES[-1:], indirect=True)

PASTED = """歙县稳岗就业工作方案
一、重点任务
1.新建校舍3所。责 任 单 位：县教育局
2.举办招聘会20场。责任单位：县人社局
序号\t工作任务\t责任单位\t完成时限
1\t培训1000人次\t县人社局\t2027年6月底
"""
PAGE = """<meta charset="utf-8"><title>歙县稳岗就业工作方案</title>
<style>p{text-indent:2em;font-size:16pt;line-height:28pt}
td{border:1px solid #000}</style><h1>歙县稳岗就业工作方案</h1><p>一、重点任务</p>
<p>1.新建校舍3所，改造提升农村义务教育薄弱学校办学条件，把校舍安全放在第一位，确保按期交付使用。责任单位：县教育局</p>
<p>2.举办招聘会20场。责任单位：县人社局</p>"""


def open_import(lead: Page, system: System) -> None:
    lead.goto(f"{system.url}/checklists/import")


def import_it(lead: Page) -> None:
    follow(lead.get_by_role("button", name="导入", exact=True))


def test_a_paste_becomes_a_draft_on_a_phone_without_scripts(system: System, sign_in):
    lead = sign_in("lead", width=PHONE_WIDTH, javascript=False)
    open_import(lead, system)
    lead.get_by_label("或者粘贴通知正文").fill(PASTED)
    import_it(lead)

    main = lead.get_by_role("main")
    expect(lead.get_by_role("heading", level=1)).to_contain_text("歙县稳岗就业工作方案")
    for title in ("新建校舍3所", "举办招聘会20场", "培训1000人次"):
        expect(main).to_contain_text(title)


def test_a_file_and_a_paste_are_both_kept_until_it_is_said_which(system: System, sign_in):
    lead = sign_in("lead")
    open_import(lead, system)
    file = {"name": "通知.txt", "mimeType": "text/plain", "buffer": PASTED.replace("校舍", "桥梁").encode()}
    lead.get_by_label("通知文件").set_input_files(file)
    lead.get_by_label("或者粘贴通知正文").fill(PASTED)
    import_it(lead)

    expect(lead.get_by_role("main")).to_contain_text("只能读一个")
    assert lead.get_by_label("或者粘贴通知正文").input_value().replace("\r", "") == PASTED
    follow(lead.get_by_role("button", name="导入这个文件"))
    expect(lead.get_by_role("main")).to_contain_text("新建桥梁3所")


def test_neither_file_nor_paste_is_asked_for(system: System, sign_in):
    lead = sign_in("lead")
    open_import(lead, system)
    import_it(lead)

    expect(lead.get_by_role("main")).to_contain_text("选择文件")


def test_what_the_browser_prints_as_a_pdf_and_what_it_saves_are_read(system: System, sign_in):
    lead = sign_in("lead")
    lead.set_content(PAGE)
    printed = lead.pdf(format="A4")
    for name, content in (("通知.pdf", printed), ("通知.html", PAGE.encode())):
        open_import(lead, system)
        lead.get_by_label("通知文件").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        import_it(lead)

        expect(lead.get_by_role("heading", level=1)).to_contain_text("歙县稳岗就业工作方案")
        expect(lead.get_by_role("main")).to_contain_text("新建校舍3所")
        expect(lead.get_by_role("main")).to_contain_text("举办招聘会20场")
