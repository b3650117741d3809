"""A notice as a saved web page: the notice is read, what the site puts around it is skipped, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.blocks import Reason
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.files import read_file, read_text
from tests.support.notices_read import lost_or_twice, skipped, tables, texts

TITLE = "青屏县人民政府办公室关于印发2027年稳岗工作方案的通知"
MENU = "".join(
    f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(["首页", "政务公开", "互动交流", "走进青屏"])
)
BODY = """<p style="text-indent:2em">一、重点任务</p>
<p>&nbsp;&nbsp;1.做好统筹，<a href="/x">健全机制</a>，<b>新建</b>校舍3所。<br>责 任 单 位：县财政局</p>
<table><tr><th>序号</th><th>工作任务</th><th>责任单位</th></tr>
<tr><td rowspan="2">1</td><td>改造道路</td><td>县交通局</td></tr>
<tr><td>改造桥梁</td><td><p>县住建局</p><p>县水利局</p></td></tr>
<tr><td>2</td><td colspan="2">县教育局</td></tr></table>
<p><a href="a.docx">附件：任务分解表.docx</a></p>"""
FOOT = """<div class="foot"><p>主办单位：青屏县人民政府办公室 电话：0559-0000000</p>
<p>版权所有 皖ICP备00000000号 网站标识码：3410000001</p></div>"""
READ = ["一、重点任务", "1.做好统筹，健全机制，新建校舍3所。", "责任单位：县财政局", "附件：任务分解表.docx"]
ROWS = (
    ("序号", "工作任务", "责任单位"),
    ("1", "改造道路", "县交通局"),
    ("1", "改造桥梁", "县住建局\n县水利局"),
    ("2", "县教育局", "县教育局"),
)


def page(inner: str, head: str = f"<title>{TITLE}_青屏县人民政府</title>") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{head}<style>p{{color:red}}</style></head><body>
<script>var a = "<p>不读</p>";</script><ul class="menu">{MENU}</ul>{inner}
<div style="display:none">看不见</div>{FOOT}</body></html>"""


