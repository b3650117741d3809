"""A notice as a paste or a text file brings it: nothing of it is lost, and what it looks like is what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.blocks import Paragraph, Reason, Span
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.files import read_file, read_text
from services.tasks.notices.sources.cleaning import clean
from services.tasks.notices.sources.traditional import is_traditional, simplify
from tests.support.notices_read import lost_or_twice, skipped, tables, texts

NOTICES = sorted((Path(__file__).parent / "notices").glob("*.txt"))
PARAGRAPH = "坚持就业优先，把稳岗位、扩就业放在突出位置，健全公共服务体系，加强重点群体帮扶，确保全县就业局势总体稳定"

# Nothing is lost

PIECES = st.sampled_from(
    ["一、", "（一）", "1.", "第一章 ", "县教育局", "责任单位：", "责 任 单 位：", "。", "；", "\t",
     "|", "│", "┌──┬──┐", "├──┼──┤", "│稳岗├──┤",
     "  ", "\u3000", "\u200b", "\u00a0", "\ufeff", "來源：縣人社局",
     "打印本页", "版权所有", "首页 > 通知", "\n", "\n\n", "\r\n", '"', "---", "abc"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=60).map("".join))
def test_nothing_of_a_text_is_lost_in_silence(text):
    try:
        source = read_text(text)
    except NoticeUnreadableError:
        return

    assert lost_or_twice(source) == []


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_nothing_of_an_example_is_lost_and_nothing_of_it_skipped(path):
    source = read_file(path.name, path.read_bytes())

    assert lost_or_twice(source) == []
    assert skipped(source) == []


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_a_notice_in_good_order_stays_paragraph_by_paragraph(path):
    lines = path.read_text(encoding="utf-8").split("\n")

    assert texts(read_file(path.name, path.read_bytes())) == [clean(line) for line in lines if clean(line)]


ENDED = st.text(st.sampled_from("县教育局开展技能培训加强服务，、1月底前（）"), min_size=1, max_size=90).map(
    lambda text: f"县{text}办。"
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "1.", "（一）", "一、", "\u3000\u3000"]), ENDED), min_size=1, max_size=12)
)
def test_paragraphs_that_end_are_neither_joined_nor_cut(lines):
    text = "\n".join(number + body for number, body in lines)

    assert texts(read_text(text)) == [clean(line) for line in text.split("\n")]


@given(st.text(max_size=60))
def test_cleaning_again_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


# Signs


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("1.做好统筹。\u00a0责任单位：县财政局", "1.做好统筹。 责任单位：县财政局"),
        ("责任\u200b单位：\ufeff县财政局\u00ad", "责任单位：县财政局"),
        ("责 任 单 位：县财政局", "责任单位：县财政局"),
        ("牵　头　单　位：县财政局、县教育局", "牵头单位：县财政局、县教育局"),
        ("（责 任 单 位：县财政局）", "（责任单位：县财政局）"),
        ("联 系 人：张 三", "联系人：张 三"),
        ("青 屏 县 人 民 政 府", "青屏县人民政府"),
        ("责任单位∶县财政局", "责任单位：县财政局"),
        ("ＡＩ培训１００人", "AI培训100人"),
        ("甲 乙 丙", "甲 乙 丙"),
        ("县财政局 县教育局 县住建局", "县财政局 县教育局 县住建局"),
    ],
)
def test_what_nobody_sees_is_not_read(line, read):
    source = read_text(line)

    assert texts(source) == [read]
    assert source.lines == (line,)


def test_a_traditional_text_is_read_simplified_and_stays_as_it_was_in_the_source():
    text = "青屏縣穩崗工作方案\n一、重點任務\n1.做好統籌。責任單位：縣財政局、縣教育局"
    source = read_text(text)

    assert texts(source) == ["青屏县稳岗工作方案", "一、重点任务", "1.做好统筹。责任单位：县财政局、县教育局"]
    assert "\n".join(source.lines) == text


@pytest.mark.parametrize(
    "text", ["乾县著名企业於家坊项目：建设乾元路，改造著作权服务中心。", "县人社局", "", "皇后镇后里村"]
)
def test_a_simplified_text_with_a_few_such_signs_in_names_stays(text):
    assert not is_traditional(text)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_simplifying_keeps_every_place(text):
    assert len(simplify(text)) == len(text)


# Lines that were broken

BROKEN = """青屏县稳岗工作方案
一、重点任务
1.支持创业。对符合条件的高校毕业生、返乡农民工给予一次性创业补
贴，优先提供场地支持和跟踪服务，对吸纳就业多的创业项目在担保贷
款额度上给予倾斜，全年扶持创业200人。责任单位：县人社局、县财政
局
2.开展培训。围绕重点产业开展技能培训，全年培训1000人次，培训合
格率达到百分之九十以上。
责任单位：县人社局"""


def test_lines_broken_at_a_column_are_one_paragraph_with_several_origins():
    source = read_text(BROKEN)

    assert texts(source)[2:] == [
        (
            "1.支持创业。对符合条件的高校毕业生、返乡农民工给予一次性创业补贴，优先提供场地支持和跟踪服务，对吸纳就业多的创业项目在担保贷款额度上给予倾斜，"
            "全年扶持创业200人。责任单位：县人社局、县财政局"
        ),
        "2.开展培训。围绕重点产业开展技能培训，全年培训1000人次，培训合格率达到百分之九十以上。",
        "责任单位：县人社局",
    ]
    assert [span.line for span in source.blocks[2].origins] == [2, 3, 4, 5]
    assert lost_or_twice(source) == []


def test_with_indents_a_line_without_one_goes_on_even_after_a_full_stop():
    first = f"\u3000\u3000支持创业。{PARAGRAPH}，并全年跟踪服务。全年扶持创业200人以上，培训一千人次。"
    second = f"\u3000\u3000开展培训。{PARAGRAPH}。"
    lines = [text[place : place + 30] for text in (first, second) for place in range(0, len(text), 30)]

    assert texts(read_text("\n".join(lines))) == [clean(first), clean(second)]


def test_a_list_of_lines_of_about_one_length_is_no_broken_paragraph():
    lines = [
        "县人社局牵头做好高校毕业生就业服务工作并按月报送",
        "县教育局牵头做好在校学生就业指导工作并按月报送",
        "县财政局牵头做好资金保障与监督检查工作按季报送",
    ]

    assert texts(read_text("\n".join(lines))) == lines


# Pastes that lost their line ends


def test_ten_measures_in_one_paragraph_are_cut_at_their_numbers():
    measures = [f"{number}、支持第{number}类企业稳岗。责任单位：县财政局。" for number in "一二三四五六七八九十"]
    source = read_text("青屏县稳岗十条措施 " + "".join(measures))

    assert texts(source) == ["青屏县稳岗十条措施", *measures]
    assert {span.line for block in source.blocks for span in block.origins} == {0}
    assert lost_or_twice(source) == []


def test_lower_numbers_are_cut_below_higher_ones():
    text = (
        "一、重点任务（一）稳岗。1.做好统筹。责任单位：县财政局。2.做好台账。（二）创业。1.支持创业。2.培训200人。"
        "二、保障措施。加强领导。"
    )

    assert texts(read_text(text)) == [
        "一、重点任务", "（一）稳岗。", "1.做好统筹。责任单位：县财政局。", "2.做好台账。",
        "（二）创业。", "1.支持创业。", "2.培训200人。",
        "二、保障措施。加强领导。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "（一）做好统筹。包括：（1）建立台账，逐一核对登记；（2）按月报送；（3）加强检查。责任单位：县财政局、县教育局、县住建局。",
        "推动一、二、三产业融合发展，建设示范园区3个，带动农户增收。一、二、三等奖各设若干名，由县教育局另行公布。",
        "全年投资1.5亿元，增长3.2%，2.6万人受益。其中3.1万人为脱贫人口，由县人社局、县乡村振兴局按月核对。",
        "1.做好统筹。按2025年1月1日起执行的标准发放补贴，由县财政局、县教育局按各自职责分工做好落实，2025年底前完成。",
    ],
)
def test_a_list_inside_sentences_is_not_cut(text):
    assert texts(read_text(text)) == [text]


# Tables that are drawn

BOX = """青屏县任务分解表
┌──┬──────┬────┬────┐
│序号│工作任务    │责任单位│完成时限│
├──┼──────┼────┼────┤
│1   │新建校舍3所 │县教育局│2027年  │
│    │            │        │6月底   │
├──┼──────┼────┼────┤
│2   │改造道路    │县交通局│2027年底│
│    ├──────┼────┤        │
│    │改造桥梁    │县住建局│        │
└──┴──────┴────┴────┘
抄送：县委办公室。"""


def test_a_drawn_table_is_a_table_with_cells_of_several_lines_and_merged_ones():
    source = read_text(BOX)

    assert tables(source) == [
        (
            ("序号", "工作任务", "责任单位", "完成时限"),
            ("1", "新建校舍3所", "县教育局", "2027年6月底"),
            ("2", "改造道路", "县交通局", "2027年底"),
            ("2", "改造桥梁", "县住建局", "2027年底"),
        )
    ]
    assert texts(source) == ["青屏县任务分解表", "抄送：县委办公室。"]
    assert {piece.reason for piece in source.skipped} == {Reason.DECORATION}
    assert lost_or_twice(source) == []


def test_a_drawn_table_alone_is_a_text_and_is_read():
    lines = [line for line in BOX.split("\n") if line[0] in "┌│├└"]

    assert len(tables(read_file("表.txt", "\n".join(lines * 30).encode()))) >= 1


ROWS = (("序号", "工作任务", "责任单位"), ("1", "新建校舍3所", "县教育局"), ("2", "改造道路", "县交通局、县住建局"))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("\t".join(row) for row in ROWS),
        "\n".join("|" + "|".join(row) + "|" for row in ROWS),
        "\n".join(" | ".join(row) for row in ROWS),
        "| 序号 | 工作任务 | 责任单位 |\n|---|:---:|---|\n" + "\n".join(f"| {' | '.join(row)} |" for row in ROWS[1:]),
        "+---+---+---+\n" + "\n+---+---+---+\n".join(f"| {' | '.join(row)} |" for row in ROWS) + "\n+---+---+---+",
        "序号  工作任务     责任单位\n1     新建校舍3所  县教育局\n2     改造道路     县交通局、县住建局",
        ("序号\u3000工作任务\u3000\u3000\u3000责任单位\n1\u3000\u3000 新建校舍3所 \u3000县教育局\n2\u3000\u3000 "
        "改造道路\u3000\u3000\u3000县交通局、县住建局"),
        ("序号  工作任务     责任单位\n1     新建校舍3所  县教育局\n2     改造         县交通局、\n      道路     "
        "    县住建局"),
    ],
)  # fmt: skip
def test_rows_parted_by_tabs_strokes_or_blanks_are_a_table(text):
    source = read_text(f"青屏县任务分解表\n{text}\n青屏县人民政府")

    assert tables(source) == [ROWS]
    assert texts(source) == ["青屏县任务分解表", "青屏县人民政府"]
    assert lost_or_twice(source) == []


def test_a_cell_with_line_ends_in_quotation_marks_is_one_cell():
    text = '序号\t工作任务\t责任单位\n1\t"新建校舍3所，\n改造道路"\t县教育局'

    assert tables(read_text(text)) == [(ROWS[0], ("1", "新建校舍3所，\n改造道路", "县教育局"))]


@pytest.mark.parametrize("gap", ["\t\t", "", "\t\t\n\t\t\n"])
def test_an_empty_row_does_not_end_a_table(gap):
    text = "\n".join(["\t".join(ROWS[0]), "\t".join(ROWS[1]), gap, "\t".join(ROWS[2])])

    [table] = tables(read_text(text))

    assert [row for row in table if any(row)] == list(ROWS)
    assert lost_or_twice(read_text(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "1.\t做好统筹\n2.\t做好台账\n3.\t按月报送",
        "联系人：张三  电话：0559-1\n县教育局  县财政局",
        "甲 | 乙\n丙",
        "——————\n加强领导",
    ],
)
def test_what_is_no_table_for_sure_stays_text(text):
    assert tables(read_text(text)) == []


# Web pages that were pasted

PAGE = """首页
政务公开
互动交流
办事服务
您当前的位置：首页 > 政务公开 > 通知公告
青屏县人民政府办公室关于印发稳岗工作方案的通知
来源：县政府办公室 发布时间：2027-03-01 浏览次数：125
字号：[大 中 小] 打印本页 关闭窗口
一、重点任务
1.做好统筹。责任单位：县财政局
分享到：微信 微博
上一篇：关于春季防火的通知
主办单位：青屏县人民政府办公室
版权所有 青屏县人民政府
皖ICP备00000000号 网站标识码：3410000001
"""


def test_of_a_pasted_web_page_only_the_notice_is_read():
    source = read_text(PAGE)

    assert texts(source) == [
        "青屏县人民政府办公室关于印发稳岗工作方案的通知",
        "一、重点任务",
        "1.做好统筹。责任单位：县财政局",
    ]
    assert {piece.reason for piece in source.skipped} == {Reason.NAVIGATION}
    assert lost_or_twice(source) == []


@pytest.mark.parametrize(
    "line",
    [
        "做好网站标识码、ICP备案和公网安备的核查。",
        "来源：省级稳岗资金。",
        "作者：县融媒体中心",
        "保护版权所有者的权益",
        "责任单位：县网信办（网站标识码：3410000001）",
    ],
)
def test_a_measure_about_web_sites_is_no_footer(line):
    text = f"一、重点任务\n1.做好统筹。\n{line}\n完成时限：2027年6月底\n责任单位：县财政局\n县人社局配合。\n长期坚持。"

    assert skipped(read_text(text)) == []


def test_sentences_below_what_gives_a_footer_away_are_kept():
    text = "一、重点任务\n1.做好统筹。\n皖ICP备00000000号\n县财政局负责拨付资金。"

    assert skipped(read_text(text)) == ["皖ICP备00000000号"]


def test_who_holds_an_event_is_no_footer():
    text = "一、重点任务\n1.举办招聘会。\n主办单位：县人社局\n2.做好台账。\n主办单位：县财政局"

    assert skipped(read_text(text)) == []


# What is said of it


@pytest.mark.parametrize(
    ("text", "says"), [("", "空"), ("\u200b\n\u00a0", "空"), ("甲" * 200_001, "有一行超过 20 万字")]
)
def test_what_is_no_notice_is_refused_with_the_true_reason(text, says):
    with pytest.raises(NoticeUnreadableError) as raised:
        read_text(text)

    assert says in raised.value.text.zh


def test_a_paragraph_says_where_it_stood():
    assert read_text("\u3000\u3000甲\u200b \n乙").blocks == (Paragraph("甲"), Paragraph("乙"))
    assert [block.origins for block in read_text("\u3000\u3000甲\u200b \n乙").blocks] == [
        (Span(0, 2, 3),),
        (Span(1, 0, 1),),
    ]


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["1.回访。（责任单位：县人", "社局）"], ["1.回访。（责任单位：县人社局）"]),
        (["责任单位：县人社局、县", "残联、县教育局"], ["责任单位：县人社局、县残联、县教育局"]),
        (["促进就业", "，制定本方案。"], ["促进就业，制定本方案。"]),
        (["责任单位：县人社局", "县残联、县教育局"], ["责任单位：县人社局", "县残联、县教育局"]),
        (["责任单位：县人社局、县残联", "做好宣传工作"], ["责任单位：县人社局、县残联", "做好宣传工作"]),
        (["（责任单位：县人社局", "（二）开展培训"], ["（责任单位：县人社局", "（二）开展培训"]),
    ],
)
def test_a_line_broken_inside_a_bracket_or_a_list_of_units_is_joined_alone(lines, read):
    source = read_text("\n".join(lines))

    assert texts(source) == read
    assert lost_or_twice(source) == []
