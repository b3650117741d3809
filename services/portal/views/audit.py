"""The auditor's log: who did what, found by person, unit, kind and day, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters, log_lines, words_of_logs
from services.portal.clients import ask
from services.portal.day_fields import iso_day, wrong_days
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import LONGEST_TEXT, one_of

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
    """What the address of the log asks for; a day is kept as it was typed."""

    person: str
    unit: str
    kind: str
    since: str
    until: str

    @classmethod
    def of_request(cls) -> Sought:
        typed = {
            name: request.args.get(name, "").strip()[:LONGEST_TEXT] for name in ("person", "unit", "since", "until")
        }
        return cls(kind=one_of("kind", words_of_logs.KINDS), **typed)

    @property
    def in_address(self) -> dict[str, str | None]:
        return {name: getattr(self, name) or None for name in ("person", "unit", "kind", "since", "until")}

    @property
    def problems(self) -> dict[str, str]:
        return wrong_days({"since": self.since, "until": self.until})

    @property
    def params(self) -> dict[str, Any]:
        return self.in_address | {"since": iso_day(self.since), "until": iso_day(self.until)}

    @property
    def in_words(self) -> str:
        """For the head of the file."""
        kind = filters.name_of(words_of_logs.KINDS, self.kind) if self.kind else ""
        named = (
            (_("人员"), self.person),
            (_("单位"), self.unit),
            (_("类型"), kind),
            (_("起始日期"), self.since),
            (_("截止日期"), self.until),
        )
        return str(_("，")).join(f"{label}{_('：')}{value}" for label, value in named if value)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    sought = Sought.of_request()
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("tasks", "list_audit", **sought.params, page=page) if not sought.problems else None
    return render_template("audit.html", found=found, sought=sought, lines=log_lines), 422 if found is None else 200


@pages.post("/audit/xlsx")
def as_file() -> ResponseReturnValue:
    """What is sought, as a workbook; of very many entries the newest."""
    sought = Sought.of_request()
    first = ask("tasks", "list_audit", **sought.params, size=A_CALL)
    asked = sought.in_words
    if first["total"] > MOST_IN_FILE:
        limit = ngettext("只含最新的 %(num)d 条", "只含最新的 %(num)d 条", MOST_IN_FILE)
        asked = _("，").join(filter(None, [asked, limit]))
    return send_list(_("审计日志"), COLUMNS, _all(sought, first), asked=asked)


def _all(sought: Sought, first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from first["entries"]
    for page in range(2, min(first["pages"], MOST_IN_FILE // A_CALL) + 1):
        yield from ask("tasks", "list_audit", **sought.params, size=A_CALL, page=page)["entries"]
