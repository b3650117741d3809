"""The text of a bulletin says what its facts say, and its file is set as the standard wants it."""

import datetime as dt
import io
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.bulletin import facts as frozen
from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.composing import compose
from services.stats.bulletin.fitting import ROOM, fitted, percent
from services.stats.bulletin.layout import Issue, paragraphs
from services.stats.bulletin.lengths import MOST, WANTED, Length, characters, length_of, warning
from services.stats.bulletin.rendering import Sheet, render
from services.stats.bulletin.spans import Kind, Span, offered, span_of
from services.stats.targets.progress import Standing
from shared.paper.parts import Role, level_of
from tests.support.bulletins import JUNE, a_target, counts, some_facts, some_overdue, units

ISSUED = Issue(6, 2026, dt.date(2026, 7, 2))
FIELDS = ("overall", "behind", "practice", "requirements")


def composed(facts):
    return compose(facts, JUNE, issuer="县人社局")


def text_of(fields):
    return "\n".join(getattr(fields, name) for name in FIELDS)


def rendered(facts, issue=ISSUED, **changed):
    content = render(Sheet(replace(composed(facts), **changed), issue, tuple(annexes(facts))))
    return docx.Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def document():
    return rendered(some_facts(), practice="1. 徽城镇：设窗口。\n（1）第四级。", copies="县委办公室")


# The text


def test_the_text_says_the_numbers_of_the_facts_and_the_day():
    overall = composed(some_facts()).overall

    assert "截至2026年6月30日，《2026年就业清单》分解责任280项：已完成120项（其中逾期完成20项），占42.9%" in overall
    assert "逾期未完成7项" in overall
    assert (
        "截至当日到期应完成130项，其中已完成110项，占84.6%；6月1日至6月30日到期30项，其中已完成25项，占83.3%。"
        in overall
    )


def test_targets_are_counted_by_the_five_words_with_their_shares():
    behind = [a_target(number, Standing.BEHIND) for number in range(17)]
    others = [Standing.AHEAD] * 10 + [Standing.REACHED] * 24 + [Standing.OTHER] * 9 + [Standing.ON_TIME] * 162
    facts = some_facts(targets=(*behind, *(a_target(99, one) for one in others)))

    said = composed(facts).overall

    assert (
        "目标共222个：已完成24个（10.8%），超进度10个（4.5%），达进度162个（73.0%），欠进度17个（7.7%），其它9个（4.1%）。"
        in said
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(Standing), max_size=40))
def test_the_five_words_add_up_to_all_targets(standings):
    facts = some_facts(targets=tuple(a_target(n, one) for n, one in enumerate(standings)))

    found = re.search(r"目标共(\d+)个：(.*)。", composed(facts).overall)

    if not standings:
        assert found is None
    else:
        numbers = [int(number) for number in re.findall(r"(\d+)个（", found[2])]
        counted = Counter(standings)
        assert numbers == [counted[one] for one in Standing]
        assert sum(numbers) == int(found[1]) == len(standings)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 27), min_size=1, max_size=60))
def test_what_is_overdue_is_told_by_item_number_and_its_units_stay_in_the_order_of_the_directory(sizes):
    """Whatever the numbers are: nothing is sorted by how much somebody owes."""
    facts = some_facts(overdue=some_overdue(sizes))

    told = composed(facts).behind.split("（二）")[0]

    lines = [line for line in told.split("\n") if "完成时限" in line]
    places = [tuple(map(int, line.split(" ")[0].split("."))) for line in lines]
    assert places == sorted(places)
    for line in lines:
        names = re.findall(r"乡镇(\d+)", line)
        assert names == sorted(names)
    assert f"逾期未完成的责任{len(facts.overdue)}项" in told if facts.overdue else "没有逾期" in told


def test_many_overdue_items_keep_to_their_room_and_say_where_the_rest_stands():
    facts = some_facts(overdue=some_overdue([28] * 60))

    said = composed(facts).behind

    assert sum(map(len, said.split("\n")[2:-2])) <= ROOM + 40
    assert re.search(r"其余\d+行见附件。", said)
    assert characters([text_of(composed(facts))]) < WANTED


