"""What the operations of the audit log take and answer."""

from __future__ import annotations

from services.tasks.audit.kinds import KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text

PERSON = Text("人员", "person")
MOST_PEOPLE = 1000


class Export(Params):
    """A list that a person takes away as a file."""

    title = f.Words(Text("标题", "title"), longest=200)
    asked = f.Words(Text("筛选", "filter"), longest=500, may_be_empty=True, load_default="")
    rows = f.whole(Text("行数", "rows"), 0, 10_000_000)


class SoughtEntries(Params):
    """Which entries: all of them unless something is given. The days belong to what is sought."""

    person = f.Word(PERSON, longest=60, may_be_empty=True, load_default="")
    unit = f.Words(Text("单位", "unit"), longest=60, may_be_empty=True, load_default="")
    kind = f.choice(Text("类型", "kind"), KINDS, load_default=None, allow_none=True)
    since = f.Day(Text("起始日期", "first day"), load_default=None)
    until = f.Day(Text("截止日期", "last day"), load_default=None)
    page = f.page()
    size = f.whole(Text("每页条数", "entries a page"), 1, 1000, load_default=50)


class SoughtPeople(Params):
    """Whom to name, and a text by which to find others."""

    text = f.Word(PERSON, longest=60, may_be_empty=True, load_default="")
    person_ids = f.several(f.key(PERSON), PERSON, most=MOST_PEOPLE, load_default=list)


class PersonNamed(Shape):
    """A person as they are called now."""

    person_id = s.key()
    name = s.text()


class PeopleNames(Shape):
    """Those of the people who are known."""

    people = s.several(PersonNamed)


class Changed(Shape):
    """A field that a change made different."""

    field = s.text("name of the field; state is the state of a duty")
    before = s.several(s.text(), "what it held, empty for nothing; codes where the field holds codes")
    after = s.several(s.text())


class AuditEntry(Shape):
    """Who did what, and when; who and where are those of then."""

    at = s.moment()
    person = s.text(
        "display name; null for the system, an unknown sign-in name, or where only the post was kept", allow_none=True
    )
    post = s.text(allow_none=True)
    unit = s.text(allow_none=True)
    action = s.text("noun and past participle, such as unit.saved; duty.… for what happened to a duty, or refused")
    operation = s.text("the operation that was refused, else null", allow_none=True)
    subject = s.text("the name of what was changed; of a duty its item; empty for a refusal")
    of_unit = s.text("the unit that owes the duty, else null", allow_none=True)
    period = s.text("of the duty, else null", allow_none=True)
    text = s.text("what somebody wrote to a duty, or the sentence of a refusal, in Chinese; else empty")
    changes = s.several(Changed)
    detail = s.json_object("numbers and rows that it concerned")
    correlation_id = s.text("of the request that led to it, as in the logs; empty for acts on duties")


class AuditPage(Paged):
    """Newest first."""

    entries = s.several(AuditEntry)
    total = s.whole("how many there are on all pages, at most 100,000")
    is_more = s.flag("whether there are more than 100,000, which are not paged through")
