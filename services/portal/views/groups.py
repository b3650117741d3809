"""Unit groups: the sets that documents refer to, such as 各乡镇人民政府."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import tell
from services.portal.directory import Directory
from services.portal.forms.directory import GroupForm
from services.portal.forms.fields import lines_of, number_or_none
from shared.errors import MALFORMED, NotFound

pages = Blueprint("groups", __name__)


@pages.get("/groups")
def listing() -> ResponseReturnValue:
    return render_template("groups.html", directory=Directory.load())


@pages.route("/groups/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new unit group."""
    return _edit(None, GroupForm(), Directory.load())


@pages.route("/groups/<int:group_id>", methods=["GET", "POST"])
def edit(group_id: int) -> ResponseReturnValue:
    directory = Directory.load()
    group = next((one for one in directory.groups if one["group_id"] == group_id), None)
    if group is None:
        raise NotFound(MALFORMED)
    typed = group | {"aliases": "\n".join(group["aliases"]), "member_ids": [str(one) for one in group["member_ids"]]}
    return _edit(group_id, GroupForm(data=typed), directory.having(group["member_ids"]))


def _edit(group_id: int | None, form: GroupForm, directory: Directory) -> ResponseReturnValue:
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "save_group", group_id=group_id, **_params(form))
            flash(_("已保存。"))
            return redirect(url_for("groups.listing"))
    return render_template("group.html", form=form, group_id=group_id, directory=directory), form.status


def _params(form: GroupForm) -> dict[str, Any]:
    return {
        "version": number_or_none(form.version.data),
        "name": form.name.data,
        "aliases": lines_of(form.aliases.data),
        "member_ids": [int(one) for one in form.member_ids.data if one.isdecimal()],
    }