def test_no_text_is_longer_than_allowed_by_itself():
    """A whole country's lists are cut in the text; the tables have them."""
    late = tuple(frozen.LateRound(n, f"报表{n}", "2026-05", dt.date(2026, 6, 5), 28, units(28)) for n in range(30))
    coming = tuple(frozen.Coming(n, f"1.1.1.{n}", "开展走访" * 5, dt.date(2026, 7, 5), 28) for n in range(100))
    many = some_facts(
        overdue=some_overdue([28] * 35),
        late_rounds=late,
        rounds_due=30,
        coming=coming,
        targets=tuple(a_target(n, Standing.BEHIND) for n in range(200)),
    )

    assert characters([text_of(composed(many))]) <= WANTED


def test_nobody_is_praised_or_blamed():
    said = text_of(composed(some_facts(overdue=some_overdue([5, 5]))))

    for word in (
        "较好",
        "优秀",
        "不力",
        "严重",
        "先进",
        "后进",
        "排名",
        "名次",
        "批评",
        "表扬",
        "积极",
        "缓慢",
        "得分",
    ):
        assert word not in said


def test_a_month_without_anything_says_so():
    nothing = some_facts(
        counts=counts(), by_row=(), overdue=(), overdue_total=0, coming=(), late_rounds=(), rounds_due=0, targets=()
    )

    fields = composed(replace(nothing, period_due=0, period_done=0))

    assert "没有记录到责任" in fields.overall
    assert "还没有设定目标" in fields.overall
    assert "没有逾期未完成的责任" in fields.behind
    assert "本期没有应报的报表" in fields.behind
    assert fields.requirements.startswith(
        "截至2026年6月30日没有逾期的责任和缺报的报表，7月1日至7月31日没有到期的责任。"
    )
    assert fields.practice == ""


def test_invented_figures_are_called_so():
    invented = replace(a_target(1, Standing.BEHIND), is_invented=True)

    assert "均为虚构" in composed(some_facts(targets=(invented,))).overall
    assert "虚构" not in composed(some_facts()).overall


@pytest.mark.parametrize(
    ("kind", "first_on", "as_of", "title"),
    [
        (Kind.MONTH, dt.date(2026, 6, 1), dt.date(2026, 6, 30), "关于2026年就业清单6月份完成情况的通报"),
        (Kind.QUARTER, dt.date(2026, 4, 1), dt.date(2026, 6, 30), "关于2026年就业清单第二季度完成情况的通报"),
        (Kind.HALF_YEAR, dt.date(2026, 1, 1), dt.date(2026, 6, 30), "关于2026年就业清单上半年完成情况的通报"),
        (Kind.SINCE, dt.date(2026, 6, 11), dt.date(2026, 7, 5), "关于2026年就业清单6月11日至7月5日完成情况的通报"),
        (Kind.MONTH, dt.date(2027, 1, 1), dt.date(2027, 1, 31), "关于2026年就业清单2027年1月份完成情况的通报"),
    ],
)
def test_the_title_names_the_period(kind, first_on, as_of, title):
    assert compose(some_facts(), Span(kind, first_on, as_of), issuer="").title == title


def test_facts_are_the_same_after_they_were_kept():
    facts = some_facts(overdue=some_overdue([3]), targets=(a_target(1, Standing.BEHIND),))

    assert frozen.facts_of(frozen.as_json(facts)) == facts


# Lengths, lists that fit, periods


@given(st.text())
def test_characters_are_those_that_people_see(text):
    assert characters([text]) == len("".join(text.split()))
    assert characters([text, text]) == 2 * characters([text])


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (0, Length.FITS),
        (WANTED, Length.FITS),
        (WANTED + 1, Length.NEEDS_REASON),
        (MOST, Length.NEEDS_REASON),
        (MOST + 1, Length.TOO_LONG),
    ],
)
def test_a_text_above_the_limit_needs_a_reason_and_far_above_it_is_too_long(number, found):
    assert length_of(number) is found
    assert (warning(number) is None) == (found is Length.FITS)


