"""Use cases of unit groups: the named sets that a document refers to, whose members answer questions of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory_queries
from services.tasks.directory import store as directory_store
from services.tasks.directory.group_news import announce_groups
from services.tasks.directory.naming import complain_of_names, distinct
from services.tasks.directory.queries import GroupHead
from services.tasks.directory.units import CHANGED, NO_GROUP, group_head_as_dict
from services.tasks.drafting import queries, store
from services.tasks.notices.everyone import kind_of_group
from services.tasks.vocabulary import FEW_UNITS
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import MOST_NAMED, change, changes
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_SUCH_MEMBERS = Text(
    "所选单位有的已不存在，请刷新页面。", "Some chosen units no longer exist. Please reload the page."
)


def save_group(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Make or change a group with its members; members answer the open questions on it.

    `member_ids` replaces all members. Without it, `added_ids` and `removed_ids` change some of many.
    """
    group_id: int | None = params["group_id"]
    before: GroupHead | None = None
    aliases = distinct(params["aliases"], but=params["name"])
    directory_store.lock_names(cur)
    if group_id is not None:
        lock_with_drafts(cur, [group_id])
        before = group_with_id(cur, group_id)
        _check_version(cur, before, params["version"])
    names = [params["name"], *aliases]
    others = directory_queries.namesakes(cur, names, but_unit=None, but_group=group_id)
    wrong = complain_of_names(params["name"], aliases, others)
    if wrong:
        raise Invalid.of_fields(wrong)
    if group_id is None:
        group_id = directory_store.insert_group(cur, params["name"], aliases)
    else:
        directory_store.update_group(cur, group_id, name=params["name"], aliases=aliases)
    moved = _moved(cur, group_id, params)
    if params["member_ids"] is not None:
        fill_group(cur, context, group_id, member_ids=params["member_ids"])
    else:
        _change_members(cur, context, group_id, added=params["added_ids"] or [], removed=params["removed_ids"] or [])
    announce_groups(cur, [group_id], correlation_id=context.correlation_id)
    saved = _as_dict(cur, group_with_id(cur, group_id))
    made_different = changes(before._asdict() if before else None, saved, ("name", "aliases", "members"))
    audit.record(cur, context, "group.saved", subject=saved["name"], detail=saved, changes=[*made_different, *moved])
    return saved


def join(cur: Cursor, context: Context, unit_id: int, *, group_ids: Sequence[int]) -> None:
    """Add a unit to each of the groups. NotFound when one is gone; Conflict while one of them is being issued.

    Open questions on a group that means all units of a kind stay: whether these are all, its first members do not tell.
    """
    chosen = sorted(set(group_ids))
    directory_store.lock_names(cur)
    lock_with_drafts(cur, chosen)
    for group_id in chosen:
        group = group_with_id(cur, group_id)
        moved = _moved(cur, group_id, {"member_ids": None, "added_ids": [unit_id], "removed_ids": None})
        if not moved:
            continue
        _refuse_unusable(cur, group_id, [unit_id])
        directory_store.add_members(cur, group_id, [unit_id])
        if not kind_of_group((group.name, *group.aliases)):
            _answer_questions(cur, context, group_id)
        directory_store.count_group_up(cur, group_id)
        announce_groups(cur, [group_id], correlation_id=context.correlation_id)
        saved = _as_dict(cur, group_with_id(cur, group_id))
        audit.record(cur, context, "group.saved", subject=group.name, detail=saved, changes=moved)


def group_with_id(cur: Cursor, group_id: int) -> GroupHead:
    """The group. NotFound when there is none."""
    group = directory_queries.group_head(cur, group_id)
    if group is None:
        raise NotFound(NO_GROUP)
    return group


