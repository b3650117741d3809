"""The completion pages of the leadership group, fed by the stats service alone. Every number leads to its duties."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import board_sentences, charts, filters, target_chart, words
from services.portal.board_day import BoardDay, known_on
from services.portal.board_search import Sought
from services.portal.clients import ask
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, one_of
from shared.errors import QingdanError
from shared.limits import CALLER

log = logging.getLogger(__name__)

Part = TypeVar("Part")

pages = Blueprint("boards", __name__)

# As many duties as one call gives, and as many as one sheet of paper or file takes before whoever waits gives up.
A_CALL = 1000
MOST_IN_ONE = 10_000

A_PAGE_OF_UNITS = 200
# What a meeting reads by name; behind it are all.
MOST_OVERDUE = 10
# More columns do not fit beside one another; they have a page of their own.
MOST_MEASURES = 16
KINDS = frozenset({"department", "township"})


def _counted(code: str, heading: Any) -> Column:
    return Column(heading, lambda row: row["counts"][code], Kind.NUMBER)


COUNTS = (
    _counted("total", _l("总数")),
    *(_counted(code, word) for code, word in words.LIGHTS.items()),
    _counted("overdue_blocked", _l("已逾期中受阻的")),
)
DUTY_COLUMNS = (
    Column(_l("事项"), lambda d: d["item"], width=50),
    Column(_l("期次"), lambda d: filters.period(d["period"]), width=14),
    Column(_l("单位"), lambda d: d["unit"]),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DAY),
    Column(_l("灯"), lambda d: filters.say(d["light_word"]), width=14),
    Column(_l("说明"), lambda d: filters.rest(d["brief"], d["light_word"]), width=36),
    Column(_l("分解"), filters.split_in_words, width=14),
)


@pages.get("/board")
def newest() -> ResponseReturnValue:
    """The newest issued checklist or the one that was chosen, or an empty page that says why there is none."""
    boards = ask("stats", "list_boards")["checklists"]
    if not boards:
        return render_template("board_none.html")
    chosen = request.args.get("checklist", type=int) or boards[0]["checklist_id"]
    unit, as_of = request.args.get("unit", type=int), request.args.get("as_of") or None
    # A row belongs to the checklist on whose page the day was chosen.
    row = request.args.get("row", type=int) if request.args.get("of", type=int) == chosen else None
    return redirect(url_for("boards.overview", checklist_id=chosen, row=row, unit=unit, as_of=as_of))


@pages.get("/board/<int:checklist_id>")
def overview(checklist_id: int) -> ResponseReturnValue:
    """The leadership group's first page: how far, who is late, whether targets will be met, what to decide."""
    narrowed = _narrowed()
    board, day = known_on(lambda on: _overview(checklist_id, on))
    about: dict[str, Any] = {"checklist_id": checklist_id, "as_of": day.iso}
    unit = {"unit_id": narrowed["unit_id"]}
    targets = _or_none(lambda: ask("stats", "list_targets", within=CALLER.preview, as_of=day.end))
    late = _or_none(lambda: ask("stats", "late_reports", as_of=day.iso, **unit)["rounds"])
    shown = [_with_chart(target) for target in targets["targets"]] if targets else None
    return render_template(
        "board.html",
        board=board,
        checklist_id=checklist_id,
        others=_or_none(lambda: ask("stats", "list_boards")["checklists"]) or [],
        day=day,
        narrowed=narrowed,
        summary=board_sentences.summary(board, shown or [], len(late or [])),
        targets=shown,
        is_invented=bool(targets and targets["is_invented"]),
        late=late,
        overdue=_or_none(lambda: ask("stats", "find_duties", light="overdue", size=MOST_OVERDUE, **about, **narrowed)),
        difficulties=_or_none(lambda: ask("tasks", "list_difficulties", within=CALLER.aside, **about, **unit)),
        matrix=_or_none(lambda: _small_matrix(checklist_id, day, narrowed)),
        change=board_sentences.change,
        share=board_sentences.percent,
    )


@pages.get("/board/<int:checklist_id>/matrix")
def matrix(checklist_id: int) -> ResponseReturnValue:
    """Units by measures, a page of units at a time."""
    search, kind, narrowed = Search.of_request(), one_of("kind", KINDS), _narrowed()
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


