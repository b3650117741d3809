"""The notice beside its draft: what became of each piece, and what a person makes of the rest and of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.clients import ask, form_command_id, part_of, tell
from services.portal.forms.fields import number_or_none
from services.portal.numbers import is_number
from services.portal.problems import stay
from services.portal.tree import Node, grow
from services.portal.way_back import way_back
from shared.errors import MALFORMED, Conflict, Invalid, NotFound
from shared.text import Text

pages = Blueprint("tracing", __name__)

# As many figures as one call takes.
MOST_AT_ONCE = 200
NONE_TICKED = Text("请先勾选要处理的数。", "Please tick the figures first.")
NO_NUMBER = Text("到期年度请填写四位数字，如 2027。", "Please write the year as four digits, such as 2027.")


@pages.get("/checklists/<int:checklist_id>/source")
def source(checklist_id: int) -> ResponseReturnValue:
    """The source in its order, each piece with its place; the address may ask for what is left out, or for a row's."""
    row_id = request.args.get("row", type=int)
    if row_id is not None:
        first = ask("tasks", "list_pieces", checklist_id=checklist_id, row_id=row_id)["first"]
        asked = {"number": first, "_anchor": f"p{first}"} if first else {"nowhere": 1}
        return redirect(url_for("tracing.source", checklist_id=checklist_id, **asked))
    return _source(checklist_id, request.args)


@pages.post("/checklists/<int:checklist_id>/source/take")
def take(checklist_id: int) -> ResponseReturnValue:
    """Put a piece into the draft by one click; the form says where each way would put it."""
    form = request.form
    number, way = number_or_none(form.get("number")), form.get("way", "")
    row_id, version = _row_of(form.get("where") or form.get("task_row" if way == "task" else "row", ""))
    place: dict[str, Any] = {"number": number, "row_id": row_id, "version": version}
    try:
        tell("tasks", "take_piece", checklist_id=checklist_id, way=way, **place)
    except (Conflict, Invalid, NotFound) as error:
        stay(f"p{number}", error, page="tracing.source")
        return _source(checklist_id, form), error.status
    only = form.get("only") or None
    anchor = "last" if only else f"p{number}"
    here = {"page": form.get("page")} if only else {"number": number}
    return redirect(url_for("tracing.source", checklist_id=checklist_id, only=only, **here, _anchor=anchor))


@pages.post("/checklists/<int:checklist_id>/source/undo")
def undo(checklist_id: int) -> ResponseReturnValue:
    """Undo the last change; what was done before it can be undone next."""
    try:
        done = tell(
            "tasks",
            "undo_change",
            checklist_id=checklist_id,
            change_id=number_or_none(request.form.get("change_id")),
        )
    except (Invalid, NotFound) as error:
        stay("last", error, page="tracing.source")
        return _source(checklist_id, request.form), error.status
    flash(_("已撤销：%(what)s", what=words_of(done)))
    return redirect(way_back(url_for("tracing.source", checklist_id=checklist_id)))


@pages.route("/rows/<int:row_id>/split", methods=["GET", "POST"])
def split(row_id: int) -> ResponseReturnValue:
    """Where a measure is to be split: before a sentence of its text, or before a task."""
    if request.method == "POST":
        try:
            made = tell(
                "tasks",
                "split_measure",
                row_id=row_id,
                version=number_or_none(request.form.get("version")),
                **_split_at(request.form.get("at", "")),
            )
        except (Conflict, Invalid) as error:
            stay("at", error, page="tracing.split")
            return _split(row_id), error.status
        row = made["row"]
        said = _("已拆成两条，后一条是 %(number)s %(title)s。", number=row["number"], title=row["title"])
        return _changed(request.form.get("checklist_id"), made, said)
    try:
        return _split(row_id)
    except Invalid:
        # Neither a measure nor in a draft: its own page says what can be done with it.
        return redirect(url_for("rows.edit", row_id=row_id))


@pages.post("/rows/<int:row_id>/merge")
def merge(row_id: int) -> ResponseReturnValue:
    """Put a measure into the one before it."""
    versions: dict[str, Any] = {name: number_or_none(request.form.get(name)) for name in ("version", "into_version")}
    made = tell("tasks", "merge_measures", row_id=row_id, **versions)
    row = made["row"]
    said = _("已并入 %(number)s %(title)s。", number=row["number"], title=row["title"])
    return _changed(request.form.get("checklist_id"), made, said)


@pages.route("/checklists/<int:checklist_id>/figures", methods=["GET", "POST"])
def figures(checklist_id: int) -> ResponseReturnValue:
    """The figures that a notice names in its measures: some become targets, others do not, and none has to."""
    if request.method == "POST":
        try:
            then = request.form.get("then")
            chosen = _numbers_of("waiting" if then == "take_all" else "figure_id")
            if then == "decline":
                tell("tasks", "decline_figures", checklist_id=checklist_id, figure_ids=chosen)
                flash(ngettext("%(num)d 个数不作为目标。", "%(num)d 个数不作为目标。", len(chosen)))
            else:
                _take(checklist_id, [_figure(figure_id) for figure_id in chosen])
                flash(ngettext("%(num)d 个数已作为目标。", "%(num)d 个数已作为目标。", len(chosen)))
        except (Invalid, NotFound) as error:
            stay("figures", error, page="tracing.figures")
            return _figures(checklist_id), error.status
        return redirect(url_for("tracing.figures", checklist_id=checklist_id))
    return _figures(checklist_id)


