"""Posts: the hand-over to the next holder, and who stands in for an absent one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters, sessions
from services.portal.clients import ask, tell
from services.portal.directory import is_search
from services.portal.forms.fields import number_or_none, options
from services.portal.forms.posts import ColleagueForm, HandOverForm, SubstituteForm
from services.portal.way_back import way_back

pages = Blueprint("posts", __name__)


@pages.route("/stand-in", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """Who stands in for the person, for whom he does, and a form to ask somebody."""
    form, found = ColleagueForm(), ask("tasks", "own_substitutions")
    form.substitute_id.choices = options(
        [("", _("（请选择）")), *((str(one["person_id"]), _named(one)) for one in found["colleagues"])]
    )
    if form.validate_on_submit():
        with form.taking_refusals():
            chosen = number_or_none(form.substitute_id.data)
            made = tell("tasks", "appoint_substitute", person_id=g.person_id, substitute_id=chosen, **_days(form))
            flash(_("已安排：%(name)s代理您的岗位。", name=made["substitute"]))
            return redirect(url_for("posts.own"))
    return render_template("posts.html", form=form, found=found), form.status


def _named(one: dict[str, Any]) -> str:
    return one["name"] if one["post"] in one["name"] else f"{one['name']}{filters.bracketed(one['post'])}"


@pages.post("/stand-in/enter")
def enter() -> ResponseReturnValue:
    """Go on in the post that the person stands in for."""
    sessions.act_as(tell("tasks", "enter_post", substitution_id=_chosen()))
    return redirect(url_for("entry.home"))


@pages.post("/stand-in/leave")
def leave() -> ResponseReturnValue:
    """Go back to the own post."""
    sessions.back_to_own()
    return redirect(url_for("entry.home"))


@pages.post("/stand-in/end")
def end() -> ResponseReturnValue:
    """End it at once."""
    tell("tasks", "end_substitution", substitution_id=_chosen())
    flash(_("代理已结束。"))
    return redirect(way_back(url_for("posts.own")))


@pages.route("/people/<int:person_id>/stand-in", methods=["GET", "POST"])
def of_person(person_id: int) -> ResponseReturnValue:
    """The administrator lets anybody stand in for anybody."""
    form, who = SubstituteForm(), ask("tasks", "get_person", person_id=person_id)
    found = _people(text=form.find.data) if form.find.data else []
    known = {str(one["person_id"]): one for one in [*_people(unit_id=who["unit"]["unit_id"]), *found]}
    known.pop(str(person_id), None)
    form.substitute_id.choices = options([("", _("（请选择）")), *((one, _in_full(known[one])) for one in known)])
    if request.method == "POST" and not is_search() and form.validate():
        with form.taking_refusals():
            chosen = number_or_none(form.substitute_id.data)
            tell("tasks", "appoint_substitute", person_id=person_id, substitute_id=chosen, **_days(form))
            flash(_("已安排代理。"))
            return redirect(url_for("people.edit", person_id=person_id))
    return render_template("post_substitute.html", form=form, who=who, found=len(found)), form.status


def _people(**sought: Any) -> list[dict[str, Any]]:
    """The first page of the open accounts that are sought."""
    people: list[dict[str, Any]] = ask("tasks", "find_people", is_active=True, **sought)["people"]
    return people


def _in_full(one: dict[str, Any]) -> str:
    """Who it is among people of several units."""
    name = _named({"name": one["display_name"], "post": one["post"]})
    unit = one["unit"]["name"]
    return name if unit in name else f"{unit} {name}"


@pages.route("/people/<int:person_id>/hand-over", methods=["GET", "POST"])
def hand_over(person_id: int) -> ResponseReturnValue:
    """Let somebody else hold a post; the new password is shown once."""
    who = ask("tasks", "get_person", person_id=person_id)
    form = HandOverForm(version=who["version"])
    if form.validate_on_submit():
        with form.taking_refusals():
            version = number_or_none(form.version.data)
            done = tell("tasks", "hand_over", person_id=person_id, version=version, name=form.name.data)
            return render_template("person_password.html", who=done, password=done.get("password"))
    return render_template("post_hand_over.html", form=form, who=who), form.status


def _chosen() -> int | None:
    return number_or_none(request.form.get("substitution_id"))


def _days(form: ColleagueForm | SubstituteForm) -> dict[str, Any]:
    return {"from_on": form.from_on.iso, "until_on": form.until_on.iso}
