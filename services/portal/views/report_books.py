"""A report as a workbook: out for a unit or a round, back with what it would change, and stored once that was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal.books import reading
from services.portal.books.reading import Filled, FilledForm, Problem
from services.portal.clients import ask, tell
from services.portal.downloads import send_book
from services.portal.filters import say
from services.portal.problems import sentences_of
from services.portal.submission_cells import explanations_of
from services.portal.uploads import content_of
from shared.apart import running as apart
from shared.errors import Conflict, Invalid
from shared.limits import CALLER
from shared.text import Text

pages = Blueprint("report_books", __name__)

OTHER_FORM = Text(
    "这份填报表是别的报表、单位或期次的，没有导入。请在这里下载后填写。",
    "This workbook belongs to another report, unit or period. Nothing was imported; please download it here.",
)
MOST_NAMED = 10
NOTHING_READ = Text("页面不完整，请重新上传。", "The page was not complete. Please upload the workbook again.")


@pages.get("/submissions/<int:submission_id>/workbook")
def one(submission_id: int) -> ResponseReturnValue:
    """Where a unit's workbook is downloaded and sent back."""
    return _page_of_one(submission_id)


@pages.post("/submissions/<int:submission_id>/xlsx")
def one_as_file(submission_id: int) -> ResponseReturnValue:
    """The workbook of one submission, with what is typed so far."""
    from services.portal.books import writing

    form = ask("stats", "get_form", submission_id=submission_id)
    checks = ask("stats", "sheet_checks", report_id=form["report_id"])["checks"]
    title = f"{form['table_number']} {form['report']} {form['unit']['name']} {form['period']}"
    return send_book(title, writing.write_one(form, checks), rows=len(form["lines"]))


@pages.post("/submissions/<int:submission_id>/workbook")
def read_one(submission_id: int) -> ResponseReturnValue:
    """Show what an uploaded workbook would change; nothing is stored before that was confirmed."""
    form = ask("stats", "get_form", submission_id=submission_id)
    try:
        filled = apart.run(partial(reading.read, content_of(request.files.get("file"))))
        _refuse_other(filled, form["report_id"], form["period"], [submission_id])
        found = _preview(filled, is_proxy=False)
    except (Invalid, Conflict) as error:
        return _page_of_one(submission_id, problems=_sentences(error)), error.status
    return _preview_page(
        found, filled, form=form, back=url_for("report_books.one", submission_id=submission_id), is_proxy=False
    )


@pages.post("/submissions/<int:submission_id>/workbook/save")
def save_one(submission_id: int) -> ResponseReturnValue:
    """Keep what was shown as a draft of the form, cell by cell with what was typed meanwhile."""
    (form,) = _sent_forms()
    tell("stats", "save_submission", **{**form, "submission_id": submission_id})
    flash(_("已从填报表导入并保存，还没有提交。"))
    return redirect(url_for("submissions.one", submission_id=submission_id))


@pages.get("/rounds/<int:round_id>/workbook")
def several(round_id: int) -> ResponseReturnValue:
    """Where the workbook with a column per unit is downloaded and sent back."""
    return _page_of_round(round_id)


@pages.post("/rounds/<int:round_id>/workbook/xlsx")
def several_as_file(round_id: int) -> ResponseReturnValue:
    """The workbook of the units that have typed nothing."""
    from services.portal.books import writing

    found = ask("stats", "untyped_forms", round_id=round_id, within=CALLER.preview)
    if not found["forms"]:
        return redirect(url_for("report_books.several", round_id=round_id))
    first = found["forms"][0]
    title = f"{first['table_number']} {first['report']} {first['period']} {_('汇总填报')}"
    return send_book(title, writing.write_many(found["forms"]), rows=len(found["forms"]))


