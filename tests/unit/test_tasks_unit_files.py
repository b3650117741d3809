import pytest

from services.tasks.directory.unit_files import Existing, UnitLine, read_units
from shared.errors import Invalid

HEADER = "code,name,kind,parent_code,aliases\n"
COUNTY = {"341021": Existing("歙县", "")}


def read(text, existing=None, encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_units(content, COUNTY if existing is None else existing)


def wrong(text, existing=None):
    with pytest.raises(Invalid) as refusal:
        read(text, existing)
    return [(row["line"], row["column"], row["text"]["zh"]) for row in refusal.value.details["rows"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_encodings_that_offices_use_are_read(encoding):
    (line,) = read(HEADER + "341021100,徽城镇,township,341021,徽城镇政府|徽城镇人民政府\n", encoding=encoding)

    assert line == UnitLine(2, "341021100", "徽城镇", "township", "341021", ("徽城镇政府", "徽城镇人民政府"))


def test_columns_may_stand_in_any_order_under_chinese_headings():
    (line,) = read("类别,名称,备注,编码\n乡镇, 徽城镇 ,无,100\n\n,,,\n")

    assert (line.code, line.name, line.kind, line.parent_code) == ("100", "徽城镇", "township", "")


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
        ("1,歙县,township,341021,", (2, "name"), "已被编码341021的单位使用"),
        (",甲乡,township,,", (2, "code"), "缺少编码"),
        ("1,,township,,", (2, "name"), "缺少名称"),
        ("1,甲乡,,,", (2, "kind"), "缺少类别"),
        ("1,甲乡,moon,,", (2, "kind"), "没有“moon”这种类别"),
        ("1,甲乡,township,9,", (2, "parent_code"), "没有编码为“9”的上级单位"),
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
    existing = {"1": Existing("甲", ""), "2": Existing("乙", "1"), "3": Existing("丙", "2")}

    ((line, column, _),) = wrong(HEADER + "1,甲,township,3,\n", existing)

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

    assert len(read(HEADER + lines, {})) == 20_000
