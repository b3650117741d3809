"""Checklists of the lead bureau: the list, a new one, one from a notice, its draft as a tree, its settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import draft_rows, filters, words
from services.portal.clients import ask, tell
from services.portal.downloads import send_list
from services.portal.forms.checklists import ChecklistForm, NoticeForm
from services.portal.forms.fields import number_or_none
from services.portal.list_files import Column, Kind
from services.portal.problems import stay
from services.portal.searching import Search, one_of
from services.portal.tree import grow
from services.portal.uploads import PASTED_NAME, send_up, send_up_text
from shared import clock
from shared.errors import Invalid
from shared.limits import CALLER
from shared.text import Text

pages = Blueprint("checklists", __name__)

LISTED = 50
BOTH_GIVEN = Text(
    "既选了文件又粘贴了正文，只能读一个：两样都还在，请在下面选要导入哪一个。",
    "Both a file and a text were given, and one is read: both are kept, so choose below which one to import.",
)
NOTHING_GIVEN = Text("请选择文件，或粘贴通知正文。", "Please choose a file, or paste the notice's text.")


def _state(checklist: dict[str, Any]) -> str:
    return str(_("调整稿")) if checklist["amends_id"] else filters.name_of(words.CHECKLIST_STATES, checklist["state"])


COLUMNS = (
    Column(_l("标题"), lambda c: c["title"], width=50),
    Column(_l("年度"), lambda c: c["year"], Kind.NUMBER),
    Column(_l("状态"), _state, width=12),
    Column(_l("下发时间"), lambda c: c["issued_at"], Kind.MOMENT),
    Column(_l("待定问题"), lambda c: c["open_questions"], Kind.NUMBER),
    Column(_l("行数"), lambda c: c["rows"], Kind.NUMBER),
    Column(_l("责任数"), lambda c: c["duties"], Kind.NUMBER),
)


@pages.get("/checklists")
def listing() -> ResponseReturnValue:
    """All checklists, newest first; a title, a year or a state in the address narrows them."""
    search, state = Search.of_request(), one_of("state", words.CHECKLIST_STATES)
    checklists = _sought(search.text, state)
    pages_there = max(1, -(-len(checklists) // LISTED))
    page = min(search.page, pages_there)
    found = {"page": page, "pages": pages_there, "total": len(checklists)}
    shown = checklists[(page - 1) * LISTED : page * LISTED]
    return render_template("checklists.html", checklists=shown, found=found, search=search, state=state)


@pages.post("/checklists/xlsx")
def as_file() -> ResponseReturnValue:
    """The checklists that are sought, as a workbook."""
    search, state = Search.of_request(), one_of("state", words.CHECKLIST_STATES)
    # The word of the address is that of a checklist here, and not whether somebody or something is switched off.
    in_state = (_("状态"), filters.name_of(words.CHECKLIST_STATES, state) if state else "")
    asked = replace(search, state="").in_words([in_state])
    return send_list(_("清单"), COLUMNS, _sought(search.text, state), asked=asked)


def _sought(text: str, state: str) -> list[dict[str, Any]]:
    return [
        one
        for one in ask("tasks", "list_checklists")["checklists"]
        if text.lower() in f"{one['title'].lower()} {one['year']}" and state in ("", one["state"])
    ]


@pages.route("/checklists/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new, empty draft."""
    form = ChecklistForm(year=clock.today().year)
    if form.validate_on_submit():
        with form.taking_refusals():
            made = tell(
                "tasks",
                "create_checklist",
                title=form.title.data,
                year=form.year.data,
                level_names=form.levels,
                document_number=form.document_number.data or "",
            )
            return redirect(url_for("checklists.draft", checklist_id=made["checklist_id"]))
    return render_template("checklist_new.html", form=form), form.status


@pages.route("/checklists/import", methods=["GET", "POST"])
def from_notice() -> ResponseReturnValue:
    """A draft made of a notice."""
    form = NoticeForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            made = tell(
                "tasks",
                "import_notice",
                within=CALLER.file,
                file_id=_notice_of(form),
                year=form.year.data,
                title=form.title.data or None,
            )
            flash(_found(made))
            if not form.year.data and made.get("year"):
                flash(_year_taken(made))
            return redirect(url_for("checklists.draft", checklist_id=made["checklist_id"]))
    return render_template("checklist_import.html", form=form), form.status


