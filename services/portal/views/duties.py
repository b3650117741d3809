"""What a unit owes: the list by light, one duty with all that may be done with it, several marked done at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters, practice_counts, resume
from services.portal.clients import along, ask, tell
from services.portal.compare import Difference
from services.portal.confirming import naming, say_acted, say_done, say_refused
from services.portal.dates import NoSuchDay, parse_day
from services.portal.downloads import send_list
from services.portal.duty_actions import ACTIONS
from services.portal.duty_groups import grouped
from services.portal.duty_search import DutySearch
from services.portal.evidence.cabinet import largest_file
from services.portal.keeping import kinds
from services.portal.list_files import Column, Kind
from services.portal.problems import conflict_page, sentences_by_field, sentences_of
from services.portal.searching import Search
from services.portal.way_back import way_back
from services.portal.working_days import MARK
from shared.errors import MALFORMED, Invalid, QingdanError
from shared.limits import CALLER

pages = Blueprint("duties", __name__)

COLUMNS = (
    Column(_l("事项"), lambda d: d["item"], width=50),
    Column(_l("期次"), lambda d: filters.period(d["period"]), width=14),
    Column(_l("举措"), lambda d: d["measure"], width=36),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("灯"), lambda d: filters.say(d["light_word"]), width=14),
    Column(_l("说明"), lambda d: filters.rest(d["brief"], d["light_word"]), width=36),
    Column(_l("分解"), filters.split_in_words, width=24),
    Column(_l("最近备注"), lambda d: d["last_note"], width=40),
)


@pages.get("/duties")
def mine() -> ResponseReturnValue:
    """What the own unit owes."""
    return _list_page()


@pages.get("/duties/units")
def units() -> ResponseReturnValue:
    """The own unit and those below it, where they are too many to be listed beside the duties."""
    search = Search.of_request()
    found = ask("tasks", "find_units", text=search.text, below_id=g.person.unit_id, is_active=True, page=search.page)
    return render_template("duty_units.html", found=found, search=search)


@pages.post("/duties/xlsx")
def as_file() -> ResponseReturnValue:
    """All that is sought of what the unit owes, as a workbook."""
    search = DutySearch.of_request()
    first = ask("tasks", "owed_duties", **search.as_params)
    headings = [search.heading] if search.heading else [one["heading"] for one in first["headings"]]
    rows = [duty for heading in headings for duty in _under(heading, search)]
    return send_list(f"{first['unit']['name']} {_('责任')}", COLUMNS, rows, asked=search.in_words)


def _under(heading: str, search: DutySearch) -> Iterator[dict[str, Any]]:
    """All duties under one heading."""
    page, pages_there = 1, 1
    while page <= pages_there:
        found = ask("tasks", "owed_duties", **search.as_params | {"heading": heading, "page": page})
        yield from (duty for one in found["headings"] for duty in one["duties"])
        page, pages_there = page + 1, found["pages"]


def _list_page(problems: list[str] | None = None) -> str:
    search = DutySearch.of_request()
    # Of others by a link there is nothing to be told.
    is_alone = bool(search.heading) or search.is_narrowed or g.link is not None
    if not is_alone:
        along("tasks", "count_asked")
        along("tasks", "count_practices")
    found = ask("tasks", "owed_duties", **search.as_params)
    return render_template(
        "duties.html",
        found=found,
        groups=[one for one in grouped(found["headings"]) if search.heading in ("", one.group)],
        search=search,
        problems=problems or [],
        typed=request.form,
        reports=None if search.heading or search.is_narrowed else _reports(search.unit_id),
        asked={} if is_alone else ask("tasks", "count_asked"),
        practices=0 if is_alone else practice_counts.published(),
    )


def _reports(unit_id: int | None) -> dict[str, Any]:
    """What the unit has to report; the page of duties does without it when it is not to be had."""
    try:
        found = ask("stats", "owed_submissions", within=CALLER.aside, unit_id=unit_id)
    except QingdanError:
        return {"is_away": True}
    is_own = found["unit"]["unit_id"] == g.person.unit_id
    turns = found["waiting"]["at_head"] + found["waiting"]["at_upper"]
    return {**found, "is_own": is_own, "turns": turns if is_own else 0}


@pages.post("/duties/done")
def mark_done() -> ResponseReturnValue:
    """Mark one or several done; a stale one leads to both versions side by side."""
    try:
        answer = _submit()
    except Invalid as error:
        duty_id = request.form.get("page", type=int)
        if duty_id:
            problems = sentences_by_field(error)
            if "evidence" in problems:
                problems["evidence"] = _("要附证明材料才能提交：请在本页“证明材料”处选好文件，点“上传”，再提交。")
            return duty_page(duty_id, action="done", problems=problems), error.status
        return _list_page(sentences_of(error)), error.status
    _confirm(answer)
    if any(_is_stale(result) for result in answer["results"]):
        return _ask_again(answer)
    return redirect(way_back(url_for("duties.mine")))


@pages.post("/duties/undo")
def take_back() -> ResponseReturnValue:
    """Take back what the last page said was submitted; one that somebody has dealt with since stays, and is named."""
    answer = tell("tasks", "reopen_duties", **kinds.taken_back())
    duties = {duty["duty_id"]: duty for duty in answer["duties"]}
    for outcome, say, sentence in (
        ("reopened", say_done, _("%(duties)s已撤回。")),
        ("conflict", say_refused, _("%(duties)s已有变化，没有撤回。")),
    ):
        about = [duties[result["duty_id"]] for result in answer["results"] if result["outcome"] == outcome]
        if about:
            say(sentence % {"duties": naming(about)})
    return redirect(way_back(url_for("duties.mine")))


@pages.post("/duties/sign")
def sign_for() -> ResponseReturnValue:
    """Sign for the duties that the page showed as new."""
    signed = len(tell("tasks", "acknowledge_duties", **kinds.signed_for())["duties"])
    if signed:
        flash(ngettext("%(num)d 项已签收。", "%(num)d 项已签收。", signed))
    else:
        say_refused(_("此前已经签收，这次没有改动。"))
    return redirect(way_back(url_for("duties.mine")))


@pages.get("/duties/<int:duty_id>")
def one(duty_id: int) -> ResponseReturnValue:
    """One duty with all that may be done with it."""
    return duty_page(duty_id)


@pages.post("/duties/<int:duty_id>/<action>")
def act(duty_id: int, action: str) -> ResponseReturnValue:
    """Do one thing with a duty, and return to where the person came from."""
    if action not in ACTIONS:
        raise Invalid(MALFORMED)
    operation, _fields = ACTIONS[action]
    try:
        duty = tell("tasks", operation, **kinds.action_on(duty_id, action))
    except Invalid as error:
        return duty_page(duty_id, action=action, problems=sentences_by_field(error)), error.status
    say_acted(_("%(duty)s：%(done)s", duty=naming([duty]), done=_done_words(duty)[action]), action, duty)
    return redirect(way_back(url_for("duties.one", duty_id=duty_id)))


def unplaced(sentences: Iterable[str]) -> dict[str, str]:
    """Sentences that stand at no field of their own."""
    return {str(number): sentence for number, sentence in enumerate(sentences)}


def duty_page(
    duty_id: int, *, action: str = "", problems: Mapping[str, str] | None = None, back: str | None = None
) -> str:
    """One duty; after `action` could not be done, with why by field, and what was typed.

    `back` is where the page leads back to; without it the request says so.
    """
    back = way_back("") if back is None else back
    duty = ask("tasks", "get_duty", duty_id=duty_id)
    return render_template(
        "duty.html",
        duty=duty,
        action=action,
        problems=problems or {},
        typed=request.form,
        back=back,
        megabytes=largest_file(),
        remarks=ask("tasks", "remarks_of_duty", duty_id=duty_id)["remarks"],
        slips=_slips(duty),
        helpers=ask("tasks", "whom_to_ask", duty_id=duty_id)["units"] if "report_blocker" in duty["actions"] else [],
    )


def _slips(duty: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was escalated; the page does without it when it is not to be had. Nothing is while it is on track."""
    if duty["light"] == "on_track":
        return []
    try:
        found = ask("notifications", "slips_of", within=CALLER.aside, kind="checklist", subject_id=duty["duty_id"])
    except QingdanError:
        return []
    slips: list[dict[str, Any]] = found["slips"]
    return slips