NAMED = page(
    f"""<div class="path">您当前的位置：<a href="/">首页</a> &gt; <a href="/a">通知公告</a></div>
<div class="wrap"><h1>{TITLE}</h1><div class="info">来源：县政府办公室 发布时间：2027-03-01 浏览次数：12</div>
<div class="tools">字号：<a>大</a> <a>中</a> <a>小</a> <a>打印本页</a> <a>关闭窗口</a></div>
<div class="TRS_Editor">{BODY}</div><div>分享到：<a>微信</a></div>
<div>上一篇：<a href="/1">关于防火的通知</a></div>
<div class="side"><ul><li><a>相关政策解读一</a></li></ul></div></div>"""
)
OLD = page(
    f"""<table width="100%"><tr><td colspan="2">当前位置：首页 &gt; 公告</td></tr>
<tr><td><a>办事服务</a><br><a>网上办事</a></td>
<td><table><tr><td align="center" class="title">{TITLE}</td></tr><tr><td>【字体：大 中 小】【打印】【关闭】</td></tr>
<tr><td id="zoom">{BODY}</td></tr></table></td></tr></table>"""
)
PLAIN = page(f"<h2>{TITLE}</h2>{BODY}")
WORD = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv=Content-Type content="text/html; charset=gb2312">
<title>通知</title></head><body lang=ZH-CN>
<div class=WordSection1><p class=MsoTitle>{TITLE}</p>
{BODY}</div></body></html>"""


@pytest.mark.parametrize("html", [NAMED, OLD, PLAIN, WORD], ids=["named", "old", "plain", "word"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_notice_of_a_page_is_read_with_its_title_and_tables(html, encoding):
    source = read_file("通知.html", html.encode(encoding))

    assert texts(source) == [TITLE, *READ]
    assert tables(source) == [ROWS]
    assert lost_or_twice(source) == []
    assert {piece.reason for piece in source.skipped} <= {Reason.NAVIGATION}


def test_what_a_site_puts_around_it_is_said_to_be_skipped():
    left_out = skipped(read_text(NAMED))

    assert "首页" in left_out
    assert "来源：县政府办公室 发布时间：2027-03-01 浏览次数：12" in left_out
    assert "版权所有 皖ICP备00000000号 网站标识码：3410000001" in left_out
    assert not any("看不见" in line or "不读" in line for line in left_out)


def test_the_record_of_a_page_is_no_table_of_the_notice():
    cells = (("索引号：", "1", "主题分类：", "劳动"), ("发布机构：", "县府办", "成文日期：", "2027年"))
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    record = f"<table>{rows}</table>"
    source = read_text(page(f'{record}<div class="TRS_Editor">{BODY}</div>'))

    assert tables(source) == [ROWS]
    assert lost_or_twice(source) == []


def test_a_page_without_an_end_is_read():
    assert texts(read_text("<p>一、重点任务<p>1.做好统筹。<td>责任单位：县财政局")) == [
        "一、重点任务",
        "1.做好统筹。",
        "责任单位：县财政局",
    ]


def test_a_text_with_a_sign_of_markup_in_it_is_no_page():
    assert texts(read_text("<一>重点任务\n目标 < 5 万")) == ["<一>重点任务", "目标 < 5 万"]


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<html><body>" + "<div>" * 800_000, "标记超过"),
        ("<html><body>" + "<div>" * 50_000 + "甲", "套得太深"),
        ("<html><table>" + "<tr><td colspan=63>甲<td>乙" * 60_000, "标记超过|格"),
        ("<html><body><script>var a = 1;</script></body></html>", "空"),
    ],
)
def test_a_page_beyond_reason_is_refused_with_the_reason(html, says):
    with pytest.raises(NoticeUnreadableError) as raised:
        read_text(html)

    assert any(one in raised.value.text.zh for one in says.split("|"))


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "<td rowspan=3 colspan=2>", "<br>",
     "<a>", "</a>", "<b>", "<nav>",
     "</nav>", "<h1>", "甲", "一、重点任务", "打印本页", "版权所有", "&nbsp;", "\u200b", "&lt;", " ", "\n"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=50).map("".join))
def test_nothing_of_a_page_is_lost_in_silence(html):
    try:
        source = read_text(f"<html><body>{html}</body></html>")
    except NoticeUnreadableError:
        return

    assert lost_or_twice(source) == []
    everything = "".join(source.lines)
    assert all(everything.count(word) >= html.count(word) for word in ("甲", "一、重点任务", "打印本页", "版权所有"))


def test_a_merged_cell_covers_its_rows_and_no_more():
    rows = "".join(
        f"<tr>{cells}</tr>"
        for cells in (
            "<th>序号</th><th>责任单位</th><th>任务</th>",
            "<td>1</td><td rowspan='2'>县教育局</td><td rowspan='3'>办班</td>",
            "",
            "<td>2</td><td>县财政局</td>",
        )
    )
    (table,) = tables(read_file("notice.html", page(f"<p>各单位按下表办理。</p><table>{rows}</table>").encode()))

    assert tuple(table[1:]) == (("1", "县教育局", "办班"), ("", "", ""), ("2", "县财政局", "办班"))


def test_lines_as_they_were_typed_stay_lines():
    html = (
        "<html><body><div><pre>青屏县稳岗工作方案\n一、重点任务\r\n1.做好统筹。\n责任单位：县财政局</pre>"
        '<p style="white-space: pre-line">2.做好台账。\n责任单位：县人社局</p><p>3.按月\n报送。</p></div></body></html>'
    )

    assert texts(read_text(html)) == [
        "青屏县稳岗工作方案", "一、重点任务", "1.做好统筹。", "责任单位：县财政局", "2.做好台账。",
        "责任单位：县人社局", "3.按月 报送。",
    ]  # fmt: skip


def test_what_a_measure_says_of_its_source_is_no_line_about_the_page():
    html = (
        "<html><body><div><h1>青屏县稳岗工作方案</h1><p>来源：县政府</p><p>一、重点任务</p><p>1.发放资金。</p><p>来源：稳岗资金</p>"
        "<p>责任单位：县财政局</p><p>2.做好台账。</p><p>责任单位：县人社局</p><p>3.按月报送。</p><p>编辑：张三</p></div></body></html>"
    )

    assert "来源：稳岗资金" in texts(read_text(html))
    assert not {"来源：县政府", "编辑：张三"} & set(texts(read_text(html)))
