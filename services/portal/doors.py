"""Which roles the pages of forms are for: whoever could not send a form is told so before it is filled in.

Whether something may be done is decided by the service that owns the data, as ever; this only spares the typing. So it
holds for looking at a page alone: what is sent reaches the service, which refuses it and puts that on record.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g, request

from shared.actor import UNIT_ROLES, Role
from shared.calling.calls import NOT_YOURS
from shared.errors import Forbidden

LEAD = frozenset({Role.LEAD_BUREAU})
LEADERSHIP = frozenset({Role.LEADERSHIP})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

DOORS: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(("checklists.new", "checklists.from_notice", "checklists.settings"), LEAD),
    **dict.fromkeys(("checks.new",), LEAD),
    **dict.fromkeys(("figure_changes.adjust", "figure_changes.take_back", "figure_changes.external"), LEAD),
    **dict.fromkeys(("figure_changes.externals", "economy.roles"), LEAD),
    **dict.fromkeys(("targets.new", "targets.edit", "targets.split", "targets.drop"), LEAD),
    **dict.fromkeys(("indicators.new", "indicators.edit", "indicators.from_file"), LEAD),
    **dict.fromkeys(("reports.new", "reports.edit", "reports.unit_days", "rounds.unlock"), LEAD),
    "amending.preview": LEAD,
    "practices.waiting": LEAD,
    "bulletins.sign": LEAD,
    **dict.fromkeys(("meetings.edit", "meetings.decide"), LEAD),
    "years.carry": LEAD,
    "rows.several": LEAD,
    **dict.fromkeys(("tracing.source", "tracing.split", "tracing.figures"), LEAD),
    "sheets.sheet": LEAD | LEADERSHIP,
    "submissions.paper": LEAD,
    **dict.fromkeys(("groups.new", "groups.edit"), LEAD | ADMINISTRATOR),
    **dict.fromkeys(
        ("people.new", "people.edit", "posts.of_person", "posts.hand_over", "enrolling.from_file"), ADMINISTRATOR
    ),
    **dict.fromkeys(("calendar.day", "calendar.from_file"), ADMINISTRATOR),
    **dict.fromkeys(("deliveries.listing", "links.listing"), ADMINISTRATOR),
    **dict.fromkeys(("reminder_rules.listing", "reminder_rules.one", "reminder_rules.forecast"), LEAD | ADMINISTRATOR),
    **dict.fromkeys(("silences.listing", "silences.silenced", "silences.health"), LEAD | ADMINISTRATOR),
    "agreement.found": LEAD | ADMINISTRATOR,
    "duties.units": UNIT_ROLES,
    **dict.fromkeys(("units.new", "units.edit", "units.from_file"), ADMINISTRATOR),
}


def install(app: Flask) -> None:
    """Refuse the pages to whom they are not for, once it is known who asks."""
    app.before_request(_refuse)


def _refuse() -> None:
    roles = DOORS.get(request.endpoint or "")
    if request.method != "POST" and roles is not None and not g.person.roles & roles:
        raise Forbidden(NOT_YOURS)
