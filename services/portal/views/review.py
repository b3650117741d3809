"""What waits for the lead bureau: submissions to accept or return, requests not to apply, difficulties to answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters, practice_counts, words
from services.portal.clients import ask, tell
from services.portal.confirming import say_refused
from services.portal.downloads import send_list
from services.portal.filters import say
from services.portal.list_files import Column, Kind
from services.portal.problems import sentences_of
from services.portal.searching import Search, one_of
from services.portal.ticks import ticked_duties
from services.portal.way_back import way_back
from services.portal.working_days import MARK
from shared.errors import Conflict, Invalid
from shared.text import Text

pages = Blueprint("review", __name__)

COLUMNS = (
    Column(_l("类型"), lambda d: filters.name_of(words.WAITING, d["waits_as"]), width=20),
    Column(_l("单位"), lambda d: d["unit"]["name"]),
    Column(_l("事项"), lambda d: d["item"], width=50),
    Column(_l("期次"), lambda d: filters.period(d["period"]), width=14),
    Column(_l("等待起始日"), lambda d: d["waiting_since"], Kind.DAY),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("申请延期到"), lambda d: d["wanted_on"], Kind.DUE, mark=MARK),
    Column(_l("分解"), filters.split_in_words, width=24),
    Column(
        _l("说明"),
        lambda d: d["waiver_reason"] or d["extension_reason"] or d["blocked_reason"] or d["last_note"],
        width=50,
    ),
    Column(_l("备注相同的其他单位数"), lambda d: d["same_note_units"] or None, Kind.NUMBER),
)
NOTHING_TICKED = Text("请先勾选要通过的责任。", "Please tick the duties to be accepted first.")


@pages.get("/review")
def queue() -> ResponseReturnValue:
    """What waits for the lead bureau, of one kind or of all, with the search in the address."""
    return _page()


@pages.post("/review/xlsx")
def as_file() -> ResponseReturnValue:
    """All that waits and is sought, as a workbook."""
    search, kind = Search.of_request(), one_of("kind", words.WAITING)
    kinds = [kind] if kind else words.WAITING_HERE
    asked = search.in_words([(_("类型"), filters.name_of(words.WAITING, kind) if kind else "")])
    return send_list(_("责任审核"), COLUMNS, _waiting(kinds, search.text), asked=asked)


def _waiting(kinds: list[str], text: str) -> Iterator[dict[str, Any]]:
    page, pages_there = 1, 1
    while page <= pages_there:
        found = ask("tasks", "review_queue", kinds=kinds, text=text, page=page)
        yield from (duty | {"waits_as": kind} for kind in kinds for duty in found[kind])
        page, pages_there = page + 1, found["pages"]


@pages.post("/review/accept")
def accept() -> ResponseReturnValue:
    """Accept what is ticked, or the one whose button was pressed; what could not be is named, each with its reason."""
    try:
        answer = tell("tasks", "accept_duties", duties=_chosen())
    except Invalid as error:
        return _page(sentences_of(error)), error.status
    refused = [result for result in answer["results"] if result["outcome"] == "conflict"]
    accepted = sum(result["outcome"] == "accepted" for result in answer["results"])
    if accepted:
        flash(ngettext("%(num)d 项已审核通过。", "%(num)d 项已审核通过。", accepted))
    if already := len(answer["results"]) - accepted - len(refused):
        say_refused(ngettext("%(num)d 项此前已经通过。", "%(num)d 项此前已经通过。", already))
    if refused:
        return _page(_named(refused, answer["duties"])), Conflict.status
    return redirect(way_back(url_for("review.queue")))


def _page(problems: list[str] | None = None) -> str:
    search, kind = Search.of_request(), one_of("kind", words.WAITING)
    kinds = [kind] if kind else words.WAITING_HERE
    found = ask("tasks", "review_queue", kinds=kinds, text=search.text, page=search.page)
    return render_template(
        "review.html",
        found=found,
        search=search,
        kind=kind,
        problems=problems or [],
        practices=practice_counts.waiting() if g.person.is_lead else 0,
    )


def _chosen() -> list[dict[str, int]]:
    duties = ticked_duties("only") or ticked_duties("duties")
    if not duties:
        raise Invalid(NOTHING_TICKED)
    return duties


def _named(refused: Iterable[dict[str, Any]], duties: Iterable[dict[str, Any]]) -> list[str]:
    by_id = {duty["duty_id"]: duty for duty in duties}
    found = [(by_id[result["duty_id"]], say(result["text"])) for result in refused]
    return [_("%(unit)s“%(item)s”：%(text)s", unit=d["unit"]["name"], item=d["item"], text=text) for d, text in found]