def lock_with_drafts(cur: Cursor, group_ids: Sequence[int], *, checklist_id: int | None = None) -> None:
    """Lock groups for a change, after every draft that names or asks about one of them and the draft `checklist_id`.

    A group is part of each checklist that names it, so those drafts get a new version: who previewed one before must
    look again. Conflict while such a checklist is being issued and its groups are not resolved into units yet.
    """
    for checklist in store.lock_drafts(cur, group_ids, also=checklist_id):
        if checklist.id == checklist_id:
            continue
        if checklist.state == "draft":
            store.count_checklist_up(cur, checklist.id)
        elif queries.is_preparing(cur, checklist.id):
            raise Conflict(
                Text(
                    f"清单“{checklist.title}”正在下发，单位组暂不能改，请稍后再试。",
                    f"The checklist {checklist.title} is being issued. Please change the group again shortly.",
                )
            )
    directory_store.lock_groups(cur, group_ids)


def fill_group(cur: Cursor, context: Context, group_id: int, *, member_ids: list[int]) -> list[int]:
    """Set a group's members; return the ids of the open questions that this answers.

    Whoever calls it counts the group's version up and announces it.
    A unit that is switched off may stay in the group, and not be added to it.
    """
    _refuse_unusable(cur, group_id, member_ids)
    directory_store.set_members(cur, group_id, member_ids)
    return _answer_questions(cur, context, group_id)


def answer_with(member_ids: Sequence[int], *, members: int = 0) -> dict[str, Any]:
    """Members as the answer to a question. It is shown with every checklist that asked, so it names a page of many.

    `members` is how many there are when `member_ids` are only the first of them.
    """
    ids = sorted(set(member_ids))
    answer: dict[str, Any] = {"kind": "group", "member_ids": ids[:FEW_UNITS]}
    total = max(members, len(ids))
    return answer if total <= FEW_UNITS else answer | {"members": total}


def _moved(cur: Cursor, group_id: int, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Which units come into the group and which leave it, for the audit log; of very many the first."""
    wanted = params["member_ids"]
    added = directory_queries.not_in_group(cur, group_id, wanted if wanted is not None else params["added_ids"] or [])
    if wanted is None:
        leaving = directory_queries.in_group(cur, group_id, params["removed_ids"] or [], most=MOST_NAMED)
    else:
        leaving = directory_queries.others_in_group(cur, group_id, wanted, most=MOST_NAMED)
    names = {
        "added": [unit.name for unit in directory_queries.units_with_ids(cur, sorted(added)[:MOST_NAMED])],
        "removed": leaving,
    }
    return [change(field, [], found) for field, found in names.items() if found]


def _change_members(cur: Cursor, context: Context, group_id: int, *, added: list[int], removed: list[int]) -> None:
    _refuse_unusable(cur, group_id, added)
    directory_store.remove_members(cur, group_id, removed)
    directory_store.add_members(cur, group_id, added)
    _answer_questions(cur, context, group_id)


def _refuse_unusable(cur: Cursor, group_id: int, member_ids: Sequence[int]) -> None:
    added = directory_queries.not_in_group(cur, group_id, member_ids)
    inactive, missing = directory_queries.inactive_or_missing(cur, added)
    if missing:
        raise Invalid.of_fields({"member_ids": NO_SUCH_MEMBERS})
    if inactive:
        names = "、".join(inactive)
        raise Invalid.of_fields(
            {"member_ids": Text(f"这些单位已停用，不能加入：{names}。", f"These units are switched off: {names}.")}
        )


def _answer_questions(cur: Cursor, context: Context, group_id: int) -> list[int]:
    """Let the group's members answer the open questions on it; nothing while there are none."""
    members = group_with_id(cur, group_id).members
    if not members:
        return []
    first = directory_queries.first_member_ids(cur, group_id, most=FEW_UNITS)
    answer = answer_with(first, members=members)
    return store.answer_group_questions(cur, group_id, answer, who=context.signed_in.signature)


def _check_version(cur: Cursor, group: GroupHead, version: int | None) -> None:
    if group.version != version:
        raise Conflict(CHANGED, {"current": _as_dict(cur, group)})


def _as_dict(cur: Cursor, group: GroupHead) -> dict[str, Any]:
    return group_head_as_dict(group, directory_queries.first_member_ids(cur, group.id, most=FEW_UNITS))
