"""What the queries of posts return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Holder(NamedTuple):
    """Somebody who held a post; `held_from` is None for the first, of whom that is not known."""

    name: str
    held_from: dt.datetime | None
    held_until: dt.datetime


class Substitution(NamedTuple):
    """Who stands in for which post, on which days, under which account."""

    id: int
    person_id: int
    name: str
    post: str
    unit_id: int
    unit: str
    substitute_id: int
    substitute: str
    account_id: int
    from_on: dt.date
    until_on: dt.date


class Post(NamedTuple):
    """An account as a post that somebody holds; `same_as` is set for one under which somebody stands in."""

    id: int
    sign_in_name: str
    name: str
    post: str
    unit_id: int
    unit: str
    roles: list[str]
    is_active: bool
    version: int
    holder: int
    held_since: dt.datetime | None
    same_as: int | None


class Ended(NamedTuple):
    """A substitution that is over, with the account that is to be closed, and who stood in for whom."""

    id: int
    account_id: int
    name: str
    substitute: str


class Colleague(NamedTuple):
    """Somebody who can be asked to stand in."""

    id: int
    name: str
    post: str
