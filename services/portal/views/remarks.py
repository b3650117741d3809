"""What leaders remark (批示) on duties and items, and what units answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal.clients import ask, tell
from services.portal.downloads import all_pages, send_list
from services.portal.forms.fields import number_or_none
from services.portal.keeping import kinds
from services.portal.list_files import Column, Kind
from services.portal.problems import stay
from services.portal.views import boards
from services.portal.views.duties import duty_page
from services.portal.way_back import way_back, way_back_of
from shared.errors import Invalid

pages = Blueprint("remarks", __name__)

COLUMNS = (
    Column(_l("事项"), lambda row: row["item"], width=40),
    Column(_l("批示"), lambda row: row["text"], width=50),
    Column(_l("批示时间"), lambda row: row["at"], Kind.MOMENT),
    Column(_l("单位"), lambda row: row["unit"]),
    Column(_l("答复"), lambda row: row["answer"], width=50),
    Column(_l("答复时间"), lambda row: row["answered_at"], Kind.MOMENT),
)


@pages.get("/remarks")
def listing() -> ResponseReturnValue:
    """All remarks with their answers, open ones first."""
    found = ask("tasks", "list_remarks", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("remarks.html", found=found)


@pages.post("/remarks/xlsx")
def as_file() -> ResponseReturnValue:
    """All remarks as a workbook, a row for each unit that answers."""
    return send_list(_("批示"), COLUMNS, _by_unit(all_pages("list_remarks", "remarks")))


def _by_unit(remarks: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in remarks:
        for given in one["answers"]:
            yield one | {"unit": given["unit"], "answer": given["text"], "answered_at": given["at"]}


@pages.post("/remarks/make")
def make() -> ResponseReturnValue:
    """Remark on a duty or an item, and go back to where the form stood; it is shown again when it was refused."""
    about: dict[str, Any] = {name: number_or_none(request.form.get(name)) for name in ("duty_id", "item_id")}
    try:
        made = tell("tasks", "make_remark", **about, text=request.form.get("remark", ""))
    except Invalid as error:
        if sum(one is not None for one in about.values()) != 1:
            raise
        stay("remark", error, page="duties.one" if about["duty_id"] else "boards.item")
        page = duty_again(about["duty_id"]) if about["duty_id"] else boards.item(about["item_id"])
        return page, error.status
    flash(ngettext("已批示，%(num)d 个单位要答复。", "已批示，%(num)d 个单位要答复。", made["units"]))
    return redirect(way_back(url_for("remarks.listing")))


@pages.post("/remarks/answer")
def answer() -> ResponseReturnValue:
    """Answer a remark, and go back to the duty; its page is shown again when the answer was refused."""
    duty_id = number_or_none(request.form.get("duty_id"))
    remark_id = number_or_none(request.form.get("remark_id"))
    try:
        tell("tasks", "answer_remark", **kinds.answered_remark())
    except Invalid as error:
        if duty_id is None or remark_id is None:
            raise
        stay(f"remark-{remark_id}", error, page="duties.one")
        return duty_again(duty_id), error.status
    flash(_("已答复批示。"))
    return redirect(way_back(url_for("duties.mine")))


def duty_again(duty_id: int) -> str:
    """The page of a duty on which a form stood that says where it stood."""
    return duty_page(duty_id, back=way_back_of(request.form.get("back", "")))
