"""Bulletins: the list, one click that makes a draft, its plain fields, its paper, the signature, and made again."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.downloads import send_document
from services.portal.forms.bulletins import TEXTS, BulletinForm, MakeForm, SignForm
from services.portal.forms.fields import number_or_none
from services.portal.uploads import content_in_parts
from shared.limits import CALLER

pages = Blueprint("bulletins", __name__)

DRAFT = "draft"


@pages.get("/bulletins")
def listing() -> ResponseReturnValue:
    """All bulletins, the newest first, and what one click makes."""
    found = _listed()
    return render_template("bulletins.html", found=found, form=MakeForm(checklist_id=str(found["chosen"] or "")))


@pages.post("/bulletins/make")
def make() -> ResponseReturnValue:
    """Make a draft, and lead to it; to the one of the same days where it is there already."""
    form = MakeForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            made = tell(
                "stats",
                "make_bulletin",
                checklist_id=number_or_none(form.checklist_id.data),
                kind=form.kind.data,
                as_of=form.as_of.iso,
                corrects_id=number_or_none(request.form.get("corrects_id")),
                within=CALLER.preview,
            )
            flash(_("通报草稿已生成，请核对。") if made["is_new"] else _("这一期已经有草稿，请接着改。"))
            return redirect(url_for("bulletins.one", bulletin_id=made["bulletin_id"]))
    return render_template("bulletins.html", found=_listed(), form=form), form.status


@pages.route("/bulletins/<int:bulletin_id>", methods=["GET", "POST"])
def one(bulletin_id: int) -> ResponseReturnValue:
    """One bulletin: the fields of a draft with the facts beside them, or what was issued."""
    found = _bulletin(bulletin_id)
    if found["state"] != DRAFT:
        return render_template("bulletin.html", found=found, form=None)
    texts = {name: found[name] for name in TEXTS}
    dated = date.fromisoformat(found["dated_on"]) if found["dated_on"] else None
    form = BulletinForm(data=texts | {"version": found["version"], "dated_on": dated})
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("stats", "save_bulletin", bulletin_id=bulletin_id, **form.content)
            flash(_("已保存。"))
            return redirect(url_for("bulletins.one", bulletin_id=bulletin_id))
    return render_template("bulletin.html", found=found, form=form), form.status


@pages.get("/bulletins/<int:bulletin_id>/paper")
def paper(bulletin_id: int) -> str:
    """The bulletin as it looks on paper, to be read and printed."""
    return render_template("bulletin_paper.html", found=_bulletin(bulletin_id))


@pages.post("/bulletins/<int:bulletin_id>/docx")
def docx(bulletin_id: int) -> ResponseReturnValue:
    """The Word document."""
    name, content = content_in_parts(
        lambda number: ask("stats", "get_bulletin_file", within=CALLER.preview, bulletin_id=bulletin_id, number=number)
    )
    return send_document(name, content)


@pages.route("/bulletins/<int:bulletin_id>/sign", methods=["GET", "POST"])
def sign(bulletin_id: int) -> ResponseReturnValue:
    """Ask once more, and issue it."""
    found = _bulletin(bulletin_id)
    form = SignForm(data={"version": found["version"]})
    if form.validate_on_submit():
        with form.taking_refusals():
            version = number_or_none(form.version.data)
            signed = tell(
                "stats",
                "sign_bulletin",
                within=CALLER.preview,
                bulletin_id=bulletin_id,
                version=version,
                reason=form.reason.data or "",
            )
            flash(_("已签发：%(year)s年第%(number)s期。", year=signed["year"], number=signed["number"]))
            return redirect(url_for("bulletins.one", bulletin_id=bulletin_id))
    return render_template("bulletin_sign.html", found=found, form=form), form.status


@pages.post("/bulletins/<int:bulletin_id>/withdraw")
def withdraw(bulletin_id: int) -> ResponseReturnValue:
    """Let a draft never be issued."""
    version = number_or_none(request.form.get("version"))
    tell("stats", "withdraw_bulletin", bulletin_id=bulletin_id, version=version)
    flash(_("已作废，不再签发。"))
    return redirect(url_for("bulletins.listing"))


@pages.get("/bulletins/<int:bulletin_id>/again")
def again(bulletin_id: int) -> str:
    """An issued bulletin made again as of its day, beside what was issued."""
    found = ask("stats", "remake_bulletin", within=CALLER.preview, bulletin_id=bulletin_id)
    return render_template("bulletin_again.html", found=found)


def _listed() -> dict[str, Any]:
    page = max(1, request.args.get("page", 1, type=int))
    return ask("stats", "list_bulletins", page=min(page, 1_000_000), checklist_id=_chosen())


def _chosen() -> int | None:
    """The checklist in the address or in the form."""
    chosen = number_or_none(request.values.get("checklist_id"))
    return chosen if chosen is not None and 0 < chosen < 2**63 else None


def _bulletin(bulletin_id: int) -> dict[str, Any]:
    return ask("stats", "get_bulletin", within=CALLER.preview, bulletin_id=bulletin_id)