@pages.post("/rounds/<int:round_id>/workbook")
def read_several(round_id: int) -> ResponseReturnValue:
    """Show what the collected papers would enter; nothing is stored before that was confirmed."""
    try:
        filled = apart.run(partial(reading.read, content_of(request.files.get("file"))))
        known = ask("stats", "untyped_forms", round_id=round_id, within=CALLER.preview)["forms"]
        _refuse_other_round(filled, known)
        filled = _without_empty(filled)
        _refuse_typed(filled, known)
        found = _preview(filled, is_proxy=True)
    except (Invalid, Conflict) as error:
        return _page_of_round(round_id, problems=_sentences(error)), error.status
    return _preview_page(
        found, filled, form=known[0], back=url_for("report_books.several", round_id=round_id), is_proxy=True
    )


@pages.post("/rounds/<int:round_id>/workbook/save")
def save_several(round_id: int) -> ResponseReturnValue:
    """Enter the papers of all units of the workbook, or of none; what is missing on the page is asked for on it."""
    forms = _sent_forms()
    try:
        outcome = tell(
            "stats",
            "enter_several_by_proxy",
            within=CALLER.preview,
            forms=[form | {"explanations": _explanations(form.get("submission_id"))} for form in forms],
            reason=request.form.get("reason", ""),
            paper_on=request.form.get("paper_on", ""),
        )
    except Invalid as error:
        return _preview_again(round_id, forms, _sentences(error)), error.status
    except Conflict as error:
        return _page_of_round(round_id, problems=_sentences(error)), error.status
    if not outcome["are_entered"]:
        return _preview_again(round_id, forms, _named(outcome["forms"])), Invalid.status
    count = len(outcome["forms"])
    flash(ngettext("已代录 %(num)d 个单位，等待另一位同事审核。", "已代录 %(num)d 个单位，等待另一位同事审核。", count))
    return redirect(url_for("report_books.several", round_id=round_id))


def _page_of_one(submission_id: int, *, problems: Sequence[str] = ()) -> str:
    form = ask("stats", "get_form", submission_id=submission_id)
    return render_template("report_book.html", form=form, problems=problems, round_id=None)


def _page_of_round(round_id: int, *, problems: Sequence[str] = ()) -> str:
    found = ask("stats", "untyped_forms", round_id=round_id, within=CALLER.preview)
    return render_template("report_book.html", form=None, found=found, problems=problems, round_id=round_id)


def _preview(filled: Filled, *, is_proxy: bool) -> dict[str, Any]:
    if filled.problems or not filled.forms:
        return {"forms": []}
    forms = [_as_params(form) for form in filled.forms]
    return ask("stats", "preview_forms", within=CALLER.preview, forms=forms, is_proxy=is_proxy)


def _preview_page(found: Mapping[str, Any], filled: Filled, *, is_proxy: bool, **more: Any) -> ResponseReturnValue:
    """The page of what would change; one wrong cell and nothing can be stored, as the page then says."""
    places = {(form.submission_id, cell.indicator_id): cell.place for form in filled.forms for cell in form.cells}
    cells = list(filled.problems)
    for form in found["forms"]:
        cells += [Problem("", Text.from_dict(text)) for text in form["definition_changes"]]
        for problem in form["problems"]:
            if is_proxy or _is_wrong(filled, form["submission_id"], problem["indicator_id"]):
                place = places[form["submission_id"], problem["indicator_id"]]
                cells.append(Problem(place, Text.from_dict(problem["text"])))
    sent = json.dumps([_as_params(form) for form in filled.forms], ensure_ascii=False)
    page = render_template(
        "report_book_preview.html", found=found, cells=cells, sent=sent, is_proxy=is_proxy, filled=filled, **more
    )
    return page, Invalid.status if cells else 200


def _preview_again(round_id: int, forms: Sequence[Mapping[str, Any]], problems: Sequence[str]) -> str:
    """The page of what would be entered once more, with what was typed on it and what is still missing."""
    return render_template(
        "report_book_preview.html",
        found=ask("stats", "preview_forms", within=CALLER.preview, forms=forms, is_proxy=True),
        cells=[],
        sent=json.dumps(forms, ensure_ascii=False),
        is_proxy=True,
        problems=problems,
        back=url_for("report_books.several", round_id=round_id),
    )


