"""The arithmetic of what a listener should have heard: stretches of a source's log, in the order of its commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Position(NamedTuple):
    """A row of an outbox, such as the last one that a reader is done with; (0, 0) is before the first."""

    xid: int = 0
    seq: int = 0


START = Position()


class Span(NamedTuple):
    """The rows after `after` up to and with `until`; none where the two are the same."""

    after: Position
    until: Position

    @property
    def is_empty(self) -> bool:
        return self.after >= self.until

    def overlaps(self, other: Span) -> bool:
        """Whether there may be a row in both."""
        return max(self.after, other.after) < min(self.until, other.until)

    def without(self, other: Span) -> list[Span]:
        """What is left of it: nothing, one stretch or two."""
        if not self.overlaps(other):
            return [] if self.is_empty else [self]
        parts = (Span(self.after, other.after), Span(other.until, self.until))
        return [part for part in parts if not part.is_empty]


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a listener has been told what there was to hear, and by a heartbeat of when.

    Of `holes` it was not told.
    """

    until: Position
    ticked_at: dt.datetime
    holes: frozenset[Span] = frozenset()

    def covers(self, span: Span) -> bool:
        """Whether it was told of all of `span` before."""
        return span.is_empty or (span.until <= self.until and not any(hole.overlaps(span) for hole in self.holes))


@dataclass(frozen=True, slots=True)
class Told:
    """What one heartbeat changes: how far it is now, and whether the events it names are to be looked for.

    `is_anew` says that positions from before mean nothing any more.
    """

    heard: Heard
    is_news: bool
    is_anew: bool = False


def tell(heard: Heard | None, span: Span, ticked_at: dt.datetime) -> Told:
    """Take in a heartbeat that names what lies in `span`; heartbeats may come twice, late, out of order or never.

    The first one only begins: what was before it was meant for nobody here. A later one that ends before what was heard
    is of a log that was set back, such as by a restored backup: what was known of it holds no more.
    """
    if heard is None:
        return Told(Heard(span.until, ticked_at), is_news=False)
    newest = max(heard.ticked_at, ticked_at)
    if span.until < heard.until and ticked_at > heard.ticked_at:
        return Told(Heard(span.until, newest), is_news=True, is_anew=True)
    is_news = not heard.covers(span)
    holes = set(pieces(heard.holes, span))
    if span.after > heard.until:
        holes.add(Span(heard.until, span.after))
    return Told(Heard(max(heard.until, span.until), newest, frozenset(holes)), is_news)


def pieces(holes: Iterable[Span], told: Span) -> list[Span]:
    """What is left of the holes once `told` is known."""
    return [part for hole in holes for part in hole.without(told)]
