"""A listener holds what heartbeats say there was to hear against what it has heard.

A heartbeat travels by the same queue as the events that it names, after them. So what is not here when it comes is in
the hands of another process of the same service, failed and on its way back, or lost: a deep queue is no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shared.database import Cursor
from shared.events import Received, RelayTicked
from shared.hearing import packing, store
from shared.hearing.spans import Position, Span, tell


def take(cur: Cursor, queue: str, events: Iterable[Received], *, wants: Callable[[str], bool]) -> None:
    """Note gaps that the heartbeats among `events` show; in the transaction that took the events into effect.

    `wants` says of a type whether the consumer of `queue` listens to it.
    """
    # All processes in one order, since each holds the source until its commit.
    ticks = (event.data for event in events if isinstance(event.data, RelayTicked))
    for tick in sorted(ticks, key=lambda tick: (tick.database, tick.ticked_at)):
        if tick.after is not None and tick.until is not None:
            _take(cur, queue, tick, Span(Position(*tick.after), Position(*tick.until)), wants)


def _take(cur: Cursor, queue: str, tick: RelayTicked, span: Span, wants: Callable[[str], bool]) -> None:
    source, heard = tick.database, store.hold(cur, tick.database)
    told = tell(heard, span, tick.ticked_at)
    if told.is_anew:
        store.forget_gaps(cur, source)
    else:
        for hole in store.holes_of(cur, source):
            if hole.span.overlaps(span):
                store.replace_hole(cur, hole, hole.span.without(span))
        for opened in told.heard.holes:
            if heard is not None and opened.after == heard.until:
                store.add_gap(cur, source, opened, None)
    if told.heard != heard:
        store.save(cur, source, told.heard)
    if told.is_news and tick.told:
        missing = store.unheard(cur, queue, packing.unpack(tick.told, wants))
        if missing:
            store.add_gap(cur, source, span, missing)