def _submit() -> dict[str, Any]:
    return tell("tasks", "submit_duties", **kinds.marked_done())


def _is_stale(result: Mapping[str, Any]) -> bool:
    """Whether somebody changed the duty first; the release before says nothing of what else it may lack."""
    lacks = result.get("lacks_evidence") or result.get("lacks_reason")
    return result["outcome"] == "conflict" and not lacks


def _ask_again(answer: dict[str, Any]) -> ResponseReturnValue:
    stale = {result["duty_id"] for result in answer["results"] if _is_stale(result)}
    duties = [duty for duty in answer["duties"] if duty["duty_id"] in stale]
    lines = [
        Difference(f"{duty['unit']['name']} {duty['item']}", filters.light_in_words(duty), _("标为完成"))
        for duty in duties
    ]
    kept = resume.keep_form()
    sentence = ngettext(
        "%(num)d 项在您打开页面之后有变化，没有改动。",
        "%(num)d 项在您打开页面之后有变化，没有改动。",
        len(duties),
    )
    return conflict_page(kept, duties, lines, sentence)


def _confirm(answer: dict[str, Any]) -> None:
    """Say what became of each duty but those left alone, naming them, with a way to take back what was submitted."""
    duties = {duty["duty_id"]: duty for duty in answer["duties"]}
    of: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("done", "submitted", "already", "noted", "lacking", "unexplained", "conflict")
    }
    for result in answer["results"]:
        of[_name_of(result)].append(duties[result["duty_id"]])
    if of["done"]:
        say_done(_("%(duties)s已完成。", duties=naming(of["done"])), of["done"])
    if of["submitted"]:
        say_done(_("%(duties)s已提交，等待审核。", duties=naming(of["submitted"])), of["submitted"])
    if of["already"]:
        say_refused(_("%(duties)s此前已经提交，这次没有改动。", duties=naming(of["already"])))
    if of["noted"]:
        flash(_("%(duties)s此前已经提交，您写的备注已记为进展。", duties=naming(of["noted"])))
    if of["lacking"]:
        say_refused(_("%(duties)s没有提交：要先附证明材料，请打开这项责任添加。", duties=naming(of["lacking"])))
    if of["unexplained"]:
        sentence = _(
            "%(duties)s没有提交：下级单位还没有全部完成，请打开这项责任，在备注里写明原因。",
            duties=naming(of["unexplained"]),
        )
        say_refused(sentence)


