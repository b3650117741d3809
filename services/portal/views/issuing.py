"""Preview, issue, and watching the duties being made."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from shared.limits import CALLER

pages = Blueprint("issuing", __name__)

# More duties than working days of two weeks is worth a look before they are issued.
BUSY_ABOVE = 10


@pages.get("/checklists/<int:checklist_id>/issue")
def preview(checklist_id: int) -> ResponseReturnValue:
    """What issuing would make."""
    if ask("tasks", "issue_progress", checklist_id=checklist_id)["state"] != "draft":
        return redirect(url_for("issuing.progress", checklist_id=checklist_id))
    busy_above = max(1, request.args.get("busy_above", BUSY_ABOVE, type=int))
    found = ask("tasks", "preview_issue", within=CALLER.preview, checklist_id=checklist_id, busy_above=busy_above)
    return render_template("issue.html", found=found, checklist_id=checklist_id, busy_above=busy_above)


@pages.post("/checklists/<int:checklist_id>/issue")
def issue(checklist_id: int) -> ResponseReturnValue:
    """Issue what was previewed."""
    version = number_or_none(request.form.get("version"))
    tell("tasks", "issue_checklist", within=CALLER.preview, checklist_id=checklist_id, version=version)
    return redirect(url_for("issuing.progress", checklist_id=checklist_id))


@pages.get("/checklists/<int:checklist_id>/progress")
def progress(checklist_id: int) -> ResponseReturnValue:
    """The page reloads itself until all is made; closing it stops nothing."""
    found = ask("tasks", "issue_progress", checklist_id=checklist_id)
    return render_template("progress.html", found=found, checklist_id=checklist_id)
