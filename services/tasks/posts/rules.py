"""Rules of who holds a post and who stands in for whom. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from shared.actor import Actor, Role
from shared.text import Text

# Longer than that somebody else holds the post.
MOST_DAYS = 180
# The auditor looks at what administrators do: neither lets somebody else act in his place.
NOT_LENT = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

NOT_YOURS = Text(
    "代理由岗位本人、本单位分管领导或系统管理员安排。",
    "The holder of the post, a head of the unit or the administrator arranges who stands in.",
)
NOT_LENDABLE = Text(
    "系统管理员和审计员的岗位不能代理，请由管理员另设账号。",
    "Nobody stands in for an administrator or an auditor. Please have another account made.",
)
OTHER_UNIT = Text(
    "这位同事不在本单位。跨单位代理，请系统管理员安排。",
    "This person works in another unit. The administrator can arrange that.",
)
CLOSED = Text("这个账号已停用，请另选一位。", "This account is switched off. Please choose somebody else.")
HIMSELF = Text("代理人不能是本人，请另选一位。", "Nobody stands in for himself. Please choose somebody else.")
FROM_PAST = Text("开始日期不能早于今天。", "The first day cannot be before today.")
UNTIL_BEFORE = Text("结束日期不能早于开始日期。", "The last day cannot be before the first.")
TOO_LONG = Text(
    f"代理最长{MOST_DAYS}天；更久的，请管理员办理岗位移交。",
    f"Somebody stands in for at most {MOST_DAYS} days. For longer, have the administrator hand the post over.",
)
TAKEN = Text(
    "这段时间已有人代理这个岗位，请先结束那次代理，或者改日期。",
    "Somebody stands in for this post at that time already. End that first, or choose other days.",
)
SAME_NAME = Text(
    "接任人和现在的姓名相同。只改姓名的写法，请在人员页面修改。",
    "The new name equals the present one. To write it differently, please change it on the person's page.",
)


def may_arrange(actor: Actor, *, person_id: int, unit_id: int) -> bool:
    """Whether `actor` may say who stands in for the post of that account in that unit."""
    is_head = Role.UNIT_HEAD in actor.roles and actor.unit_id == unit_id
    return actor.person_id == person_id or is_head or Role.ADMINISTRATOR in actor.roles


def complain_of_days(from_on: dt.date, until_on: dt.date, today: dt.date) -> dict[str, Text]:
    """What is wrong with the days, by the name of the field."""
    if from_on < today:
        return {"from_on": FROM_PAST}
    if until_on < from_on:
        return {"until_on": UNTIL_BEFORE}
    if (until_on - from_on).days >= MOST_DAYS:
        return {"until_on": TOO_LONG}
    return {}


def may_reach_out(actor: Actor) -> bool:
    """Whether `actor` may choose somebody of another unit to stand in."""
    return Role.ADMINISTRATOR in actor.roles


def is_lendable(roles: Collection[str]) -> bool:
    """Whether somebody may stand in for a post with these roles."""
    return not NOT_LENT & {Role(role) for role in roles}


def post_stood_in_for(post: str, unit: str, own_post: str) -> str:
    """How the post of the account is called under which somebody stands in, who has a post of his own in a `unit`.

    It stands beside what is done, after the unit of the post: whoever reads it sees who really acted.
    """
    return f"{post}（由{unit} {own_post}代理）"


def name_of_account(substitute: str, post: str) -> str:
    """The account's own name, which nobody signs in with: no name that is typed has its sign."""
    return f"{substitute}→{post}"
