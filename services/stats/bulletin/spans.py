"""Which days a bulletin is about: a month, a quarter, a half-year, or since the one before. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.stats.periods import PeriodKind, period_of

ONE_DAY = dt.timedelta(days=1)
# What follows a bulletin that is about no period of the calendar.
DAYS_AFTER = dt.timedelta(days=30)


class Kind(StrEnum):
    """What a bulletin is about."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    SINCE = "since"  # since the bulletin before


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the day as of which it is; a period that is not over ends on that day."""

    kind: Kind
    first_on: dt.date
    as_of: dt.date

    @property
    def next_until(self) -> dt.date:
        """The last day of the period that follows; what is left of this one belongs to it."""
        if self.kind is Kind.SINCE:
            return self.as_of + DAYS_AFTER
        return period_of(self.as_of, PeriodKind(self.kind.value)).moved(1).last_day

    @property
    def words(self) -> str:
        """The period as a title names it within a year: 6月份, 第二季度, 上半年, 6月11日至7月5日."""
        match self.kind:
            case Kind.MONTH:
                return f"{self.first_on.month}月份"
            case Kind.QUARTER:
                return f"第{'一二三四'[(self.first_on.month - 1) // 3]}季度"
            case Kind.HALF_YEAR:
                return "上半年" if self.first_on.month == 1 else "下半年"
            case Kind.SINCE:
                return f"{short_day(self.first_on)}至{short_day(self.as_of)}"


def span_of(kind: Kind, as_of: dt.date, last_before: dt.date | None) -> Span | None:
    """The span that ends with a day; `last_before` is the day of the bulletin before.

    None where there is none before, or where no day lies between.
    """
    if kind is Kind.SINCE:
        if last_before is None or last_before >= as_of:
            return None
        return Span(kind, last_before + ONE_DAY, as_of)
    return Span(kind, period_of(as_of, PeriodKind(kind.value)).first_day, as_of)


def offered(today: dt.date, first_day: dt.date | None, last_before: dt.date | None) -> list[Span]:
    """What one click makes: this period so far and the one before, of each kind, as far as there are records.

    A period that is not over is as of yesterday, for a day that is over can be made again; on its first day, of today.
    """
    if first_day is None:
        return []
    yesterday = today - ONE_DAY
    return [*_of_calendar(today, yesterday, first_day), *_since(yesterday, first_day, last_before)]


def _of_calendar(today: dt.date, yesterday: dt.date, first_day: dt.date) -> Iterator[Span]:
    for kind in (Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR):
        period = period_of(today, PeriodKind(kind.value))
        as_of = yesterday if yesterday >= max(period.first_day, first_day) else today
        if as_of >= first_day:
            yield Span(kind, period.first_day, as_of)
        before = period.moved(-1)
        if before.last_day >= first_day:
            yield Span(kind, before.first_day, before.last_day)


def _since(yesterday: dt.date, first_day: dt.date, last_before: dt.date | None) -> Iterator[Span]:
    span = span_of(Kind.SINCE, yesterday, last_before)
    if span is not None and yesterday >= first_day:
        yield span


def day_in_words(day: dt.date) -> str:
    """2026年6月30日: in official documents the digits of dates are Arabic."""
    return f"{day.year}年{short_day(day)}"


def short_day(day: dt.date) -> str:
    """6月30日."""
    return f"{day.month}月{day.day}日"
