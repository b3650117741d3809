"""What the header offers to a person, and which page a person starts on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Flask, g, request, session, url_for
from flask_babel import gettext as _

from services.portal.clients import ask
from services.portal.link_pages import PAGES
from services.portal.person import Person
from services.portal.remembering import remembered
from shared.errors import QingdanError
from shared.limits import CALLER

log = logging.getLogger(__name__)

# Subjects that are reached from the page of another one: of several the first that the person's menu has.
BELONGS_TO: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("amending", "issuing", "new_names", "questions", "rows"), ("checklists",)),
    **dict.fromkeys(("samples", "sheets", "tracing", "years"), ("checklists",)),
    **dict.fromkeys(("indicators", "checks", "rounds"), ("reports",)),
    **dict.fromkeys(("figure_changes", "past"), ("figures",)),
    **dict.fromkeys(("posts", "enrolling"), ("people",)),
    **dict.fromkeys(("submissions", "report_books"), ("duties", "submission_review", "reports")),
    **dict.fromkeys(("signing", "board_files", "bulletins", "economy", "meetings"), ("boards",)),
    "difficulties": ("difficulties", "duties"),
    "duties": ("duties", "review", "boards"),
    "evidence": ("duties", "review", "boards"),
    **dict.fromkeys(("delegation", "unit_setting"), ("duties",)),
    "practices": ("review", "duties", "boards"),
    "urging": ("boards",),
    "contacts": ("inbox",),
    **dict.fromkeys(("deliveries", "links"), ("reminder_rules",)),
    **dict.fromkeys(("silences", "lights", "agreement"), ("reminder_rules", "checklists")),
    "reminder_rules": ("reminder_rules", "checklists"),
    "slips": ("inbox",),
    "kept": ("duties",),
}
# What the head and the foot of every page lead to, and what is before the menu.
ALONE = frozenset({"entry", "finding", "suggestions", "posts.own"})
# The number in the header is a convenience: a page never waits long for it, and does without when it is not to be had.


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation."""

    label: str
    address: str
    is_current: bool
    count: int = 0
    unit: str = ""


def install(app: Flask) -> None:
    """Give the templates the navigation."""
    app.context_processor(lambda: {"navigation": navigation})


def navigation() -> list[Entry]:
    """The links of the header for who is signed in; none before a new password is chosen."""
    person: Person | None = g.get("person")
    if person is None or person.must_change_password:
        return []
    pages = [one for one in pages_of(person) if g.link is None or one[1] in PAGES]
    here = belongs_to(
        g.get("page") or request.endpoint or "", [*(_subject(endpoint) for _, endpoint in pages), "inbox"]
    )
    return [*(_counted(label, endpoint, here) for label, endpoint in pages), _inbox(here)]


def belongs_to(endpoint: str, offered: Collection[str]) -> str | None:
    """The subject among those that a menu has under which a page stands; None for one that stands alone."""
    subject = _subject(endpoint)
    if {endpoint, subject} & ALONE:
        return None
    return next((one for one in BELONGS_TO.get(subject, (subject,)) if one in offered), None)


def _subject(endpoint: str) -> str:
    return endpoint.split(".", maxsplit=1)[0]


def first_page(person: Person) -> str:
    """The page to which a role belongs first."""
    return url_for(pages_of(person)[0][1]) if pages_of(person) else url_for("inbox.messages")


def pages_of(person: Person) -> list[tuple[str, str]]:
    """The label and the endpoint of each entry of a person's menu, without the inbox."""
    pages: list[tuple[str, str]] = []
    if person.is_lead:
        pages += [(_("清单"), "checklists.listing"), (_("责任审核"), "review.queue")]
        pages.append((_("报送审核"), "submission_review.waiting"))
    if person.reads_all:
        pages += [(_("完成情况"), "boards.newest"), (_("目标"), "targets.listing"), (_("数据"), "figures.table")]
    if person.has_duties:
        pages.insert(0 if not person.is_lead else 3, (_("我的责任"), "duties.mine"))
    if person.has_duties and not person.reads_all:
        pages += [(_("数据"), "figures.table"), (_("困难"), "difficulties.listing")]
    if person.reads_all and not person.is_lead:
        pages.append((_("清单"), "checklists.listing"))
    if person.reads_all:
        pages += [(_("报表"), "reports.listing"), (_("批示"), "remarks.listing"), (_("困难"), "difficulties.listing")]
    if person.is_administrator:
        pages += [(_("单位"), "units.listing"), (_("人员"), "people.listing"), (_("日历"), "calendar.this_year")]
        pages.append((_("提醒规则"), "reminder_rules.listing"))
    if person.is_administrator or person.is_lead:
        pages.append((_("单位组"), "groups.listing"))
    if person.is_auditor:
        pages.append((_("审计日志"), "audit.log"))
    return pages


def _counted(label: str, endpoint: str, here: str | None) -> Entry:
    if endpoint == "review.queue":
        waiting = _or_nothing(lambda: ask("tasks", "count_waiting", within=CALLER.aside)["waiting"])
        return _entry(label, endpoint, here, waiting, _(" 项待答复"))
    if endpoint == "submission_review.waiting":
        waiting = _or_nothing(lambda: ask("stats", "count_waiting_submissions", within=CALLER.aside)["at_lead"])
        return _entry(label, endpoint, here, waiting, _(" 份待审核"))
    if endpoint == "difficulties.listing" and g.person.may_remark:
        # Units read it on their first page; a leader has no other than the boards.
        waiting = _or_nothing(lambda: ask("tasks", "count_asked", within=CALLER.aside)["waiting"])
        return _entry(label, endpoint, here, waiting, _(" 项待答复"))
    return _entry(label, endpoint, here)


def _entry(label: str, endpoint: str, here: str | None, count: int = 0, unit: str = "") -> Entry:
    return Entry(label, url_for(endpoint), _subject(endpoint) == here, count, unit)


def _inbox(here: str | None) -> Entry:
    unread = _or_nothing(_unread)
    return _entry(_("消息"), "inbox.messages", here, unread, _(" 条未读"))


def _unread() -> int:
    token: str = session.get("sid", "")
    known = remembered().unread(token) if request.blueprint != "inbox" else None
    if known is None:
        known = ask("notifications", "unread_count", within=CALLER.aside)["unread"]
        remembered().keep_unread(token, known)
    return known


def _or_nothing(number: Callable[[], int]) -> int:
    """A number of the header; 0 when it is not to be had in time."""
    try:
        return number()
    except QingdanError:
        log.warning("a number of the header is not to be had", extra={"correlation_id": g.correlation_id})
        return 0
