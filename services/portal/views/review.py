"""What waits for the lead bureau: submissions to accept or return, requests not to apply."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.portal.clients import ask

pages = Blueprint("review", __name__)


@pages.get("/review")
def queue() -> ResponseReturnValue:
    """What waits for the lead bureau."""
    found = ask("tasks", "review_queue", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("review.html", found=found)
