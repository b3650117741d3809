"""Who has not signed for what was issued, for a whole checklist or one row of it."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal.clients import ask
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search

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
    found = ask("stats", "signing_board", checklist_id=checklist_id, row_id=row_id, text=search.text, page=search.page)
    return render_template("signing.html", found=found, search=search, checklist_id=checklist_id, row_id=row_id)


@pages.post("/checklists/<int:checklist_id>/signing/xlsx")
def as_file(checklist_id: int) -> ResponseReturnValue:
    """The units that have not signed and are sought, as a workbook."""
    search, row_id = Search.of_request(), request.args.get("row", type=int)
    asked: dict[str, Any] = {"checklist_id": checklist_id, "row_id": row_id, "text": search.text}
    first: dict[str, Any] = ask("stats", "signing_board", **asked)
    following = (ask("stats", "signing_board", **asked, page=page) for page in range(2, first["pages"] + 1))
    rows = chain(first["unsigned"], chain.from_iterable(found["unsigned"] for found in following))
    title = f"{first['checklist']['title']} {_('还没有签收的单位')}"
    narrowed = search.in_words([(_("范围"), first["row"]["title"] if first["row"] else "")])
    return send_list(title, COLUMNS, rows, asked=narrowed)
