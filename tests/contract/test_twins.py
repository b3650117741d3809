"""A page and its Chinese twin say the same: the same places to jump to, commands, code and links, in the same order.

The words themselves no test can compare; that each tells of the same things, it can.
"""

import re
from pathlib import Path

import pytest

from tests.support.markdown import ROOT, Page, code_in, page, pages, tables

CHINESE = ".zh-CN.md"
SIGNS = re.compile("[\u4e00-\u9fff]")

TWINS = [(page(Path(str(one.path).replace(CHINESE, ".md"))), one) for one in pages() if one.name.endswith(CHINESE)]

each_pair = pytest.mark.parametrize(("english", "chinese"), TWINS, ids=lambda one: one.path.name)
# The two READMEs are written each for its readers.
each_close_pair = pytest.mark.parametrize(
    ("english", "chinese"), [pair for pair in TWINS if pair[0].path.parent != ROOT], ids=lambda one: one.path.name
)


def test_what_operators_read_has_a_twin():
    """Whoever keeps the system running in a county reads Chinese."""
    have = {english.name for english, _ in TWINS}

    assert {"README.md", "docs/operations.md", "docs/containers.md", "docs/kubernetes.md"} <= have


@each_pair
def test_each_links_to_the_other_at_its_top(english: Page, chinese: Page):
    assert f"[中文]({chinese.path.name})" in _top(english)
    assert f"[English]({english.path.name})" in _top(chinese)


def _top(one: Page) -> str:
    return "\n".join(one.text.splitlines()[:5])


@each_pair
def test_they_have_the_same_headings_in_the_same_order(english: Page, chinese: Page):
    assert [one.level for one in chinese.headings()] == [one.level for one in english.headings()]


@each_close_pair
def test_they_have_the_same_anchors_in_the_same_order(english: Page, chinese: Page):
    """So that a link that somebody was sent works with both."""
    assert chinese.anchors() == english.anchors()


@each_close_pair
def test_they_give_the_same_commands(english: Page, chinese: Page):
    assert chinese.commands() == english.commands()


@each_close_pair
def test_every_section_names_the_same_code(english: Page, chinese: Page):
    wanted = {anchor: set(code_in(text)) for anchor, text in english.sections().items()}

    assert {anchor: set(code_in(text)) for anchor, text in chinese.sections().items()} == wanted


@each_close_pair
def test_every_section_leads_to_the_same_places(english: Page, chinese: Page):
    def places(text: str) -> set[str]:
        found = set(re.findall(r"\]\(([^)\s]+)\)", text))
        return {target.replace(CHINESE, ".md") for target in found} - {english.path.name}

    wanted = {anchor: places(text) for anchor, text in english.sections().items()}
    top = english.anchors()[0]
    wanted[top].discard(chinese.path.name.replace(CHINESE, ".md"))

    assert {anchor: places(text) for anchor, text in chinese.sections().items()} == wanted


@each_close_pair
def test_their_tables_have_the_same_shape(english: Page, chinese: Page):
    def shapes(one: Page) -> list[tuple[int, int]]:
        return [(len(table.header), len(table.rows)) for table in tables(one.prose)]

    assert shapes(chinese) == shapes(english)


@each_close_pair
def test_the_chinese_page_links_to_chinese_pages(english: Page, chinese: Page):
    has_twin = {one.path.name for one, _ in TWINS}
    english_ones = [target for target in chinese.links() if target.partition("#")[0] in has_twin - {english.path.name}]

    assert english_ones == []


@each_pair
def test_every_section_of_the_twin_is_in_chinese(english: Page, chinese: Page):
    sections = chinese.sections()

    assert [anchor for anchor, text in sections.items() if text.strip() and not SIGNS.search(text)] == []
    assert len(sections) == len(english.sections())
