"""The administrator's people: accounts by post, new passwords, unlocking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import words
from services.portal.clients import ask, tell
from services.portal.directory import Directory
from services.portal.forms.directory import PersonForm
from services.portal.forms.fields import number_or_none, options, options_with
from shared.errors import MALFORMED, NotFound

pages = Blueprint("people", __name__)


@pages.get("/people")
def listing() -> ResponseReturnValue:
    found = ask("tasks", "list_people", unit_id=request.args.get("unit", type=int))
    return render_template("people.html", people=found["people"])


@pages.route("/people/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _edit(None, PersonForm(unit_id=request.args.get("unit", "")))


@pages.route("/people/<int:person_id>", methods=["GET", "POST"])
def edit(person_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    return _edit(person, PersonForm(data=person | {"unit_id": str(person["unit"]["unit_id"])}))


@pages.post("/people/<int:person_id>/password")
def reset_password(person_id: int) -> ResponseReturnValue:
    """Show the new password once; the page is not kept by the browser."""
    password = tell("tasks", "reset_password", person_id=person_id).get("password")
    return render_template("person_password.html", who=_find(person_id), password=password)


@pages.post("/people/<int:person_id>/unlock")
def unlock(person_id: int) -> ResponseReturnValue:
    """Lift an account's lock."""
    tell("tasks", "unlock_person", person_id=person_id)
    flash(_("账号已解锁。"))
    return redirect(url_for("people.edit", person_id=person_id))


def _edit(who: dict[str, Any] | None, form: PersonForm) -> ResponseReturnValue:
    directory = Directory.load().having([who["unit"]["unit_id"]] if who else [])
    form.unit_id.choices = options(directory.choices)
    form.roles.choices = options_with(words.ROLES, who["roles"] if who else [])
    if form.validate_on_submit():
        with form.taking_refusals():
            person_id = who["person_id"] if who else None
            saved = tell("tasks", "save_person", person_id=person_id, **_params(form))
            if who is None:
                return render_template("person_password.html", who=saved, password=saved.get("password"))
            flash(_("已保存。"))
            return redirect(url_for("people.listing"))
    return render_template("person.html", form=form, who=who), form.status


def _find(person_id: int) -> dict[str, Any]:
    people: list[dict[str, Any]] = ask("tasks", "list_people")["people"]
    for one in people:
        if one["person_id"] == person_id:
            return one
    raise NotFound(MALFORMED)


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
