"""Indicators: everybody may read what a figure means; the lead bureau defines it, one by one or out of a workbook."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.books import indicator_sheet
from services.portal.books.indicator_sheet import HEADINGS, WIDTHS, ReadSheet
from services.portal.clients import ask, tell
from services.portal.downloads import send_form, send_list
from services.portal.forms.fields import FileForm, options_with
from services.portal.forms.reports import IndicatorForm
from services.portal.list_files import Column, Kind
from services.portal.searching import Search
from services.portal.uploads import content_of
from shared.apart import running as apart
from shared.errors import MALFORMED, Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("indicators", __name__)

DAYS = ("basis_until", "valid_from", "valid_to")


def _column(name: str) -> Column:
    kind = Kind.DAY if name in DAYS else Kind.TEXT
    width = WIDTHS.get(name, 14)
    return Column(HEADINGS[name], lambda one: indicator_sheet.written(name, one[name]), kind, width)


# The headings are those that an import reads, whatever the language of the page is.
COLUMNS = tuple(_column(name) for name in HEADINGS)


@pages.get("/indicators")
def listing() -> ResponseReturnValue:
    """The indicators by code."""
    search = Search.of_request()
    found = ask("stats", "list_indicators", text=search.text, page=search.page)
    return render_template("indicators.html", found=found, search=search)


@pages.post("/indicators/xlsx")
def as_file() -> ResponseReturnValue:
    """All indicators that are sought, as the workbook that an import reads."""
    search = Search.of_request()
    found = ask("stats", "list_indicators", within=CALLER.preview, text=search.text, is_whole=True)
    return send_list(_("指标"), COLUMNS, found["indicators"], asked=search.in_words())


@pages.get("/indicators/<int:indicator_id>")
def one(indicator_id: int) -> ResponseReturnValue:
    """What a figure means."""
    return render_template("indicator.html", found=ask("stats", "get_indicator", indicator_id=indicator_id))


@pages.route("/indicators/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new indicator."""
    return _edit(None, IndicatorForm())


@pages.route("/indicators/<int:indicator_id>/edit", methods=["GET", "POST"])
def edit(indicator_id: int) -> ResponseReturnValue:
    """One indicator."""
    found = ask("stats", "get_indicator", indicator_id=indicator_id)
    days = {name: dt.date.fromisoformat(found[name]) if found[name] else None for name in DAYS}
    form = IndicatorForm(data=found | days)
    form.period_kind.choices = options_with(words.PERIOD_KINDS, [found["period_kind"]])
    form.type.choices = options_with(words.INDICATOR_TYPES, [found["type"]])
    return _edit(found, form)


@pages.route("/indicators/import", methods=["GET", "POST"])
def from_file() -> ResponseReturnValue:
    """Read a workbook and show what it would change; nothing is stored before that was confirmed."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            sheet = apart.run(partial(indicator_sheet.read, content_of(form.file.data)))
            found = ask("stats", "preview_indicators", within=CALLER.preview, rows=_without_problems(sheet))
        except Invalid as error:
            return _refused_file(form, error)
        return render_template("indicators_preview.html", found=found, sheet=_carried(sheet), ignored=sheet.ignored)
    return _import_page(form, [])


@pages.post("/indicators/import/template")
def template() -> ResponseReturnValue:
    """An empty workbook with two lines that show what is meant."""
    return send_form(_("指标导入模板"), list(HEADINGS.values()), indicator_sheet.example_lines())


@pages.post("/indicators/import/confirm")
def confirm_import() -> ResponseReturnValue:
    """Store what was shown, of the same lines; when it would be something else by now, show that instead."""
    carried = request.form.get("sheet", "")
    try:
        answer = tell(
            "stats",
            "import_indicators",
            within=CALLER.preview,
            rows=_rows(carried),
            seen=request.form.get("fingerprint", ""),
        )
    except Invalid as error:
        return _refused_file(FileForm(formdata=None), error)
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        sentence = filters.say(error.text.as_dict())
        page = render_template("indicators_preview.html", found=found, sheet=carried, ignored=[], sentence=sentence)
        return page, error.status
    created = ngettext("新增 %(num)d 项指标", "新增 %(num)d 项指标", answer["created"])
    changed = ngettext("更新 %(num)d 项", "更新 %(num)d 项", answer["changed"])
    flash(_("%(created)s，%(changed)s。", created=created, changed=changed))
    return redirect(url_for("indicators.listing"))


def _edit(found: dict[str, Any] | None, form: IndicatorForm) -> ResponseReturnValue:
    if form.validate_on_submit():
        with form.taking_refusals():
            indicator_id = found["indicator_id"] if found else None
            saved = tell("stats", "save_indicator", indicator_id=indicator_id, **form.content())
            flash(_("已保存。"))
            return redirect(url_for("indicators.one", indicator_id=saved["indicator_id"]))
    known = ask("stats", "list_indicators", is_whole=True)["indicators"]
    return render_template("indicator_form.html", form=form, found=found, known=known), form.status


def _without_problems(sheet: ReadSheet) -> list[dict[str, Any]]:
    if sheet.problems:
        raise Invalid(indicator_sheet.WRONG_CELLS, {"rows": sheet.problems})
    return sheet.rows


def _carried(sheet: ReadSheet) -> str:
    return json.dumps(sheet.rows, ensure_ascii=False, separators=(",", ":"))


def _rows(carried: str) -> Any:
    try:
        return json.loads(carried)
    except ValueError as error:
        raise Invalid(MALFORMED) from error


def _refused_file(form: FileForm, error: Invalid) -> ResponseReturnValue:
    form.take(error)
    return _import_page(form, error.details.get("rows") or [])


def _import_page(form: FileForm, lines: list[dict[str, Any]]) -> ResponseReturnValue:
    return render_template("indicators_import.html", form=form, lines=lines, headings=HEADINGS), form.status