@pages.post("/board/<int:checklist_id>/matrix/xlsx")
def matrix_as_file(checklist_id: int) -> ResponseReturnValue:
    """Units by measures as a workbook, all pages, as they were sought."""
    search, kind, narrowed = Search.of_request(), one_of("kind", KINDS), _narrowed()
    asked: dict[str, Any] = {"checklist_id": checklist_id, "kind": kind or None, "text": search.text, **narrowed}
    found, day = known_on(lambda on: ask("stats", "matrix", as_of=on.iso, **asked))
    units = list(found["units"])
    for page in range(2, found["pages"] + 1):
        units += ask("stats", "matrix", as_of=day.iso, page=page, **asked)["units"]
    columns = (
        Column(_l("单位"), lambda u: u["name"], width=36),
        *(
            Column(f"{measure['number']} {measure['title']}", _cell(place), width=16)
            for place, measure in enumerate(found["measures"])
        ),
    )
    title = f"{found['checklist']['title']} {_('单位和举措')}"
    return send_list(title, columns, units, as_of=found["as_of"] or day.end, asked=_as_of_in_words(day))


@pages.post("/board/<int:checklist_id>/xlsx")
def overview_as_file(checklist_id: int) -> ResponseReturnValue:
    """Areas and measures as a workbook."""
    board, day = known_on(lambda on: _overview(checklist_id, on))
    rows = [row | {"area": area["title"]} for area in board["areas"] for row in [area, *area["measures"]]]
    columns = (
        Column(_l("领域"), lambda r: r["area"], width=30),
        Column(_l("举措"), lambda r: r["title"] if "measures" not in r else None, width=40),
        Column(_l("到这一天应完成"), lambda r: r["so_far"]["due"], Kind.NUMBER),
        Column(_l("其中已完成"), lambda r: r["so_far"]["done"], Kind.NUMBER),
        Column(_l("上月底应完成"), lambda r: r["month_ago"] and r["month_ago"]["due"], Kind.NUMBER),
        Column(_l("上月底已完成"), lambda r: r["month_ago"] and r["month_ago"]["done"], Kind.NUMBER),
        *COUNTS,
    )
    title = f"{board['checklist']['title']} {_('完成情况')}"
    return send_list(title, columns, rows, as_of=board["as_of"] or day.end, asked=_as_of_in_words(day, board))


@pages.get("/board/rows/<int:row_id>")
def row(row_id: int) -> ResponseReturnValue:
    """The board of an area, a measure or a task."""
    board, day = known_on(lambda on: ask("stats", "row_board", row_id=row_id, as_of=on.iso))
    return render_template("board_row.html", board=board, day=day)


@pages.post("/board/rows/<int:row_id>/xlsx")
def row_as_file(row_id: int) -> ResponseReturnValue:
    """The rows below a row as a workbook."""
    board, day = known_on(lambda on: ask("stats", "row_board", row_id=row_id, as_of=on.iso))
    columns = (
        Column(_l("名称"), lambda r: r["title"], width=50),
        Column(_l("单位数"), lambda r: r["units_total"], Kind.NUMBER),
        Column(_l("已完成单位数"), lambda r: r["units_done"], Kind.NUMBER),
        *COUNTS,
    )
    return send_list(
        _title_of(board), columns, board["children"], as_of=board["as_of"] or day.end, asked=_as_of_in_words(day)
    )


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
    found, day = known_on(lambda on: ask("stats", "units_board", as_of=on.iso, page=search.page, **asked))
    return render_template(
        "board_units.html", found=found, checklist_id=checklist_id, kind=kind, search=search, day=day
    )


@pages.post("/board/<int:checklist_id>/units/xlsx")
def units_as_file(checklist_id: int) -> ResponseReturnValue:
    """The units with their counts as a workbook, as they were sought."""
    search, kind = Search.of_request(), one_of("kind", KINDS)
    found, day = known_on(lambda on: _all_units(checklist_id, kind, search.text, on))
    columns = (
        Column(_l("单位"), lambda u: u["name"], width=36),
        Column(_l("类型"), lambda u: filters.name_of(words.UNIT_KINDS, u["kind"]), width=12),
        *COUNTS,
    )
    title = f"{found['checklist']['title']} {_('按单位看')}"
    asked = search.in_words(
        [(_("截至"), day.iso or ""), (_("类型"), filters.name_of(words.UNIT_KINDS, kind) if kind else "")]
    )
    return send_list(title, columns, found["units"], as_of=found["as_of"] or day.end, asked=_cut(asked, found, "units"))


@pages.get("/board/<int:checklist_id>/duties")
def duties(checklist_id: int) -> str:
    """The duties behind a number, as they were sought."""
    sought = Sought.of_request()
    page = max(1, request.args.get("page", 1, type=int))
    found, day = known_on(
        lambda on: ask("stats", "find_duties", checklist_id=checklist_id, as_of=on.iso, page=page, **sought.params)
    )
    return render_template("board_duties.html", found=found, checklist_id=checklist_id, sought=sought, day=day)