def _explanations(submission_id: Any) -> list[dict[str, Any]]:
    """What was typed about the checks of one unit: `x12-5` is about check 5 of submission 12."""
    start = f"x{submission_id}-"
    return explanations_of(
        {f"x{name.removeprefix(start)}": value for name, value in request.form.items() if name.startswith(start)}
    )


def _refuse_typed(filled: Filled, known: Sequence[Mapping[str, Any]]) -> None:
    """Invalid with the names of the units that have typed something themselves, or were entered already."""
    untyped = {form["submission_id"] for form in known}
    others = [form.submission_id for form in filled.forms if form.submission_id not in untyped]
    if others:
        named = [ask("stats", "get_form", submission_id=one)["unit"]["name"] for one in others[:MOST_NAMED]]
        raise Invalid(_already_typed(named, len(others)))


def _already_typed(names: Sequence[str], count: int) -> Text:
    more = count - len(names)
    zh = "、".join(names) + (f"等 {count} 个单位" if more else "")
    en = ", ".join(names) + (f" and {more} more" if more else "")
    return Text(
        f"{zh}已经有填报的内容，不能再代录，没有导入。请清空这些列后重新上传。",
        f"{en} have entries already and cannot be entered by proxy. Nothing was imported; please empty their columns.",
    )


def _is_wrong(filled: Filled, submission_id: int, indicator_id: int) -> bool:
    """Whether the workbook says something in that cell: what is empty is not wrong in a draft."""
    return any(
        cell.typed or cell.typed_total or cell.no_figure
        for form in filled.forms
        if form.submission_id == submission_id
        for cell in form.cells
        if cell.indicator_id == indicator_id
    )


def _without_empty(filled: Filled) -> Filled:
    """The units whose column says anything; the others have not handed in a paper."""
    forms = tuple(
        form for form in filled.forms if any(cell.typed or cell.typed_total or cell.no_figure for cell in form.cells)
    )
    return Filled(filled.report_id, filled.period, forms, filled.problems)


def _refuse_other(filled: Filled, report_id: int, period: str, submission_ids: Sequence[int] | None = None) -> None:
    ids = [form.submission_id for form in filled.forms]
    if filled.report_id != report_id or filled.period != period or (submission_ids and ids != list(submission_ids)):
        raise Invalid(OTHER_FORM)


def _refuse_other_round(filled: Filled, known: Sequence[Mapping[str, Any]]) -> None:
    if not known:
        raise Invalid(OTHER_FORM)
    _refuse_other(filled, known[0]["report_id"], known[0]["period"])


def _as_params(form: FilledForm) -> dict[str, Any]:
    return {
        "submission_id": form.submission_id,
        "version": form.version,
        "definition": form.definition,
        "cells": [
            {
                "indicator_id": cell.indicator_id,
                "typed": cell.typed,
                "typed_total": cell.typed_total,
                "no_figure": cell.no_figure,
                "was": dict(cell.was) if cell.was else None,
            }
            for cell in form.cells
        ],
    }


def _sent_forms() -> list[dict[str, Any]]:
    """The forms that the page of the preview carries; the service checks them like any others."""
    try:
        found = json.loads(request.form.get("forms", ""))
    except ValueError as error:
        raise Invalid(NOTHING_READ) from error
    if not isinstance(found, list) or not found or not all(isinstance(form, dict) for form in found):
        raise Invalid(NOTHING_READ)
    return found


def _named(forms: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        _("%(unit)s“%(item)s”：%(text)s", unit=form["unit"]["name"], item=problem["name"], text=say(problem["text"]))
        for form in forms
        for problem in (*form["problems"], *form["failures"])
    ]


def _sentences(error: Invalid | Conflict) -> list[str]:
    return sentences_of(error) if isinstance(error, Invalid) else [say(error.text.as_dict())]
