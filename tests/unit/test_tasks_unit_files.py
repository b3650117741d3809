import pytest

from services.tasks.directory.naming import NamedGroup
from services.tasks.directory.unit_changes import changes_of, handed_on
from services.tasks.directory.unit_files import read_units
from services.tasks.directory.unit_lines import Known, Standing, UnitLine
from shared.errors import Invalid

HEADER = "code,name,kind,parent_code,aliases\n"
COUNTY = Standing("341021", "歙县", kind="county", aliases=("县政府",))


def read_file(text, *standing, groups=(), encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_units(content, Known({unit.code: unit for unit in standing or (COUNTY,)}, groups))


def read(text, *standing, **more):
    return list(read_file(text, *standing, **more).lines)


def wrong(text, *standing, **more):
    with pytest.raises(Invalid) as refusal:
        read(text, *standing, **more)
    return [(row["line"], row["column"], row["text"]["zh"]) for row in refusal.value.details["rows"]]


def test_only_a_unit_whose_name_another_one_gets_gives_it_up_first():
    known = [COUNTY, Standing("1", "甲乡"), Standing("2", "乙乡"), Standing("3", "丙乡"), Standing("4", "丁乡")]
    text = "code,name,kind\n1,乙乡,township\n2,甲乡,township\n3,戊乡,township\n4,丁乡,village\n5,丙乡,township\n"
    changes = changes_of(read_file(text, *known), Known({unit.code: unit for unit in known}))

    assert handed_on(changes) == ["1", "2", "3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_encodings_that_offices_use_are_read(encoding):
    (line,) = read(HEADER + "341021100,徽城镇,township,341021,徽城镇政府|徽城镇人民政府\n", encoding=encoding)

    assert line == UnitLine(2, "341021100", "徽城镇", "township", "341021", ("徽城镇政府", "徽城镇人民政府"))


def test_columns_may_stand_in_any_order_under_chinese_headings():
    (line,) = read("类别,名称,备注,编码\n乡镇, 徽城镇 ,无,100\n\n,,,\n")

    assert (line.code, line.name, line.kind) == ("100", "徽城镇", "township")


def test_a_child_may_stand_before_its_parent():
    assert len(read(HEADER + "2,古关村,village,1,\n1,徽城镇,township,341021,\n")) == 2


def test_a_line_break_inside_a_field_does_not_shift_the_lines_below():
    ((line, column, _),) = wrong(HEADER + '1,甲乡,township,341021,"别\n名"\n2,乙乡,moon,341021,\n')

    assert (line, column) == (4, "kind")


@pytest.mark.parametrize(
    ("lines", "place", "sentence"),
    [
        ("1,甲乡,township,341021,\n1,乙乡,township,341021,", (3, "code"), "在第2行已经出现过"),
        ("1,甲乡,township,341021,\n2,甲乡,township,341021,", (3, "name"), "在第2行已经出现过"),
        ("1,歙县,township,341021,", (2, "name"), "已被歙县（341021）使用"),
        (",甲乡,township,,", (2, "code"), "缺少代码"),
        ("1,,township,,", (2, "name"), "缺少名称"),
        ("1,甲乡,,,", (2, "kind"), "缺少类型"),
        ("1,甲乡,moon,,", (2, "kind"), "没有“moon”这种类型"),
        ("1,甲乡,township,9,", (2, "parent_code"), "没有代码为“9”的上级单位"),
        ("1,甲乡,township,1,", (2, "parent_code"), "回到它自己"),
        ("1," + "甲" * 61 + ",township,,", (2, "name"), "最多60个字"),
        ("1,甲乡,township,," + "甲" * 61, (2, "aliases"), "最多60个字"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(lines, place, sentence):
    ((line, column, text),) = wrong(HEADER + lines + "\n")

    assert (line, column) == place
    assert sentence in text


def test_a_circle_is_found_through_units_that_the_file_does_not_name():
    standing = [Standing("1", "甲"), Standing("2", "乙", parent_code="1"), Standing("3", "丙", parent_code="2")]

    ((line, column, _),) = wrong(HEADER + "1,甲,township,3,\n", *standing)

    assert (line, column) == (2, "parent_code")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (HEADER.encode(), "empty"),
        (b"PK\x03\x04\x00\x00rest of a zip", "no CSV"),
        (b"\xff\xfe\xfd\xfc" * 20, "no CSV"),
        ((HEADER + '1,"never closed').encode(), "no CSV"),
        (b"a,b,c\n1,2,3\n", "Line 1 lacks these columns: code, name, kind"),
        (b"x" * 10_000_001, "too large"),
        ((HEADER + "1,a,township,,\n" * 100_001).encode(), "too large"),
    ],
    ids=["empty", "blank", "header only", "zip", "binary", "open quote", "columns", "bytes", "rows"],
)
def test_what_is_no_list_of_units_gets_one_sentence(content, sentence):
    with pytest.raises(Invalid, match=sentence):
        read(content)


def test_a_long_chain_of_units_takes_no_long_time():
    lines = "".join(f"{n},单位{n},village,{n - 1 if n else ''},\n" for n in range(20_000))

    assert len(read(HEADER + lines)) == 20_000


def test_a_column_that_the_file_lacks_is_told_from_an_empty_cell():
    lacking = read_file("编码,名称,类别\n1,甲乡,乡镇\n")
    empty = read_file("编码,名称,类别,上级编码,别名\n1,甲乡,乡镇,,\n2,乙乡,乡镇\n")

    assert lacking.absent == ("parent_code", "aliases")
    assert [(line.parent_code, line.aliases) for line in lacking.lines] == [(None, None)]
    assert empty.absent == ()
    assert [(line.parent_code, line.aliases) for line in empty.lines] == [("", ()), ("", ())]


def test_headings_that_are_no_column_are_named():
    assert read_file("编码,名称,类别,上级代号,\n1,甲乡,乡镇,341021,\n").ignored == ("上级代号",)


def test_what_a_sheet_left_around_the_cells_is_gone():
    cells = "３４１-Ｄ１\u00a0,徽\u200b城　　镇,乡镇,\ufeff341021,徽城｜ 徽　城 、徽城镇"
    (line,) = read(f"\u200b编码 ,名称,类别\u3000,上级编码,别名\n{cells}\n")

    assert line == UnitLine(2, "341-D1", "徽城 镇", "township", "341021", ("徽城",))


@pytest.mark.parametrize(
    ("lines", "place", "sentence"),
    [
        ("3.41021E+11,甲乡,township,341021,", (2, "code"), "设为“文本”格式"),
        ("1,甲乡,township,3.41021E+05,", (2, "parent_code"), "设为“文本”格式"),
        ("34 1021,甲乡,township,341021,", (2, "code"), "中间不能有空格"),
        ("1,甲乡,township,341021,乙\n2,徽　城,township,341021,\n3,徽\u200b城,township,341021,", (4, "name"), "在第3行"),
        ("1,县 政府,township,341021,", (2, "name"), "是歙县（341021）的别名"),
        ("1,甲乡,township,341021,歙县", (2, "aliases"), "别名“歙县”是歙县（341021）的名称"),
        ("1,甲乡,township,341021,县政府", (2, "aliases"), "也是歙县（341021）的别名"),
        ("1,甲乡,township,341021,乙\n2,乙乡,township,341021,乙", (3, "aliases"), "也是甲乡（1）的别名"),
        ("1,甲乡,township,341021,乙乡\n2,乙乡,township,341021,", (2, "aliases"), "是乙乡（2）的名称"),
        ("1,各乡镇,township,341021,", (2, "name"), "单位组“各乡镇”"),
        ("1,甲乡,township,341021,各镇", (2, "aliases"), "单位组“各乡镇”的别名"),
        ("1,甲乡,township,341021,甲,乙", (2, "aliases"), "多出了“乙”"),
        ("1,甲乡,township,9,", (2, "parent_code"), "上级单位已停用"),
    ],
)
def test_what_would_make_a_unit_ambiguous_is_named_by_line_and_column(lines, place, sentence):
    off = Standing("9", "撤销乡", parent_code="341021", is_active=False)
    group = NamedGroup("各乡镇", ["各镇"])

    found = wrong(HEADER + lines + "\n", COUNTY, off, groups=[group])

    assert [(line, column) for line, column, _ in found] == [place]
    assert sentence in found[0][2]


def test_names_may_move_from_one_unit_of_the_file_to_another():
    """What the file names again is judged by what it will be, not by what it was."""
    first, second = Standing("1", "甲乡", aliases=("甲",)), Standing("2", "乙乡", aliases=("乙",))

    assert len(read(HEADER + "1,乙乡,township,,乙\n2,甲乡,township,,甲\n", first, second)) == 2


def test_a_column_named_twice_is_refused():
    with pytest.raises(Invalid, match="more than once"):
        read("code,name,kind,编码\n1,甲乡,township,2\n")