@pages.get("/board/<int:checklist_id>/duties/print")
def duties_on_paper(checklist_id: int) -> ResponseReturnValue:
    """All the duties that were sought on one page, to be printed."""
    sought = Sought.of_request()
    found, day = known_on(lambda on: _all_duties(checklist_id, sought, on))
    return render_template("board_print.html", found=found, checklist_id=checklist_id, sought=sought, day=day)


@pages.post("/board/<int:checklist_id>/duties/xlsx")
def duties_as_file(checklist_id: int) -> ResponseReturnValue:
    """All the duties that were sought, as a workbook."""
    sought = Sought.of_request()
    found, day = known_on(lambda on: _all_duties(checklist_id, sought, on))
    title = f"{found['checklist']['title']} {_('责任')}"
    asked = _cut(_both(_as_of_in_words(day), sought.in_words(found)), found, "duties")
    return send_list(title, DUTY_COLUMNS, found["duties"], as_of=found["as_of"] or day.end, asked=asked)


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
    return target | {"chart": target_chart.of_target(target), "chart_data": charts.of_target(target)}


def _overview(checklist_id: int, on: BoardDay) -> dict[str, Any]:
    return ask("stats", "overview", checklist_id=checklist_id, as_of=on.iso, **_narrowed())


def _narrowed() -> dict[str, Any]:
    """The area or measure and the unit to which the address keeps a board."""
    return {"row_id": request.args.get("row", type=int), "unit_id": request.args.get("unit", type=int)}


def _small_matrix(checklist_id: int, day: BoardDay, narrowed: dict[str, Any]) -> dict[str, Any] | None:
    """Units by measures for the first page; None where it takes more than a page."""
    found = ask("stats", "matrix", checklist_id=checklist_id, as_of=day.iso, **narrowed)
    return found if found["pages"] == 1 and len(found["measures"]) <= MOST_MEASURES else None


def _cell(place: int) -> Callable[[Mapping[str, Any]], str | None]:
    def words_of(unit: Mapping[str, Any]) -> str | None:
        cell = unit["cells"][place]
        return None if cell is None else f"{words.LIGHTS[cell['light']]} {cell['number']}/{cell['total']}"

    return words_of


def _as_of_in_words(day: BoardDay, board: Mapping[str, Any] | None = None) -> str:
    """For the head of a file: of which day it is, and to what it is narrowed."""
    found = board or {}
    row = found.get("row")
    named = (
        (_("截至"), day.iso),
        (_("范围"), row and f"{row['number']} {row['title']}"),
        (_("单位"), found.get("unit")),
    )
    return str(_("，")).join(f"{label}{_('：')}{value}" for label, value in named if value)


def _both(*parts: str) -> str:
    return str(_("，")).join(filter(None, parts))


def _title_of(board: Mapping[str, Any]) -> str:
    return f"{board['checklist']['title']} {board['row']['number']} {board['row']['title']}"


def _cut(asked: str, found: Mapping[str, Any], name: str) -> str:
    """What was asked for, and that there is more of it than the file holds where that is so."""
    shown, total = len(found[name]), found["total"]
    cut = _("共 %(total)d 行，只含前 %(shown)d 行", total=total, shown=shown) if shown < total else ""
    return str(_("，")).join(filter(None, (asked, cut)))


def _all_duties(checklist_id: int, sought: Sought, on: BoardDay) -> dict[str, Any]:
    """The answer with the duties of all its pages, up to `MOST_IN_ONE`."""
    asked: dict[str, Any] = {"checklist_id": checklist_id, "as_of": on.iso, "size": A_CALL, **sought.params}
    first = ask("stats", "find_duties", **asked)

    def following() -> Iterator[dict[str, Any]]:
        for page in range(2, min(first["pages"], MOST_IN_ONE // A_CALL) + 1):
            found = ask("stats", "find_duties", page=page, **asked)
            yield from found["duties"]

    return first | {"duties": [*first["duties"], *following()]}


def _all_units(checklist_id: int, kind: str, text: str, on: BoardDay) -> dict[str, Any]:
    asked: dict[str, Any] = {"checklist_id": checklist_id, "as_of": on.iso, "kind": kind or None, "text": text}
    first = ask("stats", "units_board", **asked)
    more = [
        unit
        for page in range(2, min(first["pages"], MOST_IN_ONE // A_PAGE_OF_UNITS) + 1)
        for unit in ask("stats", "units_board", page=page, **asked)["units"]
    ]
    return first | {"units": first["units"] + more}
