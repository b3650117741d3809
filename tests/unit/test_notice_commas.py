"""A sheet saved as CSV, in UTF-8 or GBK, parted by commas or tabs, is read as the table that it is."""

from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from tests.support.notices_read import lost_or_twice, tables, texts

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
SHEET = """歙县夏季用工清单,,,,
序号,工作任务,牵头单位,配合单位,完成时限
1,检查纳凉点,县住建局,"县总工会、徽城镇",2027年7月底
2,"公布热线,接听投诉",县人社局,,2027年6月底
3,"发放
防暑用品",县总工会,县财政局,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["清单.csv", "notice.txt"])
def test_a_sheet_with_commas_is_a_table(name, line_end, encoding):
    source = read_file(name, SHEET.replace("\n", line_end).encode(encoding))

    assert texts(source) == ["歙县夏季用工清单"]
    assert tables(source) == [
        (
            ("序号", "工作任务", "牵头单位", "配合单位", "完成时限"),
            ("1", "检查纳凉点", "县住建局", "县总工会、徽城镇", "2027年7月底"),
            ("2", "公布热线,接听投诉", "县人社局", "", "2027年6月底"),
            ("3", "发放\n防暑用品", "县总工会", "县财政局", ""),
        )
    ]
    assert lost_or_twice(source) == []


def test_the_rows_become_measures_under_the_title_of_the_sheet():
    draft = read_notice(read_file("清单.csv", SHEET.encode("gbk")), DIRECTORY)

    assert draft.title == "歙县夏季用工清单"
    assert [measure.title for measure in draft.areas[0].measures] == ["检查纳凉点", "公布热线,接听投诉", "发放"]


def test_a_sheet_parted_by_tabs_is_read_in_gbk_too():
    content = "\n".join(line.replace(",", "\t").replace('"', "") for line in SHEET.splitlines()[1:3]).encode("gbk")

    [table] = tables(read_file("清单.csv", content))
    assert table[1] == ("1", "检查纳凉点", "县住建局", "县总工会、徽城镇", "2027年7月底")


def test_a_comma_that_nobody_quoted_parts_no_cells():
    sheet = "序号,任务,责任单位\n1,走访,登记,县妇联\n2,评选,县总工会\n"

    assert tables(read_file("清单.csv", sheet.encode()))[0][1] == ("1", "走访,登记", "县妇联")


def test_a_text_with_commas_is_no_table():
    text = "本单位,任务重,责任大\n一、任务\n1.走访,登记,公布。（县妇联负责）\n"

    assert tables(read_file("notice.txt", text.encode())) == []