def _notice_of(form: NoticeForm) -> str:
    """The id of what is to be read; Invalid where both a file and a paste are there, of which both are kept."""
    pasted, chosen = form.pasted.data or "", request.form.get("read")
    if form.file.data:
        sent = send_up(form.file.data)
        if not pasted.strip():
            return sent
        form.kept_file.data, form.kept_name.data = sent, form.file.data.filename
        raise Invalid.of_fields({"pasted": BOTH_GIVEN})
    if pasted.strip() and chosen != "file":
        return send_up_text(PASTED_NAME, pasted)
    if not form.kept_file.data:
        raise Invalid.of_fields({"file": NOTHING_GIVEN})
    return str(form.kept_file.data)


@pages.get("/checklists/<int:checklist_id>")
def draft(checklist_id: int) -> str:
    """A checklist as a tree; of a long one the part that is open, and of any what the address looks for."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    tree = grow(checklist)
    is_sampled = checklist["state"] != "draft" and any(row["review_rule"] == "sample" for row in checklist["rows"])
    search, lacking = Search.of_request(), one_of("lacking", words.LACKING)
    lines = None
    if search.text or lacking:
        lines = draft_rows.found(tree, text=search.text, lacking=lacking, page=search.page)
    elif draft_rows.is_long(tree):
        page = request.args.get("page", type=int)
        lines = draft_rows.opened(tree, request.args.get("row", type=int), page)
    return render_template(
        "checklist.html",
        checklist=checklist,
        sample=ask("tasks", "get_sample", checklist_id=checklist_id) if is_sampled else None,
        tree=tree,
        lines=lines,
        levels=draft_rows.levels(tree),
        search=search,
        lacking=lacking,
    )


@pages.route("/checklists/<int:checklist_id>/settings", methods=["GET", "POST"])
def settings(checklist_id: int) -> ResponseReturnValue:
    """A draft's header."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    form = ChecklistForm(data=checklist | {"level_names": "\n".join(checklist["level_names"])})
    if form.validate_on_submit():
        with form.taking_refusals():
            tell(
                "tasks",
                "save_checklist",
                checklist_id=checklist_id,
                title=form.title.data,
                year=form.year.data,
                level_names=form.levels or checklist["level_names"],
                document_number=form.document_number.data or "",
                sample_percent=form.sample_percent.data,
                version=number_or_none(form.version.data),
            )
            flash(_("已保存。"))
            return redirect(url_for("checklists.draft", checklist_id=checklist_id))
    return render_template("checklist_settings.html", form=form, checklist=checklist), form.status


@pages.post("/checklists/<int:checklist_id>/contact")
def contact(checklist_id: int) -> ResponseReturnValue:
    """Whom the units may ask; the page is shown again when that was refused."""
    try:
        tell("tasks", "save_contact", checklist_id=checklist_id, contact=request.form.get("contact", ""))
    except Invalid as error:
        stay("contact", error, page="checklists.draft")
        return draft(checklist_id), error.status
    flash(_("联系方式已保存，各单位在责任页上会看到。"))
    return redirect(url_for("checklists.draft", checklist_id=checklist_id))


@pages.post("/checklists/<int:checklist_id>/delete")
def delete(checklist_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    tell("tasks", "delete_checklist", checklist_id=checklist_id, version=number_or_none(request.form.get("version")))
    flash(_("草稿已删除。"))
    return redirect(url_for("checklists.listing"))


def _year_taken(made: dict[str, Any]) -> str:
    if made["year_is_of_notice"] and made.get("plan_years"):
        first, last = made["plan_years"]
        return str(
            _(
                "通知是 %(first)d—%(last)d 年的计划，按 %(year)d 年建清单。不对的话，请在“设置”里改。",
                first=first,
                last=last,
                year=made["year"],
            )
        )
    if made["year_is_of_notice"]:
        return str(_("年度取自通知：%(year)d 年。不对的话，请在“设置”里改。", year=made["year"]))
    return str(_("通知里没有写年度，按今年（%(year)d 年）。不对的话，请在“设置”里改。", year=made["year"]))


def _found(made: dict[str, Any]) -> str:
    parts = [
        ngettext("%(num)d 个领域", "%(num)d 个领域", made["areas"]),
        ngettext("%(num)d 项举措", "%(num)d 项举措", made["measures"]),
        ngettext("%(num)d 项任务", "%(num)d 项任务", made["tasks"]),
        ngettext("%(num)d 个目标", "%(num)d 个目标", made["targets"]),
        ngettext("%(num)d 个待定问题", "%(num)d 个待定问题", made["questions"]),
    ]
    return str(_("从通知中读出：%(found)s。", found=_("，").join(parts)))
