"""One row of a draft: edit, add below or beside, move, delete; its questions stand beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search, read_units
from services.portal.forms.checklists import RowForm
from services.portal.forms.fields import number_or_none

pages = Blueprint("rows", __name__)


@pages.route("/rows/<int:row_id>", methods=["GET", "POST"])
def edit(row_id: int) -> ResponseReturnValue:
    found = ask("tasks", "get_row", row_id=row_id)
    row = found["row"]
    if found["checklist"]["state"] != "draft" or not g.person.is_lead:
        return redirect(_place_in_tree(found["checklist"]["checklist_id"], row_id))
    form = RowForm(data=_typed_from(row))
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "save_row", row_id=row_id, **_params(form, row))
            flash(_("已保存。"))
            return redirect(_place_in_tree(found["checklist"]["checklist_id"], row_id))
    directory = Directory.load([*(form.units.data or []), *(form.leads.data or [])])
    parents = _possible_parents(found["checklist"]["checklist_id"], row)
    return (
        render_template("row.html", form=form, found=found, row=row, directory=directory, parents=parents),
        form.status,
    )


@pages.post("/checklists/<int:checklist_id>/rows")
def add(checklist_id: int) -> ResponseReturnValue:
    row = tell(
        "tasks",
        "add_row",
        checklist_id=checklist_id,
        parent_id=number_or_none(request.form.get("parent_id")),
        after_row_id=number_or_none(request.form.get("after_row_id")),
        title=request.form.get("title", "").strip(),
    )
    flash(_("已添加。"))
    return redirect(url_for("rows.edit", row_id=row["row_id"]))


@pages.post("/rows/<int:row_id>/move")
def move(row_id: int) -> ResponseReturnValue:
    new_parent_id = number_or_none(request.form.get("new_parent_id"))
    direction = request.form.get("direction") if new_parent_id is None else None
    tell(
        "tasks",
        "move_row",
        row_id=row_id,
        version=number_or_none(request.form.get("version")),
        direction=direction,
        new_parent_id=new_parent_id,
    )
    flash(_("已移动。"))
    return redirect(url_for("rows.edit", row_id=row_id))


@pages.post("/rows/<int:row_id>/delete")
def delete(row_id: int) -> ResponseReturnValue:
    tell("tasks", "delete_row", row_id=row_id, version=number_or_none(request.form.get("version")))
    flash(_("已删除。"))
    checklist_id = number_or_none(request.form.get("checklist_id"))
    return redirect(url_for("checklists.draft", checklist_id=checklist_id) if checklist_id else "/checklists")


def _possible_parents(checklist_id: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows one level up, below which the row can be moved."""
    rows: list[dict[str, Any]] = ask("tasks", "get_checklist", checklist_id=checklist_id)["rows"]
    return [one for one in rows if one["level"] == row["level"] - 1]


def _typed_from(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the form's fields have it."""
    own = own_units(row)
    units = [unit_value(unit) for unit in own]
    leads = [unit_value(unit) for unit in own if unit["role"] == "lead"]
    due_on = dt.date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return row | {"due_on": due_on, "units": units, "leads": leads}


def _params(form: RowForm, row: dict[str, Any]) -> dict[str, Any]:
    before = [unit_value(unit) for unit in own_units(row)]
    return {
        "version": number_or_none(form.version.data),
        "title": form.title.data.strip(),
        "body": form.body.data.strip(),
        "due_on": form.due_on.iso,
        "recurrence": form.recurrence.data,
        "due_day": form.due_day.data,
        "review_rule": form.review_rule.data,
        "acceptance_rule": form.acceptance_rule.data.strip(),
        "units": read_units(form.units.data, form.leads.data, before),
    }


def own_units(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The units that the row itself names; those of the row above hold as long as it names none."""
    return [] if row["inherits_units"] else row["units"]


def unit_value(unit: dict[str, Any]) -> str:
    """A row's unit or group as the value of its checkbox."""
    return f"unit:{unit['unit_id']}" if unit["unit_id"] else f"group:{unit['group_id']}"


def _place_in_tree(checklist_id: int, row_id: int) -> str:
    return url_for("checklists.draft", checklist_id=checklist_id, _anchor=f"row-{row_id}")
