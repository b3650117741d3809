"""Silences: for a while nothing is said on the days of the reminder rules, with a reason and an end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search
from services.portal.forms.fields import number_or_none
from services.portal.forms.silences import SilenceForm
from services.portal.problems import stay
from shared import clock
from shared.errors import Invalid, QingdanError
from shared.limits import CALLER

pages = Blueprint("silences", __name__)

_SERVICE = "notifications"


@pages.get("/silences")
def listing() -> str:
    """All of them, and for the lead bureau the form of another."""
    return _anew(_found())


@pages.post("/silences")
def preview() -> ResponseReturnValue:
    """Show what would not be said; nothing is stored before that was confirmed."""
    found, form = _found(), SilenceForm()
    directory = _offered(form, found)
    if not is_search() and form.validate():
        with form.taking_refusals():
            return render_template("silence_preview.html", form=form, kept_out=_kept_out(form))
    return _page(found, form, directory), form.status


@pages.post("/silences/confirm")
def confirm() -> ResponseReturnValue:
    """Begin what was shown; the page with the form is shown again when that was refused."""
    found, form = _found(), SilenceForm()
    directory = _offered(form, found)
    if form.validate():
        with form.taking_refusals():
            tell(_SERVICE, "make_silence", **form.content, reason=form.reason.data)
            flash(_("已设定，期间不发到期提醒。"))
            return redirect(url_for("silences.listing"))
    g.page = "silences.listing"
    return _page(found, form, directory), form.status


@pages.post("/silences/end")
def end() -> ResponseReturnValue:
    """Let reminders come again before the silence is over; the page is shown again when that was refused."""
    silence_id = number_or_none(request.form.get("silence_id"))
    try:
        tell(_SERVICE, "end_silence", silence_id=silence_id, reason=request.form.get("reason", ""))
    except Invalid as error:
        if silence_id is None:
            raise
        stay(f"reason-{silence_id}", error, page="silences.listing")
        return _anew(_found()), error.status
    flash(_("已恢复提醒。"))
    return redirect(url_for("silences.listing"))


@pages.get("/silences/<int:silence_id>")
def silenced(silence_id: int) -> str:
    """What was not said because of one."""
    return render_template("silenced.html", found=ask(_SERVICE, "list_silenced", silence_id=silence_id))


@pages.get("/reminder-health")
def health() -> str:
    """Whether reminders go out: the last sweep, what waits, what failed."""
    return render_template("reminder_health.html", found=ask(_SERVICE, "reminder_health"))


def _found() -> dict[str, Any]:
    return ask(_SERVICE, "list_silences", page=max(1, request.args.get("page", 1, type=int)))


def _offered(form: SilenceForm, found: dict[str, Any]) -> Directory:
    """The units that the form offers, once it offers them."""
    directory = Directory.load([form.unit_id.data or ""])
    form.offer(found["subjects"], directory.choices)
    return directory


def _kept_out(form: SilenceForm) -> dict[str, Any] | None:
    """How much would not be said; None when that is not to be had. Invalid for a silence that could not begin."""
    try:
        return ask(_SERVICE, "preview_silence", within=CALLER.preview, **form.content)
    except Invalid:
        raise
    except QingdanError:
        return None


def _anew(found: dict[str, Any]) -> str:
    """The page with an empty form, for who may fill one in."""
    form = SilenceForm(formdata=None, data={"from_day": clock.today()})
    return _page(found, form, _offered(form, found) if g.person.is_lead else None)


def _page(found: dict[str, Any], form: SilenceForm, directory: Directory | None) -> str:
    today = clock.today().isoformat()
    return render_template(
        "silences.html", found=found, form=form, directory=directory, may_edit=g.person.is_lead, today=today
    )
