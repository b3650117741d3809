"""Messages: one merged one per day."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.portal.clients import ask, tell

pages = Blueprint("inbox", __name__)


@pages.get("/inbox")
def messages() -> ResponseReturnValue:
    found = ask("notifications", "inbox", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("inbox.html", found=found)


@pages.get("/inbox/<int:message_id>")
def one(message_id: int) -> ResponseReturnValue:
    """Opening a message reads it; repeating that changes nothing."""
    message = tell("notifications", "read_message", command=uuid4(), message_id=message_id)
    return render_template("message.html", message=message)
