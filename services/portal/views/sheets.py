"""A checklist as an xlsx file: template, import with errors by cell, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.forms.checklists import SheetForm
from services.portal.uploads import bring_down, send_up
from shared.errors import Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("sheets", __name__)


@pages.route("/checklists/<int:checklist_id>/sheet", methods=["GET", "POST"])
def sheet(checklist_id: int) -> ResponseReturnValue:
    """Read a workbook and show what it would change; nothing is stored before that was confirmed."""
    form = SheetForm()
    if not form.validate_on_submit():
        return _sheet_page(checklist_id, form), form.status
    file_id = form.file_id.data or ""
    try:
        # What is hidden in the sheet is asked about, and then the file is here already.
        file_id = file_id or send_up(form.file.data)
        found = ask(
            "tasks",
            "preview_rows",
            within=CALLER.file,
            file_id=file_id,
            checklist_id=checklist_id,
            with_hidden_rows=form.with_hidden,
        )
    except Invalid as error:
        return _refused_sheet(checklist_id, form, error, file_id)
    return _preview_page(checklist_id, found, file_id=file_id, with_hidden=form.with_hidden)


@pages.post("/checklists/<int:checklist_id>/sheet/confirm")
def confirm_import(checklist_id: int) -> ResponseReturnValue:
    """Store what was shown, of the same file; when it would be something else by now, show that instead."""
    form = SheetForm()
    file_id = form.file_id.data or ""
    try:
        answer = tell(
            "tasks",
            "import_rows",
            within=CALLER.file,
            file_id=file_id,
            checklist_id=checklist_id,
            with_hidden_rows=form.with_hidden,
            seen=request.form.get("fingerprint", ""),
        )
    except Invalid as error:
        return _refused_sheet(checklist_id, form, error, file_id)
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        sentence = filters.say(error.text.as_dict())
        page = _preview_page(checklist_id, found, file_id=file_id, with_hidden=form.with_hidden, sentence=sentence)
        return page, error.status
    flash(ngettext("已导入 %(num)d 行。", "已导入 %(num)d 行。", answer["rows"]))
    return redirect(url_for("checklists.draft", checklist_id=checklist_id))


def _refused_sheet(checklist_id: int, form: SheetForm, error: Invalid, file_id: str) -> ResponseReturnValue:
    """The page for choosing a file again, with what is wrong with this one cell by cell."""
    form.take(error)
    hidden_in = file_id if error.details.get("is_hidden") else ""
    return _sheet_page(checklist_id, form, cells=error.details.get("cells") or [], hidden_in=hidden_in), form.status


def _sheet_page(
    checklist_id: int, form: SheetForm, cells: Sequence[dict[str, Any]] = (), *, hidden_in: str = ""
) -> str:
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    return render_template("sheet.html", form=form, cells=cells, checklist=checklist, hidden_in=hidden_in)


def _preview_page(checklist_id: int, found: dict[str, Any], **more: Any) -> str:
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    return render_template("sheet_preview.html", found=found, checklist=checklist, **more)


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
