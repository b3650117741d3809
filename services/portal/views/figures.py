"""Figures: tables of a year, one number with all it is made of, one cell's history, the whole year as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters, words
from services.portal.clients import ask
from services.portal.downloads import send_book
from services.portal.figure_search import AsOf, Table, known_then
from services.portal.problems import problem_page
from shared import clock
from shared.errors import Invalid
from shared.limits import CALLER

pages = Blueprint("figures", __name__)


@pages.get("/figures")
def table() -> ResponseReturnValue:
    """A year of a report's indicators of one unit, or of one indicator by unit."""
    choices = ask("stats", "figure_choices")
    sought = Table.of_request(newest=choices["newest_period"])
    if not choices["indicators"] or choices["unit"] is None:
        return render_template("figures_none.html")
    found, as_of = known_then(sought.as_of, lambda at: _table(replace(sought, as_of=at)))
    sought = replace(sought, as_of=as_of)
    columns = _columns_with_figures(found)
    return render_template(
        "figures.html",
        found=found,
        choices=choices,
        sought=sought,
        columns=columns,
        rows=[row for row in found["rows"] if row["is_sum"] or not sought.indicator_id or _is_asked(row)],
        many=_by_id(found["indicators"]),
    )


@pages.post("/figures/xlsx")
def year_as_file() -> ResponseReturnValue:
    """All figures of a year of a unit and those right below it, as a workbook."""
    from services.portal.year_file import Words, write_year

    choices = ask("stats", "figure_choices")
    sought = Table.of_request(newest=choices["newest_period"])
    if sought.as_of.problem:
        return problem_page(Invalid.status, _("填写有误"), [sought.as_of.problem])
    parts = list(_year(sought))
    first = parts[0]
    title = _("%(unit)s%(year)d年全部数据", unit=first["unit"]["name"], year=first["year"])
    rows = [row for part in parts for row in _file_rows(part)]
    # A release of stats that does not count them leaves it out.
    left_out = first.get("units_left_out", 0)
    content = write_year(
        title,
        [
            _("截至 %(moment)s", moment=filters.moment(sought.as_of.iso)) if sought.as_of.iso else "",
            _("示例数据，均为虚构") if any(part["is_invented"] for part in parts) else "",
            _("累计只算到最新一期；还缺最新一期的为空，网页上显示到它的上一期")
            if any(column["is_to_date"] for column in first["columns"])
            else "",
            _("下级单位太多，还有 %(n)d 个没有列出，合计里有它们；请在网页上按单位查看", n=left_out)
            if left_out
            else "",
        ],
        [_column(column) for column in first["columns"]],
        rows,
        words=Words(
            before=[_("指标代码"), _("指标"), _("计量单位"), _("期"), _("单位")],
            after=[_("覆盖"), _("含调整")],
            no_figure=_("无数"),
        ),
    )
    return send_book(f"{title} {clock.today():%Y-%m-%d}", content, rows=len(rows))


@pages.get("/figures/<int:indicator_id>/<int:unit_id>/<period>")
def number(indicator_id: int, unit_id: int, period: str) -> ResponseReturnValue:
    """One number: what it comes to, of whom it is, who is missing, and each cell that it is made of."""
    params: dict[str, Any] = {"indicator_id": indicator_id, "unit_id": unit_id, "period": period}
    params |= {"is_to_date": request.args.get("to_date") == "1", "page": max(1, request.args.get("page", 1, type=int))}
    # The first page goes without saying: a release of stats that has no pages of adjustments refuses it.
    added = request.args.get("added", 1, type=int)
    params |= {"added_page": added if added > 1 else None}
    found, as_of = known_then(AsOf.of_request(), lambda at: ask("stats", "get_figure", as_of=at.iso, **params))
    return render_template("figure.html", found=found, as_of=as_of)


@pages.get("/figures/<int:indicator_id>/<int:unit_id>/<period>/history")
def history(indicator_id: int, unit_id: int, period: str) -> ResponseReturnValue:
    """All that was ever known of one cell."""
    # The release before answers all of it, and knows no pages.
    page = request.args.get("page", type=int)
    found = ask("stats", "cell_history", indicator_id=indicator_id, unit_id=unit_id, period=period, page=page)
    return render_template("figure_history.html", found={"page": 1, "pages": 1} | found)


def _table(sought: Table) -> dict[str, Any]:
    return ask("stats", "figures_table", within=CALLER.preview, **sought.params)


def _by_id(indicators: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    return {indicator["indicator_id"]: indicator for indicator in indicators}


def _is_asked(row: Mapping[str, Any]) -> bool:
    """Whether the unit is asked for the figure, or has it."""
    return any(cell["units"] or cell["is_adjusted"] for cell in row["cells"])


def _columns_with_figures(found: Mapping[str, Any]) -> list[int]:
    """The places of the columns, newest first: the year so far, which always has something to say, then backwards.

    So what is looked for most is in sight however narrow the page is. Those after the last with a figure are left out.
    """
    columns = found["columns"]
    filled = [
        place
        for place, column in enumerate(columns)
        if column["is_to_date"]
        or any(row["cells"][place]["units"] or row["cells"][place]["value"] for row in found["rows"])
    ]
    ends = [place for place in filled if not columns[place]["is_to_date"]]
    shown = [place for place in range(len(columns)) if place in filled or (ends and place < ends[-1])]
    return shown[::-1]


def _year(sought: Table) -> Iterator[dict[str, Any]]:
    page, pages_ = 1, 1
    while page <= pages_:
        found = ask(
            "stats",
            "year_table",
            within=CALLER.preview,
            year=sought.year,
            unit_id=sought.unit_id,
            as_of=sought.as_of.iso,
            page=page,
        )
        yield found
        page, pages_ = page + 1, found["pages"]


def _file_rows(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    indicators = _by_id(found["indicators"])
    names = [_column(column) for column in found["columns"]]
    for row in found["rows"]:
        if not any(row["units"]) and not any(row["adjusted"]):
            continue
        indicator = indicators[row["indicator_id"]]
        yield {
            "before": [
                indicator["code"],
                indicator["name"],
                indicator["unit_of_measure"],
                str(words.PERIOD_KINDS[indicator["period_kind"]]),
                row["unit"],
            ],
            "values": row["values"],
            "without": row["without"],
            "after": [_coverage(row, names), "、".join(_marked(names, row["adjusted"]))],
        }


def _coverage(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """Where units are missing, and how many; of a sum to which all belong, that they do."""
    lacking = [
        f"{name} {units - missing}/{units}"
        for name, units, missing in zip(names, row["units"], row["missing"], strict=True)
        if missing
    ]
    most = max(row["units"])
    return "、".join(lacking) or (f"{most}/{most}" if row["is_sum"] else "")


def _marked(names: Sequence[str], marks: Sequence[bool]) -> list[str]:
    return [name for name, mark in zip(names, marks, strict=True) if mark]


def _column(column: Mapping[str, Any]) -> str:
    if column["is_to_date"]:
        return str(_("截至%(period)s累计", period=filters.period(column["period"])))
    return filters.period(column["period"])
