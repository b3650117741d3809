"""One row of a draft: edit, add below or beside, move, delete; its questions stand beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import draft_rows, words
from services.portal.clients import EMPTIED, ask, tell
from services.portal.directory import Directory, is_search, read_units
from services.portal.forms.checklists import RowForm, SeveralForm
from services.portal.forms.fields import number_or_none, options, options_with
from services.portal.numbers import is_number
from services.portal.ticks import ticked
from services.portal.tree import grow

pages = Blueprint("rows", __name__)

ITEM = 4


@pages.route("/rows/<int:row_id>", methods=["GET", "POST"])
def edit(row_id: int) -> ResponseReturnValue:
    """One row of a draft."""
    found = ask("tasks", "get_row", row_id=row_id)
    row = found["row"]
    if found["checklist"]["state"] != "draft" or not g.person.is_lead:
        return redirect(_place_in_tree(found["checklist"]["checklist_id"], row_id))
    form = _form_of(row)
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "save_row", row_id=row_id, **_params(form, row))
            flash(_("“%(title)s”已保存。", title=form.title.data))
            return redirect(_after_saving(found))
    return _page(found, form), form.status


def question_again(row_id: int, problems: list[tuple[str, str, str]]) -> str:
    """The page of a row, one of whose questions could not be answered yet, with what was typed and what is wrong."""
    found = ask("tasks", "get_row", row_id=row_id)
    return _page(found, _form_of(found["row"], formdata=None), problems)


def _form_of(row: dict[str, Any], **given: Any) -> RowForm:
    form = RowForm(data=_typed_from(row), **given)
    form.recurrence.choices = options_with(words.RECURRENCES, [row["recurrence"]])
    form.review_rule.choices = options_with(words.REVIEW_RULES, [row["review_rule"]])
    form.evidence_rule.choices = options_with(words.EVIDENCE_RULES, [row["evidence_rule"]])
    form.reviewer_unit_id.choices = options(_reviewers(row) if row["level"] == ITEM else [("", "")])
    return form


def _reviewers(row: dict[str, Any]) -> list[tuple[str, str]]:
    """The lead bureau, the departments, and whichever unit is named now."""
    departments = ask("tasks", "find_units", kind="department", is_active=True)["units"]
    named = [(row["reviewer_unit_id"], row["reviewer"])] if row["reviewer_unit_id"] else []
    units = dict([*((one["unit_id"], one["name"]) for one in departments), *named])
    return [("", _("牵头单位")), *((str(unit_id), name) for unit_id, name in units.items())]


def _page(found: dict[str, Any], form: RowForm, problems: list[tuple[str, str, str]] | None = None) -> str:
    chosen = [*(form.units.data or []), *(form.leads.data or [])]
    asked = [*request.form.getlist("units"), *request.form.getlist("leads")] if problems is not None else []
    row = found["row"]
    checklist = ask("tasks", "get_checklist", checklist_id=found["checklist"]["checklist_id"])
    return render_template(
        "row.html",
        form=form,
        found=found,
        row=row,
        directory=Directory.load([*chosen, *asked]),
        # The rows one level up, below which the row can be moved.
        parents=[one for one in checklist["rows"] if one["level"] == row["level"] - 1],
        before=_one_before(checklist["rows"], row),
        has_source=bool(checklist.get("source")),
        problems=problems or form.problems,
        typed=request.form if problems is not None else None,
    )


def _after_saving(found: dict[str, Any]) -> str:
    """The next row of the same level where that was asked for, else the place of this one in the draft."""
    if request.form.get("then") == "next" and found["next_id"] is not None:
        return url_for("rows.edit", row_id=found["next_id"])
    return _place_in_tree(found["checklist"]["checklist_id"], found["row"]["row_id"])


@pages.post("/checklists/<int:checklist_id>/rows")
def add(checklist_id: int) -> ResponseReturnValue:
    """Add a row and go on to fill it in."""
    row = tell(
        "tasks",
        "add_row",
        checklist_id=checklist_id,
        parent_id=number_or_none(request.form.get("parent_id")),
        after_row_id=number_or_none(request.form.get("after_row_id")),
        title=request.form.get("title", ""),
    )
    flash(_("已添加。"))
    return redirect(url_for("rows.edit", row_id=row["row_id"]))


@pages.route("/checklists/<int:checklist_id>/several", methods=["GET", "POST"])
def several(checklist_id: int) -> ResponseReturnValue:
    """Several items of a draft at once; the address says which, or which rows they lie below."""
    form = SeveralForm()
    if request.method == "POST" and not is_search() and form.validate():
        with form.taking_refusals():
            done = tell("tasks", "save_rows", checklist_id=checklist_id, **_several_params(form))
            flash(ngettext("%(num)d 个事项已修改。", "%(num)d 个事项已修改。", len(done["saved"])))
            if not done["stale"]:
                return redirect(url_for("checklists.draft", checklist_id=checklist_id))
            form.refuse(_stale(row) for row in done["stale"])
    return _several_page(checklist_id, form), form.status


def _several_page(checklist_id: int, form: SeveralForm) -> str:
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    items = draft_rows.items_at(grow(checklist), request.args.getlist("row", type=int))
    directory = Directory.load(form.leads.data or [])
    return render_template("several.html", form=form, checklist=checklist, items=items, directory=directory)


def _several_params(form: SeveralForm) -> dict[str, Any]:
    leads = [int(value.removeprefix("unit:")) for value in form.leads.data or [] if is_number(value[5:])]
    return {
        "rows": ticked("rows", "row_id"),
        "due": form.due,
        "leads": [{"unit_id": unit_id} for unit_id in leads] or None,
    }


def _stale(row: dict[str, Any]) -> str:
    return str(_("“%(number)s %(title)s”在您打开页面之后有人改过，没有改动，请核对后再改。", **row))


@pages.post("/rows/<int:row_id>/move")
def move(row_id: int) -> ResponseReturnValue:
    """Move a row up, down, or below another one."""
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
    """Delete a row with all below it."""
    tell("tasks", "delete_row", row_id=row_id, version=number_or_none(request.form.get("version")))
    flash(_("已删除。"))
    checklist_id = number_or_none(request.form.get("checklist_id"))
    return redirect(url_for("checklists.draft", checklist_id=checklist_id) if checklist_id else "/checklists")


def _one_before(rows: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, Any] | None:
    """The row before this one below the same row."""
    siblings = [one for one in rows if one["parent_id"] == row["parent_id"]]
    at = [one["row_id"] for one in siblings].index(row["row_id"])
    return siblings[at - 1] if at else None


def _typed_from(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the form's fields have it."""
    units = [unit_value(unit) for unit in row["units"]]
    leads = [unit_value(unit) for unit in row["units"] if unit["role"] == "lead"]
    inherited = [f"{unit['role']}={unit_value(unit)}" for unit in row["units"]] if row["inherits_units"] else []
    due_on = dt.date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return row | {
        "due_on": due_on,
        "inherited": " ".join(inherited),
        "units": units,
        "leads": leads,
        "reviewer_unit_id": str(row["reviewer_unit_id"] or ""),
    }


