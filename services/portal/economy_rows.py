"""The numbers of the page of economy and employment as the rows of a file, one a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal.filters import say
from services.portal.list_files import CellKind, Column
from services.portal.words_of_economy import LAGS, WHYS

# With as many decimals as each has.
NUMBER = CellKind("General", 16)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A number, what it is of, and what must be known beside it."""

    part: str
    name: str
    period: str
    value: Decimal | None
    measure: str = ""
    note: str = ""


COLUMNS = (
    Column(_l("部分"), lambda r: r.part, width=20),
    Column(_l("项目"), lambda r: r.name, width=44),
    Column(_l("期"), lambda r: r.period, width=14),
    Column(_l("数值"), lambda r: r.value, NUMBER),
    Column(_l("计量单位"), lambda r: r.measure, width=12),
    Column(_l("说明"), lambda r: r.note, width=50),
)


def rows(found: Mapping[str, Any]) -> Iterator[FileRow]:
    """All numbers of the page, in its order."""
    yield from _series(found["series"])
    yield from _elasticity(found["elasticity"])
    yield from _intensity(found)
    yield from _net(found["net"])
    yield from _curves(found["curves"])
    yield from _lags(found["correlations"])


def _series(several: Sequence[Mapping[str, Any]]) -> Iterator[FileRow]:
    for one in several:
        measure, note = one["indicator"]["unit_of_measure"], one["source"] or str(_("单位报送"))
        for cell in one["cells"]:
            yield _row(_("各项数据"), say(one["name"]), cell["year"], cell["value"], measure=measure, note=note)


def _elasticity(several: Sequence[Mapping[str, Any]]) -> Iterator[FileRow]:
    for one in several:
        for name, code in ((_("点弹性"), "point"), (_("弧弹性"), "arc")):
            yield _row(_("就业弹性"), name, one["year"], one[code], note=_why(one["why"]))


def _intensity(found: Mapping[str, Any]) -> Iterator[FileRow]:
    names = {one["role"]: say(one["name"]) for one in found["series"]}
    for one in found["intensity"]:
        name = _("每亿元%(money)s", money=names[one["role"]])
        yield _row(_("每亿元对应的新增就业"), name, one["year"], one["value"], measure=_("人"), note=_why(one["why"]))


def _net(several: Sequence[Mapping[str, Any]]) -> Iterator[FileRow]:
    for one in several:
        part, measure = _("新增和净增"), _("人")
        yield _row(part, _("城镇新增就业"), one["year"], one["new_jobs"], measure=measure)
        for name, code in ((_("从业人员净增"), "employed"), (_("参保净增"), "insured")):
            yield _row(part, name, one["year"], one[code], measure=measure, note=_why(one[f"why_{code}"]))


def _curves(curves: Mapping[str, Any]) -> Iterator[FileRow]:
    for line in curves["lines"]:
        for year, value in zip(curves["years"], line["values"], strict=True):
            base = _("%(year)d 年为 100", year=curves["base_year"])
            yield _row(_("指数"), say(line["name"]), year, value, note=base)


def _lags(several: Sequence[Mapping[str, Any]]) -> Iterator[FileRow]:
    for one in several:
        name = f"{say(one['output']['name'])} → {say(one['people']['name'])}"
        for lag in one["lags"]:
            points = _("%(n)d 个点", n=lag["points"])
            few = _("点少，只作参考") if lag["is_few"] and lag["value"] is not None else ""
            note = str(_("，")).join(filter(None, (str(points), _why(lag["why"]), str(few))))
            after = str(LAGS[one["period_kind"]]) % {"n": lag["lag"]}
            yield _row(_("先后关系"), name, after, lag["value"], note=note)


def _row(part: str, name: str, period: object, value: str | None, *, measure: str = "", note: str = "") -> FileRow:
    number = None if value is None else Decimal(value)
    return FileRow(str(part), str(name), str(period), number, str(measure), str(note))


def _why(code: str | None) -> str:
    return str(WHYS[code]) if code else ""
