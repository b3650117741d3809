"""Rows of bulletins that the queries return, and the fields that people write."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple

from services.stats.bulletin.spans import Kind, Span


class BulletinState(StrEnum):
    """Whether it is issued."""

    DRAFT = "draft"  # 草稿
    SIGNED = "signed"  # 已签发
    WITHDRAWN = "withdrawn"  # 已作废


@dataclass(frozen=True, slots=True)
class Fields:
    """What a person may write before it is signed; `dated_on` is ISO or empty for the day of signing."""

    title: str
    addressees: str
    overall: str
    behind: str
    practice: str
    requirements: str
    issuer: str
    copies: str
    dated_on: str = ""

    def as_dict(self) -> dict[str, str]:
        """The fields by name, as they are kept and travel."""
        return asdict(self)


class Bulletin(NamedTuple):
    """A bulletin; `composed` are its fields as the rules made them of `facts`, `number` counts those of a year."""

    id: int
    checklist_id: int
    kind: Kind
    first_on: dt.date
    as_of: dt.date
    state: BulletinState
    version: int
    fields: dict[str, str]
    composed: dict[str, str]
    facts: dict[str, object]
    corrects_id: int | None
    number: int | None
    year: int | None
    issued_on: dt.date | None
    reason: str
    sha256: str | None
    size: int | None
    made_at: dt.datetime
    signed_at: dt.datetime | None
    signed_post: str | None
    signed_unit: str | None

    @property
    def span(self) -> Span:
        return Span(self.kind, self.first_on, self.as_of)

    @property
    def written(self) -> Fields:
        return Fields(**self.fields)


class ListedBulletin(NamedTuple):
    """A bulletin in the list."""

    id: int
    checklist_id: int
    checklist: str
    kind: Kind
    first_on: dt.date
    as_of: dt.date
    state: BulletinState
    title: str
    number: int | None
    year: int | None
    issued_on: dt.date | None
    made_at: dt.datetime
    made_post: str | None
    made_unit: str | None
    signed_at: dt.datetime | None
    signed_post: str | None
    signed_unit: str | None


class Edit(NamedTuple):
    """Who made a version of a bulletin."""

    version: int
    at: dt.datetime
    post: str | None
    unit: str | None
    fields: dict[str, str]


class FoundRound(NamedTuple):
    """A round that was due, with a unit that had not handed it in, or None where all had."""

    round_id: int
    report: str
    period: str
    due_on: dt.date
    expected: int
    unit_id: int | None
    unit: str | None


class FormerBulletin(NamedTuple):
    """The bulletin that another one corrects."""

    number: int
    year: int
    title: str
