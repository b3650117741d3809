"""What the operation of the auditor's list takes and answers."""

from __future__ import annotations

from services.stats.audit.kinds import KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text

PERSON = Text("人员", "person")
MOST_PEOPLE = 1000


class SoughtActs(Params):
    """Which acts: all of them unless something is given. The days belong to what is sought.

    `person` is found in posts; the names of people are not known here, so whoever holds one comes as `person_ids`.
    """

    person = f.Word(PERSON, longest=60, may_be_empty=True, load_default="")
    person_ids = f.several(f.key(PERSON), PERSON, most=MOST_PEOPLE, load_default=list)
    unit = f.Words(Text("单位", "unit"), longest=60, may_be_empty=True, load_default="")
    kind = f.choice(Text("类型", "kind"), KINDS, load_default=None, allow_none=True)
    since = f.Day(Text("起始日期", "first day"), load_default=None)
    until = f.Day(Text("截止日期", "last day"), load_default=None)
    page = f.page()
    size = f.whole(Text("每页条数", "entries a page"), 1, 1000, load_default=50)


class FieldChanged(Shape):
    """A field that an act made different."""

    field = s.text("name of the field; submission_state and the like where it is the state of something")
    before = s.several(s.text(), "what it held, empty for nothing; codes where the field holds codes")
    after = s.several(s.text())


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
    changes = s.several(FieldChanged)
    correlation_id = s.text("of the request that led to it, where it is kept; else empty")


class ReportingActs(Paged):
    """Newest first."""

    entries = s.several(ReportingAct)
    total = s.whole("how many there are on all pages, at most 100,000")
    is_more = s.flag("whether there are more than 100,000, which are not paged through")
