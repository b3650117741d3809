"""Economy and employment for the leaders: series, what is derived from them, curves, lags, and townships."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import charts, economy_rows, economy_sentences, index_chart, words_of_economy
from services.portal.clients import ask, tell
from services.portal.downloads import all_pages, send_list
from services.portal.economy_rows import NUMBER
from services.portal.figure_search import AsOf, known_then
from services.portal.forms.economy import RolesForm, roles_form
from services.portal.list_files import Column
from services.portal.problems import problem_page, sentences_of
from services.portal.searching import number
from shared.errors import Conflict, Invalid, QingdanError
from shared.limits import CALLER

log = logging.getLogger(__name__)

pages = Blueprint("economy", __name__)


def _number(name: str) -> Callable[[Mapping[str, Any]], Decimal | None]:
    return lambda row: None if row[name] is None else Decimal(row[name])


TOWNSHIP_COLUMNS = (
    Column(_l("单位"), lambda r: r["unit"], width=24),
    Column(_l("惠企资金，前一期"), _number("money_before"), NUMBER),
    Column(_l("惠企资金，后一期"), _number("money_after"), NUMBER),
    Column(_l("惠企资金变化"), lambda r: economy_sentences.percent(r["money_change"]), width=14),
    Column(_l("参保人数，前一期"), _number("people_before"), NUMBER),
    Column(_l("参保人数，后一期"), _number("people_after"), NUMBER),
    Column(_l("参保人数变化"), lambda r: economy_sentences.percent(r["people_change"]), width=14),
    Column(_l("说明"), economy_sentences.township, width=50),
)


@pages.get("/economy")
def overview() -> ResponseReturnValue:
    """The whole page, now or as of a moment."""
    found, as_of = known_then(AsOf.of_request(), _economy)
    townships = _townships(as_of)
    return render_template(
        "economy.html",
        found=found,
        townships=townships,
        as_of=as_of,
        summary=economy_sentences.summary(found, townships),
        chart=index_chart.chart(found["curves"]),
        chart_data=charts.of_curves(found["curves"]),
        sample=index_chart.sample,
        percent=economy_sentences.percent,
        township_said=economy_sentences.township,
        compared=_years(),
        of_economy=words_of_economy,
    )


@pages.post("/economy/xlsx")
def as_file() -> ResponseReturnValue:
    """All numbers of the page as a workbook, one a row; or those of all townships, where the address asks for them."""
    sought = AsOf.of_request()
    if sought.problem:
        return problem_page(Invalid.status, _("填写有误"), [sought.problem])
    if request.args.get("part") == "townships":
        return _townships_as_file(sought)
    found = _economy(sought)
    invented = str(_("示例数据，均为虚构")) if found["is_invented"] else ""
    rows = list(economy_rows.rows(found))
    return send_list(str(_("经济与就业")), economy_rows.COLUMNS, rows, as_of=sought.iso, beside=invented)


@pages.route("/economy/roles", methods=["GET", "POST"])
def roles() -> ResponseReturnValue:
    """Which indicator plays which part."""
    offered = ask("stats", "economy_roles")
    form = roles_form(offered, str(_("没有")))
    if form.validate_on_submit():
        try:
            with form.taking_refusals():
                tell("stats", "set_economy_roles", **form.content)
                flash(_("已保存。"))
                return redirect(url_for("economy.overview"))
        except Conflict as error:
            # What was chosen stays; it is sent once more over what another has chosen meanwhile, or not at all.
            _take_conflict(form, error, offered)
    return render_template("economy_roles.html", form=form, hints=words_of_economy.HINTS), form.status


def _townships_as_file(at: AsOf) -> ResponseReturnValue:
    asked = _years()
    rows = all_pages("benefits_and_coverage", "rows", service="stats", within=CALLER.preview, as_of=at.iso, **asked)
    between = f"{asked['before'] or ''}—{asked['after'] or ''}".strip("—")
    return send_list(str(_("惠企资金和社保扩面")), TOWNSHIP_COLUMNS, rows, as_of=at.iso, asked=between)


def _take_conflict(form: RolesForm, error: Conflict, offered: Mapping[str, Any]) -> None:
    form.refuse(sentences_of(error))
    form.version.data = str(offered["version"])


def _economy(at: AsOf) -> dict[str, Any]:
    return ask("stats", "economy", within=CALLER.preview, as_of=at.iso)


def _townships(at: AsOf) -> dict[str, Any] | None:
    """The part of the townships; None when it is not to be had: the others are shown all the same."""
    page = max(1, request.args.get("page", 1, type=int))
    try:
        return ask("stats", "benefits_and_coverage", within=CALLER.preview, as_of=at.iso, page=page, **_years())
    except QingdanError:
        log.warning("a part of the page is not to be had", exc_info=True, extra={"correlation_id": g.correlation_id})
        return None


def _years() -> dict[str, int | None]:
    """The years to compare that the address names."""
    found = {name: number(name) for name in ("before", "after")}
    return {name: year if year is not None and 1990 <= year <= 2099 else None for name, year in found.items()}
