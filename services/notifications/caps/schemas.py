"""What the operations of the cap take and answer."""

from __future__ import annotations

from services.notifications.caps.rules import LEAST, MOST
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.text import Text


class SetCap(Params):
    """How many a week; `version` is what the page knew, 0 for the usual number."""

    most = f.whole(Text("每周最多条数", "most a week"), LEAST, MOST)
    version = f.whole(Text("版本", "version"), 0, 2**31 - 1)
    reason = f.Words(Text("修改原因", "reason"), longest=200)


class CapVersion(Shape):
    """One version."""

    version = s.whole()
    most = s.whole()
    author = s.text("unit and post, as they were")
    reason = s.text()
    saved_at = s.moment()


class CapAnswer(Shape):
    """The cap with its history, newest first."""

    version = s.whole("0 where nobody has set it")
    most = s.whole("messages of one post on one channel in a week, at most")
    history = s.several(CapVersion)