@given(st.lists(st.text(min_size=1, max_size=50), min_size=1, max_size=50), st.integers(0, 500))
def test_a_list_is_whole_or_its_beginning_with_how_many_are_left_out(lines, room):
    found = fitted([lines], "其余{number}行", room=room)

    if sum(map(len, lines)) <= room:
        assert found == lines
    else:
        *shown, rest = found
        assert shown == lines[: len(shown)]
        assert rest == f"其余{len(lines) - len(shown)}行"
        assert sum(map(len, shown)) <= room


def test_shares_are_rounded_as_people_do_it():
    assert [percent(17, 222), percent(162, 222), percent(1, 8), percent(1, 0)] == ["7.7%", "73.0%", "12.5%", ""]
    assert percent(Decimal("0.3375")) == "33.8%"


def test_what_was_signed_is_composed_anew_as_it_was():
    """Pages show 99.9 and 0.1 %; paper that was signed before they did says what it said."""
    assert [percent(1999, 2000), percent(1, 2500), percent(Decimal("0.9996"))] == ["100.0%", "0.0%", "100.0%"]


def test_one_click_makes_this_month_as_of_yesterday_and_the_months_before_as_of_their_end():
    today, since = dt.date(2026, 7, 3), dt.date(2026, 2, 1)

    found = {(one.kind, one.first_on.isoformat(), one.as_of.isoformat()) for one in offered(today, since, None)}

    assert found == {
        (Kind.MONTH, "2026-07-01", "2026-07-02"),
        (Kind.MONTH, "2026-06-01", "2026-06-30"),
        (Kind.QUARTER, "2026-07-01", "2026-07-02"),
        (Kind.QUARTER, "2026-04-01", "2026-06-30"),
        (Kind.HALF_YEAR, "2026-07-01", "2026-07-02"),
        (Kind.HALF_YEAR, "2026-01-01", "2026-06-30"),
    }


@settings(deadline=None)
@given(
    st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31)),
    st.integers(0, 500),
    st.none() | st.integers(-3, 400),
)
def test_what_is_offered_is_never_to_come_nor_before_the_records(today, back, last):
    first = today - dt.timedelta(days=back)
    before = None if last is None else today - dt.timedelta(days=last)

    for span in offered(today, first, before):
        assert first <= span.as_of <= today
        assert span.first_on <= span.as_of < span.next_until
        assert span_of(span.kind, span.as_of, before) == span


def test_nothing_is_offered_without_records():
    assert offered(dt.date(2026, 7, 3), None, None) == []


# The form


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("一、总体情况", Role.FIRST),
        ("（一）责任完成情况", Role.SECOND),
        ("(二)目标", Role.SECOND),
        ("1. 城镇新增就业", Role.THIRD),
        ("（1）设窗口", Role.FOURTH),
        ("1.2.3.4 建成创业园", Role.BODY),
        ("2026年6月", Role.BODY),
        ("一是抓好", Role.BODY),
    ],
)
def test_the_numbering_of_a_line_says_its_level(line, role):
    assert level_of(line) is role


def test_an_empty_part_is_left_out_and_the_others_are_numbered_on():
    fields = composed(some_facts())

    headings = [one.text for one in paragraphs(fields, ISSUED, []) if one.role is Role.FIRST]

    assert headings == ["一、总体情况", "二、进度滞后和未报事项", "三、下一步要求"]


def test_the_page_is_a4_with_the_text_of_the_standard(document):
    (section,) = document.sections

    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    assert abs(section.page_height - Mm(297)) < Mm(0.1)
    assert abs(section.top_margin - Mm(37)) < Mm(0.1)
    assert abs(section.left_margin - Mm(28)) < Mm(0.1)
    assert abs(section.page_width - section.left_margin - section.right_margin - Mm(156)) < Mm(0.1)
    assert abs(section.page_height - section.top_margin - section.bottom_margin - Mm(225)) < Mm(0.1)


def fonts(element):
    found = element.rPr.rFonts
    return found.get(qn("w:eastAsia")), found.get(qn("w:ascii"))


