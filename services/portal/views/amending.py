"""Amending an issued checklist: begin, compare, issue, and what was amended before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import log_lines, previewing
from services.portal.clients import ask, tell
from services.portal.downloads import all_pages, send_list
from services.portal.filters import say
from services.portal.forms.fields import number_or_none
from services.portal.list_files import Column
from services.portal.problems import sentences_of
from shared.errors import Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("amending", __name__)


@pages.post("/checklists/<int:checklist_id>/amend")
def begin(checklist_id: int) -> ResponseReturnValue:
    """Make the draft of an amendment, or go on with the one there is."""
    made = tell("tasks", "start_amendment", within=CALLER.preview, checklist_id=checklist_id)
    flash(_("这是调整稿：照草稿一样修改，改完再核对下发。下发之前，各单位的责任都不变。"))
    return redirect(url_for("checklists.draft", checklist_id=made["checklist_id"]))


@pages.get("/checklists/<int:checklist_id>/amendment")
def preview(checklist_id: int) -> ResponseReturnValue:
    """What an amendment changes, row by row and unit by unit; what is over makes new duties only where asked for."""
    found = ask(
        "tasks",
        "preview_amendment",
        within=CALLER.preview,
        checklist_id=checklist_id,
        with_past="past" in request.args,
        page=_page_number(),
    )
    return _page(checklist_id, found)


@pages.post("/checklists/<int:checklist_id>/amendment")
def issue(checklist_id: int) -> ResponseReturnValue:
    """Issue the amendment that was looked at; what it would do by now is shown instead when that is something else."""
    with_past = request.form.get("with_past") == "1"
    try:
        issued = tell(
            "tasks",
            "issue_amendment",
            within=CALLER.preview,
            checklist_id=checklist_id,
            version=number_or_none(request.form.get("version")),
            with_past=with_past,
            seen=request.form.get("seen") or None,
            reason=request.form.get("reason", ""),
            hurry=request.form.get("hurry", ""),
            knows_late=request.form.get("knows_late") == "1",
        )
    except (Conflict, Invalid) as error:
        found = error.details.get("current") or _again(checklist_id, with_past=with_past)
        wrong = error.details.get("fields") or {}
        problems = [] if wrong.keys() & {"reason", "hurry", "knows_late"} else sentences_of(error)
        return _page(
            checklist_id, found, problems, wrong={name: say(text) for name, text in wrong.items()}
        ), error.status
    return redirect(url_for("issuing.progress", checklist_id=issued["checklist_id"]))


@pages.get("/checklists/<int:checklist_id>/revisions")
def revisions(checklist_id: int) -> ResponseReturnValue:
    """What became of a checklist after it was first issued: why, by whom, what."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    found = ask("tasks", "list_amendments", checklist_id=checklist_id, page=_page_number())
    return render_template("revisions.html", checklist=checklist, found=found, changed=log_lines.changed)


@pages.get("/checklists/<int:checklist_id>/revisions/<int:revision>")
def revision(checklist_id: int, revision: int) -> ResponseReturnValue:
    """All rows that one revision changed."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    found = ask("tasks", "list_changed_rows", checklist_id=checklist_id, revision=revision, page=_page_number())
    return render_template(
        "revision.html", checklist=checklist, revision=revision, found=found, changed=log_lines.changed
    )


@pages.post("/checklists/<int:checklist_id>/revisions/<int:revision>/xlsx")
def as_file(checklist_id: int, revision: int) -> ResponseReturnValue:
    """All rows that one revision changed, as a workbook."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    found = all_pages("list_changed_rows", "rows", checklist_id=checklist_id, revision=revision)
    return _file(checklist, revision, found)


@pages.post("/checklists/<int:checklist_id>/amendment/xlsx")
def preview_as_file(checklist_id: int) -> ResponseReturnValue:
    """All rows that an amendment would change, as a workbook."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    found = all_pages("preview_amendment", "rows", within=CALLER.preview, checklist_id=checklist_id)
    return _file(checklist, checklist["revision"], found)


def _file(checklist: dict[str, Any], revision: int, rows: Iterable[dict[str, Any]]) -> ResponseReturnValue:
    levels = checklist["level_names"]
    columns = (
        Column(_("调整"), lambda row: _kinds().get(row["kind"], row["kind"])),
        Column(_("编号"), lambda row: row["number"], width=12),
        Column(_("层级"), lambda row: levels[row["level"] - 1], width=12),
        Column(_("标题"), lambda row: row["title"], width=50),
        Column(_("改了什么"), log_lines.changes_in_one_cell, width=70),
    )
    asked = f"{checklist['title']} {_('第 %(number)d 版', number=revision)}"
    return send_list(_("调整内容"), columns, rows, asked=asked)


def _kinds() -> dict[str, str]:
    return {"added": _("新增"), "changed": _("修改"), "dropped": _("删除")}


def _page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _again(checklist_id: int, *, with_past: bool) -> dict[str, Any]:
    return ask("tasks", "preview_amendment", within=CALLER.preview, checklist_id=checklist_id, with_past=with_past)


def _page(
    checklist_id: int, found: dict[str, Any], problems: list[str] | None = None, *, wrong: dict[str, str] | None = None
) -> str:
    return render_template(
        "amendment.html",
        found=found,
        checklist_id=checklist_id,
        problems=problems or [],
        wrong=wrong or {},
        hurried=previewing.by_row(found.get("hurried", [])),
        late=previewing.by_row(found.get("late", [])),
        knows_late=request.form.get("knows_late") == "1",
        reason=request.form.get("reason", ""),
        hurry=request.form.get("hurry", ""),
        changed=log_lines.changed,
    )
