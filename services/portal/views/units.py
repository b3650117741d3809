"""The administrator's units: list, one unit, many from a CSV file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import words
from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search
from services.portal.forms.directory import UnitForm
from services.portal.forms.fields import FileForm, lines_of, number_or_none, options
from services.portal.searching import Search, one_of
from services.portal.uploads import send_up
from shared.errors import Invalid
from shared.limits import CALLER

pages = Blueprint("units", __name__)


@pages.get("/units")
def listing() -> ResponseReturnValue:
    search, kind = Search.of_request(), one_of("kind", words.UNIT_KINDS)
    found = ask(
        "tasks", "find_units", text=search.text, kind=kind or None, is_active=search.is_active, page=search.page
    )
    return render_template("units.html", found=found, search=search, kind=kind)


@pages.route("/units/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _edit(None, UnitForm(kind="township"))


@pages.route("/units/<int:unit_id>", methods=["GET", "POST"])
def edit(unit_id: int) -> ResponseReturnValue:
    unit = ask("tasks", "get_unit", unit_id=unit_id)
    typed = unit | {"aliases": "\n".join(unit["aliases"]), "parent_id": str(unit["parent_id"] or "")}
    return _edit(unit_id, UnitForm(data=typed))


@pages.route("/units/import", methods=["GET", "POST"])
def from_file() -> ResponseReturnValue:
    form = FileForm()
    lines: list[dict[str, Any]] = []
    if form.validate_on_submit():
        try:
            answer = tell("tasks", "import_units", within=CALLER.file, file_id=send_up(form.file.data))
        except Invalid as error:
            lines = error.details.get("rows") or []
            form.take(error)
        else:
            created = ngettext("新增 %(num)d 个单位", "新增 %(num)d 个单位", answer["created"])
            changed = ngettext("更新 %(num)d 个", "更新 %(num)d 个", answer["changed"])
            flash(_("%(created)s，%(changed)s。", created=created, changed=changed))
            return redirect(url_for("units.listing"))
    return render_template("units_import.html", form=form, lines=lines), form.status


def _edit(unit_id: int | None, form: UnitForm) -> ResponseReturnValue:
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "save_unit", unit_id=unit_id, **_params(form))
            flash(_("已保存。"))
            return redirect(url_for("units.listing"))
    directory = Directory.load([form.parent_id.data or ""])
    form.parent_id.choices = options([("", _("（没有）")), *directory.choices])
    return render_template("unit.html", form=form, unit_id=unit_id, directory=directory), form.status


def _params(form: UnitForm) -> dict[str, Any]:
    return {
        "version": number_or_none(form.version.data),
        "code": form.code.data.strip(),
        "name": form.name.data.strip(),
        "kind": form.kind.data,
        "parent_id": number_or_none(form.parent_id.data),
        "aliases": lines_of(form.aliases.data),
        "is_active": form.is_active.data,
    }
