"""The use cases of who plays which role: what there is to choose from, and the choice of the lead bureau."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.economy import answers, reading, store
from services.stats.economy.roles import PARTS, Role, complaint, twice
from services.stats.figures import reading as figures
from services.stats.figures.rolling import Book
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid
from shared.text import Text

CHANGED = Text(
    "这些设置已被别人改过，您的修改没有保存，请核对现在的内容。",
    "Somebody else changed these. Nothing of yours was saved: please look at them as they are now.",
)
SUBJECT = "经济与就业"


def offered(cur: Cursor) -> dict[str, Any]:
    """All roles with who plays them and who could."""
    book = figures.book(cur)
    playing, version = reading.chosen(cur, book)
    return {
        "version": version,
        "roles": [
            answers.role(role)
            | {
                "indicator_id": playing[role].id if role in playing else None,
                "fitting": [
                    {"indicator_id": one.id, "name": one.name}
                    for one in book.by_id.values()
                    if complaint(role, one) is None
                ],
            }
            for role in PARTS
        ],
    }


def set_roles(cur: Cursor, context: Context, *, version: int, roles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Let indicators play roles; nothing is written where nothing changes.

    Invalid with a sentence per role, Conflict when it is stale.
    """
    store.hold(cur)
    book = figures.book(cur)
    playing, current = reading.chosen(cur, book)
    if version != current:
        raise Conflict(CHANGED, {"current": {"version": current}})
    before = {role: one.id for role, one in playing.items()}
    wished = {one["role"]: one["indicator_id"] for one in roles}
    after = {role: found for role in Role if (found := wished.get(role, before.get(role))) is not None}
    wrong = _complaints(book, after, wished)
    if wrong:
        raise Invalid.of_fields(wrong)
    changed = {role: after.get(role) for role in Role if before.get(role) != after.get(role)}
    if not changed:
        return {"version": current}
    store.keep(cur, changed, version=current + 1, who=context.signed_in.signature)
    audit.record(cur, context, _act(book, changed, before, after))
    return {"version": current + 1}


def _complaints(book: Book, after: Mapping[Role, int], wished: Mapping[Role, int | None]) -> dict[str, Text]:
    """What is wrong, by role; of what was not asked for nothing is said, it may have been changed since."""
    wrong = dict(twice(after))
    for role, indicator_id in wished.items():
        if indicator_id is None:
            continue
        found = book.by_id.get(indicator_id)
        said = figures.NO_INDICATOR if found is None else complaint(role, found)
        if said is not None:
            wrong[role] = said
    return {role.value: text for role, text in wrong.items()}


def _act(book: Book, changed: Mapping[Role, int | None], before: Mapping[Role, int], after: Mapping[Role, int]) -> Act:
    def told(found: Mapping[Role, int]) -> dict[str, Any]:
        names = {role: book.by_id[found[role]].name if role in found else "" for role in changed}
        return {"economy_roles": [f"{PARTS[role].name.zh}：{name or '—'}" for role, name in names.items()]}

    return Act(action="economy.saved", subject=SUBJECT, before=told(before) if before else None, after=told(after))
