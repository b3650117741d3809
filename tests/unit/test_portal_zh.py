"""What is Chinese on a page in another language says so."""

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from services.portal import language
from services.portal.filters import lang_of, zh


@pytest.fixture
def english():
    app = Flask(__name__)
    app.secret_key = "of this test"
    language.install(app)
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("石门乡", '<span lang="zh">石门乡</span>'),
        ("2026年就业清单（示例）", '2026<span lang="zh">年就业清单（示例）</span>'),
        (
            "There is no unit 徽城. The nearest is 徽城镇.",
            'There is no unit <span lang="zh">徽城</span>. The nearest is <span lang="zh">徽城镇</span>.',
        ),
        ("<b>石门乡", '&lt;b&gt;<span lang="zh">石门乡</span>'),
        ("nothing of it", "nothing of it"),
        (None, ""),
    ],
)
def test_chinese_is_marked_and_the_rest_is_not(english, text, shown):
    assert zh(text) == shown


def test_markup_stays_as_it_is(english):
    assert zh(Markup("<b>石门乡</b>")) == "<b>石门乡</b>"


def test_an_attribute_is_for_what_can_hold_no_element(english):
    assert lang_of("石门乡") == ' lang="zh"'
    assert lang_of("none") == ""


def test_a_chinese_page_says_it_once_for_all():
    app = Flask(__name__)
    language.install(app)
    with app.test_request_context(), force_locale("zh"):
        assert zh("石门乡<") == "石门乡&lt;"
        assert lang_of("石门乡") == ""
