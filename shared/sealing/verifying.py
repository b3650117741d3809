"""Goes over the whole chain of a database and its log in bounded memory, and names whatever is not as it was."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.database import Cursor
from shared.sealing import queries
from shared.sealing.chain import Content, Fault, Seal, faults
from shared.sealing.sources import Source
from shared.text import Text

BATCH = 2000
# Ids that are looked through at a time for rows that nobody sealed.
IDS = 50_000

_WHAT = {
    Fault.GAP: Text("这一条之前缺少封印", "seals before this one are missing"),
    Fault.ORDER: Text(
        "前一条不是当初的那条：有封印被删除或调换",
        "the one before is not the one that was: seals were removed or changed places",
    ),
    Fault.SEAL: Text("封印被改动", "the seal was altered"),
    Fault.ALTERED: Text("记录被改动", "the row was altered"),
    Fault.MISSING: Text("记录被删除", "the row is missing"),
    Fault.ALGORITHM: Text("这台机器算不了它的摘要算法", "this machine cannot take its hash"),
}
_NEVER_SEALED = Text("记录没有封印：绕过系统写入", "the row has no seal: it was written past the system")
_UNGUARDED = Text("防改动的触发器缺失或被停用", "the triggers that refuse changes are missing or switched off")
_NOT_EXPECTED = Text(
    "与另存的链头不符：末尾被删除，或整条链被重写",
    "it differs from the head kept elsewhere: the end was removed, or the whole chain was rewritten",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where: `seq` is the number of the seal, None where it is of none."""

    what: Text
    seq: int | None = None
    table: str = ""
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A head that was kept elsewhere."""

    seq: int
    hash: str


def findings(cur: Cursor, sources: Sequence[Source], expected: Sequence[Expected] = ()) -> Iterator[Finding]:
    """All that is wrong, chain first."""
    yield from _of_chain(cur, sources)
    for source in sources:
        yield from _never_sealed(cur, source)
    tables = ["log_seal", *(source.table for source in sources)]
    with_policy = [source.table for source in sources if source.least is not None]
    yield from (Finding(_UNGUARDED, table=name) for name in queries.unguarded(cur, tables, with_policy=with_policy))
    yield from (
        Finding(_NOT_EXPECTED, seq=head.seq) for head in expected if queries.hash_at(cur, head.seq) != head.hash
    )


def _of_chain(cur: Cursor, sources: Sequence[Source]) -> Iterator[Finding]:
    by_table = {source.table: source for source in sources}
    before: Seal | None = None
    while seals := queries.seals_after(cur, before.seq if before else 0, limit=BATCH):
        rows = _rows(cur, by_table, seals)
        # After the rows: one that a policy lets go meanwhile has its cut by then.
        gone = {source.table: queries.cut_before(cur, source) for source in sources}
        for seal in seals:
            row = rows.get((seal.source, seal.row_id))
            may_be_gone = _may_be_gone(seal, gone.get(seal.source))
            for fault in faults(seal, before, row, may_be_gone=may_be_gone):
                yield Finding(_WHAT[fault], seal.seq, seal.source, seal.row_id)
            before = seal


def _may_be_gone(seal: Seal, before: dt.datetime | None) -> bool:
    return before is not None and seal.at < before


def _rows(cur: Cursor, by_table: dict[str, Source], seals: Sequence[Seal]) -> dict[tuple[str, int], Content]:
    ids = defaultdict(list)
    for seal in seals:
        ids[seal.source].append(seal.row_id)
    return {
        (table, row_id): content
        for table, row_ids in ids.items()
        if table in by_table
        for row_id, content in queries.contents(cur, by_table[table], row_ids).items()
    }


def _never_sealed(cur: Cursor, source: Source) -> Iterator[Finding]:
    last = queries.last_id(cur, source)
    for after in range(0, last, IDS):
        for row_id in queries.never_sealed(cur, source, after, after + IDS):
            yield Finding(_NEVER_SEALED, table=source.table, row_id=row_id)
