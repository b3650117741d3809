"""The completion pages of the leadership group, fed by the stats service alone. Every number leads to its duties."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.portal.clients import ask

pages = Blueprint("boards", __name__)


@pages.get("/board")
def newest() -> ResponseReturnValue:
    """The newest issued checklist, or an empty page that says why there is none."""
    boards = ask("stats", "list_boards")["checklists"]
    if not boards:
        return render_template("board_none.html")
    return redirect(url_for("boards.overview", checklist_id=boards[0]["checklist_id"]))


@pages.get("/board/<int:checklist_id>")
def overview(checklist_id: int) -> ResponseReturnValue:
    """A checklist's first board: areas and measures."""
    board = ask("stats", "overview", checklist_id=checklist_id)
    others = ask("stats", "list_boards")["checklists"]
    return render_template("board.html", board=board, checklist_id=checklist_id, others=others)


@pages.get("/board/rows/<int:row_id>")
def row(row_id: int) -> ResponseReturnValue:
    """The board of an area, a measure or a task."""
    return render_template("board_row.html", board=ask("stats", "row_board", row_id=row_id))


@pages.get("/board/items/<int:row_id>")
def item(row_id: int) -> ResponseReturnValue:
    """The board of an item: its units and who is missing."""
    return render_template("board_item.html", board=ask("stats", "item_board", row_id=row_id))


@pages.get("/board/<int:checklist_id>/units")
def units(checklist_id: int) -> ResponseReturnValue:
    """The board of the units, by kind."""
    kind = request.args.get("kind") or None
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("stats", "units_board", checklist_id=checklist_id, kind=kind, page=page)
    return render_template("board_units.html", found=found, checklist_id=checklist_id, kind=kind)


@pages.get("/board/<int:checklist_id>/duties")
def duties(checklist_id: int) -> ResponseReturnValue:
    """The duties behind a number."""
    chosen: dict[str, Any] = {
        "row_id": request.args.get("row", type=int),
        "unit_id": request.args.get("unit", type=int),
        "light": request.args.get("light") or None,
        "is_blocked": "blocked" in request.args or None,
    }
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("stats", "find_duties", checklist_id=checklist_id, page=page, **chosen)
    return render_template("board_duties.html", found=found, checklist_id=checklist_id, chosen=chosen)
