"""What the operation of the auditor's list takes and answers."""

from __future__ import annotations

from services.stats.audit.kinds import KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.audited import KIND, PERSON, Changed, LogPage, SoughtInLog
from shared.calling.shapes import Shape

MOST_PEOPLE = 1000


class SoughtActs(SoughtInLog):
    """Which acts, and of which kind.

    `person` is found in posts; the names of people are not known here, so whoever holds one comes as `person_ids`.
    """

    person_ids = f.several(f.key(PERSON), PERSON, most=MOST_PEOPLE, load_default=list)
    kind = f.choice(KIND, KINDS, load_default=None, allow_none=True)


class ReportingAct(Shape):
    """Who did what, and when; post and unit are those of then."""

    at = s.moment()
    person_id = s.key("null for the system, and where nobody was signed in", allow_none=True)
    post = s.text(allow_none=True)
    unit = s.text(allow_none=True)
    action = s.text("noun and past participle, such as report.saved, or refused")
    operation = s.text("the operation that was refused, else null", allow_none=True)
    subject = s.text("the name of the indicator, report, check or source; empty for a refusal")
    of_unit = s.text("whose figures or setting it concerns, else null", allow_none=True)
    period = s.text(allow_none=True)
    text = s.text("the reason that was given, or the sentence of a refusal, in Chinese; else empty")
    changes = s.several(Changed)
    correlation_id = s.text("of the request that led to it, where it is kept; else empty")


class ReportingActs(LogPage):
    """Newest first."""

    entries = s.several(ReportingAct)
