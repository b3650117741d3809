"""Use cases of the lead bureau: a bulletin is made by one click, edited in plain fields, or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.bulletin import queries, store
from services.stats.bulletin.composing import compose
from services.stats.bulletin.facts import as_json
from services.stats.bulletin.gathering import gather
from services.stats.bulletin.records import Bulletin, BulletinState, Fields, FormerBulletin
from services.stats.bulletin.showing import NO_BULLETIN, current, existing, shown
from services.stats.bulletin.spans import Kind, Span, span_of
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

CHANGED = Text(
    "这期通报已被别人改过，您的修改没有保存，请核对现在的内容。",
    "Somebody else changed this bulletin. Nothing of yours was saved: please look at it as it is now.",
)
SETTLED = Text(
    "这期通报已经签发或作废，不能再改。需要更正时，请另发一期说明更正的通报。",
    "This bulletin was signed or withdrawn and changes no more. To correct it, issue another one that names it.",
)
NONE_BEFORE = Text(
    "这份清单在这一天之前还没有签发过通报，请选按月、按季或按半年。",
    "No bulletin of this checklist was signed before that day. Please choose a month, a quarter or a half-year.",
)


def make_bulletin(
    cur: Cursor,
    context: Context,
    today: dt.date,
    *,
    checklist_id: int,
    kind: Kind,
    as_of: dt.date,
    corrects_id: int | None,
) -> dict[str, Any]:
    """A draft out of the facts as of a day, or the draft of that period that is there already.

    NotFound for an unknown checklist or a former bulletin that is not signed; Invalid of `as_of` as `gather` says, and
    of `kind` where none was signed before.
    """
    corrected = None if corrects_id is None else _signed(cur, corrects_id)
    span = _span(cur, checklist_id, kind, as_of, corrects_id)
    known = queries.draft_of(cur, checklist_id, span, corrects_id)
    if known is not None:
        return {"bulletin_id": known, "is_new": False}
    facts = gather(cur, checklist_id, span, today, known_at=context.prepared)
    composed = compose(facts, span, issuer=context.signed_in.unit or "", corrected=corrected)
    bulletin_id = store.new_draft(
        cur,
        checklist_id,
        span,
        composed,
        facts=as_json(facts),
        corrects_id=corrects_id,
        who=context.signed_in.signature,
    )
    audit.record(cur, context, _act("bulletin.made", composed.title, after=composed.as_dict()))
    return {"bulletin_id": bulletin_id, "is_new": True}


def save_bulletin(
    cur: Cursor, context: Context, *, bulletin_id: int, version: int, dated_on: dt.date | None, **texts: str
) -> dict[str, Any]:
    """Keep what was written in a draft; nothing is written where nothing is changed.

    Conflict when it is stale, Invalid for one that is no draft any more.
    """
    one = draft(cur, context, bulletin_id, version)
    fields = Fields(**texts, dated_on=dated_on.isoformat() if dated_on else "")
    if fields != one.written:
        store.save_fields(cur, one, fields, who=context.signed_in.signature)
        audit.record(cur, context, _changed(one, fields))
    return shown(_again(cur, bulletin_id))


def withdraw_bulletin(cur: Cursor, context: Context, *, bulletin_id: int, version: int) -> dict[str, Any]:
    """Let a draft never be issued; it stays to be read."""
    one = draft(cur, context, bulletin_id, version)
    store.withdraw(cur, bulletin_id)
    state = {"bulletin_state": BulletinState.DRAFT.value}, {"bulletin_state": BulletinState.WITHDRAWN.value}
    audit.record(cur, context, _act("bulletin.withdrawn", one.fields["title"], before=state[0], after=state[1]))
    return shown(_again(cur, bulletin_id))


def draft(cur: Cursor, context: Context, bulletin_id: int, version: int) -> Bulletin:
    """The draft, locked. NotFound, Invalid for one that is settled, Conflict for another version."""
    one = existing(cur, context.signed_in, bulletin_id, for_update=True)
    if one.state is not BulletinState.DRAFT:
        raise Invalid(SETTLED)
    if one.version != version:
        raise Conflict(CHANGED, {"current": current(one)})
    return one


def _again(cur: Cursor, bulletin_id: int) -> Bulletin:
    found = queries.bulletin(cur, bulletin_id)
    if found is None:
        raise NotFound(NO_BULLETIN)
    return found


def _signed(cur: Cursor, bulletin_id: int) -> FormerBulletin:
    found = queries.former(cur, bulletin_id)
    if found is None:
        raise NotFound(NO_BULLETIN)
    return found


def _span(cur: Cursor, checklist_id: int, kind: Kind, as_of: dt.date, corrects_id: int | None) -> Span:
    """What is corrected was about the same days, whatever was signed since."""
    if corrects_id is not None:
        former = _again(cur, corrects_id)
        if former.checklist_id == checklist_id and (former.kind, former.as_of) == (kind, as_of):
            return former.span
    span = span_of(kind, as_of, queries.last_signed_day(cur, checklist_id))
    if span is None:
        raise Invalid.of_fields({"kind": NONE_BEFORE})
    return span


def _changed(one: Bulletin, fields: Fields) -> Act:
    now = fields.as_dict()
    names = [name for name in now if now[name] != one.fields[name]]
    before, after = ({name: given[name] for name in names} for given in (one.fields, now))
    return _act("bulletin.saved", fields.title, before=before, after=after)


def _act(action: str, title: str, *, after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Act:
    return Act(action=action, subject=title, before=before, after=after)
