"""A list sent to the browser as a file."""

import io
import re
from urllib.parse import quote

import openpyxl
from flask import Flask
from flask_babel import lazy_gettext as _l

from services.portal import language, security
from services.portal.downloads import XLSX, send_list
from services.portal.list_files import Column

COLUMNS = (Column(_l("单位"), str),)


def sent(title: str, **more: str):
    app = Flask(__name__)
    app.secret_key = "of this test"
    security.install(app, secure_cookies=False)
    language.install(app)
    app.add_url_rule("/list", view_func=lambda: send_list(title, COLUMNS, ["石门乡"], **more), endpoint="list")
    return app.test_client().get("/list")


def test_it_is_a_workbook_named_in_chinese_that_no_browser_keeps():
    answer = sent("逾期/责任", as_of="2026-06-30T00:05:00+00:00", asked="单位：石门乡")

    assert answer.mimetype == XLSX
    assert f"filename*=UTF-8''{quote('逾期 责任')}%20" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["A1"].value == "逾期/责任"
    assert re.fullmatch(r"截至 .*6月30日 周二 08:05 · 单位：石门乡", sheet["A2"].value)
    assert sheet["A3"].value == "单位"
    assert sheet["A4"].value == "石门乡"
