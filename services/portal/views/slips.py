"""Slips: what was escalated and still stands, for those who watch over all units, and for a unit its own."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from services.portal.clients import ask
from services.portal.searching import one_of

pages = Blueprint("slips", __name__)

LEVELS = ("1", "2", "3")


@pages.get("/slips")
def listing() -> str:
    level = one_of("level", LEVELS)
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("notifications", "list_slips", page=page, level=int(level) if level else None)
    return render_template("slips.html", found=found, level=level, is_own=not g.person.reads_all)