def _name_of(result: Mapping[str, Any]) -> str:
    # A process of the release before says none of the three.
    if result.get("note_kept"):
        return "noted"
    if result.get("lacks_evidence"):
        return "lacking"
    return "unexplained" if result.get("lacks_reason") else str(result["outcome"])


def _granted(duty: Mapping[str, Any]) -> str:
    """Until when; a day off that was typed is not the day on which it is due."""
    until = filters.day(duty["due_on"])
    typed = request.form.get("due_on", "")
    try:
        named = parse_day(typed).isoformat()
    except NoSuchDay:
        named = duty["due_on"]
    if named == duty["due_on"]:
        return str(_("已同意延期到%(day)s。", day=until))
    return str(_("已同意延期到%(day)s：%(typed)s是休息日，顺延。", day=until, typed=filters.day(named)))


def _done_words(duty: Mapping[str, Any]) -> dict[str, str]:
    decides = duty.get("delegated_by") or _("牵头单位")
    return {
        "note": _("进展已记录。"),
        "blocker": _("困难已上报。"),
        "clear-blocker": _("困难已标记为解除。"),
        "waiver": _("申请已提交，等待%(unit)s答复。", unit=decides),
        "take-back-waiver": _("申请已撤回。"),
        "extension": _("已申请延期，等待%(unit)s答复。", unit=decides),
        "take-back-extension": _("延期申请已撤回。"),
        "reopen": _("已撤回，可以修改后再提交。"),
        "accept": _("已审核通过。"),
        "return": _("已退回单位。"),
        "grant": _("已同意不适用。"),
        "refuse": _("已答复：仍需完成。"),
        "extend": _granted(duty),
        "not-extend": _("已答复：不同意延期。"),
        "take-on": _("已受理，从今天起暂停计时。"),
        "answer": _("已答复单位。"),
        "withdraw": _("已收回。"),
        "withdraw-all": _("分解已收回，已完成的部分保留。"),
    }