def words_of(change: Mapping[str, Any]) -> str:
    """What was done, in words: the act and the title of its row."""
    acts = {
        "piece.taken": _("采用“%(title)s”", title=change["subject"]),
        "measure.split": _("拆分“%(title)s”", title=change["subject"]),
        "measure.merged": _("把“%(title)s”与上一条合并", title=change["subject"]),
    }
    return filters.name_of(acts, change["kind"])


def _source(checklist_id: int, asked: Mapping[str, str]) -> str:
    only = bool(asked.get("only"))
    found = ask(
        "tasks",
        "list_pieces",
        checklist_id=checklist_id,
        only_left_out=only,
        number=number_or_none(asked.get("number")),
        page=_page_of(asked),
    )
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    nodes = {node.row["row_id"]: node for root in grow(checklist) for node in root.walk()}
    at = number_or_none(asked.get("at"))
    return render_template(
        "source.html",
        checklist=checklist,
        found=found,
        only=only,
        rows=_rows_shown(found["pieces"], nodes),
        nodes=nodes,
        at=at,
        choices=[row for row in checklist["rows"] if row["level"] < 3] if at is not None else [],
        last=words_of(found["last_change"]) if found["last_change"] else "",
        is_of_no_piece="nowhere" in asked,
    )


def _page_of(asked: Mapping[str, str]) -> int:
    page = number_or_none(asked.get("page"))
    return page if page and page < 10**6 else 1


def _rows_shown(pieces: list[dict[str, Any]], nodes: Mapping[int, Node]) -> dict[int, Node]:
    """By the number of the first piece on this page that became a row, that row."""
    shown: dict[int, Node] = {}
    seen: set[int] = set()
    for piece in pieces:
        row_id: int = piece["row"]["row_id"] if piece["row"] else 0
        if row_id in nodes and row_id not in seen:
            seen.add(row_id)
            shown[piece["number"]] = nodes[row_id]
    return shown


def _row_of(value: str) -> tuple[int | None, int | None]:
    """A row with its version, as a page sends it: id:version."""
    row_id, _colon, version = value.partition(":")
    return number_or_none(row_id), number_or_none(version)


def _split(row_id: int) -> str:
    return render_template("split.html", found=ask("tasks", "list_split_points", row_id=row_id))


def _split_at(value: str) -> dict[str, Any]:
    """The chosen place as the page sends it: sentence:offset or task:id; nothing when none was chosen."""
    kind, _colon, number = value.partition(":")
    name = {"sentence": "offset", "task": "task_id"}.get(kind)
    return {name: number_or_none(number)} if name else {}


def _changed(checklist_id: str | None, made: dict[str, Any], said: str) -> ResponseReturnValue:
    """Back to the draft, with what happened and a button that undoes it."""
    number = number_or_none(checklist_id)
    if number is None:
        raise Invalid(MALFORMED)
    undoing = {
        "text": said,
        "button": _("撤销这一步"),
        "address": url_for("tracing.undo", checklist_id=number),
        "fields": [("change_id", made["change_id"])],
    }
    flash(undoing)  # type: ignore[arg-type]
    row_id = made["row"]["row_id"]
    return redirect(url_for("checklists.draft", checklist_id=number, row=row_id, _anchor=f"row-{row_id}"))


def _figures(checklist_id: int) -> str:
    found = ask("tasks", "list_figures", checklist_id=checklist_id)["figures"]
    return render_template(
        "notice_figures.html",
        checklist=ask("tasks", "get_checklist", checklist_id=checklist_id),
        waiting=[one for one in found if one["state"] == "offered"],
        declined=[one for one in found if one["state"] == "declined"],
        taken=[one for one in found if one["state"] == "taken"],
        comparators=words.FIGURE_COMPARATORS,
    )


def _take(checklist_id: int, wanted: list[dict[str, Any]]) -> None:
    """Make them targets, as many in a call as one may have."""
    command = form_command_id()
    for begun in range(0, len(wanted), MOST_AT_ONCE):
        tell(
            "tasks",
            "take_figures",
            command=part_of(command, f"figures {begun}") if begun else command,
            checklist_id=checklist_id,
            figures=wanted[begun : begun + MOST_AT_ONCE],
        )


def _numbers_of(field: str) -> list[int]:
    ids = request.form.getlist(field)
    if not ids:
        raise Invalid.of_fields({"figures": NONE_TICKED})
    if not all(is_number(one) for one in ids):
        raise Invalid(MALFORMED)
    return [int(one) for one in dict.fromkeys(ids)]


def _figure(figure_id: int) -> dict[str, Any]:
    typed = {
        name: request.form.get(f"{name}-{figure_id}", "").strip()
        for name in ("name", "comparator", "value", "unit_of_measure", "to_year")
    }
    if not is_number(typed["to_year"]):
        raise Invalid.of_fields({"to_year": NO_NUMBER})
    return {"figure_id": figure_id, **typed, "to_year": int(typed["to_year"])}
