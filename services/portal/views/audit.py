"""The auditor's logs: who did what, found by person, unit, kind and day, and the same as a workbook.

There are two: of duties and the directory, which tasks keeps, and of reporting, which stats keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters, log_lines, words_of_logs, words_of_reporting
from services.portal.clients import ask
from services.portal.day_fields import iso_day, wrong_days
from services.portal.downloads import put_on_record, send_lines, send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import one_of, typed
from shared import clock

pages = Blueprint("audit", __name__)

# As many as one asks for at a time, and as a sheet takes before whoever waits gives up.
A_CALL = 1000
MOST_IN_FILE = 10_000

COLUMNS = (
    Column(_l("时间"), lambda e: e["at"], Kind.MOMENT),
    Column(_l("人员"), lambda e: e["person"], width=18),
    Column(_l("岗位"), lambda e: e["post"], width=14),
    Column(_l("单位"), lambda e: e["unit"], width=18),
    Column(_l("操作"), log_lines.what_happened, width=20),
    Column(_l("对象"), log_lines.subject, width=40),
    Column(_l("变化"), log_lines.in_one_cell, width=60),
    Column(_l("说明"), lambda e: e["text"], width=40),
    Column(_l("请求编号"), lambda e: e["correlation_id"], width=20),
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address of a log asks for; a day is kept as it was typed."""

    person: str
    unit: str
    kind: str
    since: str
    until: str

    @classmethod
    def of_request(cls, kinds: Mapping[str, Any]) -> Sought:
        asked = {name: typed(name) for name in ("person", "unit", "since", "until")}
        return cls(kind=one_of("kind", kinds), **asked)

    @property
    def in_address(self) -> dict[str, str | None]:
        return {name: getattr(self, name) or None for name in ("person", "unit", "kind", "since", "until")}

    @property
    def problems(self) -> dict[str, str]:
        return wrong_days({"since": self.since, "until": self.until})

    @property
    def params(self) -> dict[str, Any]:
        return self.in_address | {"since": iso_day(self.since), "until": iso_day(self.until)}

    def in_words(self, kinds: Mapping[str, Any]) -> str:
        """For the head of the file."""
        kind = filters.name_of(kinds, self.kind) if self.kind else ""
        named = (
            (_("人员"), self.person),
            (_("单位"), self.unit),
            (_("类型"), kind),
            (_("起始日期"), self.since),
            (_("截止日期"), self.until),
        )
        return str(_("，")).join(f"{label}{_('：')}{value}" for label, value in named if value)


def _of_duties(sought: Sought, **paging: int) -> dict[str, Any]:
    return ask("tasks", "list_audit", **sought.params, **paging)


def _of_reporting(sought: Sought, **paging: int) -> dict[str, Any]:
    """Stats knows people by their ids alone: whom a name means, and what they are called, tasks says."""
    person_ids = list(_names(text=sought.person)) if sought.person else []
    found = ask("stats", "list_reporting_audit", **sought.params, person_ids=person_ids, **paging)
    ids = {entry["person_id"] for entry in found["entries"]} - {None}
    names = _names(person_ids=sorted(ids)) if ids else {}
    # Neither numbers nor files belong to these entries.
    entries = [entry | {"person": names.get(entry["person_id"]), "detail": {}} for entry in found["entries"]]
    return found | {"entries": entries}


def _names(**sought: Any) -> dict[int, str]:
    return {one["person_id"]: one["name"] for one in ask("tasks", "name_people", **sought)["people"]}


@dataclass(frozen=True, slots=True)
class Log:
    """One of the two: its tab, its pages, what can be chosen in it, and who reads a page of it."""

    tab: Any
    title: Any
    page: str
    file: str
    lines: str
    kinds: Mapping[str, Any]
    read: Callable[..., dict[str, Any]]


