"""The boards to take away: each list as a workbook, and the duties on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.board_day import BoardDay, known_on
from services.portal.board_search import Sought
from services.portal.clients import ask, ask_page
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, one_of
from services.portal.views.boards import A_CALL, KINDS, narrowed_to, overview_on
from services.portal.working_days import MARK

pages = Blueprint("board_files", __name__)

# As many duties as one sheet of paper or file takes before whoever waits gives up.
MOST_IN_ONE = 10_000
A_PAGE_OF_UNITS = 200


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
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("灯"), lambda d: filters.say(d["light_word"]), width=14),
    Column(_l("说明"), lambda d: filters.rest(d["brief"], d["light_word"]), width=36),
    Column(_l("分解"), filters.split_in_words, width=14),
)


@pages.post("/board/<int:checklist_id>/matrix/xlsx")
def matrix_as_file(checklist_id: int) -> ResponseReturnValue:
    """Units by measures as a workbook, all pages, as they were sought."""
    search, kind, narrowed = Search.of_request(), one_of("kind", KINDS), narrowed_to()
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
    board, day = known_on(lambda on: overview_on(checklist_id, on))
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
    return _all_pages("find_duties", "duties", MOST_IN_ONE // A_CALL, asked)


def _all_units(checklist_id: int, kind: str, text: str, on: BoardDay) -> dict[str, Any]:
    asked: dict[str, Any] = {"checklist_id": checklist_id, "as_of": on.iso, "kind": kind or None, "text": text}
    return _all_pages("units_board", "units", MOST_IN_ONE // A_PAGE_OF_UNITS, asked)


def _all_pages(operation: str, lines: str, most: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The first answer with the lines of the pages behind it too, each found by the last line of the one before."""
    first = found = ask("stats", operation, **asked)
    gathered = list(first[lines])
    for page in range(2, min(first["pages"], most) + 1):
        found = ask_page("stats", operation, page=page, after=found.get("next_after"), **asked)
        gathered += found[lines]
    return first | {lines: gathered}
