"""Messages: one merged one per day. Looking at one changes nothing; that it is read is said by a button."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.remembering import remembered

pages = Blueprint("inbox", __name__)


@pages.get("/inbox")
def messages() -> ResponseReturnValue:
    found = ask("notifications", "inbox", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("inbox.html", found=found)


@pages.get("/inbox/<int:message_id>")
def one(message_id: int) -> ResponseReturnValue:
    return render_template("message.html", message=ask("notifications", "get_message", message_id=message_id))


@pages.post("/inbox/read")
def mark_read() -> ResponseReturnValue:
    """Mark one message as read, or all of them, as far as the page showed them; lead on to what the button said."""
    message_id = number_or_none(request.form.get("message_id"))
    tell("notifications", "mark_read", message_id=message_id, until=request.form.get("until", ""))
    remembered().recount(session.get("sid", ""))
    if request.form.get("then") == "duties":
        return redirect(url_for("duties.mine"))
    flash(_("已标为已读。"))
    return redirect(url_for("inbox.messages"))
