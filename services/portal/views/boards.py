"""The completion pages of the leadership group, fed by the stats service alone. Every number leads to its duties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.board_search import Sought
from services.portal.clients import ask
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, one_of

pages = Blueprint("boards", __name__)

# As many duties as one call gives, and as many as one sheet of paper or file takes before whoever waits gives up.
A_CALL = 1000
MOST_IN_ONE = 10_000

A_PAGE_OF_UNITS = 200
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
    return redirect(url_for("boards.overview", checklist_id=chosen))


@pages.get("/board/<int:checklist_id>")
def overview(checklist_id: int) -> ResponseReturnValue:
    """A checklist's first board: how far it is, who is late, areas and measures."""
    board = ask("stats", "overview", checklist_id=checklist_id)
    others = ask("stats", "list_boards")["checklists"]
    return render_template("board.html", board=board, checklist_id=checklist_id, others=others)


@pages.post("/board/<int:checklist_id>/xlsx")
def overview_as_file(checklist_id: int) -> ResponseReturnValue:
    """Areas and measures as a workbook."""
    board = ask("stats", "overview", checklist_id=checklist_id)
    rows = [row | {"area": area["title"]} for area in board["areas"] for row in [area, *area["measures"]]]
    columns = (
        Column(_l("领域"), lambda r: r["area"], width=30),
        Column(_l("举措"), lambda r: r["title"] if "measures" not in r else None, width=40),
        *COUNTS,
    )
    return send_list(f"{board['checklist']['title']} {_('完成情况')}", columns, rows, as_of=board["as_of"])


@pages.get("/board/rows/<int:row_id>")
def row(row_id: int) -> ResponseReturnValue:
    """The board of an area, a measure or a task."""
    return render_template("board_row.html", board=ask("stats", "row_board", row_id=row_id))


@pages.post("/board/rows/<int:row_id>/xlsx")
def row_as_file(row_id: int) -> ResponseReturnValue:
    """The rows below a row as a workbook."""
    board = ask("stats", "row_board", row_id=row_id)
    columns = (
        Column(_l("名称"), lambda r: r["title"], width=50),
        Column(_l("单位数"), lambda r: r["units_total"], Kind.NUMBER),
        Column(_l("已完成单位数"), lambda r: r["units_done"], Kind.NUMBER),
        *COUNTS,
    )
    return send_list(_title_of(board), columns, board["children"], as_of=board["as_of"])


@pages.get("/board/items/<int:row_id>")
def item(row_id: int) -> str:
    """The board of an item: its units and who is missing."""
    return render_template("board_item.html", board=ask("stats", "item_board", row_id=row_id))


@pages.get("/board/<int:checklist_id>/units")
def units(checklist_id: int) -> ResponseReturnValue:
    """The board of the units, by kind, with a search."""
    search, kind = Search.of_request(), one_of("kind", KINDS)
    found = ask(
        "stats", "units_board", checklist_id=checklist_id, kind=kind or None, text=search.text, page=search.page
    )
    return render_template("board_units.html", found=found, checklist_id=checklist_id, kind=kind, search=search)


@pages.post("/board/<int:checklist_id>/units/xlsx")
def units_as_file(checklist_id: int) -> ResponseReturnValue:
    """The units with their counts as a workbook, as they were sought."""
    search, kind = Search.of_request(), one_of("kind", KINDS)
    found = _all_units(checklist_id, kind, search.text)
    columns = (
        Column(_l("单位"), lambda u: u["name"], width=36),
        Column(_l("类型"), lambda u: filters.name_of(words.UNIT_KINDS, u["kind"]), width=12),
        *COUNTS,
    )
    title = f"{found['checklist']['title']} {_('按单位看')}"
    asked = search.in_words([(_("类型"), filters.name_of(words.UNIT_KINDS, kind) if kind else "")])
    return send_list(title, columns, found["units"], as_of=found["as_of"], asked=_cut(asked, found, "units"))


@pages.get("/board/<int:checklist_id>/duties")
def duties(checklist_id: int) -> str:
    """The duties behind a number, as they were sought."""
    sought = Sought.of_request()
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("stats", "find_duties", checklist_id=checklist_id, page=page, **sought.params)
    return render_template("board_duties.html", found=found, checklist_id=checklist_id, sought=sought)


@pages.get("/board/<int:checklist_id>/duties/print")
def duties_on_paper(checklist_id: int) -> ResponseReturnValue:
    """All the duties that were sought on one page, to be printed."""
    sought = Sought.of_request()
    found = _all_duties(checklist_id, sought)
    return render_template("board_print.html", found=found, checklist_id=checklist_id, sought=sought)


@pages.post("/board/<int:checklist_id>/duties/xlsx")
def duties_as_file(checklist_id: int) -> ResponseReturnValue:
    """All the duties that were sought, as a workbook."""
    sought = Sought.of_request()
    found = _all_duties(checklist_id, sought)
    title = f"{found['checklist']['title']} {_('责任')}"
    asked = _cut(sought.in_words(found), found, "duties")
    return send_list(title, DUTY_COLUMNS, found["duties"], as_of=found["as_of"], asked=asked)


def ids_of_duties(checklist_id: int, sought: Sought) -> list[int]:
    """The duties that a list of this search holds, the first A_CALL of them."""
    found = ask("stats", "find_duties", checklist_id=checklist_id, size=A_CALL, **sought.params)
    return [duty["duty_id"] for duty in found["duties"]]


def _title_of(board: Mapping[str, Any]) -> str:
    return f"{board['checklist']['title']} {board['row']['number']} {board['row']['title']}"


def _cut(asked: str, found: Mapping[str, Any], name: str) -> str:
    """What was asked for, and that there is more of it than the file holds where that is so."""
    shown, total = len(found[name]), found["total"]
    cut = _("共 %(total)d 行，只含前 %(shown)d 行", total=total, shown=shown) if shown < total else ""
    return str(_("，")).join(filter(None, (asked, cut)))


def _all_duties(checklist_id: int, sought: Sought) -> dict[str, Any]:
    """The answer with the duties of all its pages, up to `MOST_IN_ONE`."""
    first = ask("stats", "find_duties", checklist_id=checklist_id, size=A_CALL, **sought.params)

    def following() -> Iterator[dict[str, Any]]:
        for page in range(2, min(first["pages"], MOST_IN_ONE // A_CALL) + 1):
            found = ask("stats", "find_duties", checklist_id=checklist_id, size=A_CALL, page=page, **sought.params)
            yield from found["duties"]

    return first | {"duties": [*first["duties"], *following()]}


def _all_units(checklist_id: int, kind: str, text: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"checklist_id": checklist_id, "kind": kind or None, "text": text}
    first = ask("stats", "units_board", **asked)
    more = [
        unit
        for page in range(2, min(first["pages"], MOST_IN_ONE // A_PAGE_OF_UNITS) + 1)
        for unit in ask("stats", "units_board", page=page, **asked)["units"]
    ]
    return first | {"units": first["units"] + more}
