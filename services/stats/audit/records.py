"""What is written to the log of reporting, what is sought in it and in the histories, and what is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did: to which thing, of which report and unit, and its fields before and after.

    `before` is None for what is new. The fields are texts, numbers, truth and lists of these.
    """

    action: str
    subject: str
    report_id: int | None = None
    unit_id: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts: by a text in the post or by people, by a text in the name of a unit, of a kind, between two moments.

    What is empty or None leaves all of them.
    """

    person: str = ""
    person_ids: Sequence[int] = ()
    unit: str = ""
    kind: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Found(NamedTuple):
    """An act as it is kept; `operation` is that which was refused, `person_id` None where nobody of the unit did it."""

    at: dt.datetime
    action: str
    subject: str
    of_unit: str | None
    period: str | None
    text: str
    before: dict[str, object] | None
    after: dict[str, object] | None
    person_id: int | None
    post: str | None
    unit: str | None
    operation: str | None
    correlation_id: str
