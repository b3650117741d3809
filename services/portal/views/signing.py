"""Who has not signed for what was issued, for a whole checklist or one row of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal.clients import ask, ask_page
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, after

pages = Blueprint("signing", __name__)

COLUMNS = (
    Column(_l("单位"), lambda unit: unit["name"], width=36),
    Column(_l("没有签收"), lambda unit: unit["unsigned"], Kind.NUMBER),
    Column(_l("责任数"), lambda unit: unit["duties"], Kind.NUMBER),
)


@pages.get("/checklists/<int:checklist_id>/signing")
def unsigned(checklist_id: int) -> ResponseReturnValue:
    """Units that have not signed, in directory order."""
    search, row_id = Search.of_request(), request.args.get("row", type=int)
    found = ask_page("stats", "signing_board", page=search.page, after=after(), **_asked(checklist_id, row_id, search))
    return render_template("signing.html", found=found, search=search, checklist_id=checklist_id, row_id=row_id)


@pages.post("/checklists/<int:checklist_id>/signing/xlsx")
def as_file(checklist_id: int) -> ResponseReturnValue:
    """The units that have not signed and are sought, as a workbook."""
    search, row_id = Search.of_request(), request.args.get("row", type=int)
    asked = _asked(checklist_id, row_id, search)
    first = ask("stats", "signing_board", **asked)
    if not first["is_listed"]:
        return redirect(url_for("signing.unsigned", checklist_id=checklist_id, row=row_id))
    title = f"{first['checklist']['title']} {_('还没有签收的单位')}"
    narrowed = search.in_words([(_("范围"), first["row"]["title"] if first["row"] else "")])
    return send_list(title, COLUMNS, _all_units(first, asked), asked=narrowed)


def _asked(checklist_id: int, row_id: int | None, search: Search) -> dict[str, Any]:
    return {"checklist_id": checklist_id, "row_id": row_id, "text": search.text}


def _all_units(first: dict[str, Any], asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The units of all pages, each page found by the last unit of the one before."""
    found, page = first, 1
    yield from found["unsigned"]
    while found["next_after"] is not None:
        page += 1
        found = ask_page("stats", "signing_board", page=page, after=found["next_after"], **asked)
        if found["page"] < page:
            # So many have signed meanwhile that there is no such page any more.
            break
        yield from found["unsigned"]