DUTIES = Log(
    _l("责任"), _l("审计日志"), "audit.log", "audit.as_file", "audit.as_lines", words_of_logs.KINDS, _of_duties
)
REPORTING = Log(
    _l("报送和数据"),
    _l("审计日志：报送和数据"),
    "audit.reporting",
    "audit.reporting_as_file",
    "audit.reporting_as_lines",
    words_of_reporting.KINDS,
    _of_reporting,
)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    """What was done with duties and in the directory."""
    return _page(DUTIES)


@pages.get("/audit/figures")
def reporting() -> ResponseReturnValue:
    """What was done with indicators, reports, submissions and figures."""
    return _page(REPORTING)


@pages.post("/audit/xlsx")
def as_file() -> ResponseReturnValue:
    """What is sought of the one, as a workbook."""
    return _file(DUTIES)


@pages.post("/audit/figures/xlsx")
def reporting_as_file() -> ResponseReturnValue:
    """What is sought of the other."""
    return _file(REPORTING)


@pages.post("/audit/jsonl")
def as_lines() -> ResponseReturnValue:
    """All that is sought of the one, however much, for another program to read."""
    return _lines(DUTIES)


@pages.post("/audit/figures/jsonl")
def reporting_as_lines() -> ResponseReturnValue:
    """All that is sought of the other."""
    return _lines(REPORTING)


def _lines(shown: Log) -> ResponseReturnValue:
    """JSON lines, sent as they are read: first what was asked for with the head of the chain, then an entry a line.

    What is written meanwhile comes before the newest and moves the pages, so an entry may stand twice: none is missing.
    """
    sought = Sought.of_request(shown.kinds)
    first = shown.read(sought, size=A_CALL)
    asked = sought.in_words(shown.kinds)
    put_on_record(str(shown.title), asked=asked, rows=first["total"])
    about = {name: value for name, value in sought.params.items() if value}
    head = {"asked": about, "as_of": clock.now().isoformat(), "seals": first.get("seals"), "head": first.get("head")}

    def lines() -> Iterator[str]:
        for one in chain([head], first["entries"]):
            yield json.dumps(one, ensure_ascii=False) + "\n"
        page, pages_there = 2, first["pages"]
        while page <= pages_there:
            found = shown.read(sought, size=A_CALL, page=page)
            for one in found["entries"]:
                yield json.dumps(one, ensure_ascii=False) + "\n"
            page, pages_there = page + 1, found["pages"]

    return send_lines(f"{shown.title} {clock.today():%Y-%m-%d}", lines())


def _page(shown: Log) -> ResponseReturnValue:
    sought = Sought.of_request(shown.kinds)
    page = max(1, request.args.get("page", 1, type=int))
    found = shown.read(sought, page=page) if not sought.problems else None
    html = render_template(
        "audit.html", found=found, sought=sought, lines=log_lines, log=shown, logs=(DUTIES, REPORTING)
    )
    return html, 422 if found is None else 200


def _file(shown: Log) -> ResponseReturnValue:
    """Of very many entries the newest."""
    sought = Sought.of_request(shown.kinds)
    first = shown.read(sought, size=A_CALL)
    asked = sought.in_words(shown.kinds)
    if first["total"] > MOST_IN_FILE:
        limit = ngettext("只含最新的 %(num)d 条", "只含最新的 %(num)d 条", MOST_IN_FILE)
        asked = _("，").join(filter(None, [asked, limit]))
    entries = _all(shown, sought, first)
    return send_list(str(shown.title), COLUMNS, entries, asked=asked, beside=_head_in_words(first))


def _head_in_words(found: dict[str, Any]) -> str:
    """The head of the chain; empty while nothing is sealed, and from a service of the release before."""
    if not found.get("head"):
        return ""
    return str(_("已封印 %(num)d 条，链头 %(head)s", num=found["seals"], head=found["head"]))


def _all(shown: Log, sought: Sought, first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from first["entries"]
    for page in range(2, min(first["pages"], MOST_IN_FILE // A_CALL) + 1):
        yield from shown.read(sought, size=A_CALL, page=page)["entries"]
