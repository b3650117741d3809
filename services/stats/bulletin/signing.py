"""Use cases: a person signs a bulletin off, which issues it; and an issued one is made again as of its day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.bulletin import lengths, queries, store
from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.composing import compose
from services.stats.bulletin.drafting import draft
from services.stats.bulletin.facts import facts_of
from services.stats.bulletin.gathering import gather
from services.stats.bulletin.layout import Issue
from services.stats.bulletin.records import Bulletin, BulletinState
from services.stats.bulletin.rendering import render, sha256_of
from services.stats.bulletin.showing import existing, number_of_characters, sheet_of, shown
from shared.actor import Actor
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor
from shared.errors import Invalid
from shared.text import Text

NEEDED = {
    "title": Text("请填写标题。", "Please write a title."),
    "addressees": Text("请填写主送。", "Please say to whom it is addressed."),
    "overall": Text("请填写总体情况。", "Please write what the overall situation is."),
    "issuer": Text("请填写署名。", "Please say who issues it."),
}
WHY_LONG = Text(
    f"正文超过 {lengths.WANTED} 字，请精简，或者填写不能精简的理由。",
    f"The text has more than {lengths.WANTED} characters. Please shorten it, or say why it cannot be shorter.",
)
TOO_LONG = Text(
    f"正文超过 {lengths.MOST} 字，不能签发，请精简。",
    f"The text has more than {lengths.MOST} characters and cannot be signed. Please shorten it.",
)
NOT_SIGNED = Text(
    "这期通报还没有签发，没有可以比对的内容。", "This bulletin was not signed yet, so there is nothing to compare."
)


def sign_bulletin(
    cur: Cursor,
    context: Context,
    offload: Offload,
    today: dt.date,
    *,
    bulletin_id: int,
    version: int,
    reason: str,
) -> dict[str, Any]:
    """Issue a draft under the next number of its year, and keep the file as it is then.

    Invalid with a sentence per field for what is missing or too long; Conflict when it is stale.
    """
    one = draft(cur, context, bulletin_id, version)
    issued_on = dt.date.fromisoformat(one.written.dated_on) if one.written.dated_on else today
    _check(one, reason, issued_on, today)
    store.hold_numbers(cur)
    number = queries.last_number(cur, issued_on.year) + 1
    content = offload(render, sheet_of(one, Issue(number, issued_on.year, issued_on)))
    store.sign(
        cur,
        bulletin_id,
        number=number,
        issued_on=issued_on,
        reason=reason if _needs_reason(one) else "",
        document=content,
        sha256=sha256_of(content),
        who=context.signed_in.signature,
    )
    after = {"bulletin_state": BulletinState.SIGNED.value, "issue": f"{issued_on.year}-{number}", "reason": reason}
    before = {"bulletin_state": BulletinState.DRAFT.value}
    audit.record(cur, context, Act(action="bulletin.signed", subject=one.fields["title"], before=before, after=after))
    return shown(existing(cur, context.signed_in, bulletin_id))


def remake_bulletin(cur: Cursor, actor: Actor, offload: Offload, today: dt.date, *, bulletin_id: int) -> dict[str, Any]:
    """Compose an issued bulletin anew from what is known as of its day, and say by field whether that is the same.

    Nothing is changed. Invalid for what was not signed.
    """
    one = existing(cur, actor, bulletin_id)
    if one.state is not BulletinState.SIGNED:
        raise Invalid(NOT_SIGNED)
    before = facts_of(one.facts)
    facts = gather(cur, one.checklist_id, one.span, today, known_at=before.known_at, before=before)
    corrected = None if one.corrects_id is None else queries.former(cur, one.corrects_id)
    now = compose(facts, one.span, issuer=one.composed["issuer"], corrected=corrected).as_dict()
    content = offload(render, sheet_of(one))
    return {
        "bulletin_id": one.id,
        "title": one.fields["title"],
        "number": one.number,
        "year": one.year,
        "as_of": one.as_of.isoformat(),
        "was_over": before.is_over,
        "is_same_text": now == one.composed,
        "is_same_tables": annexes(facts) == annexes(before),
        "is_same_file": sha256_of(content) == one.sha256,
        "sha256": one.sha256,
        "compared": [_compared(one, name, now[name]) for name in now],
    }


def _check(one: Bulletin, reason: str, issued_on: dt.date, today: dt.date) -> None:
    wrong = {name: said for name, said in NEEDED.items() if not one.fields[name].strip()}
    length = lengths.length_of(number_of_characters(one))
    if length is lengths.Length.TOO_LONG:
        wrong["overall"] = TOO_LONG
    elif _needs_reason(one) and not reason:
        wrong["reason"] = WHY_LONG
    if not one.as_of <= issued_on <= today:
        wrong["dated_on"] = Text(
            f"成文日期应在 {one.as_of.isoformat()} 到 {today.isoformat()} 之间。",
            f"The date must lie between {one.as_of.isoformat()} and {today.isoformat()}.",
        )
    if wrong:
        raise Invalid.of_fields(wrong)


def _needs_reason(one: Bulletin) -> bool:
    return lengths.length_of(number_of_characters(one)) is lengths.Length.NEEDS_REASON


def _compared(one: Bulletin, name: str, now: str) -> dict[str, Any]:
    then, written = one.composed[name], one.fields[name]
    return {
        "field": name,
        "is_same": now == then,
        "is_edited": written != then,
        "then": then,
        "now": now,
        "written": written,
    }
