"""Use case of operators: the single duties of a year that is over leave boards and reminders; the ledger keeps them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.tasks.audit import store as audit
from services.tasks.issuing import issuing
from services.tasks.years import queries, store
from services.tasks.years.records import OfYear
from shared import clock
from shared.actor import Signature
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Invalid, NotFound
from shared.text import Text

# As long as messages that were read are kept by default: of those the ones about the year are gone by then. Messages
# that nobody has read yet stay longer, and lose their lines; by then every reminder of a duty is past.
DAYS_CLOSED = 400
NAMED = 5

ROLLING = Text(
    "还有上一版本的进程或者还没有执行 qingdan migrate --stage post，请先完成升级。",
    "The upgrade is not finished: end what runs of the release before, then run qingdan migrate --stage post.",
)


@dataclass(frozen=True, slots=True)
class Going:
    """What goes with a year: its checklists, and how many duties they have."""

    year: int
    checklists: list[OfYear]

    @property
    def duties(self) -> int:
        return sum(one.duties for one in self.checklists)


def look(cur: Cursor, year: int, today: dt.date) -> Going:
    """What would go; NotFound where nothing was issued for the year, Invalid with the reason why it may not go yet."""
    return _going(cur, year, today)


def drop(cur: Cursor, year: int, today: dt.date, *, reason: str) -> Going:
    """Announce that the year is dropped, and log it; raises as `look`. To do it once more tells it once more."""
    going = _going(cur, year, today, for_update=True)
    told = store.drop(cur, [one.checklist_id for one in going.checklists], today)
    outbox.add(cur, [issuing.announcement(one) for one in told])
    detail = {"checklists": [one.title for one in going.checklists], "duties": going.duties, "reason": reason}
    audit.record_for(cur, Signature(), "year.dropped", subject=str(year), detail=detail)
    return going


def _going(cur: Cursor, year: int, today: dt.date, *, for_update: bool = False) -> Going:
    if not queries.may_years_go(cur):
        raise Invalid(ROLLING)
    if year >= today.year:
        raise Invalid(Text(f"{year} 年还没有过完。", f"The year {year} is not over."))
    store.allow_long(cur)
    found = queries.issued_of_year(cur, year, for_update=for_update)
    if not found:
        raise NotFound(Text(f"没有下发过 {year} 年的清单。", f"No checklist of the year {year} was ever issued."))
    _refuse_what_is_open(found)
    _refuse_what_is_fresh(found, today)
    return Going(year, found)


def _refuse_what_is_open(found: list[OfYear]) -> None:
    if still := [one.title for one in found if one.state != "closed"]:
        raise Invalid(
            Text(
                f"还有 {len(still)} 份清单没有结束：{'、'.join(still[:NAMED])}。请先由牵头单位结束清单。",
                f"{len(still)} checklists are not ended: {', '.join(still[:NAMED])}. "
                "Let the lead bureau end them first.",
            )
        )


def _refuse_what_is_fresh(found: list[OfYear], today: dt.date) -> None:
    # One that the release before closed has no day of it, and that was long ago.
    ended = [clock.day_of(one.closed_at) for one in found if one.closed_at]
    allowed = max(ended, default=dt.date.min) + dt.timedelta(days=DAYS_CLOSED)
    if allowed > today:
        raise Invalid(
            Text(
                f"最后一份清单结束满 {DAYS_CLOSED} 天之后才能清除，即 {allowed} 起。",
                f"The year can be dropped {DAYS_CLOSED} days after the last checklist was ended: from {allowed} on.",
            )
        )
