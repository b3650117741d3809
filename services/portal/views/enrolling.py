"""Many accounts from a file: shown first, then stored, and the first passwords as a sheet to hand out.

The passwords are in the page that answers, and nowhere else: the workbook is made of what that page sends back.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.downloads import send_form, send_list
from services.portal.forms.fields import FileForm
from services.portal.list_files import Column
from services.portal.uploads import send_up
from shared.errors import MALFORMED, Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("enrolling", __name__)

# The service reads these words, whatever the language of the page is.
HEADINGS = ("登录名", "姓名", "岗位", "单位", "角色")
EXAMPLES = (
    ("shimen", "石门乡填报员", "填报员", "石门乡", "填报员"),
    ("shimen-head", "石门乡分管领导", "分管领导", "石门乡", "填报员、分管领导"),
)
COLUMNS = (
    Column(_l("单位"), lambda one: one["unit"], width=20),
    Column(_l("岗位"), lambda one: one["post"], width=16),
    Column(_l("姓名"), lambda one: one["display_name"], width=20),
    Column(_l("登录名"), lambda one: one["sign_in_name"], width=20),
    Column(_l("初始密码"), lambda one: one["password"], width=20),
)


@pages.route("/people/import", methods=["GET", "POST"])
def from_file() -> ResponseReturnValue:
    """Read a file and show what it would change; nothing is stored before that was confirmed."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            file_id = send_up(form.file.data)
            found = ask("tasks", "preview_people", within=CALLER.file, file_id=file_id)
        except Invalid as error:
            return _refused_file(form, error)
        return render_template("people_preview.html", found=found, file_id=file_id)
    return render_template("people_import.html", headings=HEADINGS, form=form, lines=[]), form.status


@pages.post("/people/import/template")
def template() -> ResponseReturnValue:
    """An empty workbook with two lines that show what is meant."""
    return send_form(_("人员导入模板"), HEADINGS, EXAMPLES)


@pages.post("/people/import/confirm")
def confirm_import() -> ResponseReturnValue:
    """Store what was shown, of the same file; when it would be something else by now, show that instead."""
    file_id = request.form.get("file_id", "")
    try:
        answer = tell(
            "tasks", "import_people", within=CALLER.file, file_id=file_id, seen=request.form.get("fingerprint", "")
        )
    except Invalid as error:
        return _refused_file(FileForm(formdata=None), error)
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        sentence = filters.say(error.text.as_dict())
        return render_template("people_preview.html", found=found, file_id=file_id, sentence=sentence), error.status
    return render_template("people_passwords.html", answer=answer)


@pages.post("/people/passwords")
def renew() -> ResponseReturnValue:
    """New first passwords for those whose sheet got lost and who have not chosen an own one yet."""
    names = request.form.getlist("sign_in_names")
    return render_template(
        "people_passwords.html", answer=tell("tasks", "renew_passwords", within=CALLER.file, sign_in_names=names)
    )


@pages.post("/people/slips")
def as_file() -> ResponseReturnValue:
    """The sheet as a workbook, of what its page sends back."""
    return send_list(_("初始密码单"), COLUMNS, _told(request.form.get("told", "")))


def _told(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
        return [
            {name: str(one[name]) for name in ("unit", "post", "display_name", "sign_in_name", "password")}
            for one in found
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(MALFORMED) from error


def _refused_file(form: FileForm, error: Invalid) -> ResponseReturnValue:
    """The page for choosing a file again, with what is wrong with this one line by line."""
    form.take(error)
    return render_template(
        "people_import.html", headings=HEADINGS, form=form, lines=error.details.get("rows") or []
    ), form.status