def _params(form: RowForm, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": number_or_none(form.version.data),
        "title": form.title.data,
        "body": form.body.data,
        "due_on": form.due_on.iso or EMPTIED,
        "recurrence": form.recurrence.data,
        "due_day": form.due_day.data or EMPTIED,
        "review_rule": form.review_rule.data,
        "acceptance_rule": form.acceptance_rule.data,
        "evidence_rule": form.evidence_rule.data,
        "reviewer_unit_id": number_or_none(form.reviewer_unit_id.data) or EMPTIED,
        "units": _units(form, row),
    }


def _units(form: RowForm, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The units that the row itself names: none as long as what was ticked is what it has from above."""
    inherited = {
        unit: role for role, _sign, unit in (one.partition("=") for one in (form.inherited.data or "").split())
    }
    before = inherited or {unit_value(unit): unit["role"] for unit in row["units"]}
    chosen = read_units(form.units.data, form.leads.data, before)
    return [] if {unit_value(unit): unit["role"] for unit in chosen} == inherited else chosen


def unit_value(unit: dict[str, Any]) -> str:
    """A row's unit or group as the value of its checkbox."""
    return f"unit:{unit['unit_id']}" if unit.get("unit_id") else f"group:{unit['group_id']}"


def _place_in_tree(checklist_id: int, row_id: int) -> str:
    return url_for("checklists.draft", checklist_id=checklist_id, row=row_id, _anchor=f"row-{row_id}")
