"""What holds for all pages, read off their sources: no scripts, no inline styles, every sentence in English too."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages import extract, pofile

from services.portal import language
from services.portal.filters import STATIC
from services.portal.forms.fields import AtMost

PORTAL = Path(language.__file__).parent
TEMPLATES = sorted((PORTAL / "templates").glob("*.html"))
SOURCES = sorted(PORTAL.rglob("*.py"))
CATALOGUE = language.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
LARGEST_STYLE_SHEET = 15 * 1024
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "_l": None}
CHINESE = re.compile("[\u4e00-\u9fff]")
# The one script there is, fetched by the pages of `OF_CHARTS` alone.
CHARTS_SCRIPT = """<script src="{{ asset('charts.js') }}" data-library="{{ asset('echarts.js') }}" defer></script>"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@cache
def messages():
    """Every sentence of the pages: (where, singular, plural or None)."""
    found = []
    for path in [*TEMPLATES, *SOURCES]:
        method = "jinja2" if path.suffix == ".html" else "python"
        with path.open("rb") as file:
            for _line, said, _comments, _context in extract.extract(method, file, KEYWORDS):
                one, many = said if isinstance(said, tuple) else (said, None)
                found.append((path.name, one, many))
    return found


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return pofile.read_po(file, locale="en", abort_invalid=True)


def test_what_moves_sideways_is_reached_by_the_keyboard_and_has_a_name():
    regions = re.compile(r'<[^>]*class="scroll[^>]*>')
    found = [tag for path in TEMPLATES for tag in regions.findall(path.read_text("utf-8"))]

    assert found
    assert [tag for tag in found if not re.search('tabindex="0" role="region" aria-label="', tag)] == []


def test_no_browser_cuts_what_is_typed():
    """What is too long is refused with a sentence and stays in its field; a search holds what one can look for."""
    tags = re.compile(r"<(?:input|textarea)[^>]*maxlength[^>]*>")
    found = [tag for path in TEMPLATES for tag in tags.findall(path.read_text("utf-8"))]

    assert [tag for tag in found if 'type="search"' not in tag] == []
    assert AtMost(5).field_flags == {}


def test_the_brackets_around_a_value_are_those_of_the_language():
    found = [path.name for path in TEMPLATES if "（{{" in path.read_text("utf-8")]

    assert [name for name in found if not name.startswith("board")] == []


def test_every_sentence_has_its_english_one(catalogue):
    missing = []
    for where, one, many in messages():
        found = catalogue.get(one)
        texts = found.string if found and isinstance(found.string, tuple) else (found.string,) if found else ()
        if not texts or not all(texts) or len(texts) != (1 if many is None else 2):
            missing.append((where, one))

    assert missing == []


def test_the_english_sentence_has_the_same_placeholders(catalogue):
    for _where, one, _many in messages():
        found = catalogue.get(one).string
        for text in found if isinstance(found, tuple) else (found,):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(one)), one


def test_the_catalogue_has_no_sentence_that_no_page_uses(catalogue):
    used = {one for _where, one, _many in messages()}

    assert [one for entry in catalogue if entry.id for one in [entry.id] if _first(one) not in used] == []


def _first(message_id):
    return message_id if isinstance(message_id, str) else message_id[0]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_script_and_no_inline_style(path):
    text = path.read_text("utf-8").replace(CHARTS_SCRIPT, "")

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)


def test_the_script_of_charts_is_on_the_pages_with_charts_alone():
    with_it = {path.name for path in TEMPLATES if "charts_script()" in path.read_text("utf-8")}

    assert with_it == {"board.html", "economy.html", "target.html", "chart_macros.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_in_chinese_that_is_not_translated(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r'(?:_|ngettext)\((?:"[^"]*"|\'[^\']*\')(?:,\s*"[^"]*")?', "", text)
    text = text.replace('"Qingdan" if language().startswith("en") else "清单"', "")

    assert not CHINESE.search(text), CHINESE.search(text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_is_chinese_is_marked_by_an_element_only_where_one_may_stand(path):
    text = path.read_text("utf-8")
    in_attributes = re.findall(r'="[^"]*\|\s*zh\b[^"]*"', text)
    in_titles = re.findall(r"{% block title %}.*\|\s*zh\b", text)

    assert in_attributes + in_titles == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_posted_form_carries_the_token_against_forged_forms(path):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.DOTALL)

    assert all("head(" in form or "csrf_token" in form for form in forms)


def test_the_style_sheet_stays_small_and_asks_nobody_else_for_anything():
    style = (STATIC / "qingdan.css").read_text("utf-8")

    assert len(style.encode()) <= LARGEST_STYLE_SHEET
    assert "url(" not in style
    assert "@import" not in style


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "soft", "teal", "deep", "red", "amber", "green", "blue", "violet"])
@pytest.mark.parametrize("ground", ["#ffffff", "pale"])
def test_text_colours_have_the_contrast_of_wcag_aa(name, ground):
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", (STATIC / "qingdan.css").read_text("utf-8")))
    text, behind = _luminance(colours[name]), _luminance(colours.get(ground, ground))

    assert (max(text, behind) + 0.05) / (min(text, behind) + 0.05) >= 4.5
