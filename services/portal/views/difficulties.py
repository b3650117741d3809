"""Difficulties (需协调) of units that stand: a list for the meeting, and for who is asked to help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask
from services.portal.downloads import send_list
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, one_of
from services.portal.working_days import MARK

pages = Blueprint("difficulties", __name__)

COLUMNS = (
    Column(_l("状态"), lambda d: filters.name_of(words.DIFFICULTY_STATES, d["state"]), width=20),
    Column(_l("单位"), lambda d: d["unit"]["name"]),
    Column(_l("事项"), lambda d: d["item"], width=40),
    Column(_l("期次"), lambda d: filters.period(d["period"]), width=14),
    Column(_l("困难"), lambda d: d["reason"], width=50),
    Column(_l("请谁协调"), lambda d: d["asked_unit"] or _("牵头单位")),
    Column(_l("上报日"), lambda d: d["asked_on"], Kind.DAY),
    Column(_l("天数"), lambda d: d["days"], Kind.NUMBER),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("暂停计时起始日"), lambda d: d["paused_on"], Kind.DAY),
    Column(_l("答复"), lambda d: d["answer"], width=50),
    Column(_l("答复单位"), lambda d: d["answered_by"]),
)


@pages.get("/difficulties")
def listing() -> ResponseReturnValue:
    """Those that stand, unanswered ones first, with the search in the address."""
    search, state = Search.of_request(), one_of("state", words.DIFFICULTY_STATES)
    found = ask("tasks", "list_difficulties", state=state or None, text=search.text, page=search.page)
    return render_template("difficulties.html", found=found, search=search, state=state)


@pages.post("/difficulties/xlsx")
def as_file() -> ResponseReturnValue:
    """All that is sought, as a workbook to take into the meeting."""
    search, state = Search.of_request(), one_of("state", words.DIFFICULTY_STATES)
    asked = search.in_words([(_("状态"), filters.name_of(words.DIFFICULTY_STATES, state) if state else "")])
    return send_list(_("困难协调"), COLUMNS, _all(state or None, search.text), asked=asked)


def _all(state: str | None, text: str) -> Iterator[dict[str, Any]]:
    page, pages_there = 1, 1
    while page <= pages_there:
        found = ask("tasks", "list_difficulties", state=state, text=text, page=page)
        yield from found["difficulties"]
        page, pages_there = page + 1, found["pages"]
