"""Use case of the dry run: who would get what in the next days, by what holds or by a policy that is not saved yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from services.notifications.planning import queries
from services.notifications.planning.forecast import Change, Foretold, foretell
from services.notifications.planning.reaching import Outside, by_post, channels_of
from services.notifications.policies import checking
from services.notifications.policies import queries as policy_queries
from services.notifications.policies.rules import DEFAULT, Policies, Policy, Scope, Version, policies_on
from services.notifications.reminding import queries as reminding_queries
from services.notifications.silences import editing as silencing
from services.notifications.silences import queries as silence_queries
from services.notifications.silences.rules import Silence
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Invalid

DAYS = 30
MOST_LINES = 20_000


class Draft(NamedTuple):
    """A policy that is not saved yet; None is that of everything."""

    scope: Scope
    subject_id: int
    policy: Policy | None
    effective_from: dt.date


def forecast(
    cur: Cursor, now: dt.datetime, draft: Draft | None = None, silence: Silence | None = None
) -> list[Foretold]:
    """Every line of every message from today on, by day and person, and those that a silence keeps out of them.

    By what holds, and by a policy or a silence that is not saved yet. Invalid for a draft that could not be saved.
    """
    today = day_of(now)
    last = today + dt.timedelta(days=DAYS - 1)
    versions = policy_queries.versions(cur)
    changes = queries.changes(cur, last)
    if draft is not None:
        if wrong := checking.complaints(draft.policy or DEFAULT, draft.effective_from, today):
            raise Invalid.of_fields(wrong)
        key = (draft.scope, draft.subject_id)
        earlier = versions.get(key, [])
        versions[key] = [*earlier, Version(len(earlier) + 1, draft.effective_from, draft.policy)]
        changes.append(Change(draft.effective_from, *key))

    @cache
    def on(day: dt.date) -> Policies:
        return policies_on(versions, day)

    readers = reminding_queries.readers(cur, queries.units_with_people(cur))
    near = [change for change in changes if change.day <= last]
    silences = silence_queries.reaching(cur, today, last) + ([silence] if silence else [])
    waiting = queries.waiting(cur)
    found = [line for one in waiting for line in foretell(one, (today, last), on, near, readers, silences=silences)]
    return sorted(found, key=lambda line: (line.day, line.person_id, line.thing.kind, line.thing.due_on, line.thing.id))


def kept_out(cur: Cursor, silence: Silence, now: dt.datetime) -> dict[str, int]:
    """A SilencePreview answer. Invalid for a silence that could not begin."""
    of, days = (silence.scope, silence.subject_id), (silence.from_day, silence.until_day)
    silencing.check(cur, of, silence.unit_id, days, now)
    said = {_what(line) for line in forecast(cur, now) if not line.is_silenced}
    silenced = [line for line in forecast(cur, now, silence=silence) if line.is_silenced and _what(line) in said]
    return {
        "things": len({(line.thing.kind, line.thing.id) for line in silenced}),
        "units": len({line.thing.unit_id for line in silenced}),
    }


def _what(line: Foretold) -> tuple[dt.date, int, Scope, int]:
    return line.day, line.person_id, line.thing.kind, line.thing.id


def answer(cur: Cursor, found: Sequence[Foretold], outside: Outside, *, with_lines: bool) -> dict[str, Any]:
    """A Forecast answer: messages by day, units in the order of the directory; with the lines if asked for."""
    people = sorted({line.person_id for line in found})
    posts, reached = queries.posts(cur, people), by_post(queries.contacts(cur, people), outside)

    def place(line: Foretold) -> tuple[dt.date, str, int]:
        return line.day, posts[line.person_id].code, line.person_id

    ordered = sorted(found, key=place)
    spoken = [line for line in ordered if not line.is_silenced]
    messages = [_message(posts[key[2]], key[0], list(lines), reached) for key, lines in groupby(spoken, key=place)]
    shown = ordered[:MOST_LINES] if with_lines else []
    names = queries.names(cur, *(sorted({one.thing.id for one in shown if one.thing.kind is kind}) for kind in _KINDS))
    return {
        "messages": messages,
        "silenced": len(ordered) - len(spoken),
        "lines": [
            _line(line, posts[line.person_id], names[line.thing.kind, line.thing.id])
            | {"channels": list(channels_of(line, reached))}
            for line in shown
        ],
        "lines_more": len(ordered) - len(shown) if with_lines else 0,
    }


_KINDS = (Scope.CHECKLIST, Scope.REPORT)


def _message(
    post: queries.Post, day: dt.date, lines: Sequence[Foretold], reached: Mapping[int, Mapping[str, str]]
) -> dict[str, Any]:
    stages = Counter(line.stage.value for line in lines)
    parts = Counter((line.stage.value, line.offset, channels_of(line, reached)) for line in lines)
    return {
        "day": day.isoformat(),
        "unit": post.unit,
        "post": post.post,
        "stages": dict(stages),
        "total": len(lines),
        "parts": [
            {"stage": stage, "offset": offset, "channels": list(channels), "lines": number}
            for (stage, offset, channels), number in sorted(parts.items(), key=_latest_first)
        ],
    }


def _latest_first(part: tuple[tuple[str, int | None, tuple[str, ...]], int]) -> tuple[int, str, tuple[str, ...]]:
    (stage, offset, channels), _lines = part
    return -(offset or 0), stage, channels


def _line(line: Foretold, post: queries.Post, name: queries.Name) -> dict[str, Any]:
    return {
        "day": line.day.isoformat(),
        "unit": post.unit,
        "post": post.post,
        "kind": line.thing.kind.value,
        "title": name.title,
        "period": name.period,
        "due_on": line.thing.due_on.isoformat(),
        "stage": line.stage.value,
        "offset": line.offset,
        "slip": line.slip.as_dict() if line.slip else None,
        "is_silenced": line.is_silenced,
    }
