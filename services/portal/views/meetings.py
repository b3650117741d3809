"""Meetings (专题会议): the agenda out of the facts, what is decided beside each point, and both as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import economy_sentences, language, meeting_paper, meeting_rows, words_of_meetings
from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search
from services.portal.downloads import send_document, send_lists
from services.portal.forms.fields import number_or_none, options
from services.portal.forms.meetings import LONGEST_ABOUT, DecisionForm, MeetingForm
from services.portal.meeting_facts import MOST_OVERDUE, agenda_of
from services.portal.searching import one_of
from shared import clock
from shared.limits import CALLER

pages = Blueprint("meetings", __name__)

# What a meeting reads by name; behind it are all.
ON_PAGE = 20


@pages.get("/meetings")
def listing() -> ResponseReturnValue:
    """All meetings, the newest first, and the form of the next one, filled in."""
    return render_template("meetings.html", found=_listed(), form=_next())


@pages.post("/meetings/make")
def make() -> ResponseReturnValue:
    """Make a meeting, and lead to it; to the one of that day where there is one."""
    form = MeetingForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            made = tell("tasks", "make_meeting", **form.content)
            flash(_("会议材料已生成。") if made["is_new"] else _("这一天已经有一次会议，这就是。"))
            return redirect(url_for("meetings.one", meeting_id=made["meeting_id"]))
    return render_template("meetings.html", found=_listed(), form=form), form.status


@pages.get("/meetings/<int:meeting_id>")
def one(meeting_id: int) -> str:
    """The agenda, and what was decided."""
    meeting = _meeting(meeting_id)
    return render_template(
        "meeting.html",
        meeting=meeting,
        agenda=agenda_of(meeting, most=ON_PAGE),
        parts=words_of_meetings.PARTS,
        percent=economy_sentences.percent,
        of_rows=meeting_rows,
        is_to_come=meeting["held_on"] > clock.today().isoformat(),
    )


@pages.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit(meeting_id: int) -> ResponseReturnValue:
    """Another day, name or year."""
    meeting = _meeting(meeting_id)
    form = MeetingForm(data=meeting | {"held_on": dt.date.fromisoformat(meeting["held_on"])})
    if form.validate_on_submit():
        with form.taking_refusals():
            version = number_or_none(form.version.data)
            tell("tasks", "save_meeting", meeting_id=meeting_id, version=version, **form.content)
            flash(_("已保存。"))
            return redirect(url_for("meetings.one", meeting_id=meeting_id))
    return render_template("meeting_edit.html", meeting=meeting, form=form), form.status


@pages.post("/meetings/<int:meeting_id>/delete")
def delete(meeting_id: int) -> ResponseReturnValue:
    """Delete a meeting that decided nothing."""
    tell("tasks", "delete_meeting", meeting_id=meeting_id, version=number_or_none(request.form.get("version")))
    flash(_("会议已删除。"))
    return redirect(url_for("meetings.listing"))


@pages.route("/meetings/<int:meeting_id>/decide", methods=["GET", "POST"])
def decide(meeting_id: int) -> ResponseReturnValue:
    """Record what was decided; beside a point of the agenda its unit and its words stand there already."""
    meeting = _meeting(meeting_id)
    form = DecisionForm(data={"version": meeting["version"], **(_point(meeting) if request.method == "GET" else {})})
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "decide", within=CALLER.preview, meeting_id=meeting_id, **form.content)
            flash(_("已记录。下发以后，就是责任单位的责任。"))
            return redirect(url_for("meetings.one", meeting_id=meeting_id, _anchor="decisions"))
    directory = Directory.load([form.unit_id.data or ""])
    if request.method == "GET" and form.unit_id.data in _whole_counties(directory):
        # A target of the whole county is nobody's duty: somebody has to be chosen.
        form.unit_id.data = ""
    form.unit_id.choices = options([("", _("（请选择）")), *directory.choices])
    return render_template("meeting_decide.html", meeting=meeting, form=form, directory=directory), form.status


@pages.post("/meetings/<int:meeting_id>/docx")
def docx(meeting_id: int) -> ResponseReturnValue:
    """The papers as a Word document, in Chinese."""
    from shared.paper.writing import write

    meeting = _meeting(meeting_id)
    with language.speaking("zh"):
        paper = meeting_paper.paper_of(meeting, agenda_of(meeting, most=MOST_OVERDUE))
    return send_document(f"{paper.title}.docx", write(paper))


@pages.post("/meetings/<int:meeting_id>/xlsx")
def xlsx(meeting_id: int) -> ResponseReturnValue:
    """The papers as a workbook, a sheet for each part."""
    meeting = _meeting(meeting_id)
    parts = list(meeting_rows.parts(meeting, agenda_of(meeting, most=MOST_OVERDUE)))
    return send_lists(f"{meeting['title']} {_('材料')}", parts)


def _next() -> MeetingForm:
    """Today's meeting about this year."""
    today = clock.today()
    return MeetingForm(formdata=None, data={"held_on": today, "year": today.year})


def _listed() -> dict[str, Any]:
    page = max(1, request.args.get("page", 1, type=int))
    return ask("tasks", "list_meetings", page=min(page, 1_000_000))


def _meeting(meeting_id: int) -> dict[str, Any]:
    return ask("tasks", "get_meeting", meeting_id=meeting_id)


def _point(meeting: Mapping[str, Any]) -> dict[str, Any]:
    """What the address says of the point that is decided: its part, its unit, and what it is about."""
    part = one_of("part", words_of_meetings.PARTS) or "other"
    unit_id = request.args.get("unit", type=int)
    return {"part": part, "unit_id": str(unit_id or ""), "about": _about(meeting)[:LONGEST_ABOUT]}


def _whole_counties(directory: Directory) -> set[str]:
    return {str(unit["unit_id"]) for unit in directory.units if unit["kind"] == "county"}


def _about(meeting: Mapping[str, Any]) -> str:
    duty_id, target_id, row_id = (request.args.get(name, type=int) for name in ("duty", "target", "row"))
    if duty_id:
        duty = ask("tasks", "get_duty", duty_id=duty_id)
        named = f"{duty['unit']['name']} · {duty['item']}"
        return f"{named}：{duty['blocked_reason']}" if duty["blocked_reason"] else named
    if target_id:
        target = ask("stats", "get_target", within=CALLER.preview, target_id=target_id)
        return f"{target['indicator']['name']}：{target['why']['zh']}"
    former = meeting["former"]["decisions"] if meeting["former"] and row_id else []
    return next((f"{meeting['former']['title']}：{one['text']}" for one in former if one["row_id"] == row_id), "")
