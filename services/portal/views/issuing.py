"""Preview, issue, and watching the duties being made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters, previewing, words
from services.portal.clients import ask, tell
from services.portal.coming_file import Coming, Due, Unit, Words, write_coming
from services.portal.downloads import put_on_record, send_pieces
from services.portal.filters import say
from services.portal.forms.fields import number_or_none
from services.portal.streamed_book import Column
from services.portal.uploads import CHANGED_MEANWHILE
from services.portal.working_days import MARK
from shared import clock
from shared.errors import Conflict, Invalid, TryAgain
from shared.limits import CALLER
from shared.workdays import is_settled

pages = Blueprint("issuing", __name__)

# More duties than working days of two weeks is worth a look before they are issued.
BUSY_ABOVE = 10
# Of rows with dates to look at; whoever has more mends the draft as a workbook.
MOST_ROWS = 300


@pages.get("/checklists/<int:checklist_id>/issue")
def preview(checklist_id: int) -> ResponseReturnValue:
    """What issuing would make; periods that are over only where the address asks for them."""
    if ask("tasks", "issue_progress", checklist_id=checklist_id)["state"] != "draft":
        return redirect(url_for("issuing.progress", checklist_id=checklist_id))
    found = ask(
        "tasks",
        "preview_issue",
        within=CALLER.preview,
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        with_past="past" in request.args,
    )
    return _page(checklist_id, found)


@pages.post("/checklists/<int:checklist_id>/issue/xlsx")
def as_file(checklist_id: int) -> ResponseReturnValue:
    """All units and duties that issuing would make as a workbook, of which the page lists the first."""
    if ask("tasks", "issue_progress", checklist_id=checklist_id)["state"] != "draft":
        return redirect(url_for("issuing.progress", checklist_id=checklist_id))
    with_past = "past" in request.args
    title, found = _all_coming(checklist_id, with_past=with_past)
    asked = _("已经过去的期次也下发") if with_past else ""
    title = " ".join((title, _("下发预览")))
    duties = found.duties()
    put_on_record(title, asked=asked, rows=duties)
    number = _("责任 %(duties)d 项，单位 %(units)d 个", duties=duties, units=len(found.units))
    moment = _("截至 %(moment)s", moment=filters.moment(clock.now().isoformat()))
    return send_pieces(title, write_coming(found, _words(" · ".join(filter(None, (moment, asked, number))))))


@pages.post("/checklists/<int:checklist_id>/issue")
def issue(checklist_id: int) -> ResponseReturnValue:
    """Issue what was previewed; what it would make by now is shown instead when that is something else."""
    try:
        tell(
            "tasks",
            "issue_checklist",
            within=CALLER.preview,
            checklist_id=checklist_id,
            version=number_or_none(request.form.get("version")),
            with_past=request.form.get("with_past") == "1",
            seen=request.form.get("seen") or None,
            hurry=request.form.get("hurry", ""),
        )
    except Invalid as error:
        if "hurry" not in (error.details.get("fields") or {}):
            raise
        wrong = say(error.details["fields"]["hurry"])
        return _page(checklist_id, _again(checklist_id), wrong=wrong), error.status
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        return _page(checklist_id, found, [say(error.text.as_dict())]), error.status
    return redirect(url_for("issuing.progress", checklist_id=checklist_id))


@pages.get("/checklists/<int:checklist_id>/progress")
def progress(checklist_id: int) -> ResponseReturnValue:
    """The page reloads itself until all is made; closing it stops nothing."""
    found = ask("tasks", "issue_progress", checklist_id=checklist_id)
    return render_template("progress.html", found=found, checklist_id=checklist_id)


def _busy_above() -> int:
    return max(1, request.args.get("busy_above", BUSY_ABOVE, type=int))


def _again(checklist_id: int) -> dict[str, Any]:
    return ask(
        "tasks",
        "preview_issue",
        within=CALLER.preview,
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        with_past=request.form.get("with_past") == "1",
    )


def _all_coming(checklist_id: int, *, with_past: bool) -> tuple[str, Coming]:
    """The draft's title, and what issuing would make; TryAgain where the draft changes meanwhile."""
    units: list[Unit] = []
    parts: dict[str, list[tuple[int, str]]] = {}
    asked: dict[str, Any] = {"checklist_id": checklist_id, "with_past": with_past}
    first = found = ask("tasks", "list_coming_duties", within=CALLER.preview, **asked)
    while True:
        units += [Unit(one["name"], str(words.UNIT_KINDS[one["kind"]]), one["alike"]) for one in found["units"]]
        # Units of one key may stand on several pages, and each of these says what the key means.
        parts |= _parts(found["parts"])
        if not found["next"]:
            return first["title"], Coming(units, parts, _dues(first["dues"]))
        found = ask("tasks", "list_coming_duties", within=CALLER.preview, after=found["next"], **asked)
        if found["seen"] != first["seen"]:
            raise TryAgain(CHANGED_MEANWHILE)


def _parts(parts: list[dict[str, Any]]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for part in parts:
        found.setdefault(part["alike"], []).append((part["row_id"], str(words.UNIT_ROLES[part["role"]])))
    return found


def _dues(dues: list[dict[str, Any]]) -> dict[int, list[Due]]:
    found: dict[int, list[Due]] = {}
    for place, one in enumerate(dues):
        due_on = dt.date.fromisoformat(one["due_on"])
        remark = "" if is_settled(due_on) else str(MARK)
        due = Due(place, one["title"], filters.period(one["period"]), due_on, one["asks_file"], remark)
        found.setdefault(one["row_id"], []).append(due)
    return found


def _words(said: str) -> Words:
    unit_columns = (
        Column(_("单位"), 36),
        Column(_("类型"), 12),
        Column(_("责任")),
        Column(_("要交的材料")),
        Column(_("步数")),
    )
    duty_columns = (
        Column(_("单位"), 36),
        Column(_("事项"), 50),
        Column(_("期次")),
        Column(_("完成时限")),
        Column(_("分工")),
        Column(_("材料")),
        Column(_("说明"), 36),
    )
    return Words(said, _("单位"), _("责任"), unit_columns, duty_columns, with_file=_("要交"))


def _page(checklist_id: int, found: dict[str, Any], problems: list[str] | None = None, *, wrong: str = "") -> str:
    busy = previewing.by_unit(found["busy"])
    return render_template(
        "issue.html",
        found=found,
        # What a process of the release before said lists all of them.
        units_total=found.get("units_total", len(found["units"])),
        busy_total=found.get("busy_total", len(busy)),
        checklist_id=checklist_id,
        busy_above=_busy_above(),
        moved=previewing.by_holiday(found["moved"]),
        busy=busy,
        most_rows=MOST_ROWS,
        past=previewing.by_row(found["past_due"]),
        hurried=previewing.by_row(found.get("hurried", [])),
        problems=problems or [],
        wrong=wrong,
        hurry=request.form.get("hurry", ""),
    )
