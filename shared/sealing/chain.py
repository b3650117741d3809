"""The chain that the rows of a log are sealed in: what is hashed, and what is wrong with a seal. Pure.

A seal has two hashes. `content` is of the row: its source, and its columns that are not null, each as the text that
PostgreSQL's jsonb gives of it in UTC. `hash` is of the seal: all that it says, and the hash of the one before. Both
are taken of canonical JSON: texts only, names in the order of their code points, no blanks, UTF-8. Where a seal stands
is held by the hash before it alone, so that one that was moved differs from one that was altered.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

FORMAT = "qingdan-log-1"
SHA256 = "sha256"
ALGORITHMS = (SHA256, "sm3")
# What the first seal has before it.
NOTHING = ""


class Content(NamedTuple):
    """A row of a log: its id, its moment, and its columns that are not null, as texts."""

    row_id: int
    at: dt.datetime
    fields: dict[str, str]


class Seal(NamedTuple):
    """One link; the hashes are hexadecimal."""

    seq: int
    source: str
    row_id: int
    at: dt.datetime
    content: str
    previous: str
    algorithm: str
    sealed_at: dt.datetime
    hash: str


class Fault(StrEnum):
    """What can be wrong with the place of a seal or with its row."""

    GAP = "gap"
    ORDER = "order"
    SEAL = "seal"
    ALTERED = "altered"
    MISSING = "missing"
    ALGORITHM = "algorithm"


def is_available(algorithm: str) -> bool:
    """Whether this installation's OpenSSL can take the hash."""
    return algorithm in hashlib.algorithms_available


def content_hash(algorithm: str, source: str, row: Content | None) -> str:
    """The hash of a row; None for one that was gone before it could be sealed."""
    return _hash(
        algorithm, {"source": source, **{f"column {name}": text for name, text in row.fields.items()}} if row else {}
    )


def sealed(head: Seal | None, source: str, row: Content, *, algorithm: str, now: dt.datetime) -> Seal:
    """The next link after `head`, or the first."""
    return _closed(
        Seal(
            seq=1 if head is None else head.seq + 1,
            source=source,
            row_id=row.row_id,
            at=row.at,
            content=content_hash(algorithm, source, row if row.fields else None),
            previous=NOTHING if head is None else head.hash,
            algorithm=algorithm,
            sealed_at=now,
            hash="",
        )
    )


def faults(seal: Seal, before: Seal | None, row: Content | None, *, may_be_gone: bool) -> list[Fault]:
    """What is wrong with a seal whose predecessor in the table is `before`, and with the row that it stands for."""
    if seal.algorithm not in ALGORITHMS or not is_available(seal.algorithm):
        return [Fault.ALGORITHM]
    found = []
    if seal.seq != (1 if before is None else before.seq + 1):
        found.append(Fault.GAP)
    elif seal.previous != (NOTHING if before is None else before.hash):
        found.append(Fault.ORDER)
    if _closed(seal).hash != seal.hash:
        found.append(Fault.SEAL)
    if row is None:
        return found if may_be_gone else [*found, Fault.MISSING]
    is_same = content_hash(seal.algorithm, seal.source, row) == seal.content
    return found if is_same else [*found, Fault.ALTERED]


def _closed(seal: Seal) -> Seal:
    return seal._replace(
        hash=_hash(
            seal.algorithm,
            {
                "format": FORMAT,
                "algorithm": seal.algorithm,
                "source": seal.source,
                "row": str(seal.row_id),
                "at": _instant(seal.at),
                "content": seal.content,
                "previous": seal.previous,
                "sealed_at": _instant(seal.sealed_at),
            },
        )
    )


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _hash(algorithm: str, fields: Mapping[str, str]) -> str:
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new(algorithm, text.encode()).hexdigest()
