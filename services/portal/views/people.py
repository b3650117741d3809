"""The administrator's people: accounts by post, new passwords, unlocking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search
from services.portal.downloads import all_pages, send_list
from services.portal.forms.directory import PersonForm
from services.portal.forms.fields import number_or_none, options, options_with
from services.portal.list_files import Column
from services.portal.searching import Search, one_of
from services.portal.signing_in import entering
from shared.limits import CALLER

pages = Blueprint("people", __name__)


def _state(one: dict[str, Any]) -> str:
    if not one["is_active"]:
        return str(_("已停用"))
    return str(_("未首次登录") if one["must_change_password"] else _("启用"))


COLUMNS = (
    Column(_l("单位"), lambda one: one["unit"]["name"], width=20),
    Column(_l("岗位"), lambda one: one["post"], width=16),
    Column(_l("姓名"), lambda one: one["display_name"], width=20),
    Column(_l("登录名"), lambda one: one["sign_in_name"], width=20),
    Column(_l("角色"), lambda one: "、".join(filters.name_of(words.ROLES, role) for role in one["roles"]), width=24),
    Column(_l("状态"), _state, width=14),
)


@pages.get("/people")
def listing() -> ResponseReturnValue:
    search, role, unit_id = Search.of_request(), one_of("role", words.ROLES), request.args.get("unit", type=int)
    found = ask(
        "tasks",
        "find_people",
        text=search.text,
        unit_id=unit_id,
        role=role or None,
        is_active=search.is_active,
        page=search.page,
    )
    units = ask("tasks", "name_units", unit_ids=[unit_id])["units"] if unit_id else []
    return render_template("people.html", found=found, search=search, role=role, units=units)


@pages.post("/people/xlsx")
def as_file() -> ResponseReturnValue:
    """All people that are sought, on whichever page they stand; without what belongs to their passwords."""
    search, role, unit_id = Search.of_request(), one_of("role", words.ROLES), request.args.get("unit", type=int)
    units = ask("tasks", "name_units", unit_ids=[unit_id])["units"] if unit_id else []
    found = all_pages(
        "find_people",
        "people",
        text=search.text,
        unit_id=unit_id,
        role=role or None,
        is_active=search.is_active,
        within=CALLER.file,
    )
    named = [
        (_("单位"), units[0]["name"] if units else ""),
        (_("角色"), filters.name_of(words.ROLES, role) if role else ""),
    ]
    return send_list(_("人员"), COLUMNS, found, asked=search.in_words(named))


@pages.route("/people/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _edit(None, PersonForm(unit_id=request.args.get("unit", "")))


@pages.route("/people/<int:person_id>", methods=["GET", "POST"])
def edit(person_id: int) -> ResponseReturnValue:
    person = ask("tasks", "get_person", person_id=person_id)
    return _edit(person, PersonForm(data=person | {"unit_id": str(person["unit"]["unit_id"])}))


@pages.post("/people/<int:person_id>/password")
def reset_password(person_id: int) -> ResponseReturnValue:
    """Show the new password once; the page is not kept by the browser."""
    password = tell("tasks", "reset_password", person_id=person_id).get("password")
    who = ask("tasks", "get_person", person_id=person_id)
    return render_template("person_password.html", who=who, password=password)


@pages.post("/people/<int:person_id>/unlock")
def unlock(person_id: int) -> ResponseReturnValue:
    """End what waits because of wrong passwords: attempts to sign in from everywhere, and to change the password."""
    name = tell("tasks", "unlock_person", person_id=person_id)["sign_in_name"]
    entering.end_waits(name)
    flash(_("等待已解除，可以马上再试。"))
    return redirect(url_for("people.edit", person_id=person_id))


def _edit(who: dict[str, Any] | None, form: PersonForm) -> ResponseReturnValue:
    form.roles.choices = options_with(words.ROLES, who["roles"] if who else [])
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            person_id = who["person_id"] if who else None
            saved = tell("tasks", "save_person", person_id=person_id, **_params(form))
            if who is None:
                return render_template("person_password.html", who=saved, password=saved.get("password"))
            flash(_("已保存。"))
            return redirect(url_for("people.listing"))
    directory = Directory.load([form.unit_id.data or ""])
    form.unit_id.choices = options(_first_choice(form, directory) + directory.choices)
    holders = ask("tasks", "list_holders", person_id=who["person_id"]) if who else None
    until = entering.waits_until(who["sign_in_name"]) if who else None
    page = render_template(
        "person.html", form=form, who=who, directory=directory, holders=holders, waits_until=until and until.isoformat()
    )
    return page, form.status


def _first_choice(form: PersonForm, directory: Directory) -> list[tuple[str, str]]:
    """Where units are searched, a new person has none yet, and the first one found shall not be it by accident."""
    if directory.is_complete or form.unit_id.data:
        return []
    return [("", _("（请选择）") if directory.units else _("（请先查找，再选择）"))]


def _params(form: PersonForm) -> dict[str, Any]:
    return {
        "version": number_or_none(form.version.data),
        "sign_in_name": form.sign_in_name.data,
        "display_name": form.display_name.data,
        "post": form.post.data,
        "unit_id": number_or_none(form.unit_id.data),
        "roles": form.roles.data,
        "is_active": form.is_active.data,
    }
