"""A checklist as an xlsx file: template, import with errors by cell, export."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from services.portal.clients import ask, tell
from services.portal.forms.fields import FileForm
from services.portal.uploads import bring_down, send_up
from shared.errors import Invalid
from shared.limits import CALLER

pages = Blueprint("sheets", __name__)


@pages.route("/checklists/<int:checklist_id>/sheet", methods=["GET", "POST"])
def sheet(checklist_id: int) -> ResponseReturnValue:
    """A checklist as a workbook: import and export."""
    form = FileForm()
    cells: list[dict[str, Any]] = []
    if form.validate_on_submit():
        try:
            file_id = send_up(form.file.data)
            answer = tell("tasks", "import_rows", within=CALLER.file, file_id=file_id, checklist_id=checklist_id)
        except Invalid as error:
            cells = error.details.get("cells") or []
            form.take(error)
        else:
            flash(ngettext("已导入 %(num)d 行。", "已导入 %(num)d 行。", answer["rows"]))
            return redirect(url_for("checklists.draft", checklist_id=checklist_id))
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    return render_template("sheet.html", form=form, cells=cells, checklist=checklist), form.status


@pages.post("/checklists/<int:checklist_id>/export")
def export(checklist_id: int) -> ResponseReturnValue:
    """Make a file of the checklist as it is now, each time anew: the page may have stayed open for hours."""
    answer = tell("tasks", "export_rows", command=uuid4(), within=CALLER.file, checklist_id=checklist_id)
    return redirect(url_for("sheets.download", file_id=answer["file_id"]))


@pages.post("/checklists/template")
def template() -> ResponseReturnValue:
    """Make an empty workbook to be filled in."""
    answer = tell("tasks", "rows_template", command=uuid4(), within=CALLER.file)
    return redirect(url_for("sheets.download", file_id=answer["file_id"]))


@pages.get("/files/<uuid:file_id>")
def download(file_id: UUID) -> ResponseReturnValue:
    """A file that was made for this person."""
    return bring_down(file_id)
