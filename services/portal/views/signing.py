"""Who has not signed for what was issued, for a whole checklist or one row of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.portal.clients import ask
from services.portal.searching import Search

pages = Blueprint("signing", __name__)


@pages.get("/checklists/<int:checklist_id>/signing")
def unsigned(checklist_id: int) -> ResponseReturnValue:
    """Units that have not signed, in directory order."""
    search, row_id = Search.of_request(), request.args.get("row", type=int)
    found = ask("stats", "signing_board", checklist_id=checklist_id, row_id=row_id, text=search.text, page=search.page)
    return render_template("signing.html", found=found, search=search, checklist_id=checklist_id, row_id=row_id)
