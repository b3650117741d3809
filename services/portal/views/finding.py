"""The search over everything that a person may read: the first of each group, a whole group, and that as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask
from services.portal.downloads import send_list
from services.portal.found import Hit, groups_of, hits_of
from services.portal.list_files import Column, Kind
from services.portal.problems import sentences_of
from services.portal.searching import one_of
from services.portal.working_days import MARK
from shared.errors import Invalid, QingdanError
from shared.limits import CALLER
from shared.typed_text import tidy

pages = Blueprint("finding", __name__)

# Of each group the first: enough to see whether it is what was meant.
FIRST = 10
A_PAGE = 50
A_CALL = 1000
MOST_IN_FILE = 10_000
# Who types more has pasted something; what follows is cut off before it is carried around.
LONGEST_KEPT = 500


def _why(hit: Hit) -> str:
    return "\n".join(f"{why.label}{_('：')}{why.text}" for why in hit.why)


_TITLE, _ABOUT = (
    Column(_l("名称"), lambda hit: hit.title, width=50),
    Column(_l("所在"), lambda hit: hit.about, width=40),
)
_NUMBER, _WHY = Column(_l("编号"), lambda hit: hit.number, width=16), Column(_l("命中"), _why, width=60)
COLUMNS = {
    "duties": (
        Column(_l("事项"), lambda hit: hit.title, width=50),
        Column(_l("单位"), lambda hit: hit.duty["unit"]["name"]),
        Column(_l("举措"), lambda hit: hit.duty["measure"], width=36),
        Column(_l("完成时限"), lambda hit: hit.duty["due_on"], Kind.DUE, mark=MARK),
        Column(_l("灯"), lambda hit: filters.say(hit.duty["light_word"]), width=14),
        _WHY,
    ),
    "checklists": (_NUMBER, _TITLE, _ABOUT, _WHY),
    "figures": (Column(_l("类型"), lambda hit: hit.tags[0], width=10), _NUMBER, _TITLE, _WHY),
    "units": (_NUMBER, _TITLE, Column(_l("类型"), lambda hit: hit.about, width=12), _WHY),
    "people": (_TITLE, _ABOUT, _WHY),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address asks for; `group` is empty for the first of all groups."""

    text: str
    group: str
    page: int

    @classmethod
    def of_request(cls) -> Sought:
        return cls(
            text=tidy(request.args.get("q", "")[:LONGEST_KEPT]),
            group=one_of("group", groups_of(g.person)),
            page=max(1, request.args.get("page", 1, type=int)),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A group with what was found of it; `is_away` without the service's answer, `is_more` when not all is counted."""

    group: str
    total: int = 0
    hits: tuple[Hit, ...] = ()
    page: int = 1
    pages: int = 1
    is_away: bool = False
    is_more: bool = False


@pages.get("/search")
def everything() -> ResponseReturnValue:
    """What holds all the words: the first of each group, or one group page by page."""
    sought, parts, problems, status = Sought.of_request(), [], [], 200
    if sought.text:
        try:
            parts = list(_parts(sought))
        except Invalid as error:
            problems, status = sentences_of(error), error.status
    return render_template("finding.html", sought=sought, parts=parts, problems=problems, terms=_words(sought)), status


@pages.post("/search/xlsx")
def as_file() -> ResponseReturnValue:
    """A whole group as a workbook."""
    sought = Sought.of_request()
    group = sought.group or groups_of(g.person)[0]
    title = f"{_('查找')} {filters.name_of(words.FOUND_GROUPS, group)}"
    return send_list(title, COLUMNS[group], _all(sought.text, group), asked=f"{_('查找')}{_('：')}{sought.text}")


def _words(sought: Sought) -> list[str]:
    return sought.text.split()


def _parts(sought: Sought) -> Iterator[Part]:
    """The groups in the order of the page; without the figures of stats when it does not answer."""
    asked: dict[str, Any] = {"text": sought.text, "page": sought.page, "size": A_PAGE if sought.group else FIRST}
    wanted = [sought.group] if sought.group else groups_of(g.person)
    found = ask("tasks", "search", group=sought.group or None, **asked) if wanted != ["figures"] else {}
    for group in wanted:
        if group == "figures":
            yield _figures(sought, asked)
        elif found[group] is not None:
            yield _part(group, found[group] | {"page": found["page"], "pages": found["pages"]}, back=_here(sought))


def _figures(sought: Sought, asked: dict[str, Any]) -> Part:
    if sought.group:
        return _part("figures", ask("stats", "find_figures", **asked), back=_here(sought))
    try:
        found = ask("stats", "find_figures", within=CALLER.aside, **asked)
    except QingdanError:
        return Part("figures", is_away=True)
    return _part("figures", found, back=_here(sought))


def _part(group: str, found: dict[str, Any], *, back: str) -> Part:
    hits = tuple(hits_of(group, found["hits"], g.person, back=back))
    # The release before counts all.
    return Part(group, found["total"], hits, found["page"], found["pages"], is_more=found.get("is_more", False))


def _here(sought: Sought) -> str:
    page = sought.page if sought.page > 1 else None
    return url_for("finding.everything", q=sought.text, group=sought.group or None, page=page)


def _all(text: str, group: str) -> Iterator[Hit]:
    """All hits of a group, up to MOST_IN_FILE."""
    page, pages_there = 1, 1
    while page <= min(pages_there, MOST_IN_FILE // A_CALL):
        asked: dict[str, Any] = {"text": text, "page": page, "size": A_CALL}
        if group == "figures":
            found = ask("stats", "find_figures", **asked)
            hits = found["hits"]
        else:
            found = ask("tasks", "search", group=group, **asked)
            hits = (found[group] or {"hits": []})["hits"]
        yield from hits_of(group, hits, g.person, back="")
        page, pages_there = page + 1, found["pages"]
