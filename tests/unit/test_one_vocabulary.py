"""One word for one thing: pages, services, sheets, files and docs say what the glossary says, and not its synonyms.

Words that somebody else wrote stay theirs: notices, and the headings by which files of other releases are known.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from services.portal.views import enrolling, units
from services.tasks.directory import unit_files
from services.tasks.enrolling import lines
from services.tasks.sheets import columns
from tests.support.sources import modules, tree_of
from tests.unit.test_portal_templates import messages

ROOT = Path(__file__).parents[2]
# The synonym that was not chosen, and the word of the pages.
CHOSEN = {
    "验收标准": "完成标准",
    "下达": "下发",
    "编码": "代码",
    "类别": "类型",
    "每期截止日": "每期第几日",
    "不审核": "提交即完成",
    "逐件审核": "全部审核",
    "年份": "年度",
    "姓名或称呼": "姓名",
    "工作簿": "Excel 表格",
    "超期": "逾期",
    "驳回": "退回",
    "打回": "退回",
    "牵头部门": "牵头单位",
    "首次密码": "初始密码",
    "填报人": "填报员",
    "子任务": "事项",
}
# Everything that a notice or a page around it may say, and what a file of another release has for a heading.
OF_OTHERS = (
    "services/tasks/notices/columns.py",
    "services/tasks/notices/sources/cells.py",
    "services/tasks/notices/sources/cleaning.py",
    "services/tasks/notices/sources/navigation.py",
)
HEADINGS_READ = (
    *(heading for column in columns.COLUMNS for heading in column.headings[1:]),
    *(heading for words in unit_files.COLUMNS.values() for heading in words[1:]),
    *(heading for words in lines.COLUMNS.values() for heading in words[1:]),
    *columns._REVIEWS,
)
ENCODING = re.compile(r"(UTF-8|GBK|GB18030|UTF-16)[^。，]{0,12}编码")


# Where it is asked for and no sooner: every worker imports every file of tests, to learn which tests there are.
@cache
def said() -> list[tuple[str, str]]:
    """Every text in Chinese that a person may read: (where, text)."""
    found = [(where, text) for where, one, many in messages() for text in (one, many or "")]
    for file in modules("services", "shared"):
        where = str(file.relative_to(ROOT))
        if not where.startswith(OF_OTHERS):
            found += [(where, text) for text in strings(file) if text not in HEADINGS_READ]
    for page in sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("README*.md"), ROOT / "CHANGELOG.md"]):
        found += [(str(page.relative_to(ROOT)), line) for line in page.read_text("utf-8").splitlines()]
    po = ROOT / "services/portal/translations/en/LC_MESSAGES/messages.po"
    return found + [("messages.po", line) for line in po.read_text("utf-8").splitlines()]


def strings(file: Path) -> list[str]:
    return [
        node.value for node in ast.walk(tree_of(file)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("synonym", CHOSEN)
def test_nothing_says_a_synonym_that_was_not_chosen(synonym):
    found = [(where, text) for where, text in said() if synonym in ENCODING.sub("", text)]

    assert found == [], f"{CHOSEN[synonym]} is the word"


def test_the_texts_are_found():
    assert len(said()) > 3000
    for word in ("完成标准", "下发", "代码", "类型"):
        assert any(word in text for _, text in said())


def test_a_file_is_written_with_the_words_of_the_page_and_read_with_those_of_old():
    assert [column.headings[0] for column in columns.COLUMNS[-5:]] == [
        *("周期", "每期第几日", "审核方式", "完成标准", "内容")
    ]
    for old in ("每期截止日", "审核", "验收标准", "说明"):
        assert any(old in column.headings for column in columns.COLUMNS)
    assert (columns.read_review("不审核"), columns.read_review("逐件审核")) == ("none", "all")
    assert tuple(words[0] for words in unit_files.COLUMNS.values()) == units.HEADINGS
    assert tuple(words[0] for words in lines.COLUMNS.values()) == enrolling.HEADINGS
