"""The completion pages of the leadership group, fed by the stats service alone. Every number leads to its duties."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.portal import board_sentences, charts, target_chart
from services.portal.board_day import BoardDay, known_on
from services.portal.board_search import Sought
from services.portal.clients import ask, ask_page
from services.portal.searching import Search, after, number, one_of
from shared.errors import QingdanError
from shared.limits import CALLER

log = logging.getLogger(__name__)

Part = TypeVar("Part")

pages = Blueprint("boards", __name__)

# As many duties as one call gives.
A_CALL = 1000
# What a meeting reads by name; behind it are all.
MOST_OVERDUE = 10
# More columns do not fit beside one another; they have a page of their own.
MOST_MEASURES = 16
KINDS = frozenset({"department", "township"})


@pages.get("/board")
def newest() -> ResponseReturnValue:
    """The newest issued checklist or the one that was chosen, or an empty page that says why there is none."""
    boards = ask("stats", "list_boards")["checklists"]
    if not boards:
        return render_template("board_none.html")
    chosen = number("checklist") or boards[0]["checklist_id"]
    unit, as_of = number("unit"), request.args.get("as_of") or None
    # A row belongs to the checklist on whose page the day was chosen.
    row = number("row") if request.args.get("of", type=int) == chosen else None
    return redirect(url_for("boards.overview", checklist_id=chosen, row=row, unit=unit, as_of=as_of))


@pages.get("/board/<int:checklist_id>")
def overview(checklist_id: int) -> ResponseReturnValue:
    """The leadership group's first page: how far, who is late, whether targets will be met, what to decide."""
    narrowed = narrowed_to()
    board, day = known_on(lambda on: overview_on(checklist_id, on))
    about: dict[str, Any] = {"checklist_id": checklist_id, "as_of": day.iso}
    unit = {"unit_id": narrowed["unit_id"]}
    targets = _or_none(lambda: ask("stats", "list_targets", within=CALLER.preview, as_of=day.end))
    late = _or_none(lambda: ask("stats", "late_reports", as_of=day.iso, **unit)["rounds"])
    difficulties = _or_none(lambda: ask("tasks", "list_difficulties", within=CALLER.aside, **about, **unit))
    shown = [_with_chart(target) for target in targets["targets"]] if targets else None
    return render_template(
        "board.html",
        board=board,
        checklist_id=checklist_id,
        others=_or_none(lambda: ask("stats", "list_boards")["checklists"]) or [],
        day=day,
        narrowed=narrowed,
        summary=board_sentences.summary(board, shown or [], len(late or []), difficulties),
        targets=shown,
        is_invented=bool(targets and targets["is_invented"]),
        late=late,
        overdue=_or_none(lambda: ask("stats", "find_duties", light="overdue", size=MOST_OVERDUE, **about, **narrowed)),
        difficulties=difficulties,
        matrix=_or_none(lambda: _small_matrix(checklist_id, day, narrowed)),
        change=board_sentences.change,
        share=board_sentences.percent,
    )


@pages.get("/board/<int:checklist_id>/matrix")
def matrix(checklist_id: int) -> ResponseReturnValue:
    """Units by measures, a page of units at a time."""
    search, kind, narrowed = Search.of_request(), one_of("kind", KINDS), narrowed_to()
    found, day = known_on(
        lambda on: ask(
            "stats",
            "matrix",
            checklist_id=checklist_id,
            as_of=on.iso,
            kind=kind or None,
            text=search.text,
            page=search.page,
            **narrowed,
        )
    )
    return render_template(
        "board_matrix.html",
        found=found,
        checklist_id=checklist_id,
        kind=kind,
        search=search,
        day=day,
        narrowed=narrowed,
    )


@pages.get("/board/rows/<int:row_id>")
def row(row_id: int) -> ResponseReturnValue:
    """The board of an area, a measure or a task."""
    board, day = known_on(lambda on: ask("stats", "row_board", row_id=row_id, as_of=on.iso))
    return render_template("board_row.html", board=board, day=day)


@pages.get("/board/items/<int:row_id>")
def item(row_id: int) -> str:
    """The board of an item: its units and who is missing."""
    board, day = known_on(lambda on: ask("stats", "item_board", row_id=row_id, as_of=on.iso))
    return render_template("board_item.html", board=board, day=day)


@pages.get("/board/<int:checklist_id>/units")
def units(checklist_id: int) -> ResponseReturnValue:
    """The board of the units, by kind, with a search."""
    search, kind = Search.of_request(), one_of("kind", KINDS)
    asked: dict[str, Any] = {"checklist_id": checklist_id, "kind": kind or None, "text": search.text}
    found, day = known_on(
        lambda on: ask_page("stats", "units_board", as_of=on.iso, page=search.page, after=after(), **asked)
    )
    return render_template(
        "board_units.html", found=found, checklist_id=checklist_id, kind=kind, search=search, day=day
    )


@pages.get("/board/<int:checklist_id>/duties")
def duties(checklist_id: int) -> str:
    """The duties behind a number, as they were sought."""
    sought = Sought.of_request()
    page = max(1, request.args.get("page", 1, type=int))
    found, day = known_on(
        lambda on: ask_page(
            "stats",
            "find_duties",
            checklist_id=checklist_id,
            as_of=on.iso,
            page=page,
            after=after(),
            **sought.params,
        )
    )
    return render_template("board_duties.html", found=found, checklist_id=checklist_id, sought=sought, day=day)


def ids_of_duties(checklist_id: int, sought: Sought) -> list[int]:
    """The duties that a list of this search holds, the first A_CALL of them."""
    found = ask("stats", "find_duties", checklist_id=checklist_id, size=A_CALL, **sought.params)
    return [duty["duty_id"] for duty in found["duties"]]


def _or_none(part: Callable[[], Part]) -> Part | None:
    """A part of the first page; None when it is not to be had: the others are shown all the same."""
    try:
        return part()
    except QingdanError:
        log.warning("a part of the board is not to be had", exc_info=True, extra={"correlation_id": g.correlation_id})
        return None


def _with_chart(target: dict[str, Any]) -> dict[str, Any]:
    chart, data = target_chart.of_target(target), charts.of_target(target)
    return target | {"chart": chart, "chart_data": data, "is_to_date": target_chart.is_to_date(target)}


def overview_on(checklist_id: int, on: BoardDay) -> dict[str, Any]:
    return ask("stats", "overview", checklist_id=checklist_id, as_of=on.iso, **narrowed_to())


def narrowed_to() -> dict[str, Any]:
    """The area or measure and the unit to which the address keeps a board."""
    return {"row_id": number("row"), "unit_id": number("unit")}


def _small_matrix(checklist_id: int, day: BoardDay, narrowed: dict[str, Any]) -> dict[str, Any] | None:
    """Units by measures for the first page; None where it takes more than a page."""
    found = ask("stats", "matrix", checklist_id=checklist_id, as_of=day.iso, **narrowed)
    return found if found["pages"] == 1 and len(found["measures"]) <= MOST_MEASURES else None
