"""Use cases of posts: a hand-over to the next holder, and somebody who stands in for an absent one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.directory import passwords, people
from services.tasks.directory import store as directory_store
from services.tasks.directory.units import CHANGED
from services.tasks.posts import queries, rules, store
from services.tasks.posts.records import Post, Substitution
from shared import clock
from shared.actor import Actor
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor
from shared.differences import change
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.text import Text
from shared.typed_text import tidy_code

NOBODY = Text(
    "没有这个登录名，请核对后再填，或者到“人员”里查找。",
    "Nobody signs in with this name. Please check it, or look for it under People.",
)
CHOOSE = Text("请从列表中选择由谁代理。", "Please choose from the list who stands in.")
ENDED = Text("这次代理已经结束，请回到本人岗位。", "You no longer stand in for this post. Please go back to your own.")


def hand_over(cur: Cursor, context: Context, offload: Offload, params: dict[str, Any]) -> dict[str, Any]:
    """Let somebody else hold a post, with a new password. What the unit owes stays with the post.

    Whoever held it is signed out by it, and neither stands in for others nor is stood in for any longer.
    """
    directory_store.lock_people(cur)
    post = _post(cur, params["person_id"])
    if post.version != params["version"]:
        raise Conflict(CHANGED, {"current": people.listed_person(people.person_with_id(cur, post.id))})
    if params["name"] == post.name:
        raise Invalid.of_fields({"name": rules.SAME_NAME})
    store.hand_over(cur, post, params["name"], clock.now())
    password = people.reset_password(cur, context, offload, post.id)
    people.announce(cur, context, post.id)
    made_different = [change("display_name", [post.name], [params["name"]])]
    audit.record(cur, context, "post.handed_over", subject=post.sign_in_name, changes=made_different)
    return people.person_as_dict(people.person_with_id(cur, post.id)) | {"password": password}


def holders(cur: Cursor, person_id: int) -> dict[str, Any]:
    """A Holders answer. NotFound when there is no such account."""
    post = _post(cur, person_id)
    today = clock.today()
    return {
        "name": post.name,
        "held_since": post.held_since.isoformat() if post.held_since else None,
        "former": [
            {
                "name": one.name,
                "held_from": one.held_from.isoformat() if one.held_from else None,
                "held_until": one.held_until.isoformat(),
            }
            for one in queries.former_holders(cur, person_id)
        ],
        "substitutions": [_as_dict(one, today) for one in queries.substitutions_for(cur, person_id, today)],
    }


def appoint(cur: Cursor, context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Let somebody stand in for a post on some days, and return the Substituted answer.

    Forbidden for who has no say in it; Invalid for a post or a person that cannot, and for wrong days.
    """
    directory_store.lock_people(cur)
    today = clock.today()
    post = _post(cur, params["person_id"])
    if not rules.may_arrange(context.signed_in, person_id=post.id, unit_id=post.unit_id):
        raise Forbidden(rules.NOT_YOURS)
    if not rules.is_lendable(post.roles):
        raise Forbidden(rules.NOT_LENDABLE)
    substitute = _substitute(cur, context.signed_in, post, params)
    wrong = rules.complain_of_days(params["from_on"], params["until_on"], today)
    if not wrong and queries.is_taken(cur, post.id, params["from_on"], params["until_on"], today):
        wrong = {"from_on": rules.TAKEN}
    if wrong:
        raise Invalid.of_fields(wrong)
    account_id = _account(cur, context, post, substitute)
    days = {"from_on": params["from_on"], "until_on": params["until_on"]}
    made = store.insert_substitution(cur, post, substitute, account_id, **days, by=context.signed_in.name)
    said = {name: day.isoformat() for name, day in days.items()}
    audit.record(cur, context, "post.substituted", subject=post.sign_in_name, detail={"by": substitute.name, **said})
    return {"substitution_id": made, "name": post.name, "substitute": substitute.name, **said}


def end(cur: Cursor, context: Context, substitution_id: int) -> None:
    """End it at once, whatever day it is; one that has ended stays so. Forbidden for who has no say in it."""
    directory_store.lock_people(cur)
    found = queries.substitution(cur, substitution_id, clock.today())
    if found is None:
        return
    actor = context.signed_in
    is_mine = found.substitute_id == actor.person_id
    if not is_mine and not rules.may_arrange(actor, person_id=found.person_id, unit_id=found.unit_id):
        raise Forbidden(rules.NOT_YOURS)
    _end(cur, context, found.id, found.account_id)
    audit.record(cur, context, "post.substitution_ended", subject=found.name, detail={"by": found.substitute})


