"""The auditor's log: what was done, and what was refused."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.portal.clients import ask

pages = Blueprint("audit", __name__)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    """The audit log with the refusals, a page at a time."""
    found = ask("tasks", "list_audit", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("audit.html", found=found)
