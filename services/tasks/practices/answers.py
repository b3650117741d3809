"""How good practice is shown to whoever asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.tasks.practices import queries
from services.tasks.practices.practice import is_done, is_own_offer, may_read, open_to, sides_of
from services.tasks.practices.records import Practice, PracticeFile
from shared.actor import Actor, Role
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.sought import MOST_WORDS, TOO_MANY_WORDS, words_of
from shared.text import Text

NO_PRACTICE = Text(
    "没有这条典型经验，或者它还没有发布、已经收回。请返回列表刷新。",
    "There is no such good practice, or it is not published, or not any more. Please go back and reload the list.",
)
NO_FILE = Text("没有这个文件，请返回刷新。", "There is no such file. Please go back and reload the page.")


def readable(cur: Cursor, actor: Actor, practice_id: int) -> Practice:
    """One of them; NotFound for who may not read it, as if it were not there."""
    found = queries.practice(cur, practice_id)
    if found is None or not may_read(found.state, sides_of(actor, found.unit_id)):
        raise NotFound(NO_PRACTICE)
    return found


def detail(cur: Cursor, actor: Actor, practice_id: int) -> dict[str, Any]:
    """A PracticeDetail, read again; NotFound as `readable`."""
    found = readable(cur, actor, practice_id)
    sides = sides_of(actor, found.unit_id)
    files = queries.files(cur, [found.id])
    is_own = is_own_offer(found.offered_by, actor)
    return {
        **_listed(found, files, is_inside=bool(sides)),
        "state": found.state.value,
        "duty_id": found.duty_id if sides else None,
        "offered": _offered(found) if sides else None,
        "published": _decided(found.published_at, found.published_by_post, found.published_by_unit) if sides else None,
        "corrected": _decided(found.corrected_at, found.corrected_by_post, found.corrected_by_unit) if sides else None,
        "ended": _decided(found.ended_at, found.ended_by_post, found.ended_by_unit) if sides else None,
        "reason": found.reason if sides and found.reason else None,
        "version": found.version,
        "is_duty_done": is_done(found.duty_state),
        "is_own": is_own,
        "actions": open_to(found.state, sides, duty_state=found.duty_state, files=len(files), is_own=is_own),
    }


def listed(cur: Cursor, text: str, *, page: int) -> dict[str, Any]:
    """One page of those that are published; one after the last is the last. Invalid for too many words."""
    words = words_of(text)
    if len(words) > MOST_WORDS:
        raise Invalid.of_fields({"text": TOO_MANY_WORDS})
    total = queries.count_published(cur)
    fitting = queries.count_published(cur, words) if words else total
    pages = max(-(-fitting // queries.PAGE), 1)
    page = min(page, pages)
    found = queries.published(cur, words, page=page)
    return {
        "practices": _list(cur, found, is_inside=False),
        "total": total,
        "found": fitting,
        "page": page,
        "pages": pages,
    }


def offered(cur: Cursor, *, page: int) -> dict[str, Any]:
    """One page of those that wait; one after the last is the last."""
    total = queries.waiting(cur).practices
    pages = max(-(-total // queries.PAGE), 1)
    page = min(page, pages)
    found = queries.offered(cur, page=page)
    return {"practices": _list(cur, found, is_inside=True), "total": total, "page": page, "pages": pages}


def counts(cur: Cursor, actor: Actor) -> dict[str, Any]:
    """A PracticeCounts."""
    waiting = queries.waiting(cur).practices if Role.LEAD_BUREAU in actor.roles else 0
    return {"published": queries.count_published(cur), "waiting": waiting}


def where_it_lies(cur: Cursor, actor: Actor, practice_id: int, *, file_id: int) -> dict[str, Any]:
    """A StoredFile, for who may read what it belongs to; NotFound for everybody else."""
    found = queries.file(cur, readable(cur, actor, practice_id).id, file_id)
    if found is None:
        raise NotFound(NO_FILE)
    return found._asdict()


def row_of(found: Practice) -> dict[str, Any]:
    """What a page compares with what was typed."""
    return {"title": found.title, "text": found.text, "reason": found.reason, "version": found.version}


def _list(cur: Cursor, found: Sequence[Practice], *, is_inside: bool) -> list[dict[str, Any]]:
    files: defaultdict[int, list[PracticeFile]] = defaultdict(list)
    for file in queries.files(cur, [one.id for one in found]):
        files[file.practice_id].append(file)
    return [_listed(one, files[one.id], is_inside=is_inside) for one in found]


def _listed(one: Practice, files: Sequence[PracticeFile], *, is_inside: bool) -> dict[str, Any]:
    return {
        "practice_id": one.id,
        "title": one.title,
        "text": one.text,
        "unit": one.unit,
        "item": one.item,
        "files": [{"file_id": file.id, "name": file.name, "bytes": file.bytes} for file in files],
        "offered_at": one.offered_at.isoformat() if is_inside else None,
        "published_on": _day(one.published_at),
        "corrected_on": _day(one.corrected_at),
    }


def _offered(one: Practice) -> dict[str, Any]:
    return {
        "title": one.offered_title,
        "text": one.offered_text,
        "at": one.offered_at.isoformat(),
        "who": {"post": one.offered_by_post, "unit": one.offered_by_unit},
    }


def _day(at: dt.datetime | None) -> str | None:
    return day_of(at).isoformat() if at else None


def _decided(at: dt.datetime | None, post: str | None, unit: str | None) -> dict[str, Any] | None:
    return {"at": at.isoformat(), "who": {"post": post, "unit": unit}} if at else None
