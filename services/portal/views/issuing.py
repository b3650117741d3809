"""Preview, issue, and watching the duties being made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.portal import previewing
from services.portal.clients import ask, tell
from services.portal.filters import say
from services.portal.forms.fields import number_or_none
from shared.errors import Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("issuing", __name__)

# More duties than working days of two weeks is worth a look before they are issued.
BUSY_ABOVE = 10


@pages.get("/checklists/<int:checklist_id>/issue")
def preview(checklist_id: int) -> ResponseReturnValue:
    """What issuing would make; periods that are over only where the address asks for them."""
    if ask("tasks", "issue_progress", checklist_id=checklist_id)["state"] != "draft":
        return redirect(url_for("issuing.progress", checklist_id=checklist_id))
    found = ask(
        "tasks",
        "preview_issue",
        within=CALLER.preview,
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        with_past="past" in request.args,
    )
    return _page(checklist_id, found)


@pages.post("/checklists/<int:checklist_id>/issue")
def issue(checklist_id: int) -> ResponseReturnValue:
    """Issue what was previewed; what it would make by now is shown instead when that is something else."""
    try:
        tell(
            "tasks",
            "issue_checklist",
            within=CALLER.preview,
            checklist_id=checklist_id,
            version=number_or_none(request.form.get("version")),
            with_past=request.form.get("with_past") == "1",
            seen=request.form.get("seen") or None,
            hurry=request.form.get("hurry", ""),
        )
    except Invalid as error:
        if "hurry" not in (error.details.get("fields") or {}):
            raise
        wrong = say(error.details["fields"]["hurry"])
        return _page(checklist_id, _again(checklist_id), wrong=wrong), error.status
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        return _page(checklist_id, found, [say(error.text.as_dict())]), error.status
    return redirect(url_for("issuing.progress", checklist_id=checklist_id))


@pages.get("/checklists/<int:checklist_id>/progress")
def progress(checklist_id: int) -> ResponseReturnValue:
    """The page reloads itself until all is made; closing it stops nothing."""
    found = ask("tasks", "issue_progress", checklist_id=checklist_id)
    return render_template("progress.html", found=found, checklist_id=checklist_id)


def _busy_above() -> int:
    return max(1, request.args.get("busy_above", BUSY_ABOVE, type=int))


def _again(checklist_id: int) -> dict[str, Any]:
    return ask(
        "tasks",
        "preview_issue",
        within=CALLER.preview,
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        with_past=request.form.get("with_past") == "1",
    )


def _page(checklist_id: int, found: dict[str, Any], problems: list[str] | None = None, *, wrong: str = "") -> str:
    return render_template(
        "issue.html",
        found=found,
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        moved=previewing.by_holiday(found["moved"]),
        busy=previewing.by_unit(found["busy"]),
        past=previewing.by_row(found["past_due"]),
        hurried=previewing.by_row(found.get("hurried", [])),
        problems=problems or [],
        wrong=wrong,
        hurry=request.form.get("hurry", ""),
    )
