"""What the operations of the audit log take and answer."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text


class Export(Params):
    """A list that a person takes away as a file."""

    title = f.Words(Text("标题", "title"), longest=200)
    asked = f.Words(Text("筛选", "filter"), longest=500, may_be_empty=True, load_default="")
    rows = f.whole(Text("行数", "rows"), 0, 10_000_000)


class Page(Params):
    """Which page, from 1."""

    page = f.page()


class Logged(Shape):
    """Who did something, and when."""

    at = s.moment()
    person = s.text("the display name of then; null for the system or an unknown sign-in name", allow_none=True)
    post = s.text("the person's post of then", allow_none=True)
    unit = s.text("the person's unit of then", allow_none=True)
    correlation_id = s.text("of the request that led to it, as in the logs")


class AuditEntry(Logged):
    """One change."""

    action = s.text("noun and past participle, such as unit.saved")
    subject = s.text("the name of what was changed")
    detail = s.json_object("what was saved or which rows it concerned")


class Refusal(Logged):
    """One call that was refused."""

    operation = s.text()
    reason = s.text("the sentence that the person read, in Chinese")


class AuditPage(Paged):
    """Both lists newest first, 50 of each a page; `pages` is that of the longer one."""

    entries = s.several(AuditEntry)
    refusals = s.several(Refusal)
