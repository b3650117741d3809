"""The sample of a checklist (抽查): how it was drawn, what its reviews found, and the list to draw it again."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask
from services.portal.downloads import all_pages, send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search
from shared.limits import CALLER

pages = Blueprint("samples", __name__)

# As many as one answer may hold.
LINES_OF_FILE = 200
COLUMNS = (
    Column(_l("单位编号"), lambda d: d["unit"]["unit_id"], Kind.NUMBER),
    Column(_l("单位"), lambda d: d["unit"]["name"]),
    Column(_l("事项编号"), lambda d: d["item_id"], Kind.NUMBER),
    Column(_l("事项"), lambda d: d["item"], width=50),
    # As the draw takes it, and not in words.
    Column(_l("期次"), lambda d: d["period"], width=12),
    Column(_l("进入抽查的版次"), lambda d: d["revision"], Kind.NUMBER, width=16),
    Column(_l("抽中"), lambda d: _("是") if d["is_drawn"] else _("否"), width=8),
    Column(_l("举措"), lambda d: d["measure"], width=36),
    Column(_l("状态"), lambda d: filters.name_of(words.DUTY_STATES, d["state"]), width=12),
)


@pages.get("/checklists/<int:checklist_id>/sample")
def one(checklist_id: int) -> ResponseReturnValue:
    """The rule, the seed, what the reviews found, and what was drawn by unit."""
    sample = ask("tasks", "get_sample", checklist_id=checklist_id)
    found = ask("tasks", "list_sample", checklist_id=checklist_id, page=Search.of_request().page)
    by_unit = [(unit, list(duties)) for unit, duties in groupby(found["duties"], key=lambda d: d["unit"]["name"])]
    return render_template("sample.html", sample=sample, found=found, by_unit=by_unit)


@pages.post("/checklists/<int:checklist_id>/sample/xlsx")
def as_file(checklist_id: int) -> ResponseReturnValue:
    """All duties that were in the draw, with its outcome, as a workbook."""
    sample = ask("tasks", "get_sample", checklist_id=checklist_id)
    rows = all_pages(
        "list_sample", "duties", within=CALLER.file, checklist_id=checklist_id, only_drawn=False, size=LINES_OF_FILE
    )
    by = _("种子 %(seed)s，抽查比例 %(percent)d%%", seed=sample["seed"] or _("无"), percent=sample["percent"])
    return send_list(f"{sample['title']} {_('抽查')}", COLUMNS, rows, asked=by)
