"""What the operations of the audit log take and answer."""

from __future__ import annotations

from services.tasks.audit.kinds import KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.audited import KIND, PERSON, Changed, LogPage, SoughtInLog
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.text import Text

MOST_PEOPLE = 1000


class Export(Params):
    """A list that a person takes away as a file."""

    title = f.Words(Text("标题", "title"), longest=200)
    asked = f.Words(Text("筛选", "filter"), longest=500, may_be_empty=True, load_default="")
    rows = f.whole(Text("行数", "rows"), 0, 10_000_000)


class SoughtEntries(SoughtInLog):
    """Which entries, and of which kind."""

    kind = f.choice(KIND, KINDS, load_default=None, allow_none=True)


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


class AuditPage(LogPage):
    """Newest first."""

    entries = s.several(AuditEntry)
