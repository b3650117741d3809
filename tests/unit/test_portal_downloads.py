"""A list sent to the browser as a file."""

import io
import re
from urllib.parse import quote

import openpyxl
from flask import Flask, g
from flask_babel import lazy_gettext as _l

from services.portal import clients, language, security
from services.portal.downloads import XLSX, send_list
from services.portal.list_files import Column
from shared.calling.caller import Call

COLUMNS = (Column(_l("单位"), str),)


class Recording:
    """A service that keeps what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Call]] = []

    def call(self, service: str, operation: str, asked: Call, *, timeout: float) -> dict:
        self.calls.append((service, operation, asked))
        return {}


def sent(title: str, recording: Recording, **more: str):
    app = Flask(__name__)
    app.secret_key = "of this test"
    security.install(app, secure_cookies=False)
    app.config["WTF_CSRF_ENABLED"] = False
    language.install(app)
    clients.install(app, recording)
    app.before_request(lambda: setattr(g, "correlation_id", "of this test"))
    app.add_url_rule("/list", "list", lambda: send_list(title, COLUMNS, ["石门乡"], **more), methods=["POST"])
    return app.test_client().post("/list")


def test_it_is_a_workbook_named_in_chinese_that_no_browser_keeps():
    answer = sent("逾期/责任", Recording(), as_of="2026-06-30T00:05:00+00:00", asked="单位：石门乡")

    assert answer.mimetype == XLSX
    assert f"filename*=UTF-8''{quote('逾期 责任')}%20" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["A1"].value == "逾期/责任"
    assert re.fullmatch(r"截至 .*6月30日 周二 08:05 · 单位：石门乡", sheet["A2"].value)
    assert sheet["A3"].value == "单位"
    assert sheet["A4"].value == "石门乡"


def test_the_audit_log_hears_what_was_taken_how_much_of_it_and_each_time_anew():
    recording = Recording()

    for _ in range(2):
        sent("逾期责任", recording, asked="单位：石门乡")

    assert [call[:2] for call in recording.calls] == [("tasks", "record_export")] * 2
    assert recording.calls[0][2].params == {"title": "逾期责任", "asked": "单位：石门乡", "rows": 1}
    assert len({call[2].command_id for call in recording.calls}) == 2