@pytest.mark.parametrize(
    ("text", "style", "font", "size"),
    [
        ("关于2026年就业清单6月份完成情况的通报", "公文标题", "方正小标宋简体", 22),
        ("各乡镇人民政府，各有关部门：", "主送机关", "仿宋_GB2312", 16),
        ("一、总体情况", "一级标题", "黑体", 16),
        ("（一）责任完成情况", "二级标题", "楷体_GB2312", 16),
        ("1. 徽城镇：设窗口。", "三级标题", "仿宋_GB2312", 16),
        ("（1）第四级。", "四级标题", "仿宋_GB2312", 16),
        ("县人社局", "发文机关署名", "仿宋_GB2312", 16),
        ("2026年7月2日", "成文日期", "仿宋_GB2312", 16),
        ("附件1", "附件编号", "黑体", 16),
        ("抄送：县委办公室。", "抄送机关", "仿宋_GB2312", 14),
    ],
)
def test_each_part_has_the_font_and_the_size_of_the_standard(document, text, style, font, size):
    (found,) = [one for one in document.paragraphs if one.text == text]

    assert found.style.name == style
    assert fonts(found.style.element) == (font, "Times New Roman")
    assert found.style.font.size == Pt(size)


def test_a_line_holds_28_signs_and_a_page_22_lines(document):
    body = next(one for one in document.styles if one.name == "公文正文")
    nearer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20

    assert int(Mm(156).pt / (16 + nearer)) == 28
    assert int(Mm(225).pt / body.paragraph_format.line_spacing.pt) == 22
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_a_heading_that_runs_on_is_kai_up_to_its_first_full_stop():
    document = rendered(some_facts(), requirements="（一）补报报表。请未报的单位补报。")

    (found,) = [one for one in document.paragraphs if one.text.startswith("（一）补报报表。")]

    head, rest = found.runs
    assert (head.text, rest.text) == ("（一）补报报表。", "请未报的单位补报。")
    assert fonts(found.style.element)[0] == "楷体_GB2312"
    assert fonts(rest._r)[0] == "仿宋_GB2312"


def test_the_page_number_stands_right_on_odd_pages_and_left_on_even_ones(document):
    (section,) = document.sections

    assert document.settings.odd_and_even_pages_header_footer
    for footer, name, side in ((section.footer, "单页页码", "right"), (section.even_page_footer, "双页页码", "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph.style.name == name
        assert (fonts(paragraph.style.element)[0], paragraph.style.font.size) == ("宋体", Pt(14))
        assert [code.text for code in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
        assert paragraph.text.startswith("— ")
        assert paragraph.text.endswith(" —")
        assert paragraph.style.element.pPr.jc.val.name.lower() == side


def test_tables_fill_the_text_and_repeat_their_heads():
    facts = some_facts(overdue=some_overdue([28, 28]), targets=(a_target(1, Standing.BEHIND),))

    tables = rendered(facts).tables

    assert [len(table.rows) for table in tables] == [len(facts.by_row) + 1, 57, 2, 2]
    for table in tables:
        head, *rows = table._tbl.tr_lst
        assert head.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rows)
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst]
        assert abs(sum(widths) - Mm(156).twips) <= len(widths)


def test_an_overdue_table_that_is_cut_says_how_many_there_are():
    facts = replace(some_facts(overdue=some_overdue([2])), overdue_total=5000)

    (table,) = [one for one in annexes(facts) if one.title == "逾期未完成责任明细表"]

    assert table.note == "逾期未完成的责任共5000项，本表列前2项。"


def test_a_draft_says_so_on_every_page_and_has_no_number():
    document = rendered(some_facts(), Issue(None, None, None))
    (section,) = document.sections

    assert [one.paragraphs[0].text for one in (section.header, section.even_page_header)] == ["草稿（未签发）"] * 2
    assert "草稿，签发时编期号" in [one.text for one in document.paragraphs]
    (signed,) = rendered(some_facts()).sections
    assert "".join(one.text for one in signed.header.paragraphs) == ""


def test_the_same_content_makes_the_same_bytes_and_is_small():
    sheet = Sheet(composed(some_facts()), ISSUED, tuple(annexes(some_facts())))

    first = render(sheet)

    assert render(sheet) == first
    assert render(replace(sheet, issue=Issue(7, 2026, dt.date(2026, 7, 2)))) != first
    assert len(first) < 40_000


def test_signs_that_mean_something_in_a_document_are_text():
    document = rendered(some_facts(), overall="<w:p> & “引号” <b>\n第二段")

    assert "<w:p> & “引号” <b>" in [one.text for one in document.paragraphs]