def own(cur: Cursor, context: Context) -> dict[str, Any]:
    """An OwnSubstitutions answer: who stands in for the person who asks, for whom he does, and whom he can ask."""
    actor, today = context.signed_in, clock.today()
    return {
        "mine": [_as_dict(one, today) for one in queries.substitutions_for(cur, actor.person_id, today)],
        "for_others": [_as_dict(one, today) for one in queries.substitutions_by(cur, actor.person_id, today)],
        "colleagues": [
            {"person_id": one.id, "name": one.name, "post": one.post}
            for one in queries.colleagues(cur, actor.unit_id, but=actor.person_id)
        ],
        "may_lend": rules.is_lendable([role.value for role in actor.roles]),
    }


def enter(cur: Cursor, context: Context, substitution_id: int) -> dict[str, Any]:
    """The account under which the person who asks stands in for somebody today; it is on record.

    Forbidden when he does not, or not today.
    """
    actor, today = context.signed_in, clock.today()
    found = queries.substitution(cur, substitution_id, today)
    if found is None or found.substitute_id != actor.person_id or found.from_on > today:
        raise Forbidden(ENDED)
    detail = {"post": found.post, "unit": found.unit}
    audit.record(cur, context, "post.entered", subject=found.name, detail=detail)
    return people.person_as_dict(people.person_with_id(cur, found.account_id))


def close_one_that_is_over(cur: Cursor) -> bool:
    """Close the account of a substitution that has run out or lost its ground; False when there is none."""
    today = clock.today()
    if queries.out_of_force(cur, today) is None:
        return False
    # Whoever arranges another time under the account comes before or after; so may another issuer.
    directory_store.lock_people(cur)
    over = queries.out_of_force(cur, today)
    if over is None:
        return False
    nobody = Context(None, "")
    _end(cur, nobody, over.id, over.account_id)
    audit.record(cur, nobody, "post.substitution_ended", subject=over.name, detail={"by": over.substitute})
    return True


def _end(cur: Cursor, context: Context, substitution_id: int, account_id: int) -> None:
    """The account stays open as long as somebody is to act under it later."""
    store.end_substitution(cur, substitution_id, clock.now())
    if not queries.is_needed(cur, account_id):
        people.close(cur, context, account_id)


def _post(cur: Cursor, person_id: int) -> Post:
    post = queries.post(cur, person_id)
    if post is None or post.same_as is not None:
        raise NotFound(people.NO_PERSON)
    return post


def _substitute(cur: Cursor, actor: Actor, post: Post, params: dict[str, Any]) -> Post:
    """Whoever was chosen among colleagues, or whom the administrator named. Invalid when he cannot."""
    is_named = bool(params["sign_in_name"]) and not params["substitute_id"]
    field = "sign_in_name" if is_named else "substitute_id"
    called = tidy_code(params["sign_in_name"] or "").lower()
    chosen = params["substitute_id"] or queries.person_called(cur, called)
    found = queries.post(cur, chosen) if chosen else None
    if found is None or found.same_as is not None:
        raise Invalid.of_fields({field: NOBODY if is_named else CHOOSE})
    wrong = _complain_of(actor, post, found)
    if wrong is not None:
        raise Invalid.of_fields({field: wrong})
    return found


def _complain_of(actor: Actor, post: Post, substitute: Post) -> Text | None:
    if not substitute.is_active:
        return rules.CLOSED
    if substitute.unit_id != post.unit_id and not rules.may_reach_out(actor):
        return rules.OTHER_UNIT
    return rules.HIMSELF if substitute.id == post.id else None


def _account(cur: Cursor, context: Context, post: Post, substitute: Post) -> int:
    """The account under which the substitute acts in the post: a new one, or that of an earlier time opened again."""
    name = rules.name_of_account(substitute.sign_in_name, post.sign_in_name)
    params = {
        "sign_in_name": name,
        "display_name": substitute.name,
        "post": rules.post_stood_in_for(post.post, substitute.unit, substitute.post),
        "unit_id": post.unit_id,
        "roles": post.roles,
        "is_active": True,
    }
    known = queries.account_called(cur, name)
    if known is not None:
        return people.change_account(cur, context, people.person_with_id(cur, known), params).id
    return people.open_account(cur, context, params | {"same_as": substitute.id}, password_hash=passwords.NOBODYS).id


def _as_dict(one: Substitution, today: dt.date) -> dict[str, Any]:
    return {
        "substitution_id": one.id,
        "name": one.name,
        "post": one.post,
        "unit": one.unit,
        "substitute": one.substitute,
        "from_on": one.from_on.isoformat(),
        "until_on": one.until_on.isoformat(),
        "is_now": one.from_on <= today,
    }
