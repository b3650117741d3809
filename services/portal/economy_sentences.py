"""What the page of economy and employment says before its numbers, and beside a township's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters
from services.portal.words_of_economy import MOVES, WHYS


def summary(found: Mapping[str, Any], townships: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The state in a few sentences, each with the part of the page that has more; empty ones are left out."""
    said = (
        ("series", _gdp(found)),
        ("elasticity", _elasticity(found["elasticity"])),
        ("jobs", _jobs(found)),
        ("net", _net(found["net"])),
        ("townships", _townships(townships)),
    )
    return [(part, sentence) for part, sentence in said if sentence]


def percent(share: str | None) -> str:
    """A share as a percentage with its sign: 0.0512 is +5.1%."""
    if share is None:
        return "–"
    value = (Decimal(share) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value + 0:+}%" if value else "0.0%"


def township(row: Mapping[str, Any]) -> str:
    """What moved there and what did not."""
    if "unknown" in (row["money_move"], row["people_move"]):
        return str(_("缺一期的数，不比较。"))
    return str(
        _(
            "惠企资金%(money)s（%(money_by)s），参保人数%(people)s（%(people_by)s）。",
            money=MOVES[row["money_move"]],
            money_by=_by(row, "money"),
            people=MOVES[row["people_move"]],
            people_by=_by(row, "people"),
        )
    )


def _by(row: Mapping[str, Any], name: str) -> str:
    change = row[f"{name}_change"]
    if change is not None:
        return percent(change)
    return f"{filters.figure(row[f'{name}_before'])}→{filters.figure(row[f'{name}_after'])}"


def _series(found: Mapping[str, Any], role: str) -> Mapping[str, Any] | None:
    return next((one for one in found["series"] if one["role"] == role), None)


def _gdp(found: Mapping[str, Any]) -> str:
    series = _series(found, "gdp")
    cell = next((one for one in reversed(series["cells"]) if one["value"] is not None), None) if series else None
    if series is None or cell is None:
        return ""
    amount = f"{filters.figure(cell['value'])} {series['indicator']['unit_of_measure']}"
    rate = next((one for one in found["elasticity"] if one["year"] == cell["year"]), None)
    if rate is None or rate["output_growth"] is None:
        return str(_("%(year)d年地区生产总值 %(amount)s。", year=cell["year"], amount=amount))
    grew = Decimal(rate["output_growth"]) >= 0
    return str(
        _(
            "%(year)d年地区生产总值 %(amount)s，按可比价%(moved)s %(share)s。",
            year=cell["year"],
            amount=amount,
            moved=_("增长") if grew else _("下降"),
            share=percent(rate["output_growth"]).lstrip("+-"),
        )
    )


def _elasticity(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    newest = rows[-1]
    if newest["why"] is not None:
        return str(_("%(year)d年的就业弹性%(why)s。", year=newest["year"], why=WHYS[newest["why"]]))
    return str(
        _(
            "%(year)d年就业弹性 %(point)s：经济每增长 1%%，从业人员变化 %(point)s%%。",
            year=newest["year"],
            point=newest["point"],
        )
    )


def _jobs(found: Mapping[str, Any]) -> str:
    rows = [one for one in found["intensity"] if one["role"] == "gdp" and one["value"] is not None]
    if not rows:
        return ""
    year, value = rows[-1]["year"], rows[-1]["value"]
    return str(_("%(year)d年每亿元地区生产总值对应城镇新增就业 %(value)s 人。", year=year, value=value))


def _net(rows: Sequence[Mapping[str, Any]]) -> str:
    newest = next((one for one in reversed(rows) if one["employed"] is not None), None)
    if newest is None or newest["new_jobs"] is None:
        return ""
    return str(
        _(
            "%(year)d年城镇新增就业 %(new)s 人，从业人员净增 %(net)s 人；两个数口径不同，不能相互代替。",
            year=newest["year"],
            new=filters.figure(newest["new_jobs"]),
            net=filters.figure(newest["employed"]),
        )
    )


def _townships(townships: Mapping[str, Any] | None) -> str:
    if townships is None or townships["after"] is None or townships["before"] is None:
        return ""
    number = townships["parted_total"]
    if not number:
        return str(_("各乡镇的惠企资金和参保人数，没有一个动、一个不动的。"))
    return str(
        ngettext(
            "有 %(num)d 个乡镇惠企资金和参保人数一个动、一个不动，可以问问原因。",
            "有 %(num)d 个乡镇惠企资金和参保人数一个动、一个不动，可以问问原因。",
            number,
        )
    )
