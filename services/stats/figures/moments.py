"""As of which moment figures are asked: one that is over for good, so that its answer is the same for ever."""

from __future__ import annotations

import datetime as dt

from services.stats.figures import queries, store
from shared.database import Cursor
from shared.errors import Invalid
from shared.text import Text

NOT_YET = Text(
    "“截至”的时间还没有到，请填写现在或以前的时间。",
    "That moment is still to come. Please give the present or a past one.",
)


def settle(cur: Cursor, as_of: dt.datetime) -> None:
    """Make sure that nothing more can become known at `as_of` or before it. Invalid where it is still to come.

    Whatever becomes known later is later than the clock of the facts, so a moment up to it is over. For a newer one
    that clock is moved on, which waits for whoever records at this moment; the machine's own clock may go back.
    """
    if as_of <= queries.newest_moment(cur):
        return
    store.advance_clock(cur, as_of)
    if as_of > queries.newest_moment(cur):
        raise Invalid.of_fields({"as_of": NOT_YET})
