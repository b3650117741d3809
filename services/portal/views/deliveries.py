"""The ledger of what leaves the house, for the administrator: what became of each message, and sending one again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import words
from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.problems import stay
from shared.errors import Invalid

pages = Blueprint("deliveries", __name__)


@pages.get("/deliveries")
def listing() -> ResponseReturnValue:
    return _page()


@pages.post("/deliveries/replay")
def replay() -> ResponseReturnValue:
    """Send one again; the page is shown again when that was refused."""
    delivery_id = number_or_none(request.form.get("delivery_id"))
    seen, reason = request.form.get("seen"), request.form.get("reason", "")
    try:
        tell("notifications", "replay_delivery", delivery_id=delivery_id, state=seen, reason=reason)
    except Invalid as error:
        if delivery_id is None:
            raise
        stay(f"reason-{delivery_id}", error, page="deliveries.listing")
        return _page(), error.status
    flash(_("已安排重发。"))
    return redirect(url_for("deliveries.listing", state=_state()))


def _page() -> str:
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("notifications", "list_deliveries", state=_state(), page=page)
    return render_template("deliveries.html", found=found, state=_state())


def _state() -> str | None:
    """The state that the address asks for; what is none is not asked for."""
    asked = request.args.get("state")
    return asked if asked in words.DELIVERY_STATES else None
